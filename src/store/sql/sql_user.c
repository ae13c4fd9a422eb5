// SPDX-License-Identifier: ISC
/* store/sql/sql_user.c - users, with their names and passwords. */
#include "store/sql/sql_user.h"

#include <string.h>

#include "base/verdict.h"
#include "store/change.h"
#include "store/sql/sql_account.h"
#include "store/sql/sql_name.h"
#include "store/sql/sql_token.h"
#include "store/sql/sql_try.h"

/* --- names ---------------------------------------------------------------------- */

/* Has user the i-th of its names in an earlier place, too? */
static bool
is_repeated(const struct user *user, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (user_names[k].kind == user_names[i].kind &&
		    strcmp(user_name_at(user, k), user_name_at(user, i)) == 0)
			return true;
	}
	return false;
}

/* Calls apply for each name of user, once, that other, which may be NULL, does not have. */
static int
names_apply(struct sql *db, const struct user *user, const struct user *other,
    int (*apply)(struct sql *, enum identity_kind, const char *, const struct uuid *))
{
	int r = 0;

	for (size_t i = 0; i < USER_NAMES && !r; i++) {
		const char *name = user_name_at(user, i);

		if (!*name || is_repeated(user, i) ||
		    (other && user_has_name(other, user_names[i].kind, name)))
			continue;
		r = apply(db, user_names[i].kind, name, &user->id);
	}
	return r;
}

/* --- records -------------------------------------------------------------------- */

/* *found is password, or NULL if the user has none. */
static int
password_get(struct sql *db, const struct uuid *user, struct password *password,
    const struct password **found)
{
	struct sql_args args = { .count = 0 };
	int r;

	sql_arg_uuid(&args, user);
	r = sql_record(db, PASSWORD_GET, &args, password);
	*found = r ? NULL : password;
	return r == V_NOT_FOUND ? 0 : r;
}

/* Writes the password that user has after the operation. */
static int
password_put(struct sql *db, const struct op *op, const struct uuid *user)
{
	const struct password *password = op_password(op);
	struct sql_args args = { .count = 0 };

	if (!password)
		return 0;
	if (!password->hash[0]) {
		sql_arg_uuid(&args, user);
		return sql_change(db, PASSWORD_DROP, &args, NULL);
	}
	sql_arg_record(&args, &password_kind, password);
	return sql_change(db, PASSWORD_PUT, &args, NULL);
}

/* V_NOT_FOUND: the account of user does not exist.  Else it does until the transaction ends. */
static int
account_check(struct sql *db, const struct user *user)
{
	return uuid_is_none(&user->account) ? 0 : sql_account_turn(db, &user->account);
}

/* --- operations ------------------------------------------------------------------- */

/* 0 if the stored user is identical to the operation's; else V_EXISTS. */
static int
user_repeat(struct sql *db, const struct op *op, const struct user *old)
{
	const struct password *found;
	struct password password;
	int r;

	r = password_get(db, &old->id, &password, &found);
	if (r)
		return r;
	return change_repeats_user(op, old, found) ? 0 : V_EXISTS;
}

int
sql_user_add(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct user *user = &op->u.user_add.user;
	struct sql_args args = { .count = 0 };
	struct user old;
	int r;

	(void)result;
	sql_arg_uuid(&args, &user->id);
	r = sql_record(db, USER_GET, &args, &old);
	if (!r)
		return user_repeat(db, op, &old);
	if (r == V_NOT_FOUND)
		r = names_apply(db, user, NULL, sql_name_check);
	if (!r)
		r = account_check(db, user);
	if (!r)
		r = names_apply(db, user, NULL, sql_name_put);
	if (!r)
		r = password_put(db, op, &user->id);
	if (r)
		return r;
	args.count = 0;
	sql_arg_record(&args, &user_kind, user);
	return sql_change(db, USER_PUT, &args, NULL);
}

/* The user before and after the operation; others wait for this one from here on. */
static int
user_change(struct sql *db, const struct op *op, struct user *old, struct user *user)
{
	const bool rehashes = op->kind == OP_USER_REHASH;
	struct sql_args args = { .count = 0 };
	const struct password *found = NULL;
	struct password password;
	int r;

	sql_arg_uuid(&args, op_user(op));
	r = sql_record(db, USER_LOCK, &args, old);
	if (!r && rehashes)
		r = password_get(db, &old->id, &password, &found);
	if (r)
		return r == V_NOT_FOUND && rehashes ? V_CHANGED : r;
	return change_user(op, old, found, user);
}

