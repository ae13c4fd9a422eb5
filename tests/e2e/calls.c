// SPDX-License-Identifier: ISC
/*
 * tests/e2e/calls.c - how many system calls a busy worker makes for a request.
 * stack.sh runs this with one worker; strace counts.
 */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "auth/ha1b.h"
#include "base/descriptors.h"
#include "raw.h"

#define REQUESTS 60
/* accept4, read, write and close */
#define CALLS_EACH 4
/* The log, some 20 lines at a time, signals each 20 ms, a timer and two sleeps */
#define CALLS_ONCE 30
/* A worker also sleeps when a busy machine holds up the client: one of these shall not be. */
#define TRIES 10

/* After an accept4 in vain a worker sleeps before the next eight. */
#define VAIN_EACH 9
#define VAIN_ONCE 3

#define WRITES 8

static pid_t worker;

static void
breathe(void)
{
	static const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	nanosleep(&pause, NULL);
}

static void
begin(int fd, const struct raw_row *row)
{
	struct fcgi_param params[PARAMS_MAX + 1] = { 0 };

	for (size_t i = 0; row->params[i].name; i++)
		params[i] = (struct fcgi_param){ row->params[i].name,
		    words_in(test_mem(), row->params[i].value) };
	fcgi_begin(fd, 0);
	fcgi_params(fd, params, true);
	if (row->body)
		fcgi_stdin(fd, row->body, strlen(row->body));
	fcgi_stdin(fd, "", 0);
}

/* One after the other. */
static void
ask_in_turn(const struct raw_row *row)
{
	for (size_t i = 0; i < WRITES; i++) {
		int fd = fcgi_connect();

		begin(fd, row);
		EXPECT_STRING(row->row, fcgi_read(test_mem(), fd).status, row->status);
		close(fd);
	}
}

/* The worker sleeps meanwhile. */
static void
ask_with_pauses(const struct raw_row *row)
{
	for (size_t i = 0; i < REQUESTS; i++) {
		int fd = fcgi_connect();

		begin(fd, row);
		EXPECT_STRING(row->row, fcgi_read(test_mem(), fd).status, row->status);
		close(fd);
		breathe();
	}
}

/* All wait before the worker may take the first, so that it never sleeps between two. */
static void
ask_together(const struct raw_row *row)
{
	int fds[REQUESTS];

	kill(worker, SIGSTOP);
	for (size_t i = 0; i < REQUESTS; i++) {
		fds[i] = fcgi_connect();
		begin(fds[i], row);
	}
	kill(worker, SIGCONT);
	for (size_t i = 0; i < REQUESTS; i++) {
		EXPECT_STRING(row->row, fcgi_read(test_mem(), fds[i]).status, row->status);
		close(fds[i]);
	}
}

/* Is the worker traced?  Waits up to 5 s. */
static bool
await_tracer(bool wanted)
{
	const char *path = arena_printf(test_mem(), "/proc/%d/status", (int)worker);
	char line[128];
	int tracer = -1;
	FILE *in;

	for (int i = 0; i < 500 && (tracer > 0) != wanted; i++) {
		breathe();
		in = fopen(path, "r");
		while (in && fgets(line, sizeof line, in))
			sscanf(line, "TracerPid: %d", &tracer);
		if (in)
			fclose(in);
	}
	return (tracer > 0) == wanted;
}

/* The test's own clock makes system calls of what is none (clockshift.c). */
static pid_t
start_strace(const char *out)
{
	const char *pid = arena_printf(test_mem(), "%d", (int)worker);
	pid_t tracer = fork();

	if (tracer == 0) {
		execlp("strace", "strace", "-qq", "-f", "-e", "trace=!clock_gettime", "-e",
		    "signal=none", "-o", out, "-p", pid, (char *)NULL);
		_exit(127);
	}
	return tracer;
}

/* Lines that begin with a process id and the name of a call: how many of it, "" for any. */
static int
count_calls(const char *path, const char *wanted, bool print)
{
	char line[512], name[32];
	FILE *in = fopen(path, "r");
	int count = 0;

	while (in && fgets(line, sizeof line, in)) {
		if (sscanf(line, "%*d %31[a-z0-9_](", name) != 1)
			continue;
		count += !*wanted || strcmp(name, wanted) == 0;
		if (print)
			printf("    %s\n", name);
	}
	if (in)
		fclose(in);
	return count;
}

/* What strace says while the requests are made, in a file; NULL if it cannot. */
static const char *
trace(void (*ask)(const struct raw_row *), const struct raw_row *row)
{
	const char *out = arena_printf(test_mem(), "%s/strace", getenv("E2E_DIR"));
	pid_t tracer = start_strace(out);

	if (!EXPECT_TRUE("traced", await_tracer(true)))
		return NULL;
	ask(row);
	kill(tracer, SIGINT);
	waitpid(tracer, NULL, 0);
	EXPECT_TRUE("alone again", await_tracer(false));
	return out;
}

