// SPDX-License-Identifier: ISC
#include "http/routes.h"

#include <errno.h>
#include <string.h>

#include "conf/conf.h"
#include "http/gate.h"
#include "http/handle.h"
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
		const char *path, *token, *event;
	} rows[] = {
		{ METHOD_GET, "/rest/auth", "", "auth.show" },
		{ METHOD_POST, "/rest/token", "", "token.create" },
		{ METHOD_GET, "/rest/token/list", "", "token.list" },
		{ METHOD_DELETE, "/rest/token/all", "", "token.delete-all" },
		{ METHOD_DELETE, "/rest/token/abc", "abc", "token.delete" },
		{ METHOD_DELETE, "/rest/token/alle", "alle", "token.delete" },
		{ METHOD_PATCH, "/rest/token/abc", "", "token.change" },
		{ METHOD_PATCH, "/token/abc", "", "token.change" },
		{ METHOD_DELETE, "/rest/token/A-z_0.9~", "A-z_0.9~", "token.delete" },
		{ METHOD_OPTIONS, "/rest/token", "", "token.create" },
		{ METHOD_GET, "/rest/verify", "", "verify" },
		{ METHODS, "/rest/verify", "", "verify" },
		{ METHOD_OPTIONS, "/rest/verify/", "", "verify" },
		{ METHODS, "/rest/verify/a b//..%", "", "verify" },
	};
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct route *route = NULL;
		struct named named = { .token = NULL };
		const char *pattern = NULL;

		EXPECT_VERDICT(rows[i].path, route_find(&mem, rows[i].path, rows[i].method,
		    &pattern, &route, &named), 0);
		EXPECT_STRING(rows[i].path, named.token, rows[i].token);
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
		{ METHOD_GET, "/rest/verifyx", V_NO_ROUTE, NULL },
		{ METHOD_GET, "/rest/verif", V_NO_ROUTE, NULL },
		{ METHOD_POST, "/rest/auth", V_NO_METHOD, "GET, HEAD, DELETE, OPTIONS" },
		{ METHODS, "/rest/auth", V_NO_METHOD, "GET, HEAD, DELETE, OPTIONS" },
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
		const struct route *route = NULL;
		struct named named = { .token = NULL };
		const char *pattern = NULL, *allow = NULL;

		EXPECT_VERDICT(rows[i].path, route_find(&mem, rows[i].path, rows[i].method,
		    &pattern, &route, &named), rows[i].want);
		EXPECT_TRUE(rows[i].path, !route && !named.token);
		if (pattern)
			EXPECT_VERDICT(rows[i].path, route_allow(&mem, pattern, &allow), 0);
		EXPECT_STRING(rows[i].path, allow, rows[i].allow);
	}
}

/* Are all braces those of a type that the code knows? */
static bool
has_known_types(const char *path)
{
	static const char *const types[] = { "{token}", "{uuid}", "{domain}", "{path}" };
	size_t k;

	for (path = strchr(path, '{'); path; path = strchr(path + 1, '{')) {
		for (k = 0; k < NELEM(types); k++) {
			if (strncmp(path, types[k], strlen(types[k])) == 0)
				break;
		}
		if (k == NELEM(types))
			return false;
	}
	return true;
}

/* What the code assumes about each row. */
static void
table(void)
{
	for (size_t i = 0; i < routes_count; i++) {
		const struct route *row = &routes[i];
		const char *brace = strchr(row->path, '{');

		EXPECT_TRUE(row->path, row->path[0] == '/' &&
		    (row->method < METHOD_OPTIONS || row->method == METHOD_ANY));
		EXPECT_TRUE(row->path, has_known_types(row->path));
		EXPECT_TRUE(row->path, row->handle && row->event);
		EXPECT_TRUE("finds what the path names", !row->locate || brace);
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
			EXPECT_TRUE(field[n].name, field[n].place == field[0].place ||
			    field[n].place == INPUT_QUERY);
			EXPECT_TRUE(field[n].name,
			    field[n].max_option || field[n].min <= field[n].max);
			EXPECT_TRUE(field[n].name, field[n].max_option < sizeof(struct conf));
		}
		EXPECT_TRUE(routes[i].path, !field || (n > 0 && n <= INPUT_FIELDS_MAX));
	}
}

#define ID "0123abcd-0123-4123-8123-0123456789ab"

/* What a path names; what is none of its type is the value that nothing has. */
static void
named(void)
{
	static const struct {
		enum method method;
		const char *path, *id, *domain;
	} rows[] = {
		{ METHOD_PATCH, "/rest/token/" ID, ID, "" },
		{ METHOD_PATCH, "/token/0123ABCD-0123-4123-8123-0123456789AB", ID, "" },
		{ METHOD_PATCH, "/token/0123abcd", NULL, "" },
		{ METHOD_GET, "/api/v2/domains/a.example/settings/token", NULL, "a.example" },
		{ METHOD_GET, "/api/v2/domains/A.Example/settings/token", NULL, "a.example" },
		{ METHOD_GET, "/api/v2/domains/*/settings/token", NULL, "*" },
		{ METHOD_GET, "/api/v2/domains/a*/settings/token", NULL, "" },
		{ METHOD_GET, "/api/v2/domains/**/settings/token", NULL, "" },
		{ METHOD_DELETE, "/api/v2/domains/a/settings/token/" ID, ID, "a" },
		{ METHOD_PATCH, "/api/v2/domains/*/settings/token/x", NULL, "*" },
	};
	GUARD(arena_free) struct arena mem;
	struct uuid nil = { { 0 } };

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct route *route;
		struct uuid id = nil;
		struct named named;
		const char *pattern;

		EXPECT_VERDICT(rows[i].path, route_find(&mem, rows[i].path, rows[i].method,
		    &pattern, &route, &named), 0);
		if (rows[i].id)
			EXPECT_VERDICT(rows[i].path, uuid_parse(rows[i].id, strlen(rows[i].id),
			    &id), 0);
		EXPECT_TRUE(rows[i].path, memcmp(&named.id, &id, sizeof id) == 0);
		EXPECT_STRING(rows[i].path, named.domain, rows[i].domain);
	}
}

static void
no_memory(void)
{
	const struct route *route;
	struct named named;
	const char *pattern, *allow;
	struct arena mem;

	arena_init(&mem, 16);
	EXPECT_VERDICT("no memory", route_find(&mem, "/rest/token/0123456789abcdef", METHOD_DELETE,
	    &pattern, &route, &named), -ENOMEM);
	EXPECT_VERDICT("no memory", route_allow(&mem, "/rest/auth", &allow), -ENOMEM);
	arena_free(&mem);
}

/* Where callers may use a token, a row says what its scope must have; administrators may not. */
static void
scopes(void)
{
	const struct gate *gate;

	for (size_t i = 0; i < routes_count; i++) {
		gate = routes[i].gate ? routes[i].gate : dialect_gate(dialect_of(routes[i].path));
		EXPECT_INT(routes[i].event, routes[i].scope != NULL, gate->identifies &&
		    routes[i].permit != may_administer);
	}
}

static CU_TestInfo tests[] = {
	{ "methods", methods },
	{ "found", found },
	{ "refused", refused },
	{ "named", named },
	{ "table", table },
	{ "fields", fields },
	{ "no memory", no_memory },
	{ "scopes", scopes },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/routes", tests);
