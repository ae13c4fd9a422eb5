// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_meta.c - the store itself. */
#include "store/lmdb/lmdb_meta.h"

#include "base/verdict.h"
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_room.h"

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
	return place_put(tx, &at, &op->u.init);
}

int
lmdb_meta_get(struct store *st, struct meta *meta)
{
	const struct place at = at_text(TABLE_META, "store");

	return lmdb_read_one(st, &at, meta);
}

int
lmdb_counts(struct store *st, struct store_counts *counts)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct lmdb *db = (struct lmdb *)st;
	struct store_counts found = { .bytes_max = db->max_bytes };
	const struct {
		enum table table;
		uint64_t *count;
	} wanted[] = {
		{ TABLE_USER,         &found.users },
		{ TABLE_ACCOUNT,      &found.accounts },
		{ TABLE_TOKEN,        &found.tokens },
		{ TABLE_KEY,          &found.keys },
		{ TABLE_DOMAIN_TOKEN, &found.domain_tokens },
		{ TABLE_ROLE,         &found.roles },
	};
	size_t used;
	int r;

	r = txn_begin(db, MDB_RDONLY, &tx);
	for (size_t i = 0; i < NELEM(wanted) && !r; i++)
		r = table_count(&tx, wanted[i].table, wanted[i].count);
	if (!r)
		r = room_used(db, &used);
	if (r)
		return r;
	found.bytes_used = used;
	*counts = found;
	return 0;
}
