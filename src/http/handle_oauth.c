// SPDX-License-Identifier: ISC
/*
 * http/handle_oauth.c - what follows the standards of OAuth: introspection and revocation
 * of tokens, public keys, and where all of it is (API 10).
 */
#include <errno.h>
#include <string.h>

#include "auth/limit.h"
#include "auth/presented.h"
#include "auth/signing.h"
#include "auth/token.h"
#include "auth/user_jwt.h"
#include "base/address.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/input.h"

static bool
is_presented(const struct presented *presented, const char *text)
{
	for (size_t i = 0; i < presented->count; i++) {
		if (strcmp(presented->list[i].value, text) == 0)
			return true;
	}
	return false;
}

/* Is it the token that came as the password of the caller?  V_NOT_FOUND. */
static int
check_password(const struct call *c, const char *text)
{
	struct token own;
	int r;

	if (!c->id.as_password)
		return V_NOT_FOUND;
	r = token_get(c->auth, &c->id, &c->id.token, c->now_ms, &own);
	return r ? r : token_has_secret(c->auth, &own, text) ? 0 : V_NOT_FOUND;
}

static bool
serves_resources(const struct call *c)
{
	const char *role = c->id.user.role;

	return (strcmp(role, "Admin") == 0 || strcmp(role, "Provider") == 0) &&
	    limit_permits(&c->id, SCOPE_TOKEN_READ);
}

/*
 * A program that serves resources learns what any token means; all others, what their own
 * does.  V_NOT_FOUND.  What may not be inspected is not looked up, so that the time of the
 * answer says no more than the answer.
 */
static int
check_inspector(const struct call *c, const char *text)
{
	if (serves_resources(c))
		return 0;
	return is_presented(&c->presented, text) ? 0 : check_password(c, text);
}

/*
 * RFC 7662, 2.1: a token that is limited to networks is active only for a client that is
 * in them.  Without its address, only the bearer itself is known to be; and nobody else
 * who holds the token is told about it by naming an address.
 */
static bool
is_for_client(const struct call *c, const struct presented_token *token)
{
	const struct input_value *client = &c->in.values[OAUTH_CLIENT_IP];
	const bool is_own = c->id.by_token && uuid_equal(&c->id.token, &token->token.id);

	if (!token->by_token || !*token->token.addresses)
		return true;
	if (!is_own && !serves_resources(c))
		return false;
	return client->present ? limit_accepts(token->token.addresses, client->text) : is_own;
}

/* What is said of a token besides what it is. */
struct beside {
	bool active;
	const char *issuer;
};

enum part { PART_ACTIVE = 1, PART_ID = 2, PART_TOKEN = 4, PART_SCOPE = 8, PART_ADDRESSES = 16 };

#define TOKEN(member)	.offset = offsetof(struct presented_token, member)
#define BESIDE(member)	.record = 1, .offset = offsetof(struct beside, member)

/* RFC 7662, 2.2.  It does not name role, addresses, and tid, which is the claim of our JWTs. */
static const struct answer_field inspected_fields[] = {
	{ "active",     ANSWER_BOOL,    BESIDE(active),    NULL },
	{ "username",   ANSWER_TEXT,    TOKEN(user.email), NULL, .part = PART_ACTIVE },
	{ "token_type", ANSWER_FIXED,   .part = PART_ACTIVE,
	    .json = "\"Bearer\"" },
	{ "exp",        ANSWER_INTEGER, TOKEN(expires_s),  "Unix seconds", .part = PART_ACTIVE },
	{ "iat",        ANSWER_INTEGER, TOKEN(issued_s),   "Unix seconds", .part = PART_ACTIVE },
	{ "sub",        ANSWER_UUID,    TOKEN(user.id),    NULL, .part = PART_ACTIVE },
	{ "iss",        ANSWER_STRING,  BESIDE(issuer),    NULL, .part = PART_ACTIVE },
	{ "jti",        ANSWER_UUID,    TOKEN(id),         NULL, .part = PART_ID },
	{ "tid",        ANSWER_UUID,    TOKEN(token.id),   "The bearer token", .part = PART_TOKEN },
	{ "role",       ANSWER_TEXT,    TOKEN(user.role),  NULL, .part = PART_ACTIVE },
	{ "scope",      ANSWER_TEXT,    TOKEN(token.scope), NULL, .part = PART_SCOPE },
	{ "addresses",  ANSWER_WORDS,   TOKEN(token.addresses), NULL, .part = PART_ADDRESSES },
	{ .name = NULL },
};
static const struct answer_shape inspected_shape = { .name = "Introspection",
    .fields = inspected_fields, .may = PART_ACTIVE | PART_ID | PART_TOKEN | PART_SCOPE |
    PART_ADDRESSES };
