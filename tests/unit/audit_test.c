// SPDX-License-Identifier: ISC
#include "auth/audit.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/verdict.h"
#include "unit.h"

/* The part of a line after "call ", without its request id, which is random. */
static const char *
line_of(struct arena *mem, const struct audit *a)
{
	const char *path = arena_printf(mem, "%s/log", test_directory());
	char *line, *rid;

	EXPECT_VERDICT("open", log_open(path, LOG_LEVEL_INFO), 0);
	audit_log(a);
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);
	line = arena_strdup(mem, unit_read(mem, path));
	line = strstr(line, "]: call ");
	if (!line)
		return "";
	rid = strstr(line, " rid=");
	EXPECT_INT("hex digits", (int64_t)strspn(rid + 5, "0123456789abcdef"), 8);
	memmove(rid, rid + 13, strlen(rid + 13) + 1);
	return line + strlen("]: call ");
}

static void
lines(void)
{
	static const struct uuid user = {
	    "\x00\xff\x12\x34\x56\x78\x4a\xbc\x9d\xef\x01\x23\x45\x67\x89"
	};
	static const struct uuid admin = {
	    "\x0f\xff\x12\x34\x56\x78\x4a\xbc\x9d\xef\x01\x23\x45\x67\x89"
	};
	static const struct { const char *row; struct audit audit; const char *want; } rows[] = {
		{ "done", { .event = "token.list", .result = V_OK, .step = "handle",
		    .source = "192.0.2.1", .via = "basic", .user = &user, .ms = 5 },
		    "event=token.list result=ok step=handle ip=192.0.2.1 via=basic "
		    "user=00ff1234-5678-4abc-9def-012345678900 token=- ms=5 failed=- why=- ua=- name=\n" },
		{ "refused", { .event = "auth.show", .result = V_WRONG_CREDENTIAL,
		    .step = "verify", .source = "::1", .failed = "basic,jwt",
		    .name = "bob@example.com" },
		    "event=auth.show result=wrong-credentials step=verify ip=::1 via=- user=- token=- ms=0 "
		    "failed=basic,jwt why=- ua=- name=bob@example.com\n" },
		{ "fault", { .event = "auth.show", .result = -EIO, .step = "verify",
		    .source = "::1", .ms = 1, .failed = "" },
		    "event=auth.show result=fault step=verify ip=::1 via=- user=- token=- ms=1 failed=- why=- ua=- name=\n" },
		{ "forged", { .event = "auth.show", .result = V_WRONG_CREDENTIAL,
		    .step = "verify", .source = "::1", .ms = 1,
		    .name = "a b\nip=::2 name=\"%\xc3\xa9@" },
		    "event=auth.show result=wrong-credentials step=verify ip=::1 via=- user=- token=- ms=1 "
		    "failed=- why=- ua=- name=a%20b%0Aip%3D::2%20name%3D%22%25%C3%A9@\n" },
		{ "forged address", { .event = "auth.show", .result = V_OK, .step = "handle",
		    .source = "::1 ip=::2", .via = "jwt", .user = &user, .ms = 1,
		    .failed = "basic", .name = "bob" },
		    "event=auth.show result=ok step=handle ip=::1%20ip%3D::2 via=jwt "
		    "user=00ff1234-5678-4abc-9def-012345678900 token=- ms=1 failed=basic why=- ua=- name=bob\n" },
		{ "no address", { .event = "auth.show", .result = V_OK, .step = "handle",
		    .source = "", .via = "jwt", .user = &user, .ms = 1 },
		    "event=auth.show result=ok step=handle ip=- via=jwt "
		    "user=00ff1234-5678-4abc-9def-012345678900 token=- ms=1 failed=- why=- ua=- name=\n" },
		{ "by an administrator", { .event = "user.disable", .result = V_OK,
		    .step = "handle", .source = "::1", .via = "jwt", .user = &user, .ms = 1,
		    .by = &admin },
		    "event=user.disable result=ok step=handle ip=::1 via=jwt "
		    "user=00ff1234-5678-4abc-9def-012345678900 "
		    "by=0fff1234-5678-4abc-9def-012345678900 token=- ms=1 failed=- why=- ua=- name=\n" },
		{ "on an account", { .event = "account.delete", .result = V_OK,
		    .step = "handle", .source = "::1", .via = "jwt", .ms = 1, .by = &admin,
		    .object = &user },
		    "event=account.delete result=ok step=handle ip=::1 via=jwt user=- "
		    "by=0fff1234-5678-4abc-9def-012345678900 "
		    "object=00ff1234-5678-4abc-9def-012345678900 token=- ms=1 failed=- why=- ua=- name=\n" },
		{ "on an own token", { .event = "token.delete", .result = V_OK,
		    .step = "handle", .source = "::1", .via = "jwt", .user = &user, .ms = 1,
		    .object = &admin },
		    "event=token.delete result=ok step=handle ip=::1 via=jwt "
		    "user=00ff1234-5678-4abc-9def-012345678900 "
		    "object=0fff1234-5678-4abc-9def-012345678900 token=- ms=1 failed=- why=- ua=- name=\n" },
		{ "with a token", { .event = "token.reuse", .result = V_OK, .step = "handle",
		    .source = "::1", .via = "bearer", .user = &user, .token = &admin, .ms = 1 },
		    "event=token.reuse result=ok step=handle ip=::1 via=bearer "
		    "user=00ff1234-5678-4abc-9def-012345678900 "
		    "token=0fff1234-5678-4abc-9def-012345678900 ms=1 failed=- why=- ua=- name=\n" },
		{ "a token as name", { .event = "auth.show", .result = V_WRONG_CREDENTIAL,
		    .step = "verify", .source = "::1", .ms = 1,
		    .name = "7VLyaDSQ8W48abcdefghijABCDEFGHIJ012345678914f1n0@host" },
		    "event=auth.show result=wrong-credentials step=verify ip=::1 via=- user=- token=- ms=1 "
		    "failed=- why=- ua=- name=7VLy...@host\n" },
		{ "cut", { .event = "auth.show", .result = V_WRONG_CREDENTIAL,
		    .step = "verify", .source = "::1", .ms = 1,
		    .name = "@ab.89012345.78901234567.90123456789.12345678901234567890123456789" },
		    "event=auth.show result=wrong-credentials step=verify ip=::1 via=- user=- token=- ms=1 "
		    "failed=- why=- ua=- name=@ab.89012345.78901234567.90123456789.123456789012345678901234567\n" },
	};
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_STRING(rows[i].row, line_of(&mem, &rows[i].audit), rows[i].want);
}

