// SPDX-License-Identifier: ISC
/* API 1: redirects, the paths that are ours, methods, sizes. */
#include <string.h>

#include "e2e.h"

static void
redirects(void)
{
	static const struct row rows[] = {
		{ "GET", "GET", "/rest/auth", .plain = true, .status = 301,
		    .want = { "Location: https://$name/rest/auth" } },
		{ "HEAD", "HEAD", "/rest/auth", .plain = true, .status = 301,
		    .want = { "Location: https://$name/rest/auth" } },
		{ "query", "GET", "/rest/token/list?limit=1&after=a%20b", .plain = true,
		    .status = 301,
		    .want = { "Location: https://$name/rest/token/list?limit=1&after=a%20b" } },
		{ "blank in the path", "GET", "/rest/a%20b", .plain = true, .status = 301,
		    .want = { "Location: https://$name/rest/a%20b" } },
		{ "line break in the query", "GET", "/rest/auth?a=%0d%0aX:%20y", .plain = true,
		    .status = WAY_LINE_BREAK_IN_QUERY },
		{ "absolute form", "GET", "/rest/auth", .plain = true,
		    .target = "$http/rest/auth?a=b", .status = 301,
		    .want = { "Location: https://$name/rest/auth?a=b" } },
		{ "absolute form, another host", "GET", "/rest/auth", .plain = true,
		    .target = "http://evil.example/rest/auth", .status = WAY_ANOTHER_HOST_HTTP,
		    .want = { "Location: https://$name/rest/auth" } },
		{ "POST", "POST", "/rest/token", .plain = true, .status = 308,
		    .json = "{'name':'a'}", .want = { "Location: https://$name/rest/token" } },
		{ "PATCH", "PATCH", "/token/x", .plain = true, .status = 308,
		    .json = "{}", .want = { "Location: https://$name/token/x" } },
		{ "DELETE", "DELETE", "/rest/token/all?x", .plain = true, .status = 308,
		    .want = { "Location: https://$name/rest/token/all?x" } },
		{ "PUT", "PUT", "/rest/auth", .plain = true, .status = 308, .json = "{}" },
		{ "OPTIONS", "OPTIONS", "/rest/auth", .plain = true, .status = 308 },
		{ "POST of Webitel", "POST", "/login", .plain = true, .status = 308, .json = "{}",
		    .want = { "Location: https://$name/login" } },
		{ "not ours", "GET", "/", .plain = true, .status = 301,
		    .want = { "Location: https://$name/" } },
		{ "good credentials", "GET", "/rest/auth", { ALICE }, .plain = true,
		    .status = 301 },
		{ "forged Host", "GET", "/rest/auth", { "Host: evil.example" }, .plain = true,
		    .status = 301, .want = { "Location: https://$name/rest/auth" } },
		{ "forged Host, POST", "POST", "/rest/token", { "Host: evil.example:1" },
		    .plain = true, .status = 308, .json = "{}",
		    .want = { "Location: https://$name/rest/token" } },
		{ "forged Host, TLS", "GET", "/rest/auth", { "Host: evil.example", ALICE },
		    .status = 200 },
		{ "X-Forwarded-Proto", "GET", "/rest/auth", { ALICE, "X-Forwarded-Proto: https" },
		    .plain = true, .status = 301 },
	};

	RUN(rows);
}

