// SPDX-License-Identifier: ISC
/* http/route_find.c - which row of routes[] a path and a method mean. */
#include <errno.h>
#include <string.h>

#include "auth/domain_token.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "http/routes.h"

static const char *const method_names[METHODS] = {
	[METHOD_GET] = "GET",
	[METHOD_POST] = "POST",
	[METHOD_PATCH] = "PATCH",
	[METHOD_DELETE] = "DELETE",
	[METHOD_OPTIONS] = "OPTIONS",
};

const char *
method_name(enum method method)
{
	return method_names[method];
}

enum method
method_parse(const char *text)
{
	enum method method = METHOD_GET;

	if (strcmp(text, "HEAD") == 0)
		return METHOD_GET;
	while (method < METHODS && strcmp(method_names[method], text) != 0)
		method++;
	return method;
}

/* The characters of tokens, uuids and domains (RFC 3986 unreserved), and '*' for all domains. */
#define SEGMENT TEXT_UNRESERVED "*"

static int
parse_token(struct arena *mem, const char *segment, size_t len, struct named *out)
{
	out->token = arena_strndup(mem, segment, len);
	return out->token ? 0 : -ENOMEM;
}

static int
parse_uuid(struct arena *mem, const char *segment, size_t len, struct named *out)
{
	(void)mem;
	if (uuid_parse(segment, len, &out->id))
		out->id = (struct uuid){ { 0 } };
	return 0;
}

static int
parse_domain(struct arena *mem, const char *segment, size_t len, struct named *out)
{
	char *given = arena_strndup(mem, segment, len), *stored = arena_alloc(mem, LOGIN_SIZE);
	int r = 0;

	if (!given || !stored)
		return -ENOMEM;
	out->domain = stored;
	if (strcmp(given, DOMAIN_ALL) == 0)
		strcpy(stored, DOMAIN_ALL);
	else
		r = domain_name(given, stored);
	if (r > 0)
		*stored = '\0';
	return r < 0 ? r : 0;
}

/* The path of a request to another site does not matter. */
static int
parse_path(struct arena *mem, const char *path, size_t len, struct named *out)
{
	(void)mem, (void)path, (void)len, (void)out;
	return 0;
}

/* What a segment, or all that is left, may be; whether it is one is said to a known caller. */
static const struct path_type types[] = {
	{ "{token}",  false, parse_token,  "A bearer token, or its uuid", NULL },
	{ "{uuid}",   false, parse_uuid,   "The uuid of a record",        "uuid" },
	{ "{domain}", false, parse_domain, "A domain, or * for all",      NULL },
	{ "{path}",   true,  parse_path,   "A path of the other site",    NULL },
};

const struct path_type *
path_type_at(const char *pattern)
{
	size_t i = 0;

	while (strncmp(pattern, types[i].name, strlen(types[i].name)) != 0)
		i++;
	return &types[i];
}

/* Does path have the form of pattern?  0 and what it names, V_NO_ROUTE, or -ENOMEM. */
static int
match(struct arena *mem, const char *pattern, const char *path, struct named *out)
{
	const struct path_type *type;
	size_t len;
	int r;

	*out = (struct named){ .token = "", .domain = "" };
	while (*pattern) {
		if (*pattern != '{') {
			if (*pattern++ != *path)
				return V_NO_ROUTE;
			path++;
			continue;
		}
		type = path_type_at(pattern);
		len = type->takes_all ? strlen(path) : strspn(path, SEGMENT);
		r = len || type->takes_all ? type->parse(mem, path, len, out) : V_NO_ROUTE;
		if (r)
			return r;
		path += len;
		pattern += strlen(type->name);
	}
	return *path ? V_NO_ROUTE : 0;
}

bool
route_is_same_path(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if (*a != *b)
			return false;
		if (*a == '{') {
			a = strchr(a, '}');
			b = strchr(b, '}');
		}
	}
	return *a == *b;
}

static void
put_method(struct text *t, enum method method)
{
	text_printf(t, "%s, ", method_names[method]);
	if (method == METHOD_GET)
		text_puts(t, "HEAD, ");
}

/* All that rows of any other path have. */
static void
put_methods(struct text *t)
{
	for (enum method method = 0; method < METHOD_OPTIONS; method++)
		put_method(t, method);
}

int
route_allow(struct arena *mem, const char *pattern, const char **allow)
{
	struct text t;

	text_init(&t, mem);
	if (!pattern)
		put_methods(&t);
	for (size_t i = 0; pattern && i < routes_count; i++) {
		if (!route_is_same_path(routes[i].path, pattern))
			continue;
		if (routes[i].method == METHOD_ANY)
			put_methods(&t);
		else
			put_method(&t, routes[i].method);
	}
	text_puts(&t, "OPTIONS");
	return text_done(&t, allow, NULL);
}

static const struct route *
row_of(const char *pattern, enum method method)
{
	for (size_t i = 0; i < routes_count; i++) {
		if (route_is_same_path(routes[i].path, pattern) &&
		    (routes[i].method == method || routes[i].method == METHOD_ANY ||
		    method == METHOD_OPTIONS))
			return &routes[i];
	}
	return NULL;
}

int
route_find(struct arena *mem, const char *path, enum method method, const char **pattern,
    const struct route **out, struct named *named)
{
	const struct route *row;
	struct named found;
	int r = V_NO_ROUTE;
	size_t i;

	*pattern = NULL;
	for (i = 0; i < routes_count && r == V_NO_ROUTE; i++)
		r = match(mem, routes[i].path, path, &found);
	if (r)
		return r;
	*pattern = routes[i - 1].path;
	row = row_of(*pattern, method);
	if (!row)
		return V_NO_METHOD;
	r = match(mem, row->path, path, &found);
	if (r)
		return r;
	*named = found;
	*out = row;
	return 0;
}
