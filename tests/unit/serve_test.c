// SPDX-License-Identifier: ISC
#include "http/serve.h"

#include <string.h>

#include "auth/token.h"
#include "auth/user.h"
#include "base/json.h"
#include "ready.h"
#include "unit.h"

#define GOOD_BASIC	"Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="
#define BAD_BASIC	"Basic YWxpY2VAZXhhbXBsZS5jb206d3Jvbmc="
#define UNKNOWN_BASIC	"Basic Ym9iQGV4YW1wbGUuY29tOmNvcnJlY3QgaG9yc2U="
#define BAD_TOKEN	"000000000000000000000000000000000000000000000000"
#define FORM		"application/x-www-form-urlencoded"
#define UNKNOWN_UUID	"00000000-0000-4000-8000-000000000000"

/*
 * In paths, queries, headers and bodies of rows: $j a JWT, $b a bearer token, $t the
 * JWT made from it, $u its uuid, $f a token of another user, $g the uuid of that.
 */
struct names {
	const char *jwt, *bearer, *token_jwt, *foreign;
	char id[UUID_TEXT_SIZE], foreign_id[UUID_TEXT_SIZE];
};

struct row {
	const char *row;
	struct ask ask;
	int status;
	const char *reason, *message;	/* no message: success, or no body */
};

static void
names_make(struct ready *my, struct names *names)
{
	struct identity bob = ready_user(my, "bob@example.com"), by_token;
	struct token token;

	names->bearer = ready_token(my, &my->alice, 3600, &token);
	uuid_text(names->id, &token.id);
	EXPECT_INT("token", token_verify(my->auth, names->bearer, READY_NOW_MS, &by_token), 0);
	names->token_jwt = ready_jwt(my, &by_token);
	names->jwt = ready_jwt(my, &my->alice);
	names->foreign = ready_token(my, &bob, 3600, &token);
	uuid_text(names->foreign_id, &token.id);
}

static const char *
named(const struct names *names, char letter)
{
	switch (letter) {
	case 'j': return names->jwt;
	case 'b': return names->bearer;
	case 't': return names->token_jwt;
	case 'u': return names->id;
	case 'f': return names->foreign;
	case 'g': return names->foreign_id;
	default: return "";
	}
}

static const char *
expand(struct arena *mem, const struct names *names, const char *text)
{
	struct text t;

	if (!text)
		return NULL;
	text_init(&t, mem);
	text_puts(&t, "");
	for (; *text; text++) {
		if (*text == '$')
			text_puts(&t, named(names, *++text));
		else
			text_put(&t, text, 1);
	}
	return t.data;
}

static struct reply
ask_row(struct ready *my, const struct names *names, const struct ask *row)
{
	struct ask ask = *row;

	ask.path = expand(&my->mem, names, row->path);
	ask.query = expand(&my->mem, names, row->query);
	ask.authorization = expand(&my->mem, names, row->authorization);
	ask.x_auth_token = expand(&my->mem, names, row->x_auth_token);
	ask.body = expand(&my->mem, names, row->body);
	return ready_ask(my, &ask);
}

/* The member of the envelope as text; "" if it is absent or the body no JSON. */
static const char *
message_of(struct ready *my, const struct reply *reply)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *value;
	size_t len;

	if (!reply->body || json_parse(reply->body, reply->body_len, &root) ||
	    !json_member(root, "message", &value))
		return NULL;
	return arena_strdup(&my->mem, json_text(value, &len));
}

static void
expect_row(struct ready *my, const struct row *row, const struct reply *reply)
{
	EXPECT_INT(row->row, reply->status, row->status);
	EXPECT_STRING(row->row, reply->reason, row->reason);
	EXPECT_STRING(row->row, message_of(my, reply), row->message);
	EXPECT_STRING(row->row, ready_header(reply, "Cache-Control", 0), "no-store");
	EXPECT_STRING(row->row, ready_header(reply, "X-Content-Type-Options", 0), "nosniff");
	EXPECT_STRING(row->row, ready_header(reply, "Content-Type", 0),
	    reply->body ? "application/json; charset=utf-8" : NULL);
	EXPECT_INT(row->row, reply->status == 401,
	    ready_header(reply, "WWW-Authenticate", 0) != NULL);
}

