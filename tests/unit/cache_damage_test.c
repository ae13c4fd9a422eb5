// SPDX-License-Identifier: ISC
/* cache/cache_files.c: a damaged cache is set aside, whether it shows at once or kills. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/leave.h"
#include "cache/cache.h"
#include "test.h"

#define PATH_SIZE	256
#define ENTRIES		600
#define TRIALS		400

/* A damaged page may end a process once as it opens the cache, and once in use. */
#define DEATHS_MAX	2

/* Exit codes of a child. */
enum { USED, SILENT, LEFT, DECEIVED };

static int
open_one(struct cache **cache, const char *directory)
{
	static const struct cache_table table = { "entries", 0 };

	return cache_open(cache, directory, &table, 1);
}

static void
name_file(char path[PATH_SIZE], const char *directory, const char *name)
{
	snprintf(path, PATH_SIZE, "%s/%s", directory, name);
}

/* The value of the i-th entry. */
static void
set_value(char value[200], int i)
{
	memset(value, 0, 200);
	snprintf(value, 200, "value %d", i);
}

/* A cache with entries in several levels of pages, closed. */
static const char *
filled(void)
{
	const char *directory = arena_printf(test_mem(), "%s/cache", test_directory());
	GUARD(cache_close) struct cache *cache = NULL;
	char name[32], value[200];

	EXPECT_VERDICT("open", open_one(&cache, directory), 0);
	for (int i = 0; i < ENTRIES; i++) {
		set_value(value, i);
		snprintf(name, sizeof name, "entry %d", i);
		EXPECT_VERDICT(name, cache_put(cache, 0, name, value, sizeof value, 100,
		    100000 + i), 0);
	}
	return directory;
}

static off_t
bytes_of(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 ? file.st_size : -1;
}

static int
visit(const char *name, const void *bytes, size_t len, void *arg)
{
	(void)name, (void)bytes, (void)len, (void)arg;
	return 0;
}

/* An entry is what was written, or absent. */
static int
read_all(struct cache *cache)
{
	char name[32], value[200], want[200];
	int r = 0;

	for (int i = 0; i < ENTRIES && r >= 0; i++) {
		set_value(want, i);
		snprintf(name, sizeof name, "entry %d", i);
		r = cache_read(cache, 0, name, value, sizeof value, 200);
		if (!r && memcmp(value, want, sizeof want) != 0)
			_exit(DECEIVED);
	}
	return r < 0 ? r : 0;
}

/* Everything that a service does with a cache; 0 if all of it succeeded. */
static int
use(const char *directory)
{
	struct cache *cache = NULL;
	char name[32];
	int r;

	r = open_one(&cache, directory);
	if (!r)
		r = read_all(cache);
	if (!r)
		r = cache_walk(cache, 0, 200, visit, NULL);
	for (int i = 0; i < ENTRIES && !r; i += 7) {
		snprintf(name, sizeof name, "entry %d", i);
		r = cache_put(cache, 0, name, "new", 3, 200, 300 + i);
		if (!r)
			r = cache_drop(cache, 0, name);
	}
	if (!r)
		r = cache_clear(cache, 0);
	cache_close(&cache);
	return r;
}

/* In a child, which may die of it, and tells if it would leave. */
static bool
is_used(const char *directory)
{
	int status = -1, null, r;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		null = open("/dev/null", O_WRONLY);
		if (null >= 0)
			dup2(null, STDERR_FILENO);
		r = use(directory);
		_exit(r == 0 ? USED : leave_is_asked() ? LEFT : SILENT);
	}
	EXPECT_INT("child", waitpid(pid, &status, 0), pid);
	/* a fault that nobody is told about would be met again and again */
	EXPECT_TRUE(directory, SANITIZER || !WIFEXITED(status) || WEXITSTATUS(status) != SILENT);
	EXPECT_TRUE(directory, !WIFEXITED(status) || WEXITSTATUS(status) != DECEIVED);
	/* LMDB itself is not instrumented, but what it calls is */
	EXPECT_TRUE(directory, SANITIZER || !WIFSIGNALED(status));
	return status == 0;
}

static bool
is_used_at_last(const char *directory)
{
	int deaths = 0;

	while (deaths <= DEATHS_MAX && !is_used(directory))
		deaths++;
	return deaths <= DEATHS_MAX;
}

/* --- what shows at once --------------------------------------------------------- */

static void
write_file(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	EXPECT_INT(path, write(fd, bytes, len), (int64_t)len);
	close(fd);
}

static void
foreign(void)
{
	static const struct { const char *row, *name; size_t len; } t[] = {
		{ "one byte", "data.mdb", 1 },
		{ "a line", "data.mdb", 20 },
		{ "a page", "data.mdb", 4096 },
		{ "some pages", "data.mdb", 40960 },
		{ "a lock file of a line", "lock.mdb", 20 },
		{ "a lock file of pages", "lock.mdb", 40960 },
	};
	char path[PATH_SIZE], *bytes;

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *directory = filled();

		bytes = arena_alloc(test_mem(), t[i].len);
		memset(bytes, 0x5a, t[i].len);
		name_file(path, directory, t[i].name);
		write_file(path, bytes, t[i].len);
		EXPECT_TRUE(t[i].row, is_used(directory));
	}
}

