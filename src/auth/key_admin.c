// SPDX-License-Identifier: ISC
/* auth/key_admin.c - the keys as their administrator sees them. */
#include "auth/key_admin.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/verdict.h"

#define PAGE		200
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

enum key_state
key_state_of(const struct key *keys, size_t count, const struct key *key)
{
	if (key->retired_ms)
		return KEY_RETIRED;
	return newer_than((struct keys){ keys, count }, key) ? KEY_ACCEPTED : KEY_CURRENT;
}

static bool
is_for(const struct key *key, enum key_purpose purpose)
{
	return strcmp(key->purpose, keyring_purpose_name(purpose)) == 0;
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

typedef int list_tokens(struct store *st, struct arena *mem, const struct uuid *user,
    const struct uuid *after, size_t limit, int64_t now_ms, struct token **tokens, size_t *count);

/* Bearer tokens or sessions of a user, page by page. */
static int
count_tokens(const struct tally *t, const struct uuid *user, list_tokens *list, bool sessions)
{
	GUARD(arena_free) struct arena mem;
	const struct uuid *after = NULL;
	struct key_made *made;
	struct token *tokens;
	struct uuid last;
	size_t count;
	int r;

	arena_init(&mem, 0);
	do {
		arena_wipe(&mem);
		r = list(t->auth->store, &mem, user, after, PAGE, t->now_ms, &tokens, &count);
		if (r)		/* V_NOT_FOUND: the last one was removed meanwhile */
			return r == V_NOT_FOUND ? V_CHANGED : r;
		for (size_t i = 0; i < count; i++) {
			made = made_by(t, KEY_HASH, tokens[i].hash_key);
			if (made)
				*(sessions ? &made->sessions : &made->tokens) += 1;
			last = tokens[i].id;
		}
		after = &last;
	} while (count == PAGE);
	return 0;
}

static int
count_user(const struct tally *t, const struct user *user)
{
	struct password password = { .set_ms = 0 };
	struct key_made *made;
	int r;

	r = count_tokens(t, &user->id, store_token_list, false);
	if (!r)
		r = count_tokens(t, &user->id, store_session_list, true);
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
count_users(const struct tally *t)
{
	GUARD(arena_free) struct arena mem;
	const struct uuid *after = NULL;
	struct user *users;
	struct uuid last;
	size_t count;
	int r;

	arena_init(&mem, 0);
	do {
		arena_wipe(&mem);
		r = store_user_list(t->auth->store, &mem, after, PAGE, &users, &count);
		for (size_t i = 0; !r && i < count; i++) {
			r = count_user(t, &users[i]);
			last = users[i].id;
		}
		if (r)
			return r;
		after = &last;
	} while (count == PAGE);
	return 0;
}

/* Calls each with every live domain token, or, at 0, with all of them. */
static int
walk_domain_tokens(struct auth *auth, int64_t now_ms,
    int (*each)(const void *arg, const struct domain_token *token), const void *arg)
{
	GUARD(arena_free) struct arena mem;
	const struct uuid *after = NULL;
	struct domain_token *tokens;
	struct uuid last;
	size_t count;
	int r;

	arena_init(&mem, 0);
	do {
		arena_wipe(&mem);
		r = store_domain_token_list(auth->store, &mem, NULL, after, PAGE, now_ms, &tokens,
		    &count);
		if (r)
			return r == V_NOT_FOUND ? V_CHANGED : r;
		for (size_t i = 0; !r && i < count; i++) {
			r = each(arg, &tokens[i]);
			last = tokens[i].id;
		}
		if (r)
			return r;
		after = &last;
	} while (count == PAGE);
	return 0;
}

static int
count_domain_token(const void *arg, const struct domain_token *token)
{
	const struct tally *t = arg;
	struct key_made *made = made_by(t, KEY_DOMAIN, token->key);

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
	const struct key *newer;

	for (size_t i = 0; i < t->keys.count; i++) {
		newer = newer_than(t->keys, &t->keys.at[i]);
		if (is_for(&t->keys.at[i], KEY_JWT) && newer)
			t->made[i].jwts_until_ms = newer->created_ms + ttl_s * 1000;
	}
}

/* Again from the beginning, if something was removed where the last page ended. */
static int
count_all(const struct tally *t)
{
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r)) {
		memset(t->made, 0, t->keys.count * sizeof *t->made);
		r = count_users(t);
		if (!r)
			r = walk_domain_tokens(t->auth, t->now_ms, count_domain_token, t);
	}
	return r;
}

int
key_count_made(struct auth *auth, const struct key *keys, size_t count, int64_t now_ms,
    struct key_made *made)
{
	const struct tally t = { auth, { keys, count }, made, now_ms };
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
	if (!newer_than(keys, key))
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
drop_domain_token(const void *arg, const struct domain_token *token)
{
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
		r = walk_domain_tokens(auth, 0, drop_domain_token, &d);
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
