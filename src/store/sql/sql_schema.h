// SPDX-License-Identifier: ISC
/* store/sql/sql_schema.h - the tables, made and compared with this program. */
#ifndef STORE_SQL_SQL_SCHEMA_H
#define STORE_SQL_SQL_SCHEMA_H

#include "store/sql/sql_link.h"

/* Makes the tables and columns that are missing, and the rows that are always there. */
int sql_schema_make(struct sql *db);

/* Brings the tables to STORE_SCHEMA, from which they may be used.  V_NOT_FOUND: no store. */
int sql_schema_upgrade(struct sql *db, uint64_t *from);

/*
 * Can this program use the tables?  -ENOENT: there are none.  -ESTALE: they are older.
 * -EPROTO: newer, in a way that this program does not know.
 */
int sql_schema_check(struct sql *db);

#endif
