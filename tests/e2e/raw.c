// SPDX-License-Identifier: ISC
/*
 * tests/e2e/raw.c - requests that no web server would send, peers that
 * keep silent, and what becomes of workers.  stack.sh runs this; the last test
 * stops the service.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "raw.h"
#include "record.h"

#define DEADLINE_MS 2000	/* request_deadline_s of the stack */

static void
expand(const struct fcgi_param *from, struct fcgi_param *to)
{
	for (; from->name; from++, to++)
		*to = (struct fcgi_param){ from->name, words_in(test_mem(), from->value) };
	to->name = NULL;
}

static struct fcgi_answer
ask(const struct raw_row *row)
{
	struct fcgi_param params[PARAMS_MAX + 1];
	struct fcgi_answer answer;
	int fd = fcgi_connect();

	expand(row->params, params);
	fcgi_begin(fd, row->role);
	fcgi_params(fd, params, true);
	if (row->body)
		fcgi_stdin(fd, row->body, strlen(row->body));
	if (!row->role)
		fcgi_stdin(fd, "", 0);
	answer = fcgi_read(test_mem(), fd);
	close(fd);
	return answer;
}

static void
check(const struct raw_row *row, const struct fcgi_answer *answer)
{
	record_answer(row->row, answer->head, answer->body);
	EXPECT_TRUE(row->row, answer->ended);
	if (!EXPECT_STRING(row->row, answer->status, row->status))
		printf("\n    %s", answer->body);
	if (row->shape && !test_true(TEST_AT(row->row, "body"),
	    shape_fits(test_mem(), answer->body, row->shape)))
		printf("\n    %s", answer->body);
	if (row->head && !test_true(TEST_AT(row->row, "head"),
	    shape_fits(test_mem(), answer->head, row->head)))
		printf("\n    %s", answer->head);
	if (row->header && !test_true(TEST_AT(row->row, row->header),
	    strcasestr(answer->head, words_in(test_mem(), row->header)) != NULL))
		printf("\n    %s", answer->head);
}

void
run_raw(const struct raw_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fcgi_answer answer = ask(&rows[i]);

		check(&rows[i], &answer);
	}
}

static const struct raw_row good = { "good", { GET_AUTH, TLS, BASIC }, .status = "200 OK" };

