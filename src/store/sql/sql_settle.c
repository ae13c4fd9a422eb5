// SPDX-License-Identifier: ISC
/*
 * store/sql/sql_settle.c - finds out whether a lost commit was done.
 *
 * A repeat waits for the locks of a transaction that may still be going on, so what it
 * finds is what that left.
 */
#include "store/sql/sql_settle.h"

#include <string.h>

#include "base/verdict.h"
#include "store/sql/sql_try.h"

/* Ids are made by clients: it is this one. */
static bool
did_init(struct sql *db, const struct op *op)
{
	struct sql_args args = { .count = 0 };
	struct meta meta;

	sql_arg_text(&args, "store");
	return sql_record(db, META_GET, &args, &meta) == 0 &&
	    uuid_equal(&meta.instance, &op->u.init.instance);
}

static bool
did_fill(struct sql *db, const struct op *op)
{
	const struct user *to = &op->u.user_fill.to;
	struct sql_args args = { .count = 0 };
	struct user user, filled;

	sql_arg_uuid(&args, &to->id);
	if (sql_record(db, USER_GET, &args, &user))
		return false;
	filled = user;
	record_merge(&user_kind, &filled, to, op->u.user_fill.mask);
	return user.modified_ms == op->now_ms && record_same(&user_kind, &user, &filled);
}

static bool
did_rehash(struct sql *db, const struct op *op)
{
	struct sql_args args = { .count = 0 };
	struct password password = { .set_ms = 0 };
	int r;

	sql_arg_uuid(&args, &op->u.user_rehash.to.user);
	r = sql_record(db, PASSWORD_GET, &args, &password);
	return (!r || r == V_NOT_FOUND) &&
	    strcmp(password.hash, op->u.user_rehash.to.hash) == 0;
}

/* It ended at once, so that it is no longer found. */
static bool
did_end(struct sql *db, const struct op *op)
{
	(void)db;
	return op->u.token_set.to.expires_ms <= op->now_ms;
}

static bool
did_drop(struct sql *db, const struct op *op)
{
	(void)db;
	(void)op;
	return true;
}

/* The verdict of a repeat of what was done; then did tells.  Others repeat as they were. */
static const struct {
	int verdict;
	bool (*did)(struct sql *db, const struct op *op);
} repeats[OP_KINDS] = {
	[OP_INIT]              = { V_EXISTS,    did_init },
	[OP_USER_FILL]         = { V_CHANGED,   did_fill },
	[OP_USER_REHASH]       = { V_CHANGED,   did_rehash },
	[OP_TOKEN_SET]         = { V_NOT_FOUND, did_end },
	[OP_KEY_DROP]          = { V_NOT_FOUND, did_drop },
	[OP_USER_DELETE]       = { V_NOT_FOUND, did_drop },
	[OP_ACCOUNT_DELETE]    = { V_NOT_FOUND, did_drop },
	[OP_TOKEN_DROP]        = { V_NOT_FOUND, did_drop },
	[OP_DOMAIN_TOKEN_DROP] = { V_NOT_FOUND, did_drop },
	[OP_ROLE_DROP]         = { V_NOT_FOUND, did_drop },
};

int
sql_settle(struct sql *db, const struct op *op, const struct op_result *lost, int r,
    struct op_result *again)
{
	if (r <= 0 || r != repeats[op->kind].verdict || !repeats[op->kind].did(db, op))
		return r;
	*again = *lost;
	return 0;
}
