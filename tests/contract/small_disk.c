// SPDX-License-Identifier: ISC
/* tests/contract/small_disk.c - a file system that a test can fill. */
#include "small_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "test.h"

#define BALLAST "ballast"

static void
put_line(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		_exit(SMALL_DISK_NONE);
	close(fd);
}

/* As root of a namespace of its own, if need be, and there with our own ids. */
static void
enter_namespace(void)
{
	const unsigned uid = geteuid(), gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWNS) == 0)
		return;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		_exit(SMALL_DISK_NONE);
	put_line("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "%u %u 1", uid, uid);
	put_line("/proc/self/uid_map", map);
	snprintf(map, sizeof map, "%u %u 1", gid, gid);
	put_line("/proc/self/gid_map", map);
}

void
small_disk_mount(const char *directory)
{
	enter_namespace();
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", directory, "tmpfs", 0, "size=20m,mode=0700") != 0)
		_exit(SMALL_DISK_NONE);
}

void
small_disk_fill(const char *directory)
{
	static const char page[4096] = "x";
	char path[200];
	int fd;

	snprintf(path, sizeof path, "%s/" BALLAST, directory);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	while (write(fd, page, sizeof page) > 0)
		;
	EXPECT_INT("the disk is full", errno, ENOSPC);
	close(fd);
}

void
small_disk_empty(const char *directory)
{
	char path[200];

	snprintf(path, sizeof path, "%s/" BALLAST, directory);
	EXPECT_INT("there is room again", unlink(path), 0);
}
