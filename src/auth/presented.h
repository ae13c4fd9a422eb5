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

/* What was ended. */
struct presented_end {
	const char *kind;		/* "bearer" or "jwt", in any case */
	struct uuid user;		/* whose it was */
	bool has_token;			/* it was a bearer token, or a JWT made from one */
	struct uuid token;
};

/*
 * Ends it: the bearer token, also that of a disabled user or one that a JWT was made
 * from; or all JWTs and sessions of the user of any other JWT (API 10.2).  V_ENDED: it
 * once was valid.  V_WRONG_CREDENTIAL: it is a guess, which the caller must count.
 */
int presented_revoke(struct auth *auth, const char *text, int64_t now_ms,
    struct presented_end *end);

#endif
