// SPDX-License-Identifier: ISC
/*
 * auth/presented.h - a token that somebody holds, of whatever kind: what it stands for, and
 * its end (RFC 7662, RFC 7009).
 *
 * A text with a dot is taken for a JWT, and any other for a bearer token (API 2.1).
 * Nothing here counts as a use of the token.
 */
#ifndef AUTH_PRESENTED_H
#define AUTH_PRESENTED_H

#include "auth/auth.h"

struct presented_token {
	const char *kind;		/* "bearer" or "jwt" */
	bool has_id;
	struct uuid id;			/* of the token itself; a JWT for us alone has none */
	struct user user;
	bool by_token;			/* it is a bearer token, or a JWT made from one */
	struct token token;		/* that one */
	int64_t issued_s, expires_s;
};

/* V_NOT_FOUND: it is not valid. */
int presented_inspect(struct auth *auth, const char *text, int64_t now_ms,
    struct presented_token *out);

/*
 * Ends it: the bearer token, also that of a disabled user or one that a JWT was made
 * from; or all JWTs and sessions of the user of any other JWT (API 10.2).  *user: whose
 * it was.  V_ENDED: it once was valid.  V_WRONG_CREDENTIAL: it is a guess, which the
 * caller must count.  *kind is set in any case.
 */
int presented_revoke(struct auth *auth, const char *text, int64_t now_ms, const char **kind,
    struct uuid *user);

#endif
