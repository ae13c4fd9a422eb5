// SPDX-License-Identifier: ISC
/* auth/keyring.c - the keys of the service, unsealed, in memory. */
#include "auth/keyring.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "auth/keypair.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

/* How often a write is made whose keys others change meanwhile. */
#define KEYRING_TRIES 8

static const struct {
	const char *name;		/* in records, and ids of keys */
	enum jwt_algorithm algorithm;	/* of a private key; JWT_HS256: its keys are bytes alone */
} purposes[KEY_PURPOSES] = {
	[KEY_HASH] =      { "hash",      JWT_HS256 },
	[KEY_JWT] =       { "jwt",       JWT_HS256 },
	[KEY_SESSION] =   { "session",   JWT_HS256 },
	[KEY_DOMAIN] =    { "domain",    JWT_HS256 },
	[KEY_JWT_ES256] = { "jwt-es256", JWT_ES256 },
	[KEY_JWT_RS256] = { "jwt-rs256", JWT_RS256 },
	[KEY_JWT_EDDSA] = { "jwt-eddsa", JWT_EDDSA },
};

static const struct ring_key *
ring_find(const struct keyring *ring, enum key_purpose purpose, const char *id)
{
	for (size_t i = 0; i < ring->count; i++) {
		if (ring->keys[i].purpose == purpose && strcmp(ring->keys[i].id, id) == 0)
			return &ring->keys[i];
	}
	return NULL;
}

/* With the bytes that were unsealed before, or else by one of the masters. */
static int
unseal(const struct keyring *ring, const struct key *key, struct ring_key *out)
{
	const struct master_key *master = keyring_master(ring, key->sealed_by);
	const struct ring_key *known = ring_find(ring, out->purpose, key->id);

	memcpy(out->id, key->id, sizeof out->id);
	out->serial = key->serial;
	out->created_ms = key->created_ms;
	if (known) {
		memcpy(out->bytes, known->bytes, sizeof out->bytes);
		return 0;
	}
	return master && secret_unseal(out->bytes, master->bytes, key->sealed,
	    sizeof key->sealed) == 0 ? 0 : V_WRONG_CREDENTIAL;
}

/* strict: the process has just read its key file.  Else that may only have been refused. */
static int
log_sealed(const struct keyring *ring, const struct key *key, bool strict)
{
	return log_fault(-EKEYREJECTED, "%s the master key %s, but key %s of the "
	    "database is sealed by the master key %s%s",
	    strict ? "the key file has" : "this process has",
	    ring->master_count ? ring->masters[0].id : "-", key->id, key->sealed_by,
	    strict ? ": it is not the key file of this database" : "");
}

/* Adds key to fresh, unless it is retired; *sealed: if it is sealed by a master that we lack. */
static int
take(const struct keyring *ring, const struct key *key, struct keyring *fresh,
    const struct key **sealed)
{
	struct ring_key *to = &fresh->keys[fresh->count];
	int r;

	if (key->retired_ms)
		return 0;
	to->purpose = keyring_purpose(key->purpose);
	if (to->purpose == KEY_PURPOSES)
		return log_fault(-EBADMSG, "key %s is for %s", key->id, key->purpose);
	fresh->is_outdated |= !keyring_master(ring, key->sealed_by);
	r = unseal(ring, key, to);
	if (r == V_WRONG_CREDENTIAL) {
		memcpy(fresh->lacked[fresh->lacked_count].id, key->id, sizeof key->id);
		fresh->lacked[fresh->lacked_count++].purpose = to->purpose;
		*sealed = key;
		return 0;
	}
	fresh->count += !r;
	return r;
}

/* By their ids, which are never given to another key. */
static bool
are_same(const struct keyring *ring, const struct keyring *fresh)
{
	for (size_t i = 0; i < fresh->count && i < ring->count; i++) {
		if (strcmp(ring->keys[i].id, fresh->keys[i].id) != 0)
			return false;
	}
	return fresh->count == ring->count;
}

