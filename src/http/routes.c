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
	[TOKEN_NAME] = { "name", INPUT_BODY, INPUT_TEXT, INPUT_REQUIRED, 1, 255, 0,
	    "what the token is for" },
	[TOKEN_TTL] = { "ttl", INPUT_BODY, INPUT_INTEGER, INPUT_OPTIONAL, 60, 0, TTL_MAX,
	    "life in seconds" },
	{ .name = NULL },
};

static const struct input_field token_change_fields[] = {
	[TOKEN_NAME] = { "name", INPUT_BODY, INPUT_TEXT, INPUT_OPTIONAL, 1, 255, 0,
	    "its new name" },
	[TOKEN_TTL] = { "ttl", INPUT_BODY, INPUT_INTEGER, INPUT_OPTIONAL, 60, 0, TTL_MAX,
	    "its life in seconds from now" },
	{ .name = NULL },
};

static const struct input_field token_list_fields[] = {
	[LIST_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 1, 1000, 0,
	    "how many at most" },
	[LIST_AFTER] = { "after", INPUT_QUERY, INPUT_TEXT, INPUT_OPTIONAL, 0, 255, 0,
	    "those behind the token of this uuid" },
	{ .name = NULL },
};

static const struct input_field login_fields[] = {
	[LOGIN_USERNAME] = { "username", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0,
	    "SIP login or e-mail" },
	[LOGIN_PASSWORD] = { "password", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0,
	    "password" },
	{ .name = NULL },
};

static const struct input_field domain_token_fields[] = {
	[DOMAIN_EXPIRE] = { "expire", INPUT_BODY, INPUT_INTEGER, INPUT_LOOSE, INT64_MIN,
	    INT64_MAX, 0, "when it ends, in Unix milliseconds" },
	[DOMAIN_ROLE] = { "role", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0,
	    "what it may do" },
	{ .name = NULL },
};

static const struct input_field domain_state_fields[] = {
	[DOMAIN_STATE] = { "state", INPUT_BODY, INPUT_BOOL, INPUT_LOOSE, 0, 0, 0, "on or off" },
	{ .name = NULL },
};

#define DOMAIN_TOKENS "/api/v2/domains/{}/settings/token"

/* A literal path comes before one that captures: "list" and "all" win (CONTRACT 8.6). */
const struct route routes[] = {
	{ METHOD_GET, "/rest/auth", NULL, auth_show, "auth.show", 0, NULL,
	    "who am I, and a JWT", DIALECT_REST },
	{ METHOD_GET, "/rest/verify", NULL, verify_role, "verify", ROUTE_GUARDS, NULL,
	    "may this request to another site pass?", DIALECT_VERIFY },
	{ METHOD_GET, "/rest/settings", NULL, settings_show, "settings.show", ROUTE_OPEN, NULL,
	    "what a front end needs to know", DIALECT_REST },
	{ METHOD_POST, "/rest/token", NULL, token_post, "token.create", ROUTE_CREATES,
	    token_create_fields, "make a bearer token", DIALECT_REST },
	{ METHOD_GET, "/rest/token/list", NULL, token_get_list, "token.list", 0,
	    token_list_fields, "the bearer tokens of the caller", DIALECT_REST },
	{ METHOD_DELETE, "/rest/token/all", NULL, token_delete_all, "token.delete-all", 0, NULL,
	    "end all bearer tokens of the caller", DIALECT_REST },
	{ METHOD_PATCH, "/rest/token/{}", token_locate, token_patch, "token.change", 0,
	    token_change_fields, "rename or extend a bearer token", DIALECT_REST },
	{ METHOD_DELETE, "/rest/token/{}", NULL, token_delete, "token.delete", 0, NULL,
	    "end one bearer token", DIALECT_REST },
	{ METHOD_PATCH, "/token/{}", token_locate, token_patch, "token.change", 0,
	    token_change_fields, "rename or extend a bearer token", DIALECT_REST },
	{ METHOD_POST, "/login", NULL, webitel_login, "webitel.login", ROUTE_OPEN, login_fields,
	    "begin a Webitel session", DIALECT_WEBITEL },
	{ METHOD_POST, "/logout", NULL, webitel_logout, "webitel.logout", 0, NULL,
	    "end a Webitel session", DIALECT_WEBITEL },
	{ METHOD_GET, "/api/v2/whoami", NULL, webitel_whoami, "webitel.whoami", 0, NULL,
	    "who am I, in Webitel's words", DIALECT_WEBITEL },
	{ METHOD_POST, DOMAIN_TOKENS, domain_permit_create, domain_token_post,
	    "domain-token.create", 0, domain_token_fields, "make a static token of a domain",
	    DIALECT_WEBITEL },
	{ METHOD_GET, DOMAIN_TOKENS, NULL, domain_token_get_list, "domain-token.list", 0, NULL,
	    "the static tokens of a domain, or of all with *", DIALECT_WEBITEL },
	{ METHOD_DELETE, DOMAIN_TOKENS "/{}", NULL, domain_token_delete, "domain-token.delete", 0,
	    NULL, "end a static token of a domain", DIALECT_WEBITEL },
	{ METHOD_PATCH, DOMAIN_TOKENS "/{}", domain_token_locate, domain_token_patch,
	    "domain-token.change", 0, domain_state_fields, "switch a static token off or on",
	    DIALECT_WEBITEL },
};

