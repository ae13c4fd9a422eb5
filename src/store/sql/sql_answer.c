// SPDX-License-Identifier: ISC
/* store/sql/sql_answer.c - statements, prepared or as text, and their rows. */
#include "store/sql/sql_answer.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

/* The library leaves an error that comes in place of a row with the connection alone. */
int
sql_statement_fault(MYSQL_STMT *statement, const char *what)
{
	MYSQL *conn = statement->mysql;

	if (mysql_stmt_errno(statement) || !conn)
		return sql_fault(what, mysql_stmt_errno(statement), mysql_stmt_error(statement));
	return sql_fault(what, mysql_errno(conn), mysql_error(conn));
}

/*
 * This side may have missed that the server has rolled back.  What followed would be
 * committed by itself, and nobody would wait for it.
 */
int
sql_txn_check(struct sql *db)
{
	unsigned status = 0;

	if (!db->is_in_txn)
		return 0;
	if (mariadb_get_infov(db->conn, MARIADB_CONNECTION_SERVER_STATUS, &status) ||
	    !(status & SERVER_STATUS_IN_TRANS))
		return SQL_AGAIN;
	return 0;
}

/* --- prepared ---------------------------------------------------------------------- */

void
sql_statement_close(MYSQL_STMT **statement)
{
	if (*statement)
		mysql_stmt_close(*statement);
}

int
sql_prepare(MYSQL *conn, struct text *text, MYSQL_STMT **out)
{
	GUARD(sql_statement_close) MYSQL_STMT *statement = mysql_stmt_init(conn);
	const char *string;
	size_t len;
	int r;

	r = text_done(text, &string, &len);
	if (r || !statement)
		return -ENOMEM;
	if (mysql_stmt_prepare(statement, string, len))
		return sql_statement_fault(statement, string);
	*out = statement;
	statement = NULL;
	return 0;
}

static int
prepare(struct sql *db, enum sql_statement what)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;

	text_init(&text, &mem);
	sql_statement_put(&text, what);
	return sql_prepare(db->conn, &text, &db->prepared[what]);
}

static int
ask_prepared(struct sql *db, enum sql_statement what, struct sql_args *args,
    struct sql_answer *answer)
{
	MYSQL_STMT *statement;
	int r;

	r = db->prepared[what] ? 0 : prepare(db, what);
	if (r)
		return r;
	statement = db->prepared[what];
	if (args && args->count && mysql_stmt_bind_param(statement, args->bind))
		return sql_statement_fault(statement, "mysql_stmt_bind_param");
	if (mysql_stmt_execute(statement))
		return sql_statement_fault(statement, "mysql_stmt_execute");
	answer->statement = statement;
	return 0;
}

/* --- as text ------------------------------------------------------------------------ */

/* The statement with its parameters; a "?" is nothing else in it. */
static int
put_text(struct text *out, struct arena *mem, enum sql_statement what,
    const struct sql_args *args)
{
	const char *from, *end;
	struct text pattern;
	unsigned i = 0;
	size_t len;
	int r;

	text_init(&pattern, mem);
	sql_statement_put(&pattern, what);
	r = text_done(&pattern, &from, &len);
	for (; !r && (end = strchr(from, '?')) != NULL; from = end + 1) {
		text_put(out, from, (size_t)(end - from));
		r = args && i < args->count ? sql_arg_put(args, i++, mem, out) : -EINVAL;
	}
	if (!r)
		text_puts(out, from);
	return r;
}

static int
ask_text(struct sql *db, enum sql_statement what, const struct sql_args *args,
    struct sql_answer *answer)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;
	const char *string;
	size_t len;
	int r;

	text_init(&text, &mem);
	r = put_text(&text, &mem, what, args);
	if (!r)
		r = text_done(&text, &string, &len);
	if (r)
		return log_fault(r, "store: statement %d", (int)what);
	answer->conn = db->conn;
	if (mysql_real_query(db->conn, string, len))
		return sql_fault("a statement", mysql_errno(db->conn), mysql_error(db->conn));
	answer->rows = mysql_store_result(db->conn);
	if (!answer->rows && mysql_errno(db->conn))
		return sql_fault("its rows", mysql_errno(db->conn), mysql_error(db->conn));
	return 0;
}

/* --- answers --------------------------------------------------------------------------- */

int
sql_ask(struct sql *db, enum sql_statement what, struct sql_args *args,
    struct sql_answer *answer)
{
	int r;

	r = sql_txn_check(db);
	if (r)
		return r;
	return db->is_in_txn && db->is_cluster ? ask_text(db, what, args, answer) :
	    ask_prepared(db, what, args, answer);
}

/* What is left of a prepared one would be in the way of the next statement. */
void
sql_answer_drop(struct sql_answer *answer)
{
	if (answer->statement)
		mysql_stmt_free_result(answer->statement);
	mysql_free_result(answer->rows);
}

uint64_t
sql_answer_found(const struct sql_answer *answer)
{
	return answer->statement ? mysql_stmt_affected_rows(answer->statement) :
	    mysql_affected_rows(answer->conn);
}

int
sql_answer_bind(struct sql_answer *answer, struct sql_row *row)
{
	answer->row = row;
	if (answer->statement && mysql_stmt_bind_result(answer->statement, row->bind))
		return sql_statement_fault(answer->statement, "mysql_stmt_bind_result");
	return 0;
}

int
sql_answer_count(struct sql_answer *answer, size_t *count)
{
	if (answer->rows) {
		*count = mysql_num_rows(answer->rows);
		return 0;
	}
	if (mysql_stmt_store_result(answer->statement))
		return sql_statement_fault(answer->statement, "mysql_stmt_store_result");
	*count = mysql_stmt_num_rows(answer->statement);
	return 0;
}

static int
next_text(struct sql_answer *answer)
{
	MYSQL_ROW values;

	if (!answer->rows || mysql_num_fields(answer->rows) < answer->row->count)
		return log_fault(-EBADMSG, "store: an answer without its columns");
	values = mysql_fetch_row(answer->rows);
	if (!values)
		return V_NOT_FOUND;
	sql_row_fill(answer->row, values, mysql_fetch_lengths(answer->rows));
	return 0;
}

int
sql_answer_next(struct sql_answer *answer)
{
	if (!answer->statement)
		return next_text(answer);
	switch (mysql_stmt_fetch(answer->statement)) {
	case 0:
	case MYSQL_DATA_TRUNCATED:	/* the caller sees which */
		return 0;
	case MYSQL_NO_DATA:
		return V_NOT_FOUND;
	default:
		return sql_statement_fault(answer->statement, "mysql_stmt_fetch");
	}
}

int
sql_answer_end(struct sql_answer *answer)
{
	int r;

	r = sql_answer_next(answer);
	if (!r)
		return log_fault(-EBADMSG, "store: a second row");
	return r == V_NOT_FOUND ? 0 : r;
}
