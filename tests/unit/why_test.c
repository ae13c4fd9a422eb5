// SPDX-License-Identifier: ISC
/* auth/refusal.c, auth/outcome.c: which check of which credential refused is in the log. */
#include <string.h>

#include "auth/session.h"
#include "auth/user.h"
#include "base/verdict.h"
#include "rows.h"
#include "unit.h"

#define NO_TOKEN	"7VLyaDSQ8W48abcdefghijABCDEFGHIJ012345678914f1n0"
#define NO_HA1B		"0159fe67a465647f81d20d7b08b913b3"
#define OFF		"off@example.com"
#define LATE		(2 * DAY)

struct why_row {
	const char *row;
	struct ask ask;
	const char *want;		/* in the log, with $j and so on */
};

static void
expect(struct box *my, const struct why_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *want = box_expand(my, rows[i].want);

		test_log_clear();
		box_ask(my, &rows[i].ask);
		if (!test_logged(want))
			EXPECT_STRING(rows[i].row, "not logged", want);
		EXPECT_TRUE(rows[i].row, !test_logged(NO_TOKEN) && !test_logged(NO_HA1B));
	}
}

/* $x, $y, $z are of a limited token; $d is a JWT of a user who is disabled since. */
static void
open_all(struct box *my)
{
	struct identity off;

	box_open(my, test_directory());
	box_names_make(my);
	box_limited(my, "own", NULL);
	off = box_user(my, OFF, PASSWORD);
	my->names.own['d'] = box_jwt(my, &off);
	box_must(user_disable(my->auth, &off.user.id, NOW_MS), "disable");
	my->names.own['a'] = arena_strdup(&my->mem, uuid_text((char[UUID_TEXT_SIZE]){ "" },
	    &my->alice.user.id));
}

#define BASIC(name, pass, ...) { .email = name, .password = pass, __VA_ARGS__ }
#define TOKEN(value, ...) { .x_auth_token = value, __VA_ARGS__ }

static void
credentials(void)
{
	static const struct why_row rows[] = {
		{ "nothing", { .path = NULL }, "failed=- why=none ua=" },
		{ "password", BASIC(ALICE, "x"), "user=- token=- ms=" },
		{ "password", BASIC(ALICE, "y"), "failed=basic why=basic:password ua=" },
		{ "nobody", BASIC("nobody@example.com", "x"), "why=basic:unknown ua=" },
		{ "without a password", BASIC(BOB, "x"), "why=basic:no-password ua=" },
		{ "disabled", BASIC(OFF, PASSWORD), "why=basic:disabled ua=" },
		{ "no Basic", { .authorization = "Basic !!!" }, "why=basic:form ua=" },
		{ "a good one", TOKEN("$b"), "user=$a token=$u ms=" },
		{ "a good one", TOKEN("$b"), "failed=- why=- ua=" },
		{ "its JWT", TOKEN("$t"), "via=jwt user=$a token=$u ms=" },
		{ "unknown token", TOKEN(NO_TOKEN), "failed=bearer why=bearer:unknown ua=" },
		{ "no token", TOKEN("short"), "why=bearer:form ua=" },
		{ "expired token", TOKEN("$x", .later_ms = LATE), "user=$a token=$z ms=" },
		{ "expired token", TOKEN("$x", .later_ms = LATE), "why=bearer:expired ua=" },
		{ "no JWT", TOKEN("a.b.c"), "failed=jwt why=jwt:form ua=" },
		{ "another's JWT", TOKEN("eyJhbGciOiJIUzI1NiIsImtpZCI6Im5vIn0.e30.AAAA"),
		    "why=jwt:kid ua=" },
		{ "a signature cut", TOKEN("$jA"), "why=jwt:" },
		{ "expired JWT", TOKEN("$j", .later_ms = LATE), "user=$a token=- ms=" },
		{ "expired JWT", TOKEN("$j", .later_ms = LATE), "why=jwt:expired ua=" },
		{ "JWT from the future", TOKEN("$j", .later_ms = -DAY), "why=jwt:early ua=" },
		{ "JWT of a disabled user", TOKEN("$d"), "why=jwt:disabled ua=" },
		{ "HA1B", { .ha1b = NO_HA1B }, "failed=ha1b why=ha1b:digest ua=" },
		{ "no HA1B", { .ha1b = "zz" }, "why=ha1b:form ua=" },
		{ "several", { .authorization = BAD_BASIC, .x_auth_token = "$j", .ha1b = "zz",
		    .later_ms = LATE }, "failed=basic,jwt,ha1b "
		    "why=basic:password,jwt:expired,ha1b:form ua=" },
		{ "beside a good one", { .authorization = BAD_BASIC, .x_auth_token = "$b" },
		    "via=bearer user=$a token=$u ms=" },
		{ "beside a good one", { .authorization = BAD_BASIC, .x_auth_token = "$b" },
		    "failed=basic why=basic:password ua=" },
	};
	struct box my;

	open_all(&my);
	expect(&my, rows, NELEM(rows));
	box_close(&my);
}

