// SPDX-License-Identifier: ISC
/*
 * base/mdb_crash.h - what remains of a process that dies inside LMDB: a mark.
 *
 * LMDB trusts its pages.  One that is damaged, or missing, can make it follow a bad
 * pointer or give up by abort(3).  The mark in the files of the environment
 * (base/mdb_files.h) tells the next process that opens them.
 */
#ifndef BASE_MDB_CRASH_H
#define BASE_MDB_CRASH_H

#include "base/mdb_files.h"

/* From here on a crash is one of LMDB with these files; until leave. */
void mdb_crash_enter(const struct mdb_files *files);
void mdb_crash_leave(void);

#endif
