// SPDX-License-Identifier: ISC
/* auth/checks.h: how many processes hash at once, at which priority, and what a kill frees. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/checks.h"
#include "base/clock.h"
#include "base/scoreboard.h"
#include "test.h"

#define LONG_MS	20000

static struct conf *
conf_in(const char *dir)
{
	struct conf *conf;

	if (conf_defaults(&conf))
		exit(99);
	conf->run_dir = arena_strdup(&conf->mem, dir);
	return conf;
}

/* What a thread that hashes sees of itself. */
struct seen {
	int priority;
	uint64_t slice_ns;		/* 0 before Linux 6.12, which does not tell */
	sigset_t blocked;
	pid_t process;
};

/* The member sched_runtime of what sched_getattr(2) fills. */
static uint64_t
slice_ns(void)
{
	uint64_t schedule[6] = { 0 };

	return syscall(SYS_sched_getattr, 0, schedule, sizeof schedule, 0) == 0 ? schedule[3] :
	    UINT64_MAX;
}

static void
look_around(void *arg)
{
	struct seen *seen = arg;

	seen->priority = getpriority(PRIO_PROCESS, 0);
	seen->slice_ns = slice_ns();
	pthread_sigmask(SIG_SETMASK, NULL, &seen->blocked);
	seen->process = getpid();
}

/* As callers do that have nothing else to do; 0 or V_UNAVAILABLE. */
static int
run(struct checks *checks, void (*work)(void *), void *arg)
{
	struct check check = { .work = work, .arg = arg };
	int r;

	while ((r = checks_turn(checks, &check)) == V_WAITING)
		checks_await(checks);
	if (!r)
		r = checks_begin(checks, &check);
	while (r == V_WAITING && !check_is_done(&check))
		checks_await(checks);
	return r == V_WAITING ? 0 : r;
}

static void
thread(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	const int own = getpriority(PRIO_PROCESS, 0);
	struct seen seen;

	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	EXPECT_VERDICT("run", run(checks, look_around, &seen), 0);
	EXPECT_INT("lowest priority", seen.priority, 19);
	EXPECT_TRUE("short slices", seen.slice_ns == 100000 || seen.slice_ns == 0);
	EXPECT_TRUE("the caller has longer ones", slice_ns() > 100000 || slice_ns() == 0);
	EXPECT_INT("of this process", seen.process, getpid());
	EXPECT_INT("deaf to SIGALRM", sigismember(&seen.blocked, SIGALRM), 1);
	EXPECT_INT("deaf to SIGTERM", sigismember(&seen.blocked, SIGTERM), 1);
	EXPECT_INT("not to what the sandbox raises", sigismember(&seen.blocked, SIGSYS), 0);
	EXPECT_INT("the caller has its own", getpriority(PRIO_PROCESS, 0), own);
	pthread_sigmask(SIG_SETMASK, NULL, &seen.blocked);
	EXPECT_INT("and listens", sigismember(&seen.blocked, SIGALRM), 0);
	EXPECT_INT("counted", (int64_t)checks_count(checks), 1);
	seen.priority = -1;
	EXPECT_VERDICT("without bounds", run(NULL, look_around, &seen), 0);
	EXPECT_INT("right here", seen.priority, own);
	EXPECT_INT("not counted", (int64_t)checks_count(NULL), 0);
}

/* What a check got of its core decides about the priority of the next. */
static void
starved(void)
{
	static const struct { const char *row; bool lowered; int64_t took_ms, core_ms; bool want; }
	    rows[] = {
		{ "undisturbed", true, 25, 25, false },
		{ "a quarter of a core", true, 100, 25, false },
		{ "less", true, 101, 25, true },
		{ "hardly any", true, 1000, 13, true },
		{ "too short to tell", true, 19, 1, false },
		{ "with its share, alone", false, 25, 25, false },
		{ "with its share, hardly disturbed", false, 37, 25, false },
		{ "with its share, beside others", false, 38, 25, true },
	};
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	const int own = getpriority(PRIO_PROCESS, 0);
	struct seen seen;

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].row, checks_was_starved(rows[i].lowered, rows[i].took_ms,
		    rows[i].core_ms), rows[i].want);
	EXPECT_VERDICT("scoreboard", scoreboard_open(conf->run_dir), 0);
	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	scoreboard_starve(true);
	EXPECT_VERDICT("run", run(checks, look_around, &seen), 0);
	EXPECT_INT("normal priority", seen.priority, own);
	scoreboard_starve(false);
	EXPECT_VERDICT("run", run(checks, look_around, &seen), 0);
	EXPECT_INT("lowest priority", seen.priority, 19);
	scoreboard_close();
}