static void
phrases(void)
{
	static const struct raw_row rows[] = {
		{ "200", { GET_AUTH, TLS, BASIC }, .status = "200 OK", .shape = OK("{<rest>"),
		    .header = "Content-Length: " },
		{ "204", { { "REQUEST_METHOD", "OPTIONS" }, { "SCRIPT_NAME", "/rest/auth" }, TLS },
		    .status = "204 No Content", .shape = "",
		    .header = "Allow: GET, HEAD, DELETE, OPTIONS" },
		{ "400", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("2") }, .body = "{}",
		    .status = "400 Bad Request",
		    .header = "Content-Type: application/json; charset=utf-8" },
		{ "401", { GET_AUTH, TLS }, .status = "401 Unauthorized",
		    .shape = FAIL(401, "Wrong credentials"), .header = "Cache-Control: no-store" },
		{ "404", { { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/" }, TLS },
		    .status = "404 Not Found", .shape = FAIL(404, "Not found") },
		{ "405", { { "REQUEST_METHOD", "BREW" }, { "SCRIPT_NAME", "/rest/auth" }, TLS },
		    .status = "405 Method Not Allowed",
		    .header = "Allow: GET, HEAD, DELETE, OPTIONS" },
		{ "lower case", { { "REQUEST_METHOD", "get" }, { "SCRIPT_NAME", "/rest/auth" },
		    TLS },
		    .status = "405 Method Not Allowed" },
		{ "415", { POST_TOKEN, TLS, BASIC, { "CONTENT_TYPE", "text/plain" }, LENGTH("2") },
		    .body = "{}", .status = "415 Unsupported Media Type" },
		{ "HEAD", { { "REQUEST_METHOD", "HEAD" }, { "SCRIPT_NAME", "/rest/auth" }, TLS,
		    BASIC },
		    .status = "200 OK", .shape = "", .header = "Content-Length: " },
	};

	RUN_RAW(rows);
}

static void
plain_http(void)
{
	static const struct raw_row rows[] = {
		{ "GET", { GET_AUTH, BASIC }, .status = "301 Moved Permanently",
		    .header = "Location: https://$name/rest/auth\r\n" },
		{ "query", { GET_AUTH, { "QUERY_STRING", "x=a%20b" }, { "HTTP_HOST",
		    "evil.example" } },
		    .status = "301 Moved Permanently",
		    .header = "Location: https://$name/rest/auth?x=a%20b\r\n" },
		{ "POST", { POST_TOKEN, BASIC, TYPE_JSON, LENGTH("2") }, .body = "{}",
		    .status = "308 Permanent Redirect",
		    .header = "Location: https://$name/rest/token\r\n" },
		{ "HTTPS is off", { GET_AUTH, BASIC, { "HTTPS", "off" } },
		    .status = "301 Moved Permanently" },
		{ "HTTPS is empty", { GET_AUTH, BASIC, { "HTTPS", "" } },
		    .status = "301 Moved Permanently" },
		{ "scheme", { GET_AUTH, BASIC, { "REQUEST_SCHEME", "https" } },
		    .status = "200 OK" },
		{ "plain scheme", { GET_AUTH, BASIC, { "REQUEST_SCHEME", "http" } },
		    .status = "301 Moved Permanently" },
		{ "a client's word", { GET_AUTH, BASIC, { "HTTP_X_FORWARDED_PROTO", "https" } },
		    .status = "301 Moved Permanently" },
		{ "a client's header", { GET_AUTH, BASIC, { "HTTP_HTTPS", "on" } },
		    .status = "301 Moved Permanently" },
	};

	RUN_RAW(rows);
}

static void
twice(void)
{
	static const struct raw_row rows[] = {
		{ "credentials", { GET_AUTH, TLS, BASIC, BASIC }, .status = "400 Bad Request",
		    .shape = FAIL(400, "Duplicate header") },
		{ "one of them empty", { GET_AUTH, TLS, BASIC, { "HTTP_AUTHORIZATION", "" } },
		    .status = "400 Bad Request", .shape = FAIL(400, "Duplicate header") },
		{ "token", { GET_AUTH, TLS, BASIC, { "HTTP_X_AUTH_TOKEN", "a" },
		    { "HTTP_X_AUTH_TOKEN", "b" } }, .status = "400 Bad Request",
		    .shape = FAIL(400, "Duplicate header") },
		{ "REQUEST_URI", { GET_AUTH, TLS, BASIC, { "REQUEST_URI", "/rest/auth" },
		    { "REQUEST_URI", "/rest/auth" } }, .status = "400 Bad Request" },
		{ "query", { GET_AUTH, TLS, BASIC, { "QUERY_STRING", "" }, { "QUERY_STRING",
		    "a" } },
		    .status = "400 Bad Request" },
		{ "HTTPS", { GET_AUTH, TLS, BASIC, TLS }, .status = "400 Bad Request" },
		{ "one that nobody reads", { GET_AUTH, TLS, BASIC, { "HTTP_X_OTHER", "a" },
		    { "HTTP_X_OTHER", "b" } }, .status = "200 OK" },
	};

	RUN_RAW(rows);
}

static void
foreign_names(void)
{
	static const struct raw_row rows[] = {
		{ "as FcgidPassHeader adds it",
		    { GET_AUTH, TLS, BASIC, { "Authorization", "Basic x" } },
		    .status = "200 OK" },
		{ "and alone", { GET_AUTH, TLS, { "Authorization", "Basic $alice" } },
		    .status = "401 Unauthorized" },
		{ "lower case", { GET_AUTH, TLS, { "http_authorization", "Basic $alice" } },
		    .status = "401 Unauthorized" },
		{ "hyphens", { GET_AUTH, TLS, { "HTTP-AUTHORIZATION", "Basic $alice" } },
		    .status = "401 Unauthorized" },
		/* libfcgi keeps "name=value", so this is a second REQUEST_METHOD. */
		{ "a sign of equality", { GET_AUTH, TLS, BASIC, { "REQUEST_METHOD=POST", "" } },
		    .status = "400 Bad Request" },
		{ "empty", { GET_AUTH, TLS, BASIC, { "", "x" } }, .status = "200 OK" },
		{ "blank after", { GET_AUTH, TLS, { "HTTP_AUTHORIZATION ", "Basic $alice" } },
		    .status = "401 Unauthorized" },
	};

	RUN_RAW(rows);
}

static void
paths(void)
{
	static const struct raw_row rows[] = {
		{ "split", { { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/rest" },
		    { "PATH_INFO", "/auth" }, TLS, BASIC }, .status = "200 OK" },
		{ "in PATH_INFO", { { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "" },
		    { "PATH_INFO", "/rest/auth" }, TLS, BASIC }, .status = "200 OK" },
		{ "REQUEST_URI says otherwise", { { "REQUEST_METHOD", "GET" },
		    { "SCRIPT_NAME", "/private/x" }, { "REQUEST_URI", "/rest/auth" }, TLS, BASIC },
		    .status = "404 Not Found" },
		{ "none", { { "REQUEST_METHOD", "GET" }, TLS, BASIC }, .status = "404 Not Found" },
		{ "line break", { { "REQUEST_METHOD", "DELETE" }, { "SCRIPT_NAME",
		    "/rest/token/a\r\nb" },
		    TLS, BASIC }, .status = "404 Not Found", .shape = FAIL(404, "Not found") },
		{ "bad escape in the query",
		    { GET_AUTH, TLS, BASIC, { "QUERY_STRING", "jwt=%zz" } },
		    .status = "400 Bad Request", .shape = FAIL(400, "Malformed form") },
	};

	RUN_RAW(rows);
}

static void
lengths(void)
{
	static const struct raw_row rows[] = {
		{ "right", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("21") },
		    .body = "{\"name\":\"a\",\"ttl\":60}", .status = "200 OK" },
		{ "shorter than promised", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("22") },
		    .body = "{\"name\":\"a\",\"ttl\":60}", .status = "400 Bad Request",
		    .shape = FAIL(400, "Malformed JSON") },
		{ "longer than promised", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("21") },
		    .body = "{\"name\":\"a\",\"ttl\":60} ", .status = "400 Bad Request",
		    .shape = FAIL(400, "Malformed JSON") },
		{ "nothing promised", { POST_TOKEN, TLS, BASIC, TYPE_JSON },
		    .body = "{\"name\":\"a\",\"ttl\":60}", .status = "400 Bad Request" },
		{ "nothing came", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("21") },
		    .status = "400 Bad Request" },
		{ "form, shorter", { POST_TOKEN, TLS, BASIC, TYPE_FORM, LENGTH("20") },
		    .body = "name=a&ttl=60", .status = "400 Bad Request",
		    .shape = FAIL(400, "Malformed form") },
		{ "no number", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("x") }, .body = "{}",
		    .status = "400 Bad Request" },
		{ "negative", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("-2") }, .body = "{}",
		    .status = "400 Bad Request" },
		{ "two numbers", { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("2, 2") },
		    .body = "{}",
		    .status = "400 Bad Request" },
		{ "far too much", { POST_TOKEN, TLS, BASIC, TYPE_JSON,
		    LENGTH("99999999999999999999") },
		    .body = "{}", .status = "400 Bad Request" },
		{ "empty, and an empty body", { POST_TOKEN, TLS, BASIC, TYPE_FORM, LENGTH("") },
		    .status = "400 Bad Request",
		    .shape = BAD_FIELDS(FIELD("name", "`name` is required")) },
		{ "GET: whatever", { GET_AUTH, TLS, BASIC, LENGTH("7") }, .body = "abc",
		    .status = "200 OK" },
		{ "promised above the limit",
		    { POST_TOKEN, TLS, BASIC, TYPE_JSON, LENGTH("70000") },
		    .body = "{}", .status = "413 Payload Too Large" },
	};

	RUN_RAW(rows);
}

