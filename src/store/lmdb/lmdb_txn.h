// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_txn.h - the transactions of an open store.
 *
 * Within this folder MDB_MAP_FULL may be a result: lmdb_submit then enlarges
 * the map.  Everything else follows base/verdict.h.
 */
#ifndef STORE_LMDB_LMDB_TXN_H
#define STORE_LMDB_LMDB_TXN_H

#include "store/lmdb/lmdb_handle.h"

#define LMDB_STEP 64			/* drops in a step, where room is short */

/*
 * As in base/mdb.h.  -EUCLEAN: the database fell back to a former state
 * (store/lmdb/lmdb_commit.h); it is of no use from then on.
 */
int txn_begin(struct lmdb *db, unsigned flags, struct txn *tx);
int txn_fault(const struct txn *tx, int rc, const char *call);
int txn_commit(struct txn *tx);
void txn_drop(struct txn *tx);

/*
 * A row in the table of lmdb_submit.c: does all of op within tx.  An operation that drops
 * many tokens first ends all of them by a new generation; once tx->unfinished is set, those
 * that are left are for another step, which does the same again.
 */
typedef int lmdb_apply(struct txn *tx, const struct op *op, struct op_result *result);

#endif
