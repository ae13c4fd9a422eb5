// SPDX-License-Identifier: ISC
/* store/sql/sql_account.c - accounts. */
#include "store/sql/sql_account.h"

#include <string.h>

#include "base/verdict.h"
#include "store/change.h"
#include "store/sql/sql_name.h"
#include "store/sql/sql_try.h"

int
sql_account_turn(struct sql *db, const struct uuid *account)
{
	struct sql_args args = { .count = 0 };
	uint64_t rows;
	int r;

	sql_arg_uuid(&args, account);
	r = sql_change(db, ACCOUNT_TURN, &args, &rows);
	return !r && !rows ? V_NOT_FOUND : r;
}

/* Reserves the name of the account; "" is none.  V_EXISTS if another account has it. */
static int
name_claim(struct sql *db, const struct account *account)
{
	int r;

	if (!account->name[0])
		return 0;
	r = sql_name_check(db, NAME_OF_ACCOUNT, account->name, &account->id);
	return r ? r : sql_name_put(db, NAME_OF_ACCOUNT, account->name, &account->id);
}

static int
name_release(struct sql *db, const struct account *account)
{
	return account->name[0] ?
	    sql_name_drop(db, NAME_OF_ACCOUNT, account->name, &account->id) : 0;
}

int
sql_account_add(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct account *account = &op->u.account_add;
	struct sql_args args = { .count = 0 };
	struct account old;
	int r;

	(void)result;
	sql_arg_uuid(&args, &account->id);
	r = sql_record(db, ACCOUNT_GET, &args, &old);
	if (!r)
		return record_same(&account_kind, &old, account) ? 0 : V_EXISTS;
	if (r == V_NOT_FOUND)
		r = name_claim(db, account);
	if (r)
		return r;
	args.count = 0;
	sql_arg_record(&args, &account_kind, account);
	return sql_change(db, ACCOUNT_PUT, &args, NULL);
}

int
sql_account_set(struct sql *db, const struct op *op, struct op_result *result)
{
	struct account old, *account = &result->u.account;
	struct sql_args args = { .count = 0 };
	int r;

	sql_arg_uuid(&args, &op->u.account_set.to.id);
	r = sql_record(db, ACCOUNT_LOCK, &args, &old);
	if (r)
		return r;
	change_account(op, &old, account);
	if (record_same(&account_kind, &old, account))
		return 0;
	if (strcmp(old.name, account->name) != 0) {
		r = name_claim(db, account);
		if (!r)
			r = name_release(db, &old);
	}
	if (r)
		return r;
	args.count = 0;
	sql_arg_record(&args, &account_kind, account);
	sql_arg_uuid(&args, &old.id);
	return sql_change(db, ACCOUNT_SET, &args, NULL);
}

/* V_EXISTS if any user belongs to the account. */
static int
members_check(struct sql *db, const struct uuid *account)
{
	struct sql_args args = { .count = 0 };
	int64_t unused;
	int r;

	sql_arg_uuid(&args, account);
	r = sql_number(db, ACCOUNT_MEMBER, &args, &unused);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	return V_EXISTS;
}

int
sql_account_delete(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct uuid *id = &op->u.account_delete.id;
	struct sql_args args = { .count = 0 };
	struct account account;
	int r;

	(void)result;
	sql_arg_uuid(&args, id);
	r = sql_record(db, ACCOUNT_LOCK, &args, &account);
	if (!r)
		r = members_check(db, id);
	if (!r)
		r = name_release(db, &account);
	return r ? r : sql_change(db, ACCOUNT_DROP, &args, NULL);
}

/* --- reads -------------------------------------------------------------------------- */

int
sql_account_get(struct store *st, const struct uuid *id, struct account *account)
{
	const struct sql *db = (const struct sql *)st;
	struct sql_args args = { .count = 0 };

	if (st->account_ahead == AHEAD_READ && uuid_equal(&db->ahead.id, id)) {
		*account = db->ahead;
		return 0;
	}
	sql_arg_uuid(&args, id);
	return sql_read_record(st, ACCOUNT_GET, &args, account);
}

int
sql_account_find(struct store *st, const char *name, struct account *account)
{
	struct sql_args args = { .count = 0 };

	sql_arg_name(&args, NAME_OF_ACCOUNT, name);
	return sql_read_record(st, ACCOUNT_FIND, &args, account);
}

int
sql_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count)
{
	struct sql_args args = { .count = 0 };
	void *list;
	int r;

	sql_arg_bytes(&args, after ? (const void *)after : "", after ? sizeof *after : 0);
	sql_arg_number(&args, (int64_t)limit);
	r = sql_read_list(st, ACCOUNT_LIST, &args, mem, &list, count);
	if (r)
		return r;
	*accounts = list;
	return 0;
}
