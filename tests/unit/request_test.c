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
	[PARAM_AUTHORIZATION] = "HTTP_AUTHORIZATION",
	[PARAM_X_AUTH_TOKEN] = "HTTP_X_AUTH_TOKEN",
};

static int
put(struct request *req, const char *name, const char *value)
{
	return request_param(req, name, strlen(name), value);
}

static void
params(void)
{
	GUARD(arena_free) struct arena mem;
	struct request req;
	char value[] = "first";

	arena_init(&mem, 0);
	for (enum param param = 0; param < PARAMS; param++) {
		request_init(&req, &mem);
		EXPECT_STRING(names[param], request_get(&req, param), "");
		EXPECT_INT(names[param], put(&req, names[param], value), 0);
		value[0] = 'x';
		EXPECT_STRING(names[param], request_get(&req, param), "first");
		value[0] = 'f';
		EXPECT_TRUE(names[param], !req.duplicate);
		EXPECT_INT(names[param], put(&req, names[param], "second"), 0);
		EXPECT_TRUE(names[param], req.duplicate);
		EXPECT_STRING(names[param], request_get(&req, param), "first");
		request_init(&req, &mem);
		EXPECT_INT(names[param], put(&req, names[param], ""), 0);
		EXPECT_INT(names[param], put(&req, names[param], ""), 0);
		EXPECT_TRUE("empty, twice", req.duplicate);
	}
	request_init(&req, &mem);
	EXPECT_STRING("a body", req.body, "");
	arena_free(&mem);
	arena_init(&mem, 16);
	request_init(&req, &mem);
	EXPECT_INT("no memory", put(&req, "HTTPS", "0123456789abcdef"), -ENOMEM);
}

static void
ignored(void)
{
	static const char *const rows[] = {
		"", "Authorization", "HTTP_authorization", "HTTP_AUTHORIZATION_", "HTTP_AUTHORIZATIO",
		"HTTP_X-AUTH-TOKEN", "HTTP_X_AUTH_TOKENS", "https", "HTTPS ", "HTTP_HTTPS", "HTTP_COOKIE",
		"HTTP_X_FORWARDED_PROTO", "REMOTE_USER", "REMOTE_PASSWD", "REDIRECT_HTTP_AUTHORIZATION",
	};
	GUARD(arena_free) struct arena mem;
	struct request req;

	arena_init(&mem, 0);
	request_init(&req, &mem);
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_INT(rows[i], put(&req, rows[i], "on"), 0);
		EXPECT_INT(rows[i], put(&req, rows[i], "on"), 0);
	}
	EXPECT_TRUE("nobody's names", !req.duplicate);
	for (enum param param = 0; param < PARAMS; param++)
		EXPECT_TRUE(names[param], !req.param[param]);
	EXPECT_INT("the length counts", request_param(&req, "HTTPSX", 5, "on"), 0);
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
		request_init(&req, &mem);
		if (rows[i].in)
			EXPECT_INT(row, put(&req, "CONTENT_LENGTH", rows[i].in), 0);
		EXPECT_INT(row, request_length(&req, &len), rows[i].want);
		if (!rows[i].want)
			EXPECT_INT(row, (int64_t)len, (int64_t)rows[i].len);
	}
}

static void
secure(void)
{
	static const struct { const char *name, *value; bool want; } rows[] = {
		{ "HTTPS", "on", true }, { "HTTPS", "ON", true }, { "REQUEST_SCHEME", "https", true },
		{ "REQUEST_SCHEME", "HTTPS", true }, { "HTTPS", "off", false }, { "HTTPS", "", false },
		{ "HTTPS", "1", false }, { "HTTPS", "on ", false }, { "REQUEST_SCHEME", "http", false },
		{ "REQUEST_SCHEME", "httpsx", false }, { "REQUEST_SCHEME", "on", false },
		{ "HTTP_HTTPS", "on", false }, { "HTTP_X_FORWARDED_PROTO", "https", false },
		{ "HTTP_X_FORWARDED_SSL", "on", false }, { "SERVER_PORT", "443", false },
		{ "HTTP_FRONT_END_HTTPS", "on", false },
	};
	GUARD(arena_free) struct arena mem;
	struct request req;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		request_init(&req, &mem);
		EXPECT_INT(rows[i].name, put(&req, rows[i].name, rows[i].value), 0);
		EXPECT_INT(rows[i].name, request_is_secure(&req), rows[i].want);
	}
}

CU_TestInfo request_tests[] = {
	{ "params", params },
	{ "ignored", ignored },
	{ "lengths", lengths },
	{ "secure", secure },
	CU_TEST_INFO_NULL,
};
