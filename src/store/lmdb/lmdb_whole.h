// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_whole.h - whether a data file has all of its pages. */
#ifndef STORE_LMDB_LMDB_WHOLE_H
#define STORE_LMDB_LMDB_WHOLE_H

#include "store/lmdb/lmdb_txn.h"

/*
 * -EBADMSG, logged: data.mdb is cut short, as by a copy that failed.  LMDB
 * would not notice, and meet the missing pages with SIGBUS.
 */
int lmdb_whole_check(struct lmdb *db);

#endif
