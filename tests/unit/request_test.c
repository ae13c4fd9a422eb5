// SPDX-License-Identifier: ISC
#include "http/request.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static const char *const names[PARAMS] = {
	[PARAM_REQUEST_METHOD] = "REQUEST_METHOD",
	[PARAM_SCRIPT_NAME] = "SCRIPT_NAME",
	[PARAM_PATH_INFO] = "PATH_INFO",
	[PARAM_QUERY_STRING] = "QUERY_STRING",
	[PARAM_REQUEST_URI] = "REQUEST_URI",
	[PARAM_CONTENT_TYPE] = "CONTENT_TYPE",
	[PARAM_CONTENT_LENGTH] = "CONTENT_LENGTH",
	[PARAM_HTTPS] = "HTTPS",
	[PARAM_REQUEST_SCHEME] = "REQUEST_SCHEME",
	[PARAM_REMOTE_ADDR] = "REMOTE_ADDR",
	[PARAM_ACCEPT] = "HTTP_ACCEPT",
	[PARAM_USER_AGENT] = "HTTP_USER_AGENT",
	[PARAM_X_FORWARDED_PROTO] = "HTTP_X_FORWARDED_PROTO",
	[PARAM_CONTENT_ENCODING] = "HTTP_CONTENT_ENCODING",
	[PARAM_HOST] = "HTTP_HOST",
	[PARAM_ORIGIN] = "HTTP_ORIGIN",
	[PARAM_PREFLIGHT_METHOD] = "HTTP_ACCESS_CONTROL_REQUEST_METHOD",
	[PARAM_SEC_FETCH_SITE] = "HTTP_SEC_FETCH_SITE",
	[PARAM_SEC_FETCH_MODE] = "HTTP_SEC_FETCH_MODE",
	[PARAM_SEC_FETCH_DEST] = "HTTP_SEC_FETCH_DEST",
	[PARAM_DOORWARD_ROLE] = "DOORWARD_ROLE",
	[PARAM_DOORWARD_SCOPE] = "DOORWARD_SCOPE",
	[PARAM_DOORWARD_QUERY] = "DOORWARD_QUERY",
	[PARAM_DOORWARD_METHOD] = "DOORWARD_METHOD",
	[PARAM_REDIRECT_STATUS] = "REDIRECT_STATUS",
};

static const char *const headers[] = { "HTTP_AUTHORIZATION", "HTTP_X_AUTH_TOKEN" };

static int
put(struct request *req, const char *name, const char *value)
{
	return request_param(req, name, strlen(name), value);
}

static void
start(struct request *req, struct arena *mem)
{
	EXPECT_VERDICT("request", request_init(req, mem, headers, NELEM(headers)), 0);
}

static void
params(void)
{
	GUARD(arena_free) struct arena mem;
	struct request req;
	char value[] = "first";

	arena_init(&mem, 0);
	for (enum param param = 0; param < PARAMS; param++) {
		const bool holds = param == PARAM_X_FORWARDED_PROTO || param == PARAM_ACCEPT ||
		    param == PARAM_USER_AGENT;

		start(&req, &mem);
		EXPECT_STRING(names[param], request_get(&req, param), "");
		EXPECT_INT(names[param], put(&req, names[param], value), 0);
		value[0] = 'x';
		EXPECT_STRING(names[param], request_get(&req, param), "first");
		value[0] = 'f';
		EXPECT_TRUE(names[param], !req.duplicate);
		EXPECT_INT(names[param], put(&req, names[param], "second"), 0);
		EXPECT_INT(names[param], req.duplicate, !holds);
		EXPECT_STRING(names[param], request_get(&req, param), "first");
		start(&req, &mem);
		EXPECT_INT(names[param], put(&req, names[param], ""), 0);
		EXPECT_INT(names[param], put(&req, names[param], ""), 0);
		EXPECT_INT("empty, twice", req.duplicate, !holds);
	}
	start(&req, &mem);
	EXPECT_STRING("a body", req.body, "");
	mem.limit = mem.used + 16;
	EXPECT_VERDICT("no memory", put(&req, "HTTPS", "0123456789abcdef"), -ENOMEM);
	EXPECT_VERDICT("no memory", request_init(&req, &mem, headers, NELEM(headers)), -ENOMEM);
}

static void
credentials(void)
{
	static const struct { const char *row,
	    *values[2]; const char *want; bool duplicate; } rows[] = {
		{ "none", { NULL }, NULL, false },
		{ "one", { "a" }, "a", false },
		{ "empty", { "" }, "", false },
		{ "twice", { "a", "a" }, "a", true },
		{ "empty after", { "a", "" }, "a", true },
		{ "empty before", { "", "a" }, "", true },
		{ "empty, twice", { "", "" }, "", true },
	};
	GUARD(arena_free) struct arena mem;
	const struct pair *pair;
	struct request req;

	arena_init(&mem, 0);
	for (size_t h = 0; h < NELEM(headers); h++) {
		for (size_t i = 0; i < NELEM(rows); i++) {
			start(&req, &mem);
			for (size_t k = 0; k < 2 && rows[i].values[k]; k++)
				EXPECT_INT(rows[i].row, put(&req, headers[h], rows[i].values[k]),
				    0);
			pair = pairs_find(&req.credentials, headers[h]);
			EXPECT_STRING(rows[i].row, pair ? pair->value : NULL, rows[i].want);
			EXPECT_INT(rows[i].row, req.duplicate, rows[i].duplicate);
		}
	}
	start(&req, &mem);
	mem.limit = mem.used;
	EXPECT_VERDICT("no memory", put(&req, headers[0], "a"), -ENOMEM);
}

