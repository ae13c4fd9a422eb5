// SPDX-License-Identifier: ISC
/*
 * auth/care_shared.h - copies of a store that several machines use, which are stores in
 * LMDB, as those of any other; and moving to another store.
 */
#ifndef AUTH_CARE_SHARED_H
#define AUTH_CARE_SHARED_H

#include "auth/auth.h"
#include "store/store_move.h"

/* As store_copy and store_restore. */
int care_shared_copy(struct auth *auth, int fd);
int care_shared_restore(const struct conf *conf, struct store_restore *how);

/*
 * Makes the store that to names equal to that of auth (store_move).  -EKEYREJECTED: the key
 * file that to names is another one.
 */
int care_migrate(struct auth *auth, const struct conf *to, struct store_move *how);

#endif
