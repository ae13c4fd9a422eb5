// SPDX-License-Identifier: ISC
/*
 * tests/contract/share_test.c - processes that share their commits: each gets the
 * result of its own operation, and the death of one of them harms no other.
 */
#include "contract.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "store/lmdb/lmdb_board.h"
#include "store/lmdb/lmdb_share.h"
#include "store_at.h"

#define WRITERS		6
#define EACH		60

#define FILE_SIZE	200

static void
name_file(char path[FILE_SIZE], const char *directory, uint64_t layout)
{
	snprintf(path, FILE_SIZE, "%s/commits-%016llx", directory, (unsigned long long)layout);
}

/* As a program of that layout; 0: as this one. */
static struct store *
open_sharing_as(const char *directory, uint64_t layout)
{
	struct store *st = NULL;
	struct lmdb *db;

	if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE))
		_exit(90);
	db = (struct lmdb *)st;
	if (layout)
		share_open_as(&db->share, db, layout);
	else
		store_share(st);
	if (!db->share)
		_exit(91);
	return st;
}

static struct store *
open_sharing(const char *directory)
{
	return open_sharing_as(directory, 0);
}

/* The exit codes of children, each of which runs work with its number. */
static void
run_all(const char *directory, int (*work)(struct store *st, unsigned n), int codes[WRITERS])
{
	pid_t pids[WRITERS];
	int status;

	fflush(NULL);
	for (unsigned i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(work(open_sharing(directory), i));
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		EXPECT_INT("child", waitpid(pids[i], &status, 0), pids[i]);
		codes[i] = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	}
}

static struct token
token_of(unsigned n, unsigned i)
{
	struct token token = contract_token(i, 1);

	token.id.bytes[0] = (uint8_t)n;
	token.digest[0] = (uint8_t)n;
	return token;
}

/* Adds tokens, and drops every other one; each answer is about the own one. */
static int
add_and_drop(struct store *st, unsigned n)
{
	struct token gone;

	for (unsigned i = 1; i <= EACH; i++) {
		const struct token token = token_of(n, i);

		if (store_token_add(st, &token, UINT64_MAX, NOW_MS))
			return 1;
		if (i % 2)
			continue;
		memset(&gone, 0, sizeof gone);
		if (store_token_drop_id(st, &token.user, &token.id, NOW_MS, &gone))
			return 2;
		if (!record_same(&token_kind, &gone, &token))
			return 3;
		if (store_token_drop_id(st, &token.user, &token.id, NOW_MS, &gone) != V_NOT_FOUND)
			return 4;
	}
	return 0;
}

static void
own_results(void)
{
	const char *directory = contract_store_made();
	struct store *st = NULL;
	struct token found;
	int codes[WRITERS];

	run_all(directory, add_and_drop, codes);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (unsigned n = 0; n < WRITERS; n++) {
		EXPECT_INT("writer", codes[n], 0);
		for (unsigned i = 1; i <= EACH; i++) {
			const struct token token = token_of(n, i);

			EXPECT_VERDICT(i % 2 ? "added" : "dropped", store_token_find(st,
			    token.digest, NOW_MS, &found), i % 2 ? 0 : V_NOT_FOUND);
		}
	}
	store_close(&st);
}

/* All of them add users with the same names: the exit code is how many were added. */
static int
add_users(struct store *st, unsigned n)
{
	int added = 0, r;

	for (unsigned i = 2; i < 2 + EACH; i++) {
		struct user user = contract_user(i);
		struct password password = contract_password(i);

		user.id.bytes[0] = (uint8_t)(100 + n);
		password.user = user.id;
		r = store_user_add(st, &user, &password);
		if (r && r != V_EXISTS)
			return 200;
		added += r == 0;
	}
	return added;
}

static void
one_wins(void)
{
	int codes[WRITERS], sum = 0;

	run_all(contract_store_made(), add_users, codes);
	for (unsigned n = 0; n < WRITERS; n++) {
		EXPECT_TRUE("writer", codes[n] >= 0 && codes[n] <= EACH);
		sum += codes[n];
	}
	EXPECT_INT("each name once", sum, EACH);
}

/* --- the death of a combiner ---------------------------------------------------------- */

static int
die(struct txn *tx, const struct op *op, struct op_result *result)
{
	(void)tx, (void)op, (void)result;
	raise(SIGKILL);
	return 0;
}

static int
refuse(struct lmdb *db, const struct op *op, struct op_result *result)
{
	(void)db, (void)op, (void)result;
	return V_CHANGED;
}

/* Waits for the lock of the combiner, and dies with it, in the midst of a batch. */
static int
die_combining(struct store *st)
{
	static const struct share_calls calls = { die, refuse };
	const struct op op = { .kind = OP_TOKEN_ADD, .now_ms = NOW_MS,
	    .u.token_add = { token_of(40, 1), UINT64_MAX, false } };
	struct op_result result;

	return share_submit(((struct lmdb *)st)->share, &calls, &op, &result) == V_CHANGED ? 0 : 1;
}

