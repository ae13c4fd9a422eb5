// SPDX-License-Identifier: ISC
/*
 * tests/contract/map_test.c - files that are written through maps, on a disk that has
 * filled up since: a write that needs a block would be SIGBUS.
 */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/counter.h"
#include "base/scoreboard.h"
#include "cache/cache.h"
#include "small_disk.h"
#include "store_at.h"

#define PROCESSES 8

static const struct cache_table table = { "entries", 0 };

static int
use_store(const char *directory)
{
	struct store *st = NULL;
	struct meta meta;
	int r;

	r = open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE);
	if (r)
		return r;
	store_share(st);
	r = store_meta(st, &meta);
	store_close(&st);
	return r;
}

static int
use_cache(const char *directory)
{
	const char *path = arena_printf(test_mem(), "%s/cache", directory);
	struct cache *cache = NULL;
	char value[8];
	int r;

	r = cache_open(&cache, path, &table, 1);
	if (!r)
		r = cache_read(cache, 0, "a", value, sizeof value, NOW_MS);
	cache_close(&cache);
	return r == V_NOT_FOUND ? 0 : r;
}

/* A worker's place is one that was there before, and so is its row of counters. */
static int
use_scoreboard(const char *directory)
{
	int r = scoreboard_open(directory);

	return r ? r : scoreboard_join();
}

static int
use_counters(const char *directory)
{
	int r = counters_open(directory);

	if (!r)
		r = counters_join();
	for (uint32_t i = 0; i < COUNTERS_MAX && !r; i++)
		counter_add_at(i, 1);
	return r;
}

static int (*const uses[])(const char *directory) = { use_store, use_cache, use_scoreboard,
    use_counters };

/* The exit status of a process that uses all of it: 0 or a fault, and no signal. */
static int
use_all(const char *directory)
{
	int status = -1;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		for (size_t i = 0; i < NELEM(uses); i++) {
			if (uses[i](directory))
				_exit(1);
		}
		_exit(0);
	}
	EXPECT_INT("child", waitpid(pid, &status, 0), pid);
	return status;
}

static void
create(const char *directory)
{
	const struct uuid instance = contract_uuid(7);
	struct store *st = NULL;

	EXPECT_VERDICT("create", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	store_close(&st);
	EXPECT_INT("use", use_all(directory), 0);
}

/* All of these files are written by processes that come when there is no room. */
static void
goes_on(const char *directory)
{
	create(directory);
	small_disk_fill(directory);
	for (int i = 0; i < PROCESSES; i++)
		EXPECT_INT("use on a full disk", use_all(directory), 0);
	small_disk_empty(directory);
	EXPECT_INT("use", use_all(directory), 0);
}

/* A file that an older program has left, with holes. */
static void
make_sparse(const char *path)
{
	struct stat file = { 0 };

	EXPECT_INT(path, stat(path, &file), 0);
	EXPECT_INT(path, unlink(path), 0);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	EXPECT_INT(path, truncate(path, file.st_size), 0);
}

static void
has_holes(const char *directory)
{
	const char *const names[] = { "lock.mdb", arena_printf(test_mem(), "commits-%016llx",
	    (unsigned long long)board_layout()), "cache/lock.mdb", "scoreboard.3" };

	create(directory);
	for (size_t i = 0; i < NELEM(names); i++) {
		const char *path = arena_printf(test_mem(), "%s/%s", directory, names[i]);

		make_sparse(path);
		small_disk_fill(directory);
		/* of what is not shared, the store alone can do without */
		EXPECT_INT(names[i], use_all(directory), i == 1 ? 0 : 1 << 8);
		small_disk_empty(directory);
		EXPECT_INT(names[i], unlink(path), 0);
		EXPECT_INT(names[i], use_all(directory), 0);
	}
}

/* New entries take the place of old ones. */
static void
add_entries(const char *directory, int count)
{
	const char *path = arena_printf(test_mem(), "%s/cache", directory);
	char name[32], value[100] = "x";
	struct cache *cache = NULL;
	int r = 0, n = 0;

	EXPECT_VERDICT("open", cache_open(&cache, path, &table, 1), 0);
	for (; n < 500 && !r; n++) {
		snprintf(name, sizeof name, "old %d", n);
		r = cache_put(cache, 0, name, value, sizeof value, NOW_MS, NOW_MS + 1000 + n);
	}
	small_disk_fill(directory);
	for (n = 0; n < count && !r; n++) {
		snprintf(name, sizeof name, "new %d", n);
		r = cache_put(cache, 0, name, value, sizeof value, NOW_MS, NOW_MS + 2000 + n);
		if (!r)
			r = cache_read(cache, 0, name, value, sizeof value, NOW_MS);
	}
	EXPECT_VERDICT(name, r, 0);
	EXPECT_INT("all", n, count);
	small_disk_empty(directory);
	EXPECT_VERDICT("and after", cache_put(cache, 0, "a", "x", 1, NOW_MS, NOW_MS + 9), 0);
	cache_close(&cache);
}

static void
cache_goes_on(const char *directory)
{
	add_entries(directory, 5000);
}

/* Each write to a full btrfs takes long. */
static void
cache_goes_slowly(const char *directory)
{
	add_entries(directory, 200);
}

static const struct {
	const char *row;
	void (*mount)(const char *directory);
	void (*try)(const char *directory);
} rows[] = {
	{ "tmpfs fills up",             small_disk_mount,       goes_on },
	{ "btrfs fills up",             small_disk_mount_btrfs, goes_on },
	{ "a cache on a full tmpfs",    small_disk_mount,       cache_goes_on },
	{ "a cache on a full btrfs",    small_disk_mount_btrfs, cache_goes_slowly },
	{ "files with holes, on tmpfs", small_disk_mount,       has_holes },
	{ "files with holes, on btrfs", small_disk_mount_btrfs, has_holes },
};

static void
full_disks(void)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *directory = contract_directory();
		int status = -1;
		pid_t pid;

		fflush(NULL);
		pid = fork();
		if (pid == 0) {
			rows[i].mount(directory);
			rows[i].try(directory);
			fflush(NULL);
			_exit(CU_get_number_of_failures() != 0);
		}
		EXPECT_INT("child", waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status) && WEXITSTATUS(status) == SMALL_DISK_NONE)
			printf("%s: skipped, takes a mount ... ", rows[i].row);
		else
			EXPECT_INT(rows[i].row, status, 0);
	}
}

CU_TestInfo map_tests[] = {
	{ "full disks", full_disks },
	CU_TEST_INFO_NULL,
};
