// SPDX-License-Identifier: ISC
/* API 6.2 to 6.4: /login, /logout and whoami. */
#include "webitel.h"

#include <stdlib.h>
#include <string.h>

#define LOGIN "POST", "/login"
#define LOGOUT "POST", "/logout"
#define WHOAMI "GET", "/api/v2/whoami"
#define TRY(username) .json = "{'username':'" username "','password':'" PASSWORD "'}"

static void
logins(void)
{
	static const struct row rows[] = {
		{ "SIP login", LOGIN, TRY("100@mydomain.com"), .status = 200, .shape =
		    SESSION("mydomain.com", "100@mydomain.com", 0, "user", USER_ACL, 1),
		    .want = { "!Set-Cookie" } },
		{ "e-mail", LOGIN, TRY("carl@mydomain.com"), .status = 200, .shape =
		    SESSION("mydomain.com", "carl@mydomain.com", 0, "user", USER_ACL, 1) },
		{ "as sent", LOGIN, TRY("100@MyDomain.COM"), .status = 200, .shape =
		    SESSION("MyDomain.COM", "100@MyDomain.COM", 0, "user", USER_ACL, 1) },
		{ "admin", LOGIN, TRY("anna@mydomain.com"), .status = 200, .shape =
		    SESSION("mydomain.com", "anna@mydomain.com", 1, "admin", ADMIN_ACL, 1) },
		{ "root", LOGIN, TRY("rita@mydomain.com"), .status = 200, .shape =
		    SESSION("mydomain.com", "rita@mydomain.com", 2, "root", ROOT_ACL, 1) },
		{ "a role of our own", LOGIN, TRY("olga@mydomain.com"), .status = 200, .shape =
		    SESSION("mydomain.com", "olga@mydomain.com", -1, "operator", OPERATOR_ACL, 1) },
		{ "a role of nobody's", LOGIN, TRY("nils@mydomain.com"), .status = 200, .shape =
		    SESSION("mydomain.com", "nils@mydomain.com", -1, "nosuch", "{}", 1) },
		{ "Provider", LOGIN, TRY("paul@mydomain.com"), .status = 200, .shape =
		    SESSION("mydomain.com", "paul@mydomain.com", 0, "user", USER_ACL, 1) },
		{ "form", LOGIN, .form = "username=100%40mydomain.com&password=" PASSWORD,
		    .status = 200, .shape =
		    SESSION("mydomain.com", "100@mydomain.com", 0, "user", USER_ACL, 1) },
		{ "parts", LOGIN, .parts = "username=100@mydomain.com&password=" PASSWORD,
		    .status = 200 },
		{ "no Content-Type", LOGIN, .status = 200, .raw =
		    "{\"username\":\"100@mydomain.com\",\"password\":\"" PASSWORD "\",\"x\":[]}" },
		{ "HTTP/2", LOGIN, TRY("100@mydomain.com"), .http2 = true, .status = 200 },
		{ "stale credentials beside it", LOGIN, { "X-Access-Token: a.b.c", "X-Key: x",
		    "Authorization: Basic eA==", "X-Auth-Token: a.b.c" }, TRY("100@mydomain.com"),
		    .status = 200 },
	};

	people_make();
	RUN(rows);
}