static pid_t
start(const char *directory, bool dies)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct store *st = open_sharing(directory);

		_exit(dies ? die_combining(st) : add_and_drop(st, 50));
	}
	return pid;
}

/* Those that wait beside a combiner that dies are served, whoever it was. */
static void
combiner_dies(void)
{
	const char *directory = contract_store_made();
	struct token found, token = token_of(50, 1);
	pid_t dying, other;
	struct store *st = NULL;
	int status;

	for (int i = 0; i < 20; i++) {
		dying = start(directory, true);
		other = start(directory, false);
		EXPECT_INT("other", waitpid(other, &status, 0), other);
		EXPECT_TRUE("other", WIFEXITED(status));
		/* from the second time on its tokens are there */
		EXPECT_TRUE("other", i == 0 ? WEXITSTATUS(status) == 0 : WEXITSTATUS(status) < 90);
		EXPECT_INT("dying", waitpid(dying, &status, 0), dying);
	}
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	EXPECT_VERDICT("there", store_token_find(st, token.digest, NOW_MS, &found), 0);
	store_close(&st);
}

/* --- what the dead leave ---------------------------------------------------------------- */

/* The file of a store, made by a process that has ended. */
static int
open_file(const char *directory)
{
	char path[FILE_SIZE];
	pid_t pid;
	int fd;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		open_sharing(directory);
		_exit(0);
	}
	EXPECT_INT("made", waitpid(pid, NULL, 0), pid);
	name_file(path, directory, board_layout());
	fd = open(path, O_RDWR | O_CLOEXEC);
	EXPECT_TRUE("file", fd >= 0);
	return fd;
}

static void
await_bytes(int fd, const uint8_t *wanted, size_t len)
{
	static char bytes[8 * 1024 * 1024];

	bool found = false;

	for (int i = 0; !found && i < 10000; i++) {
		usleep(1000);
		found = pread(fd, bytes, sizeof bytes, 0) > 0 &&
		    memmem(bytes, sizeof bytes, wanted, len);
	}
	EXPECT_TRUE("waits", found);
}

/*
 * Adds a token, from the slot after the first `after`; returns when it waits there for
 * the combiner, which a process need not do to open the store.
 */
static pid_t
start_waiting(const char *directory, int fd, off_t after, const struct token *token)
{
	pid_t pid;

	EXPECT_INT("slots", file_lock(fd, F_WRLCK, 0, after), 0);
	EXPECT_INT("combiner", file_lock(fd, F_WRLCK, COMBINER, 1), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct store *st = open_sharing(directory);

		_exit(store_token_add(st, token, UINT64_MAX, NOW_MS) ? 92 : 0);
	}
	await_bytes(fd, token->digest, sizeof token->digest);
	EXPECT_INT("slots", file_lock(fd, F_UNLCK, 0, after), 0);
	return pid;
}

/*
 * A write that nobody waits for any more is not made: others may have had an answer
 * to later ones.
 */
static void
dead_writers(void)
{
	const char *directory = contract_store_made();
	struct token found, token = token_of(60, 1);
	int codes[WRITERS], fd = open_file(directory);
	struct store *st = NULL;
	pid_t pid;

	pid = start_waiting(directory, fd, 2 * WRITERS, &token);
	kill(pid, SIGKILL);
	EXPECT_INT("dead", waitpid(pid, NULL, 0), pid);
	close(fd);
	run_all(directory, add_and_drop, codes);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	EXPECT_VERDICT("not made", store_token_find(st, token.digest, NOW_MS, &found),
	    V_NOT_FOUND);
	store_close(&st);
}

static const char *dies_flushing;	/* the directory of a process that does, or NULL */

/* LMDB's own calls come here too. */
int
fdatasync(int fd)
{
	char path[160];

	if (!dies_flushing)
		return (int)syscall(SYS_fdatasync, fd);
	snprintf(path, sizeof path, "%s/data.mdb", dies_flushing);
	if (truncate(path, 4096) == 0)
		raise(SIGKILL);
	_exit(93);
}

