// SPDX-License-Identifier: ISC
/* auth/session.c - Webitel sessions: a key and a token, valid only together. */
#include "auth/session.h"

#include <errno.h>
#include <string.h>

#include "auth/issued.h"
#include "auth/jwt.h"
#include "auth/login_name.h"
#include "auth/role.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/setback.h"
#include "base/text.h"
#include "base/verdict.h"

void
session_domain(const char *name, char domain[LOGIN_SIZE])
{
	char login[LOGIN_SIZE];
	const char *at = strchr(name, '@');

	/* named as elsewhere; a name without such a form cannot have logged in since */
	if (at && login_name_make(name, login) == 0)
		at = strchr(login, '@');
	if (!at || text_copy(domain, LOGIN_SIZE, at + 1))
		domain[0] = '\0';
	text_lower(domain);
}

/* The part of the role's ACL that goes into a token. */
static void
put_token_acl(struct text *out, const struct json *acl)
{
	static const char *const resources[] = { "cdr", "cdr/files", "cdr/media" };
	const struct json *list;
	struct json_out o;

	json_open(&o, out);
	for (size_t i = 0; i < NELEM(resources); i++) {
		if (!json_member(acl, resources[i], &list))
			continue;
		json_name(&o, resources[i]);
		json_put_value(out, list);
	}
	json_close(&o);
}

static int
make_token(struct auth *auth, struct arena *mem, const struct role *role, int64_t expires_ms,
    const char **token)
{
	const struct ring_key *key = keyring_newest(&auth->keys, KEY_SESSION);
	GUARD(json_drop) struct json *acl = NULL;
	struct json_out o;
	const char *claims;
	struct text t;
	int r;

	r = json_parse(role->acl, strlen(role->acl), &acl);
	if (r)
		return r < 0 ? r : -EBADMSG;
	text_init(&t, mem);
	json_open(&o, &t);
	json_add_integer(&o, "exp", expires_ms);
	json_name(&o, "acl");
	put_token_acl(&t, acl);
	json_close(&o);
	r = text_done(&t, &claims, NULL);
	return r ? r : jwt_hs256_sign(mem, key->bytes, NULL, claims, token);
}

static void
digest_key(const struct ring_key *by, const char *key, uint8_t digest[DIGEST_LEN])
{
	secret_digest(digest, by->bytes, "session key", key, strlen(key));
}

/* The live session of that key, whichever of ours made its digest.  V_NOT_FOUND. */
static int
find_by_key(struct auth *auth, const char *key, int64_t now_ms, struct token *session)
{
	uint8_t digest[DIGEST_LEN];
	int r;

	do {
		for (const struct ring_key *by = keyring_newest(&auth->keys, KEY_HASH); by;
		    by = keyring_older(&auth->keys, by)) {
			digest_key(by, key, digest);
			r = store_session_find(auth->store, digest, now_ms, session);
			if (r != V_NOT_FOUND)
				return r;
		}
	} while (keyring_again_for(&auth->keys, auth->store, KEY_HASH, &r));
	return r;
}

/* Of the token under the session's digest: of both secrets, that is. */
static void
digest_token(const struct token *session, const char *token, uint8_t proof[DIGEST_LEN])
{
	_Static_assert(DIGEST_LEN == SECRET_KEY_LEN, "a digest can be a key");
	secret_digest(proof, session->digest, "session token", token, strlen(token));
}

static int
make_caller(struct auth *auth, const struct user *user, const struct token *session,
    struct caller *caller)
{
	*caller = (struct caller){ .expires_ms = session->expires_ms, .owner = session->user,
	    .session = session->id };
	if (text_copy(caller->id, sizeof caller->id, session->name))
		return -EBADMSG;
	session_domain(session->name, caller->domain);
	return role_hold(auth, role_name_of(user), &caller->role);
}

