// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_state.c - what an administrator wants to know of a store in use. */
#include "store/lmdb/lmdb_state.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mdb_call.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_room.h"
#include "store/lmdb/lmdb_sweep.h"

/* Looks for the reader of the oldest snapshot in LMDB's list of readers. */
struct oldest {
	pid_t pid;
	size_t txn;
};

/* A line is "pid thread txn", with "-" for a reader that reads nothing; the first is a heading. */
static int
look_at_reader(const char *line, void *arg)
{
	struct oldest *oldest = arg;
	size_t txn;
	int pid;

	if (sscanf(line, "%d %*s %zu", &pid, &txn) == 2 && pid != getpid() &&
	    (!oldest->pid || txn < oldest->txn)) {
		oldest->pid = pid;
		oldest->txn = txn;
	}
	return 0;
}

static int
look_at_readers(struct lmdb *db, struct store_state *state)
{
	struct oldest oldest = { .pid = 0 };
	MDB_envinfo info;
	int rc;

	rc = mdb_info(&db->mdb, &info);
	if (rc)
		return mdb_fault(&db->mdb, rc, "mdb_env_info");
	rc = mdb_readers(&db->mdb, look_at_reader, &oldest);
	if (rc < 0)
		return mdb_fault(&db->mdb, rc, "mdb_reader_list");
	state->reader = oldest.pid;
	if (oldest.pid && oldest.txn < info.me_last_txnid)
		state->reader_behind = info.me_last_txnid - oldest.txn;
	return 0;
}

int
lmdb_state(struct store *st, int64_t now_ms, struct store_state *out)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct lmdb *db = (struct lmdb *)st;
	struct store_state state = { .reader = 0 };
	size_t used, all;
	int r;

	r = txn_begin(db, MDB_RDONLY, &tx);
	if (!r)
		r = lmdb_expired_count(&tx, now_ms, &state.expired);
	if (!r)
		r = room_within(&tx, &used);
	if (!r)
		r = room_used(db, &all);
	if (!r)
		r = look_at_readers(db, &state);
	if (r)
		return r;
	state.written_ms = db->commit.at_ms;
	state.settled_ms = commit_settled(&db->commit, now_ms);
	state.bytes_free = all > used ? all - used : 0;
	*out = state;
	return 0;
}
