// SPDX-License-Identifier: ISC
#include "base/scoreboard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "unit.h"

static const char *dir;

static void
begin(void)
{
	log_open("/dev/null", LOG_LEVEL_ERROR);
	dir = test_directory();
	EXPECT_VERDICT("open", scoreboard_open(dir), 0);
}

/* --- other processes -------------------------------------------------------- */

struct other {
	pid_t pid;
	int out, in;			/* it sends a byte, and exits when in is closed */
};

/* A worker of its own that does what it is told, and waits. */
static struct other
other_begin(void (*act)(void))
{
	struct other o;
	int says[2], hears[2];
	char byte;

	if (pipe(says) != 0 || pipe(hears) != 0)
		abort();
	fflush(stdout);
	o = (struct other){ fork(), says[0], hears[1] };
	if (o.pid == 0) {
		close(hears[1]);
		if (scoreboard_join() != 0)
			_exit(1);
		act();
		if (write(says[1], "x", 1) != 1 || read(hears[0], &byte, 1) != 0)
			_exit(2);
		_exit(0);
	}
	close(says[1]);
	close(hears[0]);
	EXPECT_INT("it is there", read(o.out, &byte, 1), 1);
	return o;
}

static void
other_end(struct other *o, int signum)
{
	int status;

	if (signum)
		kill(o->pid, signum);
	close(o->in);
	close(o->out);
	EXPECT_INT("ended", waitpid(o->pid, &status, 0), o->pid);
	EXPECT_INT("as it should", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	    signum);
}

static void
serve_one(void)
{
	scoreboard_enter(STATE_READING);
	scoreboard_enter(STATE_SERVING);
}

static size_t
count_workers(void)
{
	struct scoreboard_cell cell;
	size_t count = 0;

	for (size_t at = 0; at < scoreboard_high(); at++)
		count += scoreboard_read(at, &cell);
	return count;
}

static void
rest(void)
{
	scoreboard_enter(STATE_IDLE);
}

static void
keep_logins(void)
{
	scoreboard_enter(STATE_IDLE);
	scoreboard_hold(0, 1, 0, 0);
}

static void
ask_provider(void)
{
	scoreboard_enter(STATE_IDLE);
	scoreboard_ask(2);
}

static void
ask_no_more(void)
{
	ask_provider();
	scoreboard_ask(0);
}

static void
idle(void)
{
	static const struct { const char *row; void (*act)(void); bool want; } t[] = {
		{ "busy",             serve_one,   false },
		{ "with a login",     keep_logins, false },
		{ "at a provider",    ask_provider, false },
		{ "no longer there",  ask_no_more, true },
		{ "nothing to do",    rest,        true },
	};
	struct other o;

	begin();
	EXPECT_TRUE("nobody", !scoreboard_has_idle());
	for (size_t i = 0; i < NELEM(t); i++) {
		o = other_begin(t[i].act);
		EXPECT_INT(t[i].row, scoreboard_has_idle(), t[i].want);
		other_end(&o, 0);
		scoreboard_ended(o.pid);
	}
	EXPECT_VERDICT("a worker ourselves", scoreboard_join(), 0);
	scoreboard_enter(STATE_IDLE);
	EXPECT_TRUE("is no other", !scoreboard_has_idle());
	scoreboard_close();
}

/* --- cells ---------------------------------------------------------------------- */

static void
seen_by_others(void)
{
	struct scoreboard_cell cell;
	struct other o;

	begin();
	EXPECT_INT("nobody", (int64_t)scoreboard_high(), 0);
	o = other_begin(serve_one);
	EXPECT_INT("one", (int64_t)count_workers(), 1);
	EXPECT_TRUE("there", scoreboard_peek(0, &cell));
	EXPECT_INT("who", cell.pid, o.pid);
	EXPECT_INT("does what", cell.state, STATE_SERVING);
	EXPECT_INT("how often", (int64_t)cell.requests, 1);
	EXPECT_TRUE("since when", cell.since_ms > 0);
	other_end(&o, 0);
	EXPECT_INT("gone", (int64_t)count_workers(), 0);
	scoreboard_close();
}

