// SPDX-License-Identifier: ISC
/* tests/fault/fault.c - requests of every route and credential. */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/domain_token.h"
#include "auth/session.h"
#include "auth/user.h"
#include "base/json.h"

#define GOOD_BASIC	"Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="
#define BAD_BASIC	"Basic YWxpY2VAZXhhbXBsZS5jb206d3Jvbmc="
#define UNKNOWN_BASIC	"Basic Y2Fyb2xAZXhhbXBsZS5jb206eA=="
#define GOOD_HA1B	"cfd418ab3e3ef76f9837f332c1d26768"
#define BAD_HA1B	"00000000000000000000000000000000"
#define UNKNOWN_TOKEN	"000000000000000000000000000000000000000000000000"
#define FORM		"application/x-www-form-urlencoded"

/* {"alg":"HS256","kid":"x"}, {}, and no signature of ours. */
#define UNKNOWN_KID	"eyJhbGciOiJIUzI1NiIsImtpZCI6IngifQ.e30.AAAA"

#define MULTIPART \
	"--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--b--\r\n"

#define OK(begin)	200, "{\"success\":true,\"payload\":" begin
#define REFUSED(status)	status, "{\"success\":false,\"status\":" #status ","

#define SESSION "HTTP_X_ACCESS_TOKEN=$s", "HTTP_X_KEY=$k"
#define DOMAIN "HTTP_X_ACCESS_TOKEN=$d"
#define DOMAINS "/api/v2/domains"
#define ADMIN(m, p, b) { .method = m, .path = p, .x_auth_token = "$a", .body = b }
#define OAUTH(what, token, by) { .method = "POST", .path = "/rest/" what, .type = FORM, \
	.body = "token=" token, .x_auth_token = by }

#define METRICS "/metrics"

