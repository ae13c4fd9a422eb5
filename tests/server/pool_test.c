// SPDX-License-Identifier: ISC
/* tests/server/pool_test.c - more workers when they are needed, and logins that wait without one. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/counter.h"
#include "base/scoreboard.h"
#include "server/listen.h"
#include "server_test.h"
#include "test.h"

#define CLIENTS 12

static const struct call ask_stay = { .path = "/stay" };
static const struct call ask_wait = { .path = "/wait" };

struct clients {
	int fds[CLIENTS];
};

static void
all_ask(struct clients *c, const struct daemon *s, const struct call *call)
{
	for (int i = 0; i < CLIENTS; i++) {
		c->fds[i] = client_connect(s->socket);
		client_send(c->fds[i], call);
	}
}

/* Lets go of the workers that stay, and of the requests that wait. */
static void
come_due(const struct daemon *s)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "%s/due", s->dir);
	EXPECT_INT(path, truncate(path, 1), 0);
}

/* How many of them are answered 200. */
static int
all_read(struct clients *c)
{
	struct answer answer;
	int good = 0;

	for (int i = 0; i < CLIENTS; i++) {
		client_read(c->fds[i], &answer);
		good += answer.status == 200;
	}
	return good;
}

/* --- what the scoreboard shows ---------------------------------------------------- */

static void
look_at(const struct daemon *s)
{
	scoreboard_close();
	EXPECT_VERDICT("scoreboard", scoreboard_open(s->dir), 0);
}

/* STATES: in whatever state. */
static int
count_in(enum scoreboard_state state)
{
	struct scoreboard_cell cell;
	int count = 0;

	for (size_t at = 0; at < scoreboard_high(); at++)
		count += scoreboard_read(at, &cell) && (state == STATES || cell.state == state);
	return count;
}

/* Waits until it is so many. */
static bool
becomes(enum scoreboard_state state, int want)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	while (count_in(state) != want && clock_steady_ms() < until_ms)
		service_breathe();
	return count_in(state) == want;
}

/* --- growing and shrinking --------------------------------------------------------- */

static void
grows(void)
{
	struct clients c;
	struct daemon s;

	daemon_prepare(&s, "workers_max = 16\nworkers_spare = 2\nworker_idle_s = 1");
	daemon_start(&s);
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	look_at(&s);
	EXPECT_TRUE("two at first", becomes(STATES, 2));
	all_ask(&c, &s, &ask_stay);
	EXPECT_TRUE("one each", becomes(STATE_SERVING, CLIENTS));
	come_due(&s);
	EXPECT_INT("answered", all_read(&c), CLIENTS);
	EXPECT_TRUE("two again", becomes(STATES, 2));
	EXPECT_INT("no crash", daemon_log_count(&s, "killed"), 0);
	EXPECT_INT("nor a fault", daemon_log_count(&s, "ended with"), 0);
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

/* The master has nothing to do, and sleeps. */
static bool
is_asleep(void)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	bool asleep;

	while (!(asleep = scoreboard_wake()) && clock_steady_ms() < until_ms)
		service_breathe();
	scoreboard_sleep();		/* it was no worker that asked */
	return asleep;
}

