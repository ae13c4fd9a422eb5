// SPDX-License-Identifier: ISC
/*
 * auth/user_import.h - users of another system, written in batches that can be
 * repeated.
 */
#ifndef AUTH_USER_IMPORT_H
#define AUTH_USER_IMPORT_H

#include "auth/auth.h"

/*
 * The id of a user who comes from elsewhere: it follows from the e-mail, so that an
 * import that was interrupted finds its users again.
 */
struct uuid user_import_id(const struct auth *auth, const char *email);

/*
 * Is somebody there already?  V_EXISTS: *other has the id of user, or the name
 * *taken, which is in user.
 */
int user_import_find(struct auth *auth, const struct user *user, struct user *other,
    const char **taken);

/* Has no other user than id one of its names?  V_EXISTS: *taken, which is in user. */
int user_import_fits(struct auth *auth, const struct user *user, const struct uuid *id,
    const char **taken);

/* Writes all or none of them.  V_EXISTS: a name was taken meanwhile.  V_NOT_FOUND: an account. */
int user_import_write(struct auth *auth, const struct user_write *writes, size_t count,
    int64_t now_ms);

/* How many users have a hash that other software made and no login has replaced. */
int user_import_count_foreign(struct auth *auth, uint64_t *count);

/* The stored hash of a user, "" for none. */
int user_import_hash(struct auth *auth, const struct uuid *user, char hash[HASH_SIZE]);

#endif
