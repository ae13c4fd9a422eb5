// SPDX-License-Identifier: ISC
/*
 * base/mdb_files.h - the files of an LMDB environment, before LMDB opens them.
 *
 * LMDB follows links, takes over what it finds, and touches a lock file whose
 * blocks are not allocated; its locks hold within one pid namespace.
 */
#ifndef BASE_MDB_FILES_H
#define BASE_MDB_FILES_H

#include <sys/types.h>

/*
 * Creates lock.mdb and data.mdb in directory dir where they are missing, and
 * sees to it that they are regular files of root's, ours, or the directory's
 * owner's.  *held is a descriptor to keep open as long as the environment: it
 * says in which pid namespace we are.  For a process that has not opened the
 * environment yet (base/mdb.h).  -errno, logged with who:
 *	-EPERM		a link, something else than a file, or another user's
 *	-EBUSY		processes of another pid namespace have the environment open
 */
int mdb_files_prepare(const char *who, const char *dir, mode_t mode, int *held);

/* Is data_fd the data.mdb in dir, and no link to it?  -EPERM, logged. */
int mdb_files_check(const char *who, const char *dir, int data_fd);

#endif
