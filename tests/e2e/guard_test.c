// SPDX-License-Identifier: ISC
/* Who gets into a guarded site, what its programs then know, and the many who try. */
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "record.h"

/* The whole page, as it lies on the disk. */
static void
expect_page(const char *row, const struct http_answer *answer, const char *place)
{
	const char *begin = arena_printf(test_mem(), "begin of %s\n", place);
	const char *end = arena_printf(test_mem(), "end of %s\n", place);
	size_t len = strlen(begin) + 300000 + strlen(end);

	if (EXPECT_INT(row, (int64_t)answer->body_len, (int64_t)len)) {
		EXPECT_TRUE(row, strncmp(answer->body, begin, strlen(begin)) == 0);
		EXPECT_STRING(row, answer->body + len - strlen(end), end);
	}
}

static void
expect_line(const char *row, const struct http_answer *answer, const char *line)
{
	const char *want = arena_printf(test_mem(), "\n%s\n", words_in(test_mem(), line));

	if (!test_true(TEST_AT(row, want), strstr(answer->body, want) != NULL))
		printf("\n%s", answer->body);
}

static void
expect_absent(const char *row, const struct http_answer *answer, const char *text)
{
	const char *unwanted = words_in(test_mem(), text);

	if (!test_true(TEST_AT(row, unwanted), strstr(answer->body, unwanted) == NULL))
		printf("\n%s", answer->body);
}

static void
people(void)
{
	static const struct row whose = { "uuid", "GET", "/rest/auth", { ALICE }, .status = 200,
		.shape = OK("{'created_on':'<time>','modified_on':'<time>','uuid':'<uuid:alice_uuid>',"
		    "<rest>") };

	make_user("admin", "guard-admin@example.org", "guard-admin-1");
	EXPECT_INT("role", CTL("", "user", "set", "guard-admin@example.org", "--role", "Admin"), 0);
	run_row(&whose);
	log_in("jwt", ALICE);
	make_token("token", ALICE);
}

static void
good(void)
{
	static const struct row rows[] = {
		{ "Basic", "GET", PAGE, { ALICE }, .status = 200 },
		{ "JWT", "GET", PAGE, { "X-Auth-Token: $jwt" }, .status = 200 },
		{ "token", "GET", PAGE, { "Authorization: Bearer $token" }, .status = 200 },
		{ "token in the query", "GET", PAGE "?bearer=$token", .status = 200 },
		{ "HTTP/2", "GET", PAGE, { ALICE }, .http2 = true, .status = 200 },
		{ "long query", "GET", PAGE "?a=$long", { ALICE }, .status = 200 },
	};
	static const struct row admins[] = {
		{ "role", "GET", ADMIN_PAGE, { ADMIN }, .status = 200 },
		{ "role, HTTP/2", "GET", ADMIN_PAGE, { ADMIN }, .http2 = true, .status = 200 },
	};
	static const struct { struct row row; const char *type, *begin; } files[] = {
		{ { "type", "GET", "/private/page.html", { ALICE }, .status = 200 }, "text/html",
		    "<p>begin of private\n" },
		{ { "index", "GET", "/private/", { ALICE }, .status = 200 }, "text/html",
		    "begin of private index\n" },
		{ { "index, HTTP/2", "GET", "/private/", { ALICE }, .http2 = true, .status = 200 },
		    "text/html", "begin of private index\n" },
	};
	char *query = arena_alloc(test_mem(), 5001);
	struct http_answer answer;

	memset(query, 'q', 5000);
	query[5000] = '\0';
	word_set("long", query);
	for (size_t i = 0; i < NELEM(rows); i++) {
		answer = guard_ask(&rows[i]);
		expect_page(rows[i].row, &answer, "private");
	}
	for (size_t i = 0; i < NELEM(admins); i++) {
		answer = guard_ask(&admins[i]);
		expect_page(admins[i].row, &answer, "private/admin");
	}
	for (size_t i = 0; i < NELEM(files); i++) {
		const char *type;

		answer = guard_ask(&files[i].row);
		type = http_header(test_mem(), &answer, "Content-Type", 0);
		EXPECT_TRUE(files[i].row.row, type && strncmp(type, files[i].type,
		    strlen(files[i].type)) == 0);
		EXPECT_STRING(files[i].row.row, answer.body, files[i].begin);
	}
}