static void
refused_logins(void)
{
	static const struct row rows[] = {
		{ "no username", LOGIN, .json = "{'password':'x'}", W400("User name is required") },
		{ "empty", LOGIN, .json = "{'username':'','password':'x'}",
		    W400("User name is required") },
		{ "null", LOGIN, .json = "{'username':null}", W400("User name is required") },
		{ "number", LOGIN, .json = "{'username':100}", W400("User name is required") },
		{ "list", LOGIN, .json = "{'username':['100@mydomain.com']}",
		    W400("User name is required") },
		{ "NUL", LOGIN, .json = "{'username':'100@mydomain.com\\u0000'}",
		    W400("User name is required") },
		{ "empty form", LOGIN, .form = "", W400("User name is required") },
		{ "form without a name", LOGIN, .form = "password=x",
		    W400("User name is required") },
		{ "no JSON", LOGIN, { JSON }, .raw = "username", W400("Malformed JSON") },
		{ "empty body", LOGIN, { JSON }, .raw = "", W400("Malformed JSON") },
		{ "list of JSON", LOGIN, .json = "[]", W400("Malformed JSON") },
		{ "broken form", LOGIN, .form = "username=%zz", W400("Malformed form") },
		{ "field twice", LOGIN, .form = "username=a&username=b",
		    W400("Duplicate credential") },
		{ "XML", LOGIN, { "Content-Type: text/xml" }, .raw = "<a/>", .status = 415,
		    .shape = WFAIL(415, "Unsupported media type") },
		{ "wrong password", LOGIN, .json = "{'username':'100@mydomain.com','password':'x'}",
		    WBAD_LOGIN },
		{ "no password", LOGIN, .json = "{'username':'100@mydomain.com'}", WBAD_LOGIN },
		{ "password null", LOGIN, .json = "{'username':'100@mydomain.com','password':null}",
		    WBAD_LOGIN },
		{ "password a number", LOGIN,
		    .json = "{'username':'100@mydomain.com','password':1}",
		    WBAD_LOGIN },
		{ "unknown", LOGIN, TRY("101@mydomain.com"), WNO_USER },
		{ "no domain", LOGIN, TRY("100"), WNO_USER },
		{ "other domain", LOGIN, TRY("100@mydomain.co"), WNO_USER },
		{ "a blank before", LOGIN, TRY(" 100@mydomain.com"), WNO_USER },
		{ "a blank after", LOGIN, TRY("100@mydomain.com "), .status = 200, .shape =
		    SESSION("mydomain.com", "100@mydomain.com", 0, "user", USER_ACL, 1) },
		{ "unknown, no password", LOGIN, .json = "{'username':'nobody'}", WNO_USER },
		{ "in the query", "POST", "/login?username=100%40mydomain.com&password=x",
		    .json = "{}", W400("User name is required") },
	};

	RUN(rows);
}

/* HS256 and nothing else in the header; exp in milliseconds, 100 days from now. */
static void
claims(void)
{
	static const struct { const char *username, *shape; } t[] = {
		{ "100@mydomain.com", "{'acl':{'cdr':['ro'],'cdr/files':['ro']},'exp':$e1}" },
		{ "rita@mydomain.com",
		    "{'acl':{'cdr':['*'],'cdr/files':['*'],'cdr/media':['*']},'exp':$e1}" },
		{ "olga@mydomain.com", "{'acl':{'cdr':['r']},'exp':$e1}" },
		{ "nils@mydomain.com", "{'acl':{},'exp':$e1}" },
	};
	int64_t now_ms, life_ms;

	for (size_t i = 0; i < NELEM(t); i++) {
		log_in("jwt", ALICE);
		now_ms = jwt_claim(word("jwt"), "iat") * 1000;
		session_begin("1", t[i].username);
		EXPECT_TRUE(t[i].username, shape_fits(test_mem(), jwt_part(word("s1"), 0),
		    "{'alg':'HS256','typ':'JWT'}"));
		if (!EXPECT_TRUE(t[i].username, shape_fits(test_mem(), jwt_part(word("s1"), 1),
		    t[i].shape)))
			CU_FAIL(jwt_part(word("s1"), 1));
		life_ms = jwt_claim(word("s1"), "exp") - now_ms;
		EXPECT_TRUE(t[i].username, life_ms >= INT64_C(8640000000) &&
		    life_ms < INT64_C(8640060000));
	}
}

#define LOGGED_OUT .status = 200, .shape = "{'status':'OK','info':'Successful logout.'}"