static void
expect_rows(const struct row *rows, size_t count, void (*prepare)(struct ready *))
{
	struct names names;
	struct reply reply;
	struct ready my;

	ready_open(&my, test_directory());
	names_make(&my, &names);
	if (prepare)
		prepare(&my);
	for (size_t i = 0; i < count; i++) {
		reply = ask_row(&my, &names, &rows[i].ask);
		expect_row(&my, &rows[i], &reply);
	}
	ready_close(&my);
}

#define ROK	200, "OK", NULL
#define R400(message)	400, "Bad Request", message
#define R401	401, "Unauthorized", "Wrong credentials"
#define R403	403, "Forbidden", "Forbidden"
#define R404	404, "Not Found", "Not found"
#define R405	405, "Method Not Allowed", "Method not allowed"
#define R413	413, "Payload Too Large", "Payload too large"
#define R414	414, "URI Too Long", "URI too long"
#define R415	415, "Unsupported Media Type", "Unsupported media type"

#define Q1000 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234" \
    "567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890" \
    "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456" \
    "789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012" \
    "345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
#define Q_LONG	Q1000 Q1000 Q1000 Q1000 Q1000 Q1000 Q1000 Q1000 Q1000

/* Everything wrong from some step on: the first refusal of CONTRACT 8.1 is the answer. */
static void
order(void)
{
	static const struct row rows[] = {
		{ "route", { .method = "PUT", .path = "/rest/authx", .query = "a=%" Q_LONG, .plain = true,
		    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R404 },
		{ "method", { .method = "PUT", .path = "/rest/token", .query = "a=%" Q_LONG, .plain = true,
		    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R405 },
		{ "TLS", { .method = "POST", .path = "/rest/token", .query = "a=%" Q_LONG, .plain = true,
		    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" },
		    308, "Permanent Redirect", "Permanent redirect" },
		{ "URI", { .method = "POST", .path = "/rest/token", .query = "a=%" Q_LONG,
		    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R414 },
		{ "size of the body", { .method = "POST", .path = "/rest/token", .query = "a=%",
		    .body_state = BODY_TOO_LARGE, .twice = "HTTP_AUTHORIZATION" }, R413 },
		{ "headers twice", { .method = "POST", .path = "/rest/token", .query = "a=%",
		    .body_state = BODY_BROKEN, .authorization = BAD_BASIC,
		    .twice = "HTTP_AUTHORIZATION" }, R400("Duplicate header") },
		{ "query", { .method = "POST", .path = "/rest/token", .query = "jwt=a&jwt=%",
		    .body_state = BODY_BROKEN, .authorization = BAD_BASIC }, R400("Malformed form") },
		{ "length of the body", { .method = "POST", .path = "/rest/token",
		    .query = "jwt=a&jwt=b", .body_state = BODY_BROKEN, .authorization = BAD_BASIC },
		    R400("Malformed JSON") },
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

	expect_rows(rows, NELEM(rows), NULL);
}

static void
credentials(void)
{
	static const struct row rows[] = {
		{ "Basic", { .path = "/rest/auth", .authorization = GOOD_BASIC }, ROK },
		{ "bearer", { .path = "/rest/auth", .authorization = "Bearer $b" }, ROK },
		{ "bearer in X-Auth-Token", { .path = "/rest/auth", .x_auth_token = "$b" }, ROK },
		{ "bearer in the query", { .path = "/rest/auth", .query = "bearer=$b" }, ROK },
		{ "JWT", { .path = "/rest/auth", .x_auth_token = "$j" }, ROK },
		{ "JWT in Authorization", { .path = "/rest/auth", .authorization = "Bearer $j" }, ROK },
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
		{ "expired", { .path = "/rest/auth", .x_auth_token = "$b", .later_ms = 3600000 }, R401 },
		{ "JWT in bearer", { .path = "/rest/auth", .query = "bearer=$j" }, R401 },
		{ "bearer in jwt", { .path = "/rest/auth", .query = "jwt=$b" }, R401 },
		{ "JWT in the form of a GET", { .path = "/rest/auth", .type = FORM, .body = "jwt=$j" },
		    R401 },
		{ "JWT in JSON", { .method = "POST", .path = "/rest/token",
		    .body = "{\"jwt\":\"$j\",\"name\":\"a\"}" }, R401 },
		{ "JWT in a cookie's place", { .path = "/rest/auth", .query = "token=$j" }, R401 },
		{ "comma behind", { .path = "/rest/auth", .x_auth_token = "$j,$j" }, R401 },
		{ "blank inside", { .path = "/rest/auth", .x_auth_token = "$j $j" }, R401 },
		{ "stale JWT, good Basic [seen]", { .path = "/rest/auth", .x_auth_token = "$j",
		    .authorization = GOOD_BASIC, .later_ms = 86400000 }, ROK },
		{ "good JWT, wrong Basic", { .path = "/rest/auth", .x_auth_token = "$j",
		    .authorization = BAD_BASIC }, ROK },
		{ "good bearer, wrong JWT", { .path = "/rest/auth", .x_auth_token = "a.b.c",
		    .authorization = "Bearer $b" }, ROK },
		{ "all wrong", { .path = "/rest/auth", .x_auth_token = "a.b.c",
		    .authorization = BAD_BASIC, .query = "bearer=" BAD_TOKEN }, R401 },
		{ "the header is used, not the query", { .path = "/rest/auth", .x_auth_token = "a.b.c",
		    .query = "jwt=$j" }, R401 },
		{ "the query is used, not the form", { .method = "POST", .path = "/rest/token",
		    .query = "jwt=a.b.c", .type = FORM, .body = "jwt=$j&name=a" }, R401 },
	};

	expect_rows(rows, NELEM(rows), NULL);
}

static void
duplicates(void)
{
	static const struct row rows[] = {
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
		{ "in a query and in a form", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .query = "jwt=$j", .body = "jwt=$j&name=a" }, ROK },
		{ "X-Auth-Token", { .path = "/rest/auth", .x_auth_token = "$j",
		    .twice = "HTTP_X_AUTH_TOKEN" }, R400("Duplicate header") },
		{ "Authorization", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .twice = "HTTP_AUTHORIZATION" }, R400("Duplicate header") },
		{ "HTTPS", { .path = "/rest/auth", .authorization = GOOD_BASIC, .twice = "HTTPS" },
		    R400("Duplicate header") },
		{ "path", { .path = "/rest/auth", .authorization = GOOD_BASIC, .twice = "SCRIPT_NAME" },
		    R400("Duplicate header") },
		{ "a header nobody reads", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .twice = "HTTP_X_OTHER" }, ROK },
		{ "of repeated JSON keys the last", { .method = "POST", .path = "/rest/token",
		    .authorization = GOOD_BASIC, .body = "{\"name\":1,\"name\":\"a\"}" }, ROK },
	};

	expect_rows(rows, NELEM(rows), NULL);
}

static void
no_query(struct ready *my)
{
	my->conf->accept_query_credentials = false;
}

static void
without_query(void)
{
	static const struct row rows[] = {
		{ "JWT", { .path = "/rest/auth", .query = "jwt=$j" }, R401 },
		{ "bearer", { .path = "/rest/auth", .query = "bearer=$b" }, R401 },
		{ "on a route that reads a query", { .path = "/rest/token/list", .query = "jwt=$j" },
		    R401 },
		{ "twice does not matter", { .path = "/rest/auth", .query = "jwt=$j&jwt=$j",
		    .x_auth_token = "$j" }, ROK },
		{ "nor what cannot be read", { .path = "/rest/auth", .query = "%", .x_auth_token = "$j" },
		    ROK },
		{ "fields are read", { .path = "/rest/token/list", .query = "limit=0",
		    .x_auth_token = "$j" }, R400("ValidateError") },
		{ "a form is read", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .body = "jwt=$j&name=a" }, ROK },
	};

	expect_rows(rows, NELEM(rows), no_query);
}

static void
methods(void)
{
	static const struct row rows[] = {
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
		{ "slash behind", { .path = "/rest/auth/", .authorization = GOOD_BASIC }, R404 },
		{ "no path", { .authorization = GOOD_BASIC }, R404 },
		{ "line end", { .path = "/rest/auth\r\nX: y", .authorization = GOOD_BASIC }, R404 },
		{ "a body of GET is not looked at", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .type = FORM, .body = "%", .body_state = BODY_TOO_LARGE }, ROK },
		{ "a broken body of HEAD", { .method = "HEAD", .path = "/rest/auth", .type = FORM,
		    .authorization = GOOD_BASIC, .body_state = BODY_BROKEN }, ROK },
		{ "JSON type and no body [seen]", { .path = "/rest/auth", .authorization = GOOD_BASIC,
		    .type = "application/json" }, ROK },
	};
	struct reply reply;
	struct ready my;

	expect_rows(rows, NELEM(rows), NULL);
	ready_open(&my, test_directory());
	reply = ready_ask(&my, &(struct ask){ .method = "HEAD", .path = "/rest/auth",
	    .authorization = GOOD_BASIC });
	EXPECT_TRUE("HEAD has a length, but no body", reply.head && reply.body_len > 100);
	reply = ready_ask(&my, &(struct ask){ .method = "OPTIONS", .path = "/rest/auth" });
	EXPECT_STRING("Allow", ready_header(&reply, "Allow", 0), "GET, HEAD, OPTIONS");
	reply = ready_ask(&my, &(struct ask){ .method = "PUT", .path = "/rest/token/x" });
	EXPECT_STRING("Allow", ready_header(&reply, "Allow", 0), "PATCH, DELETE, OPTIONS");
	ready_close(&my);
}

