// SPDX-License-Identifier: ISC
/* API 2.9 and 2.2: which clients wrong guesses delay; lighttpd-throttle.sh runs this. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e.h"

#define AUTH "GET", "/rest/auth"
#define LOGIN "POST", "/login"
#define BASIC(word) { "Authorization: Basic $" word }

#define HOME	.from = "127.0.0.1"
#define OFFICE	.from = "127.0.0.2"
#define EVIL	.from = "127.0.0.6"
#define EXEMPT	.from = "127.0.0.9"

#define WAIT(seconds) .status = 429, .want = { "Retry-After: " #seconds, "!WWW-Authenticate" }
#define WEBITEL_WAIT "{'status':429,'message':'Too many requests','info':'Too many requests'}"

/* Words w1 to w9: wrong passwords of the login name email. */
static void
wrong_words(const char *email)
{
	for (int i = 1; i <= 9; i++)
		word_set(arena_printf(test_mem(), "w%d", i),
		    encode64(arena_printf(test_mem(), "%s:wrong-%d", email, i)));
}

static void
accounts(void)
{
	static const struct row rows[] = {
		{ "at home", AUTH, { ALICE }, HOME, .status = 200 },
		{ "one", AUTH, BASIC("w1"), EVIL, .status = 401 },
		{ "two", AUTH, BASIC("w2"), EVIL, .status = 401 },
		{ "the same again", AUTH, BASIC("w2"), EVIL, .status = 401 },
		{ "three", AUTH, BASIC("w3"), EVIL, .status = 401 },
		{ "four", AUTH, BASIC("w4"), EVIL, .status = 401 },
		{ "five, by another door", LOGIN, EVIL, .status = 401,
		    .json = "{'username':'$alice_email','password':'wrong-5'}",
		    .shape = "{'status':401,'message':'Invalid credentials',"
		    "'info':'Invalid credentials'}" },
		{ "six", AUTH, BASIC("w6"), EVIL, WAIT(1) },
		{ "six, by the other door", LOGIN, EVIL, WAIT(1), .shape = WEBITEL_WAIT,
		    .json = "{'username':'$alice_email','password':'wrong-6'}" },
		{ "the right one", AUTH, { ALICE }, EVIL, WAIT(1) },
		{ "and elsewhere", AUTH, { ALICE }, OFFICE, WAIT(1) },
		{ "not at home", AUTH, { ALICE }, HOME, .status = 200 },
		{ "beside a token of one's own", AUTH, { "Authorization: Basic $w6",
		    "X-Auth-Token: $jwt" }, EVIL, .status = 200 },
		{ "beside a bad one", AUTH, { "Authorization: Basic $w6", "X-Auth-Token: a.b.c" },
		    EVIL, WAIT(1) },
		{ "another account", AUTH, { BOB }, EVIL, .status = 200 },
		{ "HEAD", "HEAD", "/rest/auth", BASIC("w6"), EVIL, WAIT(1) },
	};
	static const struct row later[] = {
		{ "after the wait", AUTH, BASIC("w6"), EVIL, .status = 401 },
		{ "it doubles", AUTH, BASIC("w7"), EVIL, WAIT(2) },
	};
	static const struct row much_later[] = {
		{ "forgiven", AUTH, { ALICE }, OFFICE, .status = 200 },
	};

	wrong_words(word("alice_email"));
	log_in("jwt", BOB);
	RUN(rows);
	clock_shift(2);
	RUN(later);
	clock_shift(3600);
	RUN(much_later);
}

