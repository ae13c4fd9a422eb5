// SPDX-License-Identifier: ISC
/*
 * tests/contract/flip_test.c - one bit of a store's file is flipped, anywhere, and all of the
 * store is read: a record is what was written, or a fault, never another one, and never a
 * crash.  Where LMDB's own pages are hit, a record may rarely be missed.
 *
 * FLIP_TRIALS in the environment asks for more trials, over a larger store, and FLIP_SEED
 * for others.
 */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "store/store_care.h"
#include "store_at.h"

#define MIB ((uint64_t)1024 * 1024)
#define TRIALS		150
#define USERS		60		/* each with a password and two tokens */
#define MANY_USERS	1250
#define WRITERS	10

/* How a trial ended.  The child's exit code. */
enum outcome { READ, REFUSED, MISSING, WRONG, UNSEEN, CRASHED, OUTCOMES };

static unsigned users;
static char file[256];

static void
populate(const char *directory)
{
	struct uuid instance = contract_uuid(7);
	struct store *st = NULL;

	EXPECT_VERDICT("open", open_lmdb(&st, directory, 64 * MIB, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	for (unsigned i = 1; i <= users; i++) {
		struct token token = contract_token(2 * i, i), second = contract_token(2 * i + 1, i);

		contract_add_user(st, i);
		EXPECT_VERDICT("token", store_token_add(st, &token, 9, NOW_MS), 0);
		EXPECT_VERDICT("token", store_token_add(st, &second, 9, NOW_MS), 0);
	}
	store_close(&st);
}

/* What one answer says of the store. */
static void
judge(enum outcome *all, int r, bool same)
{
	enum outcome one = r < 0 ? REFUSED : r == V_NOT_FOUND ? MISSING : same ? READ : WRONG;

	*all = one > *all ? one : *all;
}

static void
read_user(struct store *st, unsigned i, enum outcome *all)
{
	struct password password, want_password = contract_password(i);
	struct user user, want = contract_user(i);
	int r;

	r = store_user_get(st, &want.id, &user);
	judge(all, r, !r && record_same(&user_kind, &user, &want));
	r = store_user_find(st, IDENTITY_LOGIN, want.email, &user);
	judge(all, r, !r && record_same(&user_kind, &user, &want));
	r = store_password_get(st, &want.id, &password);
	judge(all, r, !r && record_same(&password_kind, &password, &want_password));
}

static void
read_token(struct store *st, unsigned i, enum outcome *all)
{
	struct token token, want = contract_token(i, i / 2);
	int r;

	r = store_token_find(st, want.digest, NOW_MS, &token);
	judge(all, r, !r && uuid_equal(&token.user, &want.user) &&
	    token.expires_ms == want.expires_ms);
	r = store_token_get(st, &want.id, NOW_MS, &token);
	judge(all, r, !r && uuid_equal(&token.user, &want.user) &&
	    memcmp(token.digest, want.digest, DIGEST_LEN) == 0);
}

static int
count_only(void *arg, const struct store_finding *finding)
{
	(void)arg;
	(void)finding;
	return 0;
}

/* A backup of it fails at worst. */
static void
copy_away(struct store *st)
{
	GUARD(fd_close) int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	store_copy(st, fd);
}

/* In a child process. */
static enum outcome
read_all(const char *directory)
{
	struct store_check check = { .now_ms = NOW_MS, .found = count_only };
	enum outcome all = READ;
	struct store *st = NULL;
	int r;

	if (open_lmdb(&st, directory, 64 * MIB, STORE_USE))
		return REFUSED;
	for (unsigned i = 1; i <= users; i++) {
		read_user(st, i, &all);
		read_token(st, 2 * i, &all);
		read_token(st, 2 * i + 1, &all);
	}
	copy_away(st);
	/* what was met must be found; damage is no verdict */
	r = store_check(st, &check);
	if (r > 0)
		abort();
	if (all != READ && r == 0 && !check.faults)
		all = all == MISSING ? UNSEEN : all;
	return all;
}

/* Each write works or is a fault, and those of others are what they were. */
static enum outcome
write_some(const char *directory)
{
	enum outcome all = READ;
	struct store *st = NULL;
	uint64_t count;

	if (open_lmdb(&st, directory, 64 * MIB, STORE_USE))
		return REFUSED;
	for (unsigned i = 1; i <= users; i += users / WRITERS) {
		struct token token = contract_token(100000 + i, i);
		struct uuid id = contract_uuid(i);

		store_token_add(st, &token, 9, NOW_MS);
		store_user_logout(st, &id, 3, NOW_MS, &count);
		if (i % 2)
			store_user_delete(st, &id, false, NOW_MS);
	}
	store_tokens_prune(st, 9, END_MS, &count);
	for (unsigned i = 2; i <= users; i += users / WRITERS)
		read_user(st, i, &all);
	return all;
}

static enum outcome
in_child(const char *directory, enum outcome (*work)(const char *directory))
{
	int status, null;
	pid_t pid = fork();

	if (pid == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		_exit((int)work(directory));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return WIFEXITED(status) && WEXITSTATUS(status) < OUTCOMES ?
	    (enum outcome)WEXITSTATUS(status) : CRASHED;
}

/* Flips the bit; a second time puts it right. */
static void
flip(uint64_t bit)
{
	int fd = open(file, O_RDWR);
	uint8_t byte;

	if (fd < 0 || pread(fd, &byte, 1, (off_t)(bit / 8)) != 1)
		abort();
	byte ^= (uint8_t)(1 << bit % 8);
	if (pwrite(fd, &byte, 1, (off_t)(bit / 8)) != 1)
		abort();
	close(fd);
}

/* Which part of which page it was, for those who look into it. */
static void
say_where(uint64_t bit, enum outcome how)
{
	static const char *const names[OUTCOMES] = {
		[MISSING] = "missing", [WRONG] = "wrong", [UNSEEN] = "unseen", [CRASHED] = "crashed",
	};
	const uint64_t at = bit / 8, page = at / 4096;
	uint8_t head[16];
	int fd;

	if (!names[how])
		return;
	fd = open(file, O_RDONLY);
	if (fd < 0 || pread(fd, head, sizeof head, (off_t)(page * 4096)) != sizeof head)
		abort();
	close(fd);
	printf("%s: page %u, byte %u, bit %u; flags %02x, lower %u, upper %u\n", names[how],
	    (unsigned)page, (unsigned)(at % 4096), (unsigned)(bit % 8), head[10],
	    (unsigned)(head[12] | head[13] << 8), (unsigned)(head[14] | head[15] << 8));
}

static uint64_t
seed(void)
{
	return getenv("FLIP_SEED") ? (uint64_t)atoll(getenv("FLIP_SEED")) : 1;
}

/* A fixed sequence, so that a failure can be looked at (Knuth's MMIX). */
static uint64_t
next_bit(uint64_t *state, uint64_t bytes)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 16) % (bytes * 8);
}

static void
bits(void)
{
	const char *asked = getenv("FLIP_TRIALS"), *directory = contract_directory();
	const unsigned trials = asked ? (unsigned)atoi(asked) : TRIALS;
	unsigned ended[OUTCOMES] = { 0 };
	uint64_t state = seed(), bit;
	enum outcome how;
	struct stat stat;
	char row[96];

	users = asked ? MANY_USERS : USERS;
	populate(directory);
	snprintf(file, sizeof file, "%s/data.mdb", directory);
	EXPECT_INT("stat", lstat(file, &stat), 0);
	EXPECT_INT("whole", in_child(directory, read_all), READ);
	for (unsigned i = 0; i < trials; i++) {
		bit = next_bit(&state, (uint64_t)stat.st_size);
		flip(bit);
		how = in_child(directory, read_all);
		ended[how]++;
		flip(bit);
		if (asked)
			say_where(bit, how);
	}
	snprintf(row, sizeof row, "%u read, %u refused, %u missing, %u wrong, %u unseen, %u crashed",
	    ended[READ], ended[REFUSED], ended[MISSING], ended[WRONG], ended[UNSEEN],
	    ended[CRASHED]);
	if (asked)
		puts(row);
	EXPECT_INT(row, ended[WRONG], 0);
	EXPECT_INT(row, ended[CRASHED], 0);
	/* pages of LMDB have no checksums: what leads to records is believed, if rarely so */
	EXPECT_TRUE(row, ended[MISSING] * 500 <= trials);
	EXPECT_TRUE(row, ended[UNSEEN] * 500 <= trials);
	EXPECT_INT("whole again", in_child(directory, read_all), READ);
}

static char *
read_file(uint64_t size)
{
	char *whole = malloc(size);
	int fd = open(file, O_RDONLY);

	if (!whole || fd < 0 || pread(fd, whole, size, 0) != (ssize_t)size)
		abort();
	close(fd);
	return whole;
}

static void
overwrite(const char *bytes, uint64_t size)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	close(fd);
}

