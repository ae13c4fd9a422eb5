// SPDX-License-Identifier: ISC
/* base/file_lock.c - locks on bytes of an open file. */
#include "base/file_lock.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

static int
control(int fd, int command, struct flock *lock)
{
	if (fcntl(fd, command, lock) == 0)
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;	/* systems differ in which it is */
}

int
file_lock(int fd, short type, off_t at, off_t len)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = len };

	return control(fd, F_OFD_SETLK, &lock);
}

int
file_lock_first(int fd, int count)
{
	int r = -EAGAIN;

	for (int at = 0; at < count && r == -EAGAIN; at++) {
		r = file_lock(fd, F_WRLCK, at, 1);
		if (!r)
			return at;
	}
	return r;
}

int
file_lock_wait(int fd, short type, off_t at, off_t len)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = len };

	return control(fd, F_OFD_SETLKW, &lock);
}

int
file_lock_process(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return control(fd, F_SETLK, &lock);
}

int
file_lock_directory(int fd)
{
	return flock(fd, LOCK_EX) == 0 ? 0 : -errno;
}

bool
file_lock_is_free(int fd, off_t at, off_t len)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at,
	    .l_len = len };

	return control(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
}
