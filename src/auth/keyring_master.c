// SPDX-License-Identifier: ISC
/* auth/keyring_master.c - the master keys, in their file and in memory. */
#include <errno.h>
#include <string.h>

#include "auth/keyring.h"
#include "base/log.h"
#include "base/private_file.h"
#include "base/text.h"

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
