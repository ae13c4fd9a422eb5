// SPDX-License-Identifier: ISC
/* base/mdb_files.c - the files of an LMDB environment, before LMDB opens them. */
#include "base/mdb_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"

/* A lock file for 512 readers of 64 bytes each, and a little more. */
#define LOCK_BYTES	((off_t)36 * 1024)

/* Where we look: for the log, and for whose files are good. */
struct directory {
	const char *who, *dir;
	int fd;
	uid_t owner;
	mode_t mode;
};

/* Opens a file of the directory, created if need be: one that others cannot have put there. */
static int
open_file(const struct directory *in, const char *name, int *fd, off_t *len)
{
	struct stat file;

	*fd = openat(in->fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
	    O_CLOEXEC, in->mode);
	if (*fd < 0 && errno == ELOOP)
		return log_fault(-EPERM, "%s: %s/%s is a link", in->who, in->dir, name);
	if (*fd < 0 || fstat(*fd, &file) != 0)
		return log_fault(-errno, "%s: %s/%s", in->who, in->dir, name);
	if (!S_ISREG(file.st_mode))
		return log_fault(-EPERM, "%s: %s/%s is not a file", in->who, in->dir, name);
	if (file.st_uid != in->owner && file.st_uid != 0 && file.st_uid != geteuid())
		return log_fault(-EPERM, "%s: %s/%s belongs to user %u, who is not expected to "
		    "own it", in->who, in->dir, name, (unsigned)file.st_uid);
	*len = file.st_size;
	return 0;
}

/* LMDB writes to its lock file through a map: a block that cannot be had would be SIGBUS. */
static int
prepare_lock(const struct directory *in)
{
	GUARD(fd_close) int fd = -1;
	off_t len;
	int r, rc;

	r = open_file(in, "lock.mdb", &fd, &len);
	if (r)
		return r;
	/* one that is there may be in use: nothing but its blocks is touched */
	if (len) {
		(void)fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, len);
		return 0;
	}
	rc = posix_fallocate(fd, 0, LOCK_BYTES);
	return rc ? log_fault(-rc, "%s: %s/lock.mdb", in->who, in->dir) : 0;
}

static int
prepare_data(const struct directory *in)
{
	GUARD(fd_close) int fd = -1;
	off_t len;

	return open_file(in, "data.mdb", &fd, &len);
}

/* 0 where that cannot be said. */
static uint64_t
pid_namespace(void)
{
	struct stat ns;

	return stat("/proc/self/ns/pid", &ns) == 0 ? (uint64_t)ns.st_ino : 0;
}

/*
 * Readers are known by their process ids, and the writers' mutex by a thread's:
 * in another namespace they name others, or nobody.  Those who have the
 * environment open hold a shared lock on a file that tells their namespace;
 * who is alone writes it anew.
 */
static int
join_namespace(const struct directory *in, int *held)
{
	uint64_t mine = pid_namespace(), theirs = 0;
	GUARD(fd_close) int fd = -1;
	off_t len;
	int r;

	r = open_file(in, "lock.ns", &fd, &len);
	if (r)
		return r;
	if (file_lock(fd, F_WRLCK, 0, 0) == 0 &&
	    pwrite(fd, &mine, sizeof mine, 0) != sizeof mine)
		return log_fault(-errno, "%s: %s/lock.ns", in->who, in->dir);
	r = file_lock_wait(fd, F_RDLCK, 0, 0);
	if (r)
		return log_fault(r, "%s: %s/lock.ns", in->who, in->dir);
	if (pread(fd, &theirs, sizeof theirs, 0) == sizeof theirs && theirs && mine &&
	    theirs != mine)
		return log_fault(-EBUSY, "%s: %s is in use by processes of another pid namespace, "
		    "such as a container's; they and this one cannot share it", in->who, in->dir);
	*held = fd;
	fd = -1;
	return 0;
}

static int
open_directory(struct directory *in)
{
	struct stat dir;

	in->fd = open(in->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &dir) != 0)
		return log_fault(-errno, "%s: %s", in->who, in->dir);
	in->owner = dir.st_uid;
	return 0;
}

int
mdb_files_prepare(const char *who, const char *dir, mode_t mode, int *held)
{
	struct directory in = { .who = who, .dir = dir, .fd = -1, .mode = mode };
	GUARD(fd_close) int joined = -1;
	int r;

	r = open_directory(&in);
	if (!r)
		r = join_namespace(&in, &joined);
	if (!r)
		r = prepare_lock(&in);
	if (!r)
		r = prepare_data(&in);
	fd_close(&in.fd);
	if (r)
		return r;
	*held = joined;
	joined = -1;
	return 0;
}

int
mdb_files_check(const char *who, const char *dir, int data_fd)
{
	struct stat named, opened;
	GUARD(fd_close) int fd = -1;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatat(fd, "data.mdb", &named, AT_SYMLINK_NOFOLLOW) != 0 ||
	    fstat(data_fd, &opened) != 0)
		return log_fault(-errno, "%s: %s/data.mdb", who, dir);
	if (named.st_ino != opened.st_ino || named.st_dev != opened.st_dev)
		return log_fault(-EPERM, "%s: %s/data.mdb is not what was opened", who, dir);
	return 0;
}