const struct fault_row fault_rows[] = {
	{ "Basic", { .path = "/rest/auth", .authorization = GOOD_BASIC }, OK("{\"created_on\"") },
	{ "bearer", { .path = "/rest/auth", .authorization = "Bearer $b" }, OK("{\"created_on\"") },
	{ "bearer in a query", { .path = "/rest/auth", .query = "bearer=$b" },
	    OK("{\"created_on\"") },
	{ "JWT", { .path = "/rest/auth", .x_auth_token = "$j" }, OK("{\"created_on\"") },
	{ "JWT of a token", { .path = "/rest/auth", .x_auth_token = "$t" }, OK("{\"created_on\"") },
	{ "HA1B", { .path = "/rest/auth", .ha1b = GOOD_HA1B }, OK("{\"created_on\"") },
	{ "the second is good", { .path = "/rest/auth", .authorization = BAD_BASIC,
	    .x_auth_token = "$b" }, OK("{\"created_on\"") },
	{ "HEAD", { .method = "HEAD", .path = "/rest/auth", .x_auth_token = "$b" },
	    OK("{\"created_on\"") },
	{ "settings", { .path = "/rest/settings" }, OK("{\"auth\"") },
	{ "health", { .path = "/healthz", .source = "127.0.0.1" }, 200, "{\"status\":\"ok\"}" },
	{ "metrics", { .path = METRICS, .source = "127.0.0.1" }, 200, "# HELP doorward_build_info " },
	{ "verify", { .path = "/rest/verify", .authorization = GOOD_BASIC }, 204, NULL },
	{ "verify below", { .path = "/rest/verify/x", .authorization = GOOD_BASIC }, 204, NULL },
	{ "verify a session", { .path = "/rest/verify", .params = { SESSION } }, 204, NULL },
	{ "verify by token", { .path = "/rest/verify", .x_auth_token = "$b" }, 204, NULL },
	{ "authorize", { .path = "/", .role = ROLE_AUTHORIZER, .x_auth_token = "$j" }, 200,
	    NULL },
	{ "make a token", { .method = "POST", .path = "/rest/token", .x_auth_token = "$j",
	    .body = "{\"name\":\"a\",\"ttl\":60}" },
	    OK("{\"name\":\"a\",\"ttl\":60,\"token\":\"") },
	{ "make a token by form", { .method = "POST", .path = "/rest/token", .type = FORM,
	    .body = "jwt=$j&name=a" }, OK("{\"name\":\"a\",\"ttl\":86400,\"token\":\"") },
	{ "make a token by multipart", { .method = "POST", .path = "/rest/token",
	    .type = "multipart/form-data; boundary=b", .x_auth_token = "$j", .body = MULTIPART },
	    OK("{\"name\":\"a\",\"ttl\":86400,\"token\":\"") },
	{ "list", { .path = "/rest/token/list", .x_auth_token = "$b" }, OK("[{\"created_on\"") },
	{ "the rest of a list", { .path = "/rest/token/list", .query = "limit=5&after=$u",
	    .x_auth_token = "$b" }, OK("[]") },
	{ "rename", { .method = "PATCH", .path = "/rest/token/$u", .x_auth_token = "$b",
	    .body = "{\"name\":\"new\"}" }, OK("{\"created_on\"") },
	{ "extend", { .method = "PATCH", .path = "/token/$u", .x_auth_token = "$j",
	    .body = "{\"ttl\":600}" }, OK("{\"created_on\"") },
	{ "change nothing", { .method = "PATCH", .path = "/token/$u", .x_auth_token = "$j",
	    .body = "{}" }, OK("{\"created_on\"") },
	{ "limit", { .method = "PATCH", .path = "/rest/token/$u", .x_auth_token = "$b",
	    .body = "{\"scope\":[\"a\"],\"addresses\":[\"192.0.2.0/24\"]}" },
	    OK("{\"created_on\"") },
	{ "rotate", { .method = "POST", .path = "/rest/token/$u/rotate", .x_auth_token = "$j",
	    .body = "{\"grace\":60}" }, OK("{\"name\":\"of a test\"") },
	{ "end by itself", { .method = "DELETE", .path = "/rest/token/$b", .x_auth_token = "$b" },
	    OK("{\"created_on\"") },
	{ "end by uuid", { .method = "DELETE", .path = "/rest/token/$u", .x_auth_token = "$j" },
	    OK("{\"created_on\"") },
	{ "end all", { .method = "DELETE", .path = "/rest/token/all", .x_auth_token = "$b" },
	    OK("{}") },
	{ "new password", { .method = "POST", .path = "/rest/password", .x_auth_token = "$j",
	    .body = "{\"old\":\"correct horse\",\"new\":\"battery staple\"}" },
	    OK("{\"created_on\"") },
	{ "log out everywhere", { .method = "DELETE", .path = "/rest/auth",
	    .x_auth_token = "$j" }, OK("{}") },
	{ "and of tokens", { .method = "DELETE", .path = "/rest/auth", .query = "tokens=1",
	    .x_auth_token = "$j" }, OK("{}") },
	{ "logins", { .path = "/rest/session/list", .x_auth_token = "$j" }, OK("[") },
	{ "end one of them", { .method = "DELETE", .path = "/rest/session/$o",
	    .x_auth_token = "$j" }, OK("{}") },
	{ "inspect", OAUTH("introspect", "$b", "$b"), 200, "{\"active\":true," },
	{ "inspect a JWT", OAUTH("introspect", "$j", "$j"), 200, "{\"active\":true," },
	{ "inspect the JWT of a token", OAUTH("introspect", "$t", "$t"), 200,
	    "{\"active\":true," },
	{ "inspect another's", OAUTH("introspect", "$f", "$b"), 200, "{\"active\":false}" },
	{ "inspect none", OAUTH("introspect", "$bx", "$j"), 200, "{\"active\":false}" },
	{ "revoke", OAUTH("revoke", "$b", NULL), 200, "{}" },
	{ "revoke a JWT", OAUTH("revoke", "$j", NULL), 200, "{}" },
	{ "revoke the token of a JWT", OAUTH("revoke", "$t", NULL), 200, "{}" },
	{ "revoke none", OAUTH("revoke", "$bx", NULL), 200, "{}" },
	{ "keys", { .path = "/.well-known/jwks.json" }, 200, "{\"keys\":[" },
	{ "metadata", { .path = "/.well-known/oauth-authorization-server" }, 200,
	    "{\"issuer\":\"https://" },
	{ "OpenID's", { .path = "/.well-known/openid-configuration" }, 200,
	    "{\"issuer\":\"https://" },
	{ "users", ADMIN("GET", "/rest/user/list", NULL), OK("{\"users\":[") },
	{ "a user", ADMIN("GET", "/rest/user/$w", NULL), OK("{\"created_on\"") },
	{ "add a user", ADMIN("POST", "/rest/user", "{\"email\":\"kim@example.com\"}"),
	    OK("{\"created_on\"") },
	{ "change a user", ADMIN("PATCH", "/rest/user/$w", "{\"last_name\":\"K\"}"),
	    OK("{\"created_on\"") },
	{ "delete a user", ADMIN("DELETE", "/rest/user/$w", NULL), OK("{") },
	{ "disable a user", ADMIN("POST", "/rest/user/$w/disable", NULL),
	    OK("{\"created_on\"") },
	{ "enable a user", ADMIN("POST", "/rest/user/$w/enable", NULL),
	    OK("{\"created_on\"") },
	{ "log a user out", ADMIN("POST", "/rest/user/$w/logout", NULL), OK("{") },
	{ "tokens of a user", ADMIN("GET", "/rest/user/$w/token/list", NULL),
	    OK("[{\"created_on\"") },
	{ "end a user's", ADMIN("DELETE", "/rest/user/$w/token/$g", NULL), OK("{") },
	{ "end all of a user's", ADMIN("DELETE", "/rest/user/$w/token/all", NULL), OK("{") },
	{ "accounts", ADMIN("GET", "/rest/account/list", NULL), OK("{\"accounts\":[") },
	{ "an account", ADMIN("GET", "/rest/account/$c", NULL), OK("{\"created_on\"") },
	{ "add an account", ADMIN("POST", "/rest/account", "{\"name\":\"Bolts\"}"),
	    OK("{\"created_on\"") },
	{ "rename an account", ADMIN("PATCH", "/rest/account/$c", "{\"name\":\"Bolts\"}"),
	    OK("{\"created_on\"") },
	{ "delete an account", ADMIN("DELETE", "/rest/account/$e", NULL),
	    OK("{\"created_on\"") },
	{ "log in", { .method = "POST", .path = "/login",
	    .body = "{\"username\":\"alice@example.com\",\"password\":\"correct horse\"}" },
	    200, "{\"key\":\"" },
	{ "log out", { .method = "POST", .path = "/logout", .params = { SESSION } },
	    200, "{\"status\":\"OK\",\"info\"" },
	{ "whoami", { .path = "/api/v2/whoami", .params = { SESSION } }, 200, "{\"acl\":" },
	{ "license", { .path = "/api/v2/license", .params = { SESSION } }, 200,
	    "{\"status\":\"OK\"" },
	{ "whoami of a domain", { .path = "/api/v2/whoami", .params = { DOMAIN } },
	    200, "{\"acl\":" },
	{ "domain token", { .method = "POST", .path = DOMAINS "/example.com/settings/token",
	    .params = { SESSION }, .body = "{\"expire\":4102444800000,\"role\":\"user\"}" },
	    200, "{\"status\":\"OK\",\"info\":{\"data\"" },
	{ "domain tokens", { .path = DOMAINS "/*/settings/token", .params = { SESSION } },
	    200, "{\"status\":\"OK\",\"info\":[{\"name\":" },
	{ "switch one off", { .method = "PATCH", .path = DOMAINS "/example.com/settings/token/$i",
	    .params = { SESSION }, .body = "{\"state\":false}" }, 200, "{\"status\":\"OK\"}" },
	{ "end one", { .method = "DELETE", .path = DOMAINS "/example.com/settings/token/$i",
	    .params = { SESSION } }, 200, "{\"status\":\"OK\"}" },
	/* a fault is none of these */
	{ "verify nobody", { .path = "/rest/verify", .x_auth_token = UNKNOWN_TOKEN },
	    REFUSED(401) },
	{ "authorize nobody", { .path = "/", .role = ROLE_AUTHORIZER,
	    .x_auth_token = UNKNOWN_TOKEN }, REFUSED(401) },
	{ "no such user", { .method = "POST", .path = "/login",
	    .body = "{\"username\":\"carol@example.com\",\"password\":\"x\"}" },
	    404, "{\"status\":404," },
	{ "not that password", { .method = "POST", .path = "/login",
	    .body = "{\"username\":\"alice@example.com\",\"password\":\"x\"}" },
	    401, "{\"status\":401," },
	{ "no session", { .path = "/api/v2/whoami", .params = { "HTTP_X_ACCESS_TOKEN=$s",
	    "HTTP_X_KEY=x" } }, 401, "{\"status\":401," },
	{ "no domain token", { .path = "/api/v2/whoami",
	    .params = { "HTTP_X_ACCESS_TOKEN=$j" } }, 401, "{\"status\":401," },
	{ "wrong password", { .path = "/rest/auth", .authorization = BAD_BASIC }, REFUSED(401) },
	{ "unknown user", { .path = "/rest/auth", .authorization = UNKNOWN_BASIC },
	    REFUSED(401) },
	{ "unknown token", { .path = "/rest/auth", .x_auth_token = UNKNOWN_TOKEN }, REFUSED(401) },
	{ "unknown key", { .path = "/rest/auth", .x_auth_token = UNKNOWN_KID }, REFUSED(401) },
	{ "unknown HA1B", { .path = "/rest/auth", .ha1b = BAD_HA1B }, REFUSED(401) },
	{ "all wrong", { .path = "/rest/auth", .authorization = BAD_BASIC,
	    .x_auth_token = UNKNOWN_TOKEN, .ha1b = BAD_HA1B }, REFUSED(401) },
	{ "not by a token", { .method = "POST", .path = "/rest/token", .x_auth_token = "$b",
	    .body = "{\"name\":\"a\"}" }, REFUSED(403) },
	{ "not extended by one", { .method = "PATCH", .path = "/token/$u", .x_auth_token = "$b",
	    .body = "{\"ttl\":600}" }, REFUSED(403) },
	{ "someone else's", { .method = "PATCH", .path = "/rest/token/$g", .x_auth_token = "$j",
	    .body = "{\"name\":\"a\"}" }, REFUSED(404) },
	{ "end someone else's", { .method = "DELETE", .path = "/rest/token/$f",
	    .x_auth_token = "$j" }, REFUSED(404) },
	{ "after someone else's", { .path = "/rest/token/list", .query = "after=$g",
	    .x_auth_token = "$j" }, REFUSED(400) },
	{ "bad fields", { .method = "POST", .path = "/rest/token", .x_auth_token = "$j",
	    .body = "{\"name\":5,\"ttl\":true}" }, REFUSED(400) },
	{ "bad JSON", { .method = "POST", .path = "/rest/token", .x_auth_token = "$j",
	    .body = "{" }, REFUSED(400) },
	{ "bad query", { .path = "/rest/auth", .query = "jwt=%", .x_auth_token = "$j" },
	    REFUSED(400) },
	{ "plain HTTP", { .path = "/rest/auth", .query = "a=b", .plain = true }, REFUSED(301) },
	{ "no route", { .path = "/rest/x", .x_auth_token = "$j" }, REFUSED(404) },
	{ "no method", { .method = "PUT", .path = "/rest/token/x" }, REFUSED(405) },
};

