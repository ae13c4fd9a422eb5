// SPDX-License-Identifier: ISC
#include "http/reply.h"

#include <errno.h>
#include <string.h>

#include "http/call.h"
#include "service/ask.h"
#include "unit.h"

/* A call that reply_make can answer. */
struct stage {
	struct conf *conf;
	struct auth auth;
	struct arena mem;
	struct request req;
	struct call c;
};

static void
stage_open(struct stage *s)
{
	*s = (struct stage){ .conf = NULL };
	EXPECT_VERDICT("options", conf_defaults(&s->conf), 0);
	s->auth.conf = s->conf;
	arena_init(&s->mem, 0);
	EXPECT_VERDICT("request", request_init(&s->req, &s->mem, NULL, 0), 0);
	s->c = (struct call){ .conf = s->conf, .auth = &s->auth, .mem = &s->mem, .req = &s->req,
	    .path = "/a b", .query = "", .pattern = "/rest/auth" };
	text_init(&s->c.payload, &s->mem);
	text_puts(&s->c.payload, "[1]");
	text_init(&s->c.in.errors, &s->mem);
	text_puts(&s->c.in.errors, "\"params.a\":{}");
}

static void
stage_close(struct stage *s)
{
	arena_free(&s->mem);
	conf_drop(&s->conf);
}

#define FAULT	500, "Internal Server Error", "Internal server error"

