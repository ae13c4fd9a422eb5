// SPDX-License-Identifier: ISC
/* store/lmdb_account.c - operations on the store itself, its keys and accounts. */
#include "store/lmdb.h"

#include <string.h>

#include "base/verdict.h"

int
lmdb_init(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_META, "store");
	struct meta old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		return V_EXISTS;
	if (r != V_NOT_FOUND)
		return r;
	return place_put(tx, &at, &op->u.meta);
}

int
lmdb_key_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_KEY, op->u.key.id);
	struct key old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		return record_same(&key_kind, &old, &op->u.key) ? 0 : V_EXISTS;
	if (r != V_NOT_FOUND)
		return r;
	return place_put(tx, &at, &op->u.key);
}

/* Gives the account its name; "" is none.  V_EXISTS if another one has it. */
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
	const struct place at = at_uuid(TABLE_ACCOUNT, &op->id);
	struct account old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		return record_same(&account_kind, &old, &op->u.account) ? 0 : V_EXISTS;
	if (r != V_NOT_FOUND)
		return r;
	r = name_claim(tx, &op->u.account);
	if (r)
		return r;
	return place_put(tx, &at, &op->u.account);
}

int
lmdb_account_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, &op->id);
	struct account *account = &result->u.account;
	int r;

	r = place_get(tx, &at, account);
	if (r)
		return r;
	r = name_release(tx, account);
	if (r)
		return r;
	record_merge(&account_kind, account, &op->u.account, op->mask);
	account->modified_ms = op->now_ms;
	r = name_claim(tx, account);
	if (r)
		return r;
	return place_put(tx, &at, account);
}

/* V_EXISTS if any user belongs to the account. */
static int
members_check(struct txn *tx, const struct uuid *account)
{
	struct place member = at_uuid(TABLE_ACCOUNT_USER, account);
	struct uuid_link link;
	int r;

	r = place_next(tx, &member);
	if (r == V_NOT_FOUND || (!r && memcmp(member.key, account->bytes, UUID_LEN) != 0))
		return 0;
	if (!r)
		r = place_get(tx, &member, &link);
	return r ? r : V_EXISTS;
}

int
lmdb_account_delete(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, &op->id);
	struct account account;
	int r;

	(void)result;
	r = place_get(tx, &at, &account);
	if (r)
		return r;
	r = members_check(tx, &op->id);
	if (r)
		return r;
	r = name_release(tx, &account);
	if (r)
		return r;
	return place_drop(tx, &at);
}
