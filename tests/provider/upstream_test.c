// SPDX-License-Identifier: ISC
/* cred/upstream: which answers are accepted, and how large they may be. */
#include "cred/upstream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "host.h"

static struct upstream *
open_upstream(const char *ca, int64_t timeout_ms)
{
	struct upstream *up = NULL;

	EXPECT_VERDICT("open", upstream_open(&up, provider_file(ca), timeout_ms), 0);
	return up;
}

static int
get(struct upstream *up, const char *path, struct upstream_answer *answer)
{
	return upstream_get(up, test_mem(), "test", arena_printf(test_mem(), "%s%s",
	    provider_base(), path), answer);
}

static void
answers(void)
{
	static const struct {
		const char *row, *answer;
		long status;
		const char *body;
		int64_t age_s;
	} t[] = {
		{ "plain", "200\nCache-Control: max-age=7\n\nbody", 200, "body", 7 },
		{ "empty", "200\nX-None: 1\n\n", 200, "", -1 },
		{ "not 200", "404\nCache-Control: no-store\n\ngone", 404, "gone", 0 },
		{ "redirect", "301\nLocation: /b\n\nmoved", 301, "moved", -1 },
	};
	struct upstream *up = open_upstream("ca.pem", PATIENCE_MS);
	struct upstream_answer answer;

	for (size_t i = 0; i < NELEM(t); i++) {
		provider_says("/a", t[i].answer);
		EXPECT_INT(t[i].row, get(up, "/a", &answer), 0);
		EXPECT_INT(t[i].row, answer.status, t[i].status);
		EXPECT_STRING(t[i].row, answer.body, t[i].body);
		EXPECT_INT(t[i].row, (int64_t)answer.body_len, (int64_t)strlen(t[i].body));
		EXPECT_INT(t[i].row, answer.max_age_s, t[i].age_s);
	}
	upstream_close(&up);
}

static void
caps(void)
{
	static const struct { const char *row; size_t len; int want; } t[] = {
		{ "at the cap", UPSTREAM_BODY_MAX, 0 },
		{ "above", UPSTREAM_BODY_MAX + 1, V_UNAVAILABLE },
		{ "far above", 3 * UPSTREAM_BODY_MAX, V_UNAVAILABLE },
	};
	static const char *const ways[] = { "200 plain\n\n", "200 chunked\n\n" };
	struct upstream *up = open_upstream("ca.pem", PATIENCE_MS);
	struct upstream_answer answer = { .body_len = 4711 };

	for (size_t i = 0; i < NELEM(t) * NELEM(ways); i++) {
		const char *row = t[i / NELEM(ways)].row;
		size_t len = t[i / NELEM(ways)].len;
		char *body = arena_alloc(test_mem(), len + 1);

		memset(body, 'b', len);
		provider_says("/a", arena_printf(test_mem(), "%s%s", ways[i % NELEM(ways)], body));
		EXPECT_VERDICT(row, get(up, "/a", &answer), t[i / NELEM(ways)].want);
		EXPECT_INT(row, (int64_t)answer.body_len, (int64_t)UPSTREAM_BODY_MAX);
	}
	upstream_close(&up);
}

/* One after the other, as in a worker's life. */
static void
after_a_failure(void)
{
	static const char *const ways[] = { "silent", "cut", "endless", "huge", "nonsense",
		"headers" };
	struct upstream *up = open_upstream("ca.pem", 1000);
	struct upstream_answer answer;

	for (size_t i = 0; i < NELEM(ways); i++) {
		provider_says("/a", arena_printf(test_mem(), "200 %s\nX-None: 1\n\nbody", ways[i]));
		EXPECT_VERDICT(ways[i], get(up, "/a", &answer), V_UNAVAILABLE);
		provider_says("/a", "200\n\nbody");
		EXPECT_INT(ways[i], get(up, "/a", &answer), 0);
		EXPECT_STRING(ways[i], answer.body, "body");
	}
	upstream_close(&up);
}