/* A client that retries at once after 401: its loop ends. */
static void
loops(void)
{
	static const struct row rows[] = {
		{ "wrong", AUTH, BASIC("w1"), EVIL, .status = 401 },
		{ "first repetition", AUTH, BASIC("w1"), EVIL, .status = 401 },
		{ "second", AUTH, BASIC("w1"), EVIL, .status = 401 },
		{ "third, by another door", LOGIN, EVIL, .status = 401,
		    .json = "{'username':'$bob_email','password':'wrong-1'}",
		    .shape = "{'status':401,'message':'Invalid credentials',"
		    "'info':'Invalid credentials'}" },
		{ "fourth", AUTH, BASIC("w1"), EVIL, .status = 401 },
		{ "fifth", AUTH, BASIC("w1"), EVIL, .status = 429,
		    .want = { "!WWW-Authenticate" } },
		{ "by the other door", LOGIN, EVIL, .status = 429, .shape = WEBITEL_WAIT,
		    .json = "{'username':'$bob_email','password':'wrong-1'}" },
		{ "the user does not wait", AUTH, { BOB }, EVIL, .status = 200 },
	};

	clock_shift(40000);
	wrong_words(word("bob_email"));
	RUN(rows);
}

/* Clients with expired JWTs delay no other client at their address. */
static void
expired(void)
{
	static const struct row row = { "expired", AUTH, { "X-Auth-Token: $old" }, EVIL,
	    .status = 401 };
	static const struct row right = { "a password from there", AUTH, { BOB }, EVIL,
	    .status = 200 };

	log_in("old", ALICE);
	clock_shift(90000);
	for (int i = 0; i < 40; i++)
		run_row(&row);
	run_row(&right);
}

