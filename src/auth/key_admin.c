// SPDX-License-Identifier: ISC
/* auth/key_admin.c - the keys as their administrator sees them. */
#include "auth/key_admin.h"

#include <errno.h>
#include <string.h>

#include "auth/pages.h"
#include "auth/signing.h"
#include "base/guard.h"
#include "base/verdict.h"

#define STEP		200		/* tokens looked at in one write */

struct keys {
	const struct key *at;
	size_t count;
};

/* The next newer key of the same purpose; NULL: it is the current one. */
static const struct key *
newer_than(struct keys keys, const struct key *key)
{
	const struct key *newer = NULL;

	for (size_t i = 0; i < keys.count; i++) {
		const struct key *other = &keys.at[i];

		if (strcmp(other->purpose, key->purpose) == 0 && other->serial > key->serial &&
		    (!newer || other->serial < newer->serial))
			newer = other;
	}
	return newer;
}

static bool
is_for(const struct key *key, enum key_purpose purpose)
{
	return strcmp(key->purpose, keyring_purpose_name(purpose)) == 0;
}

/* As signing_current: the newest that was published for long enough, or else the oldest. */
static const struct key *
signer_of(const struct conf *conf, struct keys keys, int64_t now_ms)
{
	const struct key *ready = NULL, *oldest = NULL;

	for (size_t i = 0; i < keys.count; i++) {
		const struct key *key = &keys.at[i];

		if (key->retired_ms || !is_for(key, signing_purpose(conf)))
			continue;
		if (!oldest || key->serial < oldest->serial)
			oldest = key;
		if (key->created_ms + conf->jwt_key_lead_s * 1000 <= now_ms &&
		    (!ready || key->serial > ready->serial))
			ready = key;
	}
	return ready ? ready : oldest;
}

/* Of a key whose purpose only one jwt_alg needs. */
static enum key_state
state_of_signing(const struct conf *conf, struct keys keys, const struct key *key,
    int64_t now_ms)
{
	const struct key *signer;

	if (!is_for(key, signing_purpose(conf)))
		return KEY_ACCEPTED;
	signer = signer_of(conf, keys, now_ms);
	if (key == signer)
		return KEY_CURRENT;
	return key->serial > signer->serial ? KEY_WAITING : KEY_ACCEPTED;
}

enum key_state
key_state_of(const struct auth *auth, const struct key *list, size_t count,
    const struct key *key, int64_t now_ms)
{
	const struct keys keys = { list, count };

	if (key->retired_ms)
		return KEY_RETIRED;
	if (keyring_purpose(key->purpose) >= KEY_PURPOSES_OF_ALL)
		return state_of_signing(auth->conf, keys, key, now_ms);
	return newer_than(keys, key) ? KEY_ACCEPTED : KEY_CURRENT;
}

bool
key_may_retire(const struct auth *auth, const struct key *keys, size_t count,
    const struct key *key)
{
	const enum key_purpose purpose = keyring_purpose(key->purpose);

	if (purpose < KEY_PURPOSES_OF_ALL)
		return newer_than((struct keys){ keys, count }, key);
	if (purpose != signing_purpose(auth->conf))
		return true;
	for (size_t i = 0; i < count; i++) {
		if (is_for(&keys[i], purpose) && !keys[i].retired_ms &&
		    strcmp(keys[i].id, key->id) != 0)
			return true;
	}
	return false;
}

/* --- counting ---------------------------------------------------------------- */

struct tally {
	struct auth *auth;
	struct keys keys;
	struct key_made *made;		/* of each key */
	int64_t now_ms;
};

/* Where things are counted that the key of that serial made; NULL: there is none. */
static struct key_made *
made_by(const struct tally *t, enum key_purpose purpose, uint64_t serial)
{
	for (size_t i = 0; i < t->keys.count; i++) {
		if (is_for(&t->keys.at[i], purpose) && t->keys.at[i].serial == serial)
			return &t->made[i];
	}
	return NULL;
}

/* One that was current at that time: what it made then does not name it. */
static struct key_made *
made_at(const struct tally *t, enum key_purpose purpose, int64_t time_ms)
{
	const struct key *newer;

	for (size_t i = 0; i < t->keys.count; i++) {
		const struct key *key = &t->keys.at[i];

		newer = newer_than(t->keys, key);
		if (is_for(key, purpose) && (!key->serial || key->created_ms <= time_ms) &&
		    (!newer || newer->created_ms > time_ms))
			return &t->made[i];
	}
	return NULL;
}

/* Of a user: which count of the key that made it. */
static int
count_token(const void *record, void *arg)
{
	const struct token *token = record;
	struct key_made *made = made_by(arg, KEY_HASH, token->hash_key);

	if (made)
		*(token->use == TOKEN_SESSION ? &made->sessions : &made->tokens) += 1;
	return 0;
}

static int
count_user(const void *record, void *arg)
{
	const struct user *user = record;
	struct tally *t = arg;
	struct password password = { .set_ms = 0 };
	struct key_made *made;
	int r;

	r = pages_tokens(t->auth, &user->id, t->now_ms, count_token, t);
	if (!r)
		r = pages_sessions(t->auth, &user->id, t->now_ms, count_token, t);
	if (r || !user->ha1b[0])
		return r;
	r = store_password_get(t->auth->store, &user->id, &password);
	if (r && r != V_NOT_FOUND)
		return r;
	made = made_at(t, KEY_HASH, password.set_ms);
	if (made)
		made->ha1b++;
	return 0;
}

