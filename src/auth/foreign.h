// SPDX-License-Identifier: ISC
/*
 * auth/foreign.h - password hashes that other systems made.
 *
 * A hash is taken over in a stored form, which fits HASH_SIZE: for most kinds the
 * text itself.  PBKDF2 of every system has one form, "$pbkdf2-DIGEST$i=ITERATIONS$
 * SALT$KEY".  The database never holds a fast hash: a weak digest is hashed with
 * Argon2id when it is taken over, and stored as "$dw-DIGEST$SALT$argon2id$...".
 *
 * A hash can ask for years of computing, so its cost is bounded when it is taken
 * over, and again before each use, since a restored database is input too.
 */
#ifndef AUTH_FOREIGN_H
#define AUTH_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/argon2id.h"

/* What is allowed when a hash is taken over. */
#define FOREIGN_WEAK	1u		/* weak digests */
#define FOREIGN_COSTLY	2u		/* up to the cost that a login may have at most */

/*
 * Puts a hash, as another system writes it, into its stored form.  A weak digest
 * costs one hash of the given cost; if cost is NULL, the text is only checked, and
 * out is undefined.  V_INVALID: *why says what is wrong.  -ENOMEM, logged.
 */
int foreign_take(const char *text, unsigned allowed, const struct password_cost *cost,
    char out[HASH_SIZE], const char **why);

/* Is it a stored form other than the Argon2id of auth/argon2id.h? */
bool foreign_is(const char *hash);

/*
 * 0, or V_WRONG_CREDENTIAL.  -EBADMSG: not a stored form, or one that costs too
 * much.  -ENOMEM: there is no memory for it.
 */
int foreign_verify(const char *hash, const char *password, size_t len);

/*
 * Is a password that hash accepts the one that was hashed?  WordPress ignores blanks
 * around it: a hash made of what was typed would then refuse the password itself.
 */
bool foreign_is_exact(const char *hash, const char *password, size_t len);

#endif
