// SPDX-License-Identifier: ISC
/*
 * API 2.1: credentials and fields in forms, urlencoded or in parts; which of
 * several places counts; and what is no form.
 */
#include <string.h>

#include "auth/ha1b.h"
#include "e2e.h"

#define CREATE "POST", "/rest/token"
#define MALFORMED FAIL(400, "Malformed form")
#define TWICE FAIL(400, "Duplicate credential")
#define PART(name, value) "--e2e\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" \
	value "\r\n"
#define END "--e2e--\r\n"
#define WRONG_HA1B "0123456789abcdef0123456789abcdef"

static void
words(void)
{
	char ha1b[HA1B_LEN + 1];

	log_in("jwt", ALICE);
	log_in("bob_jwt", BOB);
	for (size_t i = 0; i < 2; i++) {
		const char *email = word(i ? "bob_email" : "alice_email");
		const char *password = word(i ? "bob_password" : "alice_password");

		EXPECT_VERDICT(email, ha1b_make(email, password, strlen(password), ha1b), 0);
		word_set(i ? "bob_ha1b" : "ha1b", ha1b);
		keep_out_of_logs(ha1b);
	}
}

static void
credentials(void)
{
	static const struct row rows[] = {
		{ "JWT creates", CREATE, .form = "jwt=$jwt&name=form&ttl=60", .status = 200,
		    .shape = NEW_TOKEN("form", 60, 1) },
		{ "HA1B creates", CREATE, .form = "ha1b=$ha1b&name=form&ttl=60", .status = 200,
		    .shape = NEW_TOKEN("form", 60, 2) },
		{ "JWT changes", "PATCH", "/rest/token/$u1", .form = "jwt=$jwt&name=other",
		    .status = 200, .shape = OK(LISTED("other", 60, 1)) },
		{ "HA1B changes", "PATCH", "/token/$u2", .form = "name=other&ttl=61&ha1b=$ha1b",
		    .status = 200, .shape = OK(LISTED("other", 61, 2)) },
		{ "another's JWT", "PATCH", "/rest/token/$u1", .form = "jwt=$bob_jwt&name=x",
		    .status = 404 },
		{ "another's HA1B", "DELETE", "/rest/token/$u1", .form = "ha1b=$bob_ha1b",
		    .status = 404 },
		{ "JWT deletes", "DELETE", "/rest/token/$u1", .form = "jwt=$jwt", .status = 200 },
		{ "HA1B deletes", "DELETE", "/rest/token/$t2", .form = "ha1b=$ha1b",
		    .status = 200 },
		{ "HA1B deletes all", "DELETE", "/rest/token/all", .form = "x=y&ha1b=$ha1b",
		    .status = 200, .shape = OK("{}") },
		{ "wrong JWT", "DELETE", "/rest/token/all", .form = "jwt=a.b.c", .status = 401 },
		{ "wrong HA1B", "DELETE", "/rest/token/all", .form = "ha1b=" WRONG_HA1B,
		    .status = 401 },
		{ "other case of the name", "DELETE", "/rest/token/all", .form = "JWT=$jwt",
		    .status = 401 },
		{ "other names", CREATE, .form = "bearer=$t1&token=$jwt&HA1B=$ha1b&name=a",
		    .status = 401 },
		{ "ignored by GET", "GET", "/rest/auth", .form = "jwt=$jwt&ha1b=$ha1b",
		    .status = 401 },
		{ "ignored by GET, list", "GET", "/rest/token/list", .form = "ha1b=$ha1b",
		    .status = 401 },
		{ "ignored by HEAD", "HEAD", "/rest/auth", .form = "jwt=$jwt", .status = 401 },
		{ "twice, but ignored by GET", "GET", "/rest/auth", { ALICE },
		    .form = "jwt=a&jwt=b", .status = 200 },
	};

	words();
	RUN_FORMS(rows);
}