/* How long a good request takes now, in ms. */
static int64_t
time_good(const char *row)
{
	int64_t start = clock_steady_ms();
	struct fcgi_answer answer = ask(&good);

	EXPECT_STRING(row, answer.status, good.status);
	return clock_steady_ms() - start;
}

/* More peers than workers; each sends as much as the test allows, then nothing. */
static void
hold(const char *row, void (*say)(int fd))
{
	int fds[3];

	for (size_t i = 0; i < NELEM(fds); i++) {
		fds[i] = fcgi_connect();
		say(fds[i]);
	}
	/* Two rounds of silent peers may be before us, and libfcgi waits to close. */
	EXPECT_TRUE(row, time_good(row) < 2 * DEADLINE_MS + 3000);
	for (size_t i = 0; i < NELEM(fds); i++)
		close(fds[i]);
	EXPECT_TRUE(row, time_good(row) < DEADLINE_MS + 2000);
}

static void
say_nothing(int fd)
{
	(void)fd;
}

static void
say_half(int fd)
{
	static const struct fcgi_param params[] = { GET_AUTH, TLS, { NULL, NULL } };

	fcgi_begin(fd, 0);
	fcgi_params(fd, params, false);
}

static void
say_no_end_of_body(int fd)
{
	static const struct fcgi_param params[] = { POST_TOKEN, TLS, TYPE_JSON, LENGTH("30"),
		{ NULL, NULL } };

	fcgi_begin(fd, 0);
	fcgi_params(fd, params, true);
	fcgi_stdin(fd, "{\"name\":", 8);
}

