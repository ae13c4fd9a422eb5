// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_key.h - keys, and how often they have changed. */
#ifndef STORE_LMDB_LMDB_KEY_H
#define STORE_LMDB_LMDB_KEY_H

#include "base/arena.h"
#include "store/lmdb/lmdb_txn.h"

lmdb_apply lmdb_key_add, lmdb_key_set, lmdb_key_drop;

/* V_CHANGED: the keys have changed since the secrets of op were made. */
int lmdb_keys_check(struct txn *tx, const struct op *op);

int lmdb_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count);
int lmdb_key_changes(struct store *st, uint64_t *changes);

#endif
