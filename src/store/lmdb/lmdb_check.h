// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_check.h - a check of a store: the walk over all records. */
#ifndef STORE_LMDB_LMDB_CHECK_H
#define STORE_LMDB_LMDB_CHECK_H

#include "store/store_care.h"

/* As store_check. */
int lmdb_check(struct store *st, struct store_check *check);

#endif
