// SPDX-License-Identifier: ISC
#include "http/serve.h"

#include "auth/token.h"
#include "rows.h"
#include "unit.h"

#define BAD_TOKEN	"000000000000000000000000000000000000000000000000"

#define Q100	"01234567890123456789012345678901234567890123456789" \
		"01234567890123456789012345678901234567890123456789"
#define Q1000	Q100 Q100 Q100 Q100 Q100 Q100 Q100 Q100 Q100 Q100
#define Q_LONG	Q1000 Q1000 Q1000 Q1000 Q1000

/* A request that fails every step from some step on gets the first refusal of API 3.4. */
static const struct serve_row order_rows[] = {
	{ "route", { .method = "PUT", .path = "/rest/authx", .query = "a=%" Q_LONG, .plain = true,
	    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R404 },
	{ "method", { .method = "PUT", .path = "/rest/token", .query = "a=%" Q_LONG, .plain = true,
	    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R405 },
	{ "TLS", { .method = "POST", .path = "/rest/token", .query = "a=%" Q_LONG, .plain = true,
	    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, 308,
	    "Permanent Redirect", "Permanent redirect" },
	{ "URI", { .method = "POST", .path = "/rest/token", .query = "a=%" Q_LONG,
	    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R414 },
	{ "size of the body", { .method = "POST", .path = "/rest/token", .query = "a=%",
	    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R413 },
	{ "headers twice", { .method = "POST", .path = "/rest/token", .query = "a=%",
	    .body_state = BODY_BROKEN, .authorization = BAD_BASIC, .twice = "HTTP_AUTHORIZATION" },
	    R400("Duplicate header") },
	{ "query", { .method = "POST", .path = "/rest/token", .query = "jwt=a&jwt=%",
	    .body_state = BODY_BROKEN, .authorization = BAD_BASIC }, R400("Malformed form") },
	{ "length of the body", { .method = "POST", .path = "/rest/token", .query = "jwt=a&jwt=b",
	    .body_state = BODY_BROKEN, .authorization = BAD_BASIC }, R400("Malformed JSON") },
	{ "form", { .method = "POST", .path = "/rest/token", .query = "jwt=a&jwt=b", .type = FORM,
	    .body = "a=%", .authorization = BAD_BASIC }, R400("Malformed form") },
	{ "credential twice", { .method = "POST", .path = "/rest/token", .query = "jwt=a&jwt=b",
	    .body = "[", .authorization = BAD_BASIC }, R400("Duplicate credential") },
	{ "who", { .method = "POST", .path = "/rest/token", .type = "text/plain", .body = "[",
	    .authorization = BAD_BASIC }, R401 },
	{ "rights", { .method = "POST", .path = "/rest/token", .type = "text/plain", .body = "[",
	    .x_auth_token = "$b" }, R403 },
	{ "object", { .method = "PATCH", .path = "/rest/token/$g", .type = "text/plain",
	    .body = "[", .authorization = GOOD_BASIC }, R404 },
	{ "type of the body", { .method = "PATCH", .path = "/rest/token/$u", .body = "[",
	    .type = "text/plain", .authorization = GOOD_BASIC }, R415 },
	{ "body", { .method = "PATCH", .path = "/rest/token/$u", .body = "[",
	    .authorization = GOOD_BASIC }, R400("Malformed JSON") },
	{ "fields", { .method = "PATCH", .path = "/rest/token/$u", .body = "{\"ttl\":0}",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "nothing", { .method = "PATCH", .path = "/rest/token/$u", .body = "{}",
	    .authorization = GOOD_BASIC }, ROK },
};

static void
order(void)
{
	rows_expect(order_rows, NELEM(order_rows), NULL);
}

static void
credentials(void)
{
	static const struct serve_row rows[] = {
		{ "Basic", { .path = "/rest/auth", .authorization = GOOD_BASIC }, ROK },
		{ "bearer", { .path = "/rest/auth", .authorization = "Bearer $b" }, ROK },
		{ "bearer in X-Auth-Token", { .path = "/rest/auth", .x_auth_token = "$b" }, ROK },
		{ "bearer in the query", { .path = "/rest/auth", .query = "bearer=$b" }, ROK },
		{ "JWT", { .path = "/rest/auth", .x_auth_token = "$j" }, ROK },
		{ "JWT in Authorization", { .path = "/rest/auth", .authorization = "Bearer $j" },
		    ROK },
		{ "JWT in the query", { .path = "/rest/auth", .query = "jwt=$j" }, ROK },
		{ "JWT of a token", { .path = "/rest/auth", .x_auth_token = "$t" }, ROK },
		{ "JWT in a form", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .body = "jwt=$j&name=a" }, ROK },
		{ "none", { .path = "/rest/auth" }, R401 },
		{ "wrong password", { .path = "/rest/auth", .authorization = BAD_BASIC }, R401 },
		{ "unknown user", { .path = "/rest/auth", .authorization = UNKNOWN_BASIC }, R401 },
		{ "broken Basic", { .path = "/rest/auth", .authorization = "Basic !" }, R401 },
		{ "wrong token", { .path = "/rest/auth", .x_auth_token = BAD_TOKEN }, R401 },
		{ "wrong JWT", { .path = "/rest/auth", .x_auth_token = "a.b.c" }, R401 },
		{ "expired", { .path = "/rest/auth", .x_auth_token = "$b", .later_ms = 3600000 },
		    R401 },
		{ "JWT in bearer", { .path = "/rest/auth", .query = "bearer=$j" }, R401 },
		{ "bearer in jwt", { .path = "/rest/auth", .query = "jwt=$b" }, R401 },
		{ "JWT in the form of a GET", { .path = "/rest/auth", .type = FORM,
		    .body = "jwt=$j" }, R401 },
		{ "JWT in JSON", { .method = "POST", .path = "/rest/token",
		    .body = "{\"jwt\":\"$j\",\"name\":\"a\"}" }, R401 },
		{ "JWT in a cookie's place", { .path = "/rest/auth", .query = "token=$j" }, R401 },
		{ "comma after", { .path = "/rest/auth", .x_auth_token = "$j,$j" }, R401 },
		{ "blank inside", { .path = "/rest/auth", .x_auth_token = "$j $j" }, R401 },
		{ "stale JWT, good Basic", { .path = "/rest/auth", .x_auth_token = "$j",
		    .authorization = GOOD_BASIC, .later_ms = 86400000 }, ROK },
		{ "good JWT, wrong Basic", { .path = "/rest/auth", .x_auth_token = "$j",
		    .authorization = BAD_BASIC }, ROK },
		{ "good bearer, wrong JWT", { .path = "/rest/auth", .x_auth_token = "a.b.c",
		    .authorization = "Bearer $b" }, ROK },
		{ "all wrong", { .path = "/rest/auth", .x_auth_token = "a.b.c",
		    .authorization = BAD_BASIC, .query = "bearer=" BAD_TOKEN }, R401 },
		{ "a wrong header hides no query", { .path = "/rest/auth",
		    .x_auth_token = "a.b.c", .query = "jwt=$j" }, ROK },
		{ "nor a wrong query a form", { .method = "POST", .path = "/rest/token",
		    .query = "jwt=a.b.c", .type = FORM, .body = "jwt=$j&name=a" }, ROK },
		{ "nor one token another", { .path = "/rest/auth", .x_auth_token = "$b",
		    .authorization = "Bearer " BAD_TOKEN }, ROK },
	};

	rows_expect(rows, NELEM(rows), NULL);
}

static void
duplicates(void)
{
	static const struct serve_row rows[] = {
		{ "query key", { .path = "/rest/auth", .query = "jwt=$j&jwt=$j" },
		    R400("Duplicate credential") },
		{ "query key, encoded", { .path = "/rest/auth", .query = "jwt=$j&%6Awt=$j" },
		    R400("Duplicate credential") },
		{ "form key", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .body = "jwt=$j&jwt=$j&name=a" }, R400("Duplicate credential") },
		{ "a field of a form", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .authorization = GOOD_BASIC, .body = "name=a&name=a" },
		    R400("Duplicate credential") },
		{ "a field of a query", { .path = "/rest/token/list", .authorization = GOOD_BASIC,
		    .query = "limit=1&limit=2" }, R400("Duplicate credential") },
		{ "a field nobody reads", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .query = "x=1&x=2" }, ROK },
		{ "in a query and in a form", { .method = "POST", .path = "/rest/token",
		    .type = FORM, .query = "jwt=$j", .body = "jwt=$j&name=a" }, ROK },
		{ "X-Auth-Token", { .path = "/rest/auth", .x_auth_token = "$j",
		    .twice = "HTTP_X_AUTH_TOKEN" }, R400("Duplicate header") },
		{ "Authorization", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .twice = "HTTP_AUTHORIZATION" }, R400("Duplicate header") },
		{ "HTTPS", { .path = "/rest/auth", .authorization = GOOD_BASIC, .twice = "HTTPS" },
		    R400("Duplicate header") },
		{ "path", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .twice = "SCRIPT_NAME" }, R400("Duplicate header") },
		{ "a header nobody reads", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .twice = "HTTP_X_OTHER" }, ROK },
		{ "of repeated JSON keys the last", { .method = "POST", .path = "/rest/token",
		    .authorization = GOOD_BASIC, .body = "{\"name\":1,\"name\":\"a\"}" }, ROK },
	};

	rows_expect(rows, NELEM(rows), NULL);
}

