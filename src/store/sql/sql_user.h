// SPDX-License-Identifier: ISC
/* store/sql/sql_user.h - users, with their names and passwords. */
#ifndef STORE_SQL_SQL_USER_H
#define STORE_SQL_SQL_USER_H

#include "store/sql/sql_link.h"

sql_apply sql_user_add, sql_user_change;

/* As in store/backend.h. */
int sql_user_get(struct store *st, const struct uuid *id, struct user *user);
int sql_user_find(struct store *st, enum identity_kind kind, const char *name,
    struct user *user);
int sql_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count);
int sql_password_get(struct store *st, const struct uuid *user, struct password *password);

#endif
