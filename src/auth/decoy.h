// SPDX-License-Identifier: ISC
/*
 * auth/decoy.h - the hash that a password is checked against if no user has the
 * login name, so that the time of the answer does not tell whether one has.
 *
 * Users' hashes may differ in cost: after a change of argon2_* a hash keeps its
 * former cost until its user logs in, and a hash from elsewhere may be of another
 * kind.  So the decoy of a name is the hash of some user, always the same one.
 * Costs are then distributed among unknown names as among users, and change with
 * them.  A decoy never lets anyone in: the caller must know that the name may
 * not log in, whatever the check says.
 */
#ifndef AUTH_DECOY_H
#define AUTH_DECOY_H

#include "auth/auth.h"

/* The decoy of a name in any spelling; of the configured cost while no user has a password. */
int decoy_find(struct auth *auth, const char *name, char hash[HASH_SIZE]);

#endif