const size_t routes_count = NELEM(routes);

const struct route route_authorizer = { METHOD_GET, "", NULL, verify_role, "authorize",
    ROUTE_GUARDS, NULL, "may this request to another site pass?", DIALECT_AUTHORIZER };

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

enum dialect
dialect_of(const char *path)
{
	static const struct { const char *path; bool below; enum dialect dialect; } families[] = {
		{ "/login",	  true,  DIALECT_WEBITEL },
		{ "/logout",	  true,  DIALECT_WEBITEL },
		{ "/api/v2",	  true,  DIALECT_WEBITEL },
		{ "/rest/verify", false, DIALECT_VERIFY },
	};

	for (size_t i = 0; i < NELEM(families); i++) {
		size_t len = strlen(families[i].path);

		if (strncmp(path, families[i].path, len) == 0 &&
		    (!path[len] || (families[i].below && path[len] == '/')))
			return families[i].dialect;
	}
	return DIALECT_REST;
}

/* The characters of tokens, uuids and domains (RFC 3986 unreserved), and '*' for all domains. */
#define SEGMENT "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~*"

/* Does path have the form of pattern?  0 and the captures, V_NO_ROUTE, or -ENOMEM. */
static int
match(struct arena *mem, const char *pattern, const char *path, const char *captures[CAPTURES_MAX])
{
	size_t count = 0, len;

	for (size_t i = 0; i < CAPTURES_MAX; i++)
		captures[i] = "";
	while (*pattern && *path) {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return V_NO_ROUTE;
			continue;
		}
		len = strspn(path, SEGMENT);
		if (!len)
			return V_NO_ROUTE;
		captures[count] = arena_strndup(mem, path, len);
		if (!captures[count++])
			return -ENOMEM;
		path += len;
		pattern += strlen("{}");
	}
	return *pattern || *path ? V_NO_ROUTE : 0;
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
    const struct route **out, const char *captures[CAPTURES_MAX], const char **allow)
{
	const char *found[CAPTURES_MAX];
	const struct route *row;
	int r = V_NO_ROUTE;
	size_t i;

	for (i = 0; i < routes_count && r == V_NO_ROUTE; i++)
		r = match(mem, routes[i].path, path, found);
	if (!r)
		r = put_allow(mem, routes[i - 1].path, allow);
	if (r)
		return r;
	row = row_of(routes[i - 1].path, method);
	if (!row)
		return V_NO_METHOD;
	memcpy(captures, found, sizeof found);
	*out = row;
	return 0;
}
