// SPDX-License-Identifier: ISC
/* auth/own_logins.h - what callers end of what is their own. */
#ifndef AUTH_OWN_LOGINS_H
#define AUTH_OWN_LOGINS_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/login.h"

/* V_FORBIDDEN: the caller used a bearer token, or a JWT made from one. */
int own_logins_may_see(const struct identity *who);

/*
 * Ends all JWTs and sessions of the caller, and bearer tokens with drop_tokens.  A caller
 * by a bearer token, or by a JWT made from one, ends that token and nothing else: who finds
 * a token must not end the rest.
 */
int own_logins_end(struct auth *auth, const struct identity *who, bool drop_tokens,
    int64_t now_ms);

#endif
