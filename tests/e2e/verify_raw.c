// SPDX-License-Identifier: ISC
/*
 * API 9: the two questions of a web server that guards another site, the
 * authorizer role and GET /rest/verify.  What is not understood is refused.
 */
#include <fastcgi.h>

#include "raw.h"

#define TOKEN "HTTP_AUTHORIZATION", "Bearer $t1"
#define WRONG { "HTTP_AUTHORIZATION", "Basic eDp5" }
#define VERIFY { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/rest/verify" }
#define WANTS(role) { "DOORWARD_ROLE", role }

#define AUTHORIZED .role = FCGI_AUTHORIZER, .status = "200 OK", .shape = ""
#define VERIFIED .status = "204 No Content", .shape = ""
#define R401 .status = "401 Unauthorized", .shape = FAIL(401, "Wrong credentials"), \
	.header = "WWW-Authenticate: Bearer realm=\"doorward\""
#define R403 .status = "403 Forbidden", .shape = FAIL(403, "Forbidden")
#define R500 .status = "500 Internal Server Error", .shape = FAIL(500, "Internal server error")

/* Nothing else: every header of a 200 would reach the answer of the guarded page. */
#define VARIABLES(email, role) "Status: 200 OK\r\nVariable-AUTH_USER: <uuid>\r\n" \
	"Variable-AUTH_EMAIL: " email "\r\nVariable-AUTH_ROLE: " role "\r\n" \
	"Variable-REMOTE_USER: " email "\r\n"
#define HEADERS(email, role) "Status: 204 No Content\r\nCache-Control: no-store\r\n" \
	"X-Content-Type-Options: nosniff\r\nX-Auth-User: <uuid>\r\n" \
	"X-Auth-Email: " email "\r\nX-Auth-Role: " role "\r\n"

static void
people(void)
{
	static const struct raw_row token[] = {
		{ "token", { POST_TOKEN, TLS, BASIC, TYPE_FORM, LENGTH("13") }, "name=a&ttl=60",
		    .status = "200 OK", .shape = NEW_TOKEN("a", 60, 1) },
	};

	RUN_RAW(token);
	make_user("admin", "admin@example.org", "admin-password-1");
	EXPECT_INT("role", CTL("", "user", "set", "admin@example.org", "--role", "Admin"), 0);
	make_user("odd", "m\xc3\xbc%ller@example.org", "odd-password-1");
	make_user("gone", "gone@example.org", "gone-password-1");
	EXPECT_INT("disable", CTL("", "user", "disable", "gone@example.org"), 0);
}

static void
authorizer(void)
{
	static const struct raw_row rows[] = {
		{ "good", { TLS, BASIC }, AUTHORIZED,
		    .head = VARIABLES("alice@example.org", "User") },
		{ "another role", { TLS, { "HTTP_AUTHORIZATION", "Basic $admin" } }, AUTHORIZED,
		    .head = VARIABLES("admin@example.org", "Admin") },
		{ "never a byte that is not printable ASCII", { TLS,
		    { "HTTP_AUTHORIZATION", "Basic $odd" } }, AUTHORIZED,
		    .head = VARIABLES("m%C3%BC%25ller@example.org", "User") },
		{ "any path and method", { TLS, BASIC, { "REQUEST_METHOD", "BREW" },
		    { "REQUEST_URI", "/rest/nothing" }, { "SCRIPT_NAME", "/x" } }, AUTHORIZED },
		{ "HEAD", { TLS, BASIC, { "REQUEST_METHOD", "HEAD" } }, AUTHORIZED },
		{ "OPTIONS", { TLS, { "REQUEST_METHOD", "OPTIONS" } }, .role = FCGI_AUTHORIZER,
		    R401 },
		{ "length of a body that is not ours", { TLS, BASIC, { "REQUEST_METHOD", "POST" },
		    LENGTH("70000"), TYPE_FORM }, AUTHORIZED },
		{ "token", { TLS, { TOKEN } }, AUTHORIZED },
		{ "first call of mod_fcgid", { { "REQUEST_SCHEME", "https" }, BASIC }, AUTHORIZED },
		{ "query", { TLS, { "QUERY_STRING", "a=b&bearer=$t1" } }, AUTHORIZED },
		{ "nobody", { TLS }, .role = FCGI_AUTHORIZER, R401 },
		{ "wrong", { TLS, WRONG }, .role = FCGI_AUTHORIZER, R401 },
		{ "disabled", { TLS, { "HTTP_AUTHORIZATION", "Basic $gone" } },
		    .role = FCGI_AUTHORIZER, R401 },
		{ "HEAD, wrong", { TLS, WRONG, { "REQUEST_METHOD", "HEAD" } },
		    .role = FCGI_AUTHORIZER, R401 },
		{ "plain HTTP", { BASIC }, .role = FCGI_AUTHORIZER, R401 },
		{ "plain scheme", { BASIC, { "REQUEST_SCHEME", "http" } }, .role = FCGI_AUTHORIZER,
		    R401 },
		{ "what Basic says unverified", { TLS, { "REMOTE_USER", "alice@example.org" },
		    { "REMOTE_PASSWD", "alice-password-1" }, { "AUTH_TYPE", "Basic" } },
		    .role = FCGI_AUTHORIZER, R401 },
		{ "twice", { TLS, BASIC, BASIC }, .role = FCGI_AUTHORIZER, R401 },
		{ "twice in the query", { TLS, BASIC, { "QUERY_STRING", "jwt=a&jwt=b" } },
		    .role = FCGI_AUTHORIZER, R401 },
		{ "unreadable query", { TLS, BASIC, { "QUERY_STRING", "a=%zz" } },
		    .role = FCGI_AUTHORIZER, R401 },
		{ "query of verify", { TLS, { "DOORWARD_QUERY", "bearer=$t1" } },
		    .role = FCGI_AUTHORIZER, R401 },
		{ "filter", { TLS, BASIC }, .role = FCGI_FILTER, R500 },
	};

	RUN_RAW(rows);
}

