// SPDX-License-Identifier: ISC
/*
 * tests/galera/galera_test.c - three nodes as one database: what one acknowledged, all
 * know; caps and names hold; nodes are killed, stopped and come back.
 *
 * GALERA_ROUNDS in the environment says how often the first tests do what they do.
 */
#include "galera/galera_test.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "contract/contract.h"
#include "galera/cluster.h"

#define ROUNDS		300
#define WRITERS		20
#define CAP		5
#define KILL_MS		400		/* before and after a node is killed */
#define GAP_MAX_MS	5000		/* 2.5 s where nothing else needs the machine */
#define BACK_MS		30000

static unsigned
rounds(void)
{
	const char *text = getenv("GALERA_ROUNDS");

	return text ? (unsigned)atoi(text) : ROUNDS;
}

/* What processes share. */
static struct shared {
	_Atomic unsigned at_gate, go, added, refused, lost, stale, reads;
	_Atomic bool stop;
	_Atomic int64_t gap_ms;
} *shared;

static void
share(void)
{
	if (!shared)
		shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		abort();
	memset(shared, 0, sizeof *shared);
}

/* All that take part leave it at the same moment, again and again. */
static void
gate(unsigned of)
{
	const unsigned turn = atomic_load(&shared->go);

	if (atomic_fetch_add(&shared->at_gate, 1) + 1 == of) {
		atomic_store(&shared->at_gate, 0);
		atomic_fetch_add(&shared->go, 1);
	}
	while (atomic_load(&shared->go) == turn)
		usleep(20);
}

/* Runs work in count processes, the i-th at node 1 + i % 3; waits for all. */
static void
in_processes(unsigned count, void (*work)(struct store *st, unsigned i), pid_t *pids)
{
	fflush(NULL);
	for (unsigned i = 0; i < count; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			work(cluster_open(1 + i % NODES, false), i);
			_exit(0);
		}
	}
}

static void
join(unsigned count, const pid_t *pids)
{
	int status;

	for (unsigned i = 0; i < count; i++) {
		waitpid(pids[i], &status, 0);
		EXPECT_INT("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
	}
}

/* --- what one node acknowledged, all know -------------------------------------------- */

static void
revoked_everywhere(void)
{
	struct store *nodes[NODES];
	struct uuid owner = contract_uuid(1);
	unsigned missing = 0, accepted = 0, alive = 0;
	struct token token, out;
	struct user user;

	cluster_make_store();
	for (unsigned n = 0; n < NODES; n++)
		nodes[n] = cluster_open(n + 1, false);
	for (unsigned i = 0; i < rounds(); i++) {
		struct store *a = nodes[i % 3], *b = nodes[(i + 1 + i / 3 % 2) % 3];

		token = contract_token(i, 1);
		EXPECT_VERDICT("add", store_token_add(a, &token, 9, NOW_MS), 0);
		missing += store_token_find(b, token.digest, NOW_MS, &out) != 0;
		EXPECT_VERDICT("drop", store_token_drop(a, &owner, token.digest, NOW_MS, &out), 0);
		accepted += store_token_find(b, token.digest, NOW_MS, &out) != V_NOT_FOUND;
		EXPECT_VERDICT("log out", store_user_logout(b, &owner, i + 5, NOW_MS,
		    &(uint64_t){ 0 }), 0);
		alive += store_user_get(a, &owner, &user) != 0 || user.gen != i + 5;
	}
	EXPECT_INT("not yet known", missing, 0);
	EXPECT_INT("accepted though revoked", accepted, 0);
	EXPECT_INT("of a generation before", alive, 0);
	for (unsigned n = 0; n < NODES; n++)
		store_close(&nodes[n]);
}

/* --- names and caps -------------------------------------------------------------------- */

static void
add_same_name(struct store *st, unsigned n)
{
	struct password password = contract_password(9);
	int r;

	for (unsigned i = 0; i < rounds(); i++) {
		struct user user = contract_user(1000 + i);

		user.id = contract_uuid(2000 + 2 * i + n);
		gate(2);
		r = store_user_add(st, &user, &password);
		atomic_fetch_add(r == 0 ? &shared->added : r == V_EXISTS ? &shared->refused :
		    &shared->lost, 1);
	}
}

static void
one_wins(void)
{
	pid_t pids[2];

	share();
	cluster_make_store();
	in_processes(2, add_same_name, pids);
	join(2, pids);
	EXPECT_INT("one wins", shared->added, rounds());
	EXPECT_INT("the other is refused", shared->refused, rounds());
	EXPECT_INT("faults", shared->lost, 0);
}

static void
add_capped(struct store *st, unsigned n)
{
	struct token out;
	int r;

	for (unsigned i = 0; i < 10; i++) {
		struct token token = contract_token(10 * n + i, 1);
		struct token session = contract_token(1000 + 10 * n + i, 1);

		/* so many at once may be told to come again */
		do
			r = store_token_add(st, &token, CAP, NOW_MS);
		while (r == -EAGAIN);
		atomic_fetch_add(r == 0 ? &shared->added : r == V_TOO_MANY ? &shared->refused :
		    &shared->lost, 1);
		session.created_ms = 100 + n + i;
		do
			r = store_session_add(st, &session, CAP, NOW_MS);
		while (r == -EAGAIN);
		if (r)
			atomic_fetch_add(&shared->lost, 1);
		if (i % 4 == 3 && n % 5 == 0 && store_token_drop_id(st, &token.user, &token.id,
		    NOW_MS, &out) == 0)
			atomic_fetch_sub(&shared->added, 1);
	}
}

/* Counts again and again, at whatever node. */
static void
count_capped(struct store *st, unsigned n)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1);
	struct token *list;
	size_t count;

	(void)n;
	while (!atomic_load(&shared->stop)) {
		if (store_token_list(st, &mem, &user, NULL, 99, NOW_MS, &list, &count) == 0 &&
		    count > CAP)
			atomic_fetch_add(&shared->stale, 1);
		if (store_session_list(st, &mem, &user, NULL, 99, NOW_MS, &list, &count) == 0 &&
		    count > CAP)
			atomic_fetch_add(&shared->stale, 1);
		arena_wipe(&mem);
	}
}

