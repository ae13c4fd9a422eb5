// SPDX-License-Identifier: ISC
/* ctl/ctl_upgrade.c - doorwardctl upgrade: a database of an older version, brought to this one. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "auth/where.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/apart.h"
#include "ctl/arguments.h"
#include "ctl/resources.h"
#include "ctl/written.h"

/* The result, and what both processes share. */
struct upgrade {
	struct apart apart;		/* first */
	uint64_t from, schema;
	char backup[PATH_MAX];		/* "": none was needed */
	bool ended;			/* the child did not die */
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

static int
name_backup(struct ctl *ctl, char backup[PATH_MAX])
{
	time_t now = (time_t)(ctl->now_ms / 1000);
	char stamp[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
	if ((size_t)snprintf(backup, PATH_MAX, "%s/before-schema-%d-%s.mdb", ctl->conf->data_dir,
	    STORE_SCHEMA, stamp) >= PATH_MAX)
		return -ENAMETOOLONG;
	return 0;
}

static int
tell(struct ctl *ctl, const struct upgrade *upgrade)
{
	const uint64_t from = upgrade->from;

	if (arguments_has(ctl, "json"))
		return written_record(ctl, &upgrade_kind, upgrade);
	if (*upgrade->backup)
		printf("the database now has schema %d; a copy with schema %llu is in %s\n",
		    STORE_SCHEMA, (unsigned long long)from, upgrade->backup);
	else if (from != STORE_SCHEMA)
		printf("the database now has schema %d; programs with schema %llu can go on with "
		    "it\n", STORE_SCHEMA, (unsigned long long)from);
	else
		printf("the database already has schema %d\n", STORE_SCHEMA);
	return 0;
}

/* In a child process, which becomes the user of the service. */
static int
upgrade(struct ctl *ctl, struct apart *apart)
{
	struct upgrade *u = (struct upgrade *)apart;
	int r;

	ctl->about = where_name(ctl->conf);
	r = resources_become_service(ctl);
	if (!r)
		r = auth_upgrade(ctl->conf, u->backup, &u->from);
	if (r == V_NOT_FOUND)
		ctl->why = "there is no database; 'doorwardctl init' creates one";
	if (r == -EBUSY)
		ctl->why = "other processes have the database open; stop the service first";
	u->ended = true;
	return r;
}

int
ctl_upgrade(struct ctl *ctl)
{
	struct upgrade *u = apart_new(sizeof *u);
	int r;

	if (!u)
		return -ENOMEM;
	u->schema = STORE_SCHEMA;
	r = name_backup(ctl, u->backup);
	if (r)
		return r;
	ctl->about = where_name(ctl->conf);
	r = apart_run(ctl, &u->apart, upgrade, NULL);
	if (!u->ended)
		unlink(u->backup);		/* it is not complete */
	if (r)
		return r;
	/* what is added to a shared one changes nothing that was there */
	if (u->from == STORE_SCHEMA || where_is_shared(ctl->conf))
		*u->backup = '\0';
	return tell(ctl, u);
}