#define R301	301, "Moved Permanently", "Moved permanently"
#define R308	308, "Permanent Redirect", "Permanent redirect"

static void
plain_http(void)
{
	static const struct row rows[] = {
		{ "GET", { .path = "/rest/auth", .authorization = GOOD_BASIC, .plain = true }, R301 },
		{ "HEAD", { .method = "HEAD", .path = "/rest/auth", .plain = true }, R301 },
		{ "POST", { .method = "POST", .path = "/rest/token", .plain = true }, R308 },
		{ "DELETE", { .method = "DELETE", .path = "/rest/token/all", .plain = true,
		    .authorization = GOOD_BASIC }, R308 },
		{ "OPTIONS", { .method = "OPTIONS", .path = "/rest/auth", .plain = true }, R308 },
		{ "unknown path", { .path = "/rest/x", .plain = true }, R404 },
	};
	struct reply reply;
	struct ready my;
	struct token *tokens;
	struct token token;
	size_t count = 0;

	expect_rows(rows, NELEM(rows), NULL);
	ready_open(&my, test_directory());
	ready_token(&my, &my.alice, 3600, &token);
	reply = ready_ask(&my, &(struct ask){ .method = "DELETE", .path = "/rest/token/all",
	    .query = "x=1", .authorization = GOOD_BASIC, .plain = true });
	EXPECT_STRING("Location", ready_header(&reply, "Location", 0),
	    "https://localhost/rest/token/all?x=1");
	EXPECT_INT("nothing was done", token_list(my.auth, &my.mem, &my.alice, NULL, 9,
	    READY_NOW_MS, &tokens, &count), 0);
	EXPECT_INT("nothing was done", (int64_t)count, 1);
	my.conf->allow_plain_http = true;
	reply = ready_ask(&my, &(struct ask){ .path = "/rest/auth", .authorization = GOOD_BASIC,
	    .plain = true });
	EXPECT_INT("allowed", reply.status, 200);
	ready_close(&my);
}

