// SPDX-License-Identifier: ISC
/* base/mdb_files.c - the files of an LMDB environment, which LMDB takes on trust. */
#include "base/mdb_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocate.h"
#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"

/* A lock file for 512 readers of 64 bytes each, and a little more. */
#define LOCK_BYTES	((off_t)36 * 1024)

/* The locks of LMDB and its first reader are within so much of it. */
#define LOCK_LEAST_BYTES	((off_t)192)

/* Bytes of data.mdb that are locked, far behind all that a file can have. */
#define DATA_LOCK_AT	((off_t)1 << 62)
#define DATA_LOCKS	((off_t)1 << 32)

/* In lock.ns, after the pid namespace. */
#define MARK_AT		((off_t)sizeof(uint64_t))

/* Where we look: for the log, and for whose files are good. */
struct directory {
	const char *who, *dir;
	int fd;
	uid_t owner;
	mode_t mode;
	bool alone;			/* no other process has the environment open */
};

static struct file_identity
identity_of(const struct stat *file)
{
	return (struct file_identity){ file->st_dev, file->st_ino };
}

static bool
is_same(const struct file_identity *a, const struct file_identity *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* Opens a file of the directory, created if need be: one that others cannot have put there. */
static int
open_file(const struct directory *in, const char *name, int *fd, struct stat *file)
{
	*fd = openat(in->fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
	    O_CLOEXEC, in->mode);
	if (*fd < 0 && errno == ELOOP)
		return log_fault(-EPERM, "%s: %s/%s is a link", in->who, in->dir, name);
	if (*fd < 0 || fstat(*fd, file) != 0)
		return log_fault(-errno, "%s: %s/%s", in->who, in->dir, name);
	if (!S_ISREG(file->st_mode))
		return log_fault(-EPERM, "%s: %s/%s is not a file", in->who, in->dir, name);
	if (file->st_uid != in->owner && file->st_uid != 0 && file->st_uid != geteuid())
		return log_fault(-EPERM, "%s: %s/%s belongs to user %u, who is not expected to "
		    "own it", in->who, in->dir, name, (unsigned)file->st_uid);
	return 0;
}

/* Has no process it open: neither one of ours, nor a tool of LMDB's own? */
static bool
is_unused(const struct directory *in, int fd)
{
	return in->alone && file_lock_is_free(fd, 0, 1);
}

/* LMDB makes a lock file anew if nobody has it open; so it may be another one. */
static int
open_lock(const struct directory *in, int *fd, struct stat *file)
{
	int r;

	r = open_file(in, "lock.mdb", fd, file);
	if (r || !file->st_size || !allocate_moves(*fd) || !is_unused(in, *fd))
		return r;
	fd_close(fd);
	*fd = -1;
	if (unlinkat(in->fd, "lock.mdb", 0) != 0)
		return log_fault(-errno, "%s: %s/lock.mdb", in->who, in->dir);
	return open_file(in, "lock.mdb", fd, file);
}

static int
lost_lock(const struct directory *in, struct mdb_files *files)
{
	files->lost_lock = true;
	return log_fault(-EBUSY, "%s: the lock file of %s was removed, replaced or cut off while "
	    "processes use it; they must end first", in->who, in->dir);
}

/* LMDB writes to its lock file through a map: a block that cannot be had would be SIGBUS. */
static int
prepare_lock(const struct directory *in, struct mdb_files *files)
{
	GUARD(fd_close) int fd = -1;
	struct stat file;
	off_t len;
	int r;

	r = open_lock(in, &fd, &file);
	if (r)
		return r;
	if (file.st_size < LOCK_LEAST_BYTES && !in->alone)
		return lost_lock(in, files);
	len = file.st_size;
	/* one that is in use keeps its length, which tells how many readers it has room for */
	if (len < LOCK_BYTES && is_unused(in, fd))
		len = LOCK_BYTES;
	if (!file.st_size)
		allocate_in_place(fd);
	r = allocate(fd, 0, len);
	if (r)
		return log_fault(r, "%s: %s/lock.mdb", in->who, in->dir);
	files->lock_bytes = len;
	files->lock_file = identity_of(&file);
	return path_in(files->lock, in->dir, "lock.mdb");
}

static int
prepare_data(struct directory *in, struct mdb_files *files)
{
	struct stat file;
	int r;

	r = open_file(in, "data.mdb", &files->held_data, &file);
	if (r)
		return r;
	if (in->alone)
		in->alone = file_lock(files->held_data, F_WRLCK, DATA_LOCK_AT, DATA_LOCKS) == 0;
	files->data_file = identity_of(&file);
	return path_in(files->data, in->dir, "data.mdb");
}

/* 0 where that cannot be said. */
static uint64_t
pid_namespace(void)
{
	struct stat ns;

	return stat("/proc/self/ns/pid", &ns) == 0 ? (uint64_t)ns.st_ino : 0;
}

/* What lock.ns says of the namespace; 0: nothing. */
static uint64_t
named_namespace(int held)
{
	uint64_t named = 0;

	return pread(held, &named, sizeof named, 0) == sizeof named ? named : 0;
}

/* On a full disk not even a byte that is there can be written again everywhere. */
static int
name_namespace(const struct directory *in, int held)
{
	uint64_t mine = pid_namespace();

	if (mine == named_namespace(held) || pwrite(held, &mine, sizeof mine, 0) == sizeof mine)
		return 0;
	return log_fault(-errno, "%s: %s/lock.ns", in->who, in->dir);
}

/*
 * Readers are known by their process ids, and the writers' mutex by a thread's:
 * in another namespace they name others, or nobody.  All processes that have the
 * environment open hold a shared lock on a file that tells their namespace.  The one
 * that is alone writes it anew, and holds all of it until the files are prepared.
 */
static int
enter(struct directory *in, int *held)
{
	struct stat file;
	int r;

	r = open_file(in, "lock.ns", held, &file);
	if (r)
		return r;
	r = file_lock_wait(*held, F_RDLCK, 0, 0);
	if (r)
		return log_fault(r, "%s: %s/lock.ns", in->who, in->dir);
	/* asked only now: one that kept all others out (mdb_files_alone) may have ended */
	in->alone = file_lock(*held, F_WRLCK, 0, 0) == 0;
	return in->alone ? name_namespace(in, *held) : 0;
}

static int
check_namespace(const struct directory *in, int held)
{
	uint64_t mine = pid_namespace(), theirs = named_namespace(held);

	if (theirs && mine && theirs != mine)
		return log_fault(-EBUSY, "%s: %s is in use by processes of another pid namespace, "
		    "such as a container's; they and this one cannot share it", in->who, in->dir);
	return 0;
}

static bool
is_free(int fd, off_t at, off_t len)
{
	return !len || file_lock_is_free(fd, at, len);
}

/* Lets others in. */
static int
share(struct mdb_files *files, const struct directory *in)
{
	const off_t at = DATA_LOCK_AT + (off_t)(files->lock_file.ino % DATA_LOCKS);
	const off_t behind = DATA_LOCK_AT + DATA_LOCKS - at - 1;
	const int fd = files->held_data;
	int r;

	r = file_lock_wait(fd, F_RDLCK, at, 1);
	if (!r && !(is_free(fd, DATA_LOCK_AT, at - DATA_LOCK_AT) && is_free(fd, at + 1, behind)))
		return lost_lock(in, files);
	/* a length of 0 would be all that follows */
	if (!r && in->alone && at > DATA_LOCK_AT)
		r = file_lock(fd, F_UNLCK, DATA_LOCK_AT, at - DATA_LOCK_AT);
	if (!r && in->alone && behind)
		r = file_lock(fd, F_UNLCK, at + 1, behind);
	if (!r && in->alone)
		r = file_lock(files->held, F_RDLCK, 0, 0);
	return r ? log_fault(r, "%s: locks in %s", in->who, in->dir) : 0;
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

/* One process at a time prepares the files; two that did would each see the other's locks. */
static int
take_turn(const struct directory *in)
{
	int r = file_lock_directory(in->fd);

	return r ? log_fault(r, "%s: %s", in->who, in->dir) : 0;
}

static int
prepare_all(struct directory *in, struct mdb_files *files)
{
	int r;

	r = enter(in, &files->held);
	if (!r)
		r = check_namespace(in, files->held);
	if (!r)
		r = prepare_data(in, files);
	if (!r)
		r = prepare_lock(in, files);
	return r ? r : share(files, in);
}

int
mdb_files_open(struct mdb_files *files, const char *who, const char *dir, mode_t mode)
{
	struct directory in = { .who = who, .dir = dir, .fd = -1, .mode = mode };
	int r;

	*files = MDB_FILES_NONE;
	r = open_directory(&in);
	if (!r)
		r = take_turn(&in);
	if (!r)
		r = prepare_all(&in, files);
	fd_close(&in.fd);
	if (r)
		mdb_files_close(files);
	return r;
}

void
mdb_files_close(struct mdb_files *files)
{
	fd_close(&files->held_data);
	fd_close(&files->held);
	files->held = files->held_data = -1;
}

/* Of a lock that is held although lock.ns may have been removed since. */
static bool
is_data_free(const struct directory *in)
{
	GUARD(fd_close) int fd = openat(in->fd, "data.mdb", O_RDWR | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC);

	return fd < 0 || file_lock(fd, F_WRLCK, DATA_LOCK_AT, DATA_LOCKS) == 0;
}

int
mdb_files_alone(int *held, const char *who, const char *dir, mode_t mode)
{
	struct directory in = { .who = who, .dir = dir, .fd = -1, .mode = mode };
	struct stat file;
	int r;

	r = open_directory(&in);
	if (!r)
		r = open_file(&in, "lock.ns", held, &file);
	if (!r)
		in.alone = file_lock(*held, F_WRLCK, 0, 0) == 0 && is_data_free(&in);
	fd_close(&in.fd);
	if (r || in.alone)
		return r;
	return log_fault(-EBUSY, "%s: other processes have %s open", who, dir);
}

int
mdb_files_check(const struct mdb_files *files, const char *who, int data_fd)
{
	struct file_identity opened;
	struct stat file;

	if (fstat(data_fd, &file) != 0)
		return log_fault(-errno, "%s: %s", who, files->data);
	opened = identity_of(&file);
	if (!is_same(&opened, &files->data_file))
		return log_fault(-EPERM, "%s: %s is not what was opened", who, files->data);
	return 0;
}

/* Under its name, and with so many bytes at least. */
static bool
is_there(const char *path, const struct file_identity *wanted, off_t bytes)
{
	struct file_identity found;
	struct stat file;

	/* this very call, because a worker's sandbox permits no other */
	if (fstatat(AT_FDCWD, path, &file, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	found = identity_of(&file);
	return is_same(&found, wanted) && file.st_size >= bytes;
}

bool
mdb_files_are_there(const struct mdb_files *files)
{
	return is_there(files->data, &files->data_file, 0) &&
	    is_there(files->lock, &files->lock_file, files->lock_bytes);
}

void
mdb_files_mark(const struct mdb_files *files)
{
	static const char mark = 'D';
	ssize_t ignored = pwrite(files->held, &mark, 1, MARK_AT);

	(void)ignored;
}

bool
mdb_files_are_marked(const struct mdb_files *files)
{
	char mark = 0;

	return pread(files->held, &mark, 1, MARK_AT) == 1 && mark;
}