static void
count_row(const struct raw_row *row)
{
	const char *out = NULL;
	int calls = INT_MAX;

	ask_together(row);		/* so that the caches are warm */
	for (int i = 0; i < TRIES && calls > CALLS_EACH * REQUESTS + CALLS_ONCE; i++) {
		out = trace(ask_together, row);
		if (!out)
			return;
		calls = count_calls(out, "", false);
	}
	printf("%s: %d calls for %d requests\n", row->row, calls, REQUESTS);
	EXPECT_TRUE(row->row, calls >= CALLS_EACH * REQUESTS);
	if (!EXPECT_TRUE(row->row, calls <= CALLS_EACH * REQUESTS + CALLS_ONCE))
		count_calls(out, "", true);
	unlink(out);
}

/* Lines that have both. */
static int
count_lines(const char *path, const char *call, const char *result)
{
	char line[512];
	FILE *in = fopen(path, "r");
	int count = 0;

	while (in && fgets(line, sizeof line, in))
		count += strstr(line, call) && strstr(line, result);
	if (in)
		fclose(in);
	return count;
}

/* However long the pauses are, the worker does not look for a connection before each. */
static void
count_vain(const struct raw_row *row)
{
	const char *out = trace(ask_with_pauses, row);
	int vain;

	if (!out)
		return;
	vain = count_lines(out, "accept4(", " EAGAIN ");
	printf("%s, with pauses: %d in vain\n", row->row, vain);
	EXPECT_TRUE(row->row, count_calls(out, "accept4", false) >= REQUESTS);
	EXPECT_TRUE(row->row, vain <= REQUESTS / VAIN_EACH + VAIN_ONCE);
	unlink(out);
}

/*
 * LMDB flushes the pages, and then writes the page that refers to them through a file
 * that flushes each write.  Throttle and log add no flush.
 */
static void
count_flushes(const struct raw_row *row)
{
	const char *out = trace(ask_in_turn, row);

	if (!out)
		return;
	EXPECT_INT(row->row, count_calls(out, "fdatasync", false), WRITES);
	EXPECT_INT(row->row, count_calls(out, "fsync", false) + count_calls(out, "msync", false), 0);
	unlink(out);
}

static const char *
between(const char *text, const char *before, const char *end)
{
	const char *at = strstr(text, before);

	if (!at)
		return "";
	at += strlen(before);
	return arena_printf(test_mem(), "%.*s", (int)strcspn(at, end), at);
}

/* Asks, and remembers the token in the answer as that word. */
static void
get_token(const char *name, const struct raw_row *row)
{
	int fd = fcgi_connect();
	struct fcgi_answer answer;

	begin(fd, row);
	answer = fcgi_read(test_mem(), fd);
	close(fd);
	EXPECT_STRING(row->row, answer.status, row->status);
	word_set(name, between(answer.body, "\"token\":\"", "\""));
}

static void
make_secrets(void)
{
	const char *email = between(getenv("E2E_USER"), "", ":");
	const char *password = strchr(getenv("E2E_USER"), ':') + 1;
	char ha1b[HA1B_LEN + 1];

	EXPECT_INT("token", CTL("", "token", "add", email, "--name", "calls"), 0);
	word_set("bearer", between(word("printed"), "", " \n"));
	EXPECT_VERDICT("HA1B", ha1b_make(email, password, strlen(password), ha1b), 0);
	word_set("ha1b", ha1b);
}

static void
warm_requests(void)
{
	static const struct raw_row login = { "login", { GET_AUTH, TLS, BASIC },
	    .status = "200 OK" };
	static const struct raw_row rows[] = {
		{ "JWT", { GET_AUTH, TLS, { "HTTP_X_AUTH_TOKEN", "$jwt" } }, .status = "200 OK" },
		{ "bearer", { GET_AUTH, TLS, { "HTTP_AUTHORIZATION", "Bearer $bearer" } },
		    .status = "200 OK" },
		{ "Basic again", { GET_AUTH, TLS, BASIC }, .status = "200 OK" },
		{ "HA1B", { GET_AUTH, TLS, { "HTTP_X_AUTH_HA1B_TOKEN", "$ha1b" } },
		    .status = "200 OK" },
		{ "verify", { { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/rest/verify" }, TLS,
		    { "HTTP_AUTHORIZATION", "Bearer $bearer" } }, .status = "204 No Content" },
	};

	get_token("jwt", &login);
	make_secrets();
	for (size_t i = 0; i < NELEM(rows); i++)
		count_row(&rows[i]);
	count_vain(&rows[0]);
}

static void
writes(void)
{
	static const struct raw_row rows[] = {
		{ "a new token", { POST_TOKEN, TLS, TYPE_JSON, LENGTH("25"),
		    { "HTTP_X_AUTH_TOKEN", "$jwt" } }, "{\"name\":\"new\",\"ttl\":3600}",
		    .status = "200 OK" },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		count_flushes(&rows[i]);
}

static CU_TestInfo tests[] = {
	{ "warm requests", warm_requests },
	{ "writes", writes },
	CU_TEST_INFO_NULL,
};

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		{ "system calls", NULL, NULL, NULL, test_wipe, tests },
		CU_SUITE_INFO_NULL,
	};

	if (descriptors_fill())
		return 99;
	if (!getenv("E2E_SOCKET") || workers(&worker, 1) != 1) {
		fprintf(stderr, "run me by tests/e2e/calls.sh\n");
		return 99;
	}
	word_set("alice", encode64(getenv("E2E_USER")));
	return test_run(suites, argc, argv);
}
