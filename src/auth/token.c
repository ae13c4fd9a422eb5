// SPDX-License-Identifier: ISC
/* auth/token.c - bearer tokens: made, renamed, ended, verified. */
#include "auth/token.h"

#include <errno.h>
#include <string.h>

#include "auth/issued.h"
#include "auth/limit.h"
#include "auth/token_admit.h"
#include "auth/used.h"
#include "auth/user.h"
#include "base/setback.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

static void
digest_secret(const struct ring_key *key, const char *secret, uint8_t digest[DIGEST_LEN])
{
	secret_digest(digest, key->bytes, "bearer token", secret, strlen(secret));
}

/*
 * The live token with that secret, and its digest, whichever key made it; and its user,
 * unless user is NULL.  V_NOT_FOUND.  V_ENDED: the user does not exist.
 */
static int
find_by_secret(struct auth *auth, const char *secret, int64_t now_ms,
    uint8_t digest[DIGEST_LEN], struct token *token, struct user *user)
{
	int r;

	do {
		for (const struct ring_key *key = keyring_newest(&auth->keys, KEY_HASH); key;
		    key = keyring_older(&auth->keys, key)) {
			digest_secret(key, secret, digest);
			r = user ? store_token_find_user(auth->store, digest, now_ms, token, user) :
			    store_token_find(auth->store, digest, now_ms, token);
			if (r != V_NOT_FOUND)
				return r;
		}
	} while (keyring_again_for(&auth->keys, auth->store, KEY_HASH, &r));
	return r;
}

int
token_check_name(const char *name, const char **why)
{
	size_t len = strlen(name);

	if (!text_is_utf8(name, len))
		*why = "must be UTF-8";
	else if (!unicode_is_label(name, len))
		*why = "must have visible characters, and no control characters";
	else if (text_characters(name, len) > TOKEN_NAME_CHARACTERS)
		*why = "has at most 255 characters";
	else
		return 0;
	return V_INVALID;
}

int
token_may_create(const struct auth *auth, const struct identity *who)
{
	/* a leaked short-lived token must not make itself long-lived */
	return who->by_token && !auth->conf->bearer_may_create ? V_FORBIDDEN : 0;
}

/* Makes it the token of this secret, by the newest key there is. */
static int
take_secret(struct auth *auth, const char *secret, struct token *token)
{
	const struct ring_key *key;
	int r;

	r = keyring_follow(&auth->keys, auth->store);
	if (r)
		return r;
	key = keyring_newest(&auth->keys, KEY_HASH);
	token->hash_key = key->serial;
	digest_secret(key, secret, token->digest);
	return 0;
}

/* Again, if a key is changed at this very moment. */
static int
add(struct auth *auth, const struct identity *who, const char *secret, int64_t now_ms,
    struct token *token)
{
	const uint64_t limit = (uint64_t)auth->conf->max_tokens_per_user;
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r)) {
		r = take_secret(auth, secret, token);
		if (r)
			return r;
		/* what it makes, it makes while it lives */
		r = who->by_token ? store_token_add_by(auth->store, &who->token, token, limit,
		    now_ms) : store_token_add(auth->store, token, limit, now_ms);
	}
	return r;
}

int
token_create(struct auth *auth, const struct identity *who, const char *name, int64_t ttl_s,
    int64_t now_ms, struct token *out, char *secret)
{
	const struct token_terms terms = { .name = name, .ttl_s = ttl_s };

	return token_create_on(auth, who, &terms, now_ms, out, secret);
}

/* What a token makes has no wider limits, and the same unless others are given. */
static int
take_limits(const struct identity *who, const struct token_terms *terms, struct token *token)
{
	const char *scope = terms->scope ? terms->scope : who->scope;
	const char *addresses = terms->addresses ? terms->addresses : who->addresses;
	int r;

	r = text_copy(token->scope, sizeof token->scope, scope);
	if (!r)
		r = text_copy(token->addresses, sizeof token->addresses, addresses);
	return r ? r : limit_is_within(scope, addresses, who->scope, who->addresses) ? 0 :
	    V_FORBIDDEN;
}

