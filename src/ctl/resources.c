// SPDX-License-Identifier: ISC
/* ctl/resources.c - what a command works with: configuration, store, keys. */
#include "ctl/resources.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
resources_open(struct ctl *ctl, enum need need)
{
	int r = 0;

	if (need >= NEED_CONF)
		r = open_conf(ctl);
	if (r || need < NEED_STORE)
		return r;
	ctl->auth = auth_new(ctl->conf);
	if (!ctl->auth)
		return -ENOMEM;
	if (need >= NEED_AUTH)
		r = auth_read_key(ctl->auth);
	if (!r)
		r = resources_become_service(ctl);
	if (!r)
		r = auth_open_store(ctl->auth);
	if (!r && need >= NEED_AUTH)
		r = auth_load_keys(ctl->auth);
	return r;
}

void
resources_close(struct ctl *ctl)
{
	auth_close(&ctl->auth);
	conf_drop(&ctl->conf);
	arena_free(&ctl->mem);
}