static void
nowhere(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in("/nonexistent");

	EXPECT_VERDICT("no directory", checks_open(&checks, conf), -ENOENT);
	EXPECT_TRUE("nothing", checks == NULL);
}

/* Other workers, each of which hashes until it is killed and says when it begins. */
struct others {
	pid_t pids[8];
	int count;
	int begun[2];			/* a pipe, a byte for each */
};

static void
hash_for_ever(void *arg)
{
	const struct others *others = arg;

	if (write(others->begun[1], "h", 1) == 1)
		pause();
}

static void
add_other(struct others *others, const struct conf *conf)
{
	GUARD(checks_close) struct checks *checks = NULL;
	pid_t pid = fork();

	if (pid != 0) {
		others->pids[others->count++] = pid;
		return;
	}
	if (checks_open(&checks, conf) == 0)
		run(checks, hash_for_ever, others);
	_exit(1);
}

static bool
one_begins(const struct others *others, int within_ms)
{
	struct pollfd in = { .fd = others->begun[0], .events = POLLIN };
	char byte;

	return poll(&in, 1, within_ms) == 1 && read(others->begun[0], &byte, 1) == 1;
}

static void
kill_one(struct others *others, int i)
{
	kill(others->pids[i], SIGKILL);
	waitpid(others->pids[i], NULL, 0);
	others->pids[i] = others->pids[--others->count];
}

static void
do_nothing(void *arg)
{
	(void)arg;
}

/* How long it takes to be refused; -1: it was not. */
static int64_t
refused_after_ms(struct checks *checks)
{
	int64_t began_ms = clock_steady_ms();

	return run(checks, do_nothing, NULL) == V_UNAVAILABLE ? clock_steady_ms() - began_ms : -1;
}

/* Two hash, however many workers there are; others wait up to their limit. */
static void
processes(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	struct others others = { .count = 0 };

	EXPECT_INT("pipe", pipe(others.begun), 0);
	conf->max_password_checks = 2;
	conf->password_wait_ms = LONG_MS;
	add_other(&others, conf);
	add_other(&others, conf);
	EXPECT_TRUE("one hashes", one_begins(&others, LONG_MS));
	EXPECT_TRUE("two hash", one_begins(&others, LONG_MS));

	conf->password_wait_ms = 300;
	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	EXPECT_TRUE("the third waits as long as it may", refused_after_ms(checks) >= 300);

	conf->password_wait_ms = LONG_MS;
	add_other(&others, conf);
	add_other(&others, conf);
	EXPECT_TRUE("none of those that wait has begun", !one_begins(&others, 0));
	kill_one(&others, 0);
	EXPECT_TRUE("a kill frees a slot", one_begins(&others, LONG_MS));
	kill_one(&others, 0);
	EXPECT_TRUE("and another", others.count == 2);
	while (others.count)
		kill_one(&others, 0);
	EXPECT_VERDICT("all are free", run(checks, do_nothing, NULL), 0);
	close(others.begun[0]);
	close(others.begun[1]);
}

/* --- one process that holds many ------------------------------------------------ */

static int order[8];
static _Atomic int ordered;

static void
note_order(void *arg)
{
	order[ordered++] = *(int *)arg;
}

static void
start(struct checks *checks, struct check *check)
{
	if (checks_turn(checks, check) == 0)
		EXPECT_VERDICT("begins", checks_begin(checks, check), V_WAITING);
}

/* All that are due go on, until none is left. */
static void
run_all(struct checks *checks, struct check *list, int count)
{
	int done = 0;

	while (done < count) {
		checks_await(checks);
		done = 0;
		for (int i = 0; i < count; i++) {
			if (list[i].state == CHECK_WAITING && checks_is_due(checks, &list[i]))
				start(checks, &list[i]);
			done += check_is_done(&list[i]);
		}
	}
}

