// SPDX-License-Identifier: ISC
/* ctl/resources.c - what a command works with: configuration, store, keys. */
#include "ctl/resources.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/where.h"
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

int
resources_join_group(struct ctl *ctl)
{
	struct stat dir;

	if (geteuid() != 0 || stat(ctl->conf->data_dir, &dir) != 0)
		return 0;
	return setegid(dir.st_gid) == 0 ? 0 : -errno;
}

static int
open_store(struct ctl *ctl)
{
	const struct store_where where = where_store(ctl->conf);

	return store_open(&ctl->store, &where, STORE_USE);
}

static int
open_auth(struct ctl *ctl)
{
	int r;

	r = auth_open(&ctl->auth, ctl->conf);
	if (r)
		return r;
	ctl->store = ctl->auth->store;
	return 0;
}

int
resources_open(struct ctl *ctl, enum need need)
{
	int r = 0;

	if (need >= NEED_CONF)
		r = open_conf(ctl);
	if (!r && need >= NEED_STORE)
		r = resources_join_group(ctl);
	if (r || need < NEED_STORE)
		return r;
	return need == NEED_AUTH ? open_auth(ctl) : open_store(ctl);
}

void
resources_close(struct ctl *ctl)
{
	if (!ctl->auth)
		store_close(&ctl->store);
	auth_close(&ctl->auth);
	conf_drop(&ctl->conf);
	arena_free(&ctl->mem);
}
