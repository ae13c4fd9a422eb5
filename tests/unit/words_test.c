// SPDX-License-Identifier: ISC
#include "base/words.h"

#include <string.h>

#include "unit.h"

static void
within(void)
{
	static const struct { const char *part, *whole; bool want; } t[] = {
		{ "",        "",          true },
		{ "",        "a",         true },
		{ "a",       "",          false },
		{ "a",       "a",         true },
		{ "a",       "b a",       true },
		{ "a b",     "b a",       true },
		{ "a b",     "b",         false },
		{ "a",       "ab",        false },
		{ "ab",      "a",         false },
		{ "ab",      "a b",       false },
		{ "a:b",     "a:b:c a:b", true },
		{ "c",       "a b",       false },
	};
	char row[64];

	for (size_t i = 0; i < NELEM(t); i++) {
		snprintf(row, sizeof row, "'%s' in '%s'", t[i].part, t[i].whole);
		EXPECT_INT(row, words_within(t[i].part, t[i].whole), t[i].want);
	}
}

static void
each(void)
{
	const char *rest = "one two", *none = "";
	struct word word;

	EXPECT_TRUE("first", words_next(&rest, &word));
	EXPECT_BYTES("first", word.at, "one", word.len);
	EXPECT_TRUE("second", words_next(&rest, &word));
	EXPECT_INT("its length", word.len, 3);
	EXPECT_BYTES("second", word.at, "two", word.len);
	EXPECT_TRUE("end", !words_next(&rest, &word));
	EXPECT_TRUE("of none", !words_next(&none, &word));
}

static CU_TestInfo tests[] = {
	{ "within", within },
	{ "each", each },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/words", tests);
