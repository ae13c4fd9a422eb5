// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_account.h - accounts. */
#ifndef STORE_LMDB_LMDB_ACCOUNT_H
#define STORE_LMDB_LMDB_ACCOUNT_H

#include "store/lmdb/lmdb_txn.h"

lmdb_apply lmdb_account_add, lmdb_account_set, lmdb_account_delete;

int lmdb_account_get(struct store *st, const struct uuid *id, struct account *account);
int lmdb_account_find(struct store *st, const char *name, struct account *account);
int lmdb_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count);

#endif