static void
silent_peers(void)
{
	hold("nothing at all", say_nothing);
	hold("half of the parameters", say_half);
	hold("half of the body", say_no_end_of_body);
}

/* A few bytes now and then do not extend the deadline. */
static void
dripping_peer(void)
{
	static const struct fcgi_param one[] = { { "HTTP_X_DRIP", "x" }, { NULL, NULL } };
	static const struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };
	int64_t start = clock_steady_ms();
	int fd = fcgi_connect();
	struct fcgi_answer answer;

	fcgi_begin(fd, 0);
	for (int i = 0; i < 15; i++) {
		fcgi_params(fd, one, false);
		nanosleep(&pause, NULL);
	}
	answer = fcgi_read(test_mem(), fd);
	close(fd);
	EXPECT_TRUE("cut off", !answer.ended || answer.status[0] != '2');
	EXPECT_TRUE("in time", clock_steady_ms() - start < 2 * DEADLINE_MS + 2000);
	EXPECT_TRUE("free again", time_good("free again") < DEADLINE_MS + 2000);
}

static bool
is_among(pid_t pid, const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (pids[i] == pid)
			return true;
	}
	return false;
}

/* Waits up to 10 s for want workers or more, of which old is none. */
static bool
respawned(size_t want, pid_t old)
{
	static const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	pid_t pids[16];

	for (int i = 0; i < 500; i++) {
		size_t count = workers(pids, NELEM(pids));

		if (count >= want && !is_among(old, pids, count))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static void
killed_workers(void)
{
	size_t want = (size_t)strtol(getenv("E2E_WORKERS"), NULL, 10), count;
	pid_t pids[16];

	count = workers(pids, NELEM(pids));
	/* there may be more, started while silent peers held others */
	if (!EXPECT_TRUE("workers", count >= want))
		return;
	kill(pids[0], SIGKILL);
	EXPECT_TRUE("one", respawned(want, pids[0]));
	count = workers(pids, NELEM(pids));
	for (size_t i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	for (size_t i = 0; i < count; i++)
		EXPECT_TRUE("all", respawned(want, pids[i]));
	for (int i = 0; i < 10; i++)
		EXPECT_TRUE("answers", time_good("answers") < DEADLINE_MS);
}

/* A request that has begun is answered; after that no process listens. */
static void
drain(void)
{
	static const struct timespec pause = { .tv_nsec = 300 * 1000 * 1000 };
	struct fcgi_param params[PARAMS_MAX + 1];
	struct fcgi_answer answer;
	int fd = fcgi_connect(), late;

	expand(good.params, params);
	fcgi_begin(fd, 0);
	nanosleep(&pause, NULL);
	kill((pid_t)strtol(getenv("E2E_PID"), NULL, 10), SIGTERM);
	nanosleep(&pause, NULL);
	fcgi_params(fd, params, true);
	fcgi_stdin(fd, "", 0);
	answer = fcgi_read(test_mem(), fd);
	close(fd);
	check(&good, &answer);
	for (int i = 0; i < 50 && (late = fcgi_connect()) >= 0; i++) {
		close(late);
		nanosleep(&pause, NULL);
	}
	EXPECT_TRUE("nobody listens", late < 0);
}

static CU_TestInfo request_tests[] = {
	{ "phrases", phrases },
	{ "plain HTTP", plain_http },
	{ "twice", twice },
	{ "foreign names", foreign_names },
	{ "paths", paths },
	{ "lengths", lengths },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo worker_tests[] = {
	{ "silent peers", silent_peers },
	{ "dripping peer", dripping_peer },
	{ "killed workers", killed_workers },
	{ "SIGTERM", drain },
	CU_TEST_INFO_NULL,
};

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		{ "requests", NULL, NULL, NULL, test_wipe, request_tests },
		{ "guarding", NULL, NULL, NULL, test_wipe, verify_tests },
		{ "workers", NULL, NULL, NULL, test_wipe, worker_tests },
		CU_SUITE_INFO_NULL,
	};
	int status;

	if (descriptors_fill())
		return 99;
	if (!getenv("E2E_SOCKET")) {
		fprintf(stderr, "run me by tests/e2e/stack.sh\n");
		return 99;
	}
	word_set("alice", encode64(getenv("E2E_USER")));
	word_set("name", strstr(getenv("E2E_HTTPS"), "//") + 2);
	status = test_run(suites, argc, argv);
	return status;
}
