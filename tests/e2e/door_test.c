// SPDX-License-Identifier: ISC
/*
 * The door of deploy/lighttpd.conf for errors of lighttpd's own: only a POST to
 * /logout without a length comes through it with a credential.
 */
#include "record.h"
#include "webitel.h"

#include <stdlib.h>
#include <string.h>

#define END_OF_HEAD \
	"Host: localhost\r\nConnection: close\r\nX-Access-Token: $s1\r\nX-Key: $k1\r\n\r\n"
#define HTTP_1 " HTTP/1.1\r\n" END_OF_HEAD
#define STATUS(n) n, "{'success':false,'status':" #n ","

struct raw_row {
	const char *row, *bytes;
	int status;
	const char *begin;		/* how the body does, ' for " */
};

/* Requests with a good session that do not end it. */
static const struct raw_row refused[] = {
	{ "slash after", "POST /logout/" HTTP_1, STATUS(411) },
	{ "slash before", "POST //logout" HTTP_1, STATUS(400) },
	{ "upper case", "POST /LOGOUT" HTTP_1, STATUS(411) },
	{ "more after", "POST /logout1" HTTP_1, STATUS(411) },
	{ "deeper", "POST /logout/x" HTTP_1, STATUS(411) },
	{ "below another", "POST /rest/logout" HTTP_1, STATUS(411) },
	{ "in disguise", "POST /log%6fut" HTTP_1, STATUS(411) },
	{ "slash in disguise", "POST /logout%2f" HTTP_1, STATUS(400) },
	{ "NUL after", "POST /logout%00" HTTP_1, STATUS(400) },
	{ "dots", "POST /rest/../logout" HTTP_1, STATUS(400) },
	{ "fragment", "POST /logout#x" HTTP_1, STATUS(411) },
	{ "question in disguise", "POST /logout%3f" HTTP_1, STATUS(411) },
	{ "parameter", "POST /logout;x" HTTP_1, STATUS(411) },
	{ "login", "POST /login" HTTP_1, STATUS(411) },
	{ "token", "POST /rest/token" HTTP_1, STATUS(411) },
	{ "the door itself", "POST /__error" HTTP_1, STATUS(411) },
	{ "logout as its query", "POST /__error?/logout" HTTP_1, STATUS(411) },
	{ "the door by GET", "GET /__error" HTTP_1, STATUS(404) },
	{ "after the door", "GET /__error/logout" HTTP_1, STATUS(404) },
	{ "a status of one's own", "GET /__error HTTP/1.1\r\nREDIRECT_STATUS: 411\r\n"
	    "Redirect-Status: 411\r\nREQUEST_URI: /logout\r\nRequest-Uri: /logout\r\n" END_OF_HEAD,
	    STATUS(404) },
	{ "nowhere", "GET /nothing" HTTP_1, STATUS(404) },
	{ "unknown method", "BREW /logout" HTTP_1, STATUS(501) },
	{ "another method", "PUT /logout" HTTP_1, 405, "{'status':405," },
	{ "GET", "GET /logout" HTTP_1, 405, "{'status':405," },
	{ "another method, chunked", "PUT /logout HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
	    "Host: localhost\r\nConnection: close\r\nX-Access-Token: $s1\r\nX-Key: $k1\r\n\r\n"
	    "0\r\n\r\n", 405, "{'status':405," },
	{ "far too long", "POST /logout HTTP/1.1\r\nContent-Length: 9999999\r\n" END_OF_HEAD,
	    STATUS(413) },
	{ "a length that is none", "POST /logout HTTP/1.1\r\nContent-Length: x\r\n" END_OF_HEAD,
	    STATUS(400) },
	{ "two lengths", "POST /logout HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 1\r\n"
	    END_OF_HEAD, STATUS(400) },
	{ "token twice", "POST /logout HTTP/1.1\r\nX-Access-Token: $s1\r\n" END_OF_HEAD,
	    401, "{'status':401,'message':'Bad caller'" },
	{ "another's site", "POST https://evil.example:1/logout" HTTP_1, STATUS(400) },
};

static void
check_raw(const struct raw_row *row, bool plain)
{
	struct http_request ask = { .method = "", .url = word(plain ? "http" : "https"),
	    .body = words_in(test_mem(), row->bytes) };
	struct http_answer answer = http_raw(test_mem(), ask.url, ask.body);
	const char *begin = quotes_in(test_mem(), row->begin);

	ask.body_len = strlen(ask.body);
	record_exchange(row->row, &ask, &answer);
	if (!EXPECT_INT(row->row, answer.status, row->status) ||
	    !test_true(TEST_AT(row->row, "body"), strncmp(answer.body, begin, strlen(begin)) == 0))
		printf("\n    %s%s", answer.headers, answer.body);
}