const size_t fault_rows_count = NELEM(fault_rows);

/* $k and $s: a session of Alice; $d and $i: a token of her domain, and its uuid. */
static void
make_webitel_names(struct box *my)
{
	struct session_secrets secrets;
	struct domain_token token;
	struct caller caller;
	char *id = arena_alloc(&my->mem, UUID_TEXT_SIZE);

	if (session_begin(my->auth, &my->mem, &my->alice.user, "alice@example.com",
	    NOW_MS, &secrets, &caller) ||
	    domain_token_create(my->auth, &my->mem, NULL, "example.com", "user",
	    NOW_MS + 1000, NOW_MS, &token, &my->names.own['d']))
		exit(99);
	my->names.own['k'] = arena_strdup(&my->mem, secrets.key);
	my->names.own['s'] = secrets.token;
	my->names.own['i'] = uuid_text(id, &token.id);
	my->names.own['o'] = uuid_text(arena_alloc(&my->mem, UUID_TEXT_SIZE), &caller.session);
}

static const char *
kept_text(struct box *my, const struct uuid *id)
{
	return uuid_text(arena_alloc(&my->mem, UUID_TEXT_SIZE), id);
}

/* $a: an administrator; $w: Bob; $c and $e: accounts with and without users. */
static void
make_admin_names(struct box *my, const struct account *account)
{
	struct identity root = box_user(my, "root@example.com", NULL);
	struct account empty = account_new(NOW_MS);
	struct user bob;

	my->conf->admin_api = true;
	strcpy(root.user.role, "Admin");
	strcpy(empty.name, "Empty");
	if (store_user_set(my->auth->store, &root.user, field_bit(&user_kind, "role"), NOW_MS,
	    &root.user) || store_account_add(my->auth->store, &empty) ||
	    user_by_login(my->auth, "bob@example.com", &bob))
		exit(99);
	my->names.own['a'] = box_jwt(my, &root);
	my->names.own['w'] = kept_text(my, &bob.id);
	my->names.own['c'] = kept_text(my, &account->id);
	my->names.own['e'] = kept_text(my, &empty.id);
}

