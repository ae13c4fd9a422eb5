// SPDX-License-Identifier: ISC
/* base/shared.h, base/shared_lost.h: files that are cut off while they are mapped. */
#include "base/shared.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/shared_lost.h"
#include "test.h"

#define SIZE		((size_t)3 * 4096)
#define LETTER_AT(page)	((page) * 4096 + 4000)

static void
write_letters(const struct shared *shared)
{
	for (size_t page = 0; page < 3; page++)
		((char *)shared->at)[LETTER_AT(page)] = 'x';
}

/* What is in the pages: "xx0". */
static const char *
read_letters(const struct shared *shared)
{
	static char letters[4];

	for (size_t page = 0; page < 3; page++) {
		const char letter = ((volatile char *)shared->at)[LETTER_AT(page)];

		letters[page] = letter ? letter : '0';
	}
	return letters;
}

static off_t
bytes_of(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 ? file.st_size : -1;
}

static void
cut(void)
{
	static const struct { const char *row; off_t bytes; const char *left; bool lost; } t[] = {
		{ "not at all",     3 * 4096, "xxx", false },
		{ "within a page",  3 * 4096 - 200, "xx0", false },
		{ "a page",         2 * 4096, "xx0", true },
		{ "most",           100,      "000", true },
		{ "all",            0,        "000", true },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(shared_close) struct shared shared = SHARED_NONE, again = SHARED_NONE;
		const char *path = arena_printf(test_mem(), "%s/shared", test_directory());

		EXPECT_VERDICT(t[i].row, shared_open(&shared, path, SIZE, SIZE), 0);
		write_letters(&shared);
		EXPECT_INT(t[i].row, truncate(path, t[i].bytes), 0);
		EXPECT_STRING(t[i].row, read_letters(&shared), t[i].left);
		EXPECT_TRUE(t[i].row, !shared_lost() == !t[i].lost);
		EXPECT_STRING(t[i].row, shared_lost() ? shared_lost() : path, path);
		write_letters(&shared);
		EXPECT_STRING(t[i].row, read_letters(&shared), "xxx");
		EXPECT_VERDICT(t[i].row, shared_open(&again, path, SIZE, SIZE), 0);
		EXPECT_INT(t[i].row, bytes_of(path), SIZE);
		write_letters(&again);
		EXPECT_STRING(t[i].row, read_letters(&again), "xxx");
		shared_close(&shared);
		EXPECT_TRUE("closed", !shared_lost());
	}
}

/* One that did not look meanwhile has lost nothing but the bytes. */
static void
whole_again(void)
{
	GUARD(shared_close) struct shared first = SHARED_NONE, second = SHARED_NONE;
	const char *path = arena_printf(test_mem(), "%s/shared", test_directory());

	EXPECT_VERDICT("open", shared_open(&first, path, SIZE, SIZE), 0);
	write_letters(&first);
	EXPECT_INT("cut", truncate(path, 4096), 0);
	EXPECT_VERDICT("by another", shared_open(&second, path, SIZE, SIZE), 0);
	EXPECT_STRING("zeros", read_letters(&first), "x00");
	write_letters(&second);
	EXPECT_STRING("shared", read_letters(&first), "xxx");
	EXPECT_TRUE("nothing is lost", !shared_lost());
}

/* A page that nobody watches. */
static void
touch_other(const char *path)
{
	GUARD(shared_close) struct shared shared = SHARED_NONE;
	volatile char *other;

	if (shared_open(&shared, path, SIZE, SIZE))
		_exit(9);
	other = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, shared.fd, 0);
	if (other == MAP_FAILED || truncate(path, 0) != 0)
		_exit(9);
	_exit(other[0]);
}

static void
other_memory(void)
{
	const char *path = arena_printf(test_mem(), "%s/shared", test_directory());
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		touch_other(path);
	EXPECT_INT("child", waitpid(pid, &status, 0), pid);
	/* a sanitizer's own handler exits */
	EXPECT_TRUE("ends as it would without us", status != 0 && status != 9 << 8);
}

static CU_TestInfo tests[] = {
	{ "cut off", cut },
	{ "whole again", whole_again },
	{ "other memory", other_memory },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/shared", tests);
