// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_key.c - keys, and how often they have changed. */
#include "store/lmdb/lmdb_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/mdb_call.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb_read.h"

/* Beside the record of the store, which is written when all its first keys are. */
static struct place
at_changes(void)
{
	return at_text(TABLE_META, "keys");
}

/* In a store whose keys have not changed since its first version, nobody has counted. */
static int
changes_get(struct txn *tx, uint64_t *changes)
{
	const struct place at = at_changes();
	struct meta meta;
	int r;

	r = place_get(tx, &at, &meta);
	if (r && r != V_NOT_FOUND)
		return r;
	*changes = (r ? 0 : meta.key_changes) + 1;	/* 0 means any */
	return 0;
}

static int
changes_count(struct txn *tx)
{
	const struct place at = at_changes();
	struct meta meta = { .schema = STORE_SCHEMA };
	int r;

	r = changes_get(tx, &meta.key_changes);
	return r ? r : place_put(tx, &at, &meta);
}

int
lmdb_keys_check(struct txn *tx, const struct op *op)
{
	uint64_t changes;
	int r;

	if (!op->keys)
		return 0;
	r = changes_get(tx, &changes);
	if (r)
		return r;
	return changes == op->keys ? 0 : V_CHANGED;
}

/* Writes the key, which is new or changed. */
static int
key_put(struct txn *tx, const struct op *op, const struct key *key)
{
	const struct place at = at_text(TABLE_KEY, key->id);
	int r;

	r = lmdb_keys_check(tx, op);
	if (!r)
		r = place_put(tx, &at, key);
	return r ? r : changes_count(tx);
}

int
lmdb_key_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_KEY, op->u.key_add.id);
	struct key old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		return record_same(&key_kind, &old, &op->u.key_add) ? 0 : V_EXISTS;
	return r == V_NOT_FOUND ? key_put(tx, op, &op->u.key_add) : r;
}

int
lmdb_key_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_KEY, op->u.key_set.to.id);
	struct key old, key;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (r)
		return r;
	key = old;
	record_merge(&key_kind, &key, &op->u.key_set.to, op->u.key_set.mask);
	return record_same(&key_kind, &old, &key) ? 0 : key_put(tx, op, &key);
}

int
lmdb_key_drop(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_KEY, op->u.key_drop.id);
	struct key old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		r = lmdb_keys_check(tx, op);
	if (!r)
		r = place_drop(tx, &at);
	return r ? r : changes_count(tx);
}

/* --- reads -------------------------------------------------------------------- */

/*
 * The number of the last commit is read from memory that the processes share, without a
 * transaction: while it is the one of the last look, nothing at all was written since.
 */
int
lmdb_key_changes(struct store *st, uint64_t *changes)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct lmdb *db = (struct lmdb *)st;
	uint64_t found;
	MDB_envinfo info;
	int r;

	if (mdb_info(&db->mdb, &info) == 0 && info.me_last_txnid == db->key_look.commit &&
	    db->key_look.changes) {
		*changes = db->key_look.changes;
		return 0;
	}
	r = txn_begin(db, MDB_RDONLY, &tx);
	if (!r)
		r = changes_get(&tx, &found);
	if (r)
		return r;
	db->key_look.commit = mdb_txn_id(tx.mdb);
	db->key_look.changes = found;
	*changes = found;
	return 0;
}

static int
key_compare(const void *left, const void *right)
{
	const struct key *a = left, *b = right;

	if (a->created_ms != b->created_ms)
		return a->created_ms < b->created_ms ? -1 : 1;
	return strcmp(a->id, b->id);
}

int
lmdb_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count)
{
	const struct place start = { .table = TABLE_KEY };
	void *list;
	int r;

	r = lmdb_read_list(st, mem, start, &start, SIZE_MAX, sizeof **keys, &list, count);
	if (r)
		return r;
	*keys = list;
	qsort(*keys, *count, sizeof **keys, key_compare);
	return 0;
}