void
fault_names(struct box *my)
{
	struct account account = account_new(NOW_MS);
	uint64_t mask = (uint64_t)1 << field_index(&user_kind, "account") |
	    (uint64_t)1 << field_index(&user_kind, "webitel_role");

	strcpy(account.name, "Acme");
	my->alice.user.account = account.id;
	strcpy(my->alice.user.webitel_role, "root");
	if (store_account_add(my->auth->store, &account) ||
	    store_user_set(my->auth->store, &my->alice.user, mask, NOW_MS, &my->alice.user))
		exit(99);
	box_names_make(my);
	make_webitel_names(my);
	make_admin_names(my, &account);
}

void
fault_open(struct box *my)
{
	box_open_memory(my);
	fault_names(my);
}

static void
expect_json(const char *row, const struct reply *reply, const char *caching)
{
	GUARD(json_drop) struct json *root = NULL;

	EXPECT_INT(row, (int64_t)strlen(reply->body), (int64_t)reply->body_len);
	EXPECT_VERDICT(row, json_parse(reply->body, reply->body_len, &root), 0);
	EXPECT_STRING(row, ask_header(reply, "Content-Type", 0),
	    "application/json; charset=utf-8");
	EXPECT_STRING(row, ask_header(reply, "Cache-Control", 0), caching);
}

