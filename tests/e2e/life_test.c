// SPDX-License-Identifier: ISC
/*
 * API 4.2 and 4.3: what doorwardctl does to a user is seen by the very next
 * request, in every worker.
 */
#include <string.h>

#include "e2e.h"

#define EVE "Authorization: Basic $eve"
#define EVE_JWT "X-Auth-Token: $eve_jwt"
#define EVE_TOKEN "Authorization: Bearer $eve_token"

/* Often enough to reach every worker. */
static void
each_worker(const char *row, const char *header, int status)
{
	struct row ask = { row, "GET", "/rest/auth", { header }, .status = status };

	for (int i = 0; i < 8; i++)
		run_row(&ask);
}

static void
new_eve(const char *email)
{
	word_set("email", email);
	make_user("eve", email, "eve-password-1");
	each_worker("new user", EVE, 200);
	log_in("eve_jwt", EVE);
	make_token("eve_token", EVE);
	each_worker("new JWT", EVE_JWT, 200);
	each_worker("new token", EVE_TOKEN, 200);
}

static void
all_three(const char *row, int basic, int jwt, int token)
{
	each_worker(row, EVE, basic);
	each_worker(row, EVE_JWT, jwt);
	each_worker(row, EVE_TOKEN, token);
}

static void
disable(void)
{
	new_eve("eve@example.org");
	EXPECT_INT("disable", CTL("", "user", "disable", "$email"), 0);
	all_three("disabled", 401, 401, 401);
	EXPECT_INT("again", CTL("", "user", "disable", "$email"), 0);
	EXPECT_INT("enable", CTL("", "user", "enable", "$email"), 0);
	all_three("enabled", 200, 401, 200);
}

static void
passwd(void)
{
	new_eve("eve2@example.org");
	EXPECT_INT("passwd", CTL("eve-password-2\n", "user", "passwd", "$email",
	    "--password-stdin"), 0);
	all_three("old password", 401, 401, 200);
	word_set("eve", encode64("eve2@example.org:eve-password-2"));
	all_three("new password", 200, 401, 200);
	EXPECT_INT("passwd and tokens", CTL("eve-password-3\n", "user", "passwd", "$email",
	    "--password-stdin", "--revoke-tokens"), 0);
	word_set("eve", encode64("eve2@example.org:eve-password-3"));
	all_three("tokens revoked", 200, 401, 401);
}

static void
logout(void)
{
	new_eve("eve3@example.org");
	EXPECT_INT("logout", CTL("", "user", "logout", "$email"), 0);
	all_three("logged out", 200, 401, 401);
	log_in("eve_jwt", EVE);
	each_worker("logged in again", EVE_JWT, 200);
}

static void
delete(void)
{
	new_eve("eve4@example.org");
	EXPECT_INT("delete", CTL("", "user", "delete", "$email"), 0);
	all_three("deleted", 401, 401, 401);
	EXPECT_INT("again", CTL("", "user", "delete", "$email"), 3);
	new_eve("eve4@example.org");
	EXPECT_INT("delete, keep", CTL("", "user", "delete", "$email", "--keep"), 0);
	all_three("deleted but kept", 401, 401, 401);
}

static void
listed(void)
{
	static const struct row revoke = { "delete", "DELETE", "/rest/token/$eve_token_uuid",
	    { EVE },
		.status = 200 };

	new_eve("eve5@example.org");
	EXPECT_INT("list", CTL("", "token", "list", "--user", "$email", "--json"), 0);
	EXPECT_TRUE("its uuid", strstr(word("printed"), word("eve_token_uuid")) != NULL);
	EXPECT_TRUE("no secret", strstr(word("printed"), word("eve_token")) == NULL);
	run_row(&revoke);
	EXPECT_INT("list", CTL("", "token", "list", "--user", "$email", "--json"), 0);
	EXPECT_TRUE("gone", strstr(word("printed"), word("eve_token_uuid")) == NULL);
}

static void
exit_codes(void)
{
	static const struct { const char *row, *arguments[6]; int want; } rows[] = {
		{ "nobody to disable", { "user", "disable", "nobody@example.org" }, 3 },
		{ "nobody to enable", { "user", "enable", "nobody@example.org" }, 3 },
		{ "nobody to log out", { "user", "logout", "nobody@example.org" }, 3 },
		{ "nobody to delete", { "user", "delete", "nobody@example.org" }, 3 },
		{ "nobody's tokens", { "token", "list", "--user", "nobody@example.org", "--json" },
		    3 },
		{ "nobody's password",
		    { "user", "passwd", "nobody@example.org", "--password-stdin" },
		    3 },
		{ "somebody twice", { "user", "add", "Alice@example.org", "--password-stdin" }, 4 },
		{ "no e-mail", { "user", "add", "alice", "--password-stdin" }, 5 },
		{ "no such command", { "user", "praise", "alice@example.org" }, 2 },
		{ "no such option", { "user", "disable", "--softly", "alice@example.org" }, 2 },
		{ "nothing", { NULL }, 2 },
		{ "configuration", { "config", "check" }, 0 },
		{ "status", { "status" }, 0 },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].row, ctl("some-password", rows[i].arguments), rows[i].want);
}

CU_TestInfo life_tests[] = {
	{ "disable", disable },
	{ "passwd", passwd },
	{ "logout", logout },
	{ "delete", delete },
	{ "list of tokens", listed },
	{ "exit codes", exit_codes },
	CU_TEST_INFO_NULL,
};
