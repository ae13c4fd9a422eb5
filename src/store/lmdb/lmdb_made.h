// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_made.h - what a key has made. */
#ifndef STORE_LMDB_LMDB_MADE_H
#define STORE_LMDB_LMDB_MADE_H

#include "store/lmdb/lmdb_txn.h"

lmdb_apply lmdb_tokens_drop_of_key;

#endif
