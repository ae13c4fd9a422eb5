// SPDX-License-Identifier: ISC
/* http/routes.c - the requests: a row for each method and path. */
#include "http/routes.h"

#include <errno.h>
#include <string.h>

#include "auth/domain_token.h"
#include "auth/limit.h"
#include "auth/token.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/gate.h"
#include "http/handle.h"

#define TTL_MAX offsetof(struct conf, token_ttl_max_s)
#define TOKEN_DETAIL_FIELD { "detail", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 1, 0 }
#define TOKEN_FIELDS(need) \
	[TOKEN_NAME] = { "name", INPUT_BODY, INPUT_LABEL, need, 1, 255, 0 }, \
	[TOKEN_TTL] = { "ttl", INPUT_BODY, INPUT_INTEGER, INPUT_OPTIONAL, 60, 0, TTL_MAX }, \
	[TOKEN_SCOPE] = { "scope", INPUT_BODY, INPUT_SCOPE, INPUT_OPTIONAL, 0, 0, 0 }, \
	[TOKEN_ADDRESSES] = { "addresses", INPUT_BODY, INPUT_ADDRESSES, INPUT_OPTIONAL, 0, 0, 0 }, \
	[TOKEN_STRAY] = { "", INPUT_BODY, INPUT_STRAY, INPUT_OPTIONAL, 0, 0, 0 }, \
	[TOKEN_DETAIL] = TOKEN_DETAIL_FIELD, \
	{ .name = NULL }

static const struct input_field token_create_fields[] = { TOKEN_FIELDS(INPUT_REQUIRED) };
static const struct input_field token_change_fields[] = { TOKEN_FIELDS(INPUT_OPTIONAL) };

static const struct input_field logout_fields[] = {
	[LOGOUT_TOKENS] = { "tokens", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 1, 0 },
	{ .name = NULL },
};

static const struct input_field password_fields[] = {
	[PASSWORD_OLD] = { "old", INPUT_JSON, INPUT_SECRET, INPUT_REQUIRED, 1, INT64_MAX, 0 },
	[PASSWORD_NEW] = { "new", INPUT_JSON, INPUT_SECRET, INPUT_REQUIRED, 0, INT64_MAX, 0 },
	[PASSWORD_REVOKE] = { "revoke_tokens", INPUT_JSON, INPUT_BOOL, INPUT_OPTIONAL, 0, 0, 0 },
	{ .name = NULL },
};

static const struct input_field token_rotate_fields[] = {
	[ROTATE_GRACE] = { "grace", INPUT_JSON, INPUT_INTEGER, INPUT_OPTIONAL, 0,
	    TOKEN_GRACE_MAX_S, 0 },
	[ROTATE_STRAY] = { "", INPUT_JSON, INPUT_STRAY, INPUT_OPTIONAL, 0, 0, 0 },
	[ROTATE_DETAIL] = TOKEN_DETAIL_FIELD,
	{ .name = NULL },
};

static const struct input_field token_list_fields[] = {
	[LIST_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 1, 1000, 0 },
	[LIST_AFTER] = { "after", INPUT_QUERY, INPUT_UUID,    INPUT_OPTIONAL, 0, 255,  0 },
	[LIST_DETAIL] = TOKEN_DETAIL_FIELD,
	[LIST_UNUSED] = { "unused_days", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 36500, 0 },
	{ .name = NULL },
};

/* Clients of Webitel send queries of their own: what does not name a page is ignored. */
static const struct input_field domain_list_fields[] = {
	[LIST_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_LOOSE, 1, 1000, 0 },
	[LIST_AFTER] = { "after", INPUT_QUERY, INPUT_UUID,    INPUT_LOOSE, 0, 255,  0 },
	{ .name = NULL },
};

static const struct input_field login_fields[] = {
	[LOGIN_USERNAME] = { "username", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0 },
	[LOGIN_PASSWORD] = { "password", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0 },
	{ .name = NULL },
};

static const struct input_field domain_token_fields[] = {
	[DOMAIN_EXPIRE] = { "expire", INPUT_BODY, INPUT_INTEGER, INPUT_LOOSE, INT64_MIN,
	    INT64_MAX, 0 },
	[DOMAIN_ROLE] = { "role", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0 },
	{ .name = NULL },
};

static const struct input_field domain_state_fields[] = {
	[DOMAIN_STATE] = { "state", INPUT_BODY, INPUT_BOOL, INPUT_LOOSE, 0, 0, 0 },
	{ .name = NULL },
};