/* Headers by which a client names a user, as they are spelt in the recipes. */
#define MALLORY "X-Auth-User: mallory", "X-Auth-Email: mallory", "X-Auth-Role: mallory", \
	"X-Auth-Scope: mallory", "Auth-User: mallory", "Auth-Role: mallory", "Remote-User: mallory", \
	"Variable-AUTH_USER: mallory"

#define CHUNKED "Transfer-Encoding: chunked"

static void
expect_alice(const struct row *row, const struct http_answer *answer)
{
	static const char *const of_program[] = { "AUTH_USER=$alice_uuid",
	    "AUTH_EMAIL=alice@example.org", "AUTH_ROLE=User", "REMOTE_USER=alice@example.org" };
	static const char *const of_server[] = { "HTTP_X_AUTH_USER=$alice_uuid",
	    "HTTP_X_AUTH_EMAIL=alice@example.org", "HTTP_X_AUTH_ROLE=User" };
	bool served = strncmp(row->path, SERVICE, strlen(SERVICE)) == 0;
	const char *const *lines = served ? of_server : of_program;

	for (size_t i = 0; i < (served ? NELEM(of_server) : NELEM(of_program)); i++)
		expect_line(row->row, answer, lines[i]);
	expect_line(row->row, answer, row->form ? "body=a=hello" : "body=");
	expect_absent(row->row, answer, "mallory");
}

/* Programs learn the user from doorward, whatever the client sends. */
static void
programs(void)
{
	static const struct row general[] = {
		{ "Basic", "GET", NULL, { ALICE }, .status = 200 },
		{ "token", "GET", NULL, { "Authorization: Bearer $token" }, .status = 200 },
		{ "POST", "POST", NULL, { ALICE }, .form = "a=hello", .status = 200 },
		{ "POST, chunked", "POST", NULL, { ALICE, CHUNKED }, .form = "a=hello",
		    .status = 200 },
		{ "PUT, HTTP/2", "PUT", NULL, { ALICE }, .form = "a=hello", .http2 = true,
		    .status = 200 },
		{ "somebody else's name", "GET", NULL, { ALICE, MALLORY }, .status = 200 },
		{ "somebody else's name, HTTP/2", "GET", NULL, { ALICE, MALLORY }, .http2 = true,
		    .status = 200 },
	};
	static const struct row admins[] = {
		{ "admin", "GET", "/private/admin/who.php", { ADMIN }, .status = 200 },
		{ "admin, server", "GET", ADMIN_SERVICE, { ADMIN }, .status = 200 },
	};
	static const char *const paths[] = { WHO, SERVICE, SERVICE "/more?a=b" };
	struct http_answer answer;
	struct row row;

	for (size_t i = 0; i < NELEM(general) * NELEM(paths); i++) {
		row = general[i % NELEM(general)];
		row.path = paths[i / NELEM(general)];
		if (row.headers[1] && strcmp(row.path, WHO) == 0 &&
		    strcmp(row.headers[1], CHUNKED) == 0)
			row.status = WAY_GUARD_CHUNKED;
		answer = guard_ask(&row);
		if (answer.status == 200)
			expect_alice(&row, &answer);
	}
	for (size_t i = 0; i < NELEM(admins); i++) {
		answer = guard_ask(&admins[i]);
		expect_line(admins[i].row, &answer, "HTTP_X_AUTH_EMAIL=guard-admin@example.org");
		expect_line(admins[i].row, &answer, "HTTP_X_AUTH_ROLE=Admin");
	}
}

/*
 * All spellings of which programs make one name.  Such a request passes without what it
 * says, or not at all.
 */