/* The owner of the token shows which credential decided. */
static void
places(void)
{
	static const struct row rows[] = {
		{ "of Alice", CREATE, { ALICE }, .form = "name=a&ttl=60", .status = 200,
		    .shape = NEW_TOKEN("a", 60, 1) },
		{ "header before form, JWT", "DELETE", "/rest/token/$u1",
		    { "X-Auth-Token: $bob_jwt" },
		    .form = "jwt=$jwt", .status = 404 },
		{ "header before query, HA1B", "DELETE", "/rest/token/$u1?ha1b=$ha1b",
		    { "X-Auth-HA1B-Token: $bob_ha1b" }, .form = "x=y", .status = 404 },
		{ "header before form, HA1B", "DELETE", "/rest/token/$u1",
		    { "X-Auth-HA1B-Token: $bob_ha1b" }, .form = "ha1b=$ha1b", .status = 404 },
		{ "query before form, JWT", "DELETE", "/rest/token/$u1?jwt=$bob_jwt",
		    .form = "jwt=$jwt", .status = 404 },
		{ "query before form, HA1B", "DELETE", "/rest/token/$u1?ha1b=$bob_ha1b",
		    .form = "ha1b=$ha1b", .status = 404 },
		{ "wrong in the header", "PATCH", "/rest/token/$u1?ha1b=$ha1b",
		    { "X-Auth-HA1B-Token: " WRONG_HA1B }, .form = "x=y", .status = 200 },
		{ "wrong in the query", "PATCH", "/rest/token/$u1?ha1b=" WRONG_HA1B,
		    .form = "ha1b=$ha1b", .status = 200 },
		{ "wrong in all places", "PATCH", "/rest/token/$u1?ha1b=" WRONG_HA1B,
		    { "X-Auth-HA1B-Token: " WRONG_HA1B }, .form = "ha1b=" WRONG_HA1B,
		    .status = 401 },
		{ "wrong JWT beside good HA1B", "PATCH", "/rest/token/$u1",
		    { "X-Auth-Token: a.b.c" },
		    .form = "ha1b=$ha1b", .status = 200 },
		{ "JWT before HA1B", "DELETE", "/rest/token/$u1", { "X-Auth-HA1B-Token: $ha1b" },
		    .form = "jwt=$bob_jwt", .status = 404 },
		{ "Basic before all", "DELETE", "/rest/token/$u1?jwt=$jwt", { BOB },
		    .form = "ha1b=$ha1b", .status = 404 },
		{ "empty header leaves the form", "PATCH", "/rest/token/$u1",
		    { "X-Auth-HA1B-Token;" }, .form = "ha1b=$ha1b", .status = 200 },
		{ "empty query leaves the form", "DELETE", "/rest/token/$u1?ha1b=",
		    .form = "ha1b=$ha1b", .status = 200 },
	};

	words();
	RUN_FORMS(rows);
}

static void
twice(void)
{
	static const struct row rows[] = {
		{ "JWT", CREATE, .form = "jwt=$jwt&jwt=$jwt&name=a", .status = 400,
		    .shape = TWICE },
		{ "HA1B", "DELETE", "/rest/token/all", .form = "ha1b=$ha1b&x=y&ha1b=$ha1b",
		    .status = 400, .shape = TWICE },
		{ "beside good Basic", "DELETE", "/rest/token/all", { ALICE },
		    .form = "ha1b=a&ha1b=b", .status = 400, .shape = TWICE },
		{ "one empty", CREATE, .form = "jwt=&jwt=$jwt&name=a", .status = 400,
		    .shape = TWICE },
		{ "field", CREATE, { ALICE }, .form = "name=a&name=b", .status = 400,
		    .shape = TWICE },
		{ "field, alike", "PATCH", "/rest/token/$u1", { ALICE }, .form = "ttl=60&ttl=60",
		    .status = 400, .shape = TWICE },
		{ "others do not matter", CREATE, { ALICE }, .form = "x=1&x=2&name=a&ttl=60",
		    .status = 200, .shape = NEW_TOKEN("a", 60, 2) },
		{ "in query and form", "DELETE", "/rest/token/all?ha1b=$ha1b",
		    .form = "ha1b=$ha1b", .status = 200 },
	};

	words();
	RUN_FORMS(rows);
}

