// SPDX-License-Identifier: ISC
#include "base/text.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static void
integers(void)
{
	static const struct { const char *in; int want; int64_t value; } rows[] = {
		{ "0", 0, 0 },
		{ "60", 0, 60 },
		{ "-1", 0, -1 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "9223372036854775808", V_MALFORMED, 0 },
		{ "-9223372036854775809", V_MALFORMED, 0 },
		{ "99999999999999999999999", V_MALFORMED, 0 },
		{ "", V_MALFORMED, 0 },
		{ "-", V_MALFORMED, 0 },
		{ "+60", V_MALFORMED, 0 },
		{ "060", V_MALFORMED, 0 },
		{ "-0", V_MALFORMED, 0 },
		{ " 60", V_MALFORMED, 0 },
		{ "60 ", V_MALFORMED, 0 },
		{ "60.0", V_MALFORMED, 0 },
		{ "0x3c", V_MALFORMED, 0 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		int64_t value = 0;

		EXPECT_VERDICT(rows[i].in, text_integer(rows[i].in, strlen(rows[i].in), &value),
		    rows[i].want);
		EXPECT_INT(rows[i].in, value, rows[i].value);
	}
}

static void
utf8(void)
{
	static const struct { const char *row, *in; bool good; size_t characters; } rows[] = {
		{ "ascii", "abc", true, 3 },
		{ "two bytes", "\xc3\xa9", true, 1 },
		{ "three bytes", "\xe2\x82\xac", true, 1 },
		{ "four bytes", "\xf0\x9f\x98\x80", true, 1 },
		{ "last", "\xf4\x8f\xbf\xbf", true, 1 },
		{ "alone", "\x80", false, 0 },
		{ "cut", "\xe2\x82", false, 0 },
		{ "overlong slash", "\xc0\xaf", false, 0 },
		{ "overlong three", "\xe0\x80\xaf", false, 0 },
		{ "surrogate", "\xed\xa0\x80", false, 0 },
		{ "past the end", "\xf4\x90\x80\x80", false, 0 },
		{ "0xff", "\xff", false, 0 },
		{ "bad third", "\xe2\x82\x41", false, 0 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_INT(rows[i].row, text_is_utf8(rows[i].in, strlen(rows[i].in)), rows[i].good);
		if (rows[i].good)
			EXPECT_INT(rows[i].row, (int64_t)text_characters(rows[i].in,
			    strlen(rows[i].in)), (int64_t)rows[i].characters);
	}
}

static void
hex(void)
{
	static const struct { const char *in; int want; } rows[] = {
		{ "00ffA5", 0 }, { "00ffa5", 0 }, { "00ffa", V_MALFORMED },
		{ "00ffa5b", V_MALFORMED },
		{ "", V_MALFORMED }, { "00ffag", V_MALFORMED }, { "0x00ff", V_MALFORMED },
	};
	uint8_t bytes[3];
	char text[7];

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].in, text_unhex(rows[i].in, strlen(rows[i].in), bytes, 3),
		    rows[i].want);
	text_hex(text, bytes, 3);
	EXPECT_STRING("back", text, "00ffa5");
}

static void
put_integers(void)
{
	static const struct { int64_t in; const char *want; } rows[] = {
		{ 0, "0" }, { 7, "7" }, { -1, "-1" }, { 10, "10" }, { 1603701855621, "1603701855621" },
		{ INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" },
	};
	GUARD(arena_free) struct arena mem;
	const char *out;
	struct text t;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		text_init(&t, &mem);
		text_put_integer(&t, rows[i].in);
		EXPECT_VERDICT(rows[i].want, text_done(&t, &out, NULL), 0);
		EXPECT_STRING("number", out, rows[i].want);
	}
}

static void
growing(void)
{
	GUARD(arena_free) struct arena mem;
	const char *out;
	size_t len;
	struct text t;

	arena_init(&mem, 0);
	text_init(&t, &mem);
	EXPECT_VERDICT("empty", text_done(&t, &out, &len), 0);
	EXPECT_STRING("empty", out, "");
	for (int i = 0; i < 10000; i++)
		text_printf(&t, "%d,", i % 10);
	text_put_percent(&t, "a b\n%\xc3\xa9", TEXT_PATH);
	EXPECT_VERDICT("grown", text_done(&t, &out, &len), 0);
	EXPECT_INT("grown", (int64_t)len, 20017);
	EXPECT_STRING("percent", out + 20000, "a%20b%0A%25%C3%A9");

	arena_free(&mem);
	arena_init(&mem, 1024);
	text_init(&t, &mem);
	for (int i = 0; i < 1000; i++)
		text_puts(&t, "0123456789");
	EXPECT_VERDICT("no memory", text_done(&t, &out, &len), -ENOMEM);
}

static void
fields(void)
{
	char field[4] = "old", name[] = "A\xc3\x89Zz9";

	EXPECT_VERDICT("fits", text_copy(field, sizeof field, "abc"), 0);
	EXPECT_VERDICT("too long", text_copy(field, sizeof field, "abcd"), V_INVALID);
	EXPECT_STRING("left alone", field, "abc");
	text_lower(name);
	EXPECT_STRING("ASCII only", name, "a\xc3\x89zz9");
	EXPECT_TRUE("control", text_has_control("a\nb", 3) && text_has_control("\x7f", 1));
	EXPECT_TRUE("no control", !text_has_control("a b", 3));
}

static CU_TestInfo tests[] = {
	{ "integers", integers },
	{ "utf8", utf8 },
	{ "hex", hex },
	{ "put integers", put_integers },
	{ "growing", growing },
	{ "fields", fields },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/text", tests);