static void
other_spellings(void)
{
	static const char *const names[] = { "X_Auth_Role", "X.Auth.Role", "X_Auth-Role",
	    "X-Auth_Role", "x_auth_role", "X-AUTH-ROLE", "x-auth-role", "X.Auth-User",
	    "X-Auth.Email", "X~Auth~Role", "X!Auth!Role", "Auth_User", "Auth.Role",
	    "Remote_User", "remote.user", "REMOTE-USER" };
	static const char *const paths[] = { WHO, SERVICE };
	struct http_request request = { .method = "GET", .headers = { ALICE } };
	struct http_answer answer;

	request.headers[0] = words_in(test_mem(), ALICE);
	for (size_t i = 0; i < NELEM(names) * NELEM(paths) * 2; i++) {
		const char *name = names[i / 2 % NELEM(names)];
		const char *path = paths[i / 2 / NELEM(names)];
		const char *row = arena_printf(test_mem(), "%s %s", name, path);

		request.http2 = i % 2;
		request.headers[1] = arena_printf(test_mem(), "%s: mallory", name);
		request.url = arena_printf(test_mem(), "%s%s", word("https"), path);
		answer = http_call(test_mem(), &request);
		EXPECT_TRUE(row, answer.status == 200 || answer.status == 400 ||
		    answer.status == 401 || answer.status == 403);
		expect_absent(row, &answer, "mallory");
		if (answer.status == 200)
			expect_line(row, &answer, "HTTP_X_AUTH_ROLE=User");
	}
}

/* Nor headers that are equivalent to one. */
static void
no_password(void)
{
	static const struct row rows[] = {
		{ "Basic", "GET", NULL, { ALICE }, .status = 200 },
		{ "Basic, HTTP/2", "GET", NULL, { ALICE }, .http2 = true, .status = 200 },
		{ "Basic, other case", "GET", NULL, { "authorization: basic $alice" },
		    .status = 200 },
		{ "beside a JWT", "GET", NULL, { "X-Auth-Token: $jwt", ALICE }, .status = 200 },
		{ "HA1B", "GET", NULL, { "X-Auth-HA1B-Token: $alice_ha1b" }, .status = 200 },
		{ "HA1B, HTTP/2", "GET", NULL, { "x-auth-ha1b-token: $alice_ha1b" }, .http2 = true,
		    .status = 200 },
	};
	static const char *const secrets[] = { "$alice", "$alice_password", "$alice_ha1b",
	    "PHP_AUTH_USER", "PHP_AUTH_PW" };
	static const char *const paths[] = { WHO, SERVICE };
	struct http_answer answer;
	struct row row;

	word_set("alice_ha1b", "e0265508b814cdbad26b1c6ecfc5b11c");
	for (size_t i = 0; i < NELEM(rows) * NELEM(paths); i++) {
		row = rows[i % NELEM(rows)];
		row.path = paths[i / NELEM(rows)];
		answer = guard_ask(&row);
		expect_line(row.row, &answer, "HTTP_X_AUTH_EMAIL=alice@example.org");
		for (size_t k = 0; k < NELEM(secrets); k++)
			expect_absent(row.row, &answer, secrets[k]);
	}
}

/* The answer is ours in every way but the status, which guard_refuse() looks at. */
static void
refusals(void)
{
	static const struct row rows[] = {
		{ "file", "GET", PAGE, .status = 401 },
		{ "program", "GET", WHO, .status = 401 },
		{ "server", "GET", SERVICE, .status = 401 },
		{ "HTTP/2", "GET", SERVICE, .http2 = true, .status = 401 },
		{ "wrong", "GET", PAGE, { "Authorization: Basic eDp5" }, .status = 401 },
	};
	struct http_answer answer;

	for (size_t i = 0; i < NELEM(rows); i++) {
		answer = guard_ask(&rows[i]);
		EXPECT_STRING(rows[i].row, answer.body,
		    "{\"success\":false,\"status\":401,\"message\":\"Wrong credentials\"}");
		EXPECT_STRING(rows[i].row, http_header(test_mem(), &answer, "Content-Type", 0),
		    "application/json; charset=utf-8");
		EXPECT_STRING(rows[i].row, http_header(test_mem(), &answer, "Cache-Control", 0),
		    "no-store");
		EXPECT_TRUE(rows[i].row, http_header(test_mem(), &answer, "WWW-Authenticate", 0));
	}
}