/* Each request ends one session, once. */
static void
logouts(void)
{
	static const struct row rows[] = {
		{ "headers", LOGOUT, { BY(1) }, LOGGED_OUT },
		{ "headers, HTTP/2", LOGOUT, { BY(1) }, .http2 = true, LOGGED_OUT },
		{ "headers, an empty body", LOGOUT, { BY(1) }, .raw = "", LOGGED_OUT },
		{ "headers, JSON of no use", LOGOUT, { BY(1), JSON }, .raw = "{", LOGGED_OUT },
		{ "headers, a body of any type", LOGOUT, { BY(1), "Content-Type: a/b" }, .raw = "x",
		    LOGGED_OUT },
		{ "form", LOGOUT, .form = "access_token=$s1&x_key=$k1", LOGGED_OUT },
		{ "parts", LOGOUT, .parts = "access_token=$s1&x_key=$k1", LOGGED_OUT },
		{ "JSON", LOGOUT, .json = "{'access_token':'$s1','x_key':'$k1'}", LOGGED_OUT },
		{ "query", "POST", "/logout?access_token=$s1&x_key=$k1", .raw = "", LOGGED_OUT },
		{ "query, no length", "POST", "/logout?access_token=$s1&x_key=$k1", LOGGED_OUT },
		{ "query, no length, HTTP/2", "POST", "/logout?x_key=$k1&access_token=$s1",
		    .http2 = true, LOGGED_OUT },
		{ "headers before the rest", "POST", "/logout?access_token=x&x_key=x", { BY(1) },
		    .form = "access_token=y&x_key=y", LOGGED_OUT },
		{ "form before query", "POST", "/logout?access_token=x&x_key=x",
		    .form = "access_token=$s1&x_key=$k1", LOGGED_OUT },
		{ "one here, one there", "POST", "/logout?x_key=$k1", { BY_TOKEN(1) }, .raw = "",
		    LOGGED_OUT },
	};
	static const struct row again = { "again", LOGOUT, { BY(1) }, WBAD_CALLER },
	    gone = { "gone", WHOAMI, { BY(1) }, WBAD_CALLER };

	for (size_t i = 0; i < NELEM(rows); i++) {
		session_begin("1", "100@mydomain.com");
		run_row(&rows[i]);
		run_row(&again);
		run_row(&gone);
	}
}

static void
refused_logouts(void)
{
	static const struct row rows[] = {
		{ "nothing", LOGOUT, .raw = "", WBAD_CALLER },
		{ "nothing, no length", LOGOUT, WBAD_CALLER },
		{ "token alone", LOGOUT, { BY_TOKEN(1) }, WBAD_CALLER },
		{ "key alone", LOGOUT, { "X-Key: $k1" }, WBAD_CALLER },
		{ "another's key", LOGOUT, { BY_TOKEN(1), "X-Key: $k2" }, WBAD_CALLER },
		{ "another's token", LOGOUT, { BY_TOKEN(2), "X-Key: $k1" }, WBAD_CALLER },
		{ "key in upper case", LOGOUT, { BY_TOKEN(1), "X-Key: $upper" }, WBAD_CALLER },
		{ "token and more", LOGOUT, { "X-Access-Token: $s1.", "X-Key: $k1" }, WBAD_CALLER },
		{ "the printed ones", LOGOUT, { "X-Access-Token: yJ0eXAi.eyJl.xCf6", "X-Key: "
		    "c1d19874-f2bb-4284-94ac-043cb97288fe" }, WBAD_CALLER },
		{ "a bad header hides a good query", "POST", "/logout?access_token=$s1&x_key=$k1",
		    { "X-Access-Token: x", "X-Key: x" }, WBAD_CALLER },
		{ "Basic", LOGOUT, { ALICE }, WBAD_CALLER },
		{ "query twice", "POST", "/logout?x_key=$k1&x_key=$k1", { BY_TOKEN(1) }, .raw = "",
		    W400("Duplicate credential") },
		{ "broken form", LOGOUT, { BY(1) }, .form = "x_key=%zz", W400("Malformed form") },
		{ "broken query, no length", "POST", "/logout?x_key=%zz", { BY(1) },
		    W400("Malformed form") },
		{ "JSON of another type", LOGOUT, { "Content-Type: text/plain" },
		    .raw = "{\"access_token\":\"x\"}", WBAD_CALLER },
		{ "still there", WHOAMI, { BY(1) }, .status = 200 },
		{ "the other, too", WHOAMI, { BY(2) }, .status = 200 },
	};
	char upper[40];

	session_begin("1", "100@mydomain.com");
	session_begin("2", "100@mydomain.com");
	snprintf(upper, sizeof upper, "%s", word("k1"));
	for (char *c = upper; *c; c++)
		*c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
	word_set("upper", upper);
	RUN(rows);
}