/* Makes the token and adds the session; again, if a key is changed at this very moment. */
static int
add(struct auth *auth, struct arena *mem, const struct caller *caller, int64_t now_ms,
    struct token *session, struct session_secrets *secrets)
{
	const struct ring_key *by;
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r)) {
		r = keyring_follow(&auth->keys, auth->store);
		if (!r)
			r = make_token(auth, mem, &caller->role, session->expires_ms,
			    &secrets->token);
		if (r)
			return r;
		by = keyring_newest(&auth->keys, KEY_HASH);
		session->hash_key = by->serial;
		digest_key(by, secrets->key, session->digest);
		digest_token(session, secrets->token, session->proof);
		r = store_session_add(auth->store, session,
		    (uint64_t)auth->conf->max_tokens_per_user, now_ms);
	}
	return r;
}

int
session_begin(struct auth *auth, struct arena *mem, const struct user *user,
    const char *username, int64_t now_ms, struct session_secrets *secrets,
    struct caller *caller)
{
	int64_t ttl_s = auth->conf->webitel_ttl_s;
	struct uuid key = uuid_new();
	struct token session = { .id = uuid_new_at(now_ms), .user = user->id, .created_ms = now_ms,
	    .modified_ms = now_ms, .expires_ms = now_ms + ttl_s * 1000, .ttl_s = ttl_s,
	    .gen = user->gen, .use = TOKEN_SESSION };
	int r;

	_Static_assert(sizeof caller->id <= TOKEN_NAME_SIZE, "what a caller can be called fits");
	/* it becomes caller->id, which is shorter */
	if (text_copy(session.name, sizeof caller->id, username))
		return V_WRONG_CREDENTIAL;
	uuid_text(secrets->key, &key);
	r = make_caller(auth, user, &session, caller);
	if (!r)
		r = add(auth, mem, caller, now_ms, &session, secrets);
	if (!r)
		issued_note(auth->issued, session.digest);
	return r;
}

/* Why there is no live session of this key.  V_ENDED: there was one. */
static int
explain(struct auth *auth, const char *key)
{
	uint8_t digest[DIGEST_LEN];
	struct token session;
	int r;

	/* at the beginning of time nothing has expired: what is not swept yet is found */
	r = find_by_key(auth, key, 0, &session);
	if (r <= 0)
		return r ? r : refusal_user(&auth->refusal, V_ENDED, WHY_EXPIRED, &session.user);
	for (const struct ring_key *by = keyring_newest(&auth->keys, KEY_HASH); by;
	    by = keyring_older(&auth->keys, by)) {
		digest_key(by, key, digest);
		if (issued_has(auth->issued, digest))
			return refusal(&auth->refusal, V_ENDED, WHY_REVOKED);
	}
	return refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_UNKNOWN);
}

int
session_verify(struct auth *auth, const char *key, const char *token, int64_t now_ms,
    struct caller *caller)
{
	uint8_t proof[DIGEST_LEN];
	struct token session;
	struct user user;
	int r;

	r = find_by_key(auth, key, now_ms, &session);
	if (r)
		return r == V_NOT_FOUND ? explain(auth, key) : r;
	digest_token(&session, token, proof);
	if (!secret_equal(proof, session.proof, sizeof proof))
		return refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_PROOF);
	issued_note(auth->issued, session.digest);
	r = store_user_get(auth->store, &session.user, &user);
	if (r)
		return r < 0 ? r :
		    refusal_user(&auth->refusal, V_ENDED, WHY_DELETED, &session.user);
	if (!user_is_live(&user))
		return refusal_user(&auth->refusal, V_ENDED, why_not_live(&user), &user.id);
	if (session.gen != user.gen)
		return refusal_user(&auth->refusal, V_ENDED, WHY_LOGGED_OUT, &user.id);
	if (setbacks_ended(auth->setbacks, session.created_ms, session.expires_ms, now_ms))
		return refusal_user(&auth->refusal, V_ENDED, WHY_EXPIRED, &user.id);
	return make_caller(auth, &user, &session, caller);
}

int
session_end(struct auth *auth, const struct caller *caller, int64_t now_ms)
{
	struct token gone;

	return store_session_drop(auth->store, &caller->owner, &caller->session, now_ms, &gone);
}
