// SPDX-License-Identifier: ISC
/* auth/issued.h: what is noted, which processes see it, and which files are refused. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/issued.h"
#include "base/arena.h"
#include "test.h"

/* A digest that begins with number; its last byte chooses the cell. */
static const uint8_t *
digest_of(uint64_t number)
{
	static uint8_t digest[DIGEST_LEN];

	memcpy(digest, &number, sizeof number);
	digest[DIGEST_LEN - 1] = (uint8_t)(number >> 56);
	return digest;
}

static void
noted(void)
{
	GUARD(issued_close) struct issued *issued = NULL, *other = NULL;
	const char *dir = test_directory();
	pid_t pid;

	EXPECT_INT("open", issued_open(&issued, dir), 0);
	EXPECT_INT("nothing yet", issued_has(issued, digest_of(7)), 0);
	EXPECT_INT("nor nothing itself", issued_has(issued, digest_of(0)), 0);
	pid = fork();
	if (pid == 0) {
		EXPECT_INT("another worker", issued_open(&other, dir), 0);
		issued_note(other, digest_of(7));
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	EXPECT_INT("noted by another", issued_has(issued, digest_of(7)), 1);
	EXPECT_INT("no other", issued_has(issued, digest_of(UINT64_C(7) << 32)), 0);
	issued_close(&issued);
	EXPECT_INT("open", issued_open(&issued, dir), 0);
	EXPECT_INT("after all workers", issued_has(issued, digest_of(7)), 1);
	issued_note(NULL, digest_of(7));
	EXPECT_INT("no file", issued_has(NULL, digest_of(7)), 0);
}

/* A set has four cells: of five digests in it four are known, the last one among them. */
static void
bounded(void)
{
	GUARD(issued_close) struct issued *issued = NULL;
	int known = 0;

	EXPECT_INT("open", issued_open(&issued, test_directory()), 0);
	for (uint64_t i = 1; i <= 5; i++) {
		issued_note(issued, digest_of(i << 40 | 3));
		EXPECT_INT("the last one", issued_has(issued, digest_of(i << 40 | 3)), 1);
	}
	for (uint64_t i = 1; i <= 5; i++)
		known += issued_has(issued, digest_of(i << 40 | 3));
	EXPECT_INT("four of five", known, 4);
	for (int again = 0; again < 3; again++)
		issued_note(issued, digest_of(UINT64_C(5) << 40 | 3));
	EXPECT_INT("to be used again drops none", issued_has(issued,
	    digest_of(UINT64_C(5) << 40 | 3)), 1);
}

static void
files(void)
{
	GUARD(issued_close) struct issued *issued = NULL;
	GUARD(arena_free) struct arena mem;
	const char *dir = test_directory(), *path;
	struct stat st;

	arena_init(&mem, 0);
	path = arena_printf(&mem, "%s/issued.1", dir);
	EXPECT_INT("no directory", issued_open(&issued, "/nonexistent"), -ENOENT);
	EXPECT_INT("a link", symlink("/etc/passwd", path), 0);
	EXPECT_INT("is not followed", issued_open(&issued, dir), -ELOOP);
	EXPECT_INT("gone", unlink(path), 0);
	EXPECT_INT("a pipe", mkfifo(path, 0600), 0);
	EXPECT_INT("is refused", issued_open(&issued, dir), -EPERM);
	EXPECT_INT("gone", unlink(path), 0);
	EXPECT_INT("open", issued_open(&issued, dir), 0);
	EXPECT_INT("made", stat(path, &st), 0);
	EXPECT_INT("for nobody else", st.st_mode & 077, 0);
	issued_close(&issued);
	EXPECT_INT("cut off", truncate(path, 100), 0);
	EXPECT_INT("is made whole", issued_open(&issued, dir), 0);
	EXPECT_INT("and usable", issued_has(issued, digest_of(UINT64_MAX)), 0);
}

static CU_TestInfo tests[] = {
	{ "noted", noted },
	{ "bounded", bounded },
	{ "files", files },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/issued", tests);
