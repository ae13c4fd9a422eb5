// SPDX-License-Identifier: ISC
/* http/routes.c - what can be asked: a row for each method and path. */
#include "http/routes.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/handle.h"

#define TTL_MAX offsetof(struct conf, token_ttl_max_s)

static const struct input_field token_create_fields[] = {
	[TOKEN_NAME] = { "name", INPUT_BODY, INPUT_TEXT, true, 1, 255, 0, "what the token is for" },
	[TOKEN_TTL] = { "ttl", INPUT_BODY, INPUT_INTEGER, false, 60, 0, TTL_MAX,
	    "life in seconds" },
	{ .name = NULL },
};

static const struct input_field token_change_fields[] = {
	[TOKEN_NAME] = { "name", INPUT_BODY, INPUT_TEXT, false, 1, 255, 0, "its new name" },
	[TOKEN_TTL] = { "ttl", INPUT_BODY, INPUT_INTEGER, false, 60, 0, TTL_MAX,
	    "its life in seconds from now" },
	{ .name = NULL },
};

static const struct input_field token_list_fields[] = {
	[LIST_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, false, 1, 1000, 0,
	    "how many at most" },
	[LIST_AFTER] = { "after", INPUT_QUERY, INPUT_TEXT, false, 0, 255, 0,
	    "those behind the token of this uuid" },
	{ .name = NULL },
};

/* A literal path comes before one that captures: "list" and "all" win (CONTRACT 8.6). */
const struct route routes[] = {
	{ METHOD_GET, "/rest/auth", NULL, auth_show, "auth.show", 0, NULL,
	    "who am I, and a JWT" },
	{ METHOD_GET, "/rest/settings", NULL, settings_show, "settings.show", ROUTE_OPEN, NULL,
	    "what a front end needs to know" },
	{ METHOD_POST, "/rest/token", NULL, token_post, "token.create", ROUTE_CREATES,
	    token_create_fields, "make a bearer token" },
	{ METHOD_GET, "/rest/token/list", NULL, token_get_list, "token.list", 0,
	    token_list_fields, "the bearer tokens of the caller" },
	{ METHOD_DELETE, "/rest/token/all", NULL, token_delete_all, "token.delete-all", 0, NULL,
	    "end all bearer tokens of the caller" },
	{ METHOD_PATCH, "/rest/token/{}", token_locate, token_patch, "token.change", 0,
	    token_change_fields, "rename or extend a bearer token" },
	{ METHOD_DELETE, "/rest/token/{}", NULL, token_delete, "token.delete", 0, NULL,
	    "end one bearer token" },
	{ METHOD_PATCH, "/token/{}", token_locate, token_patch, "token.change", 0,
	    token_change_fields, "rename or extend a bearer token" },
};

const size_t routes_count = NELEM(routes);

static const char *const method_names[METHODS] = {
	[METHOD_GET] = "GET",
	[METHOD_POST] = "POST",
	[METHOD_PATCH] = "PATCH",
	[METHOD_DELETE] = "DELETE",
	[METHOD_OPTIONS] = "OPTIONS",
};

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

/* A segment may have the characters of tokens and uuids alone (RFC 3986 unreserved). */
static bool
is_segment(const char *text)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._~";

	return *text && text[strspn(text, unreserved)] == '\0';
}

/* Where in path the capture of pattern starts; at its end without one; NULL: no match. */
static const char *
match(const char *pattern, const char *path)
{
	const char *brace = strchr(pattern, '{');
	size_t len = brace ? (size_t)(brace - pattern) : strlen(pattern);

	if (strncmp(path, pattern, len) != 0)
		return NULL;
	if (brace ? !is_segment(path + len) : path[len] != '\0')
		return NULL;
	return path + len;
}

/* "GET, HEAD, OPTIONS": the methods of all rows with this pattern. */
static int
put_allow(struct arena *mem, const char *pattern, const char **allow)
{
	struct text t;

	text_init(&t, mem);
	for (size_t i = 0; i < routes_count; i++) {
		if (strcmp(routes[i].path, pattern) != 0)
			continue;
		text_printf(&t, "%s, ", method_names[routes[i].method]);
		if (routes[i].method == METHOD_GET)
			text_puts(&t, "HEAD, ");
	}
	text_puts(&t, "OPTIONS");
	return text_done(&t, allow, NULL);
}

static const struct route *
row_of(const char *pattern, enum method method)
{
	for (size_t i = 0; i < routes_count; i++) {
		if (strcmp(routes[i].path, pattern) == 0 &&
		    (routes[i].method == method || method == METHOD_OPTIONS))
			return &routes[i];
	}
	return NULL;
}

int
route_find(struct arena *mem, const char *path, enum method method,
    const struct route **out, const char **capture, const char **allow)
{
	const char *segment = NULL;
	const struct route *row;
	size_t i;
	int r;

	for (i = 0; i < routes_count && !segment; i++)
		segment = match(routes[i].path, path);
	if (!segment)
		return V_NO_ROUTE;
	r = put_allow(mem, routes[i - 1].path, allow);
	if (r)
		return r;
	row = row_of(routes[i - 1].path, method);
	if (!row)
		return V_NO_METHOD;
	*out = row;
	*capture = segment;
	return 0;
}
