// SPDX-License-Identifier: ISC
/* What needs no server; tests/provider has the rest. */
#include "cred/upstream.h"

#include <string.h>

#include "unit.h"

static void
escape(void)
{
	static const struct { const char *row, *in, *want; } t[] = {
		{ "nothing", "", "" },
		{ "unreserved", "AZaz09-._~", "AZaz09-._~" },
		{ "of a query", "a&b=c?d#e+f", "a%26b%3Dc%3Fd%23e%2Bf" },
		{ "of an app token", "1|2", "1%7C2" },
		{ "percent", "%41%", "%2541%25" },
		{ "of a path", "/../", "%2F..%2F" },
		{ "blanks", " \t\r\n", "%20%09%0D%0A" },
		{ "quotes", "\"'\\", "%22%27%5C" },
		{ "UTF-8", "\xc3\xa4", "%C3%A4" },
		{ "other bytes", "\x01\x7f\x80\xff", "%01%7F%80%FF" },
	};
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_STRING(t[i].row, upstream_escape(&mem, t[i].in), t[i].want);
}

static void
without_memory(void)
{
	GUARD(arena_free) struct arena mem;
	char text[4096];

	memset(text, '&', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	arena_init(&mem, 4096);
	EXPECT_STRING("too long", upstream_escape(&mem, text), NULL);
}

static CU_TestInfo tests[] = {
	{ "escape", escape },
	{ "without memory", without_memory },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/upstream", tests);
