// SPDX-License-Identifier: ISC
/*
 * Requests whose secrets might reach a log; stack.sh reads the logs at the end,
 * when everything is written.
 */
#include "e2e.h"

static void
secrets_everywhere(void)
{
	static const struct row rows[] = {
		{ "token in the query", "GET", "/rest/auth?bearer=$hidden", .status = 200 },
		{ "in a refused query", "GET", "/rest/auth?bearer=$hidden&bearer=x", .status = 400 },
		{ "in a query over HTTP", "GET", "/rest/auth?bearer=$hidden", .plain = true,
		    .status = 301 },
		{ "in a path over HTTP", "DELETE", "/rest/token/$hidden", .plain = true,
		    .status = 308 },
		{ "in the path of the wrong method", "GET", "/rest/token/$hidden", .status = 405 },
		{ "in the short path", "PATCH", "/token/$hidden", { ALICE }, .json = "{}",
		    .status = 404 },
		{ "in a path that the web server refuses", "GET", "/rest/token/$hidden%2f",
		    .foreign = true, .status = 400 },
		{ "in a path of nobody", "GET", "/rest/nothing?jwt=$hidden_jwt", .status = 404 },
		{ "JWT in the query", "GET", "/rest/auth?jwt=$hidden_jwt", .status = 200 },
		{ "JWT in a header", "GET", "/rest/auth", { "X-Auth-Token: $hidden_jwt" },
		    .status = 200 },
		{ "in a form", "POST", "/rest/token", .form = "jwt=$hidden_jwt", .status = 400 },
		{ "as a field", "POST", "/rest/token", { ALICE }, .json = "{'name':'a','ttl':'$hidden'}",
		    .status = 400 },
		{ "as a user", "GET", "/rest/auth", { "Authorization: Basic $hidden" },
		    .status = 401 },
		{ "in the path", "DELETE", "/rest/token/$hidden", { ALICE }, .status = 200 },
	};

	make_token("hidden", ALICE);
	log_in("hidden_jwt", ALICE);
	RUN(rows);
}

CU_TestInfo log_tests[] = {
	{ "secrets everywhere", secrets_everywhere },
	CU_TEST_INFO_NULL,
};