static void
nobody(void)
{
	static const struct row rows[] = {
		{ "no credential", .status = 401 },
		{ "HTTP/2", .http2 = true, .status = 401 },
		{ "wrong password", .headers = { "Authorization: Basic eDp5" }, .status = 401 },
		{ "no credential at all", .headers = { "Authorization: Basic" }, .status = 401 },
		{ "wrong token", .headers = { "Authorization: Bearer 0123456789" }, .status = 401 },
		{ "wrong JWT", .headers = { "X-Auth-Token: a.b.c" }, .status = 401 },
		{ "HA1B of nobody", .headers = { "X-Auth-HA1B-Token: "
		    "00000000000000000000000000000000" }, .status = 401 },
		{ "twice", .headers = { ALICE, "Authorization: Basic eDp5" },
		    .status = WAY_GUARD_TWICE },
		{ "form", .method = "POST", .form = "jwt=$jwt", .status = 401 },
		{ "part of it", .headers = { "Range: bytes=0-5" }, .status = 401 },
		{ "if it changed",
		    .headers = { "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT" },
		    .status = 401 },
		{ "HEAD", .method = "HEAD", .status = 401 },
		{ "POST", .method = "POST", .raw = "a", .status = 401 },
		{ "OPTIONS", .method = "OPTIONS", .status = 401 },
		{ "PROPFIND", .method = "PROPFIND", .status = 401 },
		{ "twice in the query", .path = PAGE "?jwt=$jwt&jwt=$jwt", .status = 401 },
		{ "wrong in the query", .path = WHO "?bearer=x", .status = 401 },
		{ "plain HTTP", .plain = true, .headers = { ALICE }, .status = 301 },
		{ "plain HTTP, proxied", .plain = true, .headers = { ALICE,
		    "X-Forwarded-Proto: https" }, .status = 301 },
		{ "directory", .path = "/private/", .status = 401 },
		{ "not there", .path = "/private/nothing", .status = 401 },
	};

	REFUSE(rows);
}

/* Results and questions of the web server, sent by a client. */
static void
forged(void)
{
	static const char *const headers[] = { "X-Auth-User: $alice_uuid",
	    "X-Auth-Email: alice@example.org", "X-Auth-Role: Admin",
	    "Variable-AUTH_USER: $alice_uuid", "Variable-AUTH-USER: $alice_uuid",
	    "Auth-User: $alice_uuid", "Remote-User: alice@example.org",
	    "X-Original-URI: /?bearer=$token",
	    "X-Original-Url: /?bearer=$token", "DOORWARD_QUERY: bearer=$token",
	    "Doorward-Query: bearer=$token", "HTTP_AUTHORIZATION: Basic $alice",
	    "X-Forwarded-User: alice@example.org", "Status: 200", "Location: " PAGE,
	    "X-Accel-Redirect: " PAGE, "X-Sendfile: " PAGE, "X-HTTP-Method-Override: OPTIONS",
	    "REDIRECT_STATUS: 200", "FCGI_ROLE: RESPONDER", "SCRIPT_NAME: /rest/settings" };
	static const char *const spellings[] = { "AUTH_USER: $alice_uuid", "X_Auth_Role: Admin",
	    "REMOTE_USER: alice@example.org", "Remote.User: alice@example.org" };
	struct row row = { .status = 401 };

	for (size_t i = 0; i < NELEM(headers); i++) {
		row.row = headers[i];
		row.headers[0] = headers[i];
		guard_refuse(&row, 1);
	}
	row.status = WAY_GUARD_SPELLING;
	for (size_t i = 0; i < NELEM(spellings); i++) {
		row.row = spellings[i];
		row.headers[0] = spellings[i];
		guard_refuse(&row, 1);
	}
}

