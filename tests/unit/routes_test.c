// SPDX-License-Identifier: ISC
#include "http/routes.h"

#include <errno.h>
#include <string.h>

#include "conf/conf.h"
#include "unit.h"

static void
methods(void)
{
	static const struct { const char *in; enum method want; } rows[] = {
		{ "GET", METHOD_GET }, { "HEAD", METHOD_GET }, { "POST", METHOD_POST },
		{ "PATCH", METHOD_PATCH }, { "DELETE", METHOD_DELETE },
		{ "OPTIONS", METHOD_OPTIONS },
		{ "", METHODS }, { "get", METHODS }, { "PUT", METHODS }, { "TRACE", METHODS },
		{ "GET ", METHODS }, { "GETS", METHODS }, { "GE", METHODS }, { "CONNECT", METHODS },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].in, method_parse(rows[i].in), rows[i].want);
}

static void
found(void)
{
	static const struct {
		enum method method;
		const char *path, *capture, *event;
	} rows[] = {
		{ METHOD_GET, "/rest/auth", "", "auth.show" },
		{ METHOD_POST, "/rest/token", "", "token.create" },
		{ METHOD_GET, "/rest/token/list", "", "token.list" },
		{ METHOD_DELETE, "/rest/token/all", "", "token.delete-all" },
		{ METHOD_DELETE, "/rest/token/abc", "abc", "token.delete" },
		{ METHOD_DELETE, "/rest/token/alle", "alle", "token.delete" },
		{ METHOD_PATCH, "/rest/token/abc", "abc", "token.change" },
		{ METHOD_PATCH, "/token/abc", "abc", "token.change" },
		{ METHOD_DELETE, "/rest/token/A-z_0.9~", "A-z_0.9~", "token.delete" },
		{ METHOD_OPTIONS, "/rest/token", "", "token.create" },
	};
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *captures[CAPTURES_MAX] = { NULL }, *allow = NULL;
		const struct route *route = NULL;

		EXPECT_VERDICT(rows[i].path, route_find(&mem, rows[i].path, rows[i].method, &route,
		    captures, &allow), 0);
		EXPECT_STRING(rows[i].path, captures[0], rows[i].capture);
		EXPECT_STRING(rows[i].path, route ? route->event : NULL, rows[i].event);
	}
}

static void
refused(void)
{
	static const struct {
		enum method method;
		const char *path;
		int want;
		const char *allow;
	} rows[] = {
		{ METHOD_GET, "", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/", V_NO_ROUTE, NULL },
		{ METHOD_GET, "rest/auth", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/rest/auth/", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/rest/auths", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/rest//auth", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/REST/auth", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/rest/auth?x", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/rest/./auth", V_NO_ROUTE, NULL },
		{ METHOD_DELETE, "/rest/token/", V_NO_ROUTE, NULL },
		{ METHOD_DELETE, "/rest/token/a/b", V_NO_ROUTE, NULL },
		{ METHOD_DELETE, "/rest/token/a b", V_NO_ROUTE, NULL },
		{ METHOD_DELETE, "/rest/token/a%2Fb", V_NO_ROUTE, NULL },
		{ METHOD_DELETE, "/rest/token/a\r\nb", V_NO_ROUTE, NULL },
		{ METHOD_DELETE, "/rest/token/\xc3\xa9", V_NO_ROUTE, NULL },
		{ METHOD_DELETE, "/rest/token/{}", V_NO_ROUTE, NULL },
		{ METHOD_OPTIONS, "/rest", V_NO_ROUTE, NULL },
		{ METHOD_POST, "/rest/auth", V_NO_METHOD, "GET, HEAD, OPTIONS" },
		{ METHODS, "/rest/auth", V_NO_METHOD, "GET, HEAD, OPTIONS" },
		{ METHOD_GET, "/rest/token", V_NO_METHOD, "POST, OPTIONS" },
		{ METHOD_DELETE, "/rest/token/list", V_NO_METHOD, "GET, HEAD, OPTIONS" },
		{ METHOD_PATCH, "/rest/token/list", V_NO_METHOD, "GET, HEAD, OPTIONS" },
		{ METHOD_PATCH, "/rest/token/all", V_NO_METHOD, "DELETE, OPTIONS" },
		{ METHOD_GET, "/rest/token/abc", V_NO_METHOD, "PATCH, DELETE, OPTIONS" },
		{ METHOD_DELETE, "/token/abc", V_NO_METHOD, "PATCH, OPTIONS" },
	};
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *captures[CAPTURES_MAX] = { NULL }, *allow = NULL;
		const struct route *route = NULL;

		EXPECT_VERDICT(rows[i].path, route_find(&mem, rows[i].path, rows[i].method, &route,
		    captures, &allow), rows[i].want);
		EXPECT_STRING(rows[i].path, allow, rows[i].allow);
		EXPECT_TRUE(rows[i].path, !route && !captures[0]);
	}
}

/* What the code takes for granted of each row. */
static void
table(void)
{
	for (size_t i = 0; i < routes_count; i++) {
		const struct route *row = &routes[i];
		const char *brace = strchr(row->path, '{');

		EXPECT_TRUE(row->path, row->path[0] == '/' && row->method < METHOD_OPTIONS);
		EXPECT_TRUE(row->path, !brace || strncmp(brace, "{}", 2) == 0);
		EXPECT_TRUE(row->path, row->handle && row->event && row->summary);
		EXPECT_TRUE("locates by a capture", !row->locate || brace);
		for (size_t k = 0; k < i; k++)
			EXPECT_TRUE("once", routes[k].method != row->method ||
			    strcmp(routes[k].path, row->path) != 0);
		for (size_t k = i + 1; brace && k < routes_count; k++)
			EXPECT_TRUE("a literal path comes first", strchr(routes[k].path, '{') ||
			    strncmp(routes[k].path, row->path, (size_t)(brace - row->path)) != 0);
	}
}

static void
fields(void)
{
	size_t n;

	for (size_t i = 0; i < routes_count; i++) {
		const struct input_field *field = routes[i].fields;

		for (n = 0; field && field[n].name; n++) {
			EXPECT_TRUE(field[n].name, field[n].place == field[0].place);
			EXPECT_TRUE(field[n].name, field[n].summary && strlen(field[n].name) < 50);
			EXPECT_TRUE(field[n].name,
			    field[n].max_option || field[n].min <= field[n].max);
			EXPECT_TRUE(field[n].name, field[n].max_option < sizeof(struct conf));
		}
		EXPECT_TRUE(routes[i].path, !field || (n > 0 && n <= INPUT_FIELDS_MAX));
	}
}

static void
no_memory(void)
{
	const char *captures[CAPTURES_MAX], *allow;
	const struct route *route;
	struct arena mem;

	arena_init(&mem, 16);
	EXPECT_VERDICT("no memory", route_find(&mem, "/rest/auth", METHOD_GET, &route, captures,
	    &allow), -ENOMEM);
	arena_free(&mem);
}

static CU_TestInfo tests[] = {
	{ "methods", methods },
	{ "found", found },
	{ "refused", refused },
	{ "table", table },
	{ "fields", fields },
	{ "no memory", no_memory },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/routes", tests);
