// SPDX-License-Identifier: ISC
/*
 * tests/contract/stall_test.c - workers that write while a lock or the disk hangs: most of
 * them leave in time, from the first write on.
 */
#include "contract.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/scoreboard.h"
#include "store/lmdb/lmdb_share.h"
#include "store/lmdb/lmdb_turn.h"
#include "store_at.h"

#define WORKERS 4

/* What all processes of a test share. */
static struct scene {
	const char *directory;
	int said[2];			/* what workers say: a byte each */
	int goes_on[2];			/* what they wait for */
	int held[2];			/* what the holder of LMDB's lock says */
	atomic_bool *hangs;		/* the disk */
} scene;

static void
scene_set(void)
{
	scene.directory = contract_store_made();
	EXPECT_INT("pipe", pipe(scene.said), 0);
	EXPECT_INT("pipe", pipe(scene.goes_on), 0);
	EXPECT_INT("pipe", pipe(scene.held), 0);
	scene.hangs = mmap(NULL, sizeof *scene.hangs, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	contract_disk_hangs = scene.hangs;
}

static void
scene_end(void)
{
	contract_disk_hangs = NULL;
	munmap(scene.hangs, sizeof *scene.hangs);
	for (int i = 0; i < 2; i++) {
		close(scene.said[i]);
		close(scene.goes_on[i]);
		close(scene.held[i]);
	}
}

static void
moment(void)
{
	nanosleep(&(const struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static char
hear(int fd)
{
	char byte = 0;

	EXPECT_INT("byte", read(fd, &byte, 1), 1);
	return byte;
}

static void
say(int fd, char byte)
{
	if (write(fd, &byte, 1) != 1)
		_exit(99);
}

/* --- who holds LMDB's lock -------------------------------------------------------- */

static unsigned
waiting_in(const struct board *board)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SLOTS; i++)
		count += atomic_load(&board->slots[i].state) == SLOT_WAITING;
	return count;
}

/* Until all workers wait, so that they are in one batch on a disk that hangs then; or for ever. */
static void
hold(bool ends)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct share *share = NULL;
	struct store *st = NULL;

	if (open_lmdb(&st, scene.directory, CONTRACT_BYTES_MAX, STORE_USE) ||
	    share_open_as(&share, (struct lmdb *)st, board_layout()) ||
	    txn_begin((struct lmdb *)st, 0, &tx))
		_exit(98);
	atomic_store(&share->board->crowd, WORKERS);
	say(scene.held[1], 'h');
	while (!ends || waiting_in(share->board) < WORKERS)
		moment();
	atomic_store(scene.hangs, true);
}

static pid_t
start_holder(bool ends)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		hold(ends);
		_exit(0);
	}
	EXPECT_INT("held", hear(scene.held[0]), 'h');
	return pid;
}

/* --- workers ------------------------------------------------------------------------ */

static int
add_user(struct store *st, unsigned n)
{
	struct user user = contract_user(n);
	struct password password = contract_password(n);

	return store_user_add(st, &user, &password);
}

/* A write, and another one after that: the first may be left alone while it is on its way. */
static int
work(unsigned n, bool until_left)
{
	const struct uuid id = contract_uuid(1);
	struct store *st = NULL;
	struct lmdb *db;
	struct user user;
	int r;

	if (open_lmdb(&st, scene.directory, CONTRACT_BYTES_MAX, STORE_USE) ||
	    scoreboard_open(scene.directory) || scoreboard_join())
		return 1;
	store_share(st);
	db = (struct lmdb *)st;
	say(scene.said[1], 'r');
	if (read(scene.goes_on[0], &(char){ 0 }, 1) != 1)
		return 2;
	while ((r = add_user(st, n)) == -EAGAIN && until_left && !db->share->left)
		moment();
	if ((r && r != -EAGAIN) || store_user_get(st, &id, &user))
		return 3;
	say(scene.said[1], r ? 'l' : 'd');
	if (read(scene.goes_on[0], &(char){ 0 }, 1) != 1)
		return 4;
	while ((r = add_user(st, n + 10)) == -EAGAIN)
		moment();
	return r ? 5 : 0;
}

static void
start_workers(pid_t pids[WORKERS], bool until_left)
{
	fflush(NULL);
	for (unsigned i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(work(20 + i, until_left));
	}
	for (unsigned i = 0; i < WORKERS; i++)
		EXPECT_INT("ready", hear(scene.said[0]), 'r');
}

static void
let_go_on(void)
{
	for (unsigned i = 0; i < WORKERS; i++)
		say(scene.goes_on[1], 'g');
}

static void
await_all(pid_t pids[WORKERS])
{
	int status = -1;

	for (unsigned i = 0; i < WORKERS; i++) {
		EXPECT_INT("worker", waitpid(pids[i], &status, 0), pids[i]);
		EXPECT_INT("worker", status, 0);
	}
}

/* How many of the users there are from n on. */
static unsigned
count_users(unsigned n)
{
	GUARD(store_close) struct store *st = NULL;
	struct user user;
	unsigned count = 0;

	EXPECT_VERDICT("open", open_lmdb(&st, scene.directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		const struct uuid id = contract_uuid(n + i);

		count += store_user_get(st, &id, &user) == 0;
	}
	return count;
}

/* A tool was stopped: what half of the workers gave up is not done, and the rest is. */
static void
lock_hangs(void)
{
	pid_t pids[WORKERS], holder;
	unsigned left = 0;

	scene_set();
	start_workers(pids, false);
	holder = start_holder(false);
	let_go_on();
	for (unsigned i = 0; i < WORKERS / 2; i++)
		EXPECT_INT("while it hangs", hear(scene.said[0]), 'l');
	kill(holder, SIGKILL);
	EXPECT_INT("holder", waitpid(holder, NULL, 0), holder);
	for (unsigned i = WORKERS / 2; i < WORKERS; i++)
		left += hear(scene.said[0]) == 'l';
	EXPECT_TRUE("one has the turn", left < WORKERS / 2);
	EXPECT_INT("what is done", count_users(20), WORKERS / 2 - left);
	let_go_on();
	await_all(pids);
	EXPECT_INT("all write again", count_users(30), WORKERS);
	scene_end();
}

/* All workers are in one batch: what was left may be done, and is, once the disk goes on. */
static void
disk_hangs(void)
{
	pid_t pids[WORKERS], holder;
	int status = -1;

	scene_set();
	start_workers(pids, true);
	holder = start_holder(true);
	let_go_on();
	for (unsigned i = 0; i < WORKERS / 2; i++)
		EXPECT_INT("while it hangs", hear(scene.said[0]), 'l');
	atomic_store(scene.hangs, false);
	for (unsigned i = WORKERS / 2; i < WORKERS; i++)
		hear(scene.said[0]);
	EXPECT_INT("holder", waitpid(holder, &status, 0), holder);
	EXPECT_INT("holder", status, 0);
	EXPECT_INT("all is done", count_users(20), WORKERS);
	let_go_on();
	await_all(pids);
	EXPECT_INT("and more", count_users(30), WORKERS);
	scene_end();
}

CU_TestInfo stall_tests[] = {
	{ "a lock hangs", lock_hangs },
	{ "a disk hangs", disk_hangs },
	CU_TEST_INFO_NULL,
};