const struct answer answer_inspected = { .shape = &inspected_shape };

static int
put_token(struct call *c, const struct presented_token *token)
{
	const struct beside beside = { true, user_jwt_issuer(c->auth, c->mem) };
	const unsigned parts = PART_ACTIVE | (token->has_id ? PART_ID : 0) |
	    (token->by_token ? PART_TOKEN : 0) |
	    (token->by_token && *token->token.scope ? PART_SCOPE : 0) |
	    (token->by_token && *token->token.addresses ? PART_ADDRESSES : 0);

	if (!beside.issuer)
		return -ENOMEM;
	answer_put(&c->payload, &inspected_shape,
	    (const void *[ANSWER_RECORDS_MAX]){ token, &beside }, parts);
	return 0;
}

/* POST /rest/introspect */
int
on_introspect(struct call *c)
{
	const struct input_value *client = &c->in.values[OAUTH_CLIENT_IP];
	const char *text = c->in.values[OAUTH_TOKEN].text;
	struct presented_token token;
	struct address address;
	int r;

	if (client->present && address_parse(client->text, &address) != 0)
		return input_refuse(c, OAUTH_CLIENT_IP, "invalid string value");
	r = check_inspector(c, text);
	if (!r)
		r = presented_inspect(c->auth, text, c->now_ms, &token);
	if (!r && is_for_client(c, &token))
		return put_token(c, &token);
	if (r && r != V_NOT_FOUND)
		return r;
	if (!r) {
		c->outcome.failed = token.kind;
		outcome_refuse(&c->outcome, token.kind, WHY_ADDRESS);
	}
	answer_put(&c->payload, &inspected_shape,
	    (const void *[ANSWER_RECORDS_MAX]){ &token, &(struct beside){ .active = false } }, 0);
	return 0;
}

/* A guess is counted as it is elsewhere; that the source must wait then, is not said here. */
static int
count_guess(struct call *c, const char *text, const char *kind)
{
	int r = cred_charge_token(c->auth, request_get(c->req, PARAM_REMOTE_ADDR), text, c->now_ms,
	    &c->outcome);

	c->outcome.failed = kind;
	return r < 0 ? r : 0;
}

/*
 * POST /rest/revoke.  Possession suffices, also while the source must wait; what is no
 * token has ended (RFC 7009, 2.2).
 */
int
on_revoke(struct call *c)
{
	const char *text = c->in.values[OAUTH_TOKEN].text;
	struct presented_end end;
	int r;

	r = presented_revoke(c->auth, text, c->now_ms, &end);
	if (!r)
		outcome_know(&c->outcome, end.kind, &end.user);
	if (!r && end.has_token)
		outcome_object(&c->outcome, &end.token);
	if (r > 0)
		outcome_refused(&c->outcome, end.kind, &c->auth->refusal);
	if (r == V_WRONG_CREDENTIAL)
		r = count_guess(c, text, end.kind);
	if (r && r != V_ENDED)
		return r;
	text_puts(&c->payload, "{}");
	return 0;
}

/* What the functions below print. */
#define STRINGS "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define STRING(name) { name, ANSWER_STRING, .summary = NULL }
#define LIST(name) { name, ANSWER_JSON, .json = STRINGS }

enum metadata_part { PART_OPENID = 1 };

