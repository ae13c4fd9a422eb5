// SPDX-License-Identifier: ISC
/* A guarded site while its users, their credentials and doorward itself end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

static void
each_way(const char *row, int status)
{
	static const char *const headers[] = { "Authorization: Basic $guest",
	    "X-Auth-Token: $guest_jwt", "Authorization: Bearer $guest_token" };
	struct row guest = { row, .status = status };

	for (size_t i = 0; i < NELEM(headers); i++) {
		guest.headers[0] = headers[i];
		if (status == 200)
			guard_ask(&(struct row){ row, "GET", PAGE, { headers[i] }, .status = 200 });
		else
			guard_refuse(&guest, 1);
	}
}

static void
new_guest(const char *email)
{
	make_user("guest", email, "guest-password-1");
	log_in("guest_jwt", "Authorization: Basic $guest");
	make_token("guest_token", "Authorization: Basic $guest");
	each_way("guest", 200);
}

static void
lives(void)
{
	static const struct row revoke = { "revoke", "DELETE", "/rest/token/$guest_token",
		{ "Authorization: Basic $guest" }, .status = 200 };
	static const struct row revoked[] = {
		{ "revoked", .headers = { "Authorization: Bearer $guest_token" }, .status = 401 },
	}, expired[] = {
		{ "expired token", .headers = { "Authorization: Bearer $guest_token" },
		    .status = 401 },
		{ "expired JWT", .headers = { "X-Auth-Token: $guest_jwt" }, .status = 401 },
	};

	new_guest("guest1@example.org");
	run_row(&revoke);
	REFUSE(revoked);
	EXPECT_INT("disable", CTL("", "user", "disable", "guest1@example.org"), 0);
	each_way("disabled", 401);
	new_guest("guest2@example.org");
	EXPECT_INT("delete", CTL("", "user", "delete", "guest2@example.org"), 0);
	each_way("deleted", 401);
	new_guest("guest3@example.org");
	clock_shift(86401);
	REFUSE(expired);
}

static bool
is_whole(const struct http_answer *answer)
{
	return answer->status == 200 && strstr(answer->body, "begin of private") &&
	    strstr(answer->body, "end of private");
}

/* In a process of its own: 0 if nobody passed who may not, and nobody saw half a page. */
static pid_t
keep_asking(const char *header)
{
	struct http_request request = { .method = "GET", .headers = { header },
		.url = words_in(test_mem(), "$https" PAGE) };
	bool may = strncmp(header, "Authorization", 13) == 0;
	pid_t pid = fork();

	if (pid)
		return pid;
	http_forget();
	for (int i = 0; i < 25; i++) {
		struct http_answer answer = http_call(test_mem(), &request);

		if (answer.status < 400 && !(may && is_whole(&answer)))
			_exit(1);
	}
	_exit(0);
}

/* Workers die under the questions. */
static void
killed(void)
{
	static const struct timespec pause = { .tv_nsec = 40 * 1000 * 1000 };
	static const struct row again = { "again", "GET", PAGE, { ALICE }, .status = 200 };
	pid_t pids[32], askers[2];
	int status;

	if (!web_respawns())
		return;
	askers[0] = keep_asking(words_in(test_mem(), ALICE));
	askers[1] = keep_asking("X-Auth-User: $alice_uuid");
	for (int i = 0; i < 3; i++) {
		for (size_t count = workers(pids, NELEM(pids)); count; count--)
			kill(pids[count - 1], SIGKILL);
		nanosleep(&pause, NULL);
	}
	for (size_t i = 0; i < NELEM(askers); i++) {
		EXPECT_INT("asker", waitpid(askers[i], &status, 0), askers[i]);
		EXPECT_INT("asker", status, 0);
	}
	EXPECT_TRUE("again", web_answers_again());
	guard_ask(&again);
}

/*
 * lighttpd that starts the program itself answers 500 for requests that it had passed to one
 * that died, and may do so until it has seen that all did.
 */
static void
await_down(void)
{
	static const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	struct http_request request = { .method = "GET", .headers = { words_in(test_mem(), ALICE) },
		.url = words_in(test_mem(), "$https" PAGE) };

	for (int i = 0; web_is_lighttpd() && i < 250; i++) {
		if (http_call(test_mem(), &request).status != 500)
			break;
		nanosleep(&pause, NULL);
	}
}

/* Nobody is there to ask: the last test, since nobody will be. */
static void
stopped(void)
{
	static const struct row rows[] = {
		{ "good", .path = PAGE, .headers = { ALICE }, .status = WAY_GUARD_DOWN },
		{ "program", .path = WHO, .headers = { ALICE }, .status = WAY_GUARD_DOWN },
		{ "server", .path = SERVICE, .headers = { ALICE }, .status = WAY_GUARD_DOWN },
		{ "no credential", .path = PAGE, .status = WAY_GUARD_DOWN },
		{ "role", .path = ADMIN_PAGE, .headers = { ADMIN }, .status = WAY_GUARD_DOWN },
	};
	const char *program = getenv("E2E_PROGRAM"), *master = getenv("E2E_PID");
	static const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	pid_t pids[32], all[32];
	size_t count, left = workers(all, NELEM(all));

	EXPECT_INT("away", rename(program, arena_printf(test_mem(), "%s.away", program)), 0);
	if (*master)
		kill(atoi(master), SIGTERM);
	for (int i = 0; i < 250 && (count = workers(pids, NELEM(pids))); i++) {
		while (!*master && count)
			kill(pids[--count], SIGKILL);
		nanosleep(&pause, NULL);
	}
	for (int i = 0; i < 250 && left; i++) {
		while (left && has_ended(all[left - 1]))
			left--;
		nanosleep(&pause, NULL);
	}
	await_down();
	REFUSE(rows);
}

CU_TestInfo guard_life_tests[] = {
	{ "life and death", lives },
	{ "killed workers", killed },
	{ "stopped", stopped },
	CU_TEST_INFO_NULL,
};