/* RFC 7662, 2.1 and RFC 7009, 2.1.  The hint is not needed: the text tells its kind. */
#define OAUTH_FIELDS \
	[OAUTH_TOKEN] = { "token", INPUT_BODY, INPUT_TEXT, INPUT_REQUIRED, 1, INT64_MAX, 0 }, \
	[OAUTH_HINT] = { "token_type_hint", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0 }

static const struct input_field introspect_fields[] = {
	OAUTH_FIELDS,
	[OAUTH_CLIENT_IP] = { "client_ip", INPUT_BODY, INPUT_TEXT, INPUT_OPTIONAL, 1, INT64_MAX,
	    0 },
	{ .name = NULL },
};

static const struct input_field revoke_fields[] = {
	OAUTH_FIELDS,
	{ .name = NULL },
};

static const struct input_field user_list_fields[] = {
	[USERS_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 1, 1000, 0 },
	[USERS_AFTER] = { "after", INPUT_QUERY, INPUT_UUID,    INPUT_OPTIONAL, 0, 255,  0 },
	[USERS_SEARCH] = { "search", INPUT_QUERY, INPUT_TEXT,  INPUT_OPTIONAL, 1, 255,  0 },
	[USERS_LOGIN] = { "login", INPUT_QUERY, INPUT_TEXT,    INPUT_OPTIONAL, 1, 255,  0 },
	{ .name = NULL },
};

static const struct input_field user_add_fields[] = {
	[USER_RECORD] = { "email", INPUT_JSON, INPUT_USER, INPUT_REQUIRED, 0, 0, 0 },
	[USER_PASSWORD] = { "password", INPUT_JSON, INPUT_PASSWORD, INPUT_OPTIONAL, 0, 0, 0 },
	{ .name = NULL },
};

static const struct input_field user_change_fields[] = {
	[USER_RECORD] = { "email", INPUT_JSON, INPUT_USER, INPUT_OPTIONAL, 0, 0, 0 },
	[USER_PASSWORD] = { "password", INPUT_JSON, INPUT_PASSWORD, INPUT_OPTIONAL, 0, 0, 0 },
	[USER_REVOKE] = { "revoke_tokens", INPUT_JSON, INPUT_BOOL, INPUT_OPTIONAL, 0, 0, 0 },
	{ .name = NULL },
};

static const struct input_field user_delete_fields[] = {
	[DELETE_KEEP] = { "keep", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 1, 0 },
	{ .name = NULL },
};

static const struct input_field account_add_fields[] = {
	{ "name", INPUT_JSON, INPUT_ACCOUNT, INPUT_REQUIRED, 0, 0, 0 },
	{ .name = NULL },
};

static const struct input_field account_change_fields[] = {
	{ "name", INPUT_JSON, INPUT_ACCOUNT, INPUT_OPTIONAL, 0, 0, 0 },
	{ .name = NULL },
};

static const struct input_field account_list_fields[] = {
	[ACCOUNTS_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 1, 1000, 0 },
	[ACCOUNTS_AFTER] = { "after", INPUT_QUERY, INPUT_UUID,    INPUT_OPTIONAL, 0, 255,  0 },
	{ .name = NULL },
};

#define GET	METHOD_GET
#define POST	METHOD_POST
#define PATCH	METHOD_PATCH
#define DELETE	METHOD_DELETE
#define ANY	METHOD_ANY

#define TO_READ		SCOPE_TOKEN_READ
#define TO_WRITE	SCOPE_TOKEN_WRITE
#define USER "/rest/user/{uuid}"
#define WELL_KNOWN "/.well-known"
#define DOMAIN_TOKENS "/api/v2/domains/{domain}/settings/token"

/*
 * A literal path comes before one with a type in braces: "list" and "all" win
 * (API 5.2).  The types are rows of types[].
 */
