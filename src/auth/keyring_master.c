// SPDX-License-Identifier: ISC
/* auth/keyring_master.c - the master keys, in their file and in memory. */
#include <errno.h>
#include <string.h>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/private_file.h"
#include "base/text.h"

/* How long a key file that did not have what was looked for is left alone. */
#define LOOK_MS 1000

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
		return log_fault(-EINVAL, "key file %s must have 32 bytes, or 64 while "
		    "the master key is being changed", path);
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

int
keyring_replace_masters(const struct keyring *ring, const char *path)
{
	uint8_t bytes[MASTER_KEYS_MAX * SECRET_KEY_LEN];
	int r;

	for (size_t i = 0; i < ring->master_count; i++)
		memcpy(bytes + i * SECRET_KEY_LEN, ring->masters[i].bytes, SECRET_KEY_LEN);
	r = private_file_replace(path, bytes, ring->master_count * SECRET_KEY_LEN);
	secret_wipe(bytes, sizeof bytes);
	return r;
}

void
keyring_add_master(struct keyring *ring, const uint8_t key[SECRET_KEY_LEN])
{
	_Static_assert(MASTER_KEYS_MAX == 2, "there is a first one, and the one before it");
	ring->masters[1] = ring->masters[0];
	copy_master(&ring->masters[0], key);
	ring->master_count = 2;
}

const struct master_key *
keyring_master(const struct keyring *ring, const char *id)
{
	for (size_t i = 0; i < ring->master_count; i++) {
		if (strcmp(ring->masters[i].id, id) == 0)
			return &ring->masters[i];
	}
	return NULL;
}

static bool
has_others(struct keyring *ring)
{
	struct master_key former[MASTER_KEYS_MAX] = { ring->masters[0], ring->masters[1] };
	const size_t count = ring->master_count;
	bool same = true;

	if (ring->key_file && keyring_read_master(ring, ring->key_file) == 0)
		same = ring->master_count == count;
	for (size_t i = 0; same && i < count; i++)
		same = strcmp(former[i].id, ring->masters[i].id) == 0;
	secret_wipe(former, sizeof former);
	return !same;
}

bool
keyring_has_other_masters(struct keyring *ring, uint64_t changes)
{
	const int64_t now_ms = clock_steady_ms();
	bool others;

	if (changes == ring->looked && now_ms - ring->looked_ms < LOOK_MS)
		return false;
	others = has_others(ring);
	ring->looked = changes;
	ring->looked_ms = others ? now_ms - LOOK_MS : now_ms;
	return others;
}

bool
keyring_lacks(const struct keyring *ring, enum key_purpose purpose)
{
	for (size_t i = 0; i < ring->lacked_count; i++) {
		if (ring->lacked[i].purpose == purpose)
			return true;
	}
	return false;
}

enum key_purpose
keyring_lacked(const struct keyring *ring, const char *id)
{
	for (size_t i = 0; i < ring->lacked_count; i++) {
		if (strcmp(ring->lacked[i].id, id) == 0)
			return ring->lacked[i].purpose;
	}
	return KEY_PURPOSES;
}
