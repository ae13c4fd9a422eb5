// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_sweep.h - removing tokens that have expired. */
#ifndef STORE_LMDB_LMDB_SWEEP_H
#define STORE_LMDB_LMDB_SWEEP_H

#include "store/lmdb/lmdb_txn.h"

lmdb_apply lmdb_tokens_prune;

/*
 * Drops at most limit tokens that expired at or before now_ms, *count of them.
 * A damaged one is logged and kept, so that writes continue.  An ended login is kept for
 * longer after the clock jumped (store/change.h).
 */
int lmdb_sweep(struct txn *tx, uint64_t limit, int64_t now_ms, uint64_t *count);

/* How many tokens had expired at now_ms; looks only at those. */
int lmdb_expired_count(struct txn *tx, int64_t now_ms, uint64_t *count);

#endif