static void
no_query(struct box *my)
{
	my->conf->accept_query_credentials = false;
}

static void
without_query(void)
{
	static const struct serve_row rows[] = {
		{ "JWT", { .path = "/rest/auth", .query = "jwt=$j" }, R401 },
		{ "bearer", { .path = "/rest/auth", .query = "bearer=$b" }, R401 },
		{ "on a route that reads a query", { .path = "/rest/token/list",
		    .query = "jwt=$j" }, R401 },
		{ "twice does not matter", { .path = "/rest/auth", .query = "jwt=$j&jwt=$j",
		    .x_auth_token = "$j" }, ROK },
		{ "nor what cannot be read", { .path = "/rest/auth", .query = "%",
		    .x_auth_token = "$j" }, ROK },
		{ "fields are read", { .path = "/rest/token/list", .query = "limit=0",
		    .x_auth_token = "$j" }, R400("ValidateError") },
		{ "a form is read", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .body = "jwt=$j&name=a" }, ROK },
	};

	rows_expect(rows, NELEM(rows), no_query);
}

static const struct serve_row method_rows[] = {
	{ "HEAD", { .method = "HEAD", .path = "/rest/auth", .authorization = GOOD_BASIC }, ROK },
	{ "HEAD of a list", { .method = "HEAD", .path = "/rest/token/list", .x_auth_token = "$b" },
	    ROK },
	{ "HEAD without credentials", { .method = "HEAD", .path = "/rest/auth" }, R401 },
	{ "HEAD where is no GET", { .method = "HEAD", .path = "/rest/token",
	    .authorization = GOOD_BASIC }, R405 },
	{ "OPTIONS", { .method = "OPTIONS", .path = "/rest/auth" }, 204, "No Content", NULL },
	{ "OPTIONS, captured", { .method = "OPTIONS", .path = "/rest/token/x" }, 204, "No Content",
	    NULL },
	{ "OPTIONS of nothing", { .method = "OPTIONS", .path = "/rest/x" }, R404 },
	{ "OPTIONS *", { .method = "OPTIONS", .path = "*" }, R404 },
	{ "TRACE", { .method = "TRACE", .path = "/rest/auth", .authorization = GOOD_BASIC }, R405 },
	{ "PUT", { .method = "PUT", .path = "/rest/auth", .authorization = GOOD_BASIC }, R405 },
	{ "small letters", { .method = "get", .path = "/rest/auth", .authorization = GOOD_BASIC },
	    R405 },
	{ "empty", { .method = "", .path = "/rest/auth", .authorization = GOOD_BASIC }, R405 },
	{ "slash after", { .path = "/rest/auth/", .authorization = GOOD_BASIC }, R404 },
	{ "no path", { .path = "", .authorization = GOOD_BASIC }, R404 },
	{ "line end", { .path = "/rest/auth\r\nX: y", .authorization = GOOD_BASIC }, R404 },
	{ "a body of GET is not looked at", { .path = "/rest/auth", .authorization = GOOD_BASIC,
	    .type = FORM, .body = "%", .body_state = BODY_TOO_LARGE }, ROK },
	{ "a broken body of HEAD", { .method = "HEAD", .path = "/rest/auth", .type = FORM,
	    .authorization = GOOD_BASIC, .body_state = BODY_BROKEN }, ROK },
	{ "JSON type and no body", { .path = "/rest/auth", .authorization = GOOD_BASIC,
	    .type = "application/json" }, ROK },
};

