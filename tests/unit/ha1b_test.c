// SPDX-License-Identifier: ISC
#include "auth/ha1b.h"

#include <string.h>

#include "unit.h"

/* API 2.7, and what md5sum says of others. */
static void
vectors(void)
{
	static const struct { const char *login, *password, *want; } t[] = {
		{ "abc@example.co.uk", "secret", "0159fe67a465647f81d20d7b08b913b3" },
		{ "100@mydomain.com", "secret", "7edd83f1e859527393ff951d1cfaa3b9" },
		{ "alice@sip.example.org", "pa:ss@word", "653522a697a48496d3a7426146cb7510" },
		{ "x@example.org", "\xc3\xa4", "21721f67d4bbca49ed1a5237b2920172" },
		{ "a@b", "", "db41147fc34bb2e3e8e09dc2fc19bd74" },
		{ "a", "", "6aa1dc4857e582a28fc068bcc0172950" },
	};
	char out[HA1B_LEN + 1];

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].login, ha1b_make(t[i].login, t[i].password,
		    strlen(t[i].password), out), 0);
		EXPECT_STRING(t[i].login, out, t[i].want);
	}
}

static void
others(void)
{
	static const char want[] = "0159fe67a465647f81d20d7b08b913b3";
	static const struct { const char *row, *login, *password; size_t len; } t[] = {
		{ "other case", "Abc@example.co.uk", "secret", 6 },
		{ "other login", "ab@example.co.uk", "secret", 6 },
		{ "other domain", "abc@example.co.u", "secret", 6 },
		{ "no domain", "abc", "secret", 6 },
		{ "other password", "abc@example.co.uk", "Secret", 6 },
		{ "shorter password", "abc@example.co.uk", "secret", 5 },
		{ "with its NUL", "abc@example.co.uk", "secret", 7 },
		{ "no password", "abc@example.co.uk", "", 0 },
	};
	char out[HA1B_LEN + 1];

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, ha1b_make(t[i].login, t[i].password, t[i].len, out), 0);
		EXPECT_INT(t[i].row, (int64_t)strlen(out), HA1B_LEN);
		EXPECT_TRUE(t[i].row, strcmp(out, want) != 0);
	}
}

static CU_TestInfo tests[] = {
	{ "vectors", vectors },
	{ "others", others },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/ha1b", tests);
