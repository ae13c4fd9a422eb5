// SPDX-License-Identifier: ISC
/* base/shared.c - memory that several processes share, through a file. */
#include "base/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocate.h"
#include "base/log.h"
#include "base/path.h"
#include "base/shared_lost.h"

#define READ_BYTES 65536

/* Another owner could take the file's contents away at any time. */
static int
check_file(const struct shared *shared, const char *path, off_t *size)
{
	struct stat st;

	if (fstat(shared->fd, &st) != 0)
		return log_fault(-errno, "%s", path);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return log_fault(-EPERM, "%s is not a regular file of our own", path);
	*size = st.st_size;
	return 0;
}

int
shared_allocate(const struct shared *shared, size_t from, size_t len)
{
	int r = allocate(shared->fd, (off_t)from, (off_t)len);

	return r ? log_fault(r, "room for shared memory") : 0;
}

/* What cannot be read now would be lost as soon as it is used. */
static int
read_all(const struct shared *shared, off_t size)
{
	char bytes[READ_BYTES];
	ssize_t got = 1;

	for (off_t at = 0; at < size && got > 0; at += got)
		got = pread(shared->fd, bytes, sizeof bytes, at);
	return got < 0 ? -errno : 0;
}

static int
map(struct shared *shared, const char *path, size_t size, size_t whole)
{
	off_t had = 0;
	int r;

	r = check_file(shared, path, &had);
	if (r)
		return r;
	r = read_all(shared, had < (off_t)whole ? had : (off_t)whole);
	if (r)
		return log_fault(r, "%s", path);
	if (!had)
		allocate_in_place(shared->fd);
	/* never shorter: others have it mapped */
	if ((size_t)had < size && ftruncate(shared->fd, (off_t)size) != 0)
		return log_fault(-errno, "%s", path);
	r = shared_allocate(shared, 0, whole);
	if (r)
		return r;
	shared->at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, shared->fd, 0);
	if (shared->at == MAP_FAILED) {
		shared->at = NULL;
		return log_fault(-errno, "%s", path);
	}
	shared->size = size;
	shared_watch(shared->at, size, path);
	return 0;
}

static int
open_and_map(struct shared *shared, const char *path, size_t size, size_t whole)
{
	*shared = SHARED_NONE;
	shared->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (shared->fd < 0)
		return log_fault(-errno, "%s", path);
	return map(shared, path, size, whole);
}

int
shared_discard(struct shared *shared, const char *path, const char *why)
{
	struct stat mine, named;
	int r = 0;

	if (flock(shared->fd, LOCK_EX) != 0 || fstat(shared->fd, &mine) != 0)
		r = log_fault(-errno, "%s", path);
	if (!r && stat(path, &named) == 0 && named.st_ino == mine.st_ino &&
	    named.st_dev == mine.st_dev) {
		log_error("%s %s; a new one takes its place", path, why);
		r = unlink(path) == 0 ? 0 : log_fault(-errno, "%s", path);
	}
	shared_close(shared);
	return r;
}

int
shared_open(struct shared *shared, const char *path, size_t size, size_t whole)
{
	int r = open_and_map(shared, path, size, whole);

	if (r == -EIO && shared_discard(shared, path, "cannot be read") == 0)
		r = open_and_map(shared, path, size, whole);
	if (r)
		shared_close(shared);
	return r;
}

int
shared_open_in(struct shared *shared, const char *dir, const char *name, size_t size)
{
	char path[PATH_MAX];
	int r;

	*shared = SHARED_NONE;
	r = path_in(path, dir, name);
	return r ? r : shared_open(shared, path, size, size);
}

bool
shared_is_in(const char *dir, const char *name)
{
	char path[PATH_MAX];

	return path_in(path, dir, name) == 0 && access(path, R_OK | W_OK) == 0;
}

void
shared_close(struct shared *shared)
{
	if (shared->at) {
		shared_forget(shared->at);
		munmap(shared->at, shared->size);
	}
	if (shared->fd >= 0)
		close(shared->fd);
	*shared = SHARED_NONE;
}

/* By name it could be another file, which the others do not see. */
static int
open_again(struct shared *shared, const struct shared *from, size_t whole)
{
	char path[32];
	int r;

	*shared = SHARED_NONE;
	snprintf(path, sizeof path, "/proc/self/fd/%d", from->fd);
	shared->fd = open(path, O_RDWR | O_CLOEXEC);
	if (shared->fd < 0)
		return -errno;
	r = map(shared, shared_path(from->at), from->size, whole);
	if (r)
		shared_close(shared);
	return r;
}

int
shared_reopen(struct shared *shared, const char *path, size_t size, size_t whole)
{
	struct shared again = SHARED_NONE;
	int r = -ENOENT;

	if (shared->at)
		r = open_again(&again, shared, whole);
	shared_close(shared);
	if (r)
		return shared_open(shared, path, size, whole);
	*shared = again;
	return 0;
}
