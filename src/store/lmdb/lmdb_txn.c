// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_txn.c - transactions. */
#include "store/lmdb/lmdb_txn.h"

int
txn_begin(struct lmdb *db, unsigned flags, struct txn *tx)
{
	tx->db = db;
	return mdb_begin(&db->mdb, flags, &tx->mdb);
}

int
txn_fault(const struct txn *tx, int rc, const char *call)
{
	return mdb_fault(&tx->db->mdb, rc, call);
}

int
txn_commit(struct txn *tx)
{
	return mdb_commit(&tx->db->mdb, &tx->mdb);
}

void
txn_drop(struct txn *tx)
{
	mdb_undo(&tx->mdb);
}
