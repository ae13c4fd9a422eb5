// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_txn.h - an open store in LMDB, and its transactions.
 *
 * Within this folder MDB_MAP_FULL may be a result: lmdb_submit then enlarges
 * the map.  Everything else follows base/verdict.h.
 */
#ifndef STORE_LMDB_LMDB_TXN_H
#define STORE_LMDB_LMDB_TXN_H

#include "base/guard.h"
#include "base/mdb.h"
#include "store/backend.h"

/* The databases.  lmdb_place.c has their kinds and keys. */
enum table {
	TABLE_META,
	TABLE_USER,
	TABLE_IDENTITY,
	TABLE_PASSWORD,
	TABLE_ACCOUNT,
	TABLE_ACCOUNT_NAME,
	TABLE_ACCOUNT_USER,
	TABLE_TOKEN,
	TABLE_TOKEN_UUID,
	TABLE_TOKEN_USER,
	TABLE_TOKEN_EXPIRY,
	TABLE_KEY,
	TABLES_AT_FIRST,		/* those from here on may be missing in an older file */
	TABLE_DOMAIN_TOKEN = TABLES_AT_FIRST,
	TABLE_ROLE,
	TABLES				/* how many there are */
};

struct share;				/* store/lmdb/lmdb_share.h */

struct lmdb {
	struct store base;		/* first, so that a struct store * is one of these */
	struct mdb mdb;
	MDB_dbi dbi[TABLES];
	struct share *share;		/* NULL: each write is a commit of its own */
	size_t max_bytes;
	struct { size_t commit; uint64_t changes; } key_look;	/* of lmdb_key_changes */
	enum { FULL_NOT, FULL_MAP, FULL_DISK } full;	/* what the last -ENOSPC was about */
};

/* GUARD(txn_drop) struct txn tx = { 0 }: undone unless committed. */
struct txn {
	struct lmdb *db;
	MDB_txn *mdb;
	uint64_t drops;			/* how many tokens it may still drop on its way */
	bool swept;			/* expired tokens were dropped in passing */
	bool unfinished;		/* there are more: commit, and apply the operation again */
};

#define LMDB_STEP 64			/* drops in a step, where room is short */

/* As in base/mdb.h. */
int txn_begin(struct lmdb *db, unsigned flags, struct txn *tx);
int txn_fault(const struct txn *tx, int rc, const char *call);
int txn_commit(struct txn *tx);
void txn_drop(struct txn *tx);

/*
 * A row in the table of lmdb_submit.c: does all of op within tx.  An operation
 * that drops many tokens does so first, after it has found that nothing speaks
 * against the rest; once tx->unfinished is set it leaves the rest undone, for
 * another step.
 */
typedef int lmdb_apply(struct txn *tx, const struct op *op, struct op_result *result);

#endif
