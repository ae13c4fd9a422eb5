// SPDX-License-Identifier: ISC
#include "base/file_lock.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "unit.h"

static char path[256];

static int
open_again(void)
{
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void
bytes(void)
{
	int mine, other;

	snprintf(path, sizeof path, "%s/locks", test_directory());
	mine = open_again();
	other = open_again();
	EXPECT_VERDICT("one", file_lock(mine, F_WRLCK, 3, 1), 0);
	EXPECT_VERDICT("held by another", file_lock(other, F_WRLCK, 3, 1), -EAGAIN);
	EXPECT_TRUE("seen by another", !file_lock_is_free(other, 3, 1));
	EXPECT_TRUE("not by itself", file_lock_is_free(mine, 3, 1));
	EXPECT_VERDICT("the next one", file_lock(other, F_WRLCK, 4, 1), 0);
	EXPECT_VERDICT("all", file_lock(other, F_RDLCK, 0, 0), -EAGAIN);
	EXPECT_VERDICT("unlock", file_lock(mine, F_UNLCK, 3, 1), 0);
	EXPECT_TRUE("free", file_lock_is_free(other, 3, 1));
	EXPECT_VERDICT("shared", file_lock_wait(mine, F_RDLCK, 9, 1), 0);
	EXPECT_VERDICT("by both", file_lock(other, F_RDLCK, 9, 1), 0);
	close(open_again());		/* drops nothing */
	EXPECT_VERDICT("but not to write", file_lock(other, F_WRLCK, 9, 1), -EAGAIN);
	close(mine);
	EXPECT_VERDICT("gone with its file", file_lock(other, F_WRLCK, 9, 1), 0);
	close(other);
	EXPECT_VERDICT("no file", file_lock(-1, F_WRLCK, 0, 1), -EBADF);
	EXPECT_TRUE("so nothing is free", !file_lock_is_free(-1, 0, 1));
}

static CU_TestInfo tests[] = {
	{ "bytes", bytes },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/file_lock", tests);
