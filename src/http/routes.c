// SPDX-License-Identifier: ISC
/* http/routes.c - the requests: a row for each method and path. */
#include "http/routes.h"

#include <string.h>

#include "auth/limit.h"
#include "auth/token.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/answer.h"
#include "http/gate.h"
#include "http/handle.h"

#define TTL_MAX offsetof(struct conf, token_ttl_max_s)
#define TOKEN_DETAIL_FIELD { "detail", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 1, 0, \
	    "1: also when and from where it was used, and its limits" }
#define TOKEN_FIELDS(need) \
	[TOKEN_NAME] = { "name", INPUT_BODY, INPUT_LABEL, need, 1, 255, 0, \
	    "What it is for, for people" }, \
	[TOKEN_TTL] = { "ttl", INPUT_BODY, INPUT_INTEGER, INPUT_OPTIONAL, 60, 0, TTL_MAX, \
	    "Seconds until it ends" }, \
	[TOKEN_SCOPE] = { "scope", INPUT_BODY, INPUT_SCOPE, INPUT_OPTIONAL, 0, 0, 0, \
	    "What it may do; none: all" }, \
	[TOKEN_ADDRESSES] = { "addresses", INPUT_BODY, INPUT_ADDRESSES, INPUT_OPTIONAL, 0, 0, 0, \
	    "Networks that it is accepted from; none: all" }, \
	[TOKEN_STRAY] = { "", INPUT_BODY, INPUT_STRAY, INPUT_OPTIONAL, 0, 0, 0, NULL }, \
	[TOKEN_DETAIL] = TOKEN_DETAIL_FIELD, \
	{ .name = NULL }

static const struct input_field token_create_fields[] = { TOKEN_FIELDS(INPUT_REQUIRED) };
static const struct input_field token_change_fields[] = { TOKEN_FIELDS(INPUT_OPTIONAL) };

static const struct input_field logout_fields[] = {
	[LOGOUT_TOKENS] = { "tokens", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 1, 0,
	    "1: revoke the bearer tokens too" },
	{ .name = NULL },
};

static const struct input_field password_fields[] = {
	[PASSWORD_OLD] = { "old", INPUT_JSON, INPUT_SECRET, INPUT_REQUIRED, 1, INT64_MAX, 0,
	    "The password so far" },
	[PASSWORD_NEW] = { "new", INPUT_JSON, INPUT_SECRET, INPUT_REQUIRED, 0, INT64_MAX, 0,
	    "The new password" },
	[PASSWORD_REVOKE] = { "revoke_tokens", INPUT_JSON, INPUT_BOOL, INPUT_OPTIONAL, 0, 0, 0,
	    "Revoke the bearer tokens too" },
	{ .name = NULL },
};

static const struct input_field token_rotate_fields[] = {
	[ROTATE_GRACE] = { "grace", INPUT_JSON, INPUT_INTEGER, INPUT_OPTIONAL, 0, TOKEN_GRACE_MAX_S,
	    0, "Seconds that the old one lives on, until the new one is used" },
	[ROTATE_STRAY] = { "", INPUT_JSON, INPUT_STRAY, INPUT_OPTIONAL, 0, 0, 0, NULL },
	[ROTATE_DETAIL] = TOKEN_DETAIL_FIELD,
	{ .name = NULL },
};

static const struct input_field token_list_fields[] = {
	[LIST_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 1, 1000, 0,
	    "How many at most" },
	[LIST_AFTER] = { "after", INPUT_QUERY, INPUT_UUID, INPUT_OPTIONAL, 0, 255, 0,
	    "The last one of the page before" },
	[LIST_DETAIL] = TOKEN_DETAIL_FIELD,
	[LIST_UNUSED] = { "unused_days", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 36500, 0,
	    "Only those that were not used for so many days" },
	{ .name = NULL },
};

/* Clients of Webitel send queries of their own: what does not name a page is ignored. */
static const struct input_field domain_list_fields[] = {
	[LIST_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_LOOSE, 1, 1000, 0,
	    "How many at most" },
	[LIST_AFTER] = { "after", INPUT_QUERY, INPUT_UUID, INPUT_LOOSE, 0, 255, 0,
	    "The last one of the page before" },
	{ .name = NULL },
};