static void
tokens_refused(void)
{
	static const struct row rows[] = {
		{ "by a token", { .method = "POST", .path = "/rest/token", .x_auth_token = "$b",
		    .body = "{\"name\":\"a\"}" }, R403 },
		{ "by the JWT of a token", { .method = "POST", .path = "/rest/token",
		    .x_auth_token = "$t", .body = "{\"name\":\"a\"}" }, R403 },
		{ "extend by a token", { .method = "PATCH", .path = "/rest/token/$u",
		    .x_auth_token = "$b", .body = "{\"ttl\":600}" }, R403 },
		{ "extend by its JWT", { .method = "PATCH", .path = "/rest/token/$u",
		    .x_auth_token = "$t", .body = "{\"name\":\"a\",\"ttl\":600}" }, R403 },
		{ "rename by a token", { .method = "PATCH", .path = "/rest/token/$u",
		    .x_auth_token = "$b", .body = "{\"name\":\"b\"}" }, ROK },
		{ "the other path", { .method = "PATCH", .path = "/token/$u", .x_auth_token = "$b",
		    .body = "{\"name\":\"c\"}" }, ROK },
		{ "empty body", { .method = "POST", .path = "/rest/token", .authorization = GOOD_BASIC },
		    R400("Malformed JSON") },
		{ "no name", { .method = "POST", .path = "/rest/token", .authorization = GOOD_BASIC,
		    .body = "{}" }, R400("ValidateError") },
		{ "empty form", { .method = "POST", .path = "/rest/token", .authorization = GOOD_BASIC,
		    .type = FORM }, R400("ValidateError") },
		{ "change someone else's", { .method = "PATCH", .path = "/rest/token/$g",
		    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
		{ "change an unknown one", { .method = "PATCH", .path = "/rest/token/" UNKNOWN_UUID,
		    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
		{ "change no uuid", { .method = "PATCH", .path = "/rest/token/x",
		    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
		{ "change by the secret", { .method = "PATCH", .path = "/rest/token/$b",
		    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
		{ "end someone else's", { .method = "DELETE", .path = "/rest/token/$f",
		    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
		{ "end someone else's by uuid", { .method = "DELETE", .path = "/rest/token/$g",
		    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
		{ "end nothing", { .method = "DELETE", .path = "/rest/token/x",
		    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
		{ "limit 0", { .path = "/rest/token/list", .query = "limit=0",
		    .authorization = GOOD_BASIC }, R400("ValidateError") },
		{ "limit 1001", { .path = "/rest/token/list", .query = "limit=1001",
		    .authorization = GOOD_BASIC }, R400("ValidateError") },
		{ "limit x", { .path = "/rest/token/list", .query = "limit=x",
		    .authorization = GOOD_BASIC }, R400("ValidateError") },
		{ "limit empty", { .path = "/rest/token/list", .query = "limit=",
		    .authorization = GOOD_BASIC }, R400("ValidateError") },
		{ "after nothing", { .path = "/rest/token/list", .query = "after=",
		    .authorization = GOOD_BASIC }, R400("ValidateError") },
		{ "after no uuid", { .path = "/rest/token/list", .query = "after=x",
		    .authorization = GOOD_BASIC }, R400("ValidateError") },
		{ "after someone else's", { .path = "/rest/token/list", .query = "after=$g",
		    .authorization = GOOD_BASIC }, R400("ValidateError") },
		{ "list by a token", { .path = "/rest/token/list", .query = "limit=1&after=$u",
		    .x_auth_token = "$b" }, ROK },
		{ "end by itself", { .method = "DELETE", .path = "/rest/token/$b", .x_auth_token = "$b" },
		    ROK },
		{ "it is gone", { .path = "/rest/auth", .x_auth_token = "$b" }, R401 },
		{ "and its JWT", { .path = "/rest/auth", .x_auth_token = "$t" }, R401 },
		{ "end it again", { .method = "DELETE", .path = "/rest/token/$b",
		    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
		{ "end all", { .method = "DELETE", .path = "/rest/token/all",
		    .authorization = GOOD_BASIC }, ROK },
		{ "end all of none", { .method = "DELETE", .path = "/rest/token/all",
		    .authorization = GOOD_BASIC }, ROK },
	};

	expect_rows(rows, NELEM(rows), NULL);
}

/* A member of the payload as text, in my->mem; "" if it is absent. */
static const char *
member(struct ready *my, const struct reply *reply, const char *name)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *value;
	const char *out = "";
	struct text t;

	if (!reply->body || json_parse(reply->body, reply->body_len, &root) ||
	    !json_member(root, "payload", &value) || json_kind(value) != JSON_OBJECT ||
	    !json_member(value, name, &value))
		return "";
	text_init(&t, &my->mem);
	json_put_value(&t, value);
	EXPECT_INT("member", text_done(&t, &out, NULL), 0);
	return out;
}

static void
who_am_i(void)
{
	struct account account = account_new(READY_NOW_MS);
	uint64_t mask = (uint64_t)1 << field_index(&user_kind, "account");
	struct reply reply;
	struct ready my;
	char id[UUID_TEXT_SIZE];
	const char *want;
	struct user after;

	ready_open(&my, test_directory());
	reply = ready_ask(&my, &(struct ask){ .path = "/rest/auth", .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":{"
	    "\"created_on\":\"2023-11-14T22:13:19.000Z\",\"modified_on\":\"2023-11-14T22:13:19.000Z\","
	    "\"uuid\":\"%s\",\"email\":\"alice@example.com\",\"phone_number\":null,"
	    "\"first_name\":null,\"last_name\":null,\"dob\":null,\"gmail_user_id\":null,"
	    "\"facebook_user_id\":null,\"apple_user_id\":null,\"wechat_user_id\":null,"
	    "\"role\":\"User\",\"gender\":null,\"deleted_on\":null,\"token\":%s,"
	    "\"wss_online\":false,\"avatar\":null,\"account\":null}}",
	    uuid_text(id, &my.alice.user.id), member(&my, &reply, "token"));
	EXPECT_STRING("payload", reply.body, want);
	strcpy(account.name, "Acme");
	strcpy(account.balance, "99.87895");
	my.alice.user.account = account.id;
	EXPECT_INT("account", store_account_add(my.auth->store, &account), 0);
	EXPECT_INT("account", store_user_set(my.auth->store, &my.alice.user, mask, READY_NOW_MS,
	    &after), 0);
	reply = ready_ask(&my, &(struct ask){ .path = "/rest/auth", .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"created_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"modified_on\":\"2023-11-14T22:13:20.000Z\",\"uuid\":\"%s\",\"email\":null,"
	    "\"name\":\"Acme\",\"level\":\"Level0\",\"deleted_on\":null,\"balance\":99.87895}",
	    uuid_text(id, &account.id));
	EXPECT_STRING("account", member(&my, &reply, "account"), want);
	ready_close(&my);
}

static const char *
jwt_of(struct ready *my, const struct reply *reply)
{
	const char *quoted = member(my, reply, "token");

	return arena_strndup(&my->mem, quoted + 1, strlen(quoted) - 2);
}

/* The JWT of an answer opens the next request, as long as the session may last. */
static void
exchange(void)
{
	struct reply reply;
	struct ready my;
	struct ask again = { .path = "/rest/auth", .authorization = GOOD_BASIC };
	const int64_t end_ms = 30 * INT64_C(86400000), step_ms = 86400000 - 1000;

	ready_open(&my, test_directory());
	reply = ready_ask(&my, &again);
	again.authorization = NULL;
	for (int64_t later_ms = step_ms; later_ms < end_ms; later_ms += step_ms) {
		again.x_auth_token = jwt_of(&my, &reply);
		again.later_ms = later_ms;
		reply = ready_ask(&my, &again);
		EXPECT_INT("exchanged", reply.status, 200);
	}
	again.x_auth_token = jwt_of(&my, &reply);
	again.later_ms = end_ms - 1;
	reply = ready_ask(&my, &again);
	EXPECT_INT("until its last millisecond", reply.status, 200);
	again.x_auth_token = jwt_of(&my, &reply);
	again.later_ms = end_ms;
	reply = ready_ask(&my, &again);
	EXPECT_INT("30 days are over", reply.status, 401);
	ready_close(&my);
}

static void
token_life(void)
{
	const char *secret, *id, *want;
	struct reply reply;
	struct ready my;

	ready_open(&my, test_directory());
	reply = ready_ask(&my, &(struct ask){ .method = "POST", .path = "/rest/token",
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"a\\\"\\u00e9\",\"ttl\":600}" });
	secret = member(&my, &reply, "token");
	id = member(&my, &reply, "uuid");
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":{\"name\":\"a\\\"\xc3\xa9\","
	    "\"ttl\":600,\"token\":%s,\"expired_on\":\"2023-11-14T22:23:20.000Z\",\"uuid\":%s,"
	    "\"created_on\":\"2023-11-14T22:13:20.000Z\",\"modified_on\":\"2023-11-14T22:13:20.000Z\"}}",
	    secret, id);
	EXPECT_STRING("made", reply.body, want);
	reply = ready_ask(&my, &(struct ask){ .path = "/rest/token/list",
	    .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":[{"
	    "\"created_on\":\"2023-11-14T22:13:20.000Z\",\"modified_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"uuid\":%s,\"token\":%.5s…\",\"name\":\"a\\\"\xc3\xa9\",\"ttl\":600,"
	    "\"expired_on\":\"2023-11-14T22:23:20.000Z\"}]}", id, secret);
	EXPECT_STRING("listed", reply.body, want);
	reply = ready_ask(&my, &(struct ask){ .path = arena_printf(&my.mem, "/rest/token/%.48s",
	    secret + 1), .method = "DELETE", .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":{"
	    "\"created_on\":\"2023-11-14T22:13:20.000Z\",\"modified_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"token\":%s,\"name\":\"a\\\"\xc3\xa9\",\"expired_on\":\"2023-11-14T22:23:20.000Z\","
	    "\"uuid\":%s}}", secret, id);
	EXPECT_STRING("ended", reply.body, want);
	reply = ready_ask(&my, &(struct ask){ .path = "/rest/token/list",
	    .authorization = GOOD_BASIC });
	EXPECT_STRING("none", reply.body, "{\"success\":true,\"payload\":[]}");
	reply = ready_ask(&my, &(struct ask){ .path = "/rest/token/all", .method = "DELETE",
	    .authorization = GOOD_BASIC });
	EXPECT_STRING("all", reply.body, "{\"success\":true,\"payload\":{}}");
	ready_close(&my);
}

static void
caps(void)
{
	const struct ask post = { .method = "POST", .path = "/rest/token",
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"a\"}" };
	struct ask later = post;
	struct reply reply;
	struct ready my;

	ready_open(&my, test_directory());
	my.conf->max_tokens_per_user = 1;
	my.conf->token_ttl_default_s = 60;
	reply = ready_ask(&my, &post);
	EXPECT_INT("the first", reply.status, 200);
	EXPECT_STRING("default life", member(&my, &reply, "ttl"), "60");
	reply = ready_ask(&my, &post);
	EXPECT_INT("one too many", reply.status, 409);
	EXPECT_STRING("one too many", message_of(&my, &reply), "Too many tokens");
	later.later_ms = 60000;
	reply = ready_ask(&my, &later);
	EXPECT_INT("the first expired", reply.status, 200);
	ready_close(&my);
}

CU_TestInfo serve_tests[] = {
	{ "order", order },
	{ "credentials", credentials },
	{ "duplicates", duplicates },
	{ "without query", without_query },
	{ "methods", methods },
	{ "plain HTTP", plain_http },
	{ "tokens refused", tokens_refused },
	{ "who am I", who_am_i },
	{ "exchange", exchange },
	{ "token life", token_life },
	{ "caps", caps },
	CU_TEST_INFO_NULL,
};