/* Writes user in place of old. */
static int
user_replace(struct sql *db, const struct user *old, const struct user *user)
{
	struct sql_args args = { .count = 0 };
	int r;

	r = names_apply(db, old, user, sql_name_drop);
	if (!r)
		r = names_apply(db, user, old, sql_name_put);
	if (r)
		return r;
	sql_arg_record(&args, &user_kind, user);
	sql_arg_uuid(&args, &old->id);
	return sql_change(db, USER_SET, &args, NULL);
}

static int
user_remove(struct sql *db, const struct user *user)
{
	struct sql_args args = { .count = 0 };
	int r;

	r = names_apply(db, user, NULL, sql_name_drop);
	if (r)
		return r;
	sql_arg_uuid(&args, &user->id);
	return sql_change(db, USER_DROP, &args, NULL);
}

/*
 * V_LAST_ADMIN: the operation takes an administrator away, and its keeper is none any more.
 * The keeper is touched, so that of two who take each other away, on two nodes, one loses.
 */
static int
admin_keep(struct sql *db, const struct op *op, const struct user *old, const struct user *user)
{
	struct sql_args args = { .count = 0 };
	const struct password *found;
	struct password password;
	struct user keeper;
	int r;

	if (uuid_is_none(&op->keeper))
		return 0;
	r = password_get(db, &old->id, &password, &found);
	if (r || !change_ends_admin(op, old, found, user))
		return r;
	sql_arg_uuid(&args, &op->keeper);
	r = uuid_equal(&op->keeper, &old->id) ? V_NOT_FOUND :
	    sql_record(db, USER_LOCK, &args, &keeper);
	if (!r)
		r = password_get(db, &op->keeper, &password, &found);
	if (r)
		return r == V_NOT_FOUND ? V_LAST_ADMIN : r;
	return user_administers(&keeper, found) ? sql_change(db, USER_TURN_LIVE, &args, NULL) :
	    V_LAST_ADMIN;
}

int
sql_user_change(struct sql *db, const struct op *op, struct op_result *result)
{
	struct user old, user;
	int r;

	r = user_change(db, op, &old, &user);
	if (!r && !uuid_equal(&old.account, &user.account))
		r = account_check(db, &user);
	if (!r)
		r = names_apply(db, &user, &old, sql_name_check);
	if (!r)
		r = admin_keep(db, op, &old, &user);
	if (!r && op_drops_tokens(op))
		r = sql_tokens_of_user_drop(db, &old.id, true, op->now_ms, &result->count);
	if (!r)
		r = password_put(db, op, &old.id);
	if (r)
		return r;
	result->u.user = user;
	/* a new password writes its user too, so that no other node deletes that meanwhile */
	if (!op_password(op) && record_same(&user_kind, &old, &user))
		return 0;
	return op->kind == OP_USER_DELETE && !op->u.user_delete.keep ? user_remove(db, &old) :
	    user_replace(db, &old, &user);
}

/* --- reads -------------------------------------------------------------------------- */

int
sql_user_get(struct store *st, const struct uuid *id, struct user *user)
{
	struct sql *db = (struct sql *)st;
	struct sql_args args = { .count = 0 };
	struct user found;
	struct sql_part parts[] = { { &user_kind, &found, false },
	    { &account_kind, &db->ahead, false } };
	int r;

	sql_arg_uuid(&args, id);
	if (st->account_ahead != AHEAD_EXPECTED)
		return sql_read_record(st, USER_GET, &args, user);
	r = sql_read_joined(st, USER_GET_ACCOUNT, &args, parts, NELEM(parts));
	if (r)
		return r;
	if (!parts[1].absent)
		st->account_ahead = AHEAD_READ;
	*user = found;
	return 0;
}

int
sql_user_find(struct store *st, enum identity_kind kind, const char *name, struct user *user)
{
	struct sql_args args = { .count = 0 };

	sql_arg_name(&args, kind, name);
	return sql_read_record(st, USER_FIND, &args, user);
}

int
sql_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count)
{
	struct sql_args args = { .count = 0 };
	void *list;
	int r;

	sql_arg_bytes(&args, after ? (const void *)after : "", after ? sizeof *after : 0);
	sql_arg_number(&args, (int64_t)limit);
	r = sql_read_list(st, USER_LIST, &args, mem, &list, count);
	if (r)
		return r;
	*users = list;
	return 0;
}

int
sql_password_get(struct store *st, const struct uuid *user, struct password *password)
{
	struct sql_args args = { .count = 0 };

	sql_arg_uuid(&args, user);
	return sql_read_record(st, PASSWORD_GET, &args, password);
}
