// SPDX-License-Identifier: ISC
#include "base/json.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static void
refused(void)
{
	static const struct { const char *row; const char *in; } rows[] = {
		{ "nothing", "" }, { "blank", "  " }, { "a number", "12" }, { "an array", "[]" },
		{ "a string", "\"a\"" }, { "null", "null" }, { "cut", "{\"a\":1" },
		{ "NaN", "{\"a\":NaN}" }, { "Infinity", "{\"a\":Infinity}" },
		{ "-Infinity", "{\"a\":-Infinity}" }, { "leading zero", "{\"a\":060}" },
		{ "negative leading zero", "{\"a\":-060}" }, { "00", "{\"a\":00}" },
		{ "fraction with leading zero", "{\"a\":-01.5}" },
		{ "dot at the end", "{\"a\":1.}" },
		{ "dot at the front", "{\"a\":.5}" }, { "plus", "{\"a\":+5}" },
		{ "no exponent", "{\"a\":1e}" }, { "no digits", "{\"a\":-}" },
		{ "past a double", "{\"a\":1e999}" },
		{ "past int64", "{\"a\":9223372036854775808}" },
		{ "below int64", "{\"a\":-9223372036854775809}" },
		{ "lone high surrogate", "{\"a\":\"\\ud800\"}" },
		{ "lone low surrogate", "{\"a\":\"\\udc00\"}" },
		{ "two high surrogates", "{\"a\":\"\\ud800\\ud800\"}" },
		{ "surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}" },
		{ "bad UTF-8", "{\"a\":\"\xff\"}" },
		{ "a byte order mark", "\xef\xbb\xbf{}" },
		{ "a tab in a string", "{\"a\":\"x\ty\"}" },
		{ "bad escape", "{\"a\":\"\\x41\"}" }, { "short escape", "{\"a\":\"\\u12\"}" },
		{ "comma at the end", "{\"a\":1,}" }, { "single quotes", "{'a':1}" },
		{ "capitals", "{\"a\":TRUE}" }, { "word after", "{\"a\":1} x" },
		{ "object after", "{\"a\":1}{}" }, { "comment", "{\"a\":1/**/}" },
		{ "no colon", "{\"a\" 1}" }, { "no comma", "{\"a\":1 \"b\":2}" },
		{ "bare name", "{a:1}" }, { "half a word", "{\"a\":nul}" },
		{ "open string", "{\"a\":\"b" },
	};
	struct json *root = NULL;

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, json_parse(rows[i].in, strlen(rows[i].in), &root),
		    V_MALFORMED);
	EXPECT_VERDICT("NUL after", json_parse("{}", 3, &root), V_MALFORMED);
	EXPECT_VERDICT("NUL inside", json_parse("{\0}", 3, &root), V_MALFORMED);
	EXPECT_TRUE("nothing came out", root == NULL);
}

