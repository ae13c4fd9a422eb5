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

#include <stdbool.h>
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
	KEY_PURPOSES_OF_ALL,		/* from here on only if jwt_alg asks for them */
	KEY_JWT_ES256 = KEY_PURPOSES_OF_ALL,
	KEY_JWT_RS256,
	KEY_JWT_EDDSA,
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
	uint64_t serial;		/* among those of its purpose; the highest is used */
	int64_t created_ms;
	uint8_t bytes[SECRET_KEY_LEN];
};

struct keyring {
	const char *key_file;		/* read again when the store is sealed anew; or NULL */
	struct master_key masters[MASTER_KEYS_MAX];
	size_t master_count;
	struct ring_key keys[KEYRING_MAX];	/* those in use, in no order */
	size_t count;
	uint64_t changes;		/* how often the set of keys has changed */
	uint64_t followed;		/* store_key_changes of when they were read */
	bool is_outdated;		/* the store has keys under a master key that we lack,
					   and key_file does not have it, or cannot be read */
	/* what only a process with another master key can read of the store */
	struct { char id[KEY_ID_SIZE]; enum key_purpose purpose; } lacked[KEYRING_MAX];
	size_t lacked_count;
	bool is_whole;			/* keyring_follow found a key for each purpose */
	uint64_t looked;		/* store_key_changes of when key_file was read again */
	int64_t looked_ms;		/* when that was, of clock_steady_ms */
};

/*
 * Reads the master key file.  -ENOENT and others of open; -EPERM if its group
 * may write it, others may read it, or neither root nor we own it; -EINVAL if it
 * has another size.  Logged.
 */
int keyring_read_master(struct keyring *ring, const char *path);

/* Creates a master key file as private_file_make does.  -EEXIST if there is one. */
int keyring_write_master(const char *path, gid_t group);

/*
 * Has the key file other masters?  Then the ring has them from now on.  It is read again
 * after each change of the keys, whose number is changes, and else once a second: a worker
 * whose key file does not follow would read it for each request.
 */
bool keyring_has_other_masters(struct keyring *ring, uint64_t changes);

/* The master of that id, or NULL. */
const struct master_key *keyring_master(const struct keyring *ring, const char *id);

/* Writes the masters into the key file, in place of those it has.  -errno, logged. */
int keyring_replace_masters(const struct keyring *ring, const char *path);

/*
 * Makes the key the first of the masters, which seals from now on; what was the first
 * comes second.
 */
void keyring_add_master(struct keyring *ring, const uint8_t key[SECRET_KEY_LEN]);

/*
 * Seals the keys of the store anew that another master than the first one seals, and
 * makes sure that none is left; how many there are in all.  Safe to interrupt and to
 * repeat.  -EKEYREJECTED.
 */
int keyring_rewrap(struct keyring *ring, struct store *st, size_t *count);

/* Unseals the keys of the store.  -EKEYREJECTED: none of our masters sealed one of them. */
int keyring_load(struct keyring *ring, struct store *st);

/*
 * Takes over what others have changed in the keys since: cheap enough for every
 * request.  Keys that we know need no master key; for others key_file is read again if
 * the master key has been changed.  If that fails, is_outdated says so; the process should
 * be replaced.  -ENOKEY, logged: none is left for a purpose; -EAGAIN: none that we can read.
 * The former ones stay then.
 */
int keyring_follow(struct keyring *ring, struct store *st);

/*
 * Is a write to be made, which has the result *r?  It is the first time, with V_CHANGED, and
 * again while others change its keys; when they do so too often, *r becomes -EAGAIN:
 *
 *	int tries = 0, r = V_CHANGED;
 *
 *	while (keyring_again(&tries, &r))
 *		r = ...;
 */
bool keyring_again(int *tries, int *r);

/* Creates a key for each purpose and stores it sealed. */
int keyring_create(const struct keyring *ring, struct store *st, int64_t now_ms);

/*
 * Creates a key of a purpose, which is the newest from now on.  *made is in the ring.
 * V_TOO_MANY: there are KEYRING_MAX.  -EAGAIN: others change the keys all the time.
 */
int keyring_rotate(struct keyring *ring, struct store *st, enum key_purpose purpose,
    int64_t now_ms, const struct ring_key **made);

/* The algorithm of the private keys of a purpose; JWT_HS256: its keys have none. */
enum jwt_algorithm keyring_algorithm(enum key_purpose purpose);

/* The name of a purpose, and the purpose of that name; KEY_PURPOSES: none has it. */
const char *keyring_purpose_name(enum key_purpose purpose);
enum key_purpose keyring_purpose(const char *name);

/*
 * Creates keys for purposes that an older version did not have.  -ENOKEY, logged:
 * the store lacks a key that it must always have had.
 */
int keyring_complete(struct keyring *ring, struct store *st, int64_t now_ms);

/* Creates a key of this purpose, unless there is one. */
int keyring_complete_one(struct keyring *ring, struct store *st, enum key_purpose purpose,
    int64_t now_ms);

/*
 * The newest key of a purpose; NULL if there is none, which keyring_complete and
 * keyring_follow prevent.
 */
const struct ring_key *keyring_newest(const struct keyring *ring, enum key_purpose purpose);

/*
 * The oldest: for digests that are no credentials, and should stay as they are for long.
 * It changes when the oldest key is retired.
 */
const struct ring_key *keyring_oldest(const struct keyring *ring, enum key_purpose purpose);

/* The next older of its purpose, or NULL: for what an older key may have made. */
const struct ring_key *keyring_older(const struct keyring *ring, const struct ring_key *key);

/*
 * After no key of a purpose has made a secret: have others changed the keys a moment ago,
 * so that it is worth another look?  If not, *r is the result: V_NOT_FOUND, or -EAGAIN if
 * there are keys that only a process with another master key can read.
 */
bool keyring_again_for(struct keyring *ring, struct store *st, enum key_purpose purpose, int *r);

/*
 * The key of a purpose by id.  If it is unknown, the store is asked again.  V_NOT_FOUND;
 * -EAGAIN: it is there, but only a process with another master key can read it.
 */
int keyring_find(struct keyring *ring, struct store *st, enum key_purpose purpose,
    const char *id, const struct ring_key **out);

/*
 * Keys that only a process with another master key can read: are there any of a purpose?
 * The purpose of the one with that id, or KEY_PURPOSES.
 */
bool keyring_lacks(const struct keyring *ring, enum key_purpose purpose);
enum key_purpose keyring_lacked(const struct keyring *ring, const char *id);

/* keyring_find for jwt_hs256_open: arg is a struct keyring_search. */
struct keyring_search {
	struct keyring *ring;
	struct store *st;
	enum key_purpose purpose;
};

int keyring_search(void *arg, const char *kid, struct jwt_key *key);

void keyring_wipe(struct keyring *ring);

#endif