static const struct input_field login_fields[] = {
	[LOGIN_USERNAME] = { "username", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0,
	    "E-mail address or SIP login" },
	[LOGIN_PASSWORD] = { "password", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0,
	    "The password" },
	{ .name = NULL },
};

static const struct input_field domain_token_fields[] = {
	[DOMAIN_EXPIRE] = { "expire", INPUT_BODY, INPUT_INTEGER, INPUT_LOOSE, INT64_MIN, INT64_MAX,
	    0, "When it ends, in Unix milliseconds" },
	[DOMAIN_ROLE] = { "role", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0,
	    "Webitel role that it has" },
	{ .name = NULL },
};

static const struct input_field domain_state_fields[] = {
	[DOMAIN_STATE] = { "state", INPUT_BODY, INPUT_BOOL, INPUT_LOOSE, 0, 0, 0,
	    "Whether it is valid" },
	{ .name = NULL },
};

/* RFC 7662, 2.1 and RFC 7009, 2.1.  The hint is not needed: the text tells its kind. */
#define OAUTH_FIELDS \
	[OAUTH_TOKEN] = { "token", INPUT_BODY, INPUT_TEXT, INPUT_REQUIRED, 1, INT64_MAX, 0, \
	    "The token" }, \
	[OAUTH_HINT] = { "token_type_hint", INPUT_BODY, INPUT_TEXT, INPUT_LOOSE, 0, INT64_MAX, 0, \
	    "What kind of token it is; not needed" }

static const struct input_field introspect_fields[] = {
	OAUTH_FIELDS,
	[OAUTH_CLIENT_IP] = { "client_ip", INPUT_BODY, INPUT_TEXT, INPUT_OPTIONAL, 1, INT64_MAX, 0,
	    "Address that the token came from" },
	{ .name = NULL },
};

static const struct input_field revoke_fields[] = {
	OAUTH_FIELDS,
	{ .name = NULL },
};

static const struct input_field user_list_fields[] = {
	[USERS_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 1, 1000, 0,
	    "How many at most" },
	[USERS_AFTER] = { "after", INPUT_QUERY, INPUT_UUID, INPUT_OPTIONAL, 0, 255, 0,
	    "The last one of the page before" },
	[USERS_SEARCH] = { "search", INPUT_QUERY, INPUT_TEXT, INPUT_OPTIONAL, 1, 255, 0,
	    "Part of a name" },
	[USERS_LOGIN] = { "login", INPUT_QUERY, INPUT_TEXT, INPUT_OPTIONAL, 1, 255, 0,
	    "E-mail address or SIP login, exactly" },
	{ .name = NULL },
};

static const struct input_field user_add_fields[] = {
	[USER_RECORD] = { "email", INPUT_JSON, INPUT_USER, INPUT_REQUIRED, 0, 0, 0, NULL },
	[USER_PASSWORD] = { "password", INPUT_JSON, INPUT_PASSWORD, INPUT_OPTIONAL, 0, 0, 0,
	    "The password" },
	{ .name = NULL },
};

static const struct input_field user_change_fields[] = {
	[USER_RECORD] = { "email", INPUT_JSON, INPUT_USER, INPUT_OPTIONAL, 0, 0, 0, NULL },
	[USER_PASSWORD] = { "password", INPUT_JSON, INPUT_PASSWORD, INPUT_OPTIONAL, 0, 0, 0,
	    "The password" },
	[USER_REVOKE] = { "revoke_tokens", INPUT_JSON, INPUT_BOOL, INPUT_OPTIONAL, 0, 0, 0,
	    "Revoke the bearer tokens too" },
	{ .name = NULL },
};

static const struct input_field user_delete_fields[] = {
	[DELETE_KEEP] = { "keep", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 0, 1, 0,
	    "1: keep the record, and reserve its names" },
	{ .name = NULL },
};

static const struct input_field account_add_fields[] = {
	{ "name", INPUT_JSON, INPUT_ACCOUNT, INPUT_REQUIRED, 0, 0, 0, NULL },
	{ .name = NULL },
};

static const struct input_field account_change_fields[] = {
	{ "name", INPUT_JSON, INPUT_ACCOUNT, INPUT_OPTIONAL, 0, 0, 0, NULL },
	{ .name = NULL },
};

