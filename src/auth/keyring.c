// SPDX-License-Identifier: ISC
/* auth/keyring.c - the keys of the service, unsealed, in memory. */
#include "auth/keyring.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/private_file.h"
#include "base/text.h"
#include "base/verdict.h"

#define RELOAD_MS 1000

static const char *const purposes[KEY_PURPOSES] = {
	[KEY_HASH] = "hash",
	[KEY_JWT] = "jwt",
	[KEY_SESSION] = "session",
	[KEY_DOMAIN] = "domain",
};

static void
copy_master(struct master_key *master, const uint8_t *bytes)
{
	uint8_t digest[DIGEST_LEN];

	memcpy(master->bytes, bytes, SECRET_KEY_LEN);
	secret_digest(digest, bytes, "master key id", "", 0);
	text_hex(master->id, digest, (KEY_ID_SIZE - 1) / 2);
}

int
keyring_read_master(struct keyring *ring, const char *path)
{
	uint8_t bytes[MASTER_KEYS_MAX * SECRET_KEY_LEN];
	size_t len;
	int r;

	r = private_file_read(path, bytes, sizeof bytes, &len);
	if (r)
		return r;
	if (!len || len % SECRET_KEY_LEN)
		return log_fault(-EINVAL, "key file %s must have 32 bytes", path);
	ring->master_count = len / SECRET_KEY_LEN;
	for (size_t i = 0; i < ring->master_count; i++)
		copy_master(&ring->masters[i], bytes + i * SECRET_KEY_LEN);
	secret_wipe(bytes, sizeof bytes);
	return 0;
}

int
keyring_write_master(const char *path, gid_t group)
{
	uint8_t bytes[SECRET_KEY_LEN];
	int r;

	secret_random(bytes, sizeof bytes);
	r = private_file_make(path, bytes, sizeof bytes, group);
	secret_wipe(bytes, sizeof bytes);
	return r;
}

static const struct master_key *
master_find(const struct keyring *ring, const char *id)
{
	for (size_t i = 0; i < ring->master_count; i++) {
		if (strcmp(ring->masters[i].id, id) == 0)
			return &ring->masters[i];
	}
	return NULL;
}

static int
unseal(const struct keyring *ring, const struct key *key, struct ring_key *out)
{
	const struct master_key *master = master_find(ring, key->sealed_by);

	if (!master || secret_unseal(out->bytes, master->bytes, key->sealed, sizeof key->sealed))
		return log_fault(-EKEYREJECTED, "key %s is sealed by master key %s", key->id,
		    key->sealed_by);
	memcpy(out->id, key->id, sizeof out->id);
	for (out->purpose = 0; out->purpose < KEY_PURPOSES; out->purpose++) {
		if (strcmp(purposes[out->purpose], key->purpose) == 0)
			return 0;
	}
	return log_fault(-EBADMSG, "key %s is for %s", key->id, key->purpose);
}

static int
unseal_all(const struct keyring *ring, const struct key *keys, size_t count,
    struct ring_key *out)
{
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		r = unseal(ring, &keys[i], &out[i]);
	return r;
}

/* By their ids, which are never given to another key. */
static bool
are_same(const struct keyring *ring, const struct ring_key *keys, size_t count)
{
	for (size_t i = 0; i < count && i < ring->count; i++) {
		if (strcmp(ring->keys[i].id, keys[i].id) != 0)
			return false;
	}
	return count == ring->count;
}

int
keyring_load(struct keyring *ring, struct store *st, int64_t now_ms)
{
	GUARD(arena_free) struct arena mem;
	struct ring_key fresh[KEYRING_MAX];
	struct key *keys;
	size_t count;
	int r;

	arena_init(&mem, 0);
	r = store_keys(st, &mem, &keys, &count);
	if (r)
		return r;
	if (count > KEYRING_MAX)
		return log_fault(-E2BIG, "the database has %zu keys, too many", count);
	r = unseal_all(ring, keys, count, fresh);
	if (!r) {
		ring->changes += !are_same(ring, fresh, count);
		memcpy(ring->keys, fresh, count * sizeof fresh[0]);
		ring->count = count;
		ring->loaded_ms = now_ms;
	}
	secret_wipe(fresh, sizeof fresh);
	return r;
}

