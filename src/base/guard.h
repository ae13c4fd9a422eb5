// SPDX-License-Identifier: ISC
/*
 * base/guard.h - a handle of a library that is released at the end of its scope.
 *
 * GUARD(txn_drop) MDB_txn *txn = NULL; calls txn_drop(&txn) whenever the
 * block is left, so an error path is a plain return.
 */
#ifndef BASE_GUARD_H
#define BASE_GUARD_H

#define GUARD(drop) __attribute__((cleanup(drop)))

/* Closes *fd unless it is negative: GUARD(fd_close) int fd = -1; */
void fd_close(int *fd);

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

#endif
