// SPDX-License-Identifier: ISC
/* tests/e2e/webitel.c - people and sessions for the Webitel dialect. */
#include "webitel.h"

static const struct { const char *email, *option, *value; } people[] = {
	{ "carl@mydomain.com", "--sip-login",    "100@mydomain.com" },
	{ "anna@mydomain.com", "--role",         "Admin" },
	{ "rita@mydomain.com", "--webitel-role", "root" },
	{ "olga@mydomain.com", "--webitel-role", "operator" },
	{ "nils@mydomain.com", "--webitel-role", "nosuch" },
	{ "paul@mydomain.com", "--role",         "Provider" },
};

void
people_make(void)
{
	static bool made;

	if (made)
		return;
	made = true;
	keep_out_of_logs(PASSWORD);
	for (size_t i = 0; i < NELEM(people); i++)
		EXPECT_INT(people[i].email, CTL(PASSWORD, "user", "add", people[i].email,
		    "--password-stdin", people[i].option, people[i].value), 0);
	EXPECT_INT("operator", CTL(quotes_in(test_mem(), OPERATOR_ACL), "role", "set", "operator"),
	    0);
}

void
session_begin(const char *n, const char *username)
{
	const struct row row = { username, "POST", "/login", .status = 200,
		.json = arena_printf(test_mem(), "{'username':'%s','password':'" PASSWORD "'}",
		username), .shape = arena_printf(test_mem(),
		    "{'key':'<uuid:k%s>','domain':'<text>',"
		"'username':'%s','expires':<number:e%s>,'token':'<jwt:s%s>',<rest>", n, username, n,
		n) };

	people_make();
	run_row(&row);
	keep_out_of_logs(word(arena_printf(test_mem(), "k%s", n)));
	keep_out_of_logs(word(arena_printf(test_mem(), "s%s", n)));
}
