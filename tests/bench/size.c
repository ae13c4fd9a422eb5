// SPDX-License-Identifier: ISC
/*
 * tests/bench/size.c DIRECTORY TOKENS... - what a database of so many tokens costs: bytes,
 * time to open it, to find a token in memory and on the disk, and how long a sweep keeps
 * others from writing.  With --fill DATA_DIR TOKENS it adds them to a database, with
 * users of their own.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "microseconds.h"
#include "store/lmdb/lmdb_txn.h"
#include "store_at.h"

#define BATCH		1000
#define PER_USER	10
#define LOOKUPS		100000
#define COLD_LOOKUPS	2000
#define SWEPT_MOST	200000
#define STEP		16
#define BYTES_MAX	((uint64_t)64 * 1024 * 1024 * 1024)
#define NOW_MS		INT64_C(1700000000000)
#define LIFE_MS		(INT64_C(3650) * 86400000)

static void
must(int r, const char *what)
{
	if (!r)
		return;
	fprintf(stderr, "size: %s: %d\n", what, r);
	exit(99);
}

/* Bytes that look random but can be told again from n (splitmix64). */
static void
bytes_of(uint64_t n, void *out, size_t len)
{
	for (size_t at = 0; at < len; at += 8) {
		uint64_t x = (n * 4 + at / 8 + 1) * UINT64_C(0x9e3779b97f4a7c15);

		x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
		x ^= x >> 31;
		memcpy((char *)out + at, &x, len - at < 8 ? len - at : 8);
	}
}

static struct uuid
uuid_of(uint64_t n)
{
	struct uuid id;

	bytes_of(n, id.bytes, sizeof id.bytes);
	return id;
}

/* In the order of time, as uuid_new_at() makes them. */
static struct uuid
timed_uuid_of(uint64_t n, int64_t time_ms)
{
	const struct uuid timed = uuid_new_at(time_ms);
	struct uuid id = uuid_of(n);

	memcpy(id.bytes, timed.bytes, 6);
	return id;
}

/* A user has PER_USER tokens, which were made at times far apart. */
static struct token
token_of(uint64_t n, uint64_t users)
{
	const int64_t made_ms = NOW_MS + (int64_t)n;
	struct token token = { .id = timed_uuid_of(n, made_ms), .user = uuid_of(~(n % users)),
	    .ttl_s = LIFE_MS / 1000, .created_ms = made_ms, .modified_ms = made_ms,
	    .expires_ms = made_ms + LIFE_MS, .head = "abcd", .name = "phone" };

	bytes_of(n + (UINT64_C(1) << 40), token.digest, sizeof token.digest);
	return token;
}

static void
fill_users(struct store *st, uint64_t users)
{
	static struct user_write writes[BATCH];
	size_t some;

	for (uint64_t n = 0; n < users; n += some) {
		for (some = 0; some < BATCH && n + some < users; some++) {
			writes[some].user = (struct user){ .id = uuid_of(~(n + some)), .role = "User" };
			snprintf(writes[some].user.email, LOGIN_SIZE, "owner%llu@example.org",
			    (unsigned long long)(n + some));
		}
		must(store_users_write(st, writes, some, NOW_MS), "store_users_write");
	}
}

static void
fill_tokens(struct store *st, uint64_t tokens, uint64_t users)
{
	static struct op ops[BATCH];
	size_t some;

	for (uint64_t n = 0; n < tokens; n += some) {
		for (some = 0; some < BATCH && n + some < tokens; some++) {
			ops[some].kind = OP_TOKEN_ADD;
			ops[some].now_ms = NOW_MS;
			ops[some].u.token_add.token = token_of(n + some, users);
			ops[some].u.token_add.limit = UINT64_MAX;
		}
		must(st->ops->submit_all(st, ops, some), "submit_all");
	}
}

/* In the pages of the databases of tokens; pages that were freed can be used again. */
static uint64_t
bytes_used(struct store *st)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	uint64_t pages = 0;
	MDB_stat stat;

	must(txn_begin((struct lmdb *)st, MDB_RDONLY, &tx), "begin");
	for (enum table i = TABLE_TOKEN; i <= TABLE_TOKEN_EXPIRY; i++) {
		must(mdb_stat(tx.mdb, tx.db->dbi[i], &stat), "mdb_stat");
		pages += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
	}
	return pages * stat.ms_psize;
}

static uint64_t
users_of(uint64_t tokens)
{
	return tokens / PER_USER + 1;
}

