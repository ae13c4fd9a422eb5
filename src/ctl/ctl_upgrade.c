// SPDX-License-Identifier: ISC
/* ctl/ctl_upgrade.c - doorwardctl upgrade: a database of an older version, brought to this one. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "auth/where.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/resources.h"
#include "ctl/written.h"

struct upgrade {
	uint64_t from, schema;
	char backup[PATH_MAX];		/* "": none was needed */
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct upgrade, member), sizeof ((struct upgrade *)0)->member }

static const struct field fields[] = {
	FIELD(from,   "from",   FIELD_NUMBER),
	FIELD(schema, "schema", FIELD_NUMBER),
	FIELD(backup, "backup", FIELD_TEXT),
};

static const struct record_kind upgrade_kind = { "upgrade", 0, sizeof(struct upgrade), fields,
    NELEM(fields) };

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

static int
tell(struct ctl *ctl, uint64_t from, const char *backup)
{
	struct upgrade upgrade = { .from = from, .schema = STORE_SCHEMA };

	if (text_copy(upgrade.backup, sizeof upgrade.backup, backup))
		return -ENAMETOOLONG;
	if (arguments_has(ctl, "json"))
		return written_record(ctl, &upgrade_kind, &upgrade);
	if (*backup)
		printf("the database now has schema %d; a copy with schema %llu is in %s\n",
		    STORE_SCHEMA, (unsigned long long)from, backup);
	else if (from != STORE_SCHEMA)
		printf("the database now has schema %d; programs with schema %llu can go on with "
		    "it\n", STORE_SCHEMA, (unsigned long long)from);
	else
		printf("the database already has schema %d\n", STORE_SCHEMA);
	return 0;
}

int
ctl_upgrade(struct ctl *ctl)
{
	const char *backup = backup_name(ctl);
	uint64_t from = 0;
	int r;

	if (!backup)
		return -ENOMEM;
	ctl->about = where_name(ctl->conf);
	r = resources_become_service(ctl);
	if (!r)
		r = auth_upgrade(ctl->conf, backup, &from);
	if (r == V_NOT_FOUND)
		ctl->why = "there is no database; 'doorwardctl init' creates one";
	if (r == -EBUSY)
		ctl->why = "other processes have the database open; stop the service first";
	if (r)
		return r;
	/* what is added to a shared one changes nothing that was there */
	return tell(ctl, from, from == STORE_SCHEMA || where_is_shared(ctl->conf) ? "" : backup);
}