static void
fields(void)
{
	static const struct row rows[] = {
		{ "all", CREATE, { ALICE }, .form = "name=form&ttl=60", .status = 200,
		    .shape = NEW_TOKEN("form", 60, 1) },
		{ "default life", CREATE, { ALICE }, .form = "name=form", .status = 200,
		    .shape = NEW_TOKEN("form", 86400, 2) },
		{ "beside unknown ones", CREATE, { ALICE }, .form = "a=b&name=form&ttl=60&c=",
		    .status = 200, .shape = NEW_TOKEN("form", 60, 3) },
		{ "none", CREATE, { ALICE }, .form = "", .status = 400,
		    .shape = BAD_FIELDS(FIELD("name", "`name` is required")) },
		{ "empty name", CREATE, { ALICE }, .form = "name=&ttl=60", .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("name", "minLength 1", "''")) },
		{ "both bad", CREATE, { ALICE }, .form = "name=&ttl=0", .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("name", "minLength 1", "''") ","
		    FIELD_VALUE("ttl", "min 60", "'0'")) },
		{ "no integer", CREATE, { ALICE }, .form = "name=a&ttl=1e3", .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("ttl", "invalid integer number", "'1e3'")) },
		{ "negative", CREATE, { ALICE }, .form = "name=a&ttl=-60", .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("ttl", "invalid integer number", "'-60'")) },
		{ "too long a life", CREATE, { ALICE }, .form = "name=a&ttl=315360001",
		    .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("ttl", "max 315360000", "'315360001'")) },
		{ "UTF-8", CREATE, { ALICE }, .form = "name=\xe2\x82\xac&ttl=60", .status = 200,
		    .shape = NEW_TOKEN("\xe2\x82\xac", 60, 4) },
		{ "who before fields", CREATE, .form = "name=&ttl=0", .status = 401 },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .form = "", .status = 200 },
	};

	RUN_FORMS(rows);
}