int
token_create_on(struct auth *auth, const struct identity *who, const struct token_terms *terms,
    int64_t now_ms, struct token *out, char *secret)
{
	struct token token = { .id = uuid_new_at(now_ms), .user = who->user.id,
	    .created_ms = now_ms, .modified_ms = now_ms,
	    .expires_ms = now_ms + terms->ttl_s * 1000, .ttl_s = terms->ttl_s,
	    .gen = who->user.token_gen };
	int r;

	r = token_may_create(auth, who);
	if (!r)
		r = text_copy(token.name, sizeof token.name, terms->name);
	if (!r)
		r = take_limits(who, terms, &token);
	if (r)
		return r;
	token_text_make(auth->conf->token_prefix, secret);
	r = text_copy(token.prefix, sizeof token.prefix, auth->conf->token_prefix);
	if (r)
		return r;
	memcpy(token.head, secret + strlen(token.prefix), TOKEN_HEAD_LEN);
	r = add(auth, who, secret, now_ms, &token);
	if (r)
		return r;
	issued_note(auth->issued, token.digest);
	*out = token;
	return 0;
}

bool
token_is_live(const struct auth *auth, const struct token *token, const struct user *owner,
    int64_t now_ms)
{
	return token->gen == owner->token_gen &&
	    !setbacks_ended(auth->setbacks, token->modified_ms, token->expires_ms, now_ms);
}

int
token_get(struct auth *auth, const struct identity *who, const struct uuid *id, int64_t now_ms,
    struct token *out)
{
	struct token token;
	int r;

	r = store_token_get(auth->store, id, now_ms, &token);
	if (r)
		return r;
	if (!uuid_equal(&token.user, &who->user.id) ||
	    !token_is_live(auth, &token, &who->user, now_ms))
		return V_NOT_FOUND;
	*out = token;
	return 0;
}

int
token_lookup(struct auth *auth, const struct uuid *id, int64_t now_ms, struct token *token)
{
	return store_token_get(auth->store, id, now_ms, token);
}

int
token_change(struct auth *auth, const struct identity *who, const struct uuid *id,
    const char *name, int64_t ttl_s, int64_t now_ms, struct token *after)
{
	const struct token_terms terms = { .name = name, .ttl_s = ttl_s };

	return token_change_to(auth, who, id, &terms, now_ms, after);
}

/* A text of the terms, unless it is to stay as it is. */
static int
take_text(const char *text, const char *field, char *member, size_t size, uint64_t *mask)
{
	if (!text)
		return 0;
	*mask |= field_bit(&token_kind, field);
	return text_copy(member, size, text);
}

int
token_change_to(struct auth *auth, const struct identity *who, const struct uuid *id,
    const struct token_terms *terms, int64_t now_ms, struct token *after)
{
	struct token token = { .id = *id };
	uint64_t mask = 0;
	int r;

	r = take_text(terms->name, "name", token.name, sizeof token.name, &mask);
	if (!r)
		r = take_text(terms->scope, "scope", token.scope, sizeof token.scope, &mask);
	if (!r)
		r = take_text(terms->addresses, "addresses", token.addresses,
		    sizeof token.addresses, &mask);
	if (!r && terms->ttl_s > 0) {
		r = token_may_create(auth, who);
		token.ttl_s = terms->ttl_s;
		token.expires_ms = now_ms + terms->ttl_s * 1000;
		mask |= field_bit(&token_kind, "ttl") | field_bit(&token_kind, "expired_on");
	}
	if (r)
		return r;
	if (!mask)
		return token_get(auth, who, id, now_ms, after);
	/* what a token has lost, only a login may give back */
	return (who->by_token ? store_token_narrow : store_token_set)(auth->store, &who->user.id,
	    &token, mask, now_ms, after);
}

/* Again, if a key is changed at this very moment. */
static int
rotate(struct auth *auth, const char *secret, int64_t now_ms, struct token_rotation *rotation,
    struct token *fresh)
{
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r)) {
		r = take_secret(auth, secret, &rotation->fresh);
		if (r)
			return r;
		r = store_token_rotate(auth->store, rotation, now_ms, fresh);
	}
	return r;
}

