// SPDX-License-Identifier: ISC
/*
 * tests/contract/process_test.c - several processes on one LMDB store: one grows
 * it, readers die, writers are killed.
 *
 * A child is forked before its parent opens the store, as LMDB demands, and
 * waits for a byte through a pipe where the order matters.
 */
#include "contract.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_place.h"
#include "store_at.h"

#define READERS		8
#define STORM_MS	1500
#define STORM_WRITERS	3

/* Two pipes to a child. */
struct child {
	pid_t pid;
	int to, from;
};

/* Runs work in a child, with the ends of its pipes. */
static struct child
child_start(int (*work)(const char *directory, int in, int out), const char *directory)
{
	struct child child;
	int to[2], from[2];

	if (pipe(to) != 0 || pipe(from) != 0)
		abort();
	child.pid = fork();
	if (child.pid == 0) {
		close(to[1]);
		close(from[0]);
		_exit(work(directory, to[0], from[1]));
	}
	close(to[0]);
	close(from[1]);
	child.to = to[1];
	child.from = from[0];
	return child;
}

static void
child_end(const char *row, const struct child *child, int want)
{
	int status = 0;

	close(child->to);
	close(child->from);
	EXPECT_INT(row, waitpid(child->pid, &status, 0), child->pid);
	EXPECT_INT(row, WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status), want);
}

static bool
tell(int fd)
{
	return write(fd, "x", 1) == 1;
}

static bool
hear(int fd)
{
	char byte;

	return read(fd, &byte, 1) == 1;
}

/* --- one grows, the other follows -------------------------------------------- */

static int
add_tokens(struct store *st, unsigned from, unsigned count)
{
	struct token token;
	int r = 0;

	for (unsigned i = from; i < from + count && !r; i++) {
		token = contract_token(i, 1);
		memset(token.name, 'n', sizeof token.name - 1);
		r = store_token_add(st, &token, UINT64_MAX, NOW_MS);
	}
	return r;
}

static int
grow(const char *directory, int in, int out)
{
	struct store *st = NULL;

	if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE))
		return 1;
	if (!hear(in) || add_tokens(st, 1, 900) || !tell(out))
		return 2;
	/* now the parent has written after what was known here */
	if (!hear(in) || add_tokens(st, 9000, 1))
		return 3;
	store_close(&st);
	return 0;
}

static void
growth(void)
{
	static const struct { const char *row; bool write_first; } t[] = {
		{ "read first",  false },
		{ "write first", true },
	};
	struct token last = contract_token(900, 1), out;

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *directory = contract_store_made();
		struct child child = child_start(grow, directory);
		struct store *st = NULL;
		struct store_counts sums;

		EXPECT_VERDICT(t[i].row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE),
		    0);
		contract_fill(st, 15);
		EXPECT_VERDICT(t[i].row, store_counts(st, &sums), 0);
		EXPECT_TRUE(t[i].row, sums.bytes_used < 16 * 1024 * 1024);
		EXPECT_TRUE(t[i].row, tell(child.to) && hear(child.from));
		if (t[i].write_first)
			EXPECT_INT(t[i].row, add_tokens(st, 901, 1), 0);
		EXPECT_VERDICT(t[i].row, store_token_find(st, last.digest, NOW_MS, &out), 0);
		EXPECT_INT(t[i].row, add_tokens(st, 902, 50), 0);
		EXPECT_VERDICT(t[i].row, store_counts(st, &sums), 0);
		EXPECT_TRUE(t[i].row, sums.bytes_used > 16 * 1024 * 1024);
		EXPECT_TRUE(t[i].row, tell(child.to));
		child_end(t[i].row, &child, 0);
		last = contract_token(9000, 1);
		EXPECT_VERDICT(t[i].row, store_token_find(st, last.digest, NOW_MS, &out), 0);
		last = contract_token(900, 1);
		store_close(&st);
	}
}

/* --- readers that die ---------------------------------------------------------- */

/* Reads, and stays within its transaction until it is killed. */
static int
read_on(const char *directory, int in, int out)
{
	struct store *st = NULL;
	struct txn tx = { 0 };

	if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE))
		return 1;
	if (txn_begin((struct lmdb *)st, MDB_RDONLY, &tx) || !tell(out))
		return 2;
	hear(in);
	return 3;
}

/* Keeps the store open, so that other processes do not start a new lock file. */
static int
keep_open(const char *directory, int in, int out)
{
	struct store *st = NULL;

	if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE) || !tell(out))
		return 1;
	hear(in);
	store_close(&st);
	return 0;
}

static void
reader_dies(const char *directory)
{
	struct child child = child_start(read_on, directory);

	EXPECT_TRUE("reads", hear(child.from));
	kill(child.pid, SIGKILL);
	child_end("killed", &child, -SIGKILL);
}

static void
stale_readers(void)
{
	const char *directory = contract_store_made();
	struct child other = child_start(keep_open, directory);
	struct store *st = NULL;

	EXPECT_TRUE("open elsewhere", hear(other.from));
	test_log_clear();
	reader_dies(directory);
	EXPECT_TRUE("not yet", !test_logged("cleared"));
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	EXPECT_TRUE("cleared", test_logged("cleared 1 readers that died"));
	store_close(&st);
	child_end("other", &other, 0);
}