/* As Envoy and Traefik ask: over HTTP, the method kept, the path after a prefix. */
static void
asked_over_http(void)
{
	static const struct row rows[] = {
		{ "GET", "GET", "/rest/verify", { ALICE }, .status = 204 },
		{ "path", "GET", "/rest/verify/private/page.txt?a=b", { ALICE }, .status = 204 },
		{ "HTTP/2", "GET", "/rest/verify/private/", { ALICE }, .http2 = true,
		    .status = 204 },
		{ "POST", "POST", "/rest/verify/service/who", { ALICE }, .form = "jwt=a.b.c&jwt=",
		    .status = 204 },
		{ "PUT", "PUT", "/rest/verify/service/who", { ALICE, JSON }, .raw = "{",
		    .status = 204 },
		{ "PATCH", "PATCH", "/rest/verify/rest/token/list", { ALICE }, .form = "a=b",
		    .status = 204 },
		{ "DELETE", "DELETE", "/rest/verify/rest/auth", { ALICE }, .status = 204 },
		{ "token", "DELETE", "/rest/verify/x", { "Authorization: Bearer $token" },
		    .status = 204 },
		{ "nobody", "GET", "/rest/verify/x", .status = 401 },
		{ "nobody, DELETE", "DELETE", "/rest/verify/x", .status = 401 },
		{ "query", "GET", "/rest/verify/x?bearer=$token", .status = 401 },
		{ "form", "POST", "/rest/verify/x", .form = "jwt=$jwt", .status = 401 },
		{ "wrong", "PUT", "/rest/verify", { "Authorization: Basic eDp5" }, .form = "a=b",
		    .status = 401 },
	};
	const char *user;
	struct http_answer answer;
	struct row row;

	for (size_t i = 0; i < NELEM(rows); i++) {
		row = rows[i];
		/* Unlike any other 204 of ours, it has no Allow. */
		row.foreign = true;
		answer = run_row(&row);
		user = http_header(test_mem(), &answer, "X-Auth-User", 0);
		EXPECT_STRING(row.row, user, row.status == 204 ? word("alice_uuid") : NULL);
		EXPECT_TRUE(row.row, (answer.body_len == 0) == (row.status == 204));
	}
}

/* A page of another site makes its visitors' browsers ask, with the Basic they remember. */
static void
other_sites(void)
{
	static const struct row rows[] = {
		{ "form of another site", .method = "POST", .form = "a=b", .headers = { ALICE,
		    "Origin: https://evil.example" }, .status = WAY_GUARD_ROLE },
		{ "image of another site", .headers = { ALICE, "Sec-Fetch-Site: cross-site",
		    "Sec-Fetch-Mode: no-cors" }, .status = WAY_GUARD_ROLE },
	};
	static const struct row good[] = {
		{ "link of another site", "GET", PAGE, { ALICE, "Sec-Fetch-Site: cross-site",
		    "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document" }, .status = 200 },
		{ "own form", "POST", WHO, { ALICE, "Origin: $https",
		    "Sec-Fetch-Site: same-origin" }, .form = "a=hello", .status = 200 },
		{ "own form, server", "POST", SERVICE, { ALICE, "Origin: $https" },
		    .form = "a=hello", .http2 = true, .status = 200 },
	};

	REFUSE(rows);
	for (size_t i = 0; i < NELEM(good); i++)
		guard_ask(&good[i]);
}

static void
roles(void)
{
	static const struct row rows[] = {
		{ "wrong role", .path = ADMIN_PAGE, .headers = { ALICE },
		    .status = WAY_GUARD_ROLE },
		{ "wrong role, PHP", .path = "/private/admin/who.php", .headers = { ALICE },
		    .status = WAY_GUARD_ROLE },
		{ "wrong role, server", .path = ADMIN_SERVICE, .headers = { ALICE },
		    .status = WAY_GUARD_ROLE },
		{ "by a token", .path = ADMIN_PAGE, .headers = { "Authorization: Bearer $token" },
		    .status = WAY_GUARD_ROLE },
		{ "says he has it", .path = ADMIN_PAGE, .headers = { ALICE, "X-Auth-Role: Admin",
		    "DOORWARD_ROLE: User", "Doorward-Role: User" }, .status = WAY_GUARD_ROLE },
		{ "nobody", .path = ADMIN_PAGE, .status = 401 },
		{ "a role that is none", .path = "/private/mistake/page.txt", .headers = { ALICE },
		    .status = WAY_GUARD_MISTAKE },
		{ "for all", .path = "/private/mistake/who.php", .headers = { ADMIN },
		    .status = WAY_GUARD_MISTAKE },
	};

	REFUSE(rows);
}

