// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_user.h - users, with their names and passwords. */
#ifndef STORE_LMDB_LMDB_USER_H
#define STORE_LMDB_LMDB_USER_H

#include "store/lmdb/lmdb_txn.h"

/* OP_USER_ADD, and OP_USER_SET to OP_USER_DELETE. */
lmdb_apply lmdb_user_add, lmdb_user_change;

int lmdb_user_get(struct store *st, const struct uuid *id, struct user *user);
int lmdb_user_find(struct store *st, enum identity_kind kind, const char *name,
    struct user *user);
int lmdb_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count);
int lmdb_password_get(struct store *st, const struct uuid *user, struct password *password);

#endif
