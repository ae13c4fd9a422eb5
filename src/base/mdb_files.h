// SPDX-License-Identifier: ISC
/*
 * base/mdb_files.h - the files of an LMDB environment, before LMDB opens them.
 *
 * LMDB follows links, uses whatever files it finds, and writes to a lock file
 * whose blocks are not allocated; its locks work only within one pid namespace.
 */
#ifndef BASE_MDB_FILES_H
#define BASE_MDB_FILES_H

#include <sys/types.h>

/*
 * Creates lock.mdb and data.mdb in directory dir if they are missing, and checks
 * that they are regular files of root, ourselves, or the owner of the directory.
 * *held is a descriptor to keep open as long as the environment: it marks our
 * pid namespace.  For a process that has not opened the
 * environment yet (base/mdb.h).  -errno, logged with who:
 *	-EPERM		a link, not a regular file, or owned by another user
 *	-EBUSY		processes of another pid namespace have the environment open
 */
int mdb_files_prepare(const char *who, const char *dir, mode_t mode, int *held);

/* Is data_fd the data.mdb in dir, and no link to it?  -EPERM, logged. */
int mdb_files_check(const char *who, const char *dir, int data_fd);

#endif