/* The damaged files remain to be looked at: those of the last time. */
static void
aside(void)
{
	const char *directory = filled();
	char path[PATH_SIZE], moved[PATH_SIZE];
	struct cache *cache = NULL;

	name_file(path, directory, "data.mdb");
	snprintf(moved, sizeof moved, "%s.damaged/data.mdb", directory);
	for (int times = 1; times < 4; times++) {
		write_file(path, "xxxxxxxxxx", (size_t)times);
		test_log_clear();
		EXPECT_VERDICT("opens", open_one(&cache, directory), 0);
		EXPECT_TRUE("said", test_logged("was damaged; it is now"));
		EXPECT_INT("moved", bytes_of(moved), times);
		EXPECT_VERDICT("new", cache_put(cache, 0, "a", "one", 3, 100, 200), 0);
		cache_close(&cache);
	}
}

static void
cut(void)
{
	/* how much of the file remains, in parts of 16 and bytes more */
	static const struct { const char *row; int parts, more; } t[] = {
		{ "a byte", 0, 1 }, { "half a page", 0, 2048 }, { "a page", 0, 4096 },
		{ "a page and a half", 0, 6000 }, { "two pages", 0, 8192 },
		{ "three pages", 0, 12288 }, { "a quarter", 4, 0 }, { "half", 8, 0 },
		{ "most", 15, 0 }, { "all but a byte", 16, -1 }, { "all but a page", 16, -4096 },
	};
	char path[PATH_SIZE];

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *directory = filled();

		name_file(path, directory, "data.mdb");
		EXPECT_INT(t[i].row, truncate(path, bytes_of(path) * t[i].parts / 16 + t[i].more), 0);
		EXPECT_TRUE(t[i].row, is_used_at_last(directory));
	}
}

/* A lock file that is too short for its readers is extended, and never in use by others. */
static void
short_lock(void)
{
	const char *directory = filled();
	char path[PATH_SIZE];
	struct cache *cache = NULL;

	name_file(path, directory, "lock.mdb");
	EXPECT_INT("cut", truncate(path, 300), 0);
	EXPECT_VERDICT("opens", open_one(&cache, directory), 0);
	EXPECT_TRUE("as long as it must be", bytes_of(path) >= 512 * 64);
	cache_close(&cache);
}

/* --- what shows in use, or kills -------------------------------------------------- */

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

/* Where most damage shows: the head of a page, or anywhere. */
static off_t
choose_place(uint64_t *state, off_t size)
{
	off_t page = (off_t)(next_random(state) % (uint64_t)(size / 4096)) * 4096;

	return page + (off_t)(next_random(state) % (next_random(state) % 2 ? 64 : 4096));
}

static void
flip(const char *path, off_t at, int bit)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char byte = 0;

	EXPECT_INT(path, pread(fd, &byte, 1, at), 1);
	byte ^= (char)(1 << bit);
	EXPECT_INT(path, pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* LMDB then writes over the heap what would be a fault elsewhere, and valgrind itself dies. */
static bool
is_under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

static void
flipped(void)
{
	const int trials = is_under_valgrind() ? 0 : SANITIZER ? TRIALS / 8 : TRIALS;
	uint64_t state = 1;
	char path[PATH_SIZE], row[64];

	for (int i = 0; i < trials; i++) {
		const char *directory = filled();
		off_t at;
		int bit = (int)(next_random(&state) % 8);

		name_file(path, directory, "data.mdb");
		at = choose_place(&state, bytes_of(path));
		snprintf(row, sizeof row, "bit %d at %lld", bit, (long long)at);
		flip(path, at, bit);
		EXPECT_TRUE(row, is_used_at_last(directory));
	}
}

/* Damage below a process that has the cache open: a fault that passes, and a new cache. */
static void
under_way(void)
{
	const char *directory = filled();
	struct cache *cache = NULL;
	char path[PATH_SIZE], *zeros;
	size_t len;
	int fd, status = -1;
	pid_t pid;

	name_file(path, directory, "data.mdb");
	len = (size_t)bytes_of(path) - 8192;
	zeros = arena_alloc(test_mem(), len);
	memset(zeros, 0, len);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (open_one(&cache, directory))
			_exit(1);
		fd = open(path, O_WRONLY);
		if (fd < 0 || pwrite(fd, zeros, len, 8192) != (ssize_t)len)
			_exit(2);
		_exit(cache_put(cache, 0, "a", "one", 3, 100, 200) != -EIO || !leave_is_asked());
	}
	EXPECT_INT("child", waitpid(pid, &status, 0), pid);
	EXPECT_INT("a fault, and it leaves", status, 0);
	test_log_clear();
	EXPECT_VERDICT("the next one opens", open_one(&cache, directory), 0);
	EXPECT_TRUE("and knows", test_logged("was found damaged in use"));
	EXPECT_VERDICT("and works", cache_put(cache, 0, "a", "one", 3, 100, 200), 0);
	cache_close(&cache);
}

static CU_TestInfo tests[] = {
	{ "foreign", foreign },
	{ "aside", aside },
	{ "cut", cut },
	{ "a short lock file", short_lock },
	{ "flipped bits", flipped },
	{ "under way", under_way },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cache/cache_files", tests, .info.pTearDownFunc = test_wipe);