static void
shut(void)
{
	static const struct row alive = { "alive", "GET", "/api/v2/whoami", { BY(1) },
		.status = 200 };

	session_begin("1", "100@mydomain.com");
	for (size_t i = 0; i < NELEM(refused); i++) {
		check_raw(&refused[i], false);
		run_row(&alive);
	}
}

static void
open(void)
{
	static const struct raw_row rows[] = {
		{ "as printed", "POST /logout" HTTP_1, 200, "{'status':'OK'," },
		{ "query of no use", "POST /logout?a=b" HTTP_1, 200, "{'status':'OK'," },
		{ "HTTP/1.0", "POST /logout HTTP/1.0\r\n" END_OF_HEAD, 200, "{'status':'OK'," },
		{ "chunks",
		    "POST /logout HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: localhost\r\n"
		    "Connection: close\r\nX-Access-Token: $s1\r\nX-Key: $k1\r\n\r\n0\r\n\r\n", 200,
		    "{'status':'OK'," },
		{ "absolute", "POST https://localhost/logout" HTTP_1, 200, "{'status':'OK'," },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		session_begin("1", "100@mydomain.com");
		check_raw(&rows[i], false);
	}
}

/* Without TLS the answer is a redirect, or the error that it is; the session lives on. */
static void
plain(void)
{
	static const struct raw_row rows[] = {
		{ "logout", "POST /logout" HTTP_1, 308, "{'status':308," },
		{ "login", "POST /login" HTTP_1, 308, "{'status':308," },
		{ "token", "POST /rest/token" HTTP_1, 308, "{'success':false,'status':308," },
		{ "an encoded path", "POST /rest/t%6Fken%20" HTTP_1, STATUS(411) },
		{ "a broken path", "POST /logout%00" HTTP_1, STATUS(400) },
		{ "GET", "GET /logout" HTTP_1, 301, "" },
		{ "with a length", "POST /logout HTTP/1.1\r\nContent-Length: 0\r\n" END_OF_HEAD,
		    308,
		    "" },
	};
	static const struct row alive = { "alive", "GET", "/api/v2/whoami", { BY(1) },
		.status = 200 },
	    moved = { "moved", "POST", "/logout?x=%20y", { BY(1) }, .plain = true, .foreign = true,
		.status = 308 };
	struct http_answer answer;

	session_begin("1", "100@mydomain.com");
	for (size_t i = 0; i < NELEM(rows); i++)
		check_raw(&rows[i], true);
	answer = run_row(&moved);
	EXPECT_STRING("to", http_header(test_mem(), &answer, "Location", 0),
	    words_in(test_mem(), "$https/logout?x=%20y"));
	run_row(&alive);
}

/* Errors of lighttpd in JSON, those of doorward as it said them. */
static void
errors(void)
{
	static const struct row rows[] = {
		{ "nowhere", "GET", "/", .status = 404, .shape = FAIL(404, "Not found") },
		{ "nowhere, HTTP/2", "GET", "/index.html", .http2 = true, .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "nowhere, HEAD", "HEAD", "/nothing", .status = 404 },
		{ "broken path", "GET", "/rest%2fauth", .status = 400,
		    .shape = FAIL(400, "Bad request") },
		{ "no length", "POST", "/rest/token", { ALICE }, .status = 411,
		    .shape = FAIL(411, "Length required") },
		{ "no length, HTTP/2", "POST", "/login", .http2 = true,
		    .status = WAY_NO_LENGTH_HTTP2 },
		{ "unknown method", "BREW", "/rest/auth", { ALICE }, .status = 501,
		    .shape = FAIL(501, "Not implemented") },
		{ "ours: 401", "GET", "/rest/auth", .status = 401,
		    .want = { "WWW-Authenticate: Bearer realm='doorward'" } },
		{ "ours: 401 of Webitel", "GET", "/api/v2/whoami", WBAD_CALLER },
		{ "ours: 404", "GET", "/api/v2/x", WNOT_FOUND },
		{ "ours: 405", "PUT", "/rest/auth", .status = 405, .raw = "",
		    .want = { "Allow: GET, HEAD, DELETE, OPTIONS" } },
	};

	RUN(rows);
}

CU_TestInfo door_tests[] = {
	{ "shut", shut },
	{ "open", open },
	{ "plain HTTP", plain },
	{ "errors", errors },
	CU_TEST_INFO_NULL,
};