/* Opens the file with few places for readers, as the first to open decides. */
static int
keep_open_small(const char *directory, int in, int out)
{
	MDB_env *env;

	if (mdb_env_create(&env) || mdb_env_set_maxreaders(env, 2) ||
	    mdb_env_open(env, directory, 0, 0600) || !tell(out))
		return 1;
	hear(in);
	mdb_env_close(env);
	return 0;
}

/* A thread takes a place of its own in the table of readers. */
static void *
read_in_thread(void *st)
{
	static struct meta meta;

	return (void *)(intptr_t)store_meta(st, &meta);
}

static void
readers_full(void)
{
	const char *directory = contract_store_made();
	struct child other, readers[READERS];
	struct store *st = NULL;
	char lock[128];
	pthread_t thread;
	void *r = NULL;
	unsigned n = 0;

	snprintf(lock, sizeof lock, "%s/lock.mdb", directory);
	EXPECT_INT("start a new table", unlink(lock), 0);
	other = child_start(keep_open_small, directory);
	EXPECT_TRUE("open elsewhere", hear(other.from));
	for (n = 0; n < READERS; n++) {
		readers[n] = child_start(read_on, directory);
		if (!hear(readers[n].from)) {
			child_end("no place left", &readers[n], 1);
			break;
		}
		if (n == 0)
			EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX,
			    STORE_USE), 0);
	}
	EXPECT_TRUE("the table is full", n > 0 && n < READERS);
	EXPECT_INT("thread", pthread_create(&thread, NULL, read_in_thread, st), 0);
	pthread_join(thread, &r);
	EXPECT_VERDICT("refused", (int)(intptr_t)r, -EAGAIN);
	for (unsigned i = 0; i < n; i++) {
		kill(readers[i].pid, SIGKILL);
		child_end("killed", &readers[i], -SIGKILL);
	}
	EXPECT_INT("thread", pthread_create(&thread, NULL, read_in_thread, st), 0);
	pthread_join(thread, &r);
	EXPECT_INT("cleared and read", (intptr_t)r, 0);
	store_close(&st);
	child_end("other", &other, 0);
}

/* --- writers that are killed ----------------------------------------------------- */

/* Adds tokens without end and reports each one that was acknowledged. */
static int
write_tokens(const char *directory, bool shares, int out)
{
	struct store *st = NULL;
	struct token token;

	if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE))
		return 1;
	if (shares)
		store_share(st);
	for (;;) {
		token = contract_token(1, 1);
		token.id = uuid_new();
		secret_random(token.digest, sizeof token.digest);
		if (store_token_add(st, &token, UINT64_MAX, NOW_MS))
			return 2;
		if (write(out, token.digest, sizeof token.digest) != sizeof token.digest)
			return 3;
	}
}

static int
write_alone(const char *directory, int in, int out)
{
	(void)in;
	return write_tokens(directory, false, out);
}

static int
write_shared(const char *directory, int in, int out)
{
	(void)in;
	return write_tokens(directory, true, out);
}

/* Appends what the killed child reported; the new length. */
static size_t
reports(const struct child *child, uint8_t (*digests)[DIGEST_LEN], size_t count, size_t most)
{
	while (count < most && read(child->from, digests[count], DIGEST_LEN) == DIGEST_LEN)
		count++;
	return count;
}

/* The third of the writers commits alone, like doorwardctl. */
static void
kill_writers(int (*work)(const char *directory, int in, int out))
{
	static uint8_t digests[20000][DIGEST_LEN];
	const char *directory = contract_store_made();
	int64_t end_ms = clock_steady_ms() + STORM_MS;
	struct child children[STORM_WRITERS];
	struct store *st = NULL;
	struct token token;
	size_t count = 0, lost = 0;
	unsigned kills = 0;

	/* A busy machine takes longer. */
	while ((clock_steady_ms() < end_ms || kills <= 10 || count <= 10) && kills < 3000) {
		for (unsigned i = 0; i < STORM_WRITERS; i++)
			children[i] = child_start(i == 2 ? write_alone : work, directory);
		usleep((useconds_t)(20000 + random() % 40000));
		for (unsigned i = 0; i < STORM_WRITERS; i++) {
			kill(children[i].pid, SIGKILL);
			count = reports(&children[i], digests, count, NELEM(digests));
			child_end("killed", &children[i], -SIGKILL);
			kills++;
		}
	}
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (size_t i = 0; i < count; i++)
		lost += store_token_find(st, digests[i], NOW_MS, &token) != 0;
	EXPECT_TRUE("writers were killed at work", kills > 10 && count > 10);
	EXPECT_INT("none lost", lost, 0);
	EXPECT_INT("writes go on", add_tokens(st, 1, 1), 0);
	store_close(&st);
}

static void
killed_writers(void)
{
	kill_writers(write_alone);
}

static void
killed_sharers(void)
{
	kill_writers(write_shared);
}

CU_TestInfo process_tests[] = {
	{ "one grows it", growth },
	{ "stale readers", stale_readers },
	{ "all readers' places taken", readers_full },
	{ "killed writers", killed_writers },
	{ "killed writers that share commits", killed_sharers },
	CU_TEST_INFO_NULL,
};
