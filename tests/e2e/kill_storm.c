// SPDX-License-Identifier: ISC
/*
 * tests/e2e/kill_storm.c - writers over FastCGI and with doorwardctl, while workers, the
 * master and the tool are killed.  stack.sh runs this; it stops the service of the stack
 * and starts its own, which it may kill.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "raw.h"

#define WRITERS		3
#define TOOL_WRITERS	2
#define CHILDREN_MAX	16
#define PATIENCE	1000		/* times 10 ms */

static pid_t master;
static unsigned seed;

static void
breathe(void)
{
	static const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	nanosleep(&pause, NULL);
}

/* --- requests -------------------------------------------------------------------- */

static struct fcgi_answer
ask(const char *method, const char *path, const char *name, const char *credential,
    const char *body)
{
	const struct fcgi_param params[] = {
		{ "REQUEST_METHOD", method }, { "SCRIPT_NAME", path }, TLS, { name, credential },
		TYPE_JSON,
		{ "CONTENT_LENGTH", arena_printf(test_mem(), "%zu", strlen(body)) },
		{ NULL, NULL },
	};
	struct fcgi_answer answer = { .status = "", .head = "", .body = "" };
	int fd = fcgi_connect();

	if (fd < 0)
		return answer;
	fcgi_begin(fd, 0);
	fcgi_params(fd, params, true);
	if (*body)
		fcgi_stdin(fd, body, strlen(body));
	fcgi_stdin(fd, "", 0);
	answer = fcgi_read(test_mem(), fd);
	close(fd);
	return answer;
}

static const char *
between(const char *text, const char *before, const char *end)
{
	const char *at = strstr(text, before);

	return at ? arena_printf(test_mem(), "%.*s", (int)strcspn(at + strlen(before), end),
	    at + strlen(before)) : "";
}

static bool
is_good(const struct fcgi_answer *answer)
{
	return answer->ended && answer->status[0] == '2';
}

/* --- writers --------------------------------------------------------------------- */

/* A line for each acknowledged write, in one piece: "+" or "-" and the token. */
static void
note(FILE *ledger, char what, const char *token)
{
	fprintf(ledger, "%c%s\n", what, token);
	fflush(ledger);
}

static void
write_requests(const char *jwt, FILE *ledger)
{
	for (int n = 0;; n++) {
		struct fcgi_answer answer = ask("POST", "/rest/token", "HTTP_X_AUTH_TOKEN", jwt,
		    "{\"name\":\"storm\"}");
		const char *token = between(answer.body, "\"token\":\"", "\"");

		if (is_good(&answer) && *token) {
			note(ledger, '+', token);
			if (n % 2) {
				/* whether it is gone is not known until that is said */
				note(ledger, '?', token);
				answer = ask("DELETE", arena_printf(test_mem(), "/rest/token/%s",
				    token), "HTTP_X_AUTH_TOKEN", jwt, "");
				if (is_good(&answer))
					note(ledger, '-', token);
			}
		}
		test_wipe();
	}
}

