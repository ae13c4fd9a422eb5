// SPDX-License-Identifier: ISC
/* Options that change what clients see; lighttpd-options.sh sets them. */
#include <string.h>

#include "auth/ha1b.h"
#include "webitel.h"

#define AUTH "GET", "/rest/auth"
#define CREATE "POST", "/rest/token"

static void
challenges(void)
{
	static const struct row rows[] = {
		{ "Bearer alone", AUTH, .status = 401,
		    .want = { "WWW-Authenticate: Bearer realm='Other realm'" } },
		{ "with an error", AUTH, { "X-Auth-Token: a.b.c" }, .status = 401,
		    .want = { "WWW-Authenticate: Bearer realm='Other realm', error='invalid_token'" } },
		{ "Basic is still accepted", AUTH, { ALICE }, .status = 200 },
	};

	RUN(rows);
	EXPECT_STRING("one challenge", http_header(test_mem(), &(struct http_answer){
	    .headers = run_row(&rows[0]).headers }, "WWW-Authenticate", 1), NULL);
}

static void
queries(void)
{
	static const struct row rows[] = {
		{ "JWT in the query", "GET", "/rest/auth?jwt=$jwt", .status = 401,
		    .want = { "WWW-Authenticate: Bearer realm='Other realm'" } },
		{ "token in the query", "GET", "/rest/auth?bearer=$token", .status = 401 },
		{ "beside a header that is good", "GET", "/rest/auth?jwt=x",
		    { "X-Auth-Token: $jwt" },
		    .status = 200 },
		{ "in the form", CREATE, .form = "jwt=$jwt", .status = 400,
		    .shape = BAD_FIELDS(FIELD("name", "`name` is required")) },
		{ "fields of the query", "GET", "/rest/token/list?limit=0", { ALICE },
		    .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("limit", "min 1", "'0'")) },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	log_in("jwt", ALICE);
	make_token("token", ALICE);
	RUN(rows);
}

