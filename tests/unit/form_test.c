// SPDX-License-Identifier: ISC
#include "base/form.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static void
read_well(void)
{
	static const struct { const char *row, *in, *name, *value; size_t count; } rows[] = {
		{ "one", "a=1", "a", "1", 1 },
		{ "two", "a=1&b=2", "b", "2", 2 },
		{ "the first counts", "a=1&a=2", "a", "1", 2 },
		{ "blank and byte", "a+b=c+%41%26%3D", "a b", "c A&=", 1 },
		{ "UTF-8", "a=%C3%A9", "a", "\xc3\xa9", 1 },
		{ "raw UTF-8", "a=\xc3\xa9", "a", "\xc3\xa9", 1 },
		{ "second equals sign", "a=b=c", "a", "b=c", 1 },
		{ "no value", "a", "a", "", 1 },
		{ "empty value", "a=", "a", "", 1 },
		{ "no name", "=a", "", "a", 1 },
		{ "empty parts", "&&a=1&&", "a", "1", 1 },
		{ "small hex", "a=%c3%a9", "a", "\xc3\xa9", 1 },
		{ "encoded name", "%61=1", "a", "1", 1 },
		{ "semicolon is no end", "a=1;b=2", "a", "1;b=2", 1 },
	};
	GUARD(arena_free) struct arena mem;
	const struct pair *pair;
	struct pairs pairs;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i].row, form_parse(&mem, rows[i].in, strlen(rows[i].in),
		    &pairs), 0);
		EXPECT_INT(rows[i].row, (int64_t)pairs.count, (int64_t)rows[i].count);
		pair = pairs_find(&pairs, rows[i].name);
		EXPECT_STRING(rows[i].row, pair ? pair->value : NULL, rows[i].value);
		EXPECT_INT(rows[i].row, pair ? (int64_t)pair->value_len : -1,
		    (int64_t)strlen(rows[i].value));
	}
	EXPECT_VERDICT("nothing", form_parse(&mem, "", 0, &pairs), 0);
	EXPECT_INT("nothing", (int64_t)pairs.count, 0);
	EXPECT_TRUE("nothing", pairs_find(&pairs, "") == NULL);
}

static void
refused(void)
{
	static const struct { const char *row, *in; } rows[] = {
		{ "percent at the end", "a=%" }, { "one digit", "a=%4" }, { "no digits", "a=%zz" },
		{ "one bad digit", "a=%4g" }, { "percent before amp", "a=%&b=1" },
		{ "percent in a name", "%=1" }, { "bad UTF-8", "a=%ff" },
		{ "overlong", "a=%c0%af" },
		{ "surrogate", "a=%ed%a0%80" }, { "bad UTF-8 name", "%ff=1" },
		{ "raw bad", "a=\xff" },
		{ "NUL in a name", "a%00b=1" }, { "NUL as a name", "%00=1" }, { "%u", "a=%u0041" },
		{ "the second is bad", "a=1&b=%" }, { "sign in digits", "a=%+1" },
		{ "0x", "a=%0x" },
		{ "cut UTF-8", "a=%c3&b=%a9" },
	};
	GUARD(arena_free) struct arena mem;
	struct pairs pairs = { .count = 77 };

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, form_parse(&mem, rows[i].in, strlen(rows[i].in),
		    &pairs), V_MALFORMED);
	EXPECT_INT("left alone", (int64_t)pairs.count, 77);
}

static void
bounds(void)
{
	GUARD(arena_free) struct arena mem;
	char many[3 * FORM_PAIRS_MAX + 2];
	struct pairs pairs;

	for (size_t i = 0; i <= FORM_PAIRS_MAX; i++)
		memcpy(many + 3 * i, "a=&", i < FORM_PAIRS_MAX ? 3 : 2);
	arena_init(&mem, 0);
	EXPECT_VERDICT("most", form_parse(&mem, many, 3 * FORM_PAIRS_MAX - 1, &pairs), 0);
	EXPECT_INT("most", (int64_t)pairs.count, FORM_PAIRS_MAX);
	EXPECT_INT("most", (int64_t)pairs_count(&pairs, "a"), FORM_PAIRS_MAX);
	EXPECT_INT("other names", (int64_t)pairs_count(&pairs, "b"), 0);
	EXPECT_VERDICT("one more", form_parse(&mem, many, sizeof many, &pairs), V_MALFORMED);
	EXPECT_VERDICT("NUL in a value", form_parse(&mem, "a=x%00y", 7, &pairs), 0);
	EXPECT_INT("NUL in a value", (int64_t)pairs.at[0].value_len, 3);
	EXPECT_VERDICT("only len bytes", form_parse(&mem, "a=1%", 3, &pairs), 0);
	arena_free(&mem);
	arena_init(&mem, 16);
	EXPECT_VERDICT("no memory", form_parse(&mem, "a=1", 3, &pairs), -ENOMEM);
	arena_init(&mem, 32);
	EXPECT_VERDICT("no memory for a pair", form_parse(&mem, "a=0123456789", 12, &pairs),
	    -ENOMEM);
}

static CU_TestInfo tests[] = {
	{ "read well", read_well },
	{ "refused", refused },
	{ "bounds", bounds },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/form", tests);
