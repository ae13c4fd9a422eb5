// SPDX-License-Identifier: ISC
/*
 * auth/known_jwt.h - JWTs of users that this process has verified, and their claims.
 *
 * A signature does not change, so it is verified once.  Whatever can change is not
 * remembered: whether the token has expired, whether its user and bearer token still
 * live, and the generation are looked up for each request (auth/user_jwt.c).  All
 * entries go when the keys change (keyring.changes).
 *
 * The table holds digests, no tokens, with a key of this process.
 */
#ifndef AUTH_KNOWN_JWT_H
#define AUTH_KNOWN_JWT_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/keyring.h"
#include "base/uuid.h"

/* What a JWT of GET /rest/auth says (API 4.2). */
struct user_claims {
	struct uuid user, token;
	int64_t iat_s, exp_s, auth_time_s, gen;
	bool has_token;
	bool is_public;			/* others can check it: it has a jti */
	struct uuid jti;
	struct uuid login;		/* sid; or none */
};

struct known_jwts;

/* -ENOMEM. */
int known_jwts_open(struct known_jwts **known);
void known_jwts_close(struct known_jwts **known);

/* known NULL: there is no table, and nothing is found. */
bool known_jwts_find(struct known_jwts *known, const struct keyring *ring, const char *jwt,
    struct user_claims *out);

/* Replaces the one that was not used for longest, of those that share its place. */
void known_jwts_add(struct known_jwts *known, const struct keyring *ring, const char *jwt,
    const struct user_claims *claims);

#endif