static void
whoami(void)
{
	static const struct row rows[] = {
		{ "headers", WHOAMI, { BY(1) }, .status = 200, .shape =
		    CALLER("100@MyDomain.com", "MyDomain.com", "user", USER_ACL, "$e1") },
		{ "another", WHOAMI, { BY(2) }, .http2 = true, .status = 200, .shape =
		    CALLER("rita@mydomain.com", "mydomain.com", "root", ROOT_ACL, "$e2") },
		{ "query", "GET", "/api/v2/whoami?access_token=$s1&x_key=$k1", .status = 200 },
		{ "body of a GET", WHOAMI, .json = "{'access_token':'$s1','x_key':'$k1'}",
		    WBAD_CALLER },
		{ "form of a GET", WHOAMI, .form = "access_token=$s1&x_key=$k1", WBAD_CALLER },
		{ "nobody", WHOAMI, WBAD_CALLER },
		{ "token alone", WHOAMI, { BY_TOKEN(1) }, WBAD_CALLER },
		{ "keys exchanged", WHOAMI, { BY_TOKEN(1), "X-Key: $k2" }, WBAD_CALLER },
		{ "HEAD", "HEAD", "/api/v2/whoami", { BY(1) }, .status = 200 },
		{ "HEAD, nobody", "HEAD", "/api/v2/whoami", .status = 401 },
	};

	session_begin("1", "100@MyDomain.com");
	session_begin("2", "rita@mydomain.com");
	RUN(rows);
}

static void
methods(void)
{
	static const struct row rows[] = {
		{ "GET", "GET", "/login", .status = 405, .shape = WFAIL(405, "Method not allowed"),
		    .want = { "Allow: POST, OPTIONS" } },
		{ "HEAD", "HEAD", "/logout", .status = 405, .want = { "Allow: POST, OPTIONS" } },
		{ "PUT", "PUT", "/logout", { BY(1) }, .raw = "", .status = 405,
		    .shape = WFAIL(405, "Method not allowed"), .want = { "Allow: POST, OPTIONS" } },
		{ "POST", "POST", "/api/v2/whoami", .raw = "", .status = 405,
		    .shape = WFAIL(405, "Method not allowed"),
		    .want = { "Allow: GET, HEAD, OPTIONS" } },
		{ "PUT a token", "PUT", "/api/v2/domains/a/settings/token", .raw = "",
		    .status = 405,
		    .shape = WFAIL(405, "Method not allowed"),
		    .want = { "Allow: POST, GET, HEAD, OPTIONS" } },
		{ "GET a token", "GET", "/api/v2/domains/a/settings/token/x", .status = 405,
		    .shape = WFAIL(405, "Method not allowed"),
		    .want = { "Allow: DELETE, PATCH, OPTIONS" } },
		{ "OPTIONS", "OPTIONS", "/login", .status = 204,
		    .want = { "Allow: POST, OPTIONS" } },
		{ "unknown", "GET", "/api/v2/other?access_token=$s1", WNOT_FOUND },
		{ "unknown, root", "GET", "/api/v2/", WNOT_FOUND },
		{ "unknown, deeper", "GET", "/api/v2/whoami/x", WNOT_FOUND },
		{ "unknown, slash", "GET", "/api/v2/whoami/", WNOT_FOUND },
		{ "unknown method too", "PUT", "/api/v2/x", .raw = "", WNOT_FOUND },
		{ "below login", "POST", "/login/x", .raw = "", .foreign = true, .status = 404 },
		{ "begins alike", "POST", "/logins", .raw = "", .foreign = true, .status = 404 },
		{ "still there", WHOAMI, { BY(1) }, .status = 200 },
	};

	session_begin("1", "100@mydomain.com");
	RUN(rows);
}

