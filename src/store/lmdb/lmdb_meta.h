// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_meta.h - the store itself and its keys. */
#ifndef STORE_LMDB_LMDB_META_H
#define STORE_LMDB_LMDB_META_H

#include "store/lmdb/lmdb_txn.h"

lmdb_apply lmdb_init, lmdb_key_add;

int lmdb_meta_get(struct store *st, struct meta *meta);
int lmdb_counts(struct store *st, struct store_counts *counts);
int lmdb_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count);

#endif
