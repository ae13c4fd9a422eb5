// SPDX-License-Identifier: ISC
/* store/sql/sql_name.h - names, of which each belongs to one record. */
#ifndef STORE_SQL_SQL_NAME_H
#define STORE_SQL_SQL_NAME_H

#include "store/sql/sql_link.h"

/* Adds a kind of names of users, or that of accounts, as the tables have it, and a name. */
struct sql_args;
const char *sql_name_kind(enum identity_kind kind);
void sql_arg_name(struct sql_args *args, enum identity_kind kind, const char *name);

#define NAME_OF_ACCOUNT IDENTITY_KINDS

/* V_EXISTS: another than id has the name. */
int sql_name_check(struct sql *db, enum identity_kind kind, const char *name,
    const struct uuid *id);
int sql_name_put(struct sql *db, enum identity_kind kind, const char *name,
    const struct uuid *id);
int sql_name_drop(struct sql *db, enum identity_kind kind, const char *name,
    const struct uuid *id);

#endif
