// SPDX-License-Identifier: ISC
/* store/sql/sql_account.h - accounts. */
#ifndef STORE_SQL_SQL_ACCOUNT_H
#define STORE_SQL_SQL_ACCOUNT_H

#include "store/sql/sql_link.h"

sql_apply sql_account_add, sql_account_set, sql_account_delete;

/* The account exists until the transaction ends.  V_NOT_FOUND: it does not. */
int sql_account_turn(struct sql *db, const struct uuid *account);

/* As in store/backend.h. */
int sql_account_get(struct store *st, const struct uuid *id, struct account *account);
int sql_account_find(struct store *st, const char *name, struct account *account);
int sql_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count);

#endif
