// SPDX-License-Identifier: ISC
/* server/owner_lock.c - which master owns a socket: the one that locks the file beside it. */
#include "server/owner_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"

static int
name_file(char file[PATH_MAX], const char *path)
{
	int len = snprintf(file, PATH_MAX, "%s.lock", path);

	return len > 0 && len < PATH_MAX ? 0 : log_fault(-ENAMETOOLONG, "%s.lock", path);
}

static int
open_file(const char *file, int *fd, bool *known)
{
	const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;

	*fd = open(file, flags);
	*known = *fd >= 0;
	if (*fd < 0 && errno == ENOENT)
		*fd = open(file, flags | O_CREAT, 0600);
	if (*fd < 0 || fstat(*fd, &st) != 0)
		return log_fault(-errno, "%s", file);
	return S_ISREG(st.st_mode) ? 0 : log_fault(-EPERM, "%s is not a file", file);
}

int
owner_lock_take(const char *path, int *fd, bool *known)
{
	GUARD(fd_close) int mine = -1;
	char file[PATH_MAX];
	int r;

	r = name_file(file, path);
	if (!r)
		r = open_file(file, &mine, known);
	if (r)
		return r;
	r = file_lock_process(mine);
	if (r == -EAGAIN)
		return log_fault(-EADDRINUSE, "cannot listen on %s: already running", path);
	if (r)
		return log_fault(r, "%s", file);
	*fd = mine;
	mine = -1;
	return 0;
}

bool
owner_lock_is_there(const char *path, int fd)
{
	struct stat named, opened;
	char file[PATH_MAX];

	return fd >= 0 && name_file(file, path) == 0 && fstat(fd, &opened) == 0 &&
	    lstat(file, &named) == 0 && named.st_dev == opened.st_dev &&
	    named.st_ino == opened.st_ino;
}