/* The database is damaged while a combiner dies: nobody can tell what it committed. */
static void
unknown_fate(void)
{
	const char *directory = contract_store_made();
	struct token token = token_of(61, 1), other = token_of(62, 1);
	int fd = open_file(directory), status = 0;
	pid_t waits, dies;

	waits = start_waiting(directory, fd, 2, &token);
	kill(waits, SIGSTOP);
	EXPECT_INT("stopped", waitpid(waits, NULL, WUNTRACED), waits);
	/* the child has the same open file, so to close it is not enough */
	EXPECT_INT("combiner", file_lock(fd, F_UNLCK, COMBINER, 1), 0);
	close(fd);
	fflush(NULL);
	dies = fork();
	if (dies == 0) {
		struct store *st = open_sharing(directory);

		dies_flushing = directory;
		_exit(store_token_add(st, &other, UINT64_MAX, NOW_MS) ? 94 : 0);
	}
	EXPECT_INT("dies", waitpid(dies, &status, 0), dies);
	EXPECT_TRUE("dies", WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	kill(waits, SIGCONT);
	EXPECT_INT("waits", waitpid(waits, &status, 0), waits);
	EXPECT_TRUE("a fault", WIFEXITED(status) && WEXITSTATUS(status) == 92);
}

/* --- programs that differ ------------------------------------------------------------------ */

/* Two programs share a database while one takes over from the other. */
static void
two_layouts(void)
{
	const char *directory = contract_store_made();
	char path[2][FILE_SIZE];
	pid_t pids[WRITERS];
	struct store *st;
	int status;

	fflush(NULL);
	for (unsigned i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(add_and_drop(open_sharing_as(directory, 7 + i % 2), i));
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		EXPECT_INT("child", waitpid(pids[i], &status, 0), pids[i]);
		EXPECT_INT("child", status, 0);
	}
	for (unsigned i = 0; i < 2; i++)
		name_file(path[i], directory, 7 + i);
	EXPECT_TRUE("the last to open", access(path[0], F_OK) == 0 || access(path[1], F_OK) == 0);
	st = open_sharing(directory);
	for (unsigned i = 0; i < 2; i++)
		EXPECT_TRUE("not used any more", access(path[i], F_OK) != 0);
	name_file(path[0], directory, board_layout());
	EXPECT_INT("its own", access(path[0], F_OK), 0);
	store_close(&st);
}

/* A file stays for those that have a slot in it, and their pending writes with it. */
static void
in_use(void)
{
	const char *directory = contract_store_made();
	char path[FILE_SIZE];
	struct store *st;
	int pipes[2];
	pid_t pid;
	char byte;

	EXPECT_INT("pipe", pipe(pipes), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		st = open_sharing_as(directory, 7);
		EXPECT_INT("ready", write(pipes[1], "", 1), 1);
		pause();
	}
	EXPECT_INT("ready", read(pipes[0], &byte, 1), 1);
	name_file(path, directory, 7);
	st = open_sharing(directory);
	EXPECT_INT("in use", access(path, F_OK), 0);
	store_close(&st);
	kill(pid, SIGKILL);
	EXPECT_INT("killed", waitpid(pid, NULL, 0), pid);
	st = open_sharing(directory);
	EXPECT_TRUE("no more", access(path, F_OK) != 0);
	store_close(&st);
	close(pipes[0]);
	close(pipes[1]);
}

static void
write_mark(struct lmdb *db, uint64_t layout, uint64_t number)
{
	GUARD(txn_drop) struct txn tx = { 0 };

	EXPECT_VERDICT("begin", txn_begin(db, 0, &tx), 0);
	EXPECT_VERDICT("write", batch_write(&tx, layout, number), 0);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
}

/* What one commits does not hide whether the other has committed. */
static void
marks(void)
{
	static const struct { uint64_t layout, number; } writes[] = {
		{ 1, 10 }, { 2, 20 }, { 1, 11 }, { 3, 30 }, { 2, 21 }, { 4, 40 }, { 2, 22 },
	}, wanted[] = { { 1, 11 }, { 2, 22 }, { 3, 30 }, { 4, 40 }, { 5, 0 } };
	const char *directory = contract_store_made();
	struct store *st = NULL;
	uint64_t number;

	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (size_t i = 0; i < NELEM(writes); i++)
		write_mark((struct lmdb *)st, writes[i].layout, writes[i].number);
	for (size_t i = 0; i < NELEM(wanted); i++) {
		GUARD(txn_drop) struct txn tx = { 0 };

		EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, MDB_RDONLY, &tx), 0);
		EXPECT_VERDICT("read", batch_read(&tx, wanted[i].layout, &number), 0);
		EXPECT_INT("number", number, wanted[i].number);
	}
	store_close(&st);
}

/* Without the file, or without a free slot in it, each write is a commit of its own. */
static void
no_slot(void)
{
	const char *directory = contract_store_made();
	struct token token = token_of(1, 1);
	struct store *st = NULL;
	char path[FILE_SIZE];

	name_file(path, directory, board_layout());
	EXPECT_INT("in its place", symlink("/nonexistent/file", path), 0);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	store_share(st);
	EXPECT_TRUE("no slot", !((struct lmdb *)st)->share);
	EXPECT_VERDICT("writes", store_token_add(st, &token, UINT64_MAX, NOW_MS), 0);
	store_close(&st);
}

CU_TestInfo share_tests[] = {
	{ "own results", own_results },
	{ "one wins", one_wins },
	{ "a combiner dies", combiner_dies },
	{ "dead writers", dead_writers },
	{ "unknown fate", unknown_fate },
	{ "two layouts", two_layouts },
	{ "in use", in_use },
	{ "marks", marks },
	{ "no slot", no_slot },
	CU_TEST_INFO_NULL,
};
