// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_txn.c - transactions. */
#include "store/lmdb/lmdb_txn.h"

#include <errno.h>

#include "base/clock.h"
#include "base/counter.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_turn.h"

static void
leave(struct txn *tx)
{
	if (tx->entered)
		turn_leave(tx->db->turn);
	tx->entered = false;
}

int
txn_begin(struct lmdb *db, unsigned flags, struct txn *tx)
{
	const uint64_t least = commit_least(db);
	int r;

	tx->db = db;
	tx->writes = !(flags & MDB_RDONLY);
	r = tx->writes ? turn_enter(db->turn, &tx->entered) : 0;
	if (!r)
		r = mdb_begin(&db->mdb, flags, &tx->mdb);
	if (!r)
		r = commit_check(tx, least);
	if (r == -EUCLEAN)
		db->mdb.broken = r;
	return r;
}

int
txn_fault(const struct txn *tx, int rc, const char *call)
{
	return mdb_fault(&tx->db->mdb, rc, call);
}

int
txn_commit(struct txn *tx)
{
	static struct counter took = { .name = "commit_us", .kind = COUNTER_TIMES };
	int r = tx->dirty ? commit_write(tx) : 0;
	int64_t began_us;

	if (r) {
		txn_drop(tx);
		return r;
	}
	began_us = clock_steady_us();
	r = mdb_commit(&tx->db->mdb, &tx->mdb);
	leave(tx);
	if (!r && tx->dirty) {
		commit_note(tx->db, &tx->commit);
		counter_measure(&took, (uint64_t)(clock_steady_us() - began_us));
	}
	return r;
}

void
txn_drop(struct txn *tx)
{
	mdb_undo(&tx->mdb);
	leave(tx);
}
