// SPDX-License-Identifier: ISC
/*
 * auth/signing.h - the keys with which JWTs are signed for others to check: ES256, RS256 and
 * EdDSA (option jwt_alg).
 *
 * Their private keys are in the records of keys, each sealed by the 32 bytes of its record,
 * which the master key seals.  They are unsealed when one is needed for the first time, so
 * a service without such keys pays nothing.
 */
#ifndef AUTH_SIGNING_H
#define AUTH_SIGNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/keypair.h"
#include "auth/keyring.h"
#include "conf/conf.h"
#include "store/store.h"

struct signing_key {
	const char *id;
	enum jwt_algorithm algorithm;
	struct keypair_texts texts;
};

struct signing;

/* conf, ring and st are borrowed.  -ENOMEM. */
int signing_open(struct signing **signing, const struct conf *conf, struct keyring *ring,
    struct store *st);
void signing_close(struct signing **signing);

/* Creates a key for jwt_alg if it needs one and there is none, and tries those there are. */
int signing_complete(struct signing *signing, int64_t now_ms);

/* The purpose of keys for jwt_alg, or KEY_JWT for HS256. */
enum key_purpose signing_purpose(const struct conf *conf);

/* Does jwt_alg need such a key? */
bool signing_is_on(const struct conf *conf);

/*
 * The key that signs now: the newest for jwt_alg that has been published for jwt_key_lead_s,
 * or else the one that has been for longest.  One that cannot be read does not count.  Keys
 * live until the keys change.
 */
int signing_current(struct signing *signing, int64_t now_ms, const struct signing_key **out);

/*
 * The one called id, of any algorithm.  V_NOT_FOUND.  -EBADMSG: it cannot be read; -EAGAIN:
 * by a process with another master key.
 */
int signing_find(struct signing *signing, const char *id, const struct signing_key **out);

/* All that can be read, the newest of each algorithm first. */
int signing_all(struct signing *signing, const struct signing_key **keys, size_t *count);

#endif
