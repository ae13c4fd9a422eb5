// SPDX-License-Identifier: ISC
/*
 * auth/keyring.h - the keys of the service, unsealed, in memory.
 *
 * The master key file has the key that seals the keys in the store, which hash
 * and sign.  It has one key of 32 bytes, or two while it is being changed: the
 * first seals, both unseal.
 */
#ifndef AUTH_KEYRING_H
#define AUTH_KEYRING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "auth/jwt.h"
#include "base/secret.h"
#include "store/store.h"

enum key_purpose {
	KEY_HASH,
	KEY_JWT,
	KEY_PURPOSES_AT_FIRST,		/* an older store may lack those from here on */
	KEY_SESSION = KEY_PURPOSES_AT_FIRST,
	KEY_DOMAIN,
	KEY_PURPOSES			/* how many there are */
};

#define KEYRING_MAX 64
#define MASTER_KEYS_MAX 2

struct master_key {
	char id[KEY_ID_SIZE];		/* identifies it, reveals nothing */
	uint8_t bytes[SECRET_KEY_LEN];
};

struct ring_key {
	char id[KEY_ID_SIZE];		/* the kid of a JWT */
	enum key_purpose purpose;
	uint8_t bytes[SECRET_KEY_LEN];
};

struct keyring {
	struct master_key masters[MASTER_KEYS_MAX];
	size_t master_count;
	struct ring_key keys[KEYRING_MAX];	/* oldest first */
	size_t count;
	int64_t loaded_ms;
	uint64_t changes;		/* how often the set of keys has changed */
};

/*
 * Reads the master key file.  -ENOENT and others of open; -EPERM if its group
 * may write it, others may read it, or neither root nor we own it; -EINVAL if it
 * has another size.  Logged.
 */
int keyring_read_master(struct keyring *ring, const char *path);

/* Creates a master key file as private_file_make does.  -EEXIST if there is one. */
int keyring_write_master(const char *path, gid_t group);

/* Unseals the keys of the store.  -EKEYREJECTED: none of our masters sealed one of them. */
int keyring_load(struct keyring *ring, struct store *st, int64_t now_ms);

/* Creates a key for each purpose and stores it sealed. */
int keyring_create(const struct keyring *ring, struct store *st, int64_t now_ms);

/*
 * Creates keys for purposes that an older version did not have.  -ENOKEY, logged:
 * the store lacks a key that it must always have had.
 */
int keyring_complete(struct keyring *ring, struct store *st, int64_t now_ms);

/* The newest key of a purpose; NULL if there is none, which keyring_complete prevents. */
const struct ring_key *keyring_newest(const struct keyring *ring, enum key_purpose purpose);

/*
 * The key of a purpose by id.  If it is unknown, the store is asked again, at
 * most once a second: another process may have created it.  V_NOT_FOUND.
 */
int keyring_find(struct keyring *ring, struct store *st, enum key_purpose purpose,
    const char *id, int64_t now_ms, const struct ring_key **out);

/* keyring_find for jwt_hs256_open: arg is a struct keyring_search. */
struct keyring_search {
	struct keyring *ring;
	struct store *st;
	enum key_purpose purpose;
	int64_t now_ms;
};

int keyring_search(void *arg, const char *kid, struct jwt_key *key);

void keyring_wipe(struct keyring *ring);

#endif
