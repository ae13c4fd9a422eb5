// SPDX-License-Identifier: ISC
/* auth/domain_token.c - tokens of Webitel domains. */
#include "auth/domain_token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/jwt.h"
#include "auth/role.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/setback.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

/* The end of the year 9999, after which there is no ISO 8601 (base/clock.h). */
#define LAST_MS INT64_C(253402300799999)

/* The claims t and v of all of them. */
#define CLAIM_KIND "domain"
#define CLAIM_VERSION 2

/* Stands for the administrator as creator; no login name, for want of an '@'. */
#define OPERATOR "doorwardctl"

int
domain_name(const char *text, char domain[LOGIN_SIZE])
{
	if (!*text || strpbrk(text, "@: \"'*/") || text_has_control(text, strlen(text)))
		return V_INVALID;
	return unicode_domain(text, domain, LOGIN_SIZE);
}

int
domain_permit(const struct caller *caller, const char *domain, char letter)
{
	int r;

	if (caller->by_domain_token && letter == 'c')
		return V_FORBIDDEN;
	r = role_permit(&caller->role, "domain", letter, false);
	if (r != V_FORBIDDEN)
		return r;
	/* no user's domain, whatever follows the '@' of an odd e-mail */
	if (strcmp(domain, DOMAIN_ALL) == 0 || strcmp(caller->role.name, "admin") != 0)
		return V_FORBIDDEN;
	return strcmp(caller->domain, domain) == 0 ? 0 : V_FORBIDDEN;
}

static int
make_jwt(struct arena *mem, const struct ring_key *key, const struct domain_token *token,
    const char **jwt)
{
	char id[UUID_TEXT_SIZE];
	struct json_out o;
	const char *claims;
	struct text t;
	int r;

	text_init(&t, mem);
	json_open(&o, &t);
	json_add_string(&o, "id", uuid_text(id, &token->id));
	json_add_integer(&o, "exp", token->expires_ms);
	json_add_string(&o, "d", token->domain);
	json_add_string(&o, "t", CLAIM_KIND);
	json_add_integer(&o, "v", CLAIM_VERSION);
	json_close(&o);
	r = text_done(&t, &claims, NULL);
	return r ? r : jwt_hs256_sign(mem, key->bytes, key->id, claims, jwt);
}

/* Signs and adds it; again, if a key is changed at this very moment. */
static int
add(struct auth *auth, struct arena *mem, int64_t now_ms, struct domain_token *token,
    const char **jwt)
{
	const struct ring_key *key;
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r)) {
		r = keyring_follow(&auth->keys, auth->store);
		if (r)
			return r;
		key = keyring_newest(&auth->keys, KEY_DOMAIN);
		token->key = key->serial;
		r = make_jwt(mem, key, token, jwt);
		if (!r)
			r = store_domain_token_add(auth->store, token,
			    (uint64_t)auth->conf->max_domain_tokens, now_ms);
	}
	return r;
}

/* The latest time at which a token of this caller may expire. */
static int64_t
last_end(const struct auth *auth, const struct caller *caller, int64_t now_ms)
{
	int64_t end_ms = now_ms + auth->conf->domain_token_ttl_max_s * 1000;

	return caller && end_ms < LAST_MS ? end_ms : LAST_MS;
}

int
domain_token_create(struct auth *auth, struct arena *mem, const struct caller *caller,
    const char *domain, const char *role, int64_t expires_ms, int64_t now_ms,
    struct domain_token *out, const char **jwt)
{
	struct domain_token token = { .id = uuid_new_at(now_ms), .created_ms = now_ms,
	    .expires_ms = expires_ms, .enabled = true };
	const char *by = caller ? caller->id : OPERATOR;
	struct role found;
	int r;

	if (expires_ms <= now_ms || expires_ms > last_end(auth, caller, now_ms))
		return V_BAD_EXPIRE;
	if (caller)
		token.maker = caller->owner;
	r = *role ? role_find(auth, role, &found) : V_NOT_FOUND;
	if (r)
		return r == V_NOT_FOUND ? V_BAD_ROLE : r;
	r = caller ? role_check_within(&found, &caller->role) : 0;
	if (r)
		return r;
	if (text_copy(token.domain, sizeof token.domain, domain) ||
	    text_copy(token.role, sizeof token.role, found.name) ||
	    text_copy(token.created_by, sizeof token.created_by, by))
		return -EINVAL;
	r = add(auth, mem, now_ms, &token, jwt);
	if (r)
		return r;
	*out = token;
	return 0;
}

