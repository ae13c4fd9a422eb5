// SPDX-License-Identifier: ISC
/*
 * tests/server/failing_test.c - each system call of master and workers fails, at every
 * place in turn: the service does not start, and says so, or it serves in the end.
 */
#include "failing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "server_test.h"
#include "test.h"

#define REQUESTS 6		/* more than workers */
#define PLACES_MAX 12

static const struct call ask_pid = { .path = "/pid" };
static const struct call ask_wait = { .path = "/wait" };

/* Prepares a service that shares what is returned with the test. */
static struct failing *
prepare(struct daemon *s)
{
	char path[PATH_SIZE];
	void *bytes;
	int fd;

	daemon_prepare(s, "");
	snprintf(path, sizeof path, "%s/failing", s->dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(struct failing)))
		exit(99);
	bytes = mmap(NULL, sizeof(struct failing), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		exit(99);
	close(fd);
	setenv(FAILING_FILE, path, 1);
	return bytes;
}

static void
fail(struct failing *f, enum failing_call call, int error, int skip, int times)
{
	f->call = FAIL_NOTHING;
	f->error = error;
	f->skip = skip;
	f->left = times;
	f->failed = 0;
	f->call = (int)call;
}

static void
finish(struct failing *f)
{
	munmap(f, sizeof *f);
	unsetenv(FAILING_FILE);
}

/* A request that no worker has time for waits: each is answered. */
static void
expect_served(const char *row, const struct daemon *s)
{
	struct answer answer;
	int fds[REQUESTS];

	for (int i = 0; i < REQUESTS; i++) {
		fds[i] = client_connect(s->socket);
		client_send(fds[i], &ask_pid);
	}
	for (int i = 0; i < REQUESTS; i++) {
		client_read(fds[i], &answer);
		EXPECT_INT(row, answer.status, 200);
		EXPECT_TRUE(row, answer.ended);
	}
}

/* --- from the start ---------------------------------------------------------------- */

static const struct {
	const char *row;
	enum failing_call call;
	int error;
} calls[] = {
	{ "fork",          FAIL_FORK,         EAGAIN },
	{ "fork",          FAIL_FORK,         ENOMEM },
	{ "socket",        FAIL_SOCKET,       EMFILE },
	{ "bind",          FAIL_BIND,         EACCES },
	{ "bind",          FAIL_BIND,         ENOSPC },
	{ "listen",        FAIL_LISTEN,       EADDRINUSE },
	{ "accept4",       FAIL_ACCEPT,       EMFILE },
	{ "accept4",       FAIL_ACCEPT,       ENFILE },
	{ "accept4",       FAIL_ACCEPT,       ENOMEM },
	{ "accept4",       FAIL_ACCEPT,       ECONNABORTED },
	{ "accept4",       FAIL_ACCEPT,       EINTR },
	{ "accept4",       FAIL_ACCEPT,       EPERM },
	{ "epoll_create1", FAIL_EPOLL_CREATE, EMFILE },
	{ "epoll_ctl",     FAIL_EPOLL_ADD,    ENOSPC },
	{ "epoll_ctl",     FAIL_EPOLL_ADD,    ENOMEM },
	{ "epoll_pwait",   FAIL_EPOLL_WAIT,   EINTR },
	{ "memfd_create",  FAIL_MEMFD,        EMFILE },
};

static bool
awaits_end(const struct daemon *s, int *status)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	while (clock_steady_ms() < until_ms) {
		if (daemon_log_count(s, "ready at "))
			return false;
		if (service_exited_with(s->pid, status))
			return true;
		service_breathe();
	}
	*status = -1000;
	return true;
}

/* False once no call is left that could fail. */
static bool
start_with(const char *row, enum failing_call call, int error, int skip)
{
	struct failing *f;
	struct daemon s;
	int status = 0;
	bool failed;

	f = prepare(&s);
	fail(f, call, error, skip, 1);
	daemon_spawn(&s);
	if (awaits_end(&s, &status)) {
		EXPECT_INT(row, status, 1);
		EXPECT_INT(row, f->failed, 1);
		EXPECT_TRUE(row, daemon_log_count(&s, ": ") > 0);
		EXPECT_INT(row, access(s.socket, F_OK), -1);
	} else {
		expect_served(row, &s);
		EXPECT_INT(row, daemon_end(&s, SIGTERM), 0);
		EXPECT_INT(row, daemon_log_count(&s, "killed by signal"), 0);
	}
	failed = f->failed > 0;
	finish(f);
	return failed;
}

static void
every_call(void)
{
	int places, total = 0;

	for (size_t i = 0; i < NELEM(calls); i++) {
		places = 0;
		while (places < PLACES_MAX &&
		    start_with(calls[i].row, calls[i].call, calls[i].error, places))
			places++;
		total += places;
	}
	EXPECT_TRUE("calls failed", total > 40);
}

/* --- while it serves ----------------------------------------------------------------- */

/* No process can be made for a while: who is there serves, and the dead are replaced later. */
static void
no_fork(void)
{
	struct failing *f;
	struct daemon s;

	f = prepare(&s);
	daemon_start(&s);
	expect_served("before", &s);
	fail(f, FAIL_FORK, EAGAIN, 0, 3);
	EXPECT_TRUE("a worker", service_signal(daemon_worker(&s), SIGKILL));
	expect_served("by the other", &s);
	EXPECT_TRUE("told", daemon_logged(&s, "fork: Resource temporarily unavailable", 3));
	EXPECT_TRUE("replaced", daemon_logged(&s, " started", 3));
	expect_served("after", &s);
	EXPECT_INT("failed", f->failed, 3);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	finish(f);
}