#define MAKE(n, limits) { "token " #n, "POST", "/rest/token", { ALICE }, \
	.json = "{'name':'s'," limits "}", .status = 200, .shape = NEW_TOKEN("s", 86400, n) }
#define SCOPE_PAGE "/private/scope/page.txt"
#define SCOPE_SERVICE "/service/scope/who"
#define BY(n) "Authorization: Bearer $t" #n

/* Tokens that were made for some sites, or for some places. */
static void
scopes(void)
{
	static const struct row made[] = {
		MAKE(1, "'scope':['own:read','own:write']"),
		MAKE(2, "'scope':['own:read']"),
		MAKE(3, "'scope':['guard']"),
		MAKE(4, "'scope':['token:read','auth']"),
		MAKE(5, "'addresses':['203.0.113.0/24','2001:db8::/32']"),
		MAKE(6, "'scope':['guard'],'addresses':['127.0.0.0/8','::1']"),
	};
	static const struct row good[] = {
		{ "no limit", "GET", SCOPE_PAGE, { "Authorization: Bearer $token" },
		    .status = 200 },
		{ "both", "GET", SCOPE_PAGE, { BY(1) }, .status = 200 },
		{ "more", "GET", SCOPE_SERVICE, { BY(1) }, .status = 200 },
		{ "the one", "GET", SCOPE_SERVICE, { BY(2) }, .status = 200 },
		{ "guard", "GET", PAGE, { BY(3) }, .status = 200 },
		{ "from here", "GET", SERVICE, { BY(6) }, .status = 200 },
	};
	static const struct row bad[] = {
		{ "one of two", .path = SCOPE_PAGE, .headers = { BY(2) },
		    .status = WAY_GUARD_ROLE },
		{ "guard", .path = SCOPE_PAGE, .headers = { BY(3) }, .status = WAY_GUARD_ROLE },
		{ "guard, server", .path = SCOPE_SERVICE, .headers = { BY(3) },
		    .status = WAY_GUARD_ROLE },
		{ "says it has more", .path = SCOPE_PAGE, .headers = { BY(3),
		    "X-Auth-Scope: own:read own:write", "DOORWARD_SCOPE: guard",
		    "Doorward-Scope: guard" }, .status = WAY_GUARD_ROLE },
		{ "of another site", .headers = { BY(1) }, .status = WAY_GUARD_ROLE },
		{ "of none", .headers = { BY(4) }, .status = WAY_GUARD_ROLE },
		{ "from elsewhere", .headers = { BY(5) }, .status = 401 },
	};
	struct http_answer answer;
	struct row row = good[3];

	for (size_t i = 0; i < NELEM(made); i++)
		run_row(&made[i]);
	for (size_t i = 0; i < NELEM(good); i++)
		guard_ask(&good[i]);
	REFUSE(bad);
	answer = guard_ask(&row);
	expect_line("the program hears of it", &answer, "HTTP_X_AUTH_SCOPE=own:read");
	row.path = WHO;
	row.headers[0] = BY(6);
	answer = guard_ask(&row);
	expect_line("the program hears of it", &answer, "AUTH_SCOPE=guard");
	expect_line("as others do", &answer, "HTTP_X_AUTH_SCOPE=guard");
	row.headers[0] = ALICE;
	answer = guard_ask(&row);
	expect_absent("no limit", &answer, "AUTH_SCOPE=g");
	expect_absent("no limit", &answer, "AUTH_SCOPE=o");
}

