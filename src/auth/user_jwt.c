// SPDX-License-Identifier: ISC
/* auth/user_jwt.c - the JWT of GET /rest/auth: what it says and when it counts. */
#include "auth/user_jwt.h"

#include <errno.h>

#include "auth/jwt.h"
#include "auth/known_jwt.h"
#include "auth/login.h"
#include "auth/signing.h"
#include "auth/token.h"
#include "auth/token_admit.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/setback.h"
#include "base/verdict.h"

/* How far ahead of ours the clock of the machine that signed may be. */
#define SKEW_S 60

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* aud: a text, or an array of several (RFC 7519, 4.1.3). */
static void
add_audience(struct json_out *o, const struct conf_list *audience, const char *issuer)
{
	struct json_out list;

	if (audience->count <= 1) {
		json_add_string(o, "aud", audience->count ? audience->at[0] : issuer);
		return;
	}
	json_name(o, "aud");
	json_array_open(&list, o->out);
	for (size_t i = 0; i < audience->count; i++) {
		json_next(&list);
		json_put_string(o->out, audience->at[i]);
	}
	json_array_close(&list);
}

/*
 * In the order of names, as jwt_hs256_sign_ordered wants them.  issuer NULL: without
 * those that others need to check it.
 */
static int
put_claims(struct arena *mem, const struct conf *conf, const struct identity *who,
    const char *issuer, int64_t now_s, int64_t exp_s, const char **claims)
{
	const struct uuid unique = issuer ? uuid_new() : (struct uuid){ { 0 } };
	char id[UUID_TEXT_SIZE];
	struct json_out o;
	struct text t;

	text_init(&t, mem);
	json_open(&o, &t);
	if (issuer)
		add_audience(&o, &conf->jwt_audience, issuer);
	json_add_integer(&o, "auth_time", who->authenticated_s);
	json_add_integer(&o, "exp", exp_s);
	json_add_integer(&o, "gen", (int64_t)who->user.gen);
	json_add_integer(&o, "iat", now_s);
	if (issuer) {
		json_add_string(&o, "iss", issuer);
		json_add_string(&o, "jti", uuid_text(id, &unique));
	}
	json_add_string(&o, "role", who->user.role);
	if (!uuid_is_none(&who->login))
		json_add_string(&o, "sid", uuid_text(id, &who->login));
	if (issuer)
		json_add_string(&o, "sub", uuid_text(id, &who->user.id));
	if (who->by_token)
		json_add_string(&o, "tid", uuid_text(id, &who->token));
	json_add_string(&o, "uuid", uuid_text(id, &who->user.id));
	json_close(&o);
	return text_done(&t, claims, NULL);
}

const char *
user_jwt_issuer(const struct auth *auth, struct arena *mem)
{
	return arena_printf(mem, "https://%s", auth->conf->host_name);
}

/* One that others can check with the keys of /.well-known/jwks.json. */
static int
issue_public(struct auth *auth, struct arena *mem, const struct identity *who, int64_t now_ms,
    int64_t exp_s, const char **out)
{
	const char *claims, *issuer = user_jwt_issuer(auth, mem);
	const struct signing_key *key;
	int r;

	if (!issuer)
		return -ENOMEM;
	r = signing_current(auth->signing, now_ms, &key);
	if (!r)
		r = put_claims(mem, auth->conf, who, issuer, now_ms / 1000, exp_s, &claims);
	return r ? r : jwt_sign(mem, key->algorithm, key->texts.private_pem, key->id, claims, out);
}

/* Others that check a JWT would not know of the limits of the token that it was made from. */
static bool
is_limited(const struct identity *who)
{
	return who->by_token && (*who->scope || *who->addresses);
}

int64_t
user_jwt_end(const struct auth *auth, const struct identity *who, int64_t now_ms)
{
	int64_t exp_s = smaller(now_ms / 1000 + auth->conf->jwt_ttl_s,
	    who->authenticated_s + auth->conf->max_session_s);

	return who->by_token ? smaller(exp_s, who->token_expires_ms / 1000) : exp_s;
}

int
user_jwt_issue(struct auth *auth, struct arena *mem, const struct identity *who,
    int64_t now_ms, const char **out)
{
	const int64_t now_s = now_ms / 1000, exp_s = user_jwt_end(auth, who, now_ms);
	const struct ring_key *key;
	const char *claims;
	int r;

	r = keyring_follow(&auth->keys, auth->store);	/* the login may have taken long */
	if (r)
		return r;
	if (signing_is_on(auth->conf) && !is_limited(who))
		return issue_public(auth, mem, who, now_ms, exp_s, out);
	key = keyring_newest(&auth->keys, KEY_JWT);
	r = put_claims(mem, auth->conf, who, NULL, now_s, exp_s, &claims);
	return r ? r : jwt_hs256_sign_ordered(mem, key->bytes, key->id, claims, out);
}

