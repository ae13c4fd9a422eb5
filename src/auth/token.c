// SPDX-License-Identifier: ISC
/* auth/token.c - bearer tokens: made, renamed, ended, verified. */
#include "auth/token.h"

#include <string.h>

#include "auth/issued.h"
#include "auth/user.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

static void
digest_secret(const struct auth *auth, const char *secret, uint8_t digest[DIGEST_LEN])
{
	const struct ring_key *key = keyring_newest(&auth->keys, KEY_HASH);

	secret_digest(digest, key->bytes, "bearer token", secret, strlen(secret));
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

int
token_create(struct auth *auth, const struct identity *who, const char *name, int64_t ttl_s,
    int64_t now_ms, struct token *out, char *secret)
{
	struct token token = { .id = uuid_new(), .user = who->user.id, .created_ms = now_ms,
	    .modified_ms = now_ms, .expires_ms = now_ms + ttl_s * 1000, .ttl_s = ttl_s };
	int r;

	r = token_may_create(auth, who);
	if (r)
		return r;
	r = text_copy(token.name, sizeof token.name, name);
	if (r)
		return r;
	secret_base62(secret, TOKEN_LEN);
	memcpy(token.head, secret, TOKEN_HEAD_LEN);
	digest_secret(auth, secret, token.digest);
	r = store_token_add(auth->store, &token, (uint64_t)auth->conf->max_tokens_per_user, now_ms);
	if (r)
		return r;
	issued_note(auth->issued, token.digest);
	*out = token;
	return 0;
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
	if (!uuid_equal(&token.user, &who->user.id))
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
	struct token token = { .id = *id };
	uint64_t mask = 0;
	int r;

	if (name) {
		r = text_copy(token.name, sizeof token.name, name);
		if (r)
			return r;
		mask |= field_bit(&token_kind, "name");
	}
	if (ttl_s > 0) {
		r = token_may_create(auth, who);
		if (r)
			return r;
		token.ttl_s = ttl_s;
		token.expires_ms = now_ms + ttl_s * 1000;
		mask |= field_bit(&token_kind, "ttl") | field_bit(&token_kind, "expired_on");
	}
	if (!mask)
		return token_get(auth, who, id, now_ms, after);
	return store_token_set(auth->store, &who->user.id, &token, mask, now_ms, after);
}

int
token_revoke(struct auth *auth, const struct identity *who, const char *secret_or_uuid,
    int64_t now_ms, struct token *gone)
{
	uint8_t digest[DIGEST_LEN];
	struct uuid id;

	if (uuid_parse(secret_or_uuid, strlen(secret_or_uuid), &id) == 0)
		return store_token_drop_id(auth->store, &who->user.id, &id, now_ms, gone);
	digest_secret(auth, secret_or_uuid, digest);
	return store_token_drop(auth->store, &who->user.id, digest, now_ms, gone);
}

int
token_list(struct auth *auth, struct arena *mem, const struct identity *who,
    const struct uuid *after, size_t limit, int64_t now_ms, struct token **tokens, size_t *count)
{
	return store_token_list(auth->store, mem, &who->user.id, after, limit, now_ms, tokens,
	    count);
}

int
token_revoke_all(struct auth *auth, const struct identity *who, int64_t now_ms,
    uint64_t *count)
{
	return store_tokens_drop_of_user(auth->store, &who->user.id, now_ms, count);
}

int
token_prune(struct auth *auth, uint64_t limit, int64_t now_ms, uint64_t *count)
{
	return store_tokens_prune(auth->store, limit, now_ms, count);
}

/* Why no live token has this digest.  V_ENDED: it once was a token of ours. */
static int
explain(struct auth *auth, const uint8_t digest[DIGEST_LEN])
{
	struct token token;
	int r;

	/* at the beginning of time nothing has expired: what is not swept yet is found */
	r = store_token_find(auth->store, digest, 0, &token);
	if (r <= 0)
		return r ? r : V_ENDED;
	return issued_has(auth->issued, digest) ? V_ENDED : V_WRONG_CREDENTIAL;
}

int
token_verify(struct auth *auth, const char *secret, int64_t now_ms, struct identity *out)
{
	struct identity who = { .by_token = true, .authenticated_s = now_ms / 1000 };
	uint8_t digest[DIGEST_LEN];
	struct token token;
	int r;

	digest_secret(auth, secret, digest);
	r = store_token_find(auth->store, digest, now_ms, &token);
	if (r)
		return r == V_NOT_FOUND ? explain(auth, digest) : r;
	issued_note(auth->issued, digest);
	r = store_user_get(auth->store, &token.user, &who.user);
	if (r)
		return r < 0 ? r : V_ENDED;
	if (!user_is_live(&who.user))
		return V_ENDED;
	who.token = token.id;
	who.token_expires_ms = token.expires_ms;
	*out = who;
	return 0;
}
