// SPDX-License-Identifier: ISC
/*
 * auth/new_password.h - the hash of a password that a user gets, made in the queue in
 * which logins wait (auth/checks.h).
 */
#ifndef AUTH_NEW_PASSWORD_H
#define AUTH_NEW_PASSWORD_H

#include <stddef.h>

#include "auth/auth.h"
#include "auth/outcome.h"

struct new_password {
	/* given */
	const char *text;		/* NULL: there is none */
	size_t len;
	struct arena *mem;		/* of a hash that waits, as text must be */
	struct check **wait;		/* where that is put aside, NULL at first; or NULL */
	struct outcome *outcome;	/* receives how long others wait */

	/* out */
	char hash[HASH_SIZE];		/* "" until it is made */
};

/*
 * Makes the hash.  V_WAITING: it is not made yet.  Call it again, with the same password,
 * when checks_is_due; if wait is NULL, it does not return before.  V_UNAVAILABLE: too
 * many hashes are waiting.
 */
int new_password_hash(struct auth *auth, struct new_password *next);

#endif