static void
methods(void)
{
	struct reply reply;
	struct box my;

	rows_expect(method_rows, NELEM(method_rows), NULL);
	box_open(&my, test_directory());
	reply = box_ask(&my, &(struct ask){ .method = "HEAD", .path = "/rest/auth",
	    .authorization = GOOD_BASIC });
	EXPECT_TRUE("HEAD has a length, but no body", reply.head && reply.body_len > 100);
	reply = box_ask(&my, &(struct ask){ .method = "OPTIONS", .path = "/rest/auth" });
	EXPECT_STRING("Allow", ask_header(&reply, "Allow", 0), "GET, HEAD, DELETE, OPTIONS");
	reply = box_ask(&my, &(struct ask){ .method = "PUT", .path = "/rest/token/x" });
	EXPECT_STRING("Allow", ask_header(&reply, "Allow", 0), "PATCH, DELETE, OPTIONS");
	box_close(&my);
}

#define R301	301, "Moved Permanently", "Moved permanently"
#define R308	308, "Permanent Redirect", "Permanent redirect"

static void
plain_http(void)
{
	static const struct serve_row rows[] = {
		{ "GET", { .path = "/rest/auth", .authorization = GOOD_BASIC, .plain = true },
		    R301 },
		{ "HEAD", { .method = "HEAD", .path = "/rest/auth", .plain = true }, R301 },
		{ "POST", { .method = "POST", .path = "/rest/token", .plain = true }, R308 },
		{ "DELETE", { .method = "DELETE", .path = "/rest/token/all", .plain = true,
		    .authorization = GOOD_BASIC }, R308 },
		{ "OPTIONS", { .method = "OPTIONS", .path = "/rest/auth", .plain = true }, R308 },
		{ "unknown path", { .path = "/rest/x", .plain = true }, R404 },
	};
	struct reply reply;
	struct box my;
	struct token token;

	rows_expect(rows, NELEM(rows), NULL);
	box_open(&my, test_directory());
	box_token(&my, &my.alice, 3600, &token);
	reply = box_ask(&my, &(struct ask){ .method = "DELETE", .path = "/rest/token/all",
	    .query = "x=1", .authorization = GOOD_BASIC, .plain = true });
	EXPECT_STRING("Location", ask_header(&reply, "Location", 0),
	    "https://localhost/rest/token/all?x=1");
	EXPECT_VERDICT("nothing was done", token_get(my.auth, &my.alice, &token.id, NOW_MS,
	    &token), 0);
	my.conf->allow_plain_http = true;
	reply = box_ask(&my, &(struct ask){ .path = "/rest/auth", .authorization = GOOD_BASIC,
	    .plain = true });
	EXPECT_INT("allowed", reply.status, 200);
	box_close(&my);
}