/* Without what was written behind it. */
static void
put_back(const char *whole, uint64_t size)
{
	overwrite(whole, size);
	EXPECT_INT("cut", truncate(file, (off_t)size), 0);
}

/* The same before writes, each time in a file that is whole otherwise. */
static void
written(void)
{
	const char *asked = getenv("FLIP_TRIALS"), *directory = contract_directory();
	const unsigned trials = asked ? (unsigned)atoi(asked) : TRIALS / 2;
	uint64_t state = seed(), size, bit;
	enum outcome how;
	struct stat stat;
	char *whole, row[64];

	users = USERS;
	populate(directory);
	snprintf(file, sizeof file, "%s/data.mdb", directory);
	EXPECT_INT("stat", lstat(file, &stat), 0);
	size = (uint64_t)stat.st_size;
	whole = read_file(size);
	for (unsigned i = 0; i < trials; i++) {
		bit = next_bit(&state, size);
		snprintf(row, sizeof row, "bit %u", (unsigned)bit);
		flip(bit);
		how = in_child(directory, write_some);
		/* LMDB itself is not instrumented, but what it calls is */
		EXPECT_TRUE(row, how != WRONG && (SANITIZER || how != CRASHED));
		put_back(whole, size);
		if (asked)
			say_where(bit, how);
	}
	free(whole);
}