/* The record that the claims name, if both agree.  V_MALFORMED, V_NOT_FOUND. */
static int
find_row(struct auth *auth, const struct json *claims, struct domain_token *token)
{
	const char *domain = json_member_text(claims, "d");
	int64_t version, expires_ms;
	struct uuid id;
	int r;

	if (!domain || !json_member_is(claims, "t", CLAIM_KIND) ||
	    !json_member_integer(claims, "v", &version) || version != CLAIM_VERSION ||
	    !json_member_integer(claims, "exp", &expires_ms) ||
	    !json_member_uuid(claims, "id", &id))
		return V_MALFORMED;
	r = store_domain_token_get(auth->store, domain, &id, token);
	if (r)
		return r;
	return token->expires_ms == expires_ms ? 0 : V_NOT_FOUND;
}

/*
 * Is the user who created it live?  V_ENDED: no longer.  The administrator always is.
 * A row of an older version names its creator only by login name.
 */
static int
check_maker(struct auth *auth, const struct domain_token *token)
{
	struct user maker;
	int r;

	if (!uuid_is_none(&token->maker))
		r = store_user_get(auth->store, &token->maker, &maker);
	else if (strcmp(token->created_by, OPERATOR) != 0)
		r = user_by_login(auth, token->created_by, &maker);
	else
		return 0;
	if (r)
		return r == V_NOT_FOUND ? V_ENDED : r;
	return user_is_live(&maker) ? 0 : V_ENDED;
}

static bool
has_ended(const struct auth *auth, const struct domain_token *token, int64_t now_ms)
{
	return setbacks_ended(auth->setbacks, token->created_ms, token->expires_ms, now_ms);
}

int
domain_token_verify(struct auth *auth, const char *jwt, int64_t now_ms, struct caller *caller)
{
	GUARD(json_drop) struct json *claims = NULL;
	struct keyring_search search = { &auth->keys, auth->store, KEY_DOMAIN };
	struct domain_token token;
	char id[UUID_TEXT_SIZE];
	int r;

	r = jwt_hs256_open(jwt, keyring_search, &search, &claims);
	if (r)
		return r < 0 ? r : refusal(&auth->refusal, V_WRONG_CREDENTIAL, why_not_opened(r));
	r = find_row(auth, claims, &token);
	if (r == V_MALFORMED)
		return refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_CLAIMS);
	if (r)
		return r < 0 ? r : refusal(&auth->refusal, V_ENDED, WHY_REVOKED);
	if (!token.enabled)
		return refusal_user(&auth->refusal, V_ENDED, WHY_DISABLED, &token.id);
	if (has_ended(auth, &token, now_ms))
		return refusal_user(&auth->refusal, V_ENDED, WHY_EXPIRED, &token.id);
	r = check_maker(auth, &token);
	if (r)
		return r < 0 ? r : refusal_user(&auth->refusal, r, WHY_CREATOR, &token.id);
	*caller = (struct caller){ .by_domain_token = true, .expires_ms = token.expires_ms,
	    .owner = token.id };
	snprintf(caller->id, sizeof caller->id, "%s@%s", uuid_text(id, &token.id), token.domain);
	memcpy(caller->domain, token.domain, sizeof caller->domain);
	return role_hold(auth, token.role, &caller->role);
}

struct listing {
	const struct auth *auth;
	int64_t now_ms;
	uint64_t left;
	pages_visit *visit;
	void *arg;
};

static int
list_one(const void *token, void *arg)
{
	struct listing *list = arg;
	int r;

	if (has_ended(list->auth, token, list->now_ms))
		return 0;
	r = list->visit(token, list->arg);
	return r || --list->left ? r : PAGES_ENOUGH;
}

int
domain_tokens_list(struct auth *auth, const char *domain, const struct uuid *after, size_t limit,
    int64_t now_ms, pages_visit *visit, void *arg)
{
	struct listing list = { auth, now_ms, limit, visit, arg };

	return pages_domain_tokens_part(auth, domain, &(struct pages_part){ after, limit }, now_ms,
	    list_one, &list);
}

int
domain_token_find(struct auth *auth, const char *domain, const struct uuid *id,
    struct domain_token *token)
{
	return store_domain_token_get(auth->store, domain, id, token);
}

/* A caller must not change a token that permits more than the caller may do.  V_FORBIDDEN. */
static int
check_reach(struct auth *auth, const struct caller *caller, const struct domain_token *token)
{
	struct role role;
	int r;

	if (!caller)
		return 0;
	r = role_hold(auth, token->role, &role);
	if (r)
		return r;
	return role_check_within(&role, &caller->role);
}

int
domain_token_enable(struct auth *auth, const struct caller *caller,
    const struct domain_token *token, bool enabled)
{
	int r = check_reach(auth, caller, token);

	return r ? r : store_domain_token_enable(auth->store, token->domain, &token->id, enabled);
}

int
domain_token_end(struct auth *auth, const struct caller *caller,
    const struct domain_token *token)
{
	int r = check_reach(auth, caller, token);

	return r ? r : store_domain_token_drop(auth->store, token->domain, &token->id);
}

int
domain_tokens_prune(struct auth *auth, uint64_t limit, int64_t now_ms, uint64_t *count)
{
	return store_domain_tokens_prune(auth->store, limit, now_ms, count);
}