static void
paths(void)
{
	static const struct row rows[] = {
		{ "root", "GET", "/", .foreign = true, .status = 404 },
		{ "another", "GET", "/index.html", .foreign = true, .status = 404 },
		{ "begins alike", "GET", "/restx", .foreign = true, .status = 404 },
		{ "without a slash", "GET", "/rest", .foreign = true, .status = 404 },
		{ "file above", "GET", "/rest/../etc/passwd", .status = WAY_DOT_SEGMENTS },
		{ "in disguise", "GET", "/rest/%2e%2e/etc/passwd", .status = WAY_DOT_SEGMENTS },
		{ "doubled slash", "GET", "//rest/auth", { ALICE }, .status = WAY_DOUBLED_SLASH },
		{ "and inside", "GET", "/rest//auth", { ALICE }, .status = WAY_DOUBLED_SLASH },
		{ "slash in disguise", "GET", "/rest%2fauth", { ALICE },
		    .status = WAY_SLASH_IN_DISGUISE },
		{ "slash in disguise inside", "GET", "/rest%2Fauth", { ALICE },
		    .status = WAY_SLASH_IN_DISGUISE },
		{ "NUL", "GET", "/rest/auth%00", { ALICE }, .status = WAY_NUL },
		{ "line break", "GET", "/rest/auth%0d%0aX:%20y", { ALICE },
		    .status = WAY_LINE_BREAK },
		{ "absolute form", "GET", "/rest/auth", { ALICE },
		    .target = "$https/rest/auth", .status = 200 },
		{ "absolute form, another host", "GET", "/rest/auth", { ALICE },
		    .target = "https://evil.example/rest/auth", .status = WAY_ANOTHER_HOST },
		{ "absolute form, unknown", "GET", "/rest/auth", { ALICE },
		    .target = "$https/rest/nothing", .status = 404 },
		{ "letter in disguise", "GET", "/r%65st/auth", { ALICE }, .status = 200 },
		{ "ours, unknown", "GET", "/rest/nothing", .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "ours, unknown, with credentials", "GET", "/rest/nothing", { ALICE },
		    .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "ours, unknown method and path", "PUT", "/rest/nothing", .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "nothing after rest", "GET", "/rest/", .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "slash at the end", "GET", "/rest/auth/", { ALICE }, .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "deeper", "DELETE", "/rest/token/a/b", { ALICE }, .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "no token in the path", "DELETE", "/rest/token/", { ALICE }, .status = 404,
		    .shape = FAIL(404, "Not found") },
		{ "upper case", "GET", "/rest/AUTH", { ALICE }, .status = 404,
		    .shape = FAIL(404, "Not found") },
	};

	RUN(rows);
}

static void
methods(void)
{
	static const struct row rows[] = {
		{ "PUT auth", "PUT", "/rest/auth", .status = 405,
		    .want = { "Allow: GET, HEAD, DELETE, OPTIONS" } },
		{ "POST auth", "POST", "/rest/auth", .json = "{}", .status = 405,
		    .want = { "Allow: GET, HEAD, DELETE, OPTIONS" } },
		{ "TRACE", "TRACE", "/rest/auth", { ALICE }, .status = WAY_TRACE },
		{ "WebDAV", "PROPFIND", "/rest/auth", { ALICE }, .status = 405,
		    .want = { "Allow: GET, HEAD, DELETE, OPTIONS" } },
		{ "unknown to all", "BREW", "/rest/auth", { ALICE }, .status = WAY_UNKNOWN_METHOD },
		{ "lower case", "get", "/rest/auth", { ALICE }, .status = WAY_LOWER_METHOD },
		{ "GET token", "GET", "/rest/token", { ALICE }, .status = 405,
		    .want = { "Allow: POST, OPTIONS" } },
		{ "POST list", "POST", "/rest/token/list", .json = "{}", .status = 405,
		    .want = { "Allow: GET, HEAD, OPTIONS" } },
		{ "DELETE list", "DELETE", "/rest/token/list", { ALICE }, .status = 405,
		    .want = { "Allow: GET, HEAD, OPTIONS" } },
		{ "GET all", "GET", "/rest/token/all", .status = 405,
		    .want = { "Allow: DELETE, OPTIONS" } },
		{ "GET one", "GET", "/rest/token/x", .status = 405,
		    .want = { "Allow: PATCH, DELETE, OPTIONS" } },
		{ "DELETE the short path", "DELETE", "/token/x", .status = 405,
		    .want = { "Allow: PATCH, OPTIONS" } },
		{ "OPTIONS auth", "OPTIONS", "/rest/auth", .status = 204,
		    .want = { "Allow: GET, HEAD, DELETE, OPTIONS", "!Access-Control-Allow-Origin" } },
		{ "OPTIONS token", "OPTIONS", "/rest/token", { "Origin: https://a.example",
		    "Access-Control-Request-Method: POST" }, .status = 204,
		    .want = { "Allow: POST, OPTIONS", "!Access-Control-Allow-Origin" } },
		{ "OPTIONS nothing", "OPTIONS", "/rest/nothing", .status = 404 },
		{ "HEAD auth", "HEAD", "/rest/auth", { ALICE }, .status = 200 },
		{ "HEAD auth, refused", "HEAD", "/rest/auth", .status = 401 },
		{ "HEAD list", "HEAD", "/rest/token/list", { ALICE }, .status = 200 },
		{ "HEAD token", "HEAD", "/rest/token", { ALICE }, .status = 405 },
	};

	RUN(rows);
}

