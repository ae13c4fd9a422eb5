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
#include "auth/user_jwt.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/handle.h"

/* A program that serves resources learns what any token means; all others, what their own does. */
static bool
may_inspect(const struct call *c, const char *text)
{
	const struct presented *presented = &c->presented;

	if ((strcmp(c->id.user.role, "Admin") == 0 || strcmp(c->id.user.role, "Provider") == 0) &&
	    limit_permits(&c->id, SCOPE_TOKEN_READ))
		return true;
	for (size_t i = 0; i < presented->count; i++) {
		if (strcmp(presented->list[i].value, text) == 0)
			return true;
	}
	return false;
}

/* RFC 7662, 2.2.  It does not name role, and tid, which is the claim of our JWTs. */
static int
put_token(struct call *c, const struct presented_token *token)
{
	const char *issuer = user_jwt_issuer(c->auth, c->mem);
	char id[UUID_TEXT_SIZE];
	struct json_out o;

	if (!issuer)
		return -ENOMEM;
	json_open(&o, &c->payload);
	json_add_bool(&o, "active", true);
	json_add_string(&o, "username", token->user.email);
	json_add_string(&o, "token_type", "Bearer");
	json_add_integer(&o, "exp", token->expires_s);
	json_add_integer(&o, "iat", token->issued_s);
	json_add_string(&o, "sub", uuid_text(id, &token->user.id));
	json_add_string(&o, "iss", issuer);
	if (token->has_id)
		json_add_string(&o, "jti", uuid_text(id, &token->id));
	if (token->by_token)
		json_add_string(&o, "tid", uuid_text(id, &token->token.id));
	json_add_string(&o, "role", token->user.role);
	if (token->by_token && *token->token.scope)
		json_add_string(&o, "scope", token->token.scope);
	json_close(&o);
	return 0;
}

/*
 * POST /rest/introspect.  What may not be inspected is not looked up either, so that the
 * time of the answer says no more than the answer.
 */
int
on_introspect(struct call *c)
{
	const char *text = c->in.values[OAUTH_TOKEN].text;
	struct presented_token token;
	int r = V_NOT_FOUND;

	if (may_inspect(c, text))
		r = presented_inspect(c->auth, text, c->now_ms, &token);
	if (!r)
		return put_token(c, &token);
	if (r == V_NOT_FOUND)
		text_puts(&c->payload, "{\"active\":false}");
	return r == V_NOT_FOUND ? 0 : r;
}

/* POST /rest/revoke.  Possession suffices; what is no token has ended (RFC 7009, 2.2). */
int
on_revoke(struct call *c)
{
	const char *text = c->in.values[OAUTH_TOKEN].text, *kind;
	struct uuid user;
	int r;

	r = presented_revoke(c->auth, text, c->now_ms, &kind, &user);
	if (r && r != V_NOT_FOUND)
		return r;
	if (!r)
		outcome_know(&c->outcome, kind, &user);
	text_puts(&c->payload, "{}");
	return 0;
}

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
