// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_check.c - walks over all records, in steps, and puts right what it may. */
#include "store/lmdb/lmdb_check.h"

#include "base/verdict.h"
#include "store/lmdb/lmdb_finding.h"
#include "store/lmdb/lmdb_judge.h"
#include "store/lmdb/lmdb_room.h"
#include "store/lmdb/lmdb_walk.h"

/* Records of one snapshot, or of one write, which others wait for. */
#define STEP_READ	20000
#define STEP_WRITE	200

/* What a repair drops leaves entries in indexes before it, for the next pass. */
#define PASSES_MOST	8

/* Judges the records that follow *at in its database, so many of them; false: it was the last. */
static int
judge_some(struct txn *tx, struct store_check *check, bool repairs, struct place *at, bool *more)
{
	struct walk w = { .tx = tx, .check = check, .at = *at, .repairs = repairs };
	int r;

	for (size_t left = repairs ? STEP_WRITE : STEP_READ; left; left--) {
		r = walk_next(tx, &w.at);
		if (r == V_NOT_FOUND)
			*more = false;
		if (r)
			return r == V_NOT_FOUND ? 0 : r;
		check->records++;
		r = lmdb_judge(&w);
		/* a walk comes to it, but a search does not: keys are not in order */
		if (r > 0)
			r = check_leave(&w, STORE_DAMAGED);
		if (r)
			return r;
		*at = w.at;
	}
	return 0;
}

/* A step, in a transaction. */
static int
attempt(struct lmdb *db, struct store_check *check, bool repairs, struct place *at, bool *more)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, repairs ? 0 : MDB_RDONLY, &tx);
	if (!r)
		r = judge_some(&tx, check, repairs, at, more);
	if (r || !repairs)
		return r;
	return txn_commit(&tx);
}

static int
step(struct lmdb *db, struct store_check *check, bool repairs, struct place *at, bool *more)
{
	const struct store_check before = *check;
	const struct place from = *at;
	int r;

	do {
		*check = before;
		*at = from;
		*more = true;
		r = attempt(db, check, repairs, at, more);
	} while (room_again(db, &r));
	return r;
}

/* How many records there are: about as many as will be judged. */
static int
count_all(struct lmdb *db, uint64_t *total)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	uint64_t count;
	int r;

	*total = 0;
	r = txn_begin(db, MDB_RDONLY, &tx);
	for (enum table i = 0; i < TABLES && !r; i++) {
		count = 0;
		if (db->dbi[i])
			r = table_count(&tx, i, &count);
		*total += count;
	}
	return r;
}

/* All databases; an older store lacks some. */
static int
pass(struct lmdb *db, struct store_check *check, bool repairs)
{
	uint64_t total;
	int r;

	check->records = check->expired = check->future = check->faults = 0;
	r = count_all(db, &total);
	for (enum table i = 0; i < TABLES && !r; i++) {
		struct place at = { .table = i };
		bool more = db->dbi[i];

		while (!r && more) {
			r = step(db, check, repairs, &at, &more);
			if (!r && check->progress)
				check->progress(check->arg, check->records < total ?
				    check->records : total, total);
		}
	}
	return r;
}

int
lmdb_check(struct store *st, struct store_check *check)
{
	struct lmdb *db = (struct lmdb *)st;
	uint64_t before;
	int r = 0;

	check->mended = check->dropped = 0;
	for (int i = 0; check->repair && !r && i < PASSES_MOST; i++) {
		before = check->mended + check->dropped;
		r = pass(db, check, true);
		if (check->mended + check->dropped == before)
			break;
	}
	return r ? r : pass(db, check, false);
}
