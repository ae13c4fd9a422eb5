// SPDX-License-Identifier: ISC
/*
 * auth/jwt.h - the only door to libjwt (RFC 7515, 7519): HS256 for ours, RS256
 * for those of providers.
 *
 * libjwt 1.x lets the token choose the algorithm, takes a missing key for
 * "no check", and looks at no time.  So the algorithm is pinned before and
 * after decoding, a key is always given and never one of the other kind, and
 * claims are checked by the caller.
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include "base/arena.h"
#include "base/json.h"
#include "base/secret.h"

#define JWT_LEN_MAX 8192
#define JWT_KID_SIZE 256		/* providers choose theirs: some have 64 characters */

/*
 * Once in a process, before it can open no more files: what lies below reads
 * its configuration, and seeds its hash tables, when it is first used.
 */
int jwt_prepare(void);

/* The compact form of claims, a JSON object; kid NULL for a header without.  *out is in mem. */
int jwt_hs256_sign(struct arena *mem, const uint8_t key[SECRET_KEY_LEN], const char *kid,
    const char *claims, const char **out);

/*
 * The kid of a token whose header is well formed, says alg and typ JWT or none,
 * asks for no extension and brings no key.  Nothing is verified yet.
 * V_MALFORMED.
 */
int jwt_hs256_kid(const char *token, char kid[JWT_KID_SIZE]);
int jwt_rs256_kid(const char *token, char kid[JWT_KID_SIZE]);

/* The claims of a token signed with key.  V_MALFORMED: it is not. */
int jwt_hs256_verify(const char *token, const uint8_t key[SECRET_KEY_LEN], struct json **claims);

/* The same for an RSA public key as PEM. */
int jwt_rs256_verify(const char *token, const char *pem, struct json **claims);

#endif