static void
tokens(void)
{
	static const struct row rows[] = {
		{ "default life", CREATE, { ALICE }, .json = "{'name':'a'}", .status = 200,
		    .shape = NEW_TOKEN("a", 120, 1) },
		{ "longest life", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{'ttl':3600}",
		    .status = 200 },
		{ "longer", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{'ttl':3601}",
		    .status = 400, .shape = BAD_FIELDS(FIELD_VALUE("ttl", "max 3600", "3601")) },
		{ "a token makes another", CREATE, { "Authorization: Bearer $t1" },
		    .json = "{'name':'b'}", .status = 200, .shape = NEW_TOKEN("b", 120, 2) },
		{ "and extends one", "PATCH", "/rest/token/$u2", { "Authorization: Bearer $t1" },
		    .json = "{'ttl':600}", .status = 200 },
		{ "cap of two", CREATE, { ALICE }, .json = "{'name':'c'}", .status = 409,
		    .shape = FAIL(409, "Too many tokens") },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	RUN(rows);
}

static void
prefixes(void)
{
	static const struct row rows[] = {
		{ "create", CREATE, { ALICE }, .json = "{'name':'b'}", .status = 200,
		    .shape = NEW_TOKEN("b", 120, 1) },
		{ "shown with its prefix", "GET", "/rest/token/list", { ALICE }, .status = 200,
		    .shape = OK("[{'created_on':'<time>','modified_on':'<time>','uuid':'$u1',"
		    "'token':'<masked:shown>','name':'b','ttl':120,'expired_on':'<time>'}]") },
		{ "in Bearer", AUTH, { "Authorization: Bearer $t1" }, .status = 200 },
		{ "in X-Auth-Token", AUTH, { "X-Auth-Token: $t1" }, .status = 200 },
		{ "revoked by itself", "DELETE", "/rest/token/$t1", { "X-Auth-Token: $t1" },
		    .status = 200, .shape = DELETED("$t1", "b", 1) },
	};
	const char *bare;

	for (size_t i = 0; i < NELEM(rows); i++) {
		run_row(&rows[i]);
		bare = arena_printf(test_mem(), "X-Auth-Token: %s", word("t1") + 4);
		run_row(&(struct row){ "without its prefix", AUTH, { bare }, .status = 401 });
	}
	EXPECT_INT("created", strncmp(word("t1"), "dwt_", 4), 0);
	EXPECT_INT("shown", strncmp(word("shown"), "dwt_", 4), 0);
}

static void
sizes(void)
{
	char *json = arena_alloc(test_mem(), 2050);
	const struct row rows[] = {
		{ "at the limit", CREATE, { ALICE, JSON }, .raw = json, .raw_len = 2048,
		    .status = 400, .shape = FAIL(400, "Malformed JSON") },
		{ "above", CREATE, { ALICE, JSON }, .raw = json, .raw_len = 2049, .status = 413,
		    .shape = FAIL(413, "Payload too large") },
	};

	memset(json, ' ', 2049);
	RUN(rows);
}

static void
lives(void)
{
	static const struct row late = { "late", AUTH, { "X-Auth-Token: $jwt" }, .status = 401 };
	int64_t login;

	log_in("jwt", ALICE);
	login = jwt_claim(word("jwt"), "auth_time");
	EXPECT_INT("jwt_ttl_s", jwt_claim(word("jwt"), "exp") - jwt_claim(word("jwt"), "iat"), 600);
	clock_shift(500);
	log_in("jwt", "X-Auth-Token: $jwt");
	EXPECT_INT("max_session_s", jwt_claim(word("jwt"), "exp") - login, 900);
	clock_shift(401);
	run_row(&late);
}

/* The whole API is absent, and its headers are ignored. */
static void
no_webitel(void)
{
	static const struct row rows[] = {
		{ "login", "POST", "/login", .json = "{'username':'$alice_email',"
		    "'password':'$alice_password'}", WNOT_FOUND },
		{ "login by GET", "GET", "/login", WNOT_FOUND },
		{ "logout", "POST", "/logout", { BY_TOKEN(1) }, .raw = "", WNOT_FOUND },
		{ "logout, no length", "POST", "/logout", { BY_TOKEN(1) }, WNOT_FOUND },
		{ "whoami", "GET", "/api/v2/whoami", { BY_TOKEN(1) }, WNOT_FOUND },
		{ "OPTIONS", "OPTIONS", "/api/v2/whoami", WNOT_FOUND },
		{ "list", "GET", "/api/v2/domains/a/settings/token", { BY_TOKEN(1) }, WNOT_FOUND },
		{ "make", "POST", "/api/v2/domains/a/settings/token", { BY_TOKEN(1) }, .json = "{}",
		    WNOT_FOUND },
		{ "delete", "DELETE", "/api/v2/domains/a/settings/token/x", { BY_TOKEN(1) },
		    WNOT_FOUND },
		{ "headers", AUTH, { ALICE, "X-Access-Token: x", "X-Access-Token: y", "X-Key: z" },
		    .status = 200 },
	};

	EXPECT_INT("domain token", CTL("", "domain", "token", "add", "a"), 0);
	word_set("s1", arena_strndup(test_mem(), word("printed"), strcspn(word("printed"), "\n")));
	RUN(rows);
}

#define APP "Origin: https://app.example.org"
#define ALLOWED "Access-Control-Allow-Origin: https://app.example.org", "Vary: Origin"
#define REFUSED "!Access-Control-Allow-Origin", "Vary: Origin"

static void
origins(void)
{
	static const struct row rows[] = {
		{ "preflight", "OPTIONS", "/rest/token",
		    { APP, "Access-Control-Request-Method: POST",
		    "Access-Control-Request-Headers: x-auth-token" }, .status = 204,
		    .want = { ALLOWED, "Access-Control-Allow-Methods: POST, OPTIONS",
		    "Access-Control-Allow-Headers: Authorization, Content-Type, X-Requested-With, "
		    "X-AUTH-TOKEN, X-AUTH-GOOGLE-TOKEN" } },
		{ "preflight of nothing", "OPTIONS", "/rest/nothing", { APP,
		    "Access-Control-Request-Method: POST" }, .status = 204, .want = { ALLOWED,
		    "Access-Control-Allow-Methods: GET, HEAD, POST, PATCH, DELETE, OPTIONS" } },
		{ "its age", "OPTIONS", "/rest/auth", { APP }, .status = 204,
		    .want = { ALLOWED, "Access-Control-Max-Age: 600",
		    "!Access-Control-Allow-Credentials" } },
		{ "HTTP/2", "OPTIONS", "/rest/auth", { APP }, .http2 = true, .status = 204,
		    .want = { ALLOWED } },
		{ "payload", AUTH, { APP, ALICE }, .status = 200, .want = { ALLOWED } },
		{ "refusal", AUTH, { APP }, .status = 401, .want = { ALLOWED,
		    "Access-Control-Expose-Headers: Retry-After, WWW-Authenticate" } },
		{ "a listed page writes", "POST", "/rest/token", { APP, ALICE,
		    "Sec-Fetch-Site: cross-site" }, .json = "{'name':'a','ttl':60}", .status = 200,
		    .want = { ALLOWED } },
		{ "no route", "GET", "/rest/nothing", { APP }, .status = 404, .want = { ALLOWED } },
		{ "no method", "PUT", "/rest/auth", { APP }, .status = 405, .want = { ALLOWED } },
		{ "second origin", AUTH, { "Origin: http://localhost:3000" }, .status = 401,
		    .want = { "Access-Control-Allow-Origin: http://localhost:3000" } },
		{ "no origin", AUTH, { ALICE }, .status = 200, .want = { REFUSED } },
		{ "another", AUTH, { "Origin: https://evil.example", ALICE }, .status = 403,
		    .shape = FAIL(403, "Forbidden"), .want = { REFUSED } },
		{ "another writes", "POST", "/rest/token",
		    { "Origin: https://evil.example", ALICE },
		    .form = "name=a&ttl=60", .status = 403, .shape = FAIL(403, "Forbidden") },
		{ "an image", AUTH, { ALICE, "Sec-Fetch-Site: cross-site",
		    "Sec-Fetch-Mode: no-cors" }, .status = 403, .shape = FAIL(403, "Forbidden") },
		{ "preflight of another", "OPTIONS", "/rest/auth",
		    { "Origin: https://evil.example" },
		    .status = 204, .want = { REFUSED, "!Access-Control-Allow-Methods",
		    "!Access-Control-Allow-Headers" } },
		{ "null", AUTH, { "Origin: null" }, .status = 401, .want = { REFUSED } },
		{ "two", AUTH, { APP, APP }, .status = 401, .want = { REFUSED } },
	};

	RUN(rows);
}

static void
ha1b(void)
{
	char token[HA1B_LEN + 1];
	static const struct row rows[] = {
		{ "HA1B in a header", AUTH, { "X-Auth-HA1B-Token: $ha1b" }, .status = 401 },
		{ "in a form", "DELETE", "/rest/token/all", .form = "ha1b=$ha1b", .status = 401 },
		{ "in parts", "DELETE", "/rest/token/all", .parts = "ha1b=$ha1b", .status = 401 },
	};

	EXPECT_VERDICT("HA1B", ha1b_make(word("alice_email"), word("alice_password"),
	    strlen(word("alice_password")), token), 0);
	word_set("ha1b", token);
	keep_out_of_logs(token);
	RUN(rows);
}

static void
settings(void)
{
	static const struct row rows[] = {
		{ "settings", "GET", "/rest/settings", { APP }, .status = 200, .want = { ALLOWED },
		    .shape = OK("{'auth':{'google':{'client_id':'first.apps.example'},"
		    "'facebook':{'app_id':null},'methods':['basic','bearer','jwt','google']}}") },
	};

	RUN(rows);
}

CU_TestInfo option_tests[] = {
	{ "challenges", challenges },
	{ "queries", queries },
	{ "tokens", tokens },
	{ "prefixes", prefixes },
	{ "sizes", sizes },
	{ "no Webitel", no_webitel },
	{ "lives", lives },
	{ "origins", origins },
	{ "HA1B", ha1b },
	{ "settings", settings },
	CU_TEST_INFO_NULL,
};