/* {"a":[[...]]} with depth levels in all. */
static int
parse_nested(int depth)
{
	GUARD(json_drop) struct json *root = NULL;
	char text[256];
	int len;

	len = snprintf(text, sizeof text, "{\"a\":%.*s%.*s}", depth - 1,
	    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", depth - 1,
	    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	return json_parse(text, (size_t)len, &root);
}

static void
depth(void)
{
	EXPECT_INT("31", parse_nested(31), 0);
	EXPECT_INT("32", parse_nested(32), 0);
	EXPECT_VERDICT("33", parse_nested(33), V_MALFORMED);
	EXPECT_VERDICT("40", parse_nested(40), V_MALFORMED);
}

static void
integers(void)
{
	static const struct { const char *in; int want; int64_t value; } rows[] = {
		{ "60", 0, 60 }, { "60.0", 0, 60 }, { "6e1", 0, 60 }, { "-1", 0, -1 },
		{ "-0", 0, 0 },
		{ "9223372036854775807", 0, INT64_MAX }, { "60.5", V_MALFORMED, 0 },
		{ "1e300", V_MALFORMED, 0 }, { "true", V_MALFORMED, 0 }, { "[60]", V_MALFORMED, 0 },
		{ "\"60\"", V_MALFORMED, 0 }, { "null", V_MALFORMED, 0 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(json_drop) struct json *root = NULL;
		const struct json *value;
		char text[64];
		int64_t number = 0;
		int len;

		len = snprintf(text, sizeof text, "{\"a\":%s}", rows[i].in);
		EXPECT_VERDICT(rows[i].in, json_parse(text, (size_t)len, &root), 0);
		EXPECT_TRUE(rows[i].in, json_member(root, "a", &value));
		EXPECT_VERDICT(rows[i].in, json_integer(value, &number), rows[i].want);
		EXPECT_INT(rows[i].in, number, rows[i].value);
	}
}

static void
members(void)
{
	static const char in[] =
	    " {\"a\":1,\"n\":null,\"s\":\"x\\u0000y\\ud83d\\ude00\",\"a\":2.50} ";
	GUARD(json_drop) struct json *root = NULL;
	GUARD(arena_free) struct arena mem;
	const struct json *value = NULL;
	const char *out;
	struct text t;
	size_t len;

	arena_init(&mem, 0);
	text_init(&t, &mem);
	EXPECT_VERDICT("parse", json_parse(in, strlen(in), &root), 0);
	EXPECT_TRUE("absent", !json_member(root, "b", &value));
	EXPECT_TRUE("null is there", json_member(root, "n", &value));
	EXPECT_INT("null is there", json_kind(value), JSON_NULL);
	EXPECT_TRUE("string", json_member(root, "s", &value));
	EXPECT_BYTES("string", json_text(value, &len), "x\0y\xf0\x9f\x98\x80", 7);
	EXPECT_INT("NUL counts", (int64_t)len, 7);
	EXPECT_TRUE("the last counts", json_member(root, "a", &value));
	json_put_value(&t, value);
	EXPECT_VERDICT("echo", text_done(&t, &out, &len), 0);
	EXPECT_STRING("echo as sent", out, "2.50");
}

/* Each byte at each place of a longer string: what is plain is found eight bytes at a time. */
static void
every_byte(void)
{
	static const char plain[] = "abcdefghijklmnopq";
	GUARD(json_drop) struct json *root = NULL;
	GUARD(arena_free) struct arena mem;
	const struct json *value = NULL;
	char in[sizeof plain];
	const char *out;
	struct text t;
	size_t len;

	arena_init(&mem, 0);
	for (int byte = 1; byte < 0x80; byte++) {
		for (size_t at = 0; at < sizeof plain - 1; at++) {
			memcpy(in, plain, sizeof in);
			in[at] = (char)byte;
			text_init(&t, &mem);
			text_puts(&t, "{\"s\":");
			json_put_string(&t, in);
			text_puts(&t, "}");
			EXPECT_VERDICT("put", text_done(&t, &out, NULL), 0);
			EXPECT_TRUE(out, !text_has_control(out, strlen(out)));
			EXPECT_VERDICT(out, json_parse(out, strlen(out), &root), 0);
			EXPECT_TRUE(out, json_member(root, "s", &value));
			EXPECT_STRING("back", json_text(value, &len), in);
			json_drop(&root);
			root = NULL;
		}
	}
}

static void
writing(void)
{
	GUARD(arena_free) struct arena mem;
	struct json_out o;
	const char *out;
	struct text t;

	arena_init(&mem, 0);
	text_init(&t, &mem);
	json_open(&o, &t);
	json_add_string(&o, "s", "a\"\\\n\x01/\x7f\xc3\xa9");
	json_add_string(&o, "none", NULL);
	json_add_integer(&o, "i", -5);
	json_add_bool(&o, "b", true);
	json_add_time(&o, "t", 1603701855621);
	json_add_time(&o, "never", 0);
	json_add_raw(&o, "d", "99.87895");
	json_close(&o);
	EXPECT_VERDICT("done", text_done(&t, &out, NULL), 0);
	EXPECT_STRING("object", out, "{\"s\":\"a\\\"\\\\\\n\\u0001/\\u007f\xc3\xa9\",\"none\":null,"
	    "\"i\":-5,\"b\":true,\"t\":\"2020-10-26T08:44:15.621Z\",\"never\":null,"
	    "\"d\":99.87895}");
}

/* A member that an object has twice is refused, wherever the object is. */
static void
repeated(void)
{
	static const struct { const char *row, *in; int want; } t[] = {
		{ "once", "{\"a\":1}", 0 },
		{ "twice", "{\"a\":1,\"a\":1}", V_MALFORMED },
		{ "in disguise", "{\"a\":1,\"\\u0061\":2}", V_MALFORMED },
		{ "empty names", "{\"\":1,\"\":2}", V_MALFORMED },
		{ "inside", "{\"a\":{\"b\":1,\"b\":2}}", V_MALFORMED },
		{ "in an array", "{\"a\":[1,[{\"b\":1,\"b\":2}]]}", V_MALFORMED },
		{ "in another object", "{\"a\":{\"a\":1},\"b\":{\"a\":[{\"a\":1},{\"a\":1}]}}", 0 },
		{ "in what is lost", "{\"a\":{\"b\":1},\"a\":1}", V_MALFORMED },
		{ "colons in text", "{\"a:\":\"::\",\"b\":\"\\\":\"}", 0 },
		{ "in two cases", "{\"a\":1,\"A\":2}", 0 },
		{ "nothing", "{}", 0 },
		{ "bad", "{\"a\":1,}", V_MALFORMED },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(json_drop) struct json *root = NULL;

		EXPECT_VERDICT(t[i].row, json_parse_unambiguous(t[i].in, strlen(t[i].in), &root),
		    t[i].want);
		EXPECT_INT(t[i].row, root != NULL, t[i].want == 0);
	}
}

static void
member_texts(void)
{
	static const char in[] = "{\"a\":\"x\",\"b\":\"\",\"c\":null,\"d\":1,\"e\":[\"x\"],"
	    "\"f\":\"x\\u0000\",\"g\":\"\\u0000\"}";
	static const struct { const char *name, *want; } t[] = {
		{ "a", "x" }, { "b", "" }, { "c", NULL }, { "d", NULL }, { "e", NULL },
		    { "f", NULL },
		{ "g", NULL }, { "h", NULL },
	};
	GUARD(json_drop) struct json *root = NULL;
	const struct json *list;

	EXPECT_VERDICT("parse", json_parse(in, strlen(in), &root), 0);
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_STRING(t[i].name, json_member_text(root, t[i].name), t[i].want);
	EXPECT_TRUE("list", json_member(root, "e", &list));
	EXPECT_STRING("of a list", json_member_text(list, "a"), NULL);
	EXPECT_STRING("of null", json_member_text(NULL, "a"), NULL);
}

static void
numbers(void)
{
	static const char in[] = "{\"a\":1,\"b\":-0.5,\"c\":9223372036854775807,\"d\":\"1\",\"e\":null,"
	    "\"f\":true,\"g\":[1],\"h\":1e3}";
	static const struct { const char *name; bool is; double want; } t[] = {
		{ "a", true, 1 }, { "b", true, -0.5 }, { "c", true, 9223372036854775807.0 },
		{ "d", false, 0 }, { "e", false, 0 }, { "f", false, 0 }, { "g", false, 0 },
		{ "h", true, 1000 }, { "i", false, 0 },
	};
	GUARD(json_drop) struct json *root = NULL;
	double found;

	EXPECT_INT("parse", json_parse(in, strlen(in), &root), 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		found = 0;
		EXPECT_INT(t[i].name, json_member_number(root, t[i].name, &found), t[i].is);
		EXPECT_TRUE(t[i].name, found == t[i].want);
	}
}

static void
uuids(void)
{
	static const char in[] = "{\"a\":\"f3a1c9f2-7e3d-4b61-9b57-0c1f6f0f2d11\",\"b\":\"f3a1\","
	    "\"c\":\"f3a1c9f2-7e3d-4b61-9b57-0c1f6f0f2d11\\u0000\",\"d\":1}";
	GUARD(json_drop) struct json *root = NULL;
	struct uuid id;

	EXPECT_INT("parse", json_parse(in, strlen(in), &root), 0);
	EXPECT_TRUE("good", json_member_uuid(root, "a", &id));
	EXPECT_TRUE("short", !json_member_uuid(root, "b", &id));
	EXPECT_TRUE("with a NUL", !json_member_uuid(root, "c", &id));
	EXPECT_TRUE("a number", !json_member_uuid(root, "d", &id));
	EXPECT_TRUE("absent", !json_member_uuid(root, "e", &id));
}

/* In texts and names alike, the first and the last of each length in UTF-8. */
static void
characters(void)
{
	static const struct { const char *row, *in; int want; } t[] = {
		{ "one byte",    "\x7f", 0 },
		{ "two bytes",   "\xc2\x80 \xdf\xbf", 0 },
		{ "three bytes", "\xe0\xa0\x80 \xef\xbf\xbf", 0 },
		{ "no surrogate", "\xed\x9f\xbf \xee\x80\x80", 0 },
		{ "four bytes",  "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf", 0 },
		{ "mixed",       "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z", 0 },
		{ "escaped",     "\\\xc3\xa9", V_MALFORMED },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(json_drop) struct json *root = NULL;
		char text[128];
		int len;

		len = snprintf(text, sizeof text, "{\"%s\":\"%s\"}", t[i].in, t[i].in);
		EXPECT_VERDICT(t[i].row, json_parse(text, (size_t)len, &root), t[i].want);
		if (root)
			EXPECT_STRING(t[i].row, json_member_text(root, t[i].in), t[i].in);
	}
}

/* What is not there is NULL, and so is what is in no array. */
static void
elements(void)
{
	static const struct { const char *row, *in, *want; } t[] = {
		{ "an element", "[\"x\"]", "x" },
		{ "none", "[]", NULL },
		{ "a number", "1", NULL },
		{ "a text", "\"x\"", NULL },
		{ "an object", "{\"0\":\"x\"}", NULL },
		{ "null", "null", NULL },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(json_drop) struct json *root = NULL;
		const struct json *value = NULL;
		char text[64];
		int len;

		len = snprintf(text, sizeof text, "{\"a\":%s}", t[i].in);
		EXPECT_VERDICT(t[i].row, json_parse(text, (size_t)len, &root), 0);
		EXPECT_TRUE(t[i].row, json_member(root, "a", &value));
		EXPECT_STRING(t[i].row, json_whole_text(json_element(value, 0)), t[i].want);
	}
}

static CU_TestInfo tests[] = {
	{ "characters", characters },
	{ "elements", elements },
	{ "refused", refused },
	{ "depth", depth },
	{ "integers", integers },
	{ "members", members },
	{ "repeated names", repeated },
	{ "texts of members", member_texts },
	{ "numbers of members", numbers },
	{ "uuids of members", uuids },
	{ "writing", writing },
	{ "every byte", every_byte },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/json", tests);