static void
authorities(void)
{
	struct upstream_answer answer;
	struct upstream *up;

	provider_says("/a", "200\n\nbody");
	up = open_upstream("nothing.pem", PATIENCE_MS);
	EXPECT_VERDICT("a file that is not there", get(up, "/a", &answer), V_UNAVAILABLE);
	upstream_close(&up);
	EXPECT_VERDICT("the system's", upstream_open(&up, "", PATIENCE_MS), 0);
	EXPECT_VERDICT("the system's", get(up, "/a", &answer), V_UNAVAILABLE);
	upstream_close(&up);
	EXPECT_INT("nobody got so far as to ask", provider_calls("/a"), 0);
}

/* The master's environment does not affect calls to providers. */
static void
environment(void)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
	    "ALL_PROXY" };
	struct upstream_answer answer;
	struct upstream *up;

	for (size_t i = 0; i < NELEM(names); i++)
		setenv(names[i], "http://127.0.0.1:9", 1);
	provider_says("/a", "200\n\nbody");
	up = open_upstream("ca.pem", PATIENCE_MS);
	EXPECT_INT("proxies", get(up, "/a", &answer), 0);
	upstream_close(&up);
	for (size_t i = 0; i < NELEM(names); i++)
		unsetenv(names[i]);
}

/* Calls in threads, and one beside them. */
static void
apart(void)
{
	struct upstream *up = open_upstream("ca.pem", PATIENCE_MS);
	const char *url = arena_printf(test_mem(), "%s/a", provider_base());
	int done_fd = eventfd(0, EFD_CLOEXEC);
	struct upstream_call *calls[6] = { NULL };
	struct upstream_answer answer;
	uint64_t done = 0, count;

	provider_says("/a", "200 delayed\n\nbody");
	for (size_t i = 0; i < NELEM(calls); i++)
		EXPECT_INT("begin", upstream_begin(up, url, done_fd, &calls[i]), 0);
	EXPECT_INT("beside", get(up, "/a", &answer), 0);
	while (done < NELEM(calls) && read(done_fd, &count, sizeof count) == sizeof count)
		done += count;
	EXPECT_INT("each is told", (int64_t)done, NELEM(calls));
	for (size_t i = 1; i < NELEM(calls); i++) {
		EXPECT_TRUE("done", upstream_is_done(calls[i]));
		EXPECT_INT("end", upstream_end(up, &calls[i], test_mem(), "test", &answer), 0);
		EXPECT_STRING("end", answer.body, "body");
	}
	upstream_drop(up, &calls[0]);
	EXPECT_TRUE("dropped", !calls[0]);
	upstream_drop(up, &calls[0]);
	EXPECT_INT("asked", provider_calls("/a"), NELEM(calls) + 1);
	provider_says("/a", "200 cut\n\nbody");
	EXPECT_INT("another", upstream_begin(up, url, done_fd, &calls[0]), 0);
	EXPECT_VERDICT("fails", upstream_end(up, &calls[0], test_mem(), "test", &answer),
	    V_UNAVAILABLE);
	close(done_fd);
	upstream_close(&up);
}

/* The URL of a call may hold a secret. */
static void
silence(void)
{
	struct upstream *up = open_upstream("ca.pem", SHORT_MS);
	struct upstream_answer answer;

	EXPECT_VERDICT("no name", upstream_get(up, test_mem(), "test",
	    "https://s3cret.invalid/?t=s3cret", &answer), V_UNAVAILABLE);
	EXPECT_VERDICT("no URL", upstream_get(up, test_mem(), "test", "https://s3cret:x/", &answer),
	    V_UNAVAILABLE);
	EXPECT_INT("said", host_logged("test: "), 2);
	EXPECT_INT("but not where", host_logged("s3cret"), 0);
	upstream_close(&up);
}

static CU_TestInfo tests[] = {
	{ "answers", answers },
	{ "caps", caps },
	{ "after a failure", after_a_failure },
	{ "authorities", authorities },
	{ "environment", environment },
	{ "in threads", apart },
	{ "silence in the log", silence },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/upstream", tests, .info.pSetUpFunc = host_open,
	.info.pTearDownFunc = host_end);
