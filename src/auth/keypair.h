// SPDX-License-Identifier: ISC
/*
 * auth/keypair.h - private keys of asymmetric algorithms, made and written by OpenSSL.
 *
 * A private key is kept as DER.  Its bytes are the caller's to wipe; what is written as
 * PEM is for libjwt, and what is written as a JWK (RFC 7517) for everybody.
 */
#ifndef AUTH_KEYPAIR_H
#define AUTH_KEYPAIR_H

#include <stddef.h>
#include <stdint.h>

#include "auth/jwt.h"
#include "base/arena.h"
#include "base/secret.h"
#include "store/record.h"

#define KEYPAIR_DER_MAX 1400		/* of RSA with 2048 bits, the largest: about 1220 */

struct keypair {
	uint8_t der[KEYPAIR_DER_MAX];
	size_t len;
};

/*
 * A new one for RS256 (2048 bits), ES256 (P-256) or EdDSA (Ed25519), sealed by key, as
 * base64url.  -ENOMEM, -EINVAL.
 */
int keypair_make(enum jwt_algorithm algorithm, const uint8_t key[SECRET_KEY_LEN],
    char sealed[KEY_PRIVATE_SIZE]);

/* V_MALFORMED: by another key, or changed. */
int keypair_unseal(struct keypair *out, const uint8_t key[SECRET_KEY_LEN], const char *sealed);

/*
 * Both halves as PEM, and the public one as a JWK with this kid, in mem.  -EBADMSG: it
 * is not a private key for that algorithm.
 */
struct keypair_texts {
	const char *private_pem, *public_pem, *jwk;
};

int keypair_write(struct arena *mem, enum jwt_algorithm algorithm, const struct keypair *pair,
    const char *kid, struct keypair_texts *out);

#endif
