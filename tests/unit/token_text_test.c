// SPDX-License-Identifier: ISC
#include "auth/token_text.h"

#include <string.h>

#include "base/text.h"
#include "unit.h"

#define CHECKED "7VLyaDSQ8W48abcdefghijABCDEFGHIJ012345678914f1n0"

/* The first is in doorward-api(7); the others were computed with Python's zlib. */
static void
checksum(void)
{
	static const struct { const char *row, *characters; bool want; } t[] = {
		{ "documented", CHECKED, true },
		{ "zeros in front", "000000000000000000000000000000000000000078" "00Uavz", true },
		{ "all z", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz" "16Uak5", true },
		{ "digits in another order",
		    "7VLyaDSQ8W48abcdefghijABCDEFGHIJ012345678914F1N0", false },
		{ "of the whole token", "7VLyaDSQ8W48abcdefghijABCDEFGHIJ01234567893bkW1d", false },
		{ "one character", "8VLyaDSQ8W48abcdefghijABCDEFGHIJ012345678914f1n0", false },
		{ "two exchanged", "V7LyaDSQ8W48abcdefghijABCDEFGHIJ012345678914f1n0", false },
		{ "none", "7VLyaDSQ8W48abcdefghijABCDEFGHIJ0123456789000000", false },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, token_text_has_check(t[i].characters), t[i].want);
}

static void
made(void)
{
	static const char *const prefixes[] = { "", "ab_", "dwt_", "a123456789bcdef_" };
	char one[TOKEN_SIZE], two[TOKEN_SIZE];

	for (size_t i = 0; i < NELEM(prefixes); i++) {
		const char *prefix = prefixes[i];
		size_t len = strlen(prefix);

		memset(one, 'x', sizeof one);
		token_text_make(prefix, one);
		token_text_make(prefix, two);
		EXPECT_INT(prefix, (int64_t)strlen(one), (int64_t)len + TOKEN_LEN);
		EXPECT_BYTES(prefix, one, prefix, len);
		EXPECT_INT(prefix, (int64_t)strspn(one + len, TEXT_ALNUM), TOKEN_LEN);
		EXPECT_TRUE(prefix, strcmp(one, two) != 0);
		EXPECT_INT(prefix, token_text_has_check(one + len), len > 0);
	}
}

static void
forms(void)
{
	static const struct { const char *text; bool want; } t[] = {
		{ CHECKED, true },
		{ "dwt_" CHECKED, true },
		{ "a123456789bcdef_" CHECKED, true },
		{ "", false },
		{ "_" CHECKED, false },
		{ "d_" CHECKED, false },
		{ "x" "a123456789bcdef_" CHECKED, false },
		{ "Dwt_" CHECKED, false },
		{ "dwt-" CHECKED, false },
		{ "dwt" CHECKED, false },
		{ "my_dwt_" CHECKED, false },
		{ "dwt_" CHECKED "a", false },
		{ CHECKED "=", false },
		{ "dwt_OVt9di1JqNEmrp2KbLPQ7yHuHb9EZ4yaw4pMS6pyWjuUeT7P", false },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].text, token_text_is_one(t[i].text, strlen(t[i].text)), t[i].want);
}

static void
shown(void)
{
	static const struct { const char *prefix, *head, *want; } t[] = {
		{ "",                 "7VLy", "7VLy…" },
		{ "dwt_",             "7VLy", "dwt_7VLy…" },
		{ "a123456789bcdef_", "0000", "a123456789bcdef_0000…" },
	};
	char text[TOKEN_SHOWN_SIZE];

	for (size_t i = 0; i < NELEM(t); i++) {
		struct token token = { .use = TOKEN_BEARER };

		strcpy(token.prefix, t[i].prefix);
		strcpy(token.head, t[i].head);
		EXPECT_STRING(t[i].want, token_text_shown(&token, text), t[i].want);
	}
}

static CU_TestInfo tests[] = {
	{ "checksum", checksum },
	{ "made", made },
	{ "forms", forms },
	{ "shown", shown },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/token_text", tests);