static void
ignored(void)
{
	static const char *const rows[] = {
		"", "Authorization", "HTTP_authorization", "HTTP_AUTHORIZATION_",
		    "HTTP_AUTHORIZATIO",
		"HTTP_X-AUTH-TOKEN", "HTTP_X_AUTH_TOKENS", "https", "HTTPS ", "HTTP_HTTPS",
		    "HTTP_COOKIE",
		"HTTP_X_AUTH_HA1B_TOKEN", "X_FORWARDED_PROTO", "REMOTE_USER", "REMOTE_PASSWD",
		    "REDIRECT_HTTP_AUTHORIZATION",
	};
	GUARD(arena_free) struct arena mem;
	struct request req;

	arena_init(&mem, 0);
	start(&req, &mem);
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_INT(rows[i], put(&req, rows[i], "on"), 0);
		EXPECT_INT(rows[i], put(&req, rows[i], "on"), 0);
	}
	EXPECT_TRUE("nobody's names", !req.duplicate);
	EXPECT_INT("no credentials", (int64_t)req.credentials.count, 0);
	for (enum param param = 0; param < PARAMS; param++)
		EXPECT_TRUE(names[param], !req.param[param]);
	EXPECT_VERDICT("the length counts", request_param(&req, "HTTPSX", 5, "on"), 0);
	EXPECT_STRING("the length counts", request_get(&req, PARAM_HTTPS), "on");
}

static void
lengths(void)
{
	static const struct { const char *in; int want; size_t len; } rows[] = {
		{ NULL, 0, 0 }, { "", 0, 0 }, { "0", 0, 0 }, { "65536", 0, 65536 },
		{ "-1", V_MALFORMED, 0 }, { "+1", V_MALFORMED, 0 }, { " 1", V_MALFORMED, 0 },
		{ "1 ", V_MALFORMED, 0 }, { "1x", V_MALFORMED, 0 }, { "0x10", V_MALFORMED, 0 },
		{ "1e3", V_MALFORMED, 0 }, { "1, 1", V_MALFORMED, 0 }, { "010", V_MALFORMED, 0 },
		{ "99999999999999999999", V_MALFORMED, 0 }, { "x", V_MALFORMED, 0 },
	};
	GUARD(arena_free) struct arena mem;
	struct request req;
	const char *row;
	size_t len;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		row = rows[i].in ? rows[i].in : "absent";
		start(&req, &mem);
		if (rows[i].in)
			EXPECT_INT(row, put(&req, "CONTENT_LENGTH", rows[i].in), 0);
		EXPECT_VERDICT(row, request_length(&req, &len), rows[i].want);
		if (!rows[i].want)
			EXPECT_INT(row, (int64_t)len, (int64_t)rows[i].len);
	}
}

static void
secure(void)
{
	static const struct { const char *name, *value; bool want; } rows[] = {
		{ "HTTPS", "on", true }, { "HTTPS", "ON", true },
		{ "REQUEST_SCHEME", "https", true },
		{ "REQUEST_SCHEME", "HTTPS", true }, { "HTTPS", "off", false },
		{ "HTTPS", "", false },
		{ "HTTPS", "1", false }, { "HTTPS", "on ", false },
		{ "REQUEST_SCHEME", "http", false },
		{ "REQUEST_SCHEME", "httpsx", false }, { "REQUEST_SCHEME", "on", false },
		{ "HTTP_HTTPS", "on", false }, { "HTTP_X_FORWARDED_PROTO", "https", false },
		{ "HTTP_X_FORWARDED_PROTO", "on", false },
		{ "HTTP_X_FORWARDED_SSL", "on", false }, { "SERVER_PORT", "443", false },
		{ "HTTP_FRONT_END_HTTPS", "on", false },
	};
	static const struct conf_list none;
	GUARD(arena_free) struct arena mem;
	struct request req;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		start(&req, &mem);
		EXPECT_INT(rows[i].name, put(&req, rows[i].name, rows[i].value), 0);
		EXPECT_INT(rows[i].name, request_is_secure(&req, &none), rows[i].want);
	}
}

static void
proxies(void)
{
	static const char *networks[] = { "192.0.2.0/25", "2001:db8::/32", "198.51.100.7",
	    "nonsense" };
	static const struct conf_list trusted = { networks, NELEM(networks) };
	static const struct { const char *address, *proto; bool want; } rows[] = {
		{ "192.0.2.1", "https", true }, { "192.0.2.127", "HTTPS", true },
		{ "2001:db8::1", "https", true }, { "198.51.100.7", "https", true },
		{ "::ffff:192.0.2.1", "https", true },
		{ "192.0.2.128", "https", false }, { "198.51.100.8", "https", false },
		{ "2001:db9::1", "https", false }, { "192.0.2.1", "http", false },
		{ "192.0.2.1", "https, http", true }, { "192.0.2.1", "", false },
		{ "192.0.2.1", "http, https", false }, { "192.0.2.1", ",https", false },
		{ "192.0.2.128", "https, https", false },
		{ "", "https", false }, { "192.0.2.1, 203.0.113.1", "https", false },
		{ "unix:", "https", false },
	};
	GUARD(arena_free) struct arena mem;
	struct request req;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		start(&req, &mem);
		EXPECT_INT(rows[i].address, put(&req, "REMOTE_ADDR", rows[i].address), 0);
		EXPECT_INT(rows[i].address, put(&req, "HTTP_X_FORWARDED_PROTO", rows[i].proto), 0);
		EXPECT_INT(rows[i].address, request_is_secure(&req, &trusted), rows[i].want);
	}
}

static CU_TestInfo tests[] = {
	{ "params", params },
	{ "credentials", credentials },
	{ "ignored", ignored },
	{ "lengths", lengths },
	{ "secure", secure },
	{ "proxies", proxies },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/request", tests);