static const struct input_field account_list_fields[] = {
	[ACCOUNTS_LIMIT] = { "limit", INPUT_QUERY, INPUT_INTEGER, INPUT_OPTIONAL, 1, 1000, 0,
	    "How many at most" },
	[ACCOUNTS_AFTER] = { "after", INPUT_QUERY, INPUT_UUID, INPUT_OPTIONAL, 0, 255, 0,
	    "The last one of the page before" },
	{ .name = NULL },
};

#define GET	METHOD_GET
#define POST	METHOD_POST
#define PATCH	METHOD_PATCH
#define DELETE	METHOD_DELETE
#define ANY	METHOD_ANY
#define MAY(verdict)	VERDICT_BIT(verdict)

#define TO_READ		SCOPE_TOKEN_READ
#define TO_WRITE	SCOPE_TOKEN_WRITE
#define USER "/rest/user/{uuid}"
#define WELL_KNOWN "/.well-known"
#define DOMAIN_TOKENS "/api/v2/domains/{domain}/settings/token"

/*
 * A literal path comes before one with a type in braces: "list" and "all" win
 * (API 5.2).  The types are rows of types[] in http/route_find.c.
 */
const struct route routes[] = {
	/* method  path                       what it reads         event
	 *         may the caller?    is it there?       do it                    gate, scope
	 *         what it does, how it is answered, which other verdicts handle returns */
	{ GET,    "/rest/auth",              NULL,                 "auth.show",
	          NULL,              NULL,              on_auth_show,            NULL, SCOPE_AUTH,
	          "Show the caller, with a fresh JWT", &answer_caller, 0 },
	{ DELETE, "/rest/auth",              logout_fields,        "auth.logout",
	          NULL,              NULL,              on_auth_end,             NULL, SCOPE_ANY,
	          "Log out everywhere", &answer_nothing, 0 },
	{ POST,   "/rest/password",          password_fields,      "password.change",
	          may_password_change, NULL,            on_password_change,      NULL, SCOPE_ANY,
	          "Change the caller's password", &answer_caller, 0 },
	{ GET,    "/rest/session/list",      NULL,                 "session.list",
	          may_session,       NULL,              on_session_list,         NULL, SCOPE_ANY,
	          "List the caller's logins", &answer_sessions, 0 },
	{ DELETE, "/rest/session/{uuid}",    NULL,                 "session.end",
	          may_session,       NULL,              on_session_end,          NULL, SCOPE_ANY,
	          "End a login of the caller's", &answer_nothing, 0 },
	{ ANY,    "/rest/verify",            NULL,                 "verify",
	          NULL,              NULL,              on_verify,               NULL, SCOPE_ANY,
	          "Say whether a request to another site may pass", NULL, MAY(V_FORBIDDEN) },
	{ ANY,    "/rest/verify/{path}",     NULL,                 "verify",
	          NULL,              NULL,              on_verify,               NULL, SCOPE_ANY,
	          "The same, for that path", NULL, MAY(V_FORBIDDEN) },
	{ GET,    "/rest/settings",          NULL,                 "settings.show",
	          NULL,              NULL,              on_settings_show,        &gate_open, NULL,
	          "Show what a login page needs", &answer_settings, 0 },
	{ POST,   "/rest/token",             token_create_fields,  "token.create",
	          may_token_create,  NULL,              on_token_create,         NULL, TO_WRITE,
	          "Make a bearer token", &answer_token_created, MAY(V_TOO_MANY) },
	{ GET,    "/rest/token/list",        token_list_fields,    "token.list",
	          NULL,              NULL,              on_token_list,           NULL, TO_READ,
	          "List the caller's bearer tokens", &answer_tokens, 0 },
	{ DELETE, "/rest/token/all",         NULL,                 "token.delete-all",
	          NULL,              NULL,              on_token_delete_all,     NULL, TO_WRITE,
	          "Revoke all bearer tokens of the caller", &answer_nothing, 0 },
	{ PATCH,  "/rest/token/{uuid}",      token_change_fields,  "token.change",
	          NULL,              find_token,        on_token_change,         NULL, TO_WRITE,
	          "Change a bearer token", &answer_token, MAY(V_ROTATED) },
	{ DELETE, "/rest/token/{token}",     NULL,                 "token.delete",
	          may_token_delete,  NULL,              on_token_delete,         NULL, SCOPE_ANY,
	          "Revoke a bearer token", &answer_token_revoked, MAY(V_NO_TOKEN) },
	{ POST,   "/rest/token/{uuid}/rotate", token_rotate_fields, "token.rotate",
	          may_token_rotate,  find_token,        on_token_rotate,         NULL, SCOPE_ANY,
	          "Replace a bearer token", &answer_token_created,
	          MAY(V_TOO_MANY) | MAY(V_ROTATED) },
	{ PATCH,  "/token/{uuid}",           token_change_fields,  "token.change",
	          NULL,              find_token,        on_token_change,         NULL, TO_WRITE,
	          "Change a bearer token, for older clients", &answer_token, MAY(V_ROTATED) },
	{ POST,   "/rest/introspect",        introspect_fields,    "token.introspect",
	          NULL,              NULL,              on_introspect,           NULL, SCOPE_ANY,
	          "Say whether a token is valid (RFC 7662)", &answer_inspected, 0 },
	{ POST,   "/rest/revoke",            revoke_fields,        "token.revoke",
	          NULL,              NULL,              on_revoke,               &gate_open, NULL,
	          "Revoke a token (RFC 7009)", &answer_nothing, 0 },
	{ GET,    WELL_KNOWN "/jwks.json",   NULL,                 "keys.show",
	          NULL,              NULL,              on_jwks,               &gate_public, NULL,
	          "The keys that check JWTs (RFC 7517)", &answer_jwks, 0 },
	{ GET,    WELL_KNOWN "/oauth-authorization-server", NULL,  "metadata.show",
	          NULL,              NULL,              on_oauth_metadata,     &gate_public, NULL,
	          "What programs of OAuth ask for first (RFC 8414)", &answer_oauth_metadata, 0 },
	{ GET,    WELL_KNOWN "/openid-configuration", NULL,        "metadata.show",
	          NULL,              NULL,              on_openid_metadata,    &gate_public, NULL,
	          "The same, for programs of OpenID Connect", &answer_openid_metadata, 0 },
	{ GET,    "/rest/user/list",         user_list_fields,     "user.list",
	          may_administer,    NULL,              on_user_list,            NULL, NULL,
	          "List users, or find them", &answer_users, 0 },
	{ GET,    USER,                      NULL,                 "user.show",
	          may_administer,    find_user,         on_user_show,            NULL, NULL,
	          "Show a user", &answer_user, 0 },
	{ POST,   "/rest/user",              user_add_fields,      "user.add",
	          may_administer,    NULL,              on_user_add,             NULL, NULL,
	          "Add a user", &answer_user, MAY(V_TAKEN) },
	{ PATCH,  USER,                      user_change_fields,   "user.change",
	          may_administer,    find_user,         on_user_change,          NULL, NULL,
	          "Change a user", &answer_user, MAY(V_TAKEN) | MAY(V_LAST_ADMIN) },
	{ DELETE, USER,                      user_delete_fields,   "user.delete",
	          may_administer,    find_user,         on_user_delete,          NULL, NULL,
	          "Delete a user", &answer_user, MAY(V_LAST_ADMIN) },
	{ POST,   USER "/disable",           NULL,                 "user.disable",
	          may_administer,    find_user,         on_user_disable,         NULL, NULL,
	          "Disable a user", &answer_user, MAY(V_LAST_ADMIN) },
	{ POST,   USER "/enable",            NULL,                 "user.enable",
	          may_administer,    find_user,         on_user_enable,          NULL, NULL,
	          "Enable a user again", &answer_user, 0 },
	{ POST,   USER "/logout",            NULL,                 "user.logout",
	          may_administer,    find_user,         on_user_logout,          NULL, NULL,
	          "End the logins and bearer tokens of a user", &answer_user_logout, 0 },
	{ GET,    USER "/token/list",        token_list_fields,    "user.token.list",
	          may_administer,    find_user,         on_token_list,           NULL, NULL,
	          "List the bearer tokens of a user", &answer_tokens, 0 },
	{ DELETE, USER "/token/all",         NULL,                 "user.token.delete-all",
	          may_administer,    find_user,         on_token_delete_all,     NULL, NULL,
	          "Revoke all bearer tokens of a user", &answer_nothing, 0 },
	{ DELETE, USER "/token/{token}",     NULL,                 "user.token.delete",
	          may_administer,    find_user,         on_token_delete,         NULL, NULL,
	          "Revoke a bearer token of a user", &answer_token_revoked, MAY(V_NO_TOKEN) },
	{ GET,    "/rest/account/list",      account_list_fields,  "account.list",
	          may_administer,    NULL,              on_account_list,         NULL, NULL,
	          "List accounts", &answer_accounts, 0 },
	{ GET,    "/rest/account/{uuid}",    NULL,                 "account.show",
	          may_administer,    find_account,      on_account_show,         NULL, NULL,
	          "Show an account", &answer_account, 0 },
	{ POST,   "/rest/account",           account_add_fields,   "account.add",
	          may_administer,    NULL,              on_account_add,          NULL, NULL,
	          "Add an account", &answer_account, MAY(V_TAKEN) },
	{ PATCH,  "/rest/account/{uuid}",    account_change_fields, "account.change",
	          may_administer,    find_account,      on_account_change,       NULL, NULL,
	          "Change an account", &answer_account, MAY(V_TAKEN) },
	{ DELETE, "/rest/account/{uuid}",    NULL,                 "account.delete",
	          may_administer,    find_account,      on_account_delete,       NULL, NULL,
	          "Delete an account", &answer_account, MAY(V_IN_USE) },
	{ POST,   "/login",                  login_fields,         "webitel.login",
	          NULL,              NULL,              on_webitel_login,        &gate_password,
	          NULL,
	          "Begin a session", &answer_webitel_login, 0 },
	{ POST,   "/logout",                 NULL,                 "webitel.logout",
	          NULL,              NULL,              on_webitel_logout,       NULL, NULL,
	          "End the session", &answer_webitel_logout, 0 },
	{ GET,    "/api/v2/whoami",          NULL,                 "webitel.whoami",
	          NULL,              NULL,              on_webitel_whoami,       NULL, NULL,
	          "Show the caller", &answer_webitel_caller, 0 },
	{ GET,    "/api/v2/license",         NULL,                 "webitel.license",
	          NULL,              NULL,              on_webitel_license,      NULL, NULL,
	          "Say that there are no licences", &answer_webitel_license, 0 },
	{ POST,   DOMAIN_TOKENS,             domain_token_fields,  "domain-token.create",
	          may_domain_create, NULL,              on_domain_token_create,  NULL, NULL,
	          "Make a domain token", &answer_domain_token,
	          MAY(V_NO_DOMAIN) | MAY(V_BAD_EXPIRE) |
	          MAY(V_BAD_ROLE) | MAY(V_TOO_MANY) },
	{ GET,    DOMAIN_TOKENS,             domain_list_fields,   "domain-token.list",
	          may_domain_read,   NULL,              on_domain_token_list,    NULL, NULL,
	          "List domain tokens", &answer_domain_tokens, MAY(V_NO_TOKEN) },
	{ DELETE, DOMAIN_TOKENS "/{uuid}",   NULL,                 "domain-token.delete",
	          may_domain_delete, find_domain_token, on_domain_token_delete,  NULL, NULL,
	          "Revoke a domain token", &answer_done, MAY(V_NO_TOKEN) },
	{ PATCH,  DOMAIN_TOKENS "/{uuid}",   domain_state_fields,  "domain-token.change",
	          may_domain_change, find_domain_token, on_domain_token_change,  NULL, NULL,
	          "Switch a domain token on or off", &answer_done,
	          MAY(V_NO_TOKEN) | MAY(V_BAD_STATE) },
	{ GET,    "/healthz",                NULL,                 "health.show",
	          NULL,              NULL,              on_health,               NULL, NULL,
	          "Say whether the service is well", &answer_health, MAY(V_UNAVAILABLE) },
	{ GET,    "/metrics",                NULL,                 "metrics.show",
	          NULL,              NULL,              on_metrics,              NULL, NULL,
	          "Show the figures of the service, for Prometheus", &answer_metrics, 0 },
};

const size_t routes_count = NELEM(routes);

const struct route route_authorizer = { .method = ANY, .path = "", .handle = on_verify,
    .event = "authorize", .scope = SCOPE_ANY };

bool
route_shows_account(const struct route *route)
{
	return route->handle == on_auth_show;
}

bool
dialect_is_off(enum dialect dialect, const struct conf *conf)
{
	return (dialect == DIALECT_WEBITEL && !conf->webitel) ||
	    (dialect == DIALECT_ADMIN && !conf->admin_api);
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