/* A configuration that cannot be tested is not taken: the next attempt may do. */
static void
no_reload(void)
{
	static const struct { const char *row; enum failing_call call; const char *said; } t[] = {
		{ "memfd_create", FAIL_MEMFD, "memfd_create: " },
		{ "fork",         FAIL_FORK,  "fork: " },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct failing *f;
		struct daemon s;

		f = prepare(&s);
		daemon_start(&s);
		fail(f, t[i].call, ENOMEM, 0, 1);
		EXPECT_TRUE(t[i].row, service_signal(s.pid, SIGHUP));
		EXPECT_TRUE(t[i].row, daemon_logged(&s, t[i].said, 1));
		expect_served(t[i].row, &s);
		EXPECT_INT(t[i].row, daemon_log_count(&s, "reloaded"), 0);
		EXPECT_TRUE(t[i].row, service_signal(s.pid, SIGHUP));
		EXPECT_TRUE(t[i].row, daemon_logged(&s, "reloaded", 1));
		expect_served(t[i].row, &s);
		EXPECT_INT(t[i].row, daemon_end(&s, SIGTERM), 0);
		finish(f);
	}
}

/* For longer than a moment, on all workers. */
static void
no_descriptors(void)
{
	struct failing *f;
	struct daemon s;

	f = prepare(&s);
	daemon_start(&s);
	fail(f, FAIL_ACCEPT, EMFILE, 0, 8);
	expect_served("in the end", &s);
	EXPECT_INT("all of them", f->failed, 8);
	EXPECT_TRUE("told", daemon_logged(&s, "accept: Too many open files", 8));
	EXPECT_INT("by workers that go on", daemon_log_count(&s, " exited with status "), 0);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	finish(f);
}

static bool
awaits_failure(const struct failing *f)
{
	int64_t until_ms = clock_steady_ms() + PATIENCE_MS;

	while (!f->failed && clock_steady_ms() < until_ms)
		service_breathe();
	return f->failed > 0;
}

/* A process that cannot tell the time ends: what has expired would live on. */
static void
no_clock(void)
{
	for (int skip = 0; skip < PLACES_MAX; skip++) {
		struct answer answer;
		struct failing *f;
		struct daemon s;
		int how;

		f = prepare(&s);
		daemon_start(&s);
		fail(f, FAIL_CLOCK, EINVAL, skip, 1);
		client_ask(s.socket, &ask_pid, &answer);
		EXPECT_TRUE("right, or none", answer.status == 200 || answer.status == 0);
		EXPECT_TRUE("failed", awaits_failure(f));
		how = daemon_end(&s, SIGTERM);
		EXPECT_TRUE("master or worker", how == -SIGABRT || (how == 0 &&
		    daemon_log_count(&s, "was killed by signal 6") == 1));
		EXPECT_INT("told", daemon_log_count(&s, "clock_gettime: Invalid argument"), 1);
		finish(f);
	}
}

/* What would be a secret without its bytes is never answered: the process ends, and says why. */
static void
no_random(void)
{
	static const struct { const char *row; int error; } t[] = {
		{ "none", ENOSYS }, { "not permitted", EPERM }, { "half of them", 0 },
	};
	static const struct call ask_random = { .path = "/random" };

	for (size_t i = 0; i < NELEM(t); i++) {
		struct answer answer;
		struct failing *f;
		struct daemon s;

		f = prepare(&s);
		daemon_start(&s);
		client_ask(s.socket, &ask_random, &answer);
		EXPECT_INT(t[i].row, answer.status, 200);
		EXPECT_INT(t[i].row, (int64_t)answer.body_len, 32);
		fail(f, FAIL_RANDOM, t[i].error, 0, 1);
		client_ask(s.socket, &ask_random, &answer);
		EXPECT_INT(t[i].row, answer.status, 0);
		EXPECT_INT(t[i].row, f->failed, 1);
		EXPECT_TRUE(t[i].row, daemon_logged(&s, "libsodium cannot go on", 1));
		EXPECT_TRUE(t[i].row, daemon_logged(&s, "was killed by signal 6", 1));
		client_ask(s.socket, &ask_random, &answer);
		EXPECT_INT("by another", answer.status, 200);
		EXPECT_INT(t[i].row, daemon_end(&s, SIGTERM), 0);
		finish(f);
	}
}

/* A connection that cannot be watched is held and answered all the same. */
static void
unwatched(void)
{
	struct answer answer;
	char path[PATH_SIZE];
	struct failing *f;
	struct daemon s;
	int fd;

	f = prepare(&s);
	daemon_start(&s);
	expect_served("before", &s);
	fail(f, FAIL_EPOLL_ADD, ENOSPC, 0, 1);
	fd = client_connect(s.socket);
	client_send(fd, &ask_wait);
	EXPECT_TRUE("told", daemon_logged(&s, "epoll_ctl: ", 1));
	snprintf(path, sizeof path, "%s/due", s.dir);
	EXPECT_INT(path, truncate(path, 1), 0);
	client_read(fd, &answer);
	EXPECT_INT("answered", answer.status, 200);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	finish(f);
}

static CU_TestInfo tests[] = {
	{ "every call, from the start", every_call },
	{ "no fork", no_fork },
	{ "no reload", no_reload },
	{ "no descriptors", no_descriptors },
	{ "no clock", no_clock },
	{ "no random bytes", no_random },
	{ "unwatched", unwatched },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server: system calls fail", tests);
