// SPDX-License-Identifier: ISC
/* auth/checks.h: how many hash at once over processes, at which priority, and what a kill frees. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/checks.h"
#include "base/clock.h"
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
	sigset_t blocked;
	pid_t process;
};

static void
look_around(void *arg)
{
	struct seen *seen = arg;

	seen->priority = getpriority(PRIO_PROCESS, 0);
	pthread_sigmask(SIG_SETMASK, NULL, &seen->blocked);
	seen->process = getpid();
}

static void
thread(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	struct seen seen;

	EXPECT_VERDICT("open", checks_open(&checks, conf), 0);
	EXPECT_VERDICT("run", checks_run(checks, look_around, &seen), 0);
	EXPECT_INT("lowest priority", seen.priority, 19);
	EXPECT_INT("of this process", seen.process, getpid());
	EXPECT_INT("deaf to SIGALRM", sigismember(&seen.blocked, SIGALRM), 1);
	EXPECT_INT("deaf to SIGTERM", sigismember(&seen.blocked, SIGTERM), 1);
	EXPECT_INT("not to what the sandbox raises", sigismember(&seen.blocked, SIGSYS), 0);
	EXPECT_INT("the caller has its own", getpriority(PRIO_PROCESS, 0), 0);
	pthread_sigmask(SIG_SETMASK, NULL, &seen.blocked);
	EXPECT_INT("and listens", sigismember(&seen.blocked, SIGALRM), 0);
	EXPECT_INT("counted", (int64_t)checks_count(checks), 1);
	seen.priority = -1;
	EXPECT_VERDICT("without bounds", checks_run(NULL, look_around, &seen), 0);
	EXPECT_INT("right here", seen.priority, 0);
	EXPECT_INT("not counted", (int64_t)checks_count(NULL), 0);
	EXPECT_VERDICT("room for everybody", checks_admit(NULL, &(struct slot){ -1, 0 }), 0);
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
	struct slot place = SLOT_NONE;
	pid_t pid = fork();

	if (pid != 0) {
		others->pids[others->count++] = pid;
		return;
	}
	if (checks_open(&checks, conf) == 0) {
		/* the test itself may take a place for a moment */
		while (checks_admit(checks, &place) == V_UNAVAILABLE)
			;
		checks_run(checks, hash_for_ever, others);
	}
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
	GUARD(slot_leave) struct slot place = SLOT_NONE;
	int64_t began_ms = clock_steady_ms();
	int r;

	r = checks_admit(checks, &place);
	if (!r)
		r = checks_run(checks, do_nothing, NULL);
	return r == V_UNAVAILABLE ? clock_steady_ms() - began_ms : -1;
}

/* Two hash, two wait, and there are eight workers: the fifth is refused at once. */
static void
processes(void)
{
	GUARD(checks_close) struct checks *checks = NULL;
	GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
	struct others others = { .count = 0 };

	EXPECT_INT("pipe", pipe(others.begun), 0);
	conf->workers = 8;
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
	conf->password_wait_ms = 300;
	for (int tries = 0; tries < 200 && refused_after_ms(checks) >= 300; tries++)
		;
	EXPECT_TRUE("half of the workers are at it: refused at once", refused_after_ms(checks) < 300);
	EXPECT_TRUE("none of those that wait has begun", !one_begins(&others, 0));

	kill_one(&others, 0);
	EXPECT_TRUE("a kill frees a slot", one_begins(&others, LONG_MS));
	kill_one(&others, 0);
	EXPECT_TRUE("and another", others.count == 2);
	while (others.count)
		kill_one(&others, 0);
	EXPECT_VERDICT("all are free", checks_run(checks, do_nothing, NULL), 0);
	close(others.begun[0]);
	close(others.begun[1]);
}

/* However few workers there are, one may hash; however few cores, too. */
static void
at_least_one(void)
{
	static const struct { const char *row; int64_t workers, checks; } rows[] = {
		{ "one worker", 1, 1 },
		{ "two", 2, 1 },
		{ "as many checks as cores allow", 1, 0 },
		{ "more checks than workers", 2, 100 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(checks_close) struct checks *checks = NULL;
		GUARD(conf_drop) struct conf *conf = conf_in(test_directory());
		GUARD(slot_leave) struct slot place = SLOT_NONE;

		conf->workers = rows[i].workers;
		conf->max_password_checks = rows[i].checks;
		EXPECT_VERDICT(rows[i].row, checks_open(&checks, conf), 0);
		EXPECT_VERDICT(rows[i].row, checks_admit(checks, &place), 0);
		EXPECT_VERDICT(rows[i].row, checks_run(checks, do_nothing, NULL), 0);
	}
}

static CU_TestInfo tests[] = {
	{ "thread", thread },
	{ "nowhere", nowhere },
	{ "processes", processes },
	{ "at least one", at_least_one },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/checks", tests);
