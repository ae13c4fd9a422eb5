// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_renew.h - ending what a store of another time would let in. */
#ifndef STORE_LMDB_LMDB_RENEW_H
#define STORE_LMDB_LMDB_RENEW_H

#include "store/lmdb/lmdb_txn.h"
#include "store/store_care.h"

/*
 * Ends JWTs and sessions by new generations of all users, unless keep_sessions, and drops
 * bearer tokens and domain tokens, if drop_tokens; counts what there is.  In steps; for a
 * store that no other process has open.
 */
int lmdb_renew(struct lmdb *db, struct store_restore *how);

#endif
