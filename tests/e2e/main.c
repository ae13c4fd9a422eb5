// SPDX-License-Identifier: ISC
/* tests/e2e/main.c - the tables of end-to-end tests; stack.sh runs this. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/descriptors.h"
#include "webitel.h"

static const char *
from_environment(const char *name)
{
	const char *value = getenv(name);

	if (value)
		return value;
	fprintf(stderr, "%s is not set: run me by tests/e2e/stack.sh\n", name);
	exit(99);
}

static void
set_user(const char *name, const char *variable)
{
	const char *pair = from_environment(variable), *colon = strchr(pair, ':');

	word_set(name, encode64(pair));
	word_set(arena_printf(test_mem(), "%s_email", name),
	    arena_strndup(test_mem(), pair, (size_t)(colon - pair)));
	word_set(arena_printf(test_mem(), "%s_password", name), colon + 1);
	keep_out_of_logs(colon + 1);
	keep_out_of_logs(word(name));
}

/* With the row that ends them, without the first. */
static size_t
suites_left(const CU_SuiteInfo *suites)
{
	size_t count = 0;

	while (suites[count].pName)
		count++;
	return count;
}

/* Takes out the suite of these tests. */
static void
leave_out(CU_SuiteInfo *suites, bool out, const CU_TestInfo *tests)
{
	while (out && suites->pName && suites->pTests != tests)
		suites++;
	if (out)
		memmove(suites, suites + 1, suites_left(suites) * sizeof *suites);
}

/*
 * E2E_SUITES: options, throttle, foreign, or the core, which also runs behind what only some
 * use; else the ones for all.
 */
int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		{ "transport", NULL, NULL, NULL, test_wipe, transport_tests },
		{ "bodies", NULL, NULL, NULL, test_wipe, body_tests },
		{ "a proxy in front", NULL, NULL, NULL, test_wipe, proxy_tests },
		{ "credentials", NULL, NULL, NULL, test_wipe, credential_tests },
		{ "providers", NULL, NULL, NULL, test_wipe, provider_tests },
		{ "GET /rest/auth", NULL, NULL, NULL, test_wipe, auth_tests },
		{ "refusals", NULL, NULL, NULL, test_wipe, refusal_tests },
		{ "forms", NULL, NULL, NULL, test_wipe, form_tests },
		{ "HA1B", NULL, NULL, NULL, test_wipe, ha1b_tests },
		{ "fields", NULL, NULL, NULL, test_wipe, field_tests },
		{ "tokens", NULL, NULL, NULL, test_wipe, token_tests },
		{ "OAuth", NULL, NULL, NULL, test_wipe, oauth_tests },
		{ "life and death", NULL, NULL, NULL, test_wipe, life_tests },
		{ "one's own", NULL, NULL, NULL, test_wipe, self_tests },
		{ "administration", NULL, NULL, NULL, test_wipe, admin_tests },
		{ "Webitel", NULL, NULL, NULL, test_wipe, webitel_tests },
		{ "Webitel: life", NULL, NULL, NULL, test_wipe, webitel_life_tests },
		{ "Webitel: domains", NULL, NULL, NULL, test_wipe, domain_tests },
		{ "logs", NULL, NULL, NULL, test_wipe, log_tests },
		{ "errors of lighttpd", NULL, NULL, NULL, test_wipe, door_tests },
		{ "a guarded site", NULL, NULL, NULL, test_wipe, guard_tests },
		/* its last test stops doorward */
		{ "a guarded site: life", NULL, NULL, NULL, test_wipe, guard_life_tests },
		CU_SUITE_INFO_NULL,
	}, other_options[] = {
		{ "options", NULL, NULL, NULL, test_wipe, option_tests },
		CU_SUITE_INFO_NULL,
	}, throttled[] = {
		{ "throttle", NULL, NULL, NULL, test_wipe, throttle_tests },
		CU_SUITE_INFO_NULL,
	}, foreign[] = {
		{ "users of other systems", NULL, NULL, NULL, test_wipe, foreign_tests },
		CU_SUITE_INFO_NULL,
	}, core[] = {
		{ "tokens", NULL, NULL, NULL, test_wipe, token_tests },
		{ "OAuth", NULL, NULL, NULL, test_wipe, oauth_tests },
		{ "one's own", NULL, NULL, NULL, test_wipe, self_tests },
		{ "administration", NULL, NULL, NULL, test_wipe, admin_tests },
		{ "a guarded site", NULL, NULL, NULL, test_wipe, guard_tests },
		{ "a guarded site: life", NULL, NULL, NULL, test_wipe, guard_life_tests },
		CU_SUITE_INFO_NULL,
	}, *chosen = suites;
	const char *wanted = getenv("E2E_SUITES");
	int status;

	if (descriptors_fill())
		return 99;
	if (wanted && strcmp(wanted, "options") == 0)
		chosen = other_options;
	else if (wanted && strcmp(wanted, "throttle") == 0)
		chosen = throttled;
	else if (wanted && strcmp(wanted, "foreign") == 0)
		chosen = foreign;
	else if (wanted && strcmp(wanted, "core") == 0)
		chosen = core;
	leave_out(suites, !web_is_lighttpd(), door_tests);
	leave_out(suites, !web_guards(), guard_tests);
	leave_out(suites, !web_guards(), guard_life_tests);
	word_set("https", from_environment("E2E_HTTPS"));
	word_set("http", from_environment("E2E_HTTP"));
	word_set("name", strstr(from_environment("E2E_HTTPS"), "//") + 2);
	set_user("alice", "E2E_USER");
	set_user("bob", "E2E_OTHER");
	status = test_run(chosen, argc, argv);
	http_end();
	return status;
}