/* The first requests after a rest are enough to wake it, however slow they are. */
static void
grows_from_sleep(void)
{
	struct clients c;
	struct daemon s;

	daemon_prepare(&s, "workers_max = 16\nworkers_spare = 2");
	daemon_start(&s);
	look_at(&s);
	EXPECT_TRUE("two at first", becomes(STATE_IDLE, 2));
	EXPECT_TRUE("asleep", is_asleep());
	all_ask(&c, &s, &ask_stay);
	EXPECT_TRUE("one each", becomes(STATE_SERVING, CLIENTS));
	come_due(&s);
	EXPECT_INT("answered", all_read(&c), CLIENTS);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

/* The workers that it starts are on its own scoreboard, whatever a name in run_dir says. */
static void
grows_without_files(void)
{
	char path[PATH_SIZE];
	struct clients c;
	struct daemon s;

	daemon_prepare(&s, "workers_max = 16");
	daemon_start(&s);
	look_at(&s);
	EXPECT_TRUE("two at first", becomes(STATE_IDLE, 2));
	snprintf(path, sizeof path, "%s/scoreboard.3", s.dir);
	EXPECT_INT(path, unlink(path), 0);
	all_ask(&c, &s, &ask_stay);
	EXPECT_TRUE("one each", becomes(STATE_SERVING, CLIENTS));
	come_due(&s);
	EXPECT_INT("answered", all_read(&c), CLIENTS);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

static void
bounded(void)
{
	int64_t until_ms;
	struct clients c;
	struct daemon s;
	int most = 0;

	daemon_prepare(&s, "workers = 1\nworkers_max = 3");
	daemon_start(&s);
	look_at(&s);
	all_ask(&c, &s, &ask_stay);
	EXPECT_TRUE("three", becomes(STATE_SERVING, 3));
	until_ms = clock_steady_ms() + SLOW_MS;
	while (clock_steady_ms() < until_ms) {
		if (count_in(STATES) > most)
			most = count_in(STATES);
		service_breathe();
	}
	EXPECT_INT("never more", most, 3);
	EXPECT_TRUE("said", daemon_logged(&s, "workers_max permits no more", 1));
	come_due(&s);
	EXPECT_INT("answered", all_read(&c), CLIENTS);
	EXPECT_INT("said once", daemon_log_count(&s, "workers_max permits no more"), 1);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

/* Workers that die while the pool grows are replaced, and others are not affected. */
static void
killed_while_growing(void)
{
	struct scoreboard_cell cell;
	struct clients c;
	struct daemon s;
	int killed = 0;

	daemon_prepare(&s, "workers_max = 16\nworker_idle_s = 1");
	daemon_start(&s);
	look_at(&s);
	all_ask(&c, &s, &ask_stay);
	EXPECT_TRUE("grown", becomes(STATE_SERVING, CLIENTS));
	for (size_t at = 0; at < scoreboard_high() && killed < 4; at++) {
		if (scoreboard_peek(at, &cell) && cell.state == STATE_SERVING)
			killed += service_signal(cell.pid, SIGKILL);
	}
	come_due(&s);
	EXPECT_INT("all but those in hand", all_read(&c), CLIENTS - killed);
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	EXPECT_TRUE("two again", becomes(STATES, 2));
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

static void
reload_while_grown(void)
{
	struct clients c;
	struct daemon s;

	daemon_prepare(&s, "workers_max = 16\nworker_idle_s = 1");
	daemon_start(&s);
	look_at(&s);
	all_ask(&c, &s, &ask_stay);
	EXPECT_TRUE("grown", becomes(STATE_SERVING, CLIENTS));
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("reloaded", daemon_logged(&s, "reloaded, with 1", 1));
	come_due(&s);
	EXPECT_INT("answered", all_read(&c), CLIENTS);
	EXPECT_TRUE("two again", becomes(STATES, 2));
	EXPECT_INT("no crash", daemon_log_count(&s, "killed"), 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

/* --- requests that wait --------------------------------------------------------------- */

/* One worker holds them all, and serves others meanwhile. */
static void
waits(void)
{
	struct answer answer;
	struct clients c;
	struct daemon s;
	pid_t worker;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	worker = daemon_worker(&s);
	all_ask(&c, &s, &ask_wait);
	EXPECT_TRUE("all wait", daemon_logged(&s, "waiting begins", CLIENTS));
	for (int i = 0; i < 20; i++)
		EXPECT_INT("others are served", daemon_worker(&s), worker);
	come_due(&s);
	for (int i = 0; i < CLIENTS; i++) {
		client_read(c.fds[i], &answer);
		EXPECT_INT("answered", answer.status, 200);
		EXPECT_INT("by the one that held it", strtol(answer.body, NULL, 10), worker);
	}
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* The worker that holds them leaves further connections to an idle one. */
static void
leaves_to_others(void)
{
	struct daemon s;
	struct answer answer;
	pid_t servers[100], holder;
	int fd, by_holder = 0;

	daemon_prepare(&s, "workers = 2");
	daemon_start(&s);
	fd = client_connect(s.socket);
	client_send(fd, &ask_wait);
	EXPECT_TRUE("waits", daemon_logged(&s, "waiting begins", 1));
	look_at(&s);
	EXPECT_TRUE("both are there", becomes(STATE_IDLE, 2));
	for (int i = 0; i < 100; i++)
		servers[i] = daemon_worker(&s);
	come_due(&s);
	client_read(fd, &answer);
	EXPECT_INT("answered", answer.status, 200);
	holder = (pid_t)strtol(answer.body, NULL, 10);
	for (int i = 0; i < 100; i++)
		by_holder += servers[i] == holder;
	EXPECT_TRUE("seldom by the one that holds it", by_holder < 50);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

static void
peers_go(void)
{
	struct answer answer;
	struct daemon s;
	int fds[3];

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	for (int i = 0; i < 3; i++) {
		fds[i] = client_connect(s.socket);
		client_send(fds[i], &ask_wait);
	}
	EXPECT_TRUE("all wait", daemon_logged(&s, "waiting begins", 3));
	close(fds[1]);
	EXPECT_TRUE("one is given up", daemon_logged(&s, "given up", 1));
	EXPECT_TRUE("others are served", daemon_worker(&s) > 0);
	come_due(&s);
	for (int i = 0; i < 3; i += 2) {
		client_read(fds[i], &answer);
		EXPECT_INT("the rest is answered", answer.status, 200);
	}
	EXPECT_INT("no other", daemon_log_count(&s, "given up"), 1);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* A worker that is told to leave first answers the logins that wait. */
static void
leaves_after_waiting(void)
{
	static const struct { const char *row; int signum; } t[] = {
		{ "drain", SIGTERM },
		{ "reload", SIGHUP },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct clients c;
		struct daemon s;

		daemon_prepare(&s, "workers = 1");
		daemon_start(&s);
		all_ask(&c, &s, &ask_wait);
		EXPECT_TRUE("all wait", daemon_logged(&s, "waiting begins", CLIENTS));
		EXPECT_TRUE("told", service_signal(s.pid, t[i].signum));
		EXPECT_TRUE(t[i].row, daemon_logged(&s, t[i].signum == SIGHUP ? "reloaded" :
		    "stopping", 1));
		come_due(&s);
		EXPECT_INT(t[i].row, all_read(&c), CLIENTS);
		EXPECT_INT("no crash", daemon_log_count(&s, "killed"), 0);
		EXPECT_INT("ends", t[i].signum == SIGTERM ? service_wait(s.pid) :
		    daemon_end(&s, SIGTERM), 0);
	}
}

/* A worker that a web server started holds them in the same way, and is on the scoreboard. */
static void
single_worker(void)
{
	struct listener l;
	struct clients c;
	struct daemon s;

	daemon_prepare(&s, "");
	EXPECT_VERDICT("listen", listen_open(&l, s.socket, NULL), 0);
	daemon_start_inherited(&s, l.fd);
	EXPECT_INT("it is the worker itself", daemon_worker(&s), s.pid);
	look_at(&s);
	EXPECT_TRUE("known to all", becomes(STATE_IDLE, 1));
	all_ask(&c, &s, &ask_wait);
	EXPECT_TRUE("all wait", daemon_logged(&s, "waiting begins", CLIENTS));
	EXPECT_INT("others are served", daemon_worker(&s), s.pid);
	come_due(&s);
	EXPECT_INT("answered", all_read(&c), CLIENTS);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("gone", count_in(STATES), 0);
	listen_close(&l);
	scoreboard_close();
}

/* One that is stopped in the middle of a request is replaced; the log says where it was. */
static void
stuck(void)
{
	const struct call ask = { .path = "/slow" };
	struct answer answer;
	struct daemon s;
	pid_t pid;
	int fd;

	daemon_prepare(&s, "workers = 1\nrequest_deadline_s = 1");
	daemon_start(&s);
	look_at(&s);
	pid = daemon_worker(&s);
	fd = client_connect(s.socket);
	client_send(fd, &ask);
	EXPECT_TRUE("serves", becomes(STATE_SERVING, 1));
	EXPECT_TRUE("stopped", service_signal(pid, SIGSTOP));
	EXPECT_TRUE("killed", daemon_logged(&s, "has been serving a request for", 1));
	client_read(fd, &answer);
	EXPECT_TRUE("not answered", !answer.ended);
	EXPECT_TRUE("another serves", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

/* One that is stopped while it has nothing to do would keep connections waiting. */
static void
stuck_idle(void)
{
	struct daemon s;
	pid_t pid;

	daemon_prepare(&s, "workers = 1\nrequest_deadline_s = 1");
	daemon_start(&s);
	look_at(&s);
	pid = daemon_worker(&s);
	EXPECT_TRUE("idle", becomes(STATE_IDLE, 1));
	EXPECT_TRUE("stopped", service_signal(pid, SIGSTOP));
	EXPECT_TRUE("killed", daemon_logged(&s, "has been idle without a sign of life for", 1));
	EXPECT_TRUE("another serves", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
}

/* Each answers first, and is replaced without a delay that grows. */
static void
leaves(void)
{
	const struct call ask = { .path = "/leave" };
	const int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	struct answer answer;
	struct daemon s;
	int good = 0;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	while (good < CLIENTS && clock_steady_ms() < until_ms) {
		client_ask(s.socket, &ask, &answer);
		good += answer.status == 200;
	}
	EXPECT_INT("all answered", good, CLIENTS);
	EXPECT_TRUE("all left", daemon_logged(&s, "exited with status 4", CLIENTS));
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static bool
listens(const struct daemon *s)
{
	int fd = client_connect(s->socket);

	fd_close(&fd);
	return fd >= 0;
}

/* Lines that the log does not take are counted where status finds them, the master's too. */
static void
log_lost(void)
{
	const struct call ask = { .path = "/slow" };
	struct answer answer;
	struct daemon s;
	int64_t until_ms;

	daemon_prepare(&s, "");
	snprintf(s.log, sizeof s.log, "/dev/full");
	daemon_configure(&s, "workers = 1");
	daemon_spawn(&s);
	until_ms = clock_steady_ms() + PATIENCE_MS;
	while (!listens(&s) && clock_steady_ms() < until_ms)
		service_breathe();
	client_ask(s.socket, &ask, &answer);
	EXPECT_INT("serves, and says so", answer.status, 200);
	look_at(&s);
	EXPECT_VERDICT("counters", counters_open(s.dir), 0);
	while (!(counter_total("log_lost worker") && counter_total("log_lost master")) &&
	    clock_steady_ms() < until_ms)
		service_breathe();
	EXPECT_TRUE("of a worker", counter_total("log_lost worker") > 0);
	EXPECT_TRUE("of the master", counter_total("log_lost master") > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	scoreboard_close();
	counters_close();
}

static CU_TestInfo tests[] = {
	{ "grows", grows },
	{ "grows from sleep", grows_from_sleep },
	{ "grows without files", grows_without_files },
	{ "bounded", bounded },
	{ "killed while growing", killed_while_growing },
	{ "reload while grown", reload_while_grown },
	{ "waits", waits },
	{ "leaves to others", leaves_to_others },
	{ "peers go", peers_go },
	{ "leaves after waiting", leaves_after_waiting },
	{ "single worker", single_worker },
	{ "a stuck worker", stuck },
	{ "a stuck idle worker", stuck_idle },
	{ "leaves", leaves },
	{ "lines of the log are lost", log_lost },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/crew: pool", tests);