static bool
is_metrics(const struct fault_row *row, const struct reply *reply)
{
	return row->ask.path && strcmp(row->ask.path, METRICS) == 0 && reply->status == 200;
}

static void
expect_metrics(const char *row, const struct reply *reply, bool is_up)
{
	EXPECT_STRING(row, ask_header(reply, "Content-Type", 0),
	    "text/plain; version=0.0.4; charset=utf-8");
	EXPECT_TRUE(row, strstr(reply->body, is_up ? "\ndoorward_store_up 1\n" :
	    "\ndoorward_store_up 0\n") != NULL);
	EXPECT_INT(row, strstr(reply->body, "\ndoorward_store_records{") != NULL, is_up);
	EXPECT_TRUE(row, strstr(reply->body, "\n# TYPE doorward_uncounted_total counter\n") != NULL);
}

/* What is the same for all may be kept. */
static const char *
caching_of(const struct ask *ask)
{
	return ask->path && strncmp(ask->path, "/.well-known/", 13) == 0 ? "public, max-age=300" :
	    "no-store";
}

bool
fault_is_told(const struct fault_row *row, const struct reply *reply)
{
	if (!is_metrics(row, reply))
		return false;
	expect_metrics(row->row, reply, !strstr(reply->body, "\ndoorward_store_up 0\n"));
	return true;
}

