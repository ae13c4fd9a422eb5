// SPDX-License-Identifier: ISC
/* server/landlock.c - which files a worker can still open. */
#include "server/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "base/path.h"

/* Known to each kernel that has Landlock.  The system calls have no wrappers in the C library. */
#define OPENING (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

static int
open_directory_of(const char *path)
{
	char real[PATH_MAX];

	if (!realpath(path, real))
		return -1;
	path_cut_name(real);
	return open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int
landlock_enter(const char *path)
{
	const struct landlock_ruleset_attr handled = { .handled_access_fs = OPENING };
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
	};
	GUARD(fd_close) int directory = -1;
	GUARD(fd_close) int rules = -1;

	rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	if (rules < 0)
		return -errno;
	directory = open_directory_of(path);
	if (directory < 0)
		return -errno;
	rule.parent_fd = directory;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -errno;
	return syscall(SYS_landlock_restrict_self, rules, 0) == 0 ? 0 : -errno;
}
