// SPDX-License-Identifier: ISC
/* Users whom doorwardctl imported log in with the hashes of their former system. */
#include <string.h>

#include "e2e.h"
#include "foreign_rows.h"

static const char *
email(size_t i)
{
	return arena_printf(test_mem(), "user%zu@foreign.example", i);
}

static const char *
file_of_all(void)
{
	const char *file = "email,hash\n";

	for (size_t i = 0; i < NELEM(vectors); i++)
		file = arena_printf(test_mem(), "%s%s,\"%s\"\n", file, email(i), vectors[i].hash);
	return file;
}

static void
log_in_as(size_t i, const char *password, int status)
{
	struct row row = { vectors[i].row, "GET", "/rest/auth",
		{ "Authorization: Basic $foreign" }, .status = status };

	word_set("foreign", encode64(arena_printf(test_mem(), "%s:%s", email(i), password)));
	run_row(&row);
}

/* The second right login meets a hash of ours. */
static void
old_passwords(void)
{
	const char *longer, *padded;

	EXPECT_INT("import", CTL(file_of_all(), "import", "csv", "-", "--allow-weak",
	    "--allow-costly"), 0);
	for (size_t i = 0; i < NELEM(vectors); i++) {
		longer = arena_printf(test_mem(), "x%s", vectors[i].password);
		log_in_as(i, longer, 401);
		/* to WordPress a blank at the end is nothing; to us it is, after the first login */
		padded = arena_printf(test_mem(), "%s ", vectors[i].password);
		log_in_as(i, padded, strncmp(vectors[i].hash, "$wp$", 4) == 0 ? 200 : 401);
		log_in_as(i, vectors[i].password, 200);
		log_in_as(i, vectors[i].password, 200);
		log_in_as(i, padded, 401);
		log_in_as(i, longer, 401);
	}
	EXPECT_INT("status", CTL("", "status", "--json"), 0);
	EXPECT_TRUE("all are replaced", strstr(word("printed"), "\"foreign_hashes\":0"));
}

/* Like any other user. */
static void
tokens(void)
{
	static const struct row revoke = { "revoke", "DELETE", "/rest/token/$foreign_token",
		{ "Authorization: Basic $foreign" }, .status = 200 };

	log_in_as(0, vectors[0].password, 200);
	make_token("foreign_token", "Authorization: Basic $foreign");
	run_row(&revoke);
}

CU_TestInfo foreign_tests[] = {
	{ "old passwords", old_passwords },
	{ "tokens", tokens },
	CU_TEST_INFO_NULL,
};