static void
caps_hold(void)
{
	GUARD(arena_free) struct arena mem = { 0 };
	pid_t pids[WRITERS], counters[NODES];
	struct uuid user = contract_uuid(1);
	struct token *list;
	struct store *st;
	size_t count;

	share();
	cluster_make_store();
	in_processes(NODES, count_capped, counters);
	in_processes(WRITERS, add_capped, pids);
	join(WRITERS, pids);
	atomic_store(&shared->stop, true);
	join(NODES, counters);
	EXPECT_INT("more than the cap", shared->stale, 0);
	EXPECT_INT("faults", shared->lost, 0);
	st = cluster_open(2, false);
	EXPECT_VERDICT("list", store_token_list(st, &mem, &user, NULL, 99, NOW_MS, &list, &count),
	    0);
	EXPECT_INT("as many as were added", (int64_t)count, shared->added);
	EXPECT_VERDICT("list", store_session_list(st, &mem, &user, NULL, 99, NOW_MS, &list,
	    &count), 0);
	EXPECT_INT("sessions", (int64_t)count, CAP);
	store_close(&st);
}

/* --- nodes end and come back -------------------------------------------------------------- */

#define TOKENS_MAX 4000

/* Which tokens were acknowledged. */
static struct {
	_Atomic bool known[TOKENS_MAX];
} *acknowledged;

/* Until told to stop, at whatever node answers. */

static void
add_until_stopped(struct store *unused, unsigned n)
{
	struct store *st = cluster_open(1 + n % NODES, true);
	int64_t last_ms = clock_steady_ms(), now_ms;
	struct token token;

	store_close(&unused);
	for (unsigned i = n; i < TOKENS_MAX && !atomic_load(&shared->stop); i += NODES) {
		token = contract_token(i, 1);
		if (store_token_add(st, &token, UINT64_MAX, NOW_MS) == 0)
			atomic_store(&acknowledged->known[i], true);
		else
			i -= NODES;
		now_ms = clock_steady_ms();
		if (now_ms - last_ms > atomic_load(&shared->gap_ms))
			atomic_store(&shared->gap_ms, now_ms - last_ms);
		last_ms = now_ms;
	}
}

static void
check_acknowledged(const char *row, unsigned node)
{
	struct store *st = cluster_open(node, false);
	unsigned missing = 0, found = 0;
	struct token token, out;

	for (unsigned i = 0; i < TOKENS_MAX; i++) {
		token = contract_token(i, 1);
		if (!atomic_load(&acknowledged->known[i]))
			continue;
		found++;
		missing += store_token_find(st, token.digest, NOW_MS, &out) != 0;
	}
	EXPECT_INT(row, missing, 0);
	EXPECT_TRUE(row, found > 50);
	store_close(&st);
}

