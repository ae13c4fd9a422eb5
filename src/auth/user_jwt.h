// SPDX-License-Identifier: ISC
/*
 * auth/user_jwt.h - the JWT of GET /rest/auth: its claims, and when it is valid.
 *
 * Claims: uuid, role, iat, exp, auth_time, gen, tid if it was obtained with a bearer
 * token, and sid, the login (auth/login.h), if not; times in seconds.  Unless jwt_alg is
 * HS256 also iss, aud, sub and jti, for others that check it.  It is valid while the user
 * is live and has the same generation, the token of tid is live, and the login of sid has
 * not been ended (API 4.2).
 */
#ifndef AUTH_USER_JWT_H
#define AUTH_USER_JWT_H

#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/known_jwt.h"

/*
 * A fresh JWT for the caller: it expires no later than max_session_s
 * after the login, and than the bearer token that was used.  *out is in mem.
 */
int user_jwt_issue(struct auth *auth, struct arena *mem, const struct identity *who,
    int64_t now_ms, const char **out);

/* When that JWT expires, in seconds. */
int64_t user_jwt_end(const struct auth *auth, const struct identity *who, int64_t now_ms);

/* V_WRONG_CREDENTIAL: not one of ours.  V_ENDED: one of ours, expired or revoked. */
int user_jwt_verify(struct auth *auth, const char *jwt, int64_t now_ms, struct identity *who);

/* The same, with the claims. */
int user_jwt_inspect(struct auth *auth, const char *jwt, int64_t now_ms, struct identity *who,
    struct user_claims *claims);

/* iss: the address of the service; NULL: no memory. */
const char *user_jwt_issuer(const struct auth *auth, struct arena *mem);

#endif
