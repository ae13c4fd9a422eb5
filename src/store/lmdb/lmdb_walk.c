// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_walk.c - from key to key. */
#include "store/lmdb/lmdb_walk.h"

#include <string.h>

#include "base/verdict.h"
#include "store/lmdb/codec.h"

/* Where a walk over keys stands. */
struct walker {
	struct txn *tx;
	MDB_cursor *cursor;
	struct place at;
};

static void
walker_leave(struct walker *w)
{
	mdb_leave(&w->cursor);
}

static int
walker_enter(struct walker *w)
{
	const struct lmdb *db = w->tx->db;
	int rc;

	rc = mdb_enter(&w->tx->db->mdb, w->tx->mdb, db->dbi[w->at.table], &w->cursor);
	return rc ? txn_fault(w->tx, rc, "mdb_cursor_open") : 0;
}

/* Moves on, or searches from w->at on.  V_NOT_FOUND. */
static int
walker_move(struct walker *w, MDB_cursor_op op, struct mdb_copy *val)
{
	struct mdb_copy key = { w->at.key, PLACE_KEY_MAX, w->at.len };
	int rc;

	rc = mdb_move(&w->tx->db->mdb, w->cursor, op, &key, val);
	if (rc == MDB_NOTFOUND)
		return place_nothing(w->tx, &w->at);
	if (rc)
		return place_fault(w->tx, rc, "mdb_cursor_get", &w->at);
	if (key.len > key.size)
		return place_damaged(&w->at);
	w->at.len = key.len;
	return 0;
}

static bool
begins_with(const struct place *at, const struct place *prefix)
{
	return at->len >= prefix->len && memcmp(at->key, prefix->key, prefix->len) == 0;
}

/* After a search found no key at all: so there must be none. */
static int
check_empty(struct txn *tx, const struct place *at)
{
	uint64_t count;
	int r = table_count(tx, at->table, &count);

	if (r)
		return r;
	return count ? place_damaged(at) : V_NOT_FOUND;
}

int
walk_count(struct txn *tx, const struct place *prefix, uint64_t most, uint64_t *count)
{
	GUARD(walker_leave) struct walker w = { .tx = tx, .at = *prefix };
	int r;

	*count = 0;
	r = walker_enter(&w);
	if (!r)
		r = walker_move(&w, MDB_SET_RANGE, NULL);
	while (!r && *count < most && begins_with(&w.at, prefix)) {
		++*count;
		r = walker_move(&w, MDB_NEXT, NULL);
	}
	return r == V_NOT_FOUND ? 0 : r;
}

/* As LMDB orders the keys of all our databases. */
int
walk_compare(const struct place *a, const struct place *b)
{
	const size_t len = a->len < b->len ? a->len : b->len;
	int r = memcmp(a->key, b->key, len);

	return r ? r : (a->len > b->len) - (a->len < b->len);
}

/*
 * No cursor remains open between steps, so that the current record may be dropped.  Keys
 * that are not in order lead a search astray, and a walk round in circles.
 */
int
walk_next(struct txn *tx, struct place *at)
{
	GUARD(walker_leave) struct walker w = { .tx = tx, .at = *at };
	int r;

	/* no key lies between a key and the same one with a NUL more */
	w.at.key[w.at.len++] = '\0';
	r = walker_enter(&w);
	if (!r)
		r = walker_move(&w, MDB_SET_RANGE, NULL);
	if (r == V_NOT_FOUND && !at->len)
		return check_empty(tx, at);
	if (r)
		return r;
	if (walk_compare(&w.at, at) <= 0)
		return place_damaged(at);
	*at = w.at;
	return 0;
}

/* Moves on to a neighbour, if there is one: its record must be what was written there. */
static int
walker_visit(struct walker *w, MDB_cursor_op op, struct place *neighbour)
{
	uint8_t bytes[CODEC_SIZE_MAX];
	struct mdb_copy val = { bytes, sizeof bytes, 0 };
	union any_record record;
	int r;

	r = walker_move(w, op, &val);
	if (r)
		return r;
	*neighbour = w->at;
	return place_decode(&w->at, &val, &record) ? place_damaged(&w->at) : 0;
}

int
walk_around(struct txn *tx, const struct place *at, struct place *before, struct place *behind)
{
	GUARD(walker_leave) struct walker w = { .tx = tx, .at = *at };
	int r;

	*before = *behind = (struct place){ .table = at->table };
	r = walker_enter(&w);
	if (!r)
		r = walker_visit(&w, MDB_SET_RANGE, behind);
	if (r < 0)
		return r;
	r = walker_visit(&w, r ? MDB_LAST : MDB_PREV, before);
	if (r == V_NOT_FOUND && !behind->len)
		r = check_empty(tx, at);
	return r == V_NOT_FOUND ? 0 : r;
}