/* Valid, but not for this. */
static void
rights(void)
{
	static const struct why_row rows[] = {
		{ "scope", TOKEN("$x"), "token=$z ms=" },
		{ "scope", TOKEN("$x"), "failed=- why=bearer:scope ua=" },
		{ "its JWT", TOKEN("$y"), "why=jwt:scope ua=" },
		{ "a token makes none", { .method = "POST", .path = "/rest/token",
		    .body = "{\"name\":\"a\"}", .x_auth_token = "$b" },
		    "why=bearer:needs-login ua=" },
		{ "role of a guard", { .path = "/rest/verify", .x_auth_token = "$b",
		    .params = { "DOORWARD_ROLE=Admin" } }, "why=bearer:role ua=" },
		{ "wrong old password", { .method = "POST", .path = "/rest/password",
		    .x_auth_token = "$j", .body = "{\"old\":\"x\",\"new\":\"long enough 1\"}" },
		    "failed=password why=password:password ua=" },
	};
	struct box my;

	open_all(&my);
	expect(&my, rows, NELEM(rows));
	box_limited(&my, NULL, "198.51.100.0/24");
	expect(&my, &(struct why_row){ "address", TOKEN("$x"),
	    "result=wrong-address step=verify ip=192.0.2.1 via=- user=$a token=$z ms=" }, 1);
	expect(&my, &(struct why_row){ "address", TOKEN("$x"), "why=bearer:address ua=" }, 1);
	box_close(&my);
}

#define PAIR(t, k) .params = { "HTTP_X_ACCESS_TOKEN=" t, "HTTP_X_KEY=" k }
#define WHOAMI .path = "/api/v2/whoami"
#define LOGIN(name, pass) { .method = "POST", .path = "/login", \
    .body = "{\"username\":\"" name "\",\"password\":\"" pass "\"}" }

static void
webitel(void)
{
	static const struct why_row rows[] = {
		{ "password", LOGIN(ALICE, "x"), "failed=password why=password:password ua=" },
		{ "nobody", LOGIN("nobody@example.com", "x"), "why=password:unknown ua=" },
		{ "disabled", LOGIN(OFF, PASSWORD), "why=password:disabled ua=" },
		{ "nothing", { WHOAMI }, "result=bad-caller" },
		{ "nothing", { WHOAMI }, "failed=- why=none ua=" },
		{ "unknown key", { WHOAMI, PAIR("a", "b") }, "why=session:unknown ua=" },
		{ "wrong token", { WHOAMI, PAIR("$s", "$k") }, "why=session:proof ua=" },
		{ "expired", { WHOAMI, PAIR("$l", "$k"), .later_ms = 200 * DAY },
		    "user=$a token=- ms=" },
		{ "expired", { WHOAMI, PAIR("$l", "$k"), .later_ms = 200 * DAY },
		    "why=session:expired ua=" },
		{ "no domain token", { WHOAMI, .params = { "HTTP_X_ACCESS_TOKEN=a.b.c" } },
		    "failed=session why=domain-token:form ua=" },
		{ "of a guard", { .path = "/rest/verify", PAIR("$s", "$k"),
		    .authorization = BAD_BASIC }, "why=session:proof,basic:password ua=" },
	};
	struct session_secrets secrets;
	struct caller caller;
	struct box my;

	open_all(&my);
	my.conf->webitel = true;
	box_must(session_begin(my.auth, &my.mem, &my.alice.user, ALICE, NOW_MS, &secrets, &caller),
	    "session");
	my.names.own['k'] = arena_strdup(&my.mem, secrets.key);
	my.names.own['l'] = secrets.token;
	my.names.own['s'] = "wrong";
	expect(&my, rows, NELEM(rows));
	box_close(&my);
}

/* With what workers share: what was refused or valid a moment ago is remembered. */
static void
remembered(void)
{
	static const struct why_row rows[] = {
		{ "once", BASIC(ALICE, "x"), "why=basic:password ua=" },
		{ "again", BASIC(ALICE, "x"), "why=basic:repeated ua=" },
		{ "used", TOKEN("$x"), "why=- ua=" },
		{ "its JWT", TOKEN("$y"), "why=- ua=" },
		{ "revoked", { .method = "DELETE", .path = "/rest/token/$z",
		    .authorization = GOOD_BASIC }, "why=- ua=" },
		{ "revoked", TOKEN("$x"), "result=ended" },
		{ "revoked", TOKEN("$x"), "why=bearer:revoked ua=" },
		{ "its JWT", TOKEN("$y"), "user=$a token=$z ms=" },
		{ "its JWT", TOKEN("$y"), "why=jwt:token ua=" },
		{ "logged out", { .method = "DELETE", .path = "/rest/auth",
		    .authorization = GOOD_BASIC }, "why=- ua=" },
		{ "logged out", TOKEN("$j"), "why=jwt:logged-out ua=" },
	};
	struct box my;

	box_open_guarded(&my, test_directory());
	box_limited(&my, NULL, NULL);
	my.names.jwt = box_jwt(&my, &my.alice);
	my.names.own['a'] = arena_strdup(&my.mem, uuid_text((char[UUID_TEXT_SIZE]){ "" },
	    &my.alice.user.id));
	expect(&my, rows, NELEM(rows));
	for (int i = 0; i < 30; i++)
		box_ask(&my, &(struct ask){ .email = ALICE,
		    .password = arena_printf(&my.mem, "%d", i) });
	expect(&my, &(struct why_row){ "throttled", BASIC(ALICE, "z"), "why=basic:throttled ua=" },
	    1);
	box_close(&my);
}

/* What a client says it is: cut, encoded, and without secrets. */
static void
agents(void)
{
	static const struct why_row rows[] = {
		{ "none", TOKEN("$b"), "why=- ua=- name=" },
		{ "one", TOKEN("$b", .params = { "HTTP_USER_AGENT=a/1 (b)" }),
		    "why=- ua=a/1%20%28b%29 name=" },
		{ "with a token", TOKEN("$b", .params = { "HTTP_USER_AGENT=a " NO_TOKEN }),
		    "ua=a%207VLy... name=" },
	};
	struct box my;

	open_all(&my);
	expect(&my, rows, NELEM(rows));
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "credentials", credentials },
	{ "rights", rights },
	{ "Webitel", webitel },
	{ "remembered", remembered },
	{ "agents", agents },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/refusal", tests);
