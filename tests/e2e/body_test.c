// SPDX-License-Identifier: ISC
/* Bodies as they come: without a length, slowly, too large. */
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "e2e.h"

#define CREATE "POST", "/rest/token"
#define CHUNKED "Transfer-Encoding: chunked"

static char *
blanks(size_t len)
{
	char *body = arena_alloc(test_mem(), len + 1);

	memset(body, ' ', len);
	body[len] = '\0';
	return body;
}

static void
chunked(void)
{
	const struct row rows[] = {
		{ "JSON", CREATE, { ALICE, JSON, CHUNKED }, .status = 200,
		    .raw = "{\"name\":\"chunks\",\"ttl\":60}",
		    .shape = NEW_TOKEN("chunks", 60, 1) },
		{ "form", CREATE, { ALICE, FORM, CHUNKED }, .status = 200,
		    .raw = "name=chunks&ttl=60", .shape = NEW_TOKEN("chunks", 60, 2) },
		{ "empty", CREATE, { ALICE, JSON, CHUNKED }, .status = 400, .raw = "",
		    .shape = FAIL(400, "Malformed JSON") },
		{ "at the limit", CREATE, { ALICE, JSON, CHUNKED }, .status = 400,
		    .raw = blanks(65536), .shape = FAIL(400, "Malformed JSON") },
		{ "above", CREATE, { ALICE, JSON, CHUNKED }, .status = 413, .raw = blanks(65537),
		    .shape = FAIL(413, "Payload too large") },
		{ "far above", CREATE, { ALICE, JSON, CHUNKED }, .status = WAY_BODY_FAR_ABOVE,
		    .raw = blanks(3000000) },
		{ "GET", "GET", "/rest/auth", { ALICE, CHUNKED }, .status = 200, .raw = "x" },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	RUN(rows);
}

#define TOKEN "X-Auth-Token: $slow"

/* In a process of its own; its exit status is 0 if all went well. */
static pid_t
post_slowly(bool in_chunks)
{
	static const char body[] = "{\"name\":\"slow\",\"ttl\":60}";
	struct http_request ask = { .method = "POST",
	    .headers = { words_in(test_mem(), TOKEN), JSON,
		in_chunks ? CHUNKED : NULL }, .url = words_in(test_mem(), "$https/rest/token"),
		.body = body, .body_len = sizeof body - 1, .pause_ms = 100 };
	pid_t pid = fork();

	if (pid == 0) {
		http_forget();
		_exit(http_call(test_mem(), &ask).status == 200 ? 0 : 1);
	}
	return pid;
}

/* Slow clients occupy no worker, even if there are more of them than workers. */
static void
slow(void)
{
	static const struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };
	static const struct row quick = { "quick", "GET", "/rest/auth", .status = 401 };
	static const struct row clean = { "clean up", "DELETE", "/rest/token/all", { ALICE },
		.status = 200 };
	pid_t pids[4];
	int64_t start;
	int status;

	log_in("slow", ALICE);	/* passwords are checked one at a time, tokens are not */
	run_row(&quick);	/* so that the connection is there */
	for (size_t i = 0; i < NELEM(pids); i++)
		pids[i] = post_slowly(i % 2);
	nanosleep(&pause, NULL);
	start = clock_steady_ms();
	run_row(&quick);
	EXPECT_TRUE("while others are slow", clock_steady_ms() - start < 250);
	for (size_t i = 0; i < NELEM(pids); i++) {
		EXPECT_INT("slow client", waitpid(pids[i], &status, 0), pids[i]);
		EXPECT_INT("slow client", status, 0);
	}
	run_row(&clean);
}

CU_TestInfo body_tests[] = {
	{ "chunked", chunked },
	{ "slow", slow },
	CU_TEST_INFO_NULL,
};