int
token_may_rotate(const struct auth *auth, const struct identity *who, const struct uuid *id)
{
	if (!who->by_token)
		return 0;
	return auth->conf->token_self_rotate && uuid_equal(&who->token, id) ? 0 : V_FORBIDDEN;
}

int
token_rotate(struct auth *auth, const struct identity *who, const struct uuid *id,
    int64_t grace_s, int64_t now_ms, struct token *fresh, char *secret)
{
	struct token_rotation rotation = { .old = *id, .owner = who->user.id,
	    .fresh = { .id = uuid_new_at(now_ms) }, .until_ms = now_ms + grace_s * 1000,
	    .ttl_max_s = auth->conf->token_ttl_max_s,
	    .limit = (uint64_t)auth->conf->max_tokens_per_user };
	struct token made;
	int r;

	r = token_may_rotate(auth, who, id);
	if (r)
		return r;
	token_text_make(auth->conf->token_prefix, secret);
	r = text_copy(rotation.fresh.prefix, sizeof rotation.fresh.prefix,
	    auth->conf->token_prefix);
	if (r)
		return r;
	memcpy(rotation.fresh.head, secret + strlen(auth->conf->token_prefix), TOKEN_HEAD_LEN);
	r = rotate(auth, secret, now_ms, &rotation, &made);
	if (r)
		return r;
	issued_note(auth->issued, made.digest);
	*fresh = made;
	return 0;
}

int
token_revoke_of(struct auth *auth, const struct uuid *owner, const char *secret_or_uuid,
    int64_t now_ms, struct token *gone)
{
	uint8_t digest[DIGEST_LEN];
	struct uuid id;
	int r;

	if (uuid_parse(secret_or_uuid, strlen(secret_or_uuid), &id) == 0)
		return store_token_drop_id(auth->store, owner, &id, now_ms, gone);
	r = find_by_secret(auth, secret_or_uuid, now_ms, digest, gone, NULL);
	return r ? r : store_token_drop(auth->store, owner, digest, now_ms, gone);
}

int
token_revoke(struct auth *auth, const struct identity *who, const char *secret_or_uuid,
    int64_t now_ms, struct token *gone)
{
	return token_revoke_of(auth, &who->user.id, secret_or_uuid, now_ms, gone);
}

int
token_revoke_all_of(struct auth *auth, const struct uuid *owner, int64_t now_ms, uint64_t *count)
{
	return store_tokens_drop_of_user(auth->store, owner, user_new_generation(), now_ms, count);
}

int
token_revoke_all(struct auth *auth, const struct identity *who, int64_t now_ms,
    uint64_t *count)
{
	return token_revoke_all_of(auth, &who->user.id, now_ms, count);
}

int
token_check_own(struct auth *auth, const struct identity *who, const char *secret_or_uuid,
    int64_t now_ms)
{
	uint8_t digest[DIGEST_LEN];
	struct token token;
	int r = 0;

	if (!who->by_token)
		return V_NO_SCOPE;
	if (uuid_parse(secret_or_uuid, strlen(secret_or_uuid), &token.id) != 0)
		r = find_by_secret(auth, secret_or_uuid, now_ms, digest, &token, NULL);
	if (r < 0)
		return r;
	return !r && uuid_equal(&token.id, &who->token) ? 0 : V_NO_SCOPE;
}

void
token_note_use(struct auth *auth, const struct identity *who, const char *source,
    int64_t now_ms)
{
	bool with_ip = strcmp(auth->conf->track_last_used, "yes") == 0;

	if (auth->used && source)
		used_note(auth->used, &who->token, with_ip ? source : "", now_ms);
}

int
token_inspect(struct auth *auth, const char *secret, int64_t now_ms, struct token *out,
    struct user *user)
{
	uint8_t digest[DIGEST_LEN];
	struct token token;
	struct user owner;
	int r;

	r = find_by_secret(auth, secret, now_ms, digest, &token, &owner);
	if (r)
		return r == V_ENDED ? V_NOT_FOUND : r;
	if (!user_is_live(&owner) || !token_is_live(auth, &token, &owner, now_ms))
		return V_NOT_FOUND;
	*out = token;
	*user = owner;
	return 0;
}

