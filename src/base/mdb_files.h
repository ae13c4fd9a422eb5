// SPDX-License-Identifier: ISC
/*
 * base/mdb_files.h - the files of an LMDB environment, which LMDB takes on trust.
 *
 * LMDB follows links, uses whatever files it finds, and writes to a lock file
 * whose blocks are not allocated; its locks work only within one pid namespace,
 * and only for processes that have the same lock file open.  Two lock files for one
 * data.mdb would let two processes write at once.  So each process holds a shared lock on
 * data.mdb itself, at a byte that tells its lock file: whatever becomes of the other files,
 * a process that comes later with another lock file finds that, and does not open it.
 */
#ifndef BASE_MDB_FILES_H
#define BASE_MDB_FILES_H

#define MDB_FILES_NONE ((struct mdb_files){ .held = -1, .held_data = -1 })

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Which file it is, whatever its name. */
struct file_identity {
	dev_t dev;
	ino_t ino;
};

struct mdb_files {
	int held;			/* lock.ns, open as long as the environment, or -1 */
	int held_data;			/* data.mdb, likewise */
	char data[PATH_MAX], lock[PATH_MAX];
	struct file_identity data_file, lock_file;	/* which were opened */
	off_t lock_bytes;		/* which the lock file had */
	bool lost_lock;			/* it is not open because of that */
};

/*
 * Creates lock.mdb and data.mdb in directory dir if they are missing, and checks
 * that they are regular files of root, ourselves, or the owner of the directory.
 * For a process that has not opened the environment yet (base/mdb.h).  -errno,
 * logged with who:
 *	-EPERM		a link, not a regular file, or owned by another user
 *	-EBUSY		processes of another pid namespace have the environment open, or
 *			its processes have lost their lock file
 *	-ENOSPC		no room for the lock file
 */
int mdb_files_open(struct mdb_files *files, const char *who, const char *dir, mode_t mode);
void mdb_files_close(struct mdb_files *files);

/*
 * Keeps all others out of directory dir until *held is closed: those that want to open an
 * environment there wait.  This process can then open none there either.  -EBUSY, logged:
 * others have one open.
 */
int mdb_files_alone(int *held, const char *who, const char *dir, mode_t mode);

/* Is data_fd the data.mdb that was looked at?  -EPERM, logged. */
int mdb_files_check(const struct mdb_files *files, const char *who, int data_fd);

/* Are both files still under their names, and is the lock file as long as it was? */
bool mdb_files_are_there(const struct mdb_files *files);

/*
 * Marks them as damaged.  Only a directory that is set aside loses its mark.
 * Async-signal-safe.
 */
void mdb_files_mark(const struct mdb_files *files);
bool mdb_files_are_marked(const struct mdb_files *files);

#endif