/* Counts survive the workers that wrote them. */
static void
killed_workers(void)
{
	static const struct row rows[] = {
		{ "one", AUTH, BASIC("w1"), EVIL, .status = 401 },
		{ "two", AUTH, BASIC("w2"), EVIL, .status = 401 },
		{ "three", AUTH, BASIC("w3"), EVIL, .status = 401 },
		{ "four", AUTH, BASIC("w4"), EVIL, .status = 401 },
		{ "five", AUTH, BASIC("w5"), EVIL, .status = 401 },
	};
	static const struct row after[] = {
		{ "six", AUTH, BASIC("w6"), EVIL, .status = 429 },
		{ "another is served", AUTH, { BOB }, HOME, .status = 200 },
	};
	pid_t pids[8];
	size_t count;

	if (!*getenv("E2E_PID"))
		return;			/* mod_fcgid takes longer for new ones than the wait is */
	clock_shift(40000);
	wrong_words("victim@example.org");
	RUN(rows);
	count = workers(pids, NELEM(pids));
	for (size_t i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	RUN(after);
}

static void
exempt(void)
{
	static const struct row row = { "exempt", AUTH, BASIC("wrong"), EXEMPT, .status = 401 };

	for (int i = 0; i < 40; i++) {
		word_set("wrong", encode64(arena_printf(test_mem(), "alice@example.org:x%d", i)));
		run_row(&row);
	}
}

static void
tokens(void)
{
	static const struct row wrong = { "wrong", AUTH, { "Authorization: Bearer $bad" }, EVIL,
		.status = 401 };
	static const struct row rows[] = {
		{ "thirty were free", AUTH, { "Authorization: Bearer x" }, EVIL, WAIT(1) },
		{ "a session of Webitel", "GET", "/api/v2/whoami",
		    { "X-Access-Token: x", "X-Key: y" },
		    EVIL, WAIT(1), .shape = WEBITEL_WAIT },
		{ "passwords from there", AUTH, { ALICE }, EVIL, .status = 429 },
		{ "not where they were right before", AUTH, { BOB }, EVIL, .status = 200 },
		{ "a path with a token", "DELETE", "/rest/token/$bad", { BOB }, EVIL,
		    .status = 404 },
		{ "a good token", AUTH, { "X-Auth-Token: $jwt" }, EVIL, .status = 200 },
		{ "no credential", AUTH, EVIL, .status = 401 },
		{ "from elsewhere", AUTH, { "Authorization: Bearer x" }, HOME, .status = 401 },
	};

	clock_shift(40000);
	log_in("jwt", BOB);
	for (int i = 0; i < 30; i++) {
		word_set("bad", arena_printf(test_mem(), "bad%d", i));
		run_row(&wrong);
	}
	RUN(rows);
}

static bool
printed(const char *text)
{
	return strstr(word("printed"), text) != NULL;
}

static void
commands(void)
{
	static const struct row wrong[] = {
		{ "one", AUTH, BASIC("w1"), EVIL, .status = 401 },
		{ "two", AUTH, BASIC("w2"), EVIL, .status = 401 },
		{ "three", AUTH, BASIC("w3"), EVIL, .status = 401 },
		{ "four", AUTH, BASIC("w4"), EVIL, .status = 401 },
		{ "five", AUTH, BASIC("w5"), EVIL, .status = 401 },
		{ "six", AUTH, BASIC("w6"), EVIL, .status = 429 },
	};
	static const struct row cleared[] = {
		{ "six", AUTH, BASIC("w6"), EVIL, .status = 401 },
	};

	clock_shift(400000);
	EXPECT_INT("clear", CTL("", "throttle", "clear", "--all"), 0);
	EXPECT_INT("list", CTL("", "throttle", "list", "--json"), 0);
	EXPECT_STRING("nothing", word("printed"), "[]\n");
	wrong_words(word("alice_email"));
	RUN(wrong);
	EXPECT_INT("list", CTL("", "throttle", "list"), 0);
	EXPECT_TRUE("login", printed("login   alice@example.org  -"));
	EXPECT_TRUE(word("printed"), printed("source  -                  127.0.0.6  5"));
	EXPECT_INT("list", CTL("", "throttle", "list", "--json"), 0);
	EXPECT_TRUE("JSON", printed("\"login\": \"alice@example.org\"") ||
	    printed("\"login\":\"alice@example.org\""));
	EXPECT_INT("clear", CTL("", "throttle", "clear", "--user", "alice@example.org"), 0);
	EXPECT_STRING("one", word("printed"), "counts removed: 1\n");
	RUN(cleared);
	EXPECT_INT("a source", CTL("", "throttle", "clear", "--source", "127.0.0.6"), 0);
	EXPECT_STRING("one", word("printed"), "counts removed: 1\n");
	EXPECT_INT("no address", CTL("", "throttle", "clear", "--source", "home"), 5);
	EXPECT_INT("nothing", CTL("", "throttle", "clear"), 2);
	EXPECT_INT("two things", CTL("", "throttle", "clear", "--all", "--source", "::1"), 2);
}

/* Guesses at a guarded page are throttled too; the web server gets 401 (API 9.1). */
static void
guarded(void)
{
#define PAGE "GET", "/private/page.txt"
	static const struct row guesses[] = {
		{ "one", PAGE, BASIC("w1"), EVIL, .foreign = true, .status = 401 },
		{ "two", PAGE, BASIC("w2"), EVIL, .foreign = true, .status = 401 },
		{ "three", PAGE, BASIC("w3"), EVIL, .foreign = true, .status = 401 },
		{ "four", PAGE, BASIC("w4"), EVIL, .foreign = true, .status = 401 },
		{ "five", PAGE, BASIC("w5"), EVIL, .foreign = true, .status = 401 },
	}, right[] = {
		{ "the right one", PAGE, BASIC("guard"), EVIL, .foreign = true, .status = 401 },
		{ "by the API", AUTH, BASIC("guard"), EVIL, .status = 429 },
	};
	static const struct row again = { "cleared", PAGE, BASIC("guard"), EVIL, .foreign = true,
		.status = 200 };

	make_user("guard", "guard@example.org", "guard-password-1");
	wrong_words("guard@example.org");
	EXPECT_INT("clear", CTL("", "throttle", "clear", "--all"), 0);
	RUN(guesses);
	RUN(right);
	EXPECT_INT("clear", CTL("", "throttle", "clear", "--all"), 0);
	run_row(&again);
}

CU_TestInfo throttle_tests[] = {
	{ "accounts", accounts },
	{ "killed workers", killed_workers },
	{ "loops", loops },
	{ "expired", expired },
	{ "exempt", exempt },
	{ "tokens", tokens },
	{ "commands", commands },
	{ "a guarded page", guarded },
	CU_TEST_INFO_NULL,
};
