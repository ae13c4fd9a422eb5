// SPDX-License-Identifier: ISC
#include "auth/audit.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "unit.h"

/* The part of a line after "call ", without its request id, which is random. */
static const char *
line_of(struct arena *mem, const struct audit *a)
{
	const char *path = arena_printf(mem, "%s/log", test_directory());
	char *line, *rid;

	EXPECT_VERDICT("open", log_open(path, LOG_LEVEL_INFO), 0);
	audit_log(mem, a);
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
		{ "done", { "token.list", V_OK, "handle", "192.0.2.1", "basic", &user, 5, NULL,
		    NULL, NULL, NULL },
		    "event=token.list result=ok step=handle ip=192.0.2.1 via=basic "
		    "user=00ff1234-5678-4abc-9def-012345678900 ms=5 failed=- name=\n" },
		{ "refused", { "auth.show", V_WRONG_CREDENTIAL, "verify", "::1", NULL, NULL, 0,
		    "basic,jwt", "bob@example.com", NULL, NULL },
		    "event=auth.show result=wrong-credentials step=verify ip=::1 via=- user=- ms=0 "
		    "failed=basic,jwt name=bob@example.com\n" },
		{ "fault", { "auth.show", -EIO, "verify", "::1", NULL, NULL, 1, "", NULL, NULL, NULL },
		    "event=auth.show result=fault step=verify ip=::1 via=- user=- ms=1 failed=- name=\n" },
		{ "forged", { "auth.show", V_WRONG_CREDENTIAL, "verify", "::1", NULL, NULL, 1,
		    NULL, "a b\nip=::2 name=\"%\xc3\xa9", NULL, NULL },
		    "event=auth.show result=wrong-credentials step=verify ip=::1 via=- user=- ms=1 "
		    "failed=- name=a%20b%0Aip%3D::2%20name%3D%22%25%C3%A9\n" },
		{ "forged address", { "auth.show", V_OK, "handle", "::1 ip=::2", "jwt", &user, 1,
		    "basic", "bob", NULL, NULL },
		    "event=auth.show result=ok step=handle ip=::1%20ip%3D::2 via=jwt "
		    "user=00ff1234-5678-4abc-9def-012345678900 ms=1 failed=basic name=bob\n" },
		{ "no address", { "auth.show", V_OK, "handle", "", "jwt", &user, 1, NULL, NULL, NULL, NULL },
		    "event=auth.show result=ok step=handle ip=- via=jwt "
		    "user=00ff1234-5678-4abc-9def-012345678900 ms=1 failed=- name=\n" },
		{ "by an administrator", { "user.disable", V_OK, "handle", "::1", "jwt", &user, 1,
		    NULL, NULL, &admin, NULL },
		    "event=user.disable result=ok step=handle ip=::1 via=jwt "
		    "user=00ff1234-5678-4abc-9def-012345678900 "
		    "by=0fff1234-5678-4abc-9def-012345678900 ms=1 failed=- name=\n" },
		{ "on an account", { "account.delete", V_OK, "handle", "::1", "jwt", NULL, 1,
		    NULL, NULL, &admin, &user },
		    "event=account.delete result=ok step=handle ip=::1 via=jwt user=- "
		    "by=0fff1234-5678-4abc-9def-012345678900 "
		    "object=00ff1234-5678-4abc-9def-012345678900 ms=1 failed=- name=\n" },
		{ "cut", { "auth.show", V_WRONG_CREDENTIAL, "verify", "::1", NULL, NULL, 1, NULL,
		    "0123456789012345678901234567890123456789012345678901234567890123456789", NULL, NULL },
		    "event=auth.show result=wrong-credentials step=verify ip=::1 via=- user=- ms=1 "
		    "failed=- name=0123456789012345678901234567890123456789012345678901234567890123\n" },
	};
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_STRING(rows[i].row, line_of(&mem, &rows[i].audit), rows[i].want);
}

/* Without memory for the name the line is logged without it. */
static void
no_memory(void)
{
	static const struct audit audit = { "auth.show", V_WRONG_CREDENTIAL, "verify", "::1", NULL,
	    NULL, 1, NULL, "bob", NULL, NULL };
	GUARD(arena_free) struct arena mem, none;
	const char *path;

	arena_init(&mem, 0);
	arena_init(&none, 16);
	path = arena_printf(&mem, "%s/log", test_directory());
	EXPECT_VERDICT("open", log_open(path, LOG_LEVEL_INFO), 0);
	audit_log(&none, &audit);
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);
	EXPECT_TRUE("a line", strstr(unit_read(&mem, path), " name=\n") != NULL);
}

static CU_TestInfo tests[] = {
	{ "lines", lines },
	{ "no memory", no_memory },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/audit", tests);
