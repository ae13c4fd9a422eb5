// SPDX-License-Identifier: ISC
/*
 * auth/own_password.h - users who change their own passwords, and prove the old one again:
 * a page that is left open, or a stolen JWT, must not be enough.
 */
#ifndef AUTH_OWN_PASSWORD_H
#define AUTH_OWN_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/user_login.h"

struct own_password {
	/* given */
	struct login old;		/* with the old password; the rest is filled in */
	const char *next;		/* the new one */
	bool drops_tokens;		/* bearer tokens end too */

	/* out */
	struct identity after;		/* the caller, as if logged in after the change */

	/* their own */
	uint64_t from_gen;
	struct password password;
	struct ha1b ha1b;
};

/* V_FORBIDDEN: the caller used a bearer token, or a JWT made from one. */
int own_password_may_change(const struct identity *who);

/*
 * The change in two steps, so that all that can fail is done between them, and an error
 * means that nothing has changed.
 *
 * V_INVALID: *flaw says what is wrong with the new password; the old one was not looked at.
 * V_WRONG_CREDENTIAL: the old one is wrong, or there is none.  V_THROTTLED, V_UNAVAILABLE,
 * V_WAITING: as user_login, to which each attempt is a login.
 */
int own_password_prove(struct auth *auth, const struct identity *who,
    struct own_password *change, int64_t now_ms, struct password_flaw *flaw);

/*
 * Sets the new password, and ends all JWTs and sessions of the user.  V_ENDED: something
 * else has ended them since, and the old password may not be the right one any more.
 */
int own_password_set(struct auth *auth, const struct own_password *change);

#endif