static void
replace(struct keyring *ring, const struct keyring *fresh)
{
	ring->changes += !are_same(ring, fresh);
	memcpy(ring->keys, fresh->keys, fresh->count * sizeof fresh->keys[0]);
	ring->count = fresh->count;
	ring->followed = fresh->followed;
	ring->is_outdated = fresh->is_outdated;
	ring->is_whole = false;
	memcpy(ring->lacked, fresh->lacked, sizeof ring->lacked);
	ring->lacked_count = fresh->lacked_count;
}

/*
 * Callers rely on a key for each purpose once there was one.  If it is gone by damage, or
 * only a process with another master key can read the one that took its place, the
 * former keys stay, and no request is served.
 */
static int
keep_purposes(struct keyring *ring, const struct keyring *fresh)
{
	for (enum key_purpose i = 0; i < KEY_PURPOSES; i++) {
		if (!keyring_newest(ring, i) || keyring_newest(fresh, i))
			continue;
		/* the keys of an algorithm that is not in use may all go */
		if (i >= KEY_PURPOSES_OF_ALL && !keyring_lacks(fresh, i))
			continue;
		ring->is_outdated |= fresh->is_outdated;
		return keyring_lacks(fresh, i) ? -EAGAIN :
		    log_fault(-ENOKEY, "there is no key for %s", purposes[i].name);
	}
	return 0;
}

/* All keys of the store as they are now; *sealed: one that we cannot read, if there is any. */
static int
read_keys(const struct keyring *ring, struct store *st, struct arena *mem,
    struct keyring *fresh, const struct key **sealed)
{
	struct key *keys;
	size_t count;
	int r;

	*fresh = (struct keyring){ .count = 0 };
	*sealed = NULL;
	r = store_key_changes(st, &fresh->followed);
	if (!r)
		r = store_keys(st, mem, &keys, &count);
	if (r)
		return r;
	if (count > KEYRING_MAX)
		return log_fault(-E2BIG, "the database has %zu keys, too many", count);
	for (size_t i = 0; !r && i < count; i++)
		r = take(ring, &keys[i], fresh, sealed);
	return r;
}

/*
 * strict: there may be none that we cannot read.  A master key that we lack may be in the
 * key file by now, and yet another one by the time that the keys are read again.
 */
static int
load(struct keyring *ring, struct store *st, struct arena *mem, bool strict)
{
	const struct key *sealed;
	struct keyring fresh;
	int tries = 0, r;

	do
		r = read_keys(ring, st, mem, &fresh, &sealed);
	while (!r && fresh.is_outdated && tries++ < KEYRING_TRIES &&
	    keyring_has_other_masters(ring, fresh.followed));
	if (!r && sealed) {
		r = log_sealed(ring, sealed, strict);
		r = strict ? r : 0;
	}
	if (!r)
		r = keep_purposes(ring, &fresh);
	if (!r) {
		replace(ring, &fresh);
		store_expect_keys(st, fresh.followed);
	}
	secret_wipe(&fresh, sizeof fresh);
	return r;
}

static int
load_in(struct keyring *ring, struct store *st, bool strict)
{
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 0);
	return load(ring, st, &mem, strict);
}

int
keyring_load(struct keyring *ring, struct store *st)
{
	return load_in(ring, st, true);
}

/* id "": a random one.  jwt_key_lead_s begins, to the second, when it has been made. */
static int
key_create(const struct keyring *ring, struct store *st, enum key_purpose purpose,
    const char *id, uint64_t serial, int64_t now_ms)
{
	const int64_t began_ms = clock_steady_ms();
	struct key key = { .serial = serial };
	uint8_t bytes[SECRET_KEY_LEN];
	int r = 0;

	/* what the former master key sealed now, nobody could unseal any more */
	if (ring->is_outdated)
		return log_fault(-EKEYREJECTED, "the master key has been changed; the key file "
		    "must be read again");
	strcpy(key.id, id);
	if (!*id) {
		secret_random(bytes, (KEY_ID_SIZE - 1) / 2);
		text_hex(key.id, bytes, (KEY_ID_SIZE - 1) / 2);
	}
	strcpy(key.purpose, purposes[purpose].name);
	memcpy(key.sealed_by, ring->masters[0].id, sizeof key.sealed_by);
	secret_random(bytes, sizeof bytes);
	secret_seal(key.sealed, ring->masters[0].bytes, bytes, sizeof bytes);
	if (purposes[purpose].algorithm != JWT_HS256)
		r = keypair_make(purposes[purpose].algorithm, bytes, key.private_key);
	secret_wipe(bytes, sizeof bytes);
	key.created_ms = now_ms + (clock_steady_ms() - began_ms) / 1000 * 1000;
	return r ? r : store_key_add(st, &key);
}

