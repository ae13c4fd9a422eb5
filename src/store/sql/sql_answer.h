// SPDX-License-Identifier: ISC
/*
 * store/sql/sql_answer.h - asks the server one statement, and reads the rows of its answer.
 *
 * Statements are prepared, except in transactions on a node of a cluster.  There another
 * node may be first to commit, and the node then rolls a transaction back between two
 * statements.  To a next one that is prepared it may not answer at all, and the worker would
 * wait until it gives up; to one sent as text it answers with an error.
 */
#ifndef STORE_SQL_SQL_ANSWER_H
#define STORE_SQL_SQL_ANSWER_H

#include "store/sql/sql_bind.h"
#include "store/sql/sql_link.h"

/* GUARD(sql_answer_drop) struct sql_answer answer = { 0 } */
struct sql_answer {
	MYSQL_STMT *statement;		/* prepared, or NULL and ... */
	MYSQL *conn;			/* ... its rows as text */
	MYSQL_RES *rows;
	struct sql_row *row;
};

/* Results may be those of sql_link.h; SQL_AGAIN also where the server ended a transaction. */
int sql_ask(struct sql *db, enum sql_statement what, struct sql_args *args,
    struct sql_answer *answer);
void sql_answer_drop(struct sql_answer *answer);

/* SQL_AGAIN: the transaction, if this is one, has been rolled back. */
int sql_txn_check(struct sql *db);

/* How many rows a change found. */
uint64_t sql_answer_found(const struct sql_answer *answer);

/* Where rows go from here on, which sql_row_bind has filled. */
int sql_answer_bind(struct sql_answer *answer, struct sql_row *row);

/* Receives all rows: how many there are. */
int sql_answer_count(struct sql_answer *answer, size_t *count);

/* The next row.  V_NOT_FOUND: there is no more. */
int sql_answer_next(struct sql_answer *answer);

/*
 * After the only row: the end of the answer.  That may be an error instead, if the server
 * rolled the transaction back after it had sent the row.
 */
int sql_answer_end(struct sql_answer *answer);

/*
 * Prepares the statement that text has; *out is to be closed, with GUARD(sql_statement_close),
 * before the connection is.
 */
int sql_prepare(MYSQL *conn, struct text *text, MYSQL_STMT **out);
void sql_statement_close(MYSQL_STMT **statement);

/* The fault of a statement that failed. */
int sql_statement_fault(MYSQL_STMT *statement, const char *what);

#endif
