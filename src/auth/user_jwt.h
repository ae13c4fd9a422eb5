// SPDX-License-Identifier: ISC
/*
 * auth/user_jwt.h - the JWT of GET /rest/auth: what it says and when it counts.
 *
 * Claims: uuid, role, iat, exp, auth_time, gen, and tid where it was made from a
 * bearer token; times in seconds.  Valid while the user lives, has the same
 * generation, and the token of tid is live (API 4.2).
 */
#ifndef AUTH_USER_JWT_H
#define AUTH_USER_JWT_H

#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"

/*
 * A fresh JWT for the caller: never past max_session_s from the login, nor
 * past the life of the bearer token it came by.  *out is in mem.
 */
int user_jwt_issue(struct auth *auth, struct arena *mem, const struct identity *who,
    int64_t now_ms, const char **out);

/* V_WRONG_CREDENTIAL: not one of ours.  V_ENDED: one of ours, expired or revoked. */
int user_jwt_verify(struct auth *auth, const char *jwt, int64_t now_ms, struct identity *who);

#endif
