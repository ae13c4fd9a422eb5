// SPDX-License-Identifier: ISC
/*
 * auth/token_admit.h - what follows from the use of a bearer token, or of a JWT made from
 * one: after it has been verified, and before anything is done for its bearer.
 */
#ifndef AUTH_TOKEN_ADMIT_H
#define AUTH_TOKEN_ADMIT_H

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/outcome.h"

/* What an identity knows of its token. */
void token_identify(const struct token *token, struct identity *who);

/*
 * May the caller, who may have used a token, do so from the address source?
 * V_WRONG_ADDRESS: its networks do not have that.  The outcome hears of the use of a
 * token whose successor has been used: one of the two bearers may be a thief.
 */
int token_admit(struct auth *auth, const struct identity *who, const char *source,
    int64_t now_ms, struct outcome *outcome);

#endif
