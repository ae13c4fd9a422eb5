// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_meta.h - the store itself. */
#ifndef STORE_LMDB_LMDB_META_H
#define STORE_LMDB_LMDB_META_H

#include "store/lmdb/lmdb_txn.h"

lmdb_apply lmdb_init;

int lmdb_meta_get(struct store *st, struct meta *meta);
int lmdb_counts(struct store *st, struct store_counts *counts);

#endif