static const struct {
	int result, status;
	const char *reason, *message, *header;	/* the header it has besides those of all */
} rows[] = {
	{ V_NOT_FOUND, 404, "Not Found", "Not found", NULL },
	{ V_EXISTS, FAULT, NULL },
	{ V_TOO_MANY, 409, "Conflict", "Too many tokens", NULL },
	{ V_LAST_ADMIN, 409, "Conflict", "Last admin", NULL },
	{ V_CHANGED, FAULT, NULL },
	{ V_MALFORMED, FAULT, NULL },
	{ V_INVALID, FAULT, NULL },
	{ V_ENDED, 401, "Unauthorized", "Wrong credentials", "WWW-Authenticate" },
	{ V_REUSED, 401, "Unauthorized", "Wrong credentials", "WWW-Authenticate" },
	{ V_WRONG_CREDENTIAL, 401, "Unauthorized", "Wrong credentials", "WWW-Authenticate" },
	{ V_WRONG_ADDRESS, 401, "Unauthorized", "Wrong credentials", "WWW-Authenticate" },
	{ V_FORBIDDEN, 403, "Forbidden", "Forbidden", NULL },
	{ V_NO_SCOPE, 403, "Forbidden", "Forbidden", NULL },
	{ V_UNAVAILABLE, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ V_THROTTLED, 429, "Too Many Requests", "Too many requests", "Retry-After" },
	{ V_WAITING, FAULT, NULL },
	{ V_HEADERS_TOO_LARGE, 431, "Request Header Fields Too Large",
	    "Request header fields too large", NULL },
	{ V_NO_ROUTE, 404, "Not Found", "Not found", NULL },
	{ V_NO_METHOD, 405, "Method Not Allowed", "Method not allowed", "Allow" },
	{ V_PREFLIGHT, 204, "No Content", NULL, "Allow" },
	{ V_PLAIN_HTTP, 301, "Moved Permanently", "Moved permanently", "Location" },
	{ V_URI_TOO_LONG, 414, "URI Too Long", "URI too long", NULL },
	{ V_BODY_TOO_LARGE, 413, "Payload Too Large", "Payload too large", NULL },
	{ V_BAD_FORM, 400, "Bad Request", "Malformed form", NULL },
	{ V_BAD_JSON, 400, "Bad Request", "Malformed JSON", NULL },
	{ V_JSON_AS_FORM, 400, "Bad Request",
	    "JSON was sent as a form; send Content-Type: application/json", NULL },
	{ V_DUPLICATE_CREDENTIAL, 400, "Bad Request", "Duplicate credential", NULL },
	{ V_DUPLICATE_HEADER, 400, "Bad Request", "Duplicate header", NULL },
	{ V_FORGED_HEADER, FAULT, NULL },	/* of the guards' dialects alone */
	{ V_FOREIGN_SITE, 403, "Forbidden", "Forbidden", NULL },
	{ V_NO_TOKEN, 404, "Not Found", "Token not found", NULL },
	{ V_ROTATED, 409, "Conflict", "Already rotated", NULL },
	{ V_TAKEN, 409, "Conflict", "Already taken", NULL },
	{ V_IN_USE, 409, "Conflict", "Account in use", NULL },
	{ V_MEDIA_TYPE, 415, "Unsupported Media Type", "Unsupported media type", NULL },
	{ V_BAD_FIELDS, 400, "Bad Request", "ValidateError", NULL },
	/* of the Webitel dialect alone */
	{ V_BAD_CALLER, FAULT, NULL },
	{ V_NO_USER, FAULT, NULL },
	{ V_NO_USER_NAME, FAULT, NULL },
	{ V_NO_DOMAIN, FAULT, NULL },
	{ V_BAD_EXPIRE, FAULT, NULL },
	{ V_BAD_ROLE, FAULT, NULL },
	{ V_BAD_STATE, FAULT, NULL },
	{ V_WEB_SERVER_ERROR, FAULT, NULL },	/* without a status of the server's */
	{ VERDICTS, FAULT, NULL },
	{ VERDICTS + 1000, FAULT, NULL },
	{ -EBADMSG, FAULT, NULL },
	{ -EINVAL, FAULT, NULL },
	{ -ENOSPC, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -ENOMEM, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -EAGAIN, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -EBUSY, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -EIO, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -EROFS, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -EMFILE, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -ENFILE, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -ENOLCK, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
	{ -ETIMEDOUT, 503, "Service Unavailable", "Service unavailable", "Retry-After" },
};

static void
expect_error(const char *row, struct stage *s, const struct reply *reply, size_t i)
{
	const bool about = rows[i].result == V_BAD_FIELDS || rows[i].result == V_TAKEN;
	const char *fields = about ? ",\"fields\":{\"params.a\":{}}" : "";

	EXPECT_INT(row, reply->status, rows[i].status);
	EXPECT_STRING(row, reply->reason, rows[i].reason);
	EXPECT_STRING(row, ask_header(reply, "Cache-Control", 0), "no-store");
	EXPECT_STRING(row, ask_header(reply, "X-Content-Type-Options", 0), "nosniff");
	EXPECT_TRUE(row, !rows[i].header || ask_header(reply, rows[i].header, 0));
	EXPECT_TRUE(row, rows[i].header || reply->header_count == 3);
	if (!rows[i].message) {
		EXPECT_TRUE(row, !reply->body && !ask_header(reply, "Content-Type", 0));
		return;
	}
	EXPECT_STRING(row, ask_header(reply, "Content-Type", 0),
	    "application/json; charset=utf-8");
	EXPECT_STRING(row, reply->body, arena_printf(&s->mem,
	    "{\"success\":false,\"status\":%d,\"message\":\"%s\"%s}", rows[i].status,
	    rows[i].message, fields));
	EXPECT_INT(row, (int64_t)reply->body_len, (int64_t)strlen(reply->body));
}

static void
results(void)
{
	struct reply reply;
	struct stage s;

	for (size_t i = 0; i < NELEM(rows); i++) {
		stage_open(&s);
		EXPECT_VERDICT(verdict_name(rows[i].result),
		    reply_make(&s.c, rows[i].result, &reply), rows[i].result);
		expect_error(verdict_name(rows[i].result), &s, &reply, i);
		stage_close(&s);
	}
	for (int r = 1; r < VERDICTS; r++)
		EXPECT_INT("a row for every verdict", rows[r - 1].result, r);
}

static void
success(void)
{
	struct reply reply;
	struct stage s;

	stage_open(&s);
	reply_make(&s.c, 0, &reply);
	EXPECT_INT("status", reply.status, 200);
	EXPECT_STRING("reason", reply.reason, "OK");
	EXPECT_STRING("body", reply.body, "{\"success\":true,\"payload\":[1]}");
	EXPECT_TRUE("a body", !reply.head);
	EXPECT_VERDICT("HEAD", request_param(&s.req, "REQUEST_METHOD", 14, "HEAD"), 0);
	reply_make(&s.c, 0, &reply);
	EXPECT_TRUE("no body", reply.head);
	EXPECT_STRING("but its length", reply.body, "{\"success\":true,\"payload\":[1]}");
	stage_close(&s);
}

static void
challenges(void)
{
	static const struct cred_slot basic = { .scheme = &scheme_basic };
	static const struct cred_slot jwt = { .scheme = &scheme_jwt };
	struct reply reply;
	struct stage s;

	stage_open(&s);
	s.conf->realm = "some where";
	reply_make(&s.c, V_WRONG_CREDENTIAL, &reply);
	EXPECT_STRING("Basic", ask_header(&reply, "WWW-Authenticate", 0),
	    "Basic realm=\"some where\", charset=\"UTF-8\"");
	EXPECT_STRING("Bearer", ask_header(&reply, "WWW-Authenticate", 1),
	    "Bearer realm=\"some where\"");
	s.c.presented.list[0].slot = &basic;
	s.c.presented.count = 1;
	reply_make(&s.c, V_WRONG_CREDENTIAL, &reply);
	EXPECT_STRING("Basic sent", ask_header(&reply, "WWW-Authenticate", 1),
	    "Bearer realm=\"some where\"");
	s.c.presented.list[0].slot = &jwt;
	s.conf->basic_challenge = "no";
	reply_make(&s.c, V_WRONG_CREDENTIAL, &reply);
	EXPECT_STRING("JWT sent", ask_header(&reply, "WWW-Authenticate", 0),
	    "Bearer realm=\"some where\", error=\"invalid_token\"");
	EXPECT_TRUE("no Basic", !ask_header(&reply, "WWW-Authenticate", 1));
	stage_close(&s);
}

static void
locations(void)
{
	static const struct { const char *row, *path, *query, *want; } places[] = {
		{ "plain", "/rest/auth", NULL, "https://localhost/rest/auth" },
		{ "query", "/rest/auth", "a=1&b=%20", "https://localhost/rest/auth?a=1&b=%20" },
		{ "line end in the path", "/a\r\nX: y", NULL, "https://localhost/a%0D%0AX:%20y" },
		{ "line end in the query", "/a", "b\r\nX: y", "https://localhost/a?b%0D%0AX:%20y" },
		{ "quotes", "/a", "\"<>\\^`{|}",
		    "https://localhost/a?%22%3C%3E%5C%5E%60%7B%7C%7D" },
		{ "UTF-8", "/\xc3\xa9", "\xc3\xa9", "https://localhost/%C3%A9?%C3%A9" },
		{ "per cent in the path", "/%", NULL, "https://localhost/%25" },
	};
	static const struct { const char *method; enum method parsed; int status; } methods[] = {
		{ "GET", METHOD_GET, 301 }, { "HEAD", METHOD_GET, 301 },
		{ "POST", METHOD_POST, 308 },
		{ "DELETE", METHOD_DELETE, 308 }, { "OPTIONS", METHOD_OPTIONS, 308 },
	};
	struct reply reply;
	struct stage s;

	for (size_t i = 0; i < NELEM(places); i++) {
		stage_open(&s);
		s.c.path = places[i].path;
		if (places[i].query)
			s.c.query = places[i].query;
		reply_make(&s.c, V_PLAIN_HTTP, &reply);
		EXPECT_STRING(places[i].row, ask_header(&reply, "Location", 0), places[i].want);
		stage_close(&s);
	}
	for (size_t i = 0; i < NELEM(methods); i++) {
		stage_open(&s);
		s.c.method = methods[i].parsed;
		reply_make(&s.c, V_PLAIN_HTTP, &reply);
		EXPECT_INT(methods[i].method, reply.status, methods[i].status);
		stage_close(&s);
	}
}

/* A header that could not be written is never sent in part. */
static void
no_memory(void)
{
	static const int results[] = { 0, V_WRONG_CREDENTIAL, V_PLAIN_HTTP, V_BAD_FIELDS, -ENOMEM };
	struct reply reply;
	struct stage s;

	for (size_t i = 0; i < NELEM(results); i++) {
		stage_open(&s);
		s.mem.limit = s.mem.used;
		EXPECT_VERDICT("told", reply_make(&s.c, results[i], &reply), -ENOMEM);
		EXPECT_INT("status", reply.status, 500);
		EXPECT_STRING("body", reply.body,
		    "{\"success\":false,\"status\":500,\"message\":\"Internal server error\"}");
		EXPECT_INT("headers", (int64_t)reply.header_count, 3);
		stage_close(&s);
	}
	stage_open(&s);
	s.c.payload.failed = true;
	EXPECT_VERDICT("half a payload", reply_make(&s.c, 0, &reply), -ENOMEM);
	EXPECT_INT("half a payload", reply.status, 500);
	EXPECT_STRING("half a payload", reply.body,
	    "{\"success\":false,\"status\":500,\"message\":\"Internal server error\"}");
	stage_close(&s);
}

static CU_TestInfo tests[] = {
	{ "results", results },
	{ "success", success },
	{ "challenges", challenges },
	{ "locations", locations },
	{ "no memory", no_memory },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/reply", tests);
