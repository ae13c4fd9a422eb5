// SPDX-License-Identifier: ISC
/* base/allocate.c - disk space for files that are written through a map. */
#include "base/allocate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/fs.h>

#define BTRFS	0x9123683eUL		/* statfs(2) */

/* The file is as long as it would be if its blocks were allocated. */
static int
extend(int fd, off_t end)
{
	struct stat file;

	if (fstat(fd, &file) != 0)
		return -errno;
	return file.st_size >= end || ftruncate(fd, end) == 0 ? 0 : -errno;
}

int
allocate(int fd, off_t from, off_t len)
{
	int r;

	/* posix_fallocate would write bytes if need be, among those of others */
	do {
		r = fallocate(fd, 0, from, len) == 0 ? 0 : -errno;
	} while (r == -EINTR);
	return r == -EOPNOTSUPP || r == -ENOSYS ? extend(fd, from + len) : r;
}

static bool
is_btrfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (unsigned long)fs.f_type == BTRFS;
}

void
allocate_in_place(int fd)
{
	int flags;

	if (!is_btrfs(fd) || ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0)
		return;
	flags |= FS_NOCOW_FL;
	/* without it only a full disk is worse */
	(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

bool
allocate_moves(int fd)
{
	int flags = 0;

	return is_btrfs(fd) && ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 &&
	    !(flags & FS_NOCOW_FL);
}