static const struct answer_field jwks_fields[] = {
	{ "keys", ANSWER_JSON, .json = "{\"type\":\"array\",\"items\":"
	    "{\"type\":\"object\",\"required\":[\"kty\",\"kid\",\"use\",\"alg\"]}}" },
	{ .name = NULL },
};
static const struct answer_field metadata_fields[] = {
	STRING("issuer"),
	STRING("jwks_uri"),
	LIST("response_types_supported"),
	STRING("introspection_endpoint"),
	LIST("introspection_endpoint_auth_methods_supported"),
	STRING("revocation_endpoint"),
	LIST("revocation_endpoint_auth_methods_supported"),
	{ "subject_types_supported", ANSWER_JSON, .part = PART_OPENID,
	    .json = STRINGS },
	{ "id_token_signing_alg_values_supported", ANSWER_JSON, .summary = NULL,
	    .part = PART_OPENID, .json = STRINGS },
	{ .name = NULL },
};
static const struct answer_shape jwks_shape = { .name = "Keys", .fields = jwks_fields };
static const struct answer_shape oauth_shape = { .name = "OAuthMetadata",
    .fields = metadata_fields };
static const struct answer_shape openid_shape = { .name = "OpenIDMetadata",
    .fields = metadata_fields, .has = PART_OPENID };
const struct answer answer_jwks = { .shape = &jwks_shape };
const struct answer answer_oauth_metadata = { .shape = &oauth_shape };
const struct answer answer_openid_metadata = { .shape = &openid_shape };

/* GET /.well-known/jwks.json (RFC 7517, 5): every key whose JWTs are valid, or will be. */
int
on_jwks(struct call *c)
{
	const struct signing_key *keys;
	struct json_out o, list;
	size_t count;
	int r;

	r = signing_all(c->auth->signing, &keys, &count);
	if (r)
		return r;
	json_open(&o, &c->payload);
	json_name(&o, "keys");
	json_array_open(&list, &c->payload);
	for (size_t i = 0; i < count; i++) {
		json_next(&list);
		text_puts(&c->payload, keys[i].texts.jwk);
	}
	json_array_close(&list);
	json_close(&o);
	return 0;
}

static void
add_list(struct json_out *o, const char *name, const char *const *values, size_t count)
{
	struct json_out list;

	json_name(o, name);
	json_array_open(&list, o->out);
	for (size_t i = 0; i < count; i++) {
		json_next(&list);
		json_put_string(o->out, values[i]);
	}
	json_array_close(&list);
}

static bool
add_address(struct call *c, struct json_out *o, const char *name, const char *issuer,
    const char *path)
{
	const char *address = arena_printf(c->mem, "%s%s", issuer, path);

	json_add_string(o, name, address);
	return address;
}

/* RFC 8414, 2.  Nobody gets a token by a grant of OAuth, so there are no other addresses. */
static int
put_metadata(struct call *c, struct json_out *o)
{
	static const char *const none[] = { "none" };
	static const char *const by[] = { "client_secret_basic", "Bearer" };
	const char *issuer = user_jwt_issuer(c->auth, c->mem);

	if (!issuer)
		return -ENOMEM;
	json_add_string(o, "issuer", issuer);
	if (!add_address(c, o, "jwks_uri", issuer, "/.well-known/jwks.json"))
		return -ENOMEM;
	add_list(o, "response_types_supported", none, NELEM(none));
	if (!add_address(c, o, "introspection_endpoint", issuer, "/rest/introspect"))
		return -ENOMEM;
	add_list(o, "introspection_endpoint_auth_methods_supported", by, NELEM(by));
	if (!add_address(c, o, "revocation_endpoint", issuer, "/rest/revoke"))
		return -ENOMEM;
	add_list(o, "revocation_endpoint_auth_methods_supported", none, NELEM(none));
	return 0;
}

/* GET /.well-known/oauth-authorization-server */
int
on_oauth_metadata(struct call *c)
{
	struct json_out o;
	int r;

	json_open(&o, &c->payload);
	r = put_metadata(c, &o);
	json_close(&o);
	return r;
}

/* GET /.well-known/openid-configuration (OpenID Connect Discovery 1.0, 3) */
int
on_openid_metadata(struct call *c)
{
	static const char *const public[] = { "public" };
	struct json_out o;
	int r;

	json_open(&o, &c->payload);
	r = put_metadata(c, &o);
	add_list(&o, "subject_types_supported", public, NELEM(public));
	add_list(&o, "id_token_signing_alg_values_supported", &c->conf->jwt_alg, 1);
	json_close(&o);
	return r;
}
