// SPDX-License-Identifier: ISC
/*
 * cred/jwks.h - public keys of a provider: a JWK Set (RFC 7517), by kid.
 */
#ifndef CRED_JWKS_H
#define CRED_JWKS_H

#include <stddef.h>

#include "auth/jwt.h"
#include "base/arena.h"

/* Is it a set with at least one key that could sign?  V_MALFORMED. */
int jwks_check(const char *bytes, size_t len);

/*
 * The key called kid, as PEM in mem, with the algorithm that fits it: RS256 for
 * RSA, ES256 for P-256.  V_NOT_FOUND: none of that name, or not suitable: another
 * kty, crv, use or alg; a modulus that is not of 2048 to 4096 bits; an exponent
 * that is even or below 3; a point that is not on the curve.  V_MALFORMED: not a set.
 */
int jwks_find(struct arena *mem, const char *bytes, size_t len, const char *kid,
    struct jwt_key *key);

#endif
