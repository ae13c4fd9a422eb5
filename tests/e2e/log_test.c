// SPDX-License-Identifier: ISC
/*
 * Requests whose secrets might reach a log; stack.sh reads the logs at the end,
 * when everything is written.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "e2e.h"

static void
secrets_everywhere(void)
{
	static const struct row rows[] = {
		{ "token in the query", "GET", "/rest/auth?bearer=$hidden", .status = 200 },
		{ "in a refused query", "GET", "/rest/auth?bearer=$hidden&bearer=x",
		    .status = 400 },
		{ "in a query over HTTP", "GET", "/rest/auth?bearer=$hidden", .plain = true,
		    .status = 301 },
		{ "in a path over HTTP", "DELETE", "/rest/token/$hidden", .plain = true,
		    .status = 308 },
		{ "in the path of the wrong method", "GET", "/rest/token/$hidden", .status = 405 },
		{ "in the short path", "PATCH", "/token/$hidden", { ALICE }, .json = "{}",
		    .status = 404 },
		{ "in a path that the web server refuses", "GET", "/rest/token/$hidden%2f",
		    .status = WAY_SLASH_AT_THE_END },
		{ "in a path of nobody", "GET", "/rest/nothing?jwt=$hidden_jwt", .status = 404 },
		{ "JWT in the query", "GET", "/rest/auth?jwt=$hidden_jwt", .status = 200 },
		{ "JWT in a header", "GET", "/rest/auth", { "X-Auth-Token: $hidden_jwt" },
		    .status = 200 },
		{ "in a form", "POST", "/rest/token", .form = "jwt=$hidden_jwt", .status = 400 },
		{ "as a field", "POST", "/rest/token", { ALICE },
		    .json = "{'name':'a','ttl':'$hidden'}",
		    .status = 400 },
		{ "as a user", "GET", "/rest/auth", { "Authorization: Basic $hidden" },
		    .status = 401 },
		{ "as a user name", "GET", "/rest/auth", { "Authorization: Basic $hidden_name" },
		    .status = 401 },
		{ "as a user name of another API", "POST", "/login",
		    .json = "{'username':'$hidden','password':'x'}", .status = 404 },
		{ "in the path", "DELETE", "/rest/token/$hidden", { ALICE }, .status = 200 },
	};

	make_token("hidden", ALICE);
	word_set("hidden_name", encode64(arena_printf(test_mem(), "%s:x", word("hidden"))));
	log_in("hidden_jwt", ALICE);
	RUN(rows);
}

/* In a process of its own: many requests, of which some will fail. */
static pid_t
ask_in_background(const char *path)
{
	struct http_request ask = { .method = "GET", .headers = { words_in(test_mem(), ALICE) },
		.url = arena_printf(test_mem(), "%s%s", word("https"), path) };
	pid_t pid = fork();

	if (pid == 0) {
		http_forget();
		for (int i = 0; i < 150; i++)
			http_call(test_mem(), &ask);
		_exit(0);
	}
	return pid;
}

/* The web server logs much about a request whose worker dies. */
static void
dying_workers(void)
{
	static const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	pid_t pids[16], asker;
	size_t count;

	if (!web_respawns())
		return;
	make_token("hidden", ALICE);
	asker = ask_in_background(words_in(test_mem(), "/rest/auth?bearer=$hidden"));
	for (int i = 0; i < 10; i++) {
		count = workers(pids, NELEM(pids));
		while (count > 0)
			kill(pids[--count], SIGKILL);
		nanosleep(&pause, NULL);
	}
	EXPECT_INT("asked", waitpid(asker, NULL, 0), asker);
	EXPECT_TRUE("again", web_answers_again());
}

CU_TestInfo log_tests[] = {
	{ "secrets everywhere", secrets_everywhere },
	{ "dying workers", dying_workers },
	CU_TEST_INFO_NULL,
};
