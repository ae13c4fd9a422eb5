// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_account.c - accounts. */
#include "store/lmdb/lmdb_account.h"

#include <string.h>

#include "base/verdict.h"
#include "store/change.h"
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_walk.h"

/* Reserves the name of the account; "" is none.  V_EXISTS if another account has it. */
static int
name_claim(struct txn *tx, const struct account *account)
{
	const struct place at = at_text(TABLE_ACCOUNT_NAME, account->name);

	return account->name[0] ? place_claim(tx, &at, &account->id) : 0;
}

static int
name_release(struct txn *tx, const struct account *account)
{
	const struct place at = at_text(TABLE_ACCOUNT_NAME, account->name);

	return account->name[0] ? place_drop(tx, &at) : 0;
}

int
lmdb_account_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct account *account = &op->u.account_add;
	const struct place at = at_uuid(TABLE_ACCOUNT, &account->id);
	struct account old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		return record_same(&account_kind, &old, account) ? 0 : V_EXISTS;
	if (r != V_NOT_FOUND)
		return r;
	r = name_claim(tx, account);
	if (r)
		return r;
	return place_put(tx, &at, account);
}

int
lmdb_account_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, &op->u.account_set.to.id);
	struct account old, *account = &result->u.account;
	int r;

	r = place_get(tx, &at, &old);
	if (r)
		return r;
	change_account(op, &old, account);
	if (record_same(&account_kind, &old, account))
		return 0;
	r = name_release(tx, &old);
	if (!r)
		r = name_claim(tx, account);
	return r ? r : place_put(tx, &at, account);
}

/* V_EXISTS if any user belongs to the account. */
static int
members_check(struct txn *tx, const struct uuid *account)
{
	struct place member = at_uuid(TABLE_ACCOUNT_USER, account);
	struct uuid_link link;
	int r;

	r = walk_next(tx, &member);
	if (r == V_NOT_FOUND || (!r && memcmp(member.key, account->bytes, UUID_LEN) != 0))
		return 0;
	if (!r)
		r = place_get(tx, &member, &link);
	return r ? r : V_EXISTS;
}

int
lmdb_account_delete(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct uuid *id = &op->u.account_delete.id;
	const struct place at = at_uuid(TABLE_ACCOUNT, id);
	struct account account;
	int r;

	(void)result;
	r = place_get(tx, &at, &account);
	if (r)
		return r;
	r = members_check(tx, id);
	if (r)
		return r;
	r = name_release(tx, &account);
	if (r)
		return r;
	return place_drop(tx, &at);
}

int
lmdb_account_get(struct store *st, const struct uuid *id, struct account *account)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, id);

	return lmdb_read_one(st, &at, account);
}

int
lmdb_account_find(struct store *st, const char *name, struct account *account)
{
	const struct place from = at_text(TABLE_ACCOUNT_NAME, name);

	return lmdb_read_linked(st, &from, TABLE_ACCOUNT, account);
}

int
lmdb_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count)
{
	const struct place all = { .table = TABLE_ACCOUNT };
	void *list;
	int r;

	r = lmdb_read_list(st, mem, lmdb_after(TABLE_ACCOUNT, after), &all, limit,
	    sizeof **accounts, &list, count);
	if (r)
		return r;
	*accounts = list;
	return 0;
}