/* No token of one API is valid for the other. */
static void
families(void)
{
	static const struct row rows[] = {
		{ "session as JWT", "GET", "/rest/auth", { "X-Auth-Token: $s1" }, .status = 401 },
		{ "with its key", "GET", "/rest/auth", { "X-Auth-Token: $s1", "X-Key: $k1" },
		    .status = 401 },
		{ "as Webitel has it", "GET", "/rest/auth", { BY(1) }, .status = 401 },
		{ "as Bearer", "GET", "/rest/auth", { "Authorization: Bearer $s1" },
		    .status = 401 },
		{ "in the query", "GET", "/rest/auth?jwt=$s1", .status = 401 },
		{ "as bearer there", "GET", "/rest/auth?bearer=$s1", .status = 401 },
		{ "key as bearer", "GET", "/rest/auth?bearer=$k1", .status = 401 },
		{ "key as HA1B", "GET", "/rest/auth", { "X-Auth-HA1B-Token: $k1" }, .status = 401 },
		{ "in a form", "POST", "/rest/token", .form = "jwt=$s1&name=a", .status = 401 },
		{ "domain token as JWT", "GET", "/rest/auth", { "X-Auth-Token: $s3" },
		    .status = 401 },
		{ "domain token as Bearer", "GET", "/rest/auth", { "Authorization: Bearer $s3" },
		    .status = 401 },
		{ "domain token in the query", "GET", "/rest/auth?jwt=$s3", .status = 401 },
		{ "domain token as bearer there", "GET", "/rest/auth?bearer=$s3", .status = 401 },
		{ "JWT", WHOAMI, { "X-Access-Token: $jwt" }, WBAD_CALLER },
		{ "JWT with a key", WHOAMI, { "X-Access-Token: $jwt", "X-Key: $k1" }, WBAD_CALLER },
		{ "bearer token", WHOAMI, { "X-Access-Token: $token" }, WBAD_CALLER },
		{ "bearer token with a key", WHOAMI, { "X-Access-Token: $token", "X-Key: $k1" },
		    WBAD_CALLER },
		{ "bearer token as a key", WHOAMI, { BY_TOKEN(1), "X-Key: $token" }, WBAD_CALLER },
		{ "domain token with a key", WHOAMI, { BY_TOKEN(3), "X-Key: $k1" }, WBAD_CALLER },
		{ "session as domain token", WHOAMI, { BY_TOKEN(1) }, WBAD_CALLER },
		{ "JWT by its own header", WHOAMI, { "X-Auth-Token: $jwt" }, WBAD_CALLER },
		{ "JWT in the query", "GET", "/api/v2/whoami?jwt=$jwt", WBAD_CALLER },
		{ "Basic", WHOAMI, { ALICE }, WBAD_CALLER },
		{ "bearer logs nobody out", LOGOUT, { "X-Access-Token: $token", "X-Key: $k1" },
		    WBAD_CALLER },
		{ "domain token neither", LOGOUT, { BY_TOKEN(3) }, WBAD_CALLER },
		{ "delete by uuid", "DELETE", "/rest/token/$k1", { ALICE }, .status = 404,
		    .shape = FAIL(404, "Token not found") },
		{ "all are good", WHOAMI, { BY(1) }, .status = 200 },
		{ "each at home", WHOAMI, { BY_TOKEN(3) }, .status = 200 },
		{ "JWT at home", "GET", "/rest/auth", { "X-Auth-Token: $jwt" }, .status = 200 },
	};

	session_begin("1", "100@mydomain.com");
	log_in("jwt", ALICE);
	make_token("token", ALICE);
	EXPECT_INT("domain token", CTL("", "domain", "token", "add", "mydomain.com"), 0);
	word_set("s3", arena_strndup(test_mem(), word("printed"), strcspn(word("printed"), "\n")));
	keep_out_of_logs(word("s3"));
	RUN(rows);
}

CU_TestInfo webitel_tests[] = {
	{ "login", logins },
	{ "login refused", refused_logins },
	{ "claims", claims },
	{ "logout", logouts },
	{ "logout refused", refused_logouts },
	{ "whoami", whoami },
	{ "methods and paths", methods },
	{ "families of tokens", families },
	CU_TEST_INFO_NULL,
};