static void
http_2(void)
{
	static const struct row rows[] = {
		{ "no credentials", "GET", "/rest/auth", .http2 = true, .status = 401 },
		{ "Basic", "GET", "/rest/auth", { ALICE }, .http2 = true, .status = 200 },
		{ "create", "POST", "/rest/token", { ALICE }, .http2 = true, .status = 200,
		    .json = "{'name':'two','ttl':60}", .shape = NEW_TOKEN("two", 60, 2) },
		{ "delete", "DELETE", "/rest/token/$t2", { ALICE }, .http2 = true, .status = 200 },
		{ "unknown", "GET", "/rest/nothing", .http2 = true, .status = 404 },
		{ "method", "PUT", "/rest/auth", .http2 = true, .status = 405, .json = "{}" },
	};

	RUN(rows);
}

/* A blank is worth a byte anywhere in JSON. */
static char *
padded_json(size_t len)
{
	char *json = arena_alloc(test_mem(), len + 1);

	memset(json, ' ', len);
	memcpy(json, "{\"name\":\"big\",\"ttl\":60}", strlen("{\"name\":\"big\",\"ttl\":60}"));
	return json;
}

static char *
long_query(size_t len)
{
	char *query = arena_alloc(test_mem(), len + 1);

	memset(query, 'q', len);
	return query;
}

static void
sizes(void)
{
	const char *query = long_query(4200);
	const struct row rows[] = {
		{ "body at the limit", "POST", "/rest/token", { ALICE, JSON }, .status = 200,
		    .raw = padded_json(65536) },
		{ "body above", "POST", "/rest/token", { ALICE, JSON }, .status = 413,
		    .raw = padded_json(65537), .shape = FAIL(413, "Payload too large") },
		{ "body above, no credentials", "POST", "/rest/token", { JSON }, .status = 413,
		    .raw = padded_json(65537), .shape = FAIL(413, "Payload too large") },
		{ "body far above", "POST", "/rest/token", { ALICE, JSON }, .status = 413,
		    .raw = padded_json(1000000), .shape = FAIL(413, "Payload too large") },
		{ "big body, unknown path", "POST", "/rest/nothing", .status = 404,
		    .raw = padded_json(65537) },
		{ "big body, wrong method", "PUT", "/rest/auth", .status = 405,
		    .raw = padded_json(65537) },
		{ "big body of a GET is ignored", "GET", "/rest/auth", { ALICE }, .status = 200,
		    .raw = padded_json(65537) },
		{ "long URI", "GET", arena_printf(test_mem(), "/rest/auth?%s", query), { ALICE },
		    .status = 414, .shape = FAIL(414, "URI too long") },
		{ "long URI and big body", "POST",
		    arena_printf(test_mem(), "/rest/token?%s", query),
		    .raw = padded_json(65537), .status = 414, .shape = FAIL(414, "URI too long") },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	RUN(rows);
}

CU_TestInfo transport_tests[] = {
	{ "redirects", redirects },
	{ "paths", paths },
	{ "methods", methods },
	{ "HTTP/2", http_2 },
	{ "sizes", sizes },
	CU_TEST_INFO_NULL,
};