/* A writer at each node, one of which, and one node, are killed. */
static void
nothing_is_lost(void)
{
	pid_t pids[NODES];
	int status;

	share();
	acknowledged = mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cluster_make_store();
	in_processes(NODES, add_until_stopped, pids);
	usleep(KILL_MS * 1000);
	kill(pids[1], SIGKILL);
	waitpid(pids[1], &status, 0);
	cluster_signal(1, SIGKILL);
	usleep(KILL_MS * 1000 + 3000000);
	atomic_store(&shared->stop, true);
	waitpid(pids[0], &status, 0);
	EXPECT_INT("the writer whose node was killed", status, 0);
	waitpid(pids[2], &status, 0);
	EXPECT_INT("the writer elsewhere", status, 0);
	printf("(gap %lld ms) ", (long long)shared->gap_ms);
	EXPECT_TRUE("the gap", shared->gap_ms < GAP_MAX_MS);
	check_acknowledged("at node 2", 2);
	check_acknowledged("at node 3", 3);
	cluster_do("start", 1);
	EXPECT_TRUE("whole", cluster_is_whole());
	check_acknowledged("at the node that came back", 1);
}

/* One of three alone decides nothing, and is right again when there are two. */
static void
most_are_needed(void)
{
	struct token token = contract_token(1, 1), out;
	struct uuid id = contract_uuid(1);
	int64_t start_ms;
	struct store *st;
	struct user user;
	int r;

	cluster_make_store();
	st = cluster_open(3, true);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	cluster_do("kill", 1);
	cluster_do("kill", 2);
	start_ms = clock_steady_ms();
	do		/* until it knows that it is alone it waits for them */
		r = store_token_find(st, token.digest, NOW_MS, &out);
	while (r == 0 && clock_steady_ms() < start_ms + BACK_MS);
	EXPECT_VERDICT("find", r, -EAGAIN);
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), -EAGAIN);
	EXPECT_VERDICT("drop", store_token_drop(st, &id, token.digest, NOW_MS, &out), -EAGAIN);
	cluster_do("start", 2);
	cluster_do("start", 1);
	do
		r = store_token_find(st, token.digest, NOW_MS, &out);
	while (r == -EAGAIN && clock_steady_ms() < start_ms + 2 * BACK_MS);
	EXPECT_VERDICT("back by itself", r, 0);
	EXPECT_VERDICT("drop", store_token_drop(st, &id, token.digest, NOW_MS, &out), 0);
	store_close(&st);
}

/* Reads tokens that were revoked before, each time the last one that is known to be. */
static void
read_revoked(struct store *st, unsigned n)
{
	struct token token, out;
	unsigned last;
	int r;

	(void)n;
	while (!atomic_load(&shared->stop)) {
		last = atomic_load(&shared->added);
		if (!last)
			continue;
		token = contract_token(last - 1, 1);
		r = store_token_find(st, token.digest, NOW_MS, &out);
		if (r == -EAGAIN)
			usleep(2000);
		atomic_fetch_add(r == 0 ? &shared->stale : r == V_NOT_FOUND ? &shared->reads :
		    &shared->refused, 1);
	}
}

/* Revokes one token after another at node 1 or 2, for so long. */
static void
revoke_for(struct store *st, unsigned *next, int64_t for_ms)
{
	const int64_t end_ms = clock_steady_ms() + for_ms;
	struct uuid owner = contract_uuid(1);
	struct token token, out;
	int r;

	while (clock_steady_ms() < end_ms) {
		token = contract_token((*next)++, 1);
		if (store_token_add(st, &token, UINT64_MAX, NOW_MS))
			continue;
		do
			r = store_token_drop(st, &owner, token.digest, NOW_MS, &out);
		while (r == -EAGAIN);
		if (!r)
			atomic_store(&shared->added, *next);
	}
}

/* A node is cut off from the others, without knowing, and then is there again; and joins. */
static void
nothing_stale(void)
{
	pid_t pids[NODES];
	unsigned next = 0;
	struct store *st;

	share();
	cluster_make_store();
	in_processes(NODES, read_revoked, pids);
	st = cluster_open(1, true);
	revoke_for(st, &next, KILL_MS);
	cluster_signal(3, SIGSTOP);
	revoke_for(st, &next, 4000);
	cluster_signal(3, SIGCONT);
	revoke_for(st, &next, 2000);
	cluster_do("kill", 3);
	revoke_for(st, &next, 3000);
	cluster_do("start", 3);
	revoke_for(st, &next, 1000);
	atomic_store(&shared->stop, true);
	join(NODES, pids);
	printf("(%u revoked, %u reads, %u refused) ", shared->added, shared->reads,
	    shared->refused);
	EXPECT_INT("stale", shared->stale, 0);
	EXPECT_TRUE("many", shared->added > 100 && shared->reads > 1000);
	store_close(&st);
}

CU_TestInfo galera_tests[] = {
	{ "revoked everywhere", revoked_everywhere },
	{ "one wins", one_wins },
	{ "caps hold", caps_hold },
	{ "nothing is lost", nothing_is_lost },
	{ "nothing stale", nothing_stale },
	{ "most are needed", most_are_needed },
	CU_TEST_INFO_NULL,
};
