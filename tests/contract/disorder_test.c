// SPDX-License-Identifier: ISC
/*
 * tests/contract/disorder_test.c - pages of LMDB that lead to others than they should: keys
 * are out of order, a page is its own child, or the tree has a loop.  Whatever walks over
 * them ends, and a check tells.
 */
#include "contract.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/lmdb/lmdb_commit.h"
#include "store/store_care.h"
#include "store_at.h"

#define MIB		((uint64_t)1024 * 1024)
#define USERS		20
#define TOKENS		60		/* of each user, so that they are in several pages */
#define PAGE		((size_t)4096)
#define LIMIT_S		60		/* what walks in circles never ends */

/* Of a page, as LMDB lays them out: its flags, the end of the list of nodes, and that list. */
#define FLAGS_AT	10
#define LOWER_AT	12
#define NODES_AT	16
#define IS_BRANCH	1

static char file[256], last[256];
static uint8_t *whole;
static size_t size;

static void
populate(const char *directory)
{
	struct uuid instance = contract_uuid(7);
	struct store *st = NULL;
	unsigned n = 1;

	EXPECT_VERDICT("open", open_lmdb(&st, directory, 64 * MIB, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	for (unsigned i = 1; i <= USERS; i++) {
		contract_add_user(st, i);
		for (unsigned k = 0; k < TOKENS; k++, n++) {
			struct token token = contract_token(n, i);

			EXPECT_VERDICT("token", store_token_add(st, &token, TOKENS, NOW_MS), 0);
		}
	}
	store_close(&st);
}

static void
read_file(void)
{
	int fd = open(file, O_RDONLY);
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat) != 0)
		abort();
	size = (size_t)stat.st_size;
	whole = malloc(size);
	if (!whole || pread(fd, whole, size, 0) != (ssize_t)size)
		abort();
	close(fd);
}

static void
write_file(const uint8_t *bytes)
{
	int fd = open(file, O_WRONLY | O_TRUNC);

	if (fd < 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	close(fd);
	/* it is not to be seen by that */
	unlink(last);
}

static size_t
number16(const uint8_t *at)
{
	return (size_t)at[0] | (size_t)at[1] << 8;
}

/* The number of the child is in the first six bytes of a node. */
static uint8_t *
child_of(uint8_t *page, size_t node)
{
	return page + number16(page + NODES_AT + 2 * node);
}

/* How many children a page has; 0: it is none that could have them. */
static size_t
children(const uint8_t *page)
{
	const size_t lower = number16(page + LOWER_AT);

	return number16(page + FLAGS_AT) == IS_BRANCH && lower > NODES_AT && lower < PAGE ?
	    (lower - NODES_AT) / 2 : 0;
}

/* Behind a page that is right comes one with lower keys. */
static void
swap(uint8_t *page, size_t number, size_t node)
{
	uint8_t *one = child_of(page, node), *two = child_of(page, node + 2), old[6];

	(void)number;
	memcpy(old, one, sizeof old);
	memcpy(one, two, sizeof old);
	memcpy(two, old, sizeof old);
}

static void
repeat(uint8_t *page, size_t number, size_t node)
{
	(void)number;
	memcpy(child_of(page, node + 2), child_of(page, node), 6);
}

static void
lead_back(uint8_t *page, size_t number, size_t node)
{
	const uint64_t itself = number;

	memcpy(child_of(page, node), &itself, 6);
}

static const struct {
	const char *row;
	void (*make)(uint8_t *page, size_t number, size_t node);
} disorders[] = {
	{ "children change places",  swap },
	{ "a child is there twice",  repeat },
	{ "a page is its own child", lead_back },
};

/* --- what is done with it, each in a child process ----------------------------------- */

enum told { NOTHING, FAULTS };

static int
count_only(void *arg, const struct store_finding *finding)
{
	(void)arg;
	(void)finding;
	return 0;
}

static int
check(struct store *st, bool repair)
{
	struct store_check check = { .now_ms = NOW_MS, .found = count_only, .repair = repair };
	int r = store_check(st, &check);

	return r || check.faults || check.mended || check.dropped ? FAULTS : NOTHING;
}

static int
check_only(struct store *st)
{
	return check(st, false);
}

static int
repair(struct store *st)
{
	return check(st, true);
}

static int
end_all(struct store *st)
{
	struct uuid ids[USERS];
	uint64_t count;

	for (unsigned i = 0; i < USERS; i++)
		ids[i] = contract_uuid(i + 1);
	store_users_logout(st, ids, USERS, 3, NOW_MS, &count);
	for (unsigned i = 0; i < USERS; i += 3)
		store_user_delete(st, &ids[i], false, NOW_MS);
	return NOTHING;
}

static int
sweep(struct store *st)
{
	uint64_t count;

	store_tokens_prune(st, UINT64_MAX, END_MS, &count);
	return NOTHING;
}

static int
copy(struct store *st)
{
	GUARD(fd_close) int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	store_copy(st, fd);
	return NOTHING;
}

static int (*const works[])(struct store *st) = { check_only, repair, end_all, sweep, copy };

static int
in_child(const char *directory, int (*work)(struct store *st))
{
	struct store *st = NULL;
	int status = -1, null;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(LIMIT_S);
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		_exit(open_lmdb(&st, directory, 64 * MIB, STORE_USE) ? FAULTS : work(st));
	}
	EXPECT_INT("child", waitpid(pid, &status, 0), pid);
	return status;
}

/* True: the check told of it. */
static bool
try_all(const char *directory, const char *row, const uint8_t *damaged)
{
	bool told = false;
	int status;

	for (size_t i = 0; i < NELEM(works); i++) {
		write_file(damaged);
		status = in_child(directory, works[i]);
		/* LMDB itself is not instrumented, but what it calls is */
		if (!SANITIZER)
			EXPECT_TRUE(row, WIFEXITED(status));
		EXPECT_TRUE(row, !WIFSIGNALED(status) || WTERMSIG(status) != SIGALRM);
		told |= works[i] == check_only && status == FAULTS << 8;
	}
	return told;
}

static void
disorder(void)
{
	const char *directory = contract_directory();
	uint8_t *damaged;

	populate(directory);
	snprintf(file, sizeof file, "%s/data.mdb", directory);
	snprintf(last, sizeof last, "%s/" COMMIT_FILE, directory);
	read_file();
	damaged = malloc(size);
	if (!damaged)
		abort();
	EXPECT_INT("whole", in_child(directory, check_only), NOTHING);
	for (size_t i = 0; i < NELEM(disorders); i++) {
		unsigned told = 0;

		/* pages that are not in use any more look the same */
		for (size_t at = 2; at < size / PAGE; at++) {
			const size_t count = children(whole + at * PAGE);

			if (count < 3)
				continue;
			memcpy(damaged, whole, size);
			disorders[i].make(damaged + at * PAGE, at, at % (count - 2));
			told += try_all(directory, disorders[i].row, damaged);
		}
		EXPECT_TRUE(disorders[i].row, told > 0);
	}
	write_file(whole);
	free(damaged);
	free(whole);
}

CU_TestInfo disorder_tests[] = {
	{ "of pages", disorder },
	CU_TEST_INFO_NULL,
};