static void
verify(void)
{
	static const struct raw_row rows[] = {
		{ "good", { VERIFY, TLS, BASIC }, VERIFIED,
		    .head = HEADERS("alice@example.org", "User") },
		{ "not printable", { VERIFY, TLS, { "HTTP_AUTHORIZATION", "Basic $odd" } },
		    VERIFIED,
		    .head = HEADERS("m%C3%BC%25ller@example.org", "User") },
		{ "token", { VERIFY, TLS, { TOKEN } }, VERIFIED },
		{ "query by parameter", { VERIFY, TLS, { "DOORWARD_QUERY", "bearer=$t1" } },
		    VERIFIED },
		{ "its own query", { VERIFY, TLS, { "QUERY_STRING", "bearer=$t1" } }, R401 },
		{ "a client's header", { VERIFY, TLS,
		    { "HTTP_X_ORIGINAL_URI", "/?bearer=$t1" },
		    { "HTTP_DOORWARD_QUERY", "bearer=$t1" } }, R401 },
		{ "nobody", { VERIFY, TLS }, R401 },
		{ "wrong", { VERIFY, TLS, WRONG }, R401 },
		{ "disabled", { VERIFY, TLS, { "HTTP_AUTHORIZATION", "Basic $gone" } }, R401 },
		{ "plain HTTP", { VERIFY, BASIC }, R401 },
		{ "unverified Basic", { VERIFY, TLS, { "REMOTE_USER", "alice@example.org" },
		    { "REMOTE_PASSWD", "alice-password-1" } }, R401 },
		{ "twice", { VERIFY, TLS, BASIC, BASIC }, R401 },
		{ "path twice", { VERIFY, { "SCRIPT_NAME", "/rest/auth" }, TLS, BASIC }, R401 },
		{ "query twice", { VERIFY, TLS, BASIC, { "DOORWARD_QUERY", "" },
		    { "DOORWARD_QUERY", "a" } }, R401 },
		{ "credential twice", { VERIFY, TLS, BASIC, { "DOORWARD_QUERY", "jwt=a&jwt=b" } },
		    R401 },
		{ "unreadable query", { VERIFY, TLS, BASIC, { "DOORWARD_QUERY", "%" } }, R401 },
		{ "no credential with a blank, but another", { VERIFY, TLS, BASIC,
		    { "HTTP_X_AUTH_TOKEN", "x, y" } }, VERIFIED },
		{ "OPTIONS", { { "REQUEST_METHOD", "OPTIONS" }, { "SCRIPT_NAME", "/rest/verify" },
		    TLS,
		    BASIC }, VERIFIED },
		{ "POST", { { "REQUEST_METHOD", "POST" }, { "SCRIPT_NAME", "/rest/verify" }, TLS,
		    BASIC }, VERIFIED },
		{ "a method of its own", { { "REQUEST_METHOD", "PROPFIND" },
		    { "SCRIPT_NAME", "/rest/verify" }, TLS, BASIC }, VERIFIED },
		{ "below it", { { "REQUEST_METHOD", "POST" },
		    { "SCRIPT_NAME", "/rest/verify/a b/../\xff" }, TLS, BASIC }, VERIFIED },
		{ "the root below it", { { "REQUEST_METHOD", "GET" },
		    { "SCRIPT_NAME", "/rest/verify/" }, TLS, BASIC }, VERIFIED },
		{ "below it, nobody", { { "REQUEST_METHOD", "GET" },
		    { "SCRIPT_NAME", "/rest/verify/rest/auth" }, TLS }, R401 },
		{ "POST, nobody", { { "REQUEST_METHOD", "POST" }, { "SCRIPT_NAME", "/rest/verify" },
		    TLS }, R401 },
		{ "another path", { { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/rest/verifyx" },
		    TLS, BASIC }, .status = "404 Not Found" },
	};

	RUN_RAW(rows);
}

static void
roles(void)
{
	static const struct raw_row rows[] = {
		{ "his", { TLS, BASIC, WANTS("User") }, AUTHORIZED },
		{ "another", { TLS, BASIC, WANTS("Admin") }, .role = FCGI_AUTHORIZER, R403 },
		{ "Admin is no User", { TLS, { "HTTP_AUTHORIZATION", "Basic $admin" },
		    WANTS("User") }, .role = FCGI_AUTHORIZER, R403 },
		{ "nobody", { TLS, WANTS("Admin") }, .role = FCGI_AUTHORIZER, R401 },
		{ "no role", { TLS, BASIC, WANTS("Root") }, .role = FCGI_AUTHORIZER, R500 },
		{ "other case", { TLS, BASIC, WANTS("user") }, .role = FCGI_AUTHORIZER, R500 },
		{ "empty", { TLS, BASIC, WANTS("") }, .role = FCGI_AUTHORIZER, R500 },
		{ "two", { TLS, BASIC, WANTS("User"), WANTS("User") }, .role = FCGI_AUTHORIZER,
		    R401 },
		{ "two in one", { TLS, BASIC, WANTS("User,Admin") }, .role = FCGI_AUTHORIZER,
		    R500 },
		{ "a client's header", { TLS, BASIC, { "HTTP_DOORWARD_ROLE", "Admin" } },
		    AUTHORIZED },
		{ "verify, his", { VERIFY, TLS, BASIC, WANTS("User") }, VERIFIED },
		{ "verify, another", { VERIFY, TLS, BASIC, WANTS("Admin") }, R403 },
		{ "verify, no role", { VERIFY, TLS, BASIC, WANTS("Root") }, R500 },
		{ "a scope, not of a login", { TLS, BASIC, { "DOORWARD_SCOPE", "own:x" } },
		    AUTHORIZED },
		{ "verify, a scope", { VERIFY, TLS, BASIC, { "DOORWARD_SCOPE", "a b" } },
		    VERIFIED },
		{ "no scope", { TLS, BASIC, { "DOORWARD_SCOPE", "a/b" } },
		    .role = FCGI_AUTHORIZER, R500 },
		{ "empty scope", { VERIFY, TLS, BASIC, { "DOORWARD_SCOPE", "" } }, R500 },
		{ "of no other route", { GET_AUTH, TLS, BASIC, WANTS("Admin") },
		    .status = "200 OK" },
	};

	RUN_RAW(rows);
}

/* Names that a guarded program would believe to come from the web server. */
static void
forged(void)
{
	static const char *const names[] = { "HTTP_X_AUTH_USER", "HTTP_X_AUTH_EMAIL",
	    "HTTP_X_AUTH_ROLE", "HTTP_AUTH_USER", "HTTP_AUTH_EMAIL", "HTTP_AUTH_ROLE",
	    "HTTP_X_AUTH_SCOPE", "HTTP_AUTH_SCOPE",
	    "HTTP_REMOTE_USER", "HTTP_X.AUTH.ROLE", "HTTP_X-Auth-User", "http_x_auth_email",
	    "HTTP_X_AUTH.ROLE", "HTTP_X_AUTH ROLE", "HTTP-X-AUTH-ROLE" };

	for (size_t i = 0; i < NELEM(names); i++) {
		struct raw_row rows[] = {
			{ names[i], { TLS, BASIC, { names[i], "Admin" } }, .role = FCGI_AUTHORIZER,
			    R401 },
			{ names[i], { VERIFY, TLS, BASIC, { names[i], "Admin" } }, R401 },
			{ "cleared", { TLS, BASIC, { names[i], "" } }, AUTHORIZED },
			{ "cleared, verify", { VERIFY, TLS, BASIC, { names[i], "" } }, VERIFIED },
			{ "not asked for another site", { GET_AUTH, TLS, BASIC,
			    { names[i], "Admin" } }, .status = "200 OK" },
		};

		RUN_RAW(rows);
	}
}

static void
not_forged(void)
{
	static const struct raw_row rows[] = {
		{ "of another name", { TLS, BASIC, { "HTTP_X_AUTH_USERS", "a" },
		    { "HTTP_X_AUTH", "a" }, { "HTTP_XAAUTHAROLE", "a" },
		    { "HTTP_X_AUTH_TOKEN", "x" } }, AUTHORIZED },
		/* What the web server itself knows does not come from the client. */
		{ "of the web server", { TLS, BASIC, { "REMOTE_USER", "a" },
		    { "AUTH_USER", "a" } }, AUTHORIZED },
	};

	RUN_RAW(rows);
}

CU_TestInfo verify_tests[] = {
	{ "people", people },
	{ "authorizer", authorizer },
	{ "verify", verify },
	{ "roles", roles },
	{ "forged headers", forged },
	{ "headers of other names", not_forged },
	CU_TEST_INFO_NULL,
};