static int
key_create(const struct keyring *ring, struct store *st, enum key_purpose purpose,
    const char *id, int64_t now_ms)
{
	struct key key = { .created_ms = now_ms };
	uint8_t bytes[SECRET_KEY_LEN];

	strcpy(key.id, id);
	strcpy(key.purpose, purposes[purpose]);
	memcpy(key.sealed_by, ring->masters[0].id, sizeof key.sealed_by);
	secret_random(bytes, sizeof bytes);
	secret_seal(key.sealed, ring->masters[0].bytes, bytes, sizeof bytes);
	secret_wipe(bytes, sizeof bytes);
	return store_key_add(st, &key);
}

int
keyring_create(const struct keyring *ring, struct store *st, int64_t now_ms)
{
	uint8_t bytes[(KEY_ID_SIZE - 1) / 2];
	char id[KEY_ID_SIZE];
	int r = 0;

	for (enum key_purpose purpose = 0; !r && purpose < KEY_PURPOSES; purpose++) {
		secret_random(bytes, sizeof bytes);
		text_hex(id, bytes, sizeof bytes);
		r = key_create(ring, st, purpose, id, now_ms);
	}
	return r;
}

int
keyring_complete(struct keyring *ring, struct store *st, int64_t now_ms)
{
	bool made = false;
	int r;

	for (enum key_purpose purpose = 0; purpose < KEY_PURPOSES; purpose++) {
		if (keyring_newest(ring, purpose))
			continue;
		if (purpose < KEY_PURPOSES_AT_FIRST)
			return log_fault(-ENOKEY, "there is no key for %s", purposes[purpose]);
		/* the id is that of the purpose: only one of several processes creates it */
		r = key_create(ring, st, purpose, purposes[purpose], now_ms);
		if (r && r != V_EXISTS)
			return r;
		made = true;
	}
	return made ? keyring_load(ring, st, now_ms) : 0;
}

const struct ring_key *
keyring_newest(const struct keyring *ring, enum key_purpose purpose)
{
	for (size_t i = ring->count; i-- > 0;) {
		if (ring->keys[i].purpose == purpose)
			return &ring->keys[i];
	}
	return NULL;
}

static const struct ring_key *
ring_find(const struct keyring *ring, enum key_purpose purpose, const char *id)
{
	for (size_t i = 0; i < ring->count; i++) {
		if (ring->keys[i].purpose == purpose && strcmp(ring->keys[i].id, id) == 0)
			return &ring->keys[i];
	}
	return NULL;
}

int
keyring_find(struct keyring *ring, struct store *st, enum key_purpose purpose,
    const char *id, int64_t now_ms, const struct ring_key **out)
{
	const struct ring_key *key = ring_find(ring, purpose, id);
	int r;

	if (!key && (now_ms - ring->loaded_ms >= RELOAD_MS || now_ms < ring->loaded_ms)) {
		r = keyring_load(ring, st, now_ms);
		if (r)
			return r;
		key = ring_find(ring, purpose, id);
	}
	if (!key)
		return V_NOT_FOUND;
	*out = key;
	return 0;
}

int
keyring_search(void *arg, const char *kid, struct jwt_key *key)
{
	const struct keyring_search *search = arg;
	const struct ring_key *found;
	int r;

	r = keyring_find(search->ring, search->st, search->purpose, kid, search->now_ms, &found);
	if (!r)
		*key = (struct jwt_key){ JWT_HS256, found->bytes };
	return r;
}

void
keyring_wipe(struct keyring *ring)
{
	secret_wipe(ring, sizeof *ring);
}
