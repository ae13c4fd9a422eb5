// SPDX-License-Identifier: ISC
/* auth/signing.c - the keys with which JWTs are signed for others to check. */
#include "auth/signing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

struct signing {
	const struct conf *conf;
	struct keyring *ring;
	struct store *store;

	struct arena mem;		/* of what is written below */
	bool is_read;
	uint64_t changes;		/* of the keyring, when they were read */
	struct signing_key keys[KEYRING_MAX];
	size_t count;
	const char *lost[KEYRING_MAX];	/* ids of those that cannot be read */
	size_t lost_count;
};

int
signing_open(struct signing **out, const struct conf *conf, struct keyring *ring,
    struct store *st)
{
	struct signing *signing = calloc(1, sizeof *signing);

	if (!signing)
		return -ENOMEM;
	signing->conf = conf;
	signing->ring = ring;
	signing->store = st;
	arena_init(&signing->mem, 0);
	*out = signing;
	return 0;
}

void
signing_close(struct signing **signing)
{
	if (!*signing)
		return;
	arena_free(&(*signing)->mem);
	free(*signing);
	*signing = NULL;
}

/* The record of a key in the ring; NULL if it has gone since. */
static const struct key *
record_of(const struct ring_key *key, const struct key *records, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(records[i].id, key->id) == 0)
			return &records[i];
	}
	return NULL;
}

/* What cannot be read costs only what that key signed. */
static int
lose(struct signing *signing, const char *id)
{
	signing->lost[signing->lost_count++] = id;
	log_fault(-EBADMSG, "the private key of key %s cannot be read: make another with "
	    "doorwardctl key rotate, and retire this one", id);
	return 0;
}

static int
take(struct signing *signing, const struct ring_key *key, const struct key *record)
{
	struct signing_key *to = &signing->keys[signing->count];
	struct keypair pair;
	int r = -EBADMSG;

	to->algorithm = keyring_algorithm(key->purpose);
	to->id = arena_strdup(&signing->mem, key->id);
	if (!to->id)
		return -ENOMEM;
	if (!keypair_unseal(&pair, key->bytes, record->private_key))
		r = keypair_write(&signing->mem, to->algorithm, &pair, to->id, &to->texts);
	secret_wipe(&pair, sizeof pair);
	if (r == -EBADMSG)
		return lose(signing, to->id);
	signing->count += !r;
	return r;
}

/* Newest first, of each purpose in turn. */
static int
take_all(struct signing *signing, const struct key *records, size_t count)
{
	const struct keyring *ring = signing->ring;
	const struct key *record;
	int r = 0;

	for (enum key_purpose purpose = KEY_PURPOSES_OF_ALL; purpose < KEY_PURPOSES; purpose++) {
		for (const struct ring_key *key = keyring_newest(ring, purpose); !r && key;
		    key = keyring_older(ring, key)) {
			record = record_of(key, records, count);
			if (record)
				r = take(signing, key, record);
		}
	}
	return r;
}

static bool
has_any(const struct keyring *ring)
{
	for (size_t i = 0; i < ring->count; i++) {
		if (ring->keys[i].purpose >= KEY_PURPOSES_OF_ALL)
			return true;
	}
	return false;
}

static int
load(struct signing *signing)
{
	GUARD(arena_free) struct arena mem;
	struct key *records;
	size_t count;
	int r;

	arena_init(&mem, 0);
	arena_wipe(&signing->mem);
	signing->count = signing->lost_count = 0;
	r = store_keys(signing->store, &mem, &records, &count);
	if (!r)
		r = take_all(signing, records, count);
	signing->changes = signing->ring->changes;
	signing->is_read = !r;
	return r;
}

/* Those of the present keyring are there. */
static int
follow(struct signing *signing)
{
	if (!has_any(signing->ring)) {
		signing->count = signing->lost_count = 0;
		signing->is_read = false;
		return 0;
	}
	return signing->is_read && signing->changes == signing->ring->changes ? 0 : load(signing);
}

enum key_purpose
signing_purpose(const struct conf *conf)
{
	for (enum key_purpose i = KEY_PURPOSES_OF_ALL; i < KEY_PURPOSES; i++) {
		if (strcmp(jwt_algorithm_name(keyring_algorithm(i)), conf->jwt_alg) == 0)
			return i;
	}
	return KEY_JWT;
}

bool
signing_is_on(const struct conf *conf)
{
	return signing_purpose(conf) != KEY_JWT;
}

/* Before the sandbox: OpenSSL reads its configuration when it first uses an algorithm. */
static int
try(struct signing *signing)
{
	GUARD(arena_free) struct arena mem;
	const struct signing_key *keys;
	const char *token;
	size_t count;
	int r;

	arena_init(&mem, 0);
	r = signing_all(signing, &keys, &count);
	for (size_t i = 0; !r && i < count; i++) {
		r = jwt_sign(&mem, keys[i].algorithm, keys[i].texts.private_pem, keys[i].id, "{}",
		    &token);
		if (!r)
			r = jwt_try(token, keys[i].algorithm, keys[i].texts.public_pem);
		if (r)
			return log_fault(-EIO, "key %s cannot sign", keys[i].id);
	}
	return r;
}

int
signing_complete(struct signing *signing, int64_t now_ms)
{
	const enum key_purpose purpose = signing_purpose(signing->conf);
	int r = 0;

	if (purpose != KEY_JWT)
		r = keyring_complete_one(signing->ring, signing->store, purpose, now_ms);
	return r ? r : try(signing);
}

/* Among those that have been read.  As signing_find. */
static int
look_up(const struct signing *signing, const char *id, const struct signing_key **out)
{
	const enum key_purpose lacked = keyring_lacked(signing->ring, id);

	for (size_t i = 0; i < signing->count; i++) {
		if (strcmp(signing->keys[i].id, id) == 0) {
			*out = &signing->keys[i];
			return 0;
		}
	}
	for (size_t i = 0; i < signing->lost_count; i++) {
		if (strcmp(signing->lost[i], id) == 0)
			return -EBADMSG;
	}
	return lacked >= KEY_PURPOSES_OF_ALL && lacked < KEY_PURPOSES ? -EAGAIN : V_NOT_FOUND;
}

int
signing_current(struct signing *signing, int64_t now_ms, const struct signing_key **out)
{
	const enum key_purpose purpose = signing_purpose(signing->conf);
	const int64_t lead_ms = signing->conf->jwt_key_lead_s * 1000;
	const struct ring_key *key = keyring_newest(signing->ring, purpose);
	const struct signing_key *found, *best = NULL;
	bool leads = true;
	int r;

	r = follow(signing);
	for (; !r && key && leads; key = keyring_older(signing->ring, key)) {
		r = look_up(signing, key->id, &found);
		if (r == -EBADMSG) {
			r = 0;			/* the next one signs in its place */
			continue;
		}
		if (r > 0)
			r = -EAGAIN;		/* its record has just gone */
		best = r ? best : found;
		leads = key->created_ms + lead_ms > now_ms;
	}
	if (r)
		return r;
	if (!best)
		return log_fault(-ENOKEY, "there is no key for %s", signing->conf->jwt_alg);
	*out = best;
	return 0;
}

int
signing_find(struct signing *signing, const char *id, const struct signing_key **out)
{
	int r;

	r = follow(signing);
	return r ? r : look_up(signing, id, out);
}

int
signing_all(struct signing *signing, const struct signing_key **keys, size_t *count)
{
	int r;

	r = follow(signing);
	if (r)
		return r;
	*keys = signing->keys;
	*count = signing->count;
	return 0;
}
