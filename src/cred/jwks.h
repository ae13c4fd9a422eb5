// SPDX-License-Identifier: ISC
/*
 * cred/jwks.h - public keys of a provider: a JWK Set (RFC 7517), by kid.
 */
#ifndef CRED_JWKS_H
#define CRED_JWKS_H

#include <stddef.h>

#include "base/arena.h"

/* Is it a set with at least one key that could sign?  V_MALFORMED. */
int jwks_check(const char *bytes, size_t len);

/*
 * The RSA key called kid as PEM in mem.  V_NOT_FOUND: none of that name, or
 * not fit for RS256: another kty, use or alg, a modulus that is not of 2048 to
 * 4096 bits, an exponent that is even or below 3.  V_MALFORMED: no set.
 */
int jwks_find(struct arena *mem, const char *bytes, size_t len, const char *kid,
    const char **pem);

#endif
