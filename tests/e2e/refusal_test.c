// SPDX-License-Identifier: ISC
/* API 3.2 and 3.4: what is refused, in which order, and with which message. */
#include <string.h>

#include "e2e.h"

#define CREATE "POST", "/rest/token"
#define MALFORMED FAIL(400, "Malformed JSON")
#define MALFORMED_FORM FAIL(400, "Malformed form")
#define UNREAD FAIL(415, "Unsupported media type")
#define MISSING BAD_FIELDS(FIELD("name", "`name` is required"))

static void
order(void)
{
	static const struct row rows[] = {
		{ "authentication before the body", CREATE, .json = "{", .status = 401 },
		{ "before its type", CREATE, { "Content-Type: text/plain" }, .raw = "x",
		    .status = 401 },
		{ "before its fields", CREATE, .json = "{'ttl':0}", .status = 401 },
		{ "before fields of the query", "GET", "/rest/token/list?limit=0", .status = 401 },
		{ "before the object", "DELETE", "/rest/token/x", .status = 401 },
		{ "form before authentication", CREATE, .form = "name=%zz", .status = 400,
		    .shape = MALFORMED_FORM },
		{ "rights before the body", CREATE, { "X-Auth-Token: $token" }, .json = "{",
		    .status = 403 },
		{ "rights before its type", CREATE, { "X-Auth-Token: $token",
		    "Content-Type: text/plain" }, .raw = "x", .status = 403 },
		{ "object before the body", "PATCH", "/rest/token/x", { ALICE }, .json = "{",
		    .status = 404, .shape = FAIL(404, "Not found") },
		{ "object before fields", "PATCH", "/rest/token/x", { ALICE }, .json = "{'ttl':0}",
		    .status = 404, .shape = FAIL(404, "Not found") },
		{ "type before fields", CREATE, { ALICE, "Content-Type: text/plain" },
		    .raw = "{}", .status = 415, .shape = UNREAD },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	make_token("token", ALICE);
	RUN(rows);
}

static void
media(void)
{
	static const struct row rows[] = {
		{ "compressed", CREATE, { ALICE, "Content-Type: application/json",
		    "Content-Encoding: gzip" }, .raw = "x", .status = 415, .shape = UNREAD },
		{ "a kind of JSON", CREATE, { ALICE, "Content-Type: application/x.y+json" },
		    .raw = "\xef\xbb\xbf{\"name\":\"a\",\"ttl\":0}", .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("ttl", "min 60", "0")) },
		{ "JSON as a form", CREATE, { ALICE }, .form = "{\"name\":\"a\",\"ttl\":60}",
		    .status = 400, .shape =
		    FAIL(400, "JSON was sent as a form; send Content-Type: application/json") },
		{ "text", CREATE, { ALICE, "Content-Type: text/plain" }, .raw = "{\"name\":\"a\"}",
		    .status = 415, .shape = UNREAD },
		{ "XML", CREATE, { ALICE, "Content-Type: application/xml" }, .raw = "<a/>",
		    .status = 415, .shape = UNREAD },
		{ "nearly JSON", CREATE, { ALICE, "Content-Type: application/jsonp" },
		    .raw = "{\"name\":\"a\"}", .status = 415, .shape = UNREAD },
		{ "nearly a form", CREATE, { ALICE,
		    "Content-Type: application/x-www-form-urlencodedx" }, .raw = "name=a",
		    .status = 415, .shape = UNREAD },
		{ "JSON with a charset", CREATE,
		    { ALICE, "Content-Type: application/json; charset=utf-8" },
		    .raw = "{}", .status = 400, .shape = MISSING },
		{ "JSON in upper case", CREATE, { ALICE, "Content-Type: Application/JSON" },
		    .raw = "{}", .status = 400, .shape = MISSING },
		{ "no type is JSON", CREATE, { ALICE }, .raw = "{}", .status = 400,
		    .shape = MISSING },
		{ "no type, no JSON", CREATE, { ALICE }, .raw = "name=a", .status = 400,
		    .shape = MALFORMED },
		{ "form with a charset", CREATE, { ALICE,
		    "Content-Type: application/x-www-form-urlencoded;charset=UTF-8" },
		    .raw = "ttl=60",
		    .status = 400, .shape = MISSING },
		{ "PATCH, text", "PATCH", "/rest/token/$token_uuid", { ALICE,
		    "Content-Type: text/plain" }, .raw = "{}", .status = 415, .shape = UNREAD },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	make_token("token", ALICE);
	RUN(rows);
}

/* Nested so deep, the object around it included. */
static const char *
nested(int depth)
{
	char *json = arena_printf(test_mem(), "{\"x\":%*s", depth - 1, "");
	char *closing = arena_printf(test_mem(), "%*s}", depth - 1, "");

	memset(strchr(json, ' '), '[', (size_t)depth - 1);
	memset(closing, ']', (size_t)depth - 1);
	return arena_printf(test_mem(), "%s%s", json, closing);
}

static void
malformed_json(void)
{
	const struct { const char *row, *body; size_t len; } rows[] = {
		{ "empty", "", 0 },
		{ "blank", " ", 0 },
		{ "no end", "{\"name\":\"a\"", 0 },
		{ "no value", "{\"name\":}", 0 },
		{ "array", "[]", 0 },
		{ "array of an object", "[{\"name\":\"a\"}]", 0 },
		{ "string", "\"name\"", 0 },
		{ "number", "60", 0 },
		{ "null", "null", 0 },
		{ "more after", "{\"name\":\"a\"}x", 0 },
		{ "two", "{\"name\":\"a\"}{}", 0 },
		{ "NUL after", "{\"name\":\"a\"}\0", 13 },
		{ "single quotes", "{'name':'a'}", 0 },
		{ "bare key", "{name:\"a\"}", 0 },
		{ "comma after", "{\"name\":\"a\",}", 0 },
		{ "comment", "{\"name\":\"a\"/* */}", 0 },
		{ "NaN", "{\"name\":\"a\",\"ttl\":NaN}", 0 },
		{ "Infinity", "{\"name\":\"a\",\"ttl\":Infinity}", 0 },
		{ "out of range", "{\"name\":\"a\",\"ttl\":1e400}", 0 },
		{ "leading zero", "{\"name\":\"a\",\"ttl\":060}", 0 },
		{ "plus", "{\"name\":\"a\",\"ttl\":+60}", 0 },
		{ "not UTF-8", "{\"name\":\"\xff\"}", 0 },
		{ "overlong UTF-8", "{\"name\":\"\xc0\xaf\"}", 0 },
		{ "surrogate in UTF-8", "{\"name\":\"\xed\xa0\x80\"}", 0 },
		{ "lone surrogate", "{\"name\":\"\\ud800\"}", 0 },
		{ "surrogates in the wrong order", "{\"name\":\"\\udc00\\ud800\"}", 0 },
		{ "line break in a string", "{\"name\":\"a\nb\"}", 0 },
		{ "unknown escape", "{\"name\":\"\\x41\"}", 0 },
		{ "byte order marks", "\xef\xbb\xbf\xef\xbb\xbf{\"name\":\"a\"}", 0 },
		{ "too deep", nested(33), 0 },
		{ "form", "name=a&ttl=60", 0 },
	};

	log_in("jwt", ALICE);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct row row = { rows[i].row, CREATE, { "X-Auth-Token: $jwt", JSON },
			.raw = rows[i].body, .raw_len = rows[i].len, .status = 400,
			.shape = MALFORMED };

		run_row(&row);
	}
}