const struct route routes[] = {
	/* method  path                       what it reads         event
	 *         may the caller?    is it there?       do it                    gate, scope */
	{ GET,    "/rest/auth",              NULL,                 "auth.show",
	          NULL,              NULL,              on_auth_show,            NULL, SCOPE_AUTH },
	{ DELETE, "/rest/auth",              logout_fields,        "auth.logout",
	          NULL,              NULL,              on_auth_end,             NULL, SCOPE_ANY },
	{ POST,   "/rest/password",          password_fields,      "password.change",
	          may_password_change, NULL,            on_password_change,      NULL, SCOPE_ANY },
	{ GET,    "/rest/session/list",      NULL,                 "session.list",
	          may_session,       NULL,              on_session_list,         NULL, SCOPE_ANY },
	{ DELETE, "/rest/session/{uuid}",    NULL,                 "session.end",
	          may_session,       NULL,              on_session_end,          NULL, SCOPE_ANY },
	{ ANY,    "/rest/verify",            NULL,                 "verify",
	          NULL,              NULL,              on_verify,               NULL, SCOPE_ANY },
	{ ANY,    "/rest/verify/{path}",     NULL,                 "verify",
	          NULL,              NULL,              on_verify,               NULL, SCOPE_ANY },
	{ GET,    "/rest/settings",          NULL,                 "settings.show",
	          NULL,              NULL,              on_settings_show,        &gate_open, NULL },
	{ POST,   "/rest/token",             token_create_fields,  "token.create",
	          may_token_create,  NULL,              on_token_create,         NULL, TO_WRITE },
	{ GET,    "/rest/token/list",        token_list_fields,    "token.list",
	          NULL,              NULL,              on_token_list,           NULL, TO_READ },
	{ DELETE, "/rest/token/all",         NULL,                 "token.delete-all",
	          NULL,              NULL,              on_token_delete_all,     NULL, TO_WRITE },
	{ PATCH,  "/rest/token/{uuid}",      token_change_fields,  "token.change",
	          NULL,              find_token,        on_token_change,         NULL, TO_WRITE },
	{ DELETE, "/rest/token/{token}",     NULL,                 "token.delete",
	          may_token_delete,  NULL,              on_token_delete,         NULL, SCOPE_ANY },
	{ POST,   "/rest/token/{uuid}/rotate", token_rotate_fields, "token.rotate",
	          may_token_rotate,  find_token,        on_token_rotate,         NULL, SCOPE_ANY },
	{ PATCH,  "/token/{uuid}",           token_change_fields,  "token.change",
	          NULL,              find_token,        on_token_change,         NULL, TO_WRITE },
	{ POST,   "/rest/introspect",        introspect_fields,    "token.introspect",
	          NULL,              NULL,              on_introspect,           NULL, SCOPE_ANY },
	{ POST,   "/rest/revoke",            revoke_fields,        "token.revoke",
	          NULL,              NULL,              on_revoke,               &gate_open, NULL },
	{ GET,    WELL_KNOWN "/jwks.json",   NULL,                 "keys.show",
	          NULL,              NULL,              on_jwks,               &gate_public, NULL },
	{ GET,    WELL_KNOWN "/oauth-authorization-server", NULL,  "metadata.show",
	          NULL,              NULL,              on_oauth_metadata,     &gate_public, NULL },
	{ GET,    WELL_KNOWN "/openid-configuration", NULL,        "metadata.show",
	          NULL,              NULL,              on_openid_metadata,    &gate_public, NULL },
	{ GET,    "/rest/user/list",         user_list_fields,     "user.list",
	          may_administer,    NULL,              on_user_list,            NULL, NULL },
	{ GET,    USER,                      NULL,                 "user.show",
	          may_administer,    find_user,         on_user_show,            NULL, NULL },
	{ POST,   "/rest/user",              user_add_fields,      "user.add",
	          may_administer,    NULL,              on_user_add,             NULL, NULL },
	{ PATCH,  USER,                      user_change_fields,   "user.change",
	          may_administer,    find_user,         on_user_change,          NULL, NULL },
	{ DELETE, USER,                      user_delete_fields,   "user.delete",
	          may_administer,    find_user,         on_user_delete,          NULL, NULL },
	{ POST,   USER "/disable",           NULL,                 "user.disable",
	          may_administer,    find_user,         on_user_disable,         NULL, NULL },
	{ POST,   USER "/enable",            NULL,                 "user.enable",
	          may_administer,    find_user,         on_user_enable,          NULL, NULL },
	{ POST,   USER "/logout",            NULL,                 "user.logout",
	          may_administer,    find_user,         on_user_logout,          NULL, NULL },
	{ GET,    USER "/token/list",        token_list_fields,    "user.token.list",
	          may_administer,    find_user,         on_token_list,           NULL, NULL },
	{ DELETE, USER "/token/all",         NULL,                 "user.token.delete-all",
	          may_administer,    find_user,         on_token_delete_all,     NULL, NULL },
	{ DELETE, USER "/token/{token}",     NULL,                 "user.token.delete",
	          may_administer,    find_user,         on_token_delete,         NULL, NULL },
	{ GET,    "/rest/account/list",      account_list_fields,  "account.list",
	          may_administer,    NULL,              on_account_list,         NULL, NULL },
	{ GET,    "/rest/account/{uuid}",    NULL,                 "account.show",
	          may_administer,    find_account,      on_account_show,         NULL, NULL },
	{ POST,   "/rest/account",           account_add_fields,   "account.add",
	          may_administer,    NULL,              on_account_add,          NULL, NULL },
	{ PATCH,  "/rest/account/{uuid}",    account_change_fields, "account.change",
	          may_administer,    find_account,      on_account_change,       NULL, NULL },
	{ DELETE, "/rest/account/{uuid}",    NULL,                 "account.delete",
	          may_administer,    find_account,      on_account_delete,       NULL, NULL },
	{ POST,   "/login",                  login_fields,         "webitel.login",
	          NULL,              NULL,              on_webitel_login,        &gate_password,
	          NULL },
	{ POST,   "/logout",                 NULL,                 "webitel.logout",
	          NULL,              NULL,              on_webitel_logout,       NULL, NULL },
	{ GET,    "/api/v2/whoami",          NULL,                 "webitel.whoami",
	          NULL,              NULL,              on_webitel_whoami,       NULL, NULL },
	{ GET,    "/api/v2/license",         NULL,                 "webitel.license",
	          NULL,              NULL,              on_webitel_license,      NULL, NULL },
	{ POST,   DOMAIN_TOKENS,             domain_token_fields,  "domain-token.create",
	          may_domain_create, NULL,              on_domain_token_create,  NULL, NULL },
	{ GET,    DOMAIN_TOKENS,             domain_list_fields,   "domain-token.list",
	          may_domain_read,   NULL,              on_domain_token_list,    NULL, NULL },
	{ DELETE, DOMAIN_TOKENS "/{uuid}",   NULL,                 "domain-token.delete",
	          may_domain_delete, find_domain_token, on_domain_token_delete,  NULL, NULL },
	{ PATCH,  DOMAIN_TOKENS "/{uuid}",   domain_state_fields,  "domain-token.change",
	          may_domain_change, find_domain_token, on_domain_token_change,  NULL, NULL },
	{ GET,    "/healthz",                NULL,                 "health.show",
	          NULL,              NULL,              on_health,               NULL, NULL },
	{ GET,    "/metrics",                NULL,                 "metrics.show",
	          NULL,              NULL,              on_metrics,              NULL, NULL },
};