/* However a worker exits, its cell is free, and the next one gets it. */
static void
killed(void)
{
	struct scoreboard_cell cell;
	struct other a, b, c;

	begin();
	a = other_begin(serve_one);
	b = other_begin(serve_one);
	EXPECT_INT("two", (int64_t)count_workers(), 2);
	other_end(&a, SIGKILL);
	EXPECT_TRUE("its bytes are there still", scoreboard_peek(0, &cell));
	EXPECT_TRUE("but nobody holds them", !scoreboard_read(0, &cell));
	EXPECT_TRUE("so they are gone", !scoreboard_peek(0, &cell));
	c = other_begin(serve_one);
	EXPECT_TRUE("the same cell", scoreboard_peek(0, &cell) && cell.pid == c.pid);
	EXPECT_INT("requests are of the worker", (int64_t)cell.requests, 1);
	other_end(&b, SIGKILL);
	scoreboard_ended(b.pid);
	EXPECT_TRUE("a master knows", !scoreboard_peek(1, &cell));
	other_end(&c, 0);
	scoreboard_close();
}

static void
hold_early(void)
{
	scoreboard_hold(2, 1, 5, 1000);
	scoreboard_enter(STATE_IDLE);
}

static void
hold_but_busy(void)
{
	scoreboard_hold(1, 0, 6, 2000);
	scoreboard_enter(STATE_READING);
}

/* Eventually no other is ahead of it. */
static bool
is_passed_over(uint64_t ticket)
{
	int64_t until_ms = clock_steady_ms() + 10000;

	while (scoreboard_before(ticket) && clock_steady_ms() < until_ms)
		poll(NULL, 0, 10);
	return scoreboard_before(ticket) == 0;
}

/* One that is alive but does not look after its logins, as when it is stopped. */
static void
silent(void)
{
	struct other a;

	begin();
	scoreboard_ticket();
	a = other_begin(hold_early);
	EXPECT_TRUE("passed over", is_passed_over(7));
	EXPECT_INT("what it holds is known still", (int64_t)scoreboard_waiting(), 2);
	other_end(&a, 0);
	scoreboard_close();
}

static void
queue(void)
{
	uint64_t first, second;
	struct other a, b;

	begin();
	first = scoreboard_ticket();
	second = scoreboard_ticket();
	EXPECT_TRUE("tickets grow", first > 0 && second > first);
	EXPECT_INT("nobody waits", (int64_t)scoreboard_waiting(), 0);
	a = other_begin(hold_early);
	b = other_begin(hold_but_busy);
	EXPECT_INT("three wait", (int64_t)scoreboard_waiting(), 3);
	EXPECT_INT("before the first", (int64_t)scoreboard_before(5), 0);
	EXPECT_INT("one that can", (int64_t)scoreboard_before(7), 1);
	other_end(&a, SIGKILL);
	EXPECT_TRUE("the dead hold nobody up", is_passed_over(7));
	other_end(&b, 0);
	scoreboard_hash(3, 77);
	EXPECT_TRUE("what is hashed", scoreboard_hashing(3) == 77);
	EXPECT_TRUE("out of range", scoreboard_hashing(100000) == 0);
	scoreboard_close();
}

static void
sleep_and_wake(void)
{
	begin();
	EXPECT_TRUE("awake", !scoreboard_wake());
	scoreboard_sleep();
	EXPECT_TRUE("woken", scoreboard_wake());
	EXPECT_TRUE("once", !scoreboard_wake());
	scoreboard_close();
	EXPECT_TRUE("nobody", !scoreboard_wake());
}

/* --- the file --------------------------------------------------------------------- */

static void
file(void)
{
	char path[256];
	struct stat st;

	begin();
	snprintf(path, sizeof path, "%s/scoreboard.3", dir);
	EXPECT_INT("there", stat(path, &st), 0);
	EXPECT_INT("ours alone", st.st_mode & 0777, 0600);
	scoreboard_close();
	EXPECT_INT("gone", unlink(path), 0);
	EXPECT_INT("a link", symlink("/dev/null", path), 0);
	EXPECT_VERDICT("refused", scoreboard_open(dir), -ELOOP);
	EXPECT_INT("no link", unlink(path), 0);
	EXPECT_INT("a FIFO", mkfifo(path, 0600), 0);
	EXPECT_VERDICT("refused", scoreboard_open(dir), -EPERM);
	EXPECT_VERDICT("no directory", scoreboard_open("/nowhere/at/all"), -ENOENT);
	EXPECT_INT("without one there are no cells", (int64_t)scoreboard_high(), 0);
	scoreboard_enter(STATE_IDLE);
	scoreboard_close();
}

static CU_TestInfo tests[] = {
	{ "seen by others", seen_by_others },
	{ "idle", idle },
	{ "killed", killed },
	{ "queue", queue },
	{ "silent", silent },
	{ "sleep and wake", sleep_and_wake },
	{ "file", file },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/scoreboard", tests);