/* One path to the page, whichever way it is written. */
static void
spellings(void)
{
	static const char *const paths[] = { "//private/page.txt", "/private//page.txt",
	    "///private///page.txt", "/./private/page.txt", "/private/./page.txt",
	    "/x/../private/page.txt", "/private/../private/page.txt", "/%70rivate/page.txt",
	    "/private%2fpage.txt", "/private/page%2etxt", "/private/page.txt/",
	    "/private/page.txt%00", "/private/page.txt%20", "/private/page.txt;x",
	    "/PRIVATE/page.txt", "/private/who.php/x", "/private//who.php", "/private/who%2ephp",
	    "/private/../page.txt", "/privatex/../private/page.txt", "/rest/../private/page.txt",
	    "/_doorward/private", "/private/page.txt?/rest/settings",
	    "/__error/../private/page.txt",
	    "//service/who", "/service//who", "/./service/who", "/x/../service/who",
	    "/%73ervice/who", "/service%2fwho", "/service/../service/who",
	    "/rest/../service/who", "/service/./who", "/service;x/who", "/service/who%00" };
	static const char *const of_admin[] = { "/private//admin/page.txt",
	    "/private/%61dmin/page.txt", "/private/x/../admin/page.txt",
	    "/private/./admin/page.txt",
	    "/private/admin//page.txt", "/private/admin/../admin/page.txt",
	    "/private/Admin/page.txt", "/private/admin%2fpage.txt", "/private/admin/./who.php",
	    "/private//admin/who.php", "/service//admin/who", "/service/%61dmin/who",
	    "/service/x/../admin/who", "/service/./admin/who", "/service/admin%2fwho" };
	struct http_request request = { .method = "GET" };
	struct http_answer answer;

	for (size_t i = 0; i < NELEM(paths) + NELEM(of_admin); i++) {
		bool admin = i >= NELEM(paths);
		const char *path = admin ? of_admin[i - NELEM(paths)] : paths[i];

		request.url = arena_printf(test_mem(), "%s%s", word("https"), path);
		request.headers[0] = admin ? words_in(test_mem(), ALICE) : NULL;
		answer = http_call(test_mem(), &request);
		record_exchange(path, &request, &answer);
		EXPECT_TRUE(path, answer.status >= 400 && answer.status < 500);
		EXPECT_TRUE(path, !guard_is_content(&answer));
	}
}

/*
 * The body of a refused request is nobody's: not the beginning of the next one on a
 * connection that a web server keeps to another.
 */
static void
after_refusals(void)
{
	static const struct row good[] = {
		{ "program", "POST", WHO, { ALICE }, .form = "a=hello", .status = 200 },
		{ "server", "POST", SERVICE, { ALICE }, .form = "a=hello", .status = 200 },
	};
	struct http_request refused = { .method = "POST", .headers = { FORM }, .body = "a=b",
		.body_len = 3 };
	struct http_answer answer;

	for (size_t i = 0; i < 16; i++) {
		struct row row = good[i % NELEM(good)];

		refused.http2 = row.http2 = i & 2;
		refused.url = arena_printf(test_mem(), "%s%s", word("https"), row.path);
		answer = http_call(test_mem(), &refused);
		/* lighttpd resets the stream of HTTP/2. */
		EXPECT_TRUE(row.row, answer.status == 401 || (answer.status == 0 && row.http2));
		http_end();
		answer = guard_ask(&row);
		expect_alice(&row, &answer);
	}
}

CU_TestInfo guard_tests[] = {
	{ "people", people },
	{ "good credentials", good },
	{ "programs", programs },
	{ "other spellings", other_spellings },
	{ "no password", no_password },
	{ "refusals", refusals },
	{ "nobody", nobody },
	{ "forged headers", forged },
	{ "asked over HTTP", asked_over_http },
	{ "other sites", other_sites },
	{ "roles", roles },
	{ "scopes", scopes },
	{ "spellings", spellings },
	{ "after refusals", after_refusals },
	CU_TEST_INFO_NULL,
};
