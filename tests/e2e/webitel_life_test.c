// SPDX-License-Identifier: ISC
/* What ends the sessions of a user, and which sessions doorwardctl knows. */
#include "webitel.h"

#include <string.h>

#define EMAIL "lena@mydomain.com"

/* Often enough to reach every worker. */
static void
each_worker(const char *row, const char *key, const char *token, int status)
{
	struct row ask = { row, "GET", "/api/v2/whoami", { token, key }, .status = status,
		.shape = "<rest>" };

	for (int i = 0; i < 6; i++)
		run_row(&ask);
}

/* The session N is good, or not. */
#define GOOD(row, n) each_worker(row, "X-Key: $k" #n, "X-Access-Token: $s" #n, 200)
#define ENDED(row, n) each_worker(row, "X-Key: $k" #n, "X-Access-Token: $s" #n, 401)

static void
begin_anew(void)
{
	CTL("", "user", "delete", EMAIL);
	EXPECT_INT("add", CTL(PASSWORD, "user", "add", EMAIL, "--password-stdin"), 0);
	session_begin("1", EMAIL);
	GOOD("begun", 1);
}

static int64_t
sessions(void)
{
	const char *at;
	int64_t count = 0;

	EXPECT_INT("sessions", CTL("", "user", "sessions", EMAIL, "--json"), 0);
	for (at = word("printed"); (at = strstr(at, "\"uuid\"")); at++)
		count++;
	return count;
}

static void
password(void)
{
	begin_anew();
	EXPECT_INT("passwd", CTL(PASSWORD, "user", "passwd", EMAIL, "--password-stdin"), 0);
	ENDED("password changed", 1);
	EXPECT_INT("none is listed", sessions(), 0);
	session_begin("2", EMAIL);
	GOOD("a new one", 2);
	ENDED("the old one", 1);
	EXPECT_INT("listed", sessions(), 1);
}

static void
logout(void)
{
	begin_anew();
	session_begin("2", EMAIL);
	EXPECT_INT("logout", CTL("", "user", "logout", EMAIL), 0);
	ENDED("logged out", 1);
	ENDED("both", 2);
	EXPECT_INT("none is listed", sessions(), 0);
}

static void
disable(void)
{
	static const struct row shut = { "disabled", "POST", "/login", WBAD_LOGIN,
		.json = "{'username':'" EMAIL "','password':'" PASSWORD "'}" };

	begin_anew();
	EXPECT_INT("disable", CTL("", "user", "disable", EMAIL), 0);
	ENDED("disabled", 1);
	run_row(&shut);
	EXPECT_INT("enable", CTL("", "user", "enable", EMAIL), 0);
	ENDED("does not come back", 1);
	session_begin("2", EMAIL);
	GOOD("a new one", 2);
}

static void
deleted(void)
{
	static const struct row gone = { "deleted", "POST", "/login", WNO_USER,
		.json = "{'username':'" EMAIL "','password':'" PASSWORD "'}" };

	begin_anew();
	EXPECT_INT("keep", CTL("", "user", "delete", EMAIL, "--keep"), 0);
	ENDED("kept", 1);
	run_row(&gone);
	begin_anew();
	EXPECT_INT("delete", CTL("", "user", "delete", EMAIL), 0);
	ENDED("deleted", 1);
	run_row(&gone);
}

/* The present role applies, not that at login. */
static void
role(void)
{
	static const struct row now = { "of today", "GET", "/api/v2/whoami", { BY(1) },
		.status = 200, .shape = CALLER(EMAIL, "mydomain.com", "root", ROOT_ACL, "$e1") };

	begin_anew();
	EXPECT_INT("set", CTL("", "user", "set", EMAIL, "--webitel-role", "root"), 0);
	run_row(&now);
	GOOD("lives on", 1);
}

/* max_tokens_per_user of the stack is 12. */
static void
eviction(void)
{
	static const struct row bearer = { "bearer token", "GET", "/rest/auth",
		{ "Authorization: Bearer $lena_token" }, .status = 200 };

	begin_anew();
	word_set("lena", encode64(EMAIL ":" PASSWORD));
	make_token("lena_token", "Authorization: Basic $lena");
	session_begin("2", EMAIL);
	for (int i = 0; i < 10; i++)
		session_begin("3", EMAIL);
	GOOD("the twelfth is not one too many", 1);
	EXPECT_INT("twelve", sessions(), 12);
	session_begin("4", EMAIL);
	ENDED("the oldest makes room", 1);
	GOOD("the next", 2);
	GOOD("the last", 4);
	EXPECT_INT("twelve", sessions(), 12);
	run_row(&bearer);
}

static void
listed(void)
{
	static const struct row out = { "log out", "POST", "/logout", { BY(1) }, .status = 200 };

	begin_anew();
	session_begin("2", "Lena@MyDomain.com");
	EXPECT_INT("both", sessions(), 2);
	EXPECT_TRUE("as sent", strstr(word("printed"), "\"Lena@MyDomain.com\"") != NULL);
	EXPECT_TRUE("no key", strstr(word("printed"), word("k1")) == NULL);
	EXPECT_TRUE("no token", strstr(word("printed"), word("s1")) == NULL);
	run_row(&out);
	EXPECT_INT("one left", sessions(), 1);
	EXPECT_INT("no bearer tokens", CTL("", "token", "list", "--user", EMAIL, "--json"), 0);
	EXPECT_TRUE("none", strstr(word("printed"), "uuid") == NULL);
}

CU_TestInfo webitel_life_tests[] = {
	{ "password change", password },
	{ "user logout", logout },
	{ "disable", disable },
	{ "delete", deleted },
	{ "role", role },
	{ "eviction", eviction },
	{ "list of sessions", listed },
	CU_TEST_INFO_NULL,
};
