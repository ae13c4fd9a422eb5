// SPDX-License-Identifier: ISC
/* store/sql/sql_name.c - names: the primary key of their table lets each be there once. */
#include "store/sql/sql_name.h"

#include "base/verdict.h"
#include "store/sql/sql_run.h"

static const char *const kinds[IDENTITY_KINDS + 1] = {
	[IDENTITY_LOGIN]    = "login",
	[IDENTITY_GOOGLE]   = "google",
	[IDENTITY_FACEBOOK] = "facebook",
	[IDENTITY_APPLE]    = "apple",
	[IDENTITY_WECHAT]   = "wechat",
	[IDENTITY_HA1B]     = "ha1b",
	[IDENTITY_OIDC]     = "oidc",
	[NAME_OF_ACCOUNT]   = "account",
};

const char *
sql_name_kind(enum identity_kind kind)
{
	return kinds[kind];
}

void
sql_arg_name(struct sql_args *args, enum identity_kind kind, const char *name)
{
	sql_arg_text(args, kinds[kind]);
	sql_arg_text(args, name);
}

int
sql_name_check(struct sql *db, enum identity_kind kind, const char *name, const struct uuid *id)
{
	struct sql_args args = { .count = 0 };
	struct uuid_link taken;
	int r;

	sql_arg_name(&args, kind, name);
	r = sql_record(db, IDENTITY_GET, &args, &taken);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	return uuid_equal(&taken.id, id) ? 0 : V_EXISTS;
}

int
sql_name_put(struct sql *db, enum identity_kind kind, const char *name, const struct uuid *id)
{
	struct sql_args args = { .count = 0 };

	sql_arg_uuid(&args, id);
	sql_arg_name(&args, kind, name);
	return sql_change(db, IDENTITY_PUT, &args, NULL);
}

int
sql_name_drop(struct sql *db, enum identity_kind kind, const char *name, const struct uuid *id)
{
	struct sql_args args = { .count = 0 };

	sql_arg_uuid(&args, id);
	sql_arg_name(&args, kind, name);
	return sql_change(db, IDENTITY_DROP, &args, NULL);
}
