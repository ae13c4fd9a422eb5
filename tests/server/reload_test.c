// SPDX-License-Identifier: ISC
/* tests/server/reload_test.c - SIGHUP: a new configuration, a new program, no lost request. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "server_test.h"
#include "test.h"

static const struct call ask_pid = { .path = "/pid" };
static const struct call ask_slow = { .path = "/slow" };

/* --- a worker that never finishes ---------------------------------------------- */

/* Its patience is 10 s, so that the other tests run meanwhile. */
static struct daemon overdue;
static int overdue_fd;

static void
overdue_begins(void)
{
	daemon_prepare(&overdue, "workers = 1\nrequest_deadline_s = 300");
	daemon_start(&overdue);
	overdue_fd = client_connect(overdue.socket);
	EXPECT_INT("half a header", write(overdue_fd, "\1\1", 2), 2);
	EXPECT_TRUE("told", service_signal(overdue.pid, SIGHUP));
	EXPECT_TRUE("reloaded", daemon_logged(&overdue, "reloaded", 1));
	EXPECT_TRUE("served by another", daemon_worker(&overdue) > 0);
}

static void
overdue_ends(void)
{
	struct answer answer;

	EXPECT_TRUE("killed", daemon_logged(&overdue, "did not finish in 10000 ms", 1));
	EXPECT_TRUE("reaped", daemon_logged(&overdue, "was killed by signal 9", 1));
	client_read(overdue_fd, &answer);
	EXPECT_INT("no answer", answer.status, 0);
	EXPECT_TRUE("others serve", daemon_worker(&overdue) > 0);
	EXPECT_INT("ends", daemon_end(&overdue, SIGTERM), 0);
}

/* --- what is taken over ---------------------------------------------------------- */

/* One that is told to leave may serve what it has accepted. */
static bool
leaves(struct daemon *s, pid_t worker)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	while (daemon_worker(s) == worker) {
		if (clock_steady_ms() > until_ms)
			return false;
		service_breathe();
	}
	return true;
}

static void
new_configuration(void)
{
	struct answer answer;
	struct daemon s;
	pid_t worker;
	int fd;

	daemon_prepare(&s, "");
	daemon_start(&s);
	worker = daemon_worker(&s);
	fd = client_connect(s.socket);
	client_send(fd, &ask_slow);
	EXPECT_TRUE("running", daemon_logged(&s, "slow begins", 1));
	daemon_configure(&s, "workers = 5");
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("more", daemon_logged(&s, "reloaded, with 5 workers in place of 2", 1));
	client_read(fd, &answer);
	EXPECT_INT("the old one finishes", answer.status, 200);
	EXPECT_TRUE("same process", kill(s.pid, 0) == 0);
	for (int i = 0; i < 20; i++)
		EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	EXPECT_TRUE("by new ones", leaves(&s, worker));
	daemon_configure(&s, "workers = 1\nlisten = \"/elsewhere\"");
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("fewer", daemon_logged(&s, "reloaded, with 1 workers in place of ", 1));
	EXPECT_TRUE("the socket stays", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("the socket is still ours", access(s.socket, F_OK), -1);
	EXPECT_INT("no crash", daemon_log_count(&s, "killed"), 0);
}

/* A file that was moved away is no longer written to. */
static void
new_log(void)
{
	char moved[PATH_SIZE + 2];
	struct daemon s;
	int before;

	daemon_prepare(&s, "");
	daemon_start(&s);
	snprintf(moved, sizeof moved, "%s.1", s.log);
	EXPECT_INT("moved", rename(s.log, moved), 0);
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("made anew", daemon_logged(&s, "reloaded", 1));
	EXPECT_TRUE("serves", daemon_logged(&s, " started", 2));
	before = daemon_log_count(&s, "slow begins");
	/* until the old workers are gone, one of them may be the one to answer */
	for (int i = 0; i < 20 && daemon_log_count(&s, "slow begins") == before; i++)
		client_ask(s.socket, &ask_slow, &(struct answer){ 0 });
	EXPECT_TRUE("workers write there", daemon_logged(&s, "slow begins", before + 1));
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static void
break_store(const struct daemon *s)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "%s/broken", s->dir);
	EXPECT_INT(path, mknod(path, S_IFREG | 0600, 0), 0);
}

static void
remove_configuration(const struct daemon *s)
{
	EXPECT_INT(s->config, unlink(s->config), 0);
}

static void
break_nothing(const struct daemon *s)
{
	(void)s;
}