/* All claims that we put in are required (API 4.2); an absent one never passes. */
static bool
read_claims(const struct json *object, struct user_claims *c)
{
	const struct json *role, *token, *jti, *login;

	c->has_token = json_member(object, "tid", &token);
	if (c->has_token && !json_member_uuid(object, "tid", &c->token))
		return false;
	c->is_public = json_member(object, "jti", &jti);
	if (c->is_public && !json_member_uuid(object, "jti", &c->jti))
		return false;
	c->login = (struct uuid){ { 0 } };
	if (json_member(object, "sid", &login) && (!json_member_uuid(object, "sid", &c->login) ||
	    uuid_is_none(&c->login)))
		return false;
	return json_member_uuid(object, "uuid", &c->user) &&
	    json_member(object, "role", &role) && json_kind(role) == JSON_TEXT &&
	    json_member_integer(object, "iat", &c->iat_s) &&
	    json_member_integer(object, "exp", &c->exp_s) &&
	    json_member_integer(object, "auth_time", &c->auth_time_s) &&
	    json_member_integer(object, "gen", &c->gen);
}

/* The key that kid names, and with it the only algorithm: for jwt_any_open. */
static int
find_key(void *arg, const char *kid, struct jwt_key *key)
{
	struct auth *auth = arg;
	struct keyring_search search = { &auth->keys, auth->store, KEY_JWT };
	const struct signing_key *public;
	int r;

	r = signing_find(auth->signing, kid, &public);
	if (r == V_NOT_FOUND) {
		r = keyring_search(&search, kid, key);
		if (r != V_NOT_FOUND)
			return r;
		r = signing_find(auth->signing, kid, &public);	/* it has looked again */
	}
	if (r)
		return r;
	*key = (struct jwt_key){ public->algorithm, public->texts.public_pem };
	return 0;
}

/* The verified claims of one of our JWTs, expired or not.  V_WRONG_CREDENTIAL. */
static int
decode(struct auth *auth, const char *jwt, struct user_claims *c)
{
	GUARD(json_drop) struct json *object = NULL;
	int r;

	if (known_jwts_find(auth->known_jwts, &auth->keys, jwt, c))
		return 0;
	r = jwt_any_open(jwt, find_key, auth, &object);
	if (r)
		return r < 0 ? r : refusal(&auth->refusal, V_WRONG_CREDENTIAL, why_not_opened(r));
	if (!read_claims(object, c))
		return refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_CLAIMS);
	known_jwts_add(auth->known_jwts, &auth->keys, jwt, c);
	return 0;
}

/* Its user; the bearer token it was made from must live, and be the same user's. */
static int
find_user(struct auth *auth, const struct user_claims *c, int64_t now_ms, struct identity *who)
{
	struct token token;
	int r;

	if (!c->has_token)
		return store_user_get(auth->store, &c->user, &who->user);
	r = store_token_get_user(auth->store, &c->token, now_ms, &token, &who->user);
	if (r)
		return r;
	if (!uuid_equal(&token.user, &c->user) ||
	    !token_is_live(auth, &token, &who->user, now_ms))
		return V_NOT_FOUND;
	token_identify(&token, who);
	return 0;
}

/* It is one of ours, and was valid once. */
static int
refuse_jwt(struct auth *auth, const struct user_claims *c, enum why why)
{
	if (c->has_token)
		return refusal_token(&auth->refusal, V_ENDED, why, &c->user, &c->token);
	return refusal_user(&auth->refusal, V_ENDED, why, &c->user);
}

int
user_jwt_inspect(struct auth *auth, const char *jwt, int64_t now_ms, struct identity *out,
    struct user_claims *claims)
{
	struct identity who = { .by_token = false };
	int64_t now_s = now_ms / 1000;
	struct user_claims c;
	int r;

	r = decode(auth, jwt, &c);
	if (r)
		return r;
	if (setbacks_ended(auth->setbacks, c.iat_s * 1000, c.exp_s * 1000, now_ms))
		return refuse_jwt(auth, &c, WHY_EXPIRED);
	if (c.iat_s > now_s + SKEW_S || c.auth_time_s > now_s + SKEW_S)
		return refuse_jwt(auth, &c, WHY_EARLY);
	r = find_user(auth, &c, now_ms, &who);
	if (r)
		return r < 0 ? r : refuse_jwt(auth, &c, c.has_token ? WHY_TOKEN : WHY_DELETED);
	if (!user_is_live(&who.user))
		return refuse_jwt(auth, &c, why_not_live(&who.user));
	if ((uint64_t)c.gen != who.user.gen)
		return refuse_jwt(auth, &c, WHY_LOGGED_OUT);
	r = login_check(auth, &who.user, &c.login, now_ms);
	if (r)
		return r < 0 ? r : refuse_jwt(auth, &c, WHY_LOGIN);
	who.authenticated_s = c.auth_time_s;
	who.login = c.login;
	who.login_until_s = c.exp_s;
	*out = who;
	*claims = c;
	return 0;
}

int
user_jwt_verify(struct auth *auth, const char *jwt, int64_t now_ms, struct identity *who)
{
	struct user_claims claims;

	return user_jwt_inspect(auth, jwt, now_ms, who, &claims);
}