int
token_prune(struct auth *auth, uint64_t limit, int64_t now_ms, uint64_t *count)
{
	return store_tokens_prune(auth->store, limit, now_ms, count);
}

/*
 * Why no live token has this secret.  V_ENDED: it once was a token of ours.  V_REUSED: and
 * one that replaced it has been used.
 */
static int
explain(struct auth *auth, const char *secret)
{
	uint8_t digest[DIGEST_LEN];
	struct token token;
	int r;

	/* at the beginning of time nothing has expired: what is not swept yet is found */
	r = find_by_secret(auth, secret, 0, digest, &token, NULL);
	if (r < 0)
		return r;
	if (!r && token.replaced_ms)
		return refusal_token(&auth->refusal, V_REUSED, WHY_REUSED, &token.user, &token.id);
	if (!r)
		return refusal_token(&auth->refusal, V_ENDED, WHY_EXPIRED, &token.user, &token.id);
	for (const struct ring_key *key = keyring_newest(&auth->keys, KEY_HASH); key;
	    key = keyring_older(&auth->keys, key)) {
		digest_secret(key, secret, digest);
		if (issued_has(auth->issued, digest))
			return refusal(&auth->refusal, V_ENDED, WHY_REVOKED);
	}
	return refusal(&auth->refusal, V_WRONG_CREDENTIAL,
	    token_text_is_one(secret, strlen(secret)) ? WHY_UNKNOWN : WHY_FORM);
}

/* Why a token that the store has is not valid. */
static enum why
why_not_valid(const struct token *token, const struct user *owner)
{
	if (!user_is_live(owner))
		return why_not_live(owner);
	return token->gen == owner->token_gen ? WHY_EXPIRED : WHY_REVOKED;
}

int
token_end(struct auth *auth, const char *secret, int64_t now_ms, struct token *gone)
{
	uint8_t digest[DIGEST_LEN];
	struct token token;
	int r;

	r = find_by_secret(auth, secret, now_ms, digest, &token, NULL);
	if (r == V_NOT_FOUND)
		return explain(auth, secret);
	if (r)
		return r;
	issued_note(auth->issued, digest);
	r = store_token_drop(auth->store, &token.user, digest, now_ms, gone);
	return r == V_NOT_FOUND ? V_ENDED : r;
}

int
token_by_secret(struct auth *auth, const char *secret, int64_t now_ms, struct token *token,
    struct user *user)
{
	uint8_t digest[DIGEST_LEN];
	struct token found;
	struct user owner;
	int r;

	r = find_by_secret(auth, secret, now_ms, digest, &found, &owner);
	if (r)
		return r == V_ENDED ? V_NOT_FOUND : r;
	if (owner.deleted_ms || found.gen != owner.token_gen)
		return V_NOT_FOUND;
	*token = found;
	*user = owner;
	return 0;
}

bool
token_has_secret(const struct auth *auth, const struct token *token, const char *secret)
{
	uint8_t digest[DIGEST_LEN];

	for (const struct ring_key *key = keyring_newest(&auth->keys, KEY_HASH); key;
	    key = keyring_older(&auth->keys, key)) {
		digest_secret(key, secret, digest);
		if (secret_equal(digest, token->digest, sizeof digest))
			return true;
	}
	return false;
}

int
token_verify(struct auth *auth, const char *secret, int64_t now_ms, struct identity *out)
{
	struct identity who = { .authenticated_s = now_ms / 1000 };
	uint8_t digest[DIGEST_LEN];
	struct token token;
	int r;

	r = find_by_secret(auth, secret, now_ms, digest, &token, &who.user);
	if (r == V_NOT_FOUND)
		return explain(auth, secret);
	if (r)
		return refusal_if(&auth->refusal, r, WHY_DELETED);
	issued_note(auth->issued, digest);
	/* one that a damaged index did not lead to was not dropped with the others */
	if (!user_is_live(&who.user) || !token_is_live(auth, &token, &who.user, now_ms))
		return refusal_token(&auth->refusal, V_ENDED, why_not_valid(&token, &who.user),
		    &token.user, &token.id);
	token_identify(&token, &who);
	*out = who;
	return 0;
}
