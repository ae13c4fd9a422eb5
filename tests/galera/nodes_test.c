// SPDX-License-Identifier: ISC
/*
 * tests/galera/nodes_test.c - nodes are killed, stopped and cut off, and come back: nothing
 * acknowledged is lost, and nothing stale is served.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "contract/contract.h"
#include "galera/cluster.h"
#include "galera/galera_tests.h"
#include "galera/together.h"

#define TOKENS_MAX	20000
#define SETTLE_MS	400		/* before and after something is killed */
#define OUT_MS		2000		/* the others have left it out by then */
#define BACK_MS		60000

static void
wait_ms(int64_t ms)
{
	usleep((useconds_t)ms * 1000);
}

static void
note_gap(_Atomic int64_t *most_ms, int64_t *last_ms)
{
	const int64_t now_ms = clock_steady_ms();

	if (now_ms - *last_ms > atomic_load(most_ms))
		atomic_store(most_ms, now_ms - *last_ms);
	*last_ms = now_ms;
}

/* --- nothing is lost ---------------------------------------------------------------------- */

/* Which tokens were acknowledged. */
static struct {
	_Atomic bool known[TOKENS_MAX];
} *acknowledged;

/* Until told to stop, at whatever node answers; one that fails is added again. */
static void
add_until_stopped(struct store *unused, unsigned n)
{
	struct store *st = cluster_open(1 + n % NODES, true);
	int64_t last_ms = clock_steady_ms();
	struct token token;
	unsigned i;

	store_close(&unused);
	while (!atomic_load(&together->stop)) {
		i = atomic_fetch_add(&together->next, 1);
		if (i >= TOKENS_MAX)
			break;
		token = contract_token(i, 1);
		while (store_token_add(st, &token, UINT64_MAX, NOW_MS)) {
			if (atomic_load(&together->stop))
				return;
		}
		atomic_store(&acknowledged->known[i], true);
		atomic_fetch_add(&together->added, 1);
		note_gap(&together->write_gap_ms, &last_ms);
	}
}

static void
read_until_stopped(struct store *unused, unsigned n)
{
	struct store *st = cluster_open(1 + n % NODES, true);
	struct uuid id = contract_uuid(1);
	int64_t last_ms = clock_steady_ms();
	struct user user;

	store_close(&unused);
	while (!atomic_load(&together->stop)) {
		if (store_user_get(st, &id, &user) == 0)
			note_gap(&together->read_gap_ms, &last_ms);
		usleep(500);
	}
}

static void
check_acknowledged(const char *row, unsigned node)
{
	GUARD(store_close) struct store *st = cluster_open(node, false);
	struct token token, out;
	unsigned missing = 0;

	for (unsigned i = 0; i < TOKENS_MAX; i++) {
		token = contract_token(i, 1);
		if (atomic_load(&acknowledged->known[i]))
			missing += store_token_find(st, token.digest, NOW_MS, &out) != 0;
	}
	EXPECT_INT(row, missing, 0);
}

/* Kills a writer and a node, and starts them again. */
static void
kill_two(pid_t *writers, unsigned cycle)
{
	const unsigned node = 1 + cycle % NODES, writer = (cycle + 1) % NODES;
	int status;

	wait_ms(SETTLE_MS);
	kill(writers[writer], SIGKILL);
	waitpid(writers[writer], &status, 0);
	cluster_signal(node, SIGKILL);
	wait_ms(SETTLE_MS + OUT_MS);
	check_acknowledged("while it is away", 1 + node % NODES);
	cluster_do("start", node);
	EXPECT_TRUE("whole", cluster_is_whole());
	together_start_one(add_until_stopped, writer, &writers[writer]);
}

static void
nothing_is_lost(void)
{
	pid_t writers[NODES], readers[NODES];
	unsigned cycles = 0;

	together_begin();
	acknowledged = mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cluster_make_store();
	together_start(NODES, add_until_stopped, writers);
	together_start(NODES, read_until_stopped, readers);
	do
		kill_two(writers, cycles++);
	while (together->added < together_rounds() && cycles < 50);
	atomic_store(&together->stop, true);
	together_join(NODES, writers);
	together_join(NODES, readers);
	printf("(%u acknowledged, %u killed, gap %lld ms, of reads %lld ms) ", together->added,
	    2 * cycles, (long long)together->write_gap_ms, (long long)together->read_gap_ms);
	EXPECT_TRUE("many", together->added >= together_rounds());
	for (unsigned n = 1; n <= NODES; n++)
		check_acknowledged("at last", n);
}

