// SPDX-License-Identifier: ISC
/*
 * auth/jwt.h - signed tokens (RFC 7515, 7519), and the only use of libjwt: HS256
 * for our tokens, RS256 and ES256 for those of providers, and for ours that others check.
 * EdDSA, which libjwt 1.x does not know, is left to OpenSSL.
 *
 * libjwt 1.x lets the token choose the algorithm, takes a missing key to mean
 * "no check", and checks no times.  So the key fixes the algorithm, which is
 * compared before and after decoding; a key is always given; and callers check
 * the claims.
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"

#define JWT_LEN_MAX 16384
#define JWT_KID_MAX 255			/* providers choose theirs: some have 64 characters */

/* The algorithms, one for each kind of key (RFC 7518, 3.1). */
enum jwt_algorithm { JWT_HS256, JWT_RS256, JWT_ES256, JWT_EDDSA, JWT_ALGORITHMS };

struct jwt_key {
	enum jwt_algorithm algorithm;
	const void *bytes;		/* HS256: SECRET_KEY_LEN; others: a public key as PEM */
};

/* Finds the key called kid, which must live as long as arg.  V_NOT_FOUND, V_UNAVAILABLE. */
typedef int jwt_find_key(void *arg, const char *kid, struct jwt_key *key);

/*
 * Call once in a process, before the sandbox: the libraries below read their
 * configuration and seed their hash tables when they are first used.
 */
int jwt_prepare(void);

/* The compact form of claims, a JSON object; kid NULL for a header without.  *out is in mem. */
int jwt_hs256_sign(struct arena *mem, const uint8_t key[SECRET_KEY_LEN], const char *kid,
    const char *claims, const char **out);

/*
 * The same, many times as fast, for claims in the form that libjwt gives them: flat,
 * without blanks, members in the order of their names, numbers and ASCII only.
 */
int jwt_hs256_sign_ordered(struct arena *mem, const uint8_t key[SECRET_KEY_LEN],
    const char *kid, const char *claims, const char **out);

/* Signs with a private key, as PEM, of the algorithm; not for HS256. */
int jwt_sign(struct arena *mem, enum jwt_algorithm algorithm, const char *pem, const char *kid,
    const char *claims, const char **out);

/* Does the public key, as PEM, verify the token?  V_WRONG_CREDENTIAL. */
int jwt_try(const char *token, enum jwt_algorithm algorithm, const char *pem);

/* "ES256", as headers and the option jwt_alg have it. */
const char *jwt_algorithm_name(enum jwt_algorithm algorithm);

/*
 * The claims of a token that the key named by its header signed.  Nothing but
 * the header is read before that is certain.  V_MALFORMED: it is not a token, has
 * another algorithm, or requires an extension.  V_WRONG_CREDENTIAL: that key
 * did not sign it.  A result of find is passed up unchanged.
 */
int jwt_hs256_open(const char *token, jwt_find_key *find, void *arg, struct json **claims);

/* The same for any of the algorithms, which the key that kid names determines. */
int jwt_any_open(const char *token, jwt_find_key *find, void *arg, struct json **claims);

/* The same for public keys of providers: RS256 or ES256, as the key is. */
int jwt_public_open(const char *token, jwt_find_key *find, void *arg, struct json **claims);

#endif