/* What is filled need not be on the disk before the next batch. */
static void
fill(const char *directory, uint64_t tokens, enum store_how how)
{
	const uint64_t users = users_of(tokens);
	GUARD(store_close) struct store *st = NULL;
	struct uuid instance = uuid_new();

	must(open_lmdb(&st, directory, BYTES_MAX, how), "open the store");
	mdb_env_set_flags(((struct lmdb *)st)->mdb.env, MDB_NOSYNC, 1);
	if (how == STORE_MAKE)
		must(store_init(st, &instance, NOW_MS), "store_init");
	fill_users(st, users);
	fill_tokens(st, tokens, users);
	must(mdb_env_sync(((struct lmdb *)st)->mdb.env, 1), "mdb_env_sync");
	printf("%llu tokens: %.0f bytes each\n", (unsigned long long)tokens,
	    (double)bytes_used(st) / (double)tokens);
}

static void
find(struct store *st, uint64_t n, uint64_t users)
{
	struct token want = token_of(n, users), found;

	must(store_token_find(st, want.digest, NOW_MS, &found), "store_token_find");
}

/* Pages of the file that are only in memory because they were read. */
static void
forget_pages(const char *directory)
{
	GUARD(fd_close) int fd = -1;
	char path[128];

	snprintf(path, sizeof path, "%s/data.mdb", directory);
	fd = open(path, O_RDONLY);
	must(fd < 0 || fdatasync(fd) != 0, path);
	must(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), "posix_fadvise");
}

/* As MDB_NORDAHEAD does. */
static void
no_readahead(void)
{
	unsigned long from = 0, to = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];

	while (maps && fgets(line, sizeof line, maps)) {
		if (strstr(line, "/data.mdb"))
			sscanf(line, "%lx-%lx", &from, &to);
	}
	if (maps)
		fclose(maps);
	must(madvise((void *)from, to - from, MADV_RANDOM), "madvise");
}

static void
look_up(const char *directory, uint64_t tokens, size_t lookups, bool ahead)
{
	const uint64_t users = users_of(tokens);
	static double took[LOOKUPS];
	GUARD(store_close) struct store *st = NULL;
	double began = now_us();
	uint64_t n;

	must(open_lmdb(&st, directory, BYTES_MAX, STORE_USE), "open the store");
	printf("open %.1f ms", (now_us() - began) / 1000);
	if (!ahead)
		no_readahead();
	for (size_t i = 0; i < lookups; i++) {
		bytes_of(i, &n, sizeof n);
		began = now_us();
		find(st, n % tokens, users);
		took[i] = now_us() - began;
	}
	qsort(took, lookups, sizeof *took, compare_us);
	printf(", find p50 %.1f p99 %.1f us\n", took[lookups / 2], took[lookups * 99 / 100]);
}

/* LMDB is opened once in a process, and only by children. */
static void
look_up_apart(const char *directory, uint64_t tokens, size_t lookups, bool ahead)
{
	fflush(stdout);
	if (fork() == 0) {
		look_up(directory, tokens, lookups, ahead);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

static void
sweep(const char *directory, uint64_t tokens)
{
	const uint64_t all = tokens < SWEPT_MOST ? tokens : SWEPT_MOST;
	GUARD(store_close) struct store *st = NULL;
	static double took[SWEPT_MOST / STEP + 1];
	double began = now_us();
	uint64_t total = 0, count;
	size_t steps = 0;

	must(open_lmdb(&st, directory, BYTES_MAX, STORE_USE), "open the store");
	do {
		took[steps] = now_us();
		must(store_tokens_prune(st, STEP, NOW_MS + LIFE_MS + (int64_t)all, &count),
		    "store_tokens_prune");
		took[steps] = now_us() - took[steps];
		total += count;
	} while (count == STEP && ++steps < NELEM(took));
	began = now_us() - began;
	qsort(took, steps, sizeof *took, compare_us);
	printf("prune %llu, %.0f us each, step of %d p50 %.1f p99 %.1f ms\n",
	    (unsigned long long)total, began / (double)total, STEP, took[steps / 2] / 1000,
	    took[steps * 99 / 100] / 1000);
}

static int
measure(uint64_t tokens)
{
	char directory[] = "size-XXXXXX";

	if (!mkdtemp(directory))
		return 99;
	fflush(stdout);
	if (fork() == 0) {
		fill(directory, tokens, STORE_MAKE);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	printf("  in memory:              ");
	look_up_apart(directory, tokens, LOOKUPS, true);
	for (int ahead = 1; ahead >= 0; ahead--) {
		forget_pages(directory);
		printf("  on disk, readahead %s: ", ahead ? "on " : "off");
		look_up_apart(directory, tokens, COLD_LOOKUPS, ahead);
	}
	printf("  ");
	sweep(directory, tokens);
	return remove_lmdb(directory);
}

int
main(int argc, char **argv)
{
	int r = 0;

	if (descriptors_fill() || secret_init())
		return 99;
	if (argc == 4 && strcmp(argv[1], "--fill") == 0) {
		fill(argv[2], strtoull(argv[3], NULL, 10), STORE_USE);
		return 0;
	}
	if (argc < 3 || chdir(argv[1]) != 0)
		return 99;
	for (int i = 2; i < argc && !r; i++)
		r = measure(strtoull(argv[i], NULL, 10));
	return r;
}
