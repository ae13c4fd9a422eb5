// SPDX-License-Identifier: ISC
/* tests/server/sandbox_test.c - what a compromised worker cannot do. */
#include <errno.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/listen.h"
#include "server_test.h"
#include "test.h"

/* What /try/... of echo_serve.c answers: the errno of the attempt, 0 if it went well. */
static const struct attempt {
	const char *path;
	int alone, with_provider;
} attempts[] = {
	{ "/try/execve",          EPERM, EPERM },
	{ "/try/ptrace",          EPERM, EPERM },
	{ "/try/kill",            EPERM, EPERM },
	{ "/try/create",          EPERM, EPERM },
	{ "/try/open-to-write",   EPERM, EPERM },
	{ "/try/open-to-append",  EPERM, EPERM },
	{ "/try/open-to-read",    EPERM,  0 },
	{ "/try/open-elsewhere",  EPERM,  0 },
	{ "/try/unlink",          EPERM, EPERM },
	{ "/try/rename",          EPERM, EPERM },
	{ "/try/chmod",           EPERM, EPERM },
	{ "/try/socket-inet",     EPERM,  0 },
	{ "/try/socket-unix",     EPERM,  0 },
	{ "/try/socket-packet",   EPERM, EPERM },
	{ "/try/code",            EPERM, EPERM },
	{ "/try/code-later",      EPERM, EPERM },
	{ "/try/code-only",       EPERM, EPERM },
	{ "/try/flags",           0,      0 },
	{ "/try/lock",            0,      0 },
	{ "/try/signal-owner",    EPERM, EPERM },
	{ "/try/pipe-size",       EPERM, EPERM },
	{ "/try/priority",        0,      0 },
	{ "/try/priority-other",  EPERM, EPERM },
	{ "/try/priority-older",  EPERM, EPERM },
	{ "/try/thread",          0,      0 },
	{ "/try/memory",          0,      0 },
};

static void
expect_refusals(const char *path, bool provider)
{
	struct call call = { 0 };
	struct answer answer;
	int want;

	/* sanitizers need more than the sandbox leaves, so it is not there */
	for (size_t i = 0; i < NELEM(attempts) && !SANITIZER; i++) {
		call.path = attempts[i].path;
		client_ask(path, &call, &answer);
		want = provider ? attempts[i].with_provider : attempts[i].alone;
		EXPECT_INT(call.path, answer.status, 200);
		EXPECT_INT(call.path, atoi(answer.body), want);
	}
}

/* A worker continues after each, and reports each call once. */
static void
refusals(void)
{
	static const struct { const char *row, *options; bool provider; } t[] = {
		{ "plain",         "workers = 1",  false },
		{ "with Google",   "workers = 1\ngoogle_client_ids = {\"client\"}", true },
		{ "with a section", "workers = 1\noidc x { issuer = \"i\"\njwks_url = \"j\"\n"
		    "client_ids = \"c\" }", true },
	};
	struct daemon s;
	pid_t worker;

	for (size_t i = 0; i < NELEM(t); i++) {
		daemon_prepare(&s, t[i].options);
		daemon_start(&s);
		worker = daemon_worker(&s);
		expect_refusals(s.socket, t[i].provider);
		expect_refusals(s.socket, t[i].provider);
		EXPECT_INT(t[i].row, daemon_worker(&s), worker);
		EXPECT_INT(t[i].row, daemon_log_count(&s, "(execve) was refused"), !SANITIZER);
		EXPECT_INT(t[i].row, daemon_log_count(&s, "(openat) was refused"), !SANITIZER);
		EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	}
}

/*
 * The C library may fork with all signals blocked, that of the refusal too; then
 * the worker ends instead.  Either way there is no second process.
 */
static void
fork_refused(void)
{
	static const struct call call = { .path = "/try/fork" };
	struct answer answer;
	struct daemon s;

	daemon_prepare(&s, "workers = 1");
	daemon_start(&s);
	client_ask(s.socket, &call, &answer);
	EXPECT_TRUE("refused", SANITIZER || answer.status == 0 || atoi(answer.body) == EPERM);
	EXPECT_TRUE("serves", daemon_worker(&s) > 0);
	EXPECT_TRUE("told", SANITIZER || daemon_log_count(&s, "(clone) was refused") +
	    daemon_log_count(&s, "was killed by signal 31") == 1);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static void
single_worker(void)
{
	struct listener l;
	struct daemon s;

	daemon_prepare(&s, "");
	EXPECT_VERDICT("listen", listen_open(&l, s.socket, NULL), 0);
	daemon_start_inherited(&s, l.fd);
	EXPECT_INT("serves", daemon_worker(&s), s.pid);
	expect_refusals(s.socket, false);
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	listen_close(&l);
}

/* Without a call that is refused: what looking up a host needs was loaded before. */
static void
name_service(void)
{
	static const struct call call = { .path = "/try/resolve" };
	struct answer answer;
	struct daemon s;

	daemon_prepare(&s, "workers = 1\ngoogle_client_ids = {\"client\"}");
	daemon_start(&s);
	client_ask(s.socket, &call, &answer);
	EXPECT_STRING("found", answer.body, "0");
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
	EXPECT_INT("refused", daemon_log_count(&s, "was refused"), 0);
}

/* What lies beside the key file can be opened for reading, if the kernel has Landlock. */
static void
key_file(void)
{
	const bool possible = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION) > 0;
	const struct { const char *path; int want; } t[] = {
		{ "/try/open-to-read",   possible ? 0 : EPERM },
		{ "/try/open-elsewhere", possible ? EACCES : EPERM },
		{ "/try/open-to-write",  EPERM },
		{ "/try/open-to-append", EPERM },
		{ "/try/create",         EPERM },
		{ "/try/unlink",         EPERM },
	};
	struct call call = { 0 };
	struct answer answer;
	struct daemon s;

	daemon_prepare(&s, "workers = 1\nkey_file = \"/dev/null\"");
	daemon_start(&s);
	for (size_t i = 0; i < NELEM(t) && !SANITIZER; i++) {
		call.path = t[i].path;
		client_ask(s.socket, &call, &answer);
		EXPECT_INT(t[i].path, answer.status, 200);
		EXPECT_INT(t[i].path, atoi(answer.body), t[i].want);
	}
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static void
switched_off(void)
{
	static const struct call call = { .path = "/try/open-to-read" };
	struct answer answer;
	struct daemon s;

	daemon_prepare(&s, "sandbox = no");
	daemon_start(&s);
	client_ask(s.socket, &call, &answer);
	EXPECT_STRING("let in", answer.body, "0");
	EXPECT_INT("ends", daemon_end(&s, SIGTERM), 0);
}

static CU_TestInfo tests[] = {
	{ "refusals", refusals },
	{ "fork refused", fork_refused },
	{ "single worker", single_worker },
	{ "name service", name_service },
	{ "key file", key_file },
	{ "switched off", switched_off },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/sandbox", tests);