int
keyring_create(const struct keyring *ring, struct store *st, int64_t now_ms)
{
	int r = 0;

	store_expect_keys(st, 0);	/* each changes the keys */
	for (enum key_purpose purpose = 0; !r && purpose < KEY_PURPOSES_OF_ALL; purpose++)
		r = key_create(ring, st, purpose, "", 0, now_ms);
	return r;
}

bool
keyring_again(int *tries, int *r)
{
	if (*r != V_CHANGED)
		return false;
	if ((*tries)++ < KEYRING_TRIES)
		return true;
	*r = -EAGAIN;
	return false;
}

int
keyring_rotate(struct keyring *ring, struct store *st, enum key_purpose purpose,
    int64_t now_ms, const struct ring_key **made)
{
	const struct ring_key *newest;
	int tries = 0, r = V_CHANGED;

	while (keyring_again(&tries, &r)) {
		r = keyring_load(ring, st);
		if (r)
			return r;
		if (ring->count == KEYRING_MAX)
			return V_TOO_MANY;
		newest = keyring_newest(ring, purpose);
		r = key_create(ring, st, purpose, "", newest ? newest->serial + 1 : 0, now_ms);
	}
	if (!r)
		r = keyring_load(ring, st);
	*made = keyring_newest(ring, purpose);
	return r;
}

const char *
keyring_purpose_name(enum key_purpose purpose)
{
	return purposes[purpose].name;
}

enum jwt_algorithm
keyring_algorithm(enum key_purpose purpose)
{
	return purposes[purpose].algorithm;
}

enum key_purpose
keyring_purpose(const char *name)
{
	enum key_purpose purpose = 0;

	while (purpose < KEY_PURPOSES && strcmp(purposes[purpose].name, name) != 0)
		purpose++;
	return purpose;
}

static bool
is_missing(const struct keyring *ring, enum key_purpose purpose)
{
	return !keyring_newest(ring, purpose) && !keyring_lacks(ring, purpose);
}

/* The first key of a purpose: by its id, only one of several processes creates it. */
static int
create_first(struct keyring *ring, struct store *st, enum key_purpose purpose, const char *id,
    int64_t now_ms)
{
	int r;

	r = key_create(ring, st, purpose, id, 0, now_ms);
	return !r || r == V_EXISTS || r == V_CHANGED ? keyring_load(ring, st) : r;
}

int
keyring_complete(struct keyring *ring, struct store *st, int64_t now_ms)
{
	enum key_purpose purpose = 0;
	int r = 0;

	while (!r && purpose < KEY_PURPOSES_OF_ALL) {
		if (!is_missing(ring, purpose)) {
			purpose++;
			continue;
		}
		if (purpose < KEY_PURPOSES_AT_FIRST)
			return log_fault(-ENOKEY, "there is no key for %s", purposes[purpose].name);
		r = create_first(ring, st, purpose, purposes[purpose].name, now_ms);
	}
	return r;
}

/*
 * All that ask for the newest key of a purpose must find one.  Only new keys can change
 * that: a request after them need not look again, and one after a failure must.
 */
static int
expect_each(struct keyring *ring, struct store *st)
{
	int r = 0;

	if (!ring->is_outdated)
		r = keyring_complete(ring, st, clock_now_ms());
	for (enum key_purpose purpose = 0; !r && purpose < KEY_PURPOSES_OF_ALL; purpose++) {
		if (!keyring_newest(ring, purpose))
			r = -EAGAIN;
	}
	ring->is_whole = !r;
	return r;
}