/* --- all pages at once, below a process that has them open ------------------------------- */

#define META_BYTES ((uint64_t)2 * 4096)

static void
zeros(char *page, const char *whole, uint64_t size)
{
	(void)whole;
	memset(page, 0, size - META_BYTES);
}

static void
ones(char *page, const char *whole, uint64_t size)
{
	(void)whole;
	memset(page, 0xff, size - META_BYTES);
}

/* What follows so many bytes later: the pages of others, or what only looks like pages. */
static void
later(char *page, const char *whole, uint64_t size, uint64_t by)
{
	const uint64_t len = size - META_BYTES;

	memcpy(page, whole + META_BYTES + by, len - by);
	memcpy(page + len - by, whole + META_BYTES, by);
}

static void
page_later(char *page, const char *whole, uint64_t size)
{
	later(page, whole, size, 4096);
}

static void
bytes_later(char *page, const char *whole, uint64_t size)
{
	later(page, whole, size, 100);
}

static const struct {
	const char *row;
	void (*make)(char *page, const char *whole, uint64_t size);
} poisons[] = {
	{ "zeros",        zeros },
	{ "ones",         ones },
	{ "a page later", page_later },
	{ "bytes later",  bytes_later },
};

/* In a child: every read and write is a fault. */
static enum outcome
use_poisoned(const char *whole, uint64_t size, size_t row, const char *directory)
{
	char *poisoned = malloc(size);
	enum outcome all = READ, one;
	struct store *st = NULL;
	uint64_t count;

	if (!poisoned || open_lmdb(&st, directory, 64 * MIB, STORE_USE))
		abort();
	memcpy(poisoned, whole, META_BYTES);
	poisons[row].make(poisoned + META_BYTES, whole, size);
	overwrite(poisoned, size);
	free(poisoned);
	for (unsigned i = 1; i <= users; i++) {
		struct token token = contract_token(100000 + i, i);
		struct uuid id = contract_uuid(i);

		one = READ;
		read_user(st, i, &one);
		read_token(st, 2 * i, &one);
		all = one > all ? one : all;
		judge(&all, store_token_add(st, &token, 9, NOW_MS), false);
		judge(&all, store_user_logout(st, &id, 3, NOW_MS, &count), false);
	}
	return all;
}

static void
poisoned(void)
{
	const char *directory = contract_directory();
	struct stat stat;
	uint64_t size;
	char *whole;
	int status;
	pid_t pid;

	users = USERS;
	populate(directory);
	snprintf(file, sizeof file, "%s/data.mdb", directory);
	EXPECT_INT("stat", lstat(file, &stat), 0);
	size = (uint64_t)stat.st_size;
	whole = read_file(size);
	for (size_t i = 0; i < NELEM(poisons); i++) {
		fflush(NULL);
		pid = fork();
		if (pid == 0)
			_exit((int)use_poisoned(whole, size, i, directory));
		EXPECT_INT("child", waitpid(pid, &status, 0), pid);
		/* LMDB itself is not instrumented, but what it calls is */
		if (!SANITIZER || (WIFEXITED(status) && WEXITSTATUS(status) < OUTCOMES))
			EXPECT_INT(poisons[i].row, status, REFUSED << 8);
		put_back(whole, size);
	}
	free(whole);
}

CU_TestInfo flip_tests[] = {
	{ "bits", bits },
	{ "bits before writes", written },
	{ "all pages", poisoned },
	CU_TEST_INFO_NULL,
};
