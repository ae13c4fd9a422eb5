// SPDX-License-Identifier: ISC
/*
 * tests/provider/key.h - RSA keys of a provider, and ID tokens signed with them.
 *
 * For tests and their tools, which exit if something cannot be created.
 */
#ifndef PROVIDER_KEY_H
#define PROVIDER_KEY_H

#include "base/arena.h"
#include "base/openssl.h"

/*
 * The key in file path.  A missing one is created and written: P-256 if its name
 * begins with an 'e', else RSA.
 */
EVP_PKEY *key_get(const char *path);

/* "RS256" or "ES256", as the key is. */
const char *key_method(EVP_PKEY *key);

/* The public key as a JWK called kid, and as PEM. */
const char *key_jwk(struct arena *mem, EVP_PKEY *key, const char *kid);
const char *key_pem(struct arena *mem, EVP_PKEY *key);

/*
 * A compact JWS of header and claims, whatever they say, signed by method: an
 * alg of RFC 7518 that fits the key, HS256 (with the PEM of key), or none.
 */
const char *key_sign(struct arena *mem, EVP_PKEY *key, const char *method, const char *header,
    const char *claims);

/* Prints what failed, and exits. */
void give_up(const char *what) __attribute__((noreturn));

#endif