static void
in_order(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	static int numbers[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct check list[8];

	conf->max_password_checks = 1;
	conf->password_wait_ms = LONG_MS;
	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	for (int i = 0; i < 8; i++) {
		list[i] = (struct check){ .work = note_order, .arg = &numbers[i],
		    .likeness = (uint64_t)i + 1 };
		start(checks, &list[i]);
	}
	run_all(checks, list, 8);
	for (int i = 0; i < 8; i++)
		EXPECT_INT("first come, first served", order[i], i);
	EXPECT_INT("each once", (int64_t)checks_count(checks), 8);
}

/* A login that is given up is not hashed, and delays no other. */
static void
given_up(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	static int numbers[3] = { 0, 1, 2 };
	struct check list[3];

	conf->max_password_checks = 1;
	conf->password_wait_ms = LONG_MS;
	ordered = 0;
	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	for (int i = 0; i < 3; i++)
		list[i] = (struct check){ .work = note_order, .arg = &numbers[i] };
	EXPECT_VERDICT("its turn", checks_turn(checks, &list[0]), 0);
	EXPECT_VERDICT("waits", checks_turn(checks, &list[1]), V_WAITING);
	EXPECT_VERDICT("waits", checks_turn(checks, &list[2]), V_WAITING);
	EXPECT_TRUE("nothing is due", !checks_is_due(checks, &list[1]));
	checks_leave(checks, &list[1]);
	checks_leave(checks, &list[0]);
	EXPECT_TRUE("due", checks_is_due(checks, &list[2]));
	start(checks, &list[2]);
	run_all(checks, &list[2], 1);
	EXPECT_INT("it alone", order[0], 2);
	EXPECT_INT("once", (int64_t)checks_count(checks), 1);
}

/* One that waits for another like it lets the next go on, here and elsewhere. */
static void
alike(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	static int numbers[4] = { 0, 1, 2, 3 };
	struct check list[4];

	conf->max_password_checks = 2;
	conf->password_wait_ms = LONG_MS;
	ordered = 0;
	EXPECT_VERDICT("scoreboard", scoreboard_open(conf->run_dir), 0);
	EXPECT_VERDICT("a worker", scoreboard_join(), 0);
	scoreboard_enter(STATE_SERVING);
	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	for (int i = 0; i < 4; i++)
		list[i] = (struct check){ .work = note_order, .arg = &numbers[i],
		    .likeness = i == 3 ? 8 : 7 };
	EXPECT_VERDICT("its turn", checks_turn(checks, &list[0]), 0);
	EXPECT_VERDICT("the same waits", checks_turn(checks, &list[1]), V_WAITING);
	EXPECT_VERDICT("and again", checks_turn(checks, &list[2]), V_WAITING);
	EXPECT_INT("nobody elsewhere waits for them", (int64_t)scoreboard_before(UINT64_MAX), 0);
	EXPECT_VERDICT("another has its turn", checks_turn(checks, &list[3]), 0);
	checks_leave(checks, &list[3]);
	EXPECT_TRUE("not due", !checks_is_due(checks, &list[1]));
	checks_leave(checks, &list[0]);
	EXPECT_TRUE("the first is due", checks_is_due(checks, &list[1]));
	EXPECT_TRUE("it alone", !checks_is_due(checks, &list[2]));
	EXPECT_INT("and has its place again", (int64_t)scoreboard_before(UINT64_MAX), 1);
	run_all(checks, &list[1], 2);
	scoreboard_close();
}

static void
too_many(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	static struct check list[CHECKS_WAITING_MAX + 2];

	conf->max_password_checks = 1;
	conf->password_wait_ms = LONG_MS;
	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	EXPECT_VERDICT("its turn", checks_turn(checks, &list[0]), 0);
	for (int i = 1; i <= CHECKS_WAITING_MAX; i++)
		EXPECT_VERDICT("waits", checks_turn(checks, &list[i]), V_WAITING);
	EXPECT_INT("no room", checks_turn(checks, &list[CHECKS_WAITING_MAX + 1]),
	    V_UNAVAILABLE);
	for (int i = 0; i <= CHECKS_WAITING_MAX; i++)
		checks_leave(checks, &list[i]);
	EXPECT_INT("nobody waits", checks_due_ms(checks), INT_MAX);
}

/* However few cores there are, one may hash. */
static void
at_least_one(void)
{
	static const struct { const char *row; int64_t checks; } rows[] = {
		{ "one", 1 },
		{ "as many as cores allow", 0 },
		{ "many", 100 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(checks_close) struct checks *checks = NULL;
		GUARD(conf_drop) struct conf *conf = conf_in(test_directory());

		conf->max_password_checks = rows[i].checks;
		EXPECT_VERDICT(rows[i].row, checks_open(&checks, conf), 0);
		EXPECT_VERDICT(rows[i].row, run(checks, do_nothing, NULL), 0);
	}
}

static CU_TestInfo tests[] = {
	{ "thread", thread },
	{ "starved", starved },
	{ "nowhere", nowhere },
	{ "processes", processes },
	{ "in order", in_order },
	{ "given up", given_up },
	{ "alike", alike },
	{ "too many", too_many },
	{ "at least one", at_least_one },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/checks", tests);
