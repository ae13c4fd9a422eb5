// SPDX-License-Identifier: ISC
/*
 * A proxy in front of the web server: which address doorward sees.  The proxy of the
 * stack is 127.0.0.2 (webs.sh); X-Forwarded-For from all others is ignored.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "e2e.h"

#define PROXY "127.0.0.2"
#define STRANGER "127.0.0.1"

/* Is there a line of the log with this source? */
static bool
is_logged(const char *source)
{
	FILE *log = fopen(arena_printf(test_mem(), "%s/doorward.log", getenv("E2E_LOG")), "r");
	const char *want = arena_printf(test_mem(), " ip=%s ", source);
	char line[4096];
	bool found = false;

	while (log && !found && fgets(line, sizeof line, log))
		found = strstr(line, want) != NULL;
	if (log)
		fclose(log);
	return found;
}

static void
sources(void)
{
	static const struct { struct row row; const char *seen, *unseen; } rows[] = {
		{ { "a client of the proxy", "GET", "/rest/auth", { "X-Forwarded-For: 192.0.2.1" },
		    .from = PROXY, .status = 401 }, "192.0.2.1", NULL },
		{ { "one that lies", "GET", "/rest/auth",
		    { "X-Forwarded-For: 198.51.100.2, 192.0.2.2" },
		    .from = PROXY, .status = 401 }, "192.0.2.2", "198.51.100.2" },
		{ { "IPv6", "GET", "/rest/auth", { "X-Forwarded-For: 2001:db8::3" },
		    .from = PROXY, .status = 401 }, "2001:db8::3", NULL },
		{ { "no proxy", "GET", "/rest/auth", { "X-Forwarded-For: 192.0.2.4" },
		    .from = STRANGER, .status = 401 }, STRANGER, "192.0.2.4" },
		{ { "the proxy itself", "GET", "/rest/auth", .from = PROXY, .status = 401 },
		    PROXY, NULL },
		{ { "another header", "GET", "/rest/auth", { "X-Real-IP: 192.0.2.5",
		    "Forwarded: for=192.0.2.5", "X-Client-IP: 192.0.2.5" }, .from = PROXY,
		    .status = 401 }, PROXY, "192.0.2.5" },
		{ { "health is not for them", "GET", "/healthz", { "X-Forwarded-For: 192.0.2.6" },
		    .from = PROXY, .status = WAY_NOT_LOCAL }, PROXY, NULL },
		{ { "nor users", "GET", "/rest/user/list", { "X-Forwarded-For: 192.0.2.8", ALICE },
		    .from = PROXY, .status = 403, .foreign = true }, PROXY, NULL },
		{ { "in another spelling", "GET", "/rest/%75ser/list",
		    { "X-Forwarded-For: 192.0.2.8", ALICE }, .from = PROXY, .status = 403,
		    .foreign = true }, PROXY, NULL },
		{ { "nor accounts", "POST", "/rest/account", { "X-Forwarded-For: 2001:db8::8", ALICE },
		    .json = "{}", .from = PROXY, .status = 403, .foreign = true }, PROXY, NULL },
		{ { "but for administrators", "GET", "/rest/user/list",
		    { "X-Forwarded-For: 10.1.2.3" }, .from = PROXY, .status = 401 }, "10.1.2.3",
		    NULL },
		{ { "in other networks", "GET", "/rest/account/list",
		    { "X-Forwarded-For: 172.31.2.3" }, .from = PROXY, .status = 401 }, "172.31.2.3",
		    NULL },
		{ { "nor figures", "GET", "/metrics", { "X-Forwarded-For: 192.0.2.7" },
		    .from = PROXY, .status = WAY_NOT_LOCAL }, PROXY, NULL },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		run_row(&rows[i].row);
		EXPECT_TRUE(rows[i].row.row, is_logged(rows[i].seen));
		EXPECT_TRUE(rows[i].row.row, !rows[i].unseen || !is_logged(rows[i].unseen));
	}
}

CU_TestInfo proxy_tests[] = {
	{ "sources", sources },
	CU_TEST_INFO_NULL,
};
