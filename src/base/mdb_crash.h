// SPDX-License-Identifier: ISC
/*
 * base/mdb_crash.h - a crash inside LMDB becomes a result, or at least leaves a mark.
 *
 * LMDB trusts its pages.  One that is damaged, or missing, can make it follow a bad
 * pointer, or give up in an assertion.
 *
 * Between begin and end of a guarded call, a fault of memory that the kernel reports for
 * this very thread, or a failed assertion, comes back to MDB_CRASHED().  That is sound
 * because such a stretch is nothing but one call of LMDB, or reads of what LMDB returned:
 * it holds no lock of ours and no memory that must be freed.  What LMDB itself may leave
 * half done is in its transaction (base/mdb_call.h).
 *
 * Outside of such stretches a crash ends the process, as it would without us.  If it
 * happens between enter and leave, a mark in the files of the environment
 * (base/mdb_files.h) tells the next process that opens them.
 */
#ifndef BASE_MDB_CRASH_H
#define BASE_MDB_CRASH_H

#include <setjmp.h>

#include <lmdb.h>

#include "base/mdb_files.h"

/* From here on a crash is one of LMDB with these files; until leave. */
void mdb_crash_enter(const struct mdb_files *files);
void mdb_crash_leave(void);

/*
 * True when a crash has come back here.  Keep to "if (MDB_CRASHED()) return ...;", and
 * call mdb_crash_end() before any other way out.  The mask of signals is neither saved nor
 * restored, which would be a system call: the handler blocks no signal.
 */
#define MDB_CRASHED() (sigsetjmp(*mdb_crash_begin(), 0) != 0)

sigjmp_buf *mdb_crash_begin(void);
void mdb_crash_end(void);

/* What the last crash of this thread was, for the log. */
const char *mdb_crash_what(void);

/* For mdb_env_set_assert(). */
void mdb_crash_assert(MDB_env *env, const char *what);

#endif