/* Of what looks odd, this is fine. */
static void
good_json(void)
{
	const struct { const char *row, *body; } rows[] = {
		{ "depth 32", nested(32) },
		{ "unknown keys", "{\"nam\":1,\"Name\":2,\"x\":{\"name\":\"a\"}}" },
		{ "blanks", " \r\n\t{ } \r\n" },
		{ "surrogates", "{\"x\":\"\\ud83d\\ude00\"}" },
		{ "a member of a member", "{\"x\":[null,true,1.5e3,-0]}" },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct row row = { rows[i].row, CREATE, { "X-Auth-Token: $jwt", JSON },
			.raw = rows[i].body, .status = 400, .shape = MISSING };

		run_row(&row);
	}
}

static void
malformed_forms(void)
{
	static const struct row rows[] = {
		{ "bad escape", CREATE, { ALICE }, .form = "name=%4", .status = 400,
		    .shape = MALFORMED_FORM },
		{ "no hex", CREATE, { ALICE }, .form = "name=%4g", .status = 400,
		    .shape = MALFORMED_FORM },
		{ "bad escape in another key", CREATE, { ALICE }, .form = "name=a&x=%",
		    .status = 400,
		    .shape = MALFORMED_FORM },
		{ "empty form is an empty object", CREATE, { ALICE }, .form = "", .status = 400,
		    .shape = MISSING },
		{ "key without a value", CREATE, { ALICE }, .form = "name", .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("name", "minLength 1", "''")) },
	};

	RUN(rows);
}

CU_TestInfo refusal_tests[] = {
	{ "order", order },
	{ "media types", media },
	{ "malformed JSON", malformed_json },
	{ "good JSON", good_json },
	{ "malformed forms", malformed_forms },
	CU_TEST_INFO_NULL,
};