/* Others remember public keys by their ids, so no two databases have the same. */
static int
make_public_id(struct store *st, enum key_purpose purpose, char id[KEY_ID_SIZE])
{
	const char *name = purposes[purpose].name;
	uint8_t bytes[CHECKSUM_LEN];
	struct meta meta;
	int r;

	_Static_assert(2 * CHECKSUM_LEN + 1 == KEY_ID_SIZE, "an id is a checksum in hex");
	r = store_meta(st, &meta);
	if (r)
		return r > 0 ? -EBADMSG : r;
	secret_checksum(bytes, meta.instance.bytes, sizeof meta.instance.bytes, name, strlen(name));
	text_hex(id, bytes, sizeof bytes);
	return 0;
}

int
keyring_follow(struct keyring *ring, struct store *st)
{
	uint64_t changes;
	int r;

	r = store_key_changes(st, &changes);
	if (!r && (changes != ring->followed ||
	    (ring->is_outdated && keyring_has_other_masters(ring, changes))))
		r = load_in(ring, st, false);
	if (!r && !ring->is_whole)
		r = expect_each(ring, st);
	return r;
}

int
keyring_complete_one(struct keyring *ring, struct store *st, enum key_purpose purpose,
    int64_t now_ms)
{
	char id[KEY_ID_SIZE];
	int r = 0;

	if (is_missing(ring, purpose))
		r = make_public_id(st, purpose, id);
	while (!r && is_missing(ring, purpose))
		r = create_first(ring, st, purpose, id, now_ms);
	return r;
}

const struct ring_key *
keyring_newest(const struct keyring *ring, enum key_purpose purpose)
{
	const struct ring_key *newest = NULL;

	for (size_t i = 0; i < ring->count; i++) {
		if (ring->keys[i].purpose == purpose &&
		    (!newest || ring->keys[i].serial > newest->serial))
			newest = &ring->keys[i];
	}
	return newest;
}

const struct ring_key *
keyring_older(const struct keyring *ring, const struct ring_key *key)
{
	const struct ring_key *older = NULL;

	for (size_t i = 0; i < ring->count; i++) {
		if (ring->keys[i].purpose == key->purpose &&
		    ring->keys[i].serial < key->serial &&
		    (!older || ring->keys[i].serial > older->serial))
			older = &ring->keys[i];
	}
	return older;
}

const struct ring_key *
keyring_oldest(const struct keyring *ring, enum key_purpose purpose)
{
	const struct ring_key *oldest = NULL;

	for (const struct ring_key *key = keyring_newest(ring, purpose); key;
	    key = keyring_older(ring, key))
		oldest = key;
	return oldest;
}

/* Have others changed the keys a moment ago?  *r: 0, or it cannot be told. */
static bool
has_changed(struct keyring *ring, struct store *st, int *r)
{
	const uint64_t before = ring->changes;

	store_look_again(st);
	*r = keyring_follow(ring, st);
	return !*r && ring->changes != before;
}

bool
keyring_again_for(struct keyring *ring, struct store *st, enum key_purpose purpose, int *r)
{
	if (has_changed(ring, st, r))
		return true;
	if (!*r)
		*r = keyring_lacks(ring, purpose) ? -EAGAIN : V_NOT_FOUND;
	return false;
}

int
keyring_find(struct keyring *ring, struct store *st, enum key_purpose purpose,
    const char *id, const struct ring_key **out)
{
	const struct ring_key *key;
	int r;

	while (!(key = ring_find(ring, purpose, id))) {
		if (has_changed(ring, st, &r))
			continue;
		if (!r)
			r = keyring_lacked(ring, id) == purpose ? -EAGAIN : V_NOT_FOUND;
		return r;
	}
	*out = key;
	return 0;
}

int
keyring_search(void *arg, const char *kid, struct jwt_key *key)
{
	const struct keyring_search *search = arg;
	const struct ring_key *found;
	int r;

	r = keyring_find(search->ring, search->st, search->purpose, kid, &found);
	if (!r)
		*key = (struct jwt_key){ JWT_HS256, found->bytes };
	return r;
}

void
keyring_wipe(struct keyring *ring)
{
	secret_wipe(ring, sizeof *ring);
}
