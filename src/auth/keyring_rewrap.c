// SPDX-License-Identifier: ISC
/* auth/keyring_rewrap.c - seals the keys of the store with another master key. */
#include "auth/keyring.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

/* Retired ones too: every key is sealed by a master that is known. */
static int
rewrap(const struct keyring *ring, struct store *st, struct key *key)
{
	const uint64_t mask = field_bit(&key_kind, "sealed_by") | field_bit(&key_kind, "sealed");
	const struct master_key *by = keyring_master(ring, key->sealed_by);
	const struct master_key *first = &ring->masters[0];
	uint8_t bytes[SECRET_KEY_LEN];

	if (by == first)
		return 0;
	if (!by || secret_unseal(bytes, by->bytes, key->sealed, sizeof key->sealed))
		return log_fault(-EKEYREJECTED, "key %s of the database is sealed by the master "
		    "key %s, which is not in the key file", key->id, key->sealed_by);
	memcpy(key->sealed_by, first->id, sizeof key->sealed_by);
	secret_seal(key->sealed, first->bytes, bytes, sizeof bytes);
	secret_wipe(bytes, sizeof bytes);
	return store_key_set(st, key, mask);
}

/* V_CHANGED: look again, because keys were changed by us or by others. */
static int
pass(const struct keyring *ring, struct store *st, struct arena *mem, size_t *count)
{
	uint64_t before, after;
	struct key *keys;
	int r;

	r = store_key_changes(st, &before);
	if (!r)
		r = store_keys(st, mem, &keys, count);
	store_expect_keys(st, 0);	/* each key by itself: no other field of it is touched */
	for (size_t i = 0; !r && i < *count; i++) {
		r = rewrap(ring, st, &keys[i]);
		r = r == V_NOT_FOUND ? 0 : r;		/* retired meanwhile */
	}
	if (!r)
		r = store_key_changes(st, &after);
	return r ? r : before == after ? 0 : V_CHANGED;
}

int
keyring_rewrap(struct keyring *ring, struct store *st, size_t *count)
{
	GUARD(arena_free) struct arena mem;
	int tries = 0, r = V_CHANGED;

	arena_init(&mem, 0);
	while (keyring_again(&tries, &r)) {
		arena_wipe(&mem);
		r = pass(ring, st, &mem, count);
	}
	return r;
}
