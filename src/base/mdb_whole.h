// SPDX-License-Identifier: ISC
/* base/mdb_whole.h - whether a data file has all of its pages. */
#ifndef BASE_MDB_WHOLE_H
#define BASE_MDB_WHOLE_H

#include "base/mdb.h"

/*
 * -EBADMSG, logged: data.mdb is cut short, as by a copy that failed.  LMDB
 * would not notice, and meet the missing pages with SIGBUS.
 */
int mdb_whole_check(struct mdb *db);

#endif