/* --- nothing stale is served ------------------------------------------------------------------ */

/* Reads tokens that were revoked before, each time the last one that is known to be. */
static void
read_revoked(struct store *st, unsigned n)
{
	struct token token, out;
	unsigned last;
	int r;

	(void)n;
	while (!atomic_load(&together->stop)) {
		last = atomic_load(&together->added);
		if (!last)
			continue;
		token = contract_token(last - 1, 1);
		r = store_token_find(st, token.digest, NOW_MS, &out);
		if (r == -EAGAIN)
			usleep(2000);
		atomic_fetch_add(r == 0 ? &together->stale : r == V_NOT_FOUND ?
		    &together->reads : &together->refused, 1);
	}
}

/* Revokes one token after another at any node, for so long. */
static void
revoke_for(struct store *st, int64_t for_ms)
{
	const int64_t end_ms = clock_steady_ms() + for_ms;
	struct uuid owner = contract_uuid(1);
	struct token token, out;
	unsigned next;
	int r;

	while (clock_steady_ms() < end_ms) {
		next = atomic_fetch_add(&together->next, 1);
		token = contract_token(next, 1);
		if (store_token_add(st, &token, UINT64_MAX, NOW_MS))
			continue;
		do
			r = store_token_drop(st, &owner, token.digest, NOW_MS, &out);
		while (r == -EAGAIN);
		if (!r)
			atomic_store(&together->added, next + 1);
	}
}

static void
stop_node(unsigned node, bool stops)
{
	cluster_signal(node, stops ? SIGSTOP : SIGCONT);
}

static void
kill_node(unsigned node, bool kills)
{
	cluster_do(kills ? "kill" : "start", node);
}

static void
nothing_stale(void)
{
	static const struct {
		const char *row;
		void (*away)(unsigned node, bool is);
	} t[] = {
		{ "stopped", stop_node },
		{ "cut off", cluster_cut },
		{ "killed",  kill_node },
	};
	pid_t pids[NODES];
	struct store *st;

	together_begin();
	cluster_make_store();
	together_start(NODES, read_revoked, pids);
	st = cluster_open(1, true);
	revoke_for(st, SETTLE_MS);
	for (size_t i = 0; i < NELEM(t); i++) {
		t[i].away(3, true);
		revoke_for(st, OUT_MS);
		t[i].away(3, false);
		revoke_for(st, SETTLE_MS);
		EXPECT_TRUE(t[i].row, cluster_is_whole());
		EXPECT_INT(t[i].row, together->stale, 0);
	}
	revoke_for(st, SETTLE_MS);
	atomic_store(&together->stop, true);
	together_join(NODES, pids);
	printf("(%u revoked, %u reads, %u refused) ", together->added, together->reads,
	    together->refused);
	EXPECT_TRUE("many", together->added > 50 && together->reads > 500);
	store_close(&st);
}

/* --- most are needed -------------------------------------------------------------------- */

/* One of three alone decides nothing, and is right again when there are others. */
static void
most_are_needed(void)
{
	struct token token = contract_token(1, 1), out;
	struct uuid id = contract_uuid(1);
	const int64_t start_ms = clock_steady_ms();
	struct store *st;
	struct user user;
	int r;

	cluster_make_store();
	st = cluster_open(3, true);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	cluster_do("kill", 1);
	cluster_do("kill", 2);
	do		/* until it knows that it is alone it waits for them */
		r = store_token_find(st, token.digest, NOW_MS, &out);
	while (r == 0 && clock_steady_ms() < start_ms + BACK_MS);
	EXPECT_VERDICT("find", r, -EAGAIN);
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), -EAGAIN);
	EXPECT_VERDICT("drop", store_token_drop(st, &id, token.digest, NOW_MS, &out), -EAGAIN);
	cluster_start_two(1, 2);
	do
		r = store_token_find(st, token.digest, NOW_MS, &out);
	while (r == -EAGAIN && clock_steady_ms() < start_ms + 2 * BACK_MS);
	EXPECT_VERDICT("back by itself", r, 0);
	EXPECT_VERDICT("drop", store_token_drop(st, &id, token.digest, NOW_MS, &out), 0);
	store_close(&st);
}

CU_TestInfo nodes_tests[] = {
	{ "nothing is lost", nothing_is_lost },
	{ "nothing stale", nothing_stale },
	{ "most are needed", most_are_needed },
	CU_TEST_INFO_NULL,
};
