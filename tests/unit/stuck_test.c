// SPDX-License-Identifier: ISC
/* server/stuck.c: which worker is to be ended. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/stuck.h"
#include "test.h"

#define BEAT_MS 1000
#define NOW_MS	100000

/* A process that waits for ever, or was stopped. */
static pid_t
process(bool stopped)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		for (;;)
			pause();
	}
	if (stopped) {
		EXPECT_INT("stop", kill(pid, SIGSTOP), 0);
		EXPECT_INT("stopped", waitpid(pid, &status, WUNTRACED), pid);
	}
	return pid;
}

static void
process_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* since and alive: how long ago. */
static const struct {
	const char *row;
	struct scoreboard_cell cell;
	bool stopped, stuck;
	size_t held_up;
} t[] = {
	{ "idle for long",        { .state = STATE_IDLE, .since_ms = 90000, .alive_ms = 900 },
		false, false, 0 },
	{ "silent",               { .state = STATE_IDLE, .since_ms = 90000, .alive_ms = 5000 },
		false, true, 0 },
	{ "not yet silent",       { .state = STATE_IDLE, .since_ms = 90000, .alive_ms = 4999 },
		false, false, 0 },
	{ "serves for too long",  { .state = STATE_SERVING, .since_ms = 5000, .alive_ms = 0 },
		false, true, 0 },
	{ "serves",               { .state = STATE_SERVING, .since_ms = 4000 }, false, false, 0 },
	{ "reads for too long",   { .state = STATE_READING, .since_ms = 5000 }, false, true, 0 },
	{ "writes for too long",  { .state = STATE_WRITING, .since_ms = 5000 }, false, true, 0 },
	{ "starts for too long",  { .state = STATE_STARTING, .since_ms = 5000 }, false, true, 0 },
	{ "no cell of its own",   { .state = STATE_FREE, .since_ms = 5000 }, false, false, 0 },
	{ "holds the lock",       { .state = STATE_STORING, .since_ms = 5000, .lock = LOCK_HELD },
		false, true, 0 },
	{ "waits for the lock",   { .state = STATE_STORING, .since_ms = 5000,
		.lock = LOCK_AWAITED }, false, false, 1 },
	{ "waits for a commit",   { .state = STATE_STORING, .since_ms = 5000 }, false, false, 1 },
	{ "waits for a cache",    { .state = STATE_SERVING, .since_ms = 5000,
		.lock = LOCK_AWAITED }, false, false, 1 },
	{ "waits not yet for long", { .state = STATE_STORING, .since_ms = 4000 }, false, false, 0 },
	{ "waits, and is stopped", { .state = STATE_STORING, .since_ms = 5000,
		.lock = LOCK_AWAITED }, true, true, 0 },
};

static void
each(void)
{
	for (size_t i = 0; i < NELEM(t); i++) {
		struct stuck stuck = { .beat_ms = BEAT_MS, .looked_ms = NOW_MS };
		struct scoreboard_cell cell = t[i].cell;

		cell.pid = process(t[i].stopped);
		cell.since_ms = NOW_MS - cell.since_ms;
		cell.alive_ms = NOW_MS - cell.alive_ms;
		EXPECT_TRUE("looks", stuck_begin(&stuck, NOW_MS));
		stuck_look(&stuck, &cell);
		EXPECT_INT(t[i].row, stuck.pid, t[i].stuck ? cell.pid : 0);
		EXPECT_INT(t[i].row, stuck.held_up, t[i].held_up);
		process_end(cell.pid);
	}
}

static void
the_longest(void)
{
	struct stuck stuck = { .beat_ms = BEAT_MS, .looked_ms = NOW_MS };
	const int64_t ages_ms[] = { 6000, 8000, 7000 };

	EXPECT_TRUE("looks", stuck_begin(&stuck, NOW_MS));
	for (size_t i = 0; i < NELEM(ages_ms); i++)
		stuck_look(&stuck, &(struct scoreboard_cell){ .pid = (pid_t)i + 1,
		    .state = STATE_SERVING, .since_ms = NOW_MS - ages_ms[i] });
	EXPECT_INT("the second", stuck.pid, 2);
	EXPECT_INT("its age", stuck.for_ms, 8000);
	EXPECT_TRUE("the next look", stuck_begin(&stuck, NOW_MS + 1));
	EXPECT_INT("begins anew", stuck.pid, 0);
}

/* It ends a process, and says so; not another one at once. */
static void
ends_one(void)
{
	struct stuck stuck = { .beat_ms = BEAT_MS };
	pid_t pids[] = { process(true), process(true) };
	int status = 0;

	for (size_t i = 0; i < NELEM(pids); i++) {
		stuck.pid = pids[i];
		stuck.doing = "idle without a sign of life";
		stuck.now_ms = NOW_MS;
		test_log_clear();
		stuck_end(&stuck);
		EXPECT_TRUE("said", test_logged("idle without a sign of life") == (i == 0));
	}
	EXPECT_INT("first", waitpid(pids[0], &status, 0), pids[0]);
	EXPECT_TRUE("killed", WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	EXPECT_INT("second", waitpid(pids[1], &status, WNOHANG), 0);
	process_end(pids[1]);
}

static void
held_up(void)
{
	struct stuck stuck = { .beat_ms = BEAT_MS, .now_ms = NOW_MS, .held_up = 3 };

	for (int i = 0; i < 2; i++) {
		test_log_clear();
		stuck_end(&stuck);
		EXPECT_TRUE("said once", test_logged("3 workers wait to write") == (i == 0));
	}
	stuck.now_ms += 60000;
	stuck_end(&stuck);
	EXPECT_TRUE("and a minute later", test_logged("3 workers wait to write"));
}

/* A master that was stopped gives its workers time for a sign of life. */
static void
looks_anew(void)
{
	static const struct { const char *row; int64_t now_ms; bool looks; } l[] = {
		{ "a first look", NOW_MS, false },
		{ "soon after", NOW_MS + BEAT_MS, false },
		{ "two beats later", NOW_MS + 2 * BEAT_MS, true },
		{ "after a pause", NOW_MS + 9 * BEAT_MS, false },
		{ "and two beats", NOW_MS + 11 * BEAT_MS, true },
	};
	struct stuck stuck = { .beat_ms = BEAT_MS };

	for (size_t i = 0; i < NELEM(l); i++)
		EXPECT_INT(l[i].row, stuck_begin(&stuck, l[i].now_ms), l[i].looks);
}

static CU_TestInfo tests[] = {
	{ "each", each },
	{ "the longest", the_longest },
	{ "ends one", ends_one },
	{ "held up", held_up },
	{ "looks anew", looks_anew },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/stuck", tests);