/* Runs doorwardctl, and kills it after some milliseconds; what it printed, if it ended well. */
static const char *
run_tool(const char *email, int kill_ms)
{
	char *text = arena_alloc(test_mem(), 4096);
	int out[2], status = -1;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(out) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		execl(getenv("E2E_CTL"), "doorwardctl", "token", "add", email, "--name", "tool",
		    (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	usleep((useconds_t)kill_ms * 1000);
	kill(pid, SIGKILL);
	while ((n = read(out[0], text + len, 4095 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(out[0]);
	waitpid(pid, &status, 0);
	return status == 0 ? text : "";
}

static void
write_with_tool(const char *email, FILE *ledger)
{
	for (;;) {
		const char *token = between(run_tool(email, 5 + rand_r(&seed) % 60), "", " \n");

		if (*token)
			note(ledger, '+', token);
		test_wipe();
	}
}

static const char *
ledger_of(int n)
{
	return arena_printf(test_mem(), "%s/ledger.%d", getenv("E2E_DIR"), n);
}

static pid_t
start_writer(int n, const char *jwt, const char *email)
{
	pid_t pid;
	FILE *ledger;

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid;
	seed = (unsigned)n + 1;
	setpgid(0, 0);
	ledger = fopen(ledger_of(n), "a");
	if (!ledger)
		_exit(1);
	jwt = strdup(jwt);
	email = strdup(email);
	if (n < WRITERS)
		write_requests(jwt, ledger);
	write_with_tool(email, ledger);
	_exit(1);
}

/* --- the service ------------------------------------------------------------------- */

static bool
answers(void)
{
	struct fcgi_answer answer = ask("GET", "/rest/settings", "HTTP_X_NONE", "", "");

	return answer.ended;
}

static void
start_master(void)
{
	const char *conf = arena_printf(test_mem(), "%s/doorward.conf", getenv("E2E_DIR"));
	bool up = false;

	master = fork();
	if (master == 0) {
		execl(getenv("E2E_PROGRAM"), getenv("E2E_PROGRAM"), "--config", conf,
		    (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < PATIENCE && !up; i++) {
		breathe();
		up = answers();
	}
	EXPECT_TRUE("the master is up", up);
}

static void
kill_master(int signum)
{
	kill(master, signum);
	waitpid(master, NULL, 0);
}

static int
workers_of_master(pid_t *list)
{
	FILE *in = fopen(arena_printf(test_mem(), "/proc/%d/task/%d/children", (int)master,
	    (int)master), "r");
	int count = 0, pid;

	while (in && count < CHILDREN_MAX && fscanf(in, "%d", &pid) == 1)
		list[count++] = pid;
	if (in)
		fclose(in);
	return count;
}

/* Of ten kills one is of the master. */
static void
kill_one(int n)
{
	pid_t list[CHILDREN_MAX];
	int count;

	usleep((useconds_t)rand_r(&seed) % 40 * 1000);
	if (n % 10 == 9) {
		kill_master(SIGKILL);
		start_master();
		return;
	}
	for (int i = 0; i < PATIENCE && !(count = workers_of_master(list)); i++)
		breathe();
	if (count)
		kill(list[(unsigned)rand_r(&seed) % (unsigned)count], SIGKILL);
}

/* --- the reckoning ------------------------------------------------------------------ */

static int added, dropped;

/*
 * Is the token valid?  What was killed last may still be missing: after a master, its
 * workers answer until they have let go, and then nobody until the next one listens.
 */
static const char *
status_of(const char *token)
{
	struct fcgi_answer answer = { .ended = false };

	for (int i = 0; i < PATIENCE && !answer.ended; i++) {
		if (i > 0)
			breathe();
		answer = ask("GET", "/rest/auth", "HTTP_AUTHORIZATION",
		    arena_printf(test_mem(), "Bearer %s", token), "");
	}
	return arena_printf(test_mem(), "%.3s", answer.status);
}

/* A token that is followed by "?" is unknown unless "-" follows that. */
static void
check_ledger(int n)
{
	char line[200], next[200] = "";
	FILE *in = fopen(ledger_of(n), "r");
	bool more = in && fgets(line, sizeof line, in);

	while (more) {
		line[strcspn(line, "\n")] = '\0';
		more = fgets(next, sizeof next, in);
		if (line[0] == '-') {
			EXPECT_STRING(line, status_of(line + 1), "401");
			dropped++;
		} else if (line[0] == '+' && !(more && next[0] == '?')) {
			EXPECT_STRING(line, status_of(line + 1), "200");
			added++;
		}
		strcpy(line, next);
	}
	if (in)
		fclose(in);
}

static int
kills_wanted(void)
{
	const char *wanted = getenv("KILLS");

	return wanted ? atoi(wanted) : 20;
}

static void
storm(void)
{
	char *email = strdup(between(getenv("E2E_USER"), "", ":"));
	const char *basic = arena_printf(test_mem(), "Basic %s", encode64(getenv("E2E_USER")));
	pid_t writers[WRITERS + TOOL_WRITERS];
	struct fcgi_answer answer;
	char *jwt;

	kill(atoi(getenv("E2E_PID")), SIGTERM);
	for (int i = 0; i < PATIENCE && access(getenv("E2E_SOCKET"), F_OK) == 0; i++)
		breathe();
	start_master();
	answer = ask("GET", "/rest/auth", "HTTP_AUTHORIZATION", basic, "");
	EXPECT_TRUE("login", is_good(&answer));
	jwt = strdup(between(answer.body, "\"token\":\"", "\""));
	for (int n = 0; n < WRITERS + TOOL_WRITERS; n++)
		writers[n] = start_writer(n, jwt, email);
	free(jwt);
	free(email);
	for (int n = 0; n < kills_wanted(); n++)
		kill_one(n);
	for (int n = 0; n < WRITERS + TOOL_WRITERS; n++) {
		kill(-writers[n], SIGKILL);
		kill(writers[n], SIGKILL);
		waitpid(writers[n], NULL, 0);
	}
	for (int n = 0; n < WRITERS + TOOL_WRITERS; n++)
		check_ledger(n);
	printf("%d kills, %d writes and %d revocations acknowledged ... ", kills_wanted(), added,
	    dropped);
	EXPECT_TRUE("something was written", added > 0 && dropped > 0);
	EXPECT_INT("status", CTL("", "status"), 0);
	kill_master(SIGTERM);
}

static CU_TestInfo tests[] = {
	{ "storm", storm },
	CU_TEST_INFO_NULL,
};

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		{ "kill -9", NULL, NULL, NULL, test_wipe, tests },
		CU_SUITE_INFO_NULL,
	};

	if (descriptors_fill())
		return 99;
	if (!getenv("E2E_SOCKET")) {
		fprintf(stderr, "run me by tests/e2e/kill_storm.sh\n");
		return 99;
	}
	seed = 1;
	return test_run(suites, argc, argv);
}