static int
count_domain_token(const void *record, void *arg)
{
	const struct domain_token *token = record;
	struct key_made *made = made_by(arg, KEY_DOMAIN, token->key);

	if (made)
		made->domain_tokens++;
	return 0;
}

/* JWTs are not stored: only when the last one expires is known. */
static void
date_jwts(const struct tally *t)
{
	const struct conf *conf = t->auth->conf;
	int64_t ttl_s = conf->jwt_ttl_s < conf->max_session_s ? conf->jwt_ttl_s :
	    conf->max_session_s;
	enum key_purpose purpose;
	const struct key *newer;

	for (size_t i = 0; i < t->keys.count; i++) {
		newer = newer_than(t->keys, &t->keys.at[i]);
		purpose = keyring_purpose(t->keys.at[i].purpose);
		if (!newer || (purpose != KEY_JWT && purpose < KEY_PURPOSES_OF_ALL))
			continue;
		t->made[i].jwts_until_ms = newer->created_ms + ttl_s * 1000;
		if (purpose != KEY_JWT)		/* it signs until the newer one may */
			t->made[i].jwts_until_ms += conf->jwt_key_lead_s * 1000;
	}
}

/* Again from the beginning, if something was removed where the last page ended. */
static int
count_all(struct tally *t)
{
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r)) {
		memset(t->made, 0, t->keys.count * sizeof *t->made);
		r = pages_users(t->auth, UINT64_MAX, count_user, t);
		if (!r)
			r = pages_domain_tokens(t->auth, NULL, t->now_ms, count_domain_token, t);
	}
	return r;
}

int
key_count_made(struct auth *auth, const struct key *keys, size_t count, int64_t now_ms,
    struct key_made *made)
{
	struct tally t = { auth, { keys, count }, made, now_ms };
	int r;

	r = count_all(&t);
	if (!r)
		date_jwts(&t);
	return r;
}

/* --- retiring ---------------------------------------------------------------- */

static int
find(struct auth *auth, struct arena *mem, const char *id, struct keys *keys,
    const struct key **out)
{
	struct key *list;
	int r;

	r = store_keys(auth->store, mem, &list, &keys->count);
	if (r)
		return r;
	keys->at = list;
	for (size_t i = 0; i < keys->count; i++) {
		*out = &list[i];
		if (strcmp(list[i].id, id) == 0)
			return 0;
	}
	return V_NOT_FOUND;
}

/* Ends what the key has made.  V_CHANGED: keys were changed at this very moment. */
static int
mark(struct auth *auth, const char *id, int64_t now_ms, struct key *out)
{
	GUARD(arena_free) struct arena mem;
	const struct key *key;
	uint64_t changes;
	struct keys keys;
	int r;

	arena_init(&mem, 0);
	r = store_key_changes(auth->store, &changes);
	if (!r)
		r = find(auth, &mem, id, &keys, &key);
	if (r)
		return r;
	*out = *key;
	if (key->retired_ms)
		return 0;
	if (!key_may_retire(auth, keys.at, keys.count, key))
		return V_EXISTS;
	out->retired_ms = now_ms;
	store_expect_keys(auth->store, changes);
	return store_key_set(auth->store, out, field_bit(&key_kind, "retired_on"));
}

static int
drop_tokens(struct auth *auth, uint64_t serial)
{
	struct token_pass pass = { .more = true };
	int r = 0;

	while (!r && pass.more)
		r = store_tokens_drop_of_key(auth->store, serial, STEP, &pass);
	return r;
}

struct dropping {
	struct auth *auth;
	uint64_t serial;
};

static int
drop_domain_token(const void *record, void *arg)
{
	const struct domain_token *token = record;
	const struct dropping *d = arg;
	int r;

	if (token->key != d->serial)
		return 0;
	r = store_domain_token_drop(d->auth->store, token->domain, &token->id);
	return r == V_NOT_FOUND ? 0 : r;
}

/* A page ends with one that has been dropped, so there is always another walk. */
static int
drop_domain_tokens(struct auth *auth, uint64_t serial)
{
	struct dropping d = { auth, serial };
	int r;

	do
		r = pages_domain_tokens(auth, NULL, 0, drop_domain_token, &d);
	while (r == V_CHANGED);
	return r;
}

int
key_retire(struct auth *auth, const char *id, int64_t now_ms)
{
	struct key key;
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r))
		r = mark(auth, id, now_ms, &key);
	if (r)
		return r;
	store_expect_keys(auth->store, 0);	/* it is out of use already */
	if (is_for(&key, KEY_HASH))
		r = drop_tokens(auth, key.serial);
	if (!r && is_for(&key, KEY_DOMAIN))
		r = drop_domain_tokens(auth, key.serial);
	if (!r)
		r = store_key_drop(auth->store, id);
	return r == V_NOT_FOUND ? 0 : r;
}
