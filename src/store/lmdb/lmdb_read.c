// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_read.c - reads: each is a transaction, and returns a copy. */
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_walk.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/verdict.h"

int
lmdb_absent(struct txn *tx, const struct place *at)
{
	struct place before, behind;
	int r;

	if (at->table == TABLE_META)
		return V_NOT_FOUND;
	r = walk_around(tx, at, &before, &behind);
	if (r)
		return r;
	if ((before.len && walk_compare(&before, at) >= 0) ||
	    (behind.len && walk_compare(&behind, at) <= 0))
		return place_damaged(at);
	return V_NOT_FOUND;
}

int
lmdb_read_one(struct store *st, const struct place *at, void *record)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	union any_record found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = place_get(&tx, at, &found);
	if (r)
		return r == V_NOT_FOUND ? lmdb_absent(&tx, at) : r;
	memcpy(record, &found, place_record_size(at));
	return 0;
}

int
lmdb_read_linked(struct store *st, const struct place *from, enum table table, void *record)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	union any_record found;
	struct uuid_link link;
	struct place at;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = place_get(&tx, from, &link);
	if (r)
		return r == V_NOT_FOUND ? lmdb_absent(&tx, from) : r;
	at = at_uuid(table, &link.id);
	r = place_need(&tx, &at, from, &found);
	if (r)
		return r;
	memcpy(record, &found, place_record_size(&at));
	return 0;
}

int
lmdb_next_within(struct txn *tx, struct place *at, const struct place *prefix)
{
	int r;

	r = walk_next(tx, at);
	if (r)
		return r;
	return at->len >= prefix->len && memcmp(at->key, prefix->key, prefix->len) == 0 ? 0 :
	    V_NOT_FOUND;
}

int
lmdb_read_list(struct store *st, struct arena *mem, struct place at, const struct place *prefix,
    size_t limit, size_t size, void **records, size_t *count)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct place first = at;
	size_t found = 0;
	char *list;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	while (!r && found < limit) {
		r = lmdb_next_within(&tx, &at, prefix);
		found += !r;
	}
	if (r && r != V_NOT_FOUND)
		return r;
	list = arena_alloc(mem, found * size);
	if (!list)
		return log_fault(-ENOMEM, "store: a list of %zu", found);
	for (size_t i = 0; i < found; i++) {
		r = walk_next(&tx, &first);
		if (!r)
			r = place_get(&tx, &first, list + i * size);
		if (r)
			return r;
	}
	*records = list;
	*count = found;
	return 0;
}

struct place
lmdb_after(enum table table, const struct uuid *after)
{
	const struct place start = { .table = table };

	return after ? at_uuid(table, after) : start;
}
