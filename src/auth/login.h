// SPDX-License-Identifier: ISC
/*
 * auth/login.h - the logins of a user, each of which can be ended by itself: those that
 * JWTs come from, and Webitel sessions.
 *
 * The JWTs that are exchanged for one another have the id of one login, the claim sid.
 * Logins that a client repeats, as one that sends Basic with each request, are one.
 * Where logins are is known to their machine alone (auth/login_seen.h); that one has been
 * ended is in the store, and known to all.
 */
#ifndef AUTH_LOGIN_H
#define AUTH_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/caller.h"
#include "auth/identity.h"
#include "auth/login_seen.h"

/* Where a request comes from. */
struct client {
	const char *ip, *agent;		/* agent: its User-Agent, "" for none */
};

/*
 * Before a JWT is made for who: sets who->login, unless it has one, or who uses a bearer
 * token, or track_logins is no.
 */
int login_begin(struct auth *auth, struct identity *who, const struct client *client,
    int64_t now_ms);

/* A JWT of that login has been made or used, or a session. */
void login_note(struct auth *auth, const struct identity *who, const struct client *client,
    int64_t now_ms);
void login_note_session(struct auth *auth, const struct caller *caller,
    const struct client *client, int64_t now_ms);

/* V_ENDED: that login of the user has been ended. */
int login_check(struct auth *auth, const struct user *user, const struct uuid *login,
    int64_t now_ms);

/*
 * Is a caller who logged in, without a token, still let in?  who has the user as it is now.
 * V_ENDED.
 */
int login_again(struct auth *auth, struct identity *who, int64_t now_ms);

/* Those in use, oldest first; of JWTs those that this machine has seen.  In mem. */
int login_list(struct auth *auth, struct arena *mem, const struct user *user, int64_t now_ms,
    struct login_seen **logins, size_t *count);

/*
 * Ends one, for good and everywhere; *kind says what it was.  V_NOT_FOUND: the user has
 * none with that id.  Where the store has no room to remember it, all logins of the user
 * end instead.
 */
int login_revoke(struct auth *auth, const struct user *user, const struct uuid *id,
    int64_t now_ms, enum login_kind *kind);

#endif
