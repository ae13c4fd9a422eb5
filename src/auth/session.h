// SPDX-License-Identifier: ISC
/*
 * auth/session.h - Webitel sessions: a key and a token, valid only together.
 *
 * Two users can get the same token bytes, so a session is found by its key
 * and holds a keyed digest of both (API 6.5).  Times are milliseconds, in the
 * token's exp too.
 */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include "auth/auth.h"
#include "auth/caller.h"

struct session_secrets {
	char key[UUID_TEXT_SIZE];
	const char *token;		/* in the arena */
};

/*
 * A new session of user, with the login name that was used; *caller receives its identity.
 * V_WRONG_CREDENTIAL: the name as it was spelled is longer than any stored one can be.
 */
int session_begin(struct auth *auth, struct arena *mem, const struct user *user,
    const char *username, int64_t now_ms, struct session_secrets *secrets,
    struct caller *caller);

/*
 * V_WRONG_CREDENTIAL: no live session of a live user has both.  V_ENDED: one that
 * has expired, or was ended, had them.
 */
int session_verify(struct auth *auth, const char *key, const char *token, int64_t now_ms,
    struct caller *caller);

/* V_NOT_FOUND: it has ended already. */
int session_end(struct auth *auth, const struct caller *caller, int64_t now_ms);

/* The part of a name after the '@', in lower case; "" if there is none. */
void session_domain(const char *name, char domain[LOGIN_SIZE]);

#endif