/* The same fields, with the types of JSON. */
static void
as_json(void)
{
	const struct audit audit = { .event = "auth.show", .result = V_WRONG_CREDENTIAL,
	    .step = "verify", .source = "::1", .ms = 5, .failed = "basic,jwt",
	    .name = "a \"\n\xff@\xc3\xa9" };
	GUARD(json_drop) struct json *root = NULL;
	GUARD(arena_free) struct arena mem;
	const struct json *user;
	const char *path, *text;
	int64_t ms = 0;

	arena_init(&mem, 0);
	path = arena_printf(&mem, "%s/log", test_directory());
	EXPECT_VERDICT("open", log_open(path, LOG_LEVEL_INFO), 0);
	log_set_format(LOG_FORMAT_JSON);
	audit_log(&audit);
	log_set_format(LOG_FORMAT_TEXT);
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);
	text = unit_read(&mem, path);
	EXPECT_VERDICT("JSON", json_parse(text, strlen(text), &root), 0);
	EXPECT_STRING("message", json_member_text(root, "message"), "call");
	EXPECT_STRING("result", json_member_text(root, "result"), "wrong-credentials");
	EXPECT_STRING("failed", json_member_text(root, "failed"), "basic,jwt");
	EXPECT_TRUE("a number", json_member_integer(root, "ms", &ms) && ms == 5);
	EXPECT_TRUE("null", json_member(root, "user", &user) && json_kind(user) == JSON_NULL);
	EXPECT_STRING("name", json_member_text(root, "name"),
	    "a \"\n\xef\xbf\xbd@\xc3\xa9");
}

static CU_TestInfo tests[] = {
	{ "as JSON", as_json },
	{ "lines", lines },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/audit", tests);