void
fault_expect_good(const struct fault_row *row, const struct reply *reply)
{
	EXPECT_INT(row->row, reply->status, row->status);
	if (!row->begin) {
		EXPECT_STRING(row->row, reply->body, NULL);
		return;
	}
	if (!EXPECT_TRUE(row->row, reply->body && strncmp(reply->body, row->begin,
	    strlen(row->begin)) == 0))
		EXPECT_STRING(row->row, reply->body, row->begin);
	if (is_metrics(row, reply))
		expect_metrics(row->row, reply, true);
	else
		expect_json(row->row, reply, caching_of(&row->ask));
}

/* To a web server every fault is a 500. */
static bool
guards(const struct ask *ask)
{
	return ask->role == ROLE_AUTHORIZER || strncmp(ask->path, "/rest/verify", 12) == 0;
}

/* To one that watches the service it is not there. */
static const char *
begin_of_ailment(const struct reply *reply)
{
	static const char begin[] = "{\"status\":\"unavailable\",\"reason\":\"";

	return reply->body && strncmp(reply->body, begin, strlen(begin)) == 0 ? begin : NULL;
}

void
fault_expect_refusal(const struct fault_row *row, const struct reply *reply, int status)
{
	const char *name = row->row;

	/* what is there is told, and that the store is not */
	if (is_metrics(row, reply)) {
		expect_metrics(name, reply, false);
		return;
	}
	if (guards(&row->ask))
		status = 500;
	if (begin_of_ailment(reply))
		status = 503;
	EXPECT_INT(name, reply->status, status);
	EXPECT_STRING(name, reply->reason,
	    status == 503 ? "Service Unavailable" : "Internal Server Error");
	if (begin_of_ailment(reply))
		EXPECT_STRING(name, row->ask.path, "/healthz");
	else if (reply->body && strncmp(reply->body, "{\"error\"", strlen("{\"error\"")) == 0)
		EXPECT_STRING(name, reply->body, status == 503 ?
		    "{\"error\":\"temporarily_unavailable\","
		    "\"error_description\":\"Service unavailable\"}" :
		    "{\"error\":\"server_error\","
		    "\"error_description\":\"Internal server error\"}");
	else if (reply->body && strncmp(reply->body, "{\"success\"", strlen("{\"success\"")) == 0)
		EXPECT_STRING(name, reply->body, status == 503 ?
		    "{\"success\":false,\"status\":503,\"message\":\"Service unavailable\"}" :
		    "{\"success\":false,\"status\":500,\"message\":\"Internal server error\"}");
	else
		EXPECT_STRING(name, reply->body, status == 503 ?
		    "{\"status\":503,\"message\":\"Service unavailable\","
		    "\"info\":\"Service unavailable\"}" :
		    "{\"status\":500,\"message\":\"Internal server error\","
		    "\"info\":\"Internal server error\"}");
	EXPECT_INT(name, ask_header(reply, "Retry-After", 0) != NULL, status == 503);
	EXPECT_TRUE(name, !ask_header(reply, "WWW-Authenticate", 0));
	expect_json(name, reply, "no-store");
}
