// SPDX-License-Identifier: ISC
/* tests/contract/small_disk.c - a file system that a test can fill. */
#include "small_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
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

/* It takes root, a loop device and the tools of btrfs. */
void
small_disk_mount_btrfs(const char *directory)
{
	char command[600];

	enter_namespace();
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		_exit(SMALL_DISK_NONE);
	snprintf(command, sizeof command, "exec >/dev/null 2>&1; PATH=$PATH:/sbin:/usr/sbin; "
	    "truncate -s 128M %s.image && mkfs.btrfs -q %s.image && "
	    "mount -o loop,noatime %s.image %s && rm %s.image && chmod 700 %s", directory,
	    directory, directory, directory, directory, directory);
	if (system(command) != 0)
		_exit(SMALL_DISK_NONE);
}

void
small_disk_fill(const char *directory)
{
	static const char pages[1024 * 1024] = "x";
	char path[200];
	int fd;

	snprintf(path, sizeof path, "%s/" BALLAST, directory);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	/* ever smaller pieces; btrfs finds out how full it is as it writes */
	for (size_t piece = sizeof pages; piece >= 512; piece /= 2) {
		while (write(fd, pages, piece) > 0)
			;
		EXPECT_INT("the disk is full", errno, ENOSPC);
		fsync(fd);
	}
	close(fd);
}

void
small_disk_empty(const char *directory)
{
	char path[200];

	snprintf(path, sizeof path, "%s/" BALLAST, directory);
	EXPECT_INT("there is room again", unlink(path), 0);
}
