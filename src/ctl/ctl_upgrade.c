// SPDX-License-Identifier: ISC
/* ctl/ctl_upgrade.c - doorwardctl upgrade: a database of an older version, brought to this one. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "base/verdict.h"
#include "ctl/resources.h"

static const char *
backup_name(struct ctl *ctl)
{
	time_t now = (time_t)(ctl->now_ms / 1000);
	char stamp[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
	return arena_printf(&ctl->mem, "%s/before-schema-%d-%s.mdb", ctl->conf->data_dir,
	    STORE_SCHEMA, stamp);
}

int
ctl_upgrade(struct ctl *ctl)
{
	const char *backup = backup_name(ctl);
	uint64_t from = 0;
	int r;

	if (!backup)
		return -ENOMEM;
	ctl->about = ctl->conf->data_dir;
	r = resources_become_service(ctl);
	if (!r)
		r = auth_upgrade(ctl->conf, backup, &from);
	if (r == V_NOT_FOUND)
		ctl->why = "there is no database; 'doorwardctl init' creates one";
	if (r == -EBUSY)
		ctl->why = "other processes have the database open; stop the service first";
	if (r)
		return r;
	if (from == STORE_SCHEMA)
		printf("the database already has schema %d\n", STORE_SCHEMA);
	else
		printf("the database now has schema %d; a copy with schema %llu is in %s\n",
		    STORE_SCHEMA, (unsigned long long)from, backup);
	return 0;
}