/* Whatever else is wrong or right with it: what it asks for may be missing. */
static void
oversized(void)
{
	static const struct { const char *path; int status; const char *body; } rows[] = {
		{ "/rest/auth", 431, "{\"success\":false,\"status\":431,"
		    "\"message\":\"Request header fields too large\"}" },
		{ "/rest/nothing", 431, "{\"success\":false,\"status\":431,"
		    "\"message\":\"Request header fields too large\"}" },
		{ "/api/v2/whoami", 431, "{\"status\":431,"
		    "\"message\":\"Request header fields too large\","
		    "\"info\":\"Request header fields too large\"}" },
		{ "/rest/verify", 401, "{\"success\":false,\"status\":401,"
		    "\"message\":\"Wrong credentials\"}" },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++) {
		reply = box_ask(&my, &(struct ask){ .path = rows[i].path,
		    .authorization = GOOD_BASIC, .oversized = true });
		EXPECT_INT(rows[i].path, reply.status, rows[i].status);
		EXPECT_STRING(rows[i].path, reply.body, rows[i].body);
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "oversized", oversized },
	{ "order", order },
	{ "credentials", credentials },
	{ "duplicates", duplicates },
	{ "without query", without_query },
	{ "methods", methods },
	{ "plain HTTP", plain_http },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/serve", tests);
