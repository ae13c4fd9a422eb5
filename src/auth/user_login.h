// SPDX-License-Identifier: ISC
/*
 * auth/user_login.h - logging in with a password: throttled, queued, and
 * remembered for a moment (auth/throttle.h, checks.h, remembered.h).
 */
#ifndef AUTH_USER_LOGIN_H
#define AUTH_USER_LOGIN_H

#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/outcome.h"

/* Which login names are accepted. */
enum login_names { LOGIN_BY_EMAIL, LOGIN_BY_ANY };

struct login {
	const char *source;		/* the client's address */
	enum login_names names;
	const char *name;		/* in any case */
	const char *password;
	size_t len;
	/* a new password: if the login is right, its hash is made too, and never remembered */
	const char *next;		/* or NULL */
	size_t next_len;
	char *next_hash;		/* receives it, HASH_SIZE bytes */
	struct arena *mem;		/* of a login that waits */
	struct check **wait;		/* where it is put aside, NULL at first; or NULL */
	struct outcome *outcome;	/* receives the name of a failed login, and its wait */
};

/*
 * 0 and the user, if name and password are right.  V_WRONG_CREDENTIAL for a
 * disabled or passwordless user and for a wrong password; V_NOT_FOUND for an
 * unknown or deleted one; each at the cost of one hash.  V_THROTTLED: after too
 * many of those, and nothing was hashed.  V_UNAVAILABLE: too many logins
 * are waiting.  A hash of another cost is replaced.
 *
 * V_WAITING: nothing is decided yet.  Call it again, with the same login, when
 * checks_is_due.  If wait is NULL, it does not return until all is decided.
 */
int user_login(struct auth *auth, const struct login *login, int64_t now_ms, struct user *user);

#endif
