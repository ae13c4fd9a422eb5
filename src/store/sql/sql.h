// SPDX-License-Identifier: ISC
/*
 * store/sql/sql.h - the store in MariaDB, as store/store_kinds.c sees it.
 *
 * From the top: sql.c opens; sql_submit.c applies operations by the rows of
 * sql_meta.c, sql_user.c, sql_account.c, sql_token.c, sql_key.c and sql_webitel.c, which
 * read as well, and sql_settle.c finds out what became of a lost commit;
 * sql_run.c runs the statements of sql_statement.c, which sql_answer.c asks the server;
 * sql_bind.c carries records to and from them, sql_link.c has the connection; sql_schema.c
 * makes the tables.
 *
 * A machine may be one of several that use the same database, and the database a Galera
 * cluster.  There the locks of a transaction hold on its node alone; what two nodes
 * cannot both commit is a change of the same row.  So an operation begins by
 * changing, or locking to change it later, the row that stands for what it decides
 * about: its user, account, token, domain or the counter of keys.
 */
#ifndef STORE_SQL_SQL_H
#define STORE_SQL_SQL_H

#include <stdint.h>

#include "store/store_where.h"

struct store;

/* As store_open, store_upgrade and store_alone. */
int sql_open(struct store **st, const struct store_where *where, enum store_how how);
int sql_upgrade(const struct store_where *where, const char *backup, uint64_t *from);
int sql_alone(const struct store_where *where);

#endif
