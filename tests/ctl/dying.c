// SPDX-License-Identifier: ISC
/*
 * tests/ctl/dying.c - preloaded into doorwardctl and doorward: the process gets the signal
 * $DYING_SIGNAL when it is about to change or to flush a file for the $DYING_AT-th time.
 * With $DYING_READ the disk fails to read data.mdb.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* A page that is not there: a handler tells that from a signal that somebody has sent. */
static void
touch_nothing(void)
{
	volatile const char *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, memfd_create("none", 0), 0);

	(void)*page;
}

static void
step(void)
{
	const char *at = getenv("DYING_AT"), *signum = getenv("DYING_SIGNAL");
	static int steps;

	if (!at || !signum || ++steps != atoi(at))
		return;
	if (atoi(signum) == SIGBUS)
		touch_nothing();
	raise(atoi(signum));
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
	step();
	return (ssize_t)syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	return pwrite64(fd, bytes, len, at);
}

ssize_t
writev(int fd, const struct iovec *pieces, int count)
{
	step();
	return (ssize_t)syscall(SYS_writev, fd, pieces, count);
}

int
fdatasync(int fd)
{
	step();
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	step();
	return (int)syscall(SYS_fsync, fd);
}

static bool
is_bad(int fd)
{
	char link[64], path[4096];
	ssize_t len;

	if (!getenv("DYING_READ"))
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof path - 1);
	if (len < 0)
		return false;
	path[len] = '\0';
	return len >= 8 && strcmp(path + len - 8, "data.mdb") == 0;
}

ssize_t
pread64(int fd, void *bytes, size_t len, off_t at)
{
	if (!is_bad(fd))
		return (ssize_t)syscall(SYS_pread64, fd, bytes, len, at);
	errno = EIO;
	return -1;
}

ssize_t
pread(int fd, void *bytes, size_t len, off_t at)
{
	return pread64(fd, bytes, len, at);
}