static void
json_is_no_form(void)
{
	static const struct row rows[] = {
		{ "JWT", CREATE, .json = "{'jwt':'$jwt','name':'a'}", .status = 401 },
		{ "HA1B", CREATE, .json = "{'ha1b':'$ha1b','name':'a'}", .status = 401 },
		{ "DELETE", "DELETE", "/rest/token/all", .json = "{'ha1b':'$ha1b'}",
		    .status = 401 },
		{ "PATCH", "PATCH", "/rest/token/x", .json = "{'jwt':'$jwt'}", .status = 401 },
		{ "provider", CREATE, .json = "{'google_token':'a.b.c','name':'a'}",
		    .status = 401 },
		{ "a form called JSON", CREATE, { JSON }, .raw = "jwt=x&name=a", .status = 401 },
		{ "twice in JSON is no duplicate", CREATE, { ALICE },
		    .json = "{'jwt':1,'jwt':2,'name':'a','ttl':60}", .status = 200 },
		{ "parts called text", CREATE, { "Content-Type: text/plain; boundary=e2e" },
		    .raw = PART("name", "a") END, .status = 401 },
		{ "parts of another kind", CREATE, { ALICE,
		    "Content-Type: multipart/mixed; boundary=e2e" }, .raw = PART("name", "a") END,
		    .status = 415, .shape = FAIL(415, "Unsupported media type") },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	words();
	RUN(rows);
}

static void
malformed_parts(void)
{
	static const struct { const char *row, *type, *body; size_t len; } rows[] = {
		{ "no boundary", "multipart/form-data", PART("name", "a") END, 0 },
		{ "empty boundary", "multipart/form-data; boundary=", PART("name", "a") END, 0 },
		{ "two boundaries", "multipart/form-data; boundary=e2e; boundary=e2e",
		    PART("name", "a") END, 0 },
		{ "other boundary", "multipart/form-data; boundary=e2f", PART("name", "a") END, 0 },
		{ "open quotes", "multipart/form-data; boundary=\"e2e", PART("name", "a") END, 0 },
		{ "boundary too long",
		    "multipart/form-data; boundary=e2e45678901234567890123456789012345"
		    "678901234567890123456789012345678901", PART("name", "a") END, 0 },
		{ "no parts at all", NULL, "name=a", 0 },
		{ "no end", NULL, PART("name", "a"), 0 },
		{ "cut", NULL, PART("name", "a") "--e2e-", 0 },
		{ "file", NULL, "--e2e\r\nContent-Disposition: form-data; name=\"name\"; "
		    "filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\na\r\n" END, 0 },
		{ "file beside fields", NULL, PART("name", "a") "--e2e\r\nContent-Disposition: "
		    "form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n" END, 0 },
		{ "no name", NULL, "--e2e\r\nContent-Disposition: form-data\r\n\r\na\r\n" END, 0 },
		{ "no disposition", NULL, "--e2e\r\nContent-Type: text/plain\r\n\r\na\r\n" END, 0 },
		{ "two dispositions", NULL,
		    "--e2e\r\nContent-Disposition: form-data; name=\"name\"\r\n"
		    "Content-Disposition: form-data; name=\"jwt\"\r\n\r\na\r\n" END, 0 },
		{ "line feeds", NULL,
		    "--e2e\nContent-Disposition: form-data; name=\"name\"\n\na\n--e2e--\n", 0 },
		{ "line feed before the end", NULL,
		    "--e2e\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\n" END, 0 },
		{ "base64", NULL, "--e2e\r\nContent-Disposition: form-data; name=\"name\"\r\n"
		    "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n" END, 0 },
		{ "NUL", NULL, PART("name", "a\0b") END, sizeof PART("name", "a\0b") END - 1 },
		{ "not UTF-8", NULL, PART("name", "\xe9") END, 0 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct row row = { rows[i].row, CREATE, { rows[i].type ? arena_printf(test_mem(),
		    "Content-Type: %s", rows[i].type) : PARTS, ALICE }, .status = 400,
			.shape = MALFORMED, .raw = rows[i].body, .raw_len = rows[i].len };

		run_row(&row);
		row.headers[1] = NULL;	/* before the credential is verified */
		run_row(&row);
	}
}

/* What looks odd in parts, and is fine. */
static void
good_parts(void)
{
	static const struct row rows[] = {
		{ "quoted boundary", CREATE, { ALICE,
		    "Content-Type: Multipart/Form-Data; charset=utf-8; Boundary=\"e2e\"" },
		    .raw = PART("name", "a") PART("ttl", "60") END, .status = 200,
		    .shape = NEW_TOKEN("a", 60, 1) },
		{ "text around", CREATE, { ALICE, PARTS },
		    .raw = "before\r\n" PART("name", "a") PART("ttl", "60") END "behind",
		    .status = 200, .shape = NEW_TOKEN("a", 60, 2) },
		{ "types of parts", CREATE, { ALICE, PARTS },
		    .raw = "--e2e\r\nContent-Disposition: form-data; name=\"name\"\r\n"
		    "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n"
		    "\r\n&=%+\r\n" PART("ttl", "60") END, .status = 200,
		    .shape = NEW_TOKEN("&=%+", 60, 3) },
		{ "no body", "DELETE", "/rest/token/all", { ALICE,
		    "Content-Type: multipart/form-data" },
		    .raw = "", .status = 200 },
	};

	RUN(rows);
}

CU_TestInfo form_tests[] = {
	{ "credentials", credentials },
	{ "which place counts", places },
	{ "one twice", twice },
	{ "fields", fields },
	{ "JSON is no form", json_is_no_form },
	{ "malformed parts", malformed_parts },
	{ "good parts", good_parts },
	CU_TEST_INFO_NULL,
};