const size_t routes_count = NELEM(routes);

const struct route route_authorizer = { .method = ANY, .path = "", .handle = on_verify,
    .event = "authorize", .scope = SCOPE_ANY };

bool
route_shows_account(const struct route *route)
{
	return route->handle == on_auth_show;
}

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
		{ "/rest/verify", true,  DIALECT_VERIFY },
		{ "/rest/introspect", false, DIALECT_OAUTH },
		{ "/rest/revoke", false, DIALECT_OAUTH },
		{ "/.well-known", true, DIALECT_OAUTH },
		{ "/healthz", false, DIALECT_WATCH }, { "/metrics", false, DIALECT_WATCH },
		{ "/rest/user", true, DIALECT_ADMIN },
		{ "/rest/account", true, DIALECT_ADMIN },
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
static const struct type {
	const char *name;
	bool takes_all;			/* and that may be nothing */
	int (*parse)(struct arena *mem, const char *segment, size_t len, struct named *out);
} types[] = {
	{ "{token}",	false,	parse_token },
	{ "{uuid}",	false,	parse_uuid },
	{ "{domain}",	false,	parse_domain },
	{ "{path}",	true,	parse_path },
};

static const struct type *
type_at(const char *pattern)
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
	const struct type *type;
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
		type = type_at(pattern);
		len = type->takes_all ? strlen(path) : strspn(path, SEGMENT);
		r = len || type->takes_all ? type->parse(mem, path, len, out) : V_NO_ROUTE;
		if (r)
			return r;
		path += len;
		pattern += strlen(type->name);
	}
	return *path ? V_NO_ROUTE : 0;
}

/* Rows of one path may see different types in a segment of it. */
static bool
is_same_path(const char *a, const char *b)
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
		if (!is_same_path(routes[i].path, pattern))
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
		if (is_same_path(routes[i].path, pattern) &&
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
