// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_copy.h - copies of a store that others use. */
#ifndef STORE_LMDB_LMDB_COPY_H
#define STORE_LMDB_LMDB_COPY_H

#include "store/lmdb/lmdb_txn.h"

/* As store_copy and store_copy_bytes. */
int lmdb_copy(struct store *st, int fd);
int lmdb_copy_bytes(struct store *st, uint64_t *bytes);

/* Copies an environment whose databases may not be open yet. */
int lmdb_copy_env(struct lmdb *db, int fd);

#endif
