// SPDX-License-Identifier: ISC
/* ctl/resources.c - what a command works with: configuration, store, keys. */
#include "ctl/resources.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/privs.h"
#include "base/text.h"
#include "base/verdict.h"

static int
open_conf(struct ctl *ctl)
{
	struct text errors;
	const char *lines;
	int r;

	if (ctl->conf)
		return 0;
	text_init(&errors, &ctl->mem);
	ctl->about = ctl->config_path;
	r = conf_load(&ctl->conf, ctl->config_path, &errors);
	if (r == V_INVALID) {
		if (text_done(&errors, &lines, NULL) == 0)
			fputs(lines, stderr);
		ctl->why = "the configuration cannot be used";
		return -EINVAL;
	}
	if (r)
		ctl->why = arena_printf(&ctl->mem, "%s; --config names another file", strerror(-r));
	else
		ctl->about = NULL;
	return r;
}

/* Which user of the service does root become? */
static int
find_service(struct ctl *ctl, struct privs *privs)
{
	const struct conf *conf = ctl->conf;
	struct stat dir;
	int r;

	ctl->about = conf->data_dir;
	if (stat(conf->data_dir, &dir) != 0)
		return -errno;
	if (dir.st_uid == 0 && *conf->user) {
		r = privs_find(privs, conf->user, "");
	} else if (dir.st_uid == 0 && (dir.st_mode & (dir.st_gid ? 0022 : 0002))) {
		ctl->why = "users other than root can write there; give it to the service's user";
		return -EPERM;
	} else {
		r = privs_of(privs, dir.st_uid, dir.st_gid);
	}
	privs->gid = dir.st_gid;
	return r;
}

int
resources_become_service(struct ctl *ctl)
{
	struct privs privs;
	int r;

	if (geteuid() != 0)
		return 0;
	r = find_service(ctl, &privs);
	if (!r)
		r = privs_drop(&privs);
	if (!r)
		ctl->about = NULL;
	return r;
}

int
resources_give(struct ctl *ctl, int fd)
{
	struct privs privs;
	int r;

	if (geteuid() != 0)
		return 0;
	r = find_service(ctl, &privs);
	if (r)
		return r;
	return fchown(fd, privs.uid, (gid_t)-1) == 0 ? 0 : -errno;
}

int
resources_explain_key(struct ctl *ctl, int r)
{
	static const struct {
		int error;
		const char *why;
	} reasons[] = {
		{ ENOKEY,       "the key file is lost; put the copy of it back" },
		{ EKEYREJECTED, "this is not the key file of the database; put the copy of the "
		    "right key file back" },
		{ EINVAL,       "this is no key file; put the copy of the right key file back" },
		{ EFBIG,        "this is no key file; put the copy of the right key file back" },
		{ EACCES,       "the key file cannot be read; run it as root or as the user of "
		    "the service, whose file it should be" },
		{ EPERM,        "the key file could be read or changed by others; give it mode "
		    "0600 or 0640, and root or the service as its owner" },
	};

	for (size_t i = 0; i < NELEM(reasons); i++) {
		if (r == -reasons[i].error)
			ctl->why = reasons[i].why;
	}
	if (r < 0)
		ctl->about = ctl->conf->key_file;
	return r;
}

/* The log has said what is wrong, if anything is. */
static void
look_at_key(struct ctl *ctl, int key_r)
{
	if (!key_r)
		(void)keyring_load(&ctl->auth->keys, ctl->auth->store);
}

static int
load_keys(struct ctl *ctl)
{
	int r = auth_load_keys(ctl->auth);

	return r == -EKEYREJECTED ? resources_explain_key(ctl, r) : r;
}

int
resources_open(struct ctl *ctl, enum need need)
{
	int key_r, r = 0;

	if (need >= NEED_CONF)
		r = open_conf(ctl);
	if (r || need < NEED_STORE)
		return r;
	ctl->auth = auth_new(ctl->conf);
	if (!ctl->auth)
		return -ENOMEM;
	key_r = need >= NEED_TAKING ? auth_read_key(ctl->auth) : 0;
	if (need >= NEED_AUTH)
		r = resources_explain_key(ctl, key_r);
	if (!r)
		r = resources_become_service(ctl);
	if (!r)
		r = auth_open_store(ctl->auth);
	if (!r && need == NEED_TAKING)
		look_at_key(ctl, key_r);
	return !r && need >= NEED_AUTH ? load_keys(ctl) : r;
}

void
resources_close(struct ctl *ctl)
{
	auth_close(&ctl->auth);
	conf_drop(&ctl->conf);
	arena_free(&ctl->mem);
}