/* The service continues unchanged, and the log says why. */
static void
refused(void)
{
	static const struct {
		const char *row, *options, *says;
		void (*make)(const struct daemon *s);
	} t[] = {
		{ "unknown option", "frobnicate = 1", "doorward.conf:8: no such option",
		    break_nothing },
		{ "out of range",   "workers = 0", "doorward.conf:8: workers must be",
		    break_nothing },
		{ "no log",         "log_target = \"/nowhere/x\"", "/nowhere/x: No such file",
		    break_nothing },
		{ "no such user",   "user = \"no-such-user\"", "user no-such-user", break_nothing },
		{ "store",          "", "/broken is there", break_store },
		{ "no file",        "", "doorward.conf: No such file", remove_configuration },
	};
	struct daemon s;
	pid_t worker;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	worker = daemon_worker(&s);
	for (size_t i = 0; i < NELEM(t); i++) {
		daemon_configure(&s, t[i].options);
		t[i].make(&s);
		EXPECT_TRUE(t[i].row, service_signal(s.pid, SIGHUP));
		EXPECT_TRUE(t[i].row, daemon_logged(&s, "reload: refused", (int)i + 1));
		EXPECT_TRUE(t[i].row, daemon_log_count(&s, t[i].says) > 0);
		EXPECT_INT(t[i].row, daemon_worker(&s), worker);
	}
	EXPECT_INT("none", daemon_log_count(&s, "reloaded"), 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* --- a new program ------------------------------------------------------------------ */

static ino_t
running_file(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static void
upgrade(void)
{
	char program[PATH_SIZE];
	struct daemon s;
	struct stat st;

	daemon_prepare(&s, "");
	snprintf(program, sizeof program, "%s/echod", s.dir);
	daemon_copy_program(program);
	s.program = program;
	daemon_start(&s);
	EXPECT_INT("no program", unlink(program), 0);
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("refused", daemon_logged(&s, "reload: refused", 1));
	EXPECT_INT("why", daemon_log_count(&s, "echod: No such file"), 1);
	EXPECT_INT("no program of ours", mknod(program, S_IFREG | 0700, 0), 0);
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("refused", daemon_logged(&s, "reload: refused", 2));
	EXPECT_TRUE("serves on", daemon_worker(&s) > 0);
	daemon_copy_program(program);
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("reloaded", daemon_logged(&s, "reloaded", 1));
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	EXPECT_INT("the new file", stat(program, &st), 0);
	/* which file it is root alone may see, for it is not dumpable */
	EXPECT_INT("runs", running_file(s.pid), geteuid() == 0 ? st.st_ino : 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

/* --- under load ------------------------------------------------------------------------ */

#define CLIENTS	4

struct tally {
	int asked, failed;
};

/* RELOADS in the environment sets their number, for longer runs. */
static int
reloads(void)
{
	const char *given = getenv("RELOADS");

	return given ? atoi(given) : 20;
}

/* Sends requests until the pipe is closed, and reports how many failed. */
static int
ask_on(const struct daemon *s, int until_fd, int result_fd)
{
	struct tally tally = { 0, 0 };
	struct answer answer;
	char byte;

	fcntl(until_fd, F_SETFL, O_NONBLOCK);
	while (read(until_fd, &byte, 1) < 0) {
		client_ask(s->socket, &ask_pid, &answer);
		tally.asked++;
		tally.failed += answer.status != 200 || !answer.ended;
	}
	return write(result_fd, &tally, sizeof tally) != sizeof tally;
}

static void
reload_often(const struct daemon *s)
{
	for (int i = 1; i <= reloads(); i++) {
		EXPECT_TRUE("told", service_signal(s->pid, SIGHUP));
		EXPECT_TRUE("reloaded", daemon_logged(s, "reloaded", i));
	}
}

static void
load(void)
{
	struct tally one, all = { 0, 0 };
	int until[2], results[2];
	pid_t clients[CLIENTS];
	struct daemon s;

	daemon_prepare(&s, "log_level = info");
	daemon_start(&s);
	EXPECT_INT("pipes", pipe(until) + pipe(results), 0);
	for (size_t i = 0; i < CLIENTS; i++) {
		clients[i] = fork();
		if (clients[i] == 0) {
			close(until[1]);
			_exit(ask_on(&s, until[0], results[1]));
		}
	}
	reload_often(&s);
	close(until[1]);
	for (size_t i = 0; i < CLIENTS; i++) {
		EXPECT_INT("client", service_wait(clients[i]), 0);
		EXPECT_INT("tally", read(results[0], &one, sizeof one), sizeof one);
		all.asked += one.asked;
		all.failed += one.failed;
	}
	printf("%d reloads, %d of %d requests failed ... ", reloads(), all.failed, all.asked);
	EXPECT_TRUE("asked", all.asked > reloads());
	EXPECT_INT("failed", all.failed, 0);
	close(until[0]), close(results[0]), close(results[1]);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("no crash", daemon_log_count(&s, "killed"), 0);
}

/* Signals faster than reloads: the last configuration applies, and SIGTERM stops it. */
static void
hasty(void)
{
	struct daemon s;

	daemon_prepare(&s, "");
	daemon_start(&s);
	for (int i = 0; i < 50; i++) {
		EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
		if (i % 10 == 0)
			EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	}
	daemon_configure(&s, "workers = 3");
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_TRUE("the last", daemon_logged(&s, "reloaded, with 3 workers", 1));
	EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("nothing is left", client_connect(s.socket), -1);
}

/* Signals without end do not keep the reloads that they ask for from happening. */
static void
storm(void)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;
	struct daemon s;

	daemon_prepare(&s, "");
	daemon_start(&s);
	while (daemon_log_count(&s, "reloaded, with") < 3 && clock_steady_ms() < until_ms) {
		EXPECT_TRUE("told", service_signal(s.pid, SIGHUP));
		service_breathe();
	}
	EXPECT_TRUE("reloads meanwhile", daemon_log_count(&s, "reloaded, with") >= 3);
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static CU_TestInfo overdue_tests[] = {
	{ "overdue begins", overdue_begins },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/reload: overdue", overdue_tests, .order = -1);

static CU_TestInfo reload_tests[] = {
	{ "new configuration", new_configuration },
	{ "new log", new_log },
	{ "refused", refused },
	{ "upgrade", upgrade },
	{ "load", load },
	{ "hasty", hasty },
	{ "storm", storm },
	{ "overdue ends", overdue_ends },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/reload", reload_tests);
