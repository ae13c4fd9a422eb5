// SPDX-License-Identifier: ISC
/* store/sql/sql_run.c - runs statements and transactions on the connection. */
#include "store/sql/sql_run.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

/* --- transactions --------------------------------------------------------------- */

int
sql_txn_begin(struct sql *db, struct sql_txn *tx)
{
	int r;

	r = sql_link_use(db);
	if (!r)
		r = sql_command(db, "START TRANSACTION");
	if (r)
		return r;
	tx->db = db;
	db->is_in_txn = true;
	return 0;
}

/*
 * SQL_AGAIN: the server has rolled the transaction back and this side missed that it said
 * so.  What followed would be committed by itself, and nobody would wait for it.
 */
static int
txn_check(struct sql *db)
{
	unsigned status = 0;

	if (!db->is_in_txn)
		return 0;
	if (mariadb_get_infov(db->conn, MARIADB_CONNECTION_SERVER_STATUS, &status) ||
	    !(status & SERVER_STATUS_IN_TRANS))
		return SQL_AGAIN;
	return 0;
}

/* The answer may be lost, and so may the node, after it decided. */
int
sql_txn_commit(struct sql_txn *tx)
{
	struct sql *db = tx->db;
	int r;

	r = txn_check(db);
	if (r)
		return r;
	r = sql_command(db, "COMMIT");
	db->is_in_txn = false;
	tx->db = r == SQL_AGAIN ? db : NULL;
	return r == SQL_GONE ? SQL_LOST : r;
}

/* Where that fails, the server rolls back when it finds the connection closed. */
void
sql_txn_drop(struct sql_txn *tx)
{
	if (!tx->db)
		return;
	tx->db->is_in_txn = false;
	if (tx->db->conn && mysql_rollback(tx->db->conn))
		sql_link_drop(tx->db);
	tx->db = NULL;
}

/* --- statements ------------------------------------------------------------------- */

/* The library leaves an error that comes in place of a row with the connection alone. */
static int
statement_fault(MYSQL_STMT *statement, const char *what)
{
	MYSQL *conn = statement->mysql;

	if (mysql_stmt_errno(statement) || !conn)
		return sql_fault(what, mysql_stmt_errno(statement), mysql_stmt_error(statement));
	return sql_fault(what, mysql_errno(conn), mysql_error(conn));
}

static void
statement_close(MYSQL_STMT **statement)
{
	if (*statement)
		mysql_stmt_close(*statement);
}

static int
prepare(struct sql *db, enum sql_statement what)
{
	GUARD(statement_close) MYSQL_STMT *statement = mysql_stmt_init(db->conn);
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;
	const char *string;
	size_t len;
	int r;

	text_init(&text, &mem);
	sql_statement_put(&text, what);
	r = text_done(&text, &string, &len);
	if (r || !statement)
		return -ENOMEM;
	if (mysql_stmt_prepare(statement, string, len))
		return statement_fault(statement, string);
	db->prepared[what] = statement;
	statement = NULL;
	return 0;
}

/*
 * A server of a cluster that rolls a transaction back, because another node was first to
 * commit, says so in its next answer, but not if that is to a statement being prepared.
 * So a transaction that finds one not prepared is begun again when it is.
 */
static int
ensure_prepared(struct sql *db, enum sql_statement what)
{
	int r;

	if (db->prepared[what])
		return 0;
	r = prepare(db, what);
	return !r && db->is_in_txn ? SQL_PREPARED : r;
}

static int
execute(struct sql *db, enum sql_statement what, struct sql_args *args, MYSQL_STMT **out)
{
	MYSQL_STMT *statement;
	int r;

	r = txn_check(db);
	if (!r)
		r = ensure_prepared(db, what);
	if (r)
		return r;
	statement = db->prepared[what];
	if (args && args->count && mysql_stmt_bind_param(statement, args->bind))
		return statement_fault(statement, "mysql_stmt_bind_param");
	if (mysql_stmt_execute(statement))
		return statement_fault(statement, "mysql_stmt_execute");
	*out = statement;
	return 0;
}

int
sql_change(struct sql *db, enum sql_statement what, struct sql_args *args, uint64_t *rows)
{
	MYSQL_STMT *statement;
	int r;

	r = execute(db, what, args, &statement);
	if (!r && rows)
		*rows = mysql_stmt_affected_rows(statement);
	return r;
}

/* Whatever is left of a result, which would be in the way of the next statement. */
static void
result_drop(MYSQL_STMT **statement)
{
	if (*statement)
		mysql_stmt_free_result(*statement);
}

/* The next row.  V_NOT_FOUND: there is no more. */
static int
fetch(MYSQL_STMT *statement)
{
	switch (mysql_stmt_fetch(statement)) {
	case 0:
	case MYSQL_DATA_TRUNCATED:	/* the caller sees which */
		return 0;
	case MYSQL_NO_DATA:
		return V_NOT_FOUND;
	default:
		return statement_fault(statement, "mysql_stmt_fetch");
	}
}

/*
 * After the only row: the end of the result.  That may be an error instead, if the server
 * rolled the transaction back after it had sent the row.
 */
static int
fetch_end(MYSQL_STMT *statement)
{
	int r;

	r = fetch(statement);
	if (!r)
		return log_fault(-EBADMSG, "store: a second row");
	return r == V_NOT_FOUND ? 0 : r;
}

static int
fetch_record(MYSQL_STMT *statement, const struct record_kind *kind, struct sql_row *row,
    void *record)
{
	int r;

	sql_row_bind(row, 0, kind, record);
	if (mysql_stmt_bind_result(statement, row->bind))
		return statement_fault(statement, "mysql_stmt_bind_result");
	r = fetch(statement);
	if (!r && !sql_row_take(row, 0, kind, record))
		return log_fault(-EBADMSG, "store: damaged record of %s", kind->name);
	return r;
}

int
sql_record(struct sql *db, enum sql_statement what, struct sql_args *args, void *record)
{
	const struct record_kind *kind = sql_statement_kind(what);
	GUARD(result_drop) MYSQL_STMT *statement = NULL;
	union any_record found;
	struct sql_row row;
	int r;

	r = execute(db, what, args, &statement);
	if (!r)
		r = fetch_record(statement, kind, &row, &found);
	if (!r)
		r = fetch_end(statement);
	if (r)
		return r;
	memcpy(record, &found, kind->size);
	return 0;
}

int
sql_token_and_user(struct sql *db, enum sql_statement what, struct sql_args *args,
    struct token *token, struct user *user)
{
	GUARD(result_drop) MYSQL_STMT *statement = NULL;
	const unsigned after = (unsigned)token_kind.count;
	struct sql_row row;
	int r;

	r = execute(db, what, args, &statement);
	if (r)
		return r;
	sql_row_bind(&row, 0, &token_kind, token);
	sql_row_bind(&row, after, &user_kind, user);
	if (mysql_stmt_bind_result(statement, row.bind))
		return statement_fault(statement, "mysql_stmt_bind_result");
	r = fetch(statement);
	if (r)
		return r;
	if (!sql_row_take(&row, 0, &token_kind, token))
		return log_fault(-EBADMSG, "store: damaged record of token");
	if (!row.is_null[after] && !sql_row_take(&row, after, &user_kind, user))
		return log_fault(-EBADMSG, "store: damaged record of user");
	r = fetch_end(statement);
	return !r && row.is_null[after] ? V_ENDED : r;
}

int
sql_number(struct sql *db, enum sql_statement what, struct sql_args *args, int64_t *number)
{
	GUARD(result_drop) MYSQL_STMT *statement = NULL;
	int64_t found = 0;
	my_bool is_null = 0;
	MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &found,
	    .is_null = &is_null };
	int r;

	r = execute(db, what, args, &statement);
	if (r)
		return r;
	if (mysql_stmt_bind_result(statement, &bind))
		return statement_fault(statement, "mysql_stmt_bind_result");
	r = fetch(statement);
	if (!r)
		r = fetch_end(statement);
	if (!r)
		*number = is_null ? 0 : found;
	return r;
}

int
sql_list(struct sql *db, enum sql_statement what, struct sql_args *args, struct arena *mem,
    void **records, size_t *count)
{
	const struct record_kind *kind = sql_statement_kind(what);
	GUARD(result_drop) MYSQL_STMT *statement = NULL;
	struct sql_row row;
	size_t found;
	char *list;
	int r;

	r = execute(db, what, args, &statement);
	if (r)
		return r;
	if (mysql_stmt_store_result(statement))
		return statement_fault(statement, "mysql_stmt_store_result");
	found = mysql_stmt_num_rows(statement);
	list = arena_alloc(mem, found * kind->size);
	if (!list)
		return log_fault(-ENOMEM, "store: a list of %zu", found);
	for (size_t i = 0; i < found; i++) {
		r = fetch_record(statement, kind, &row, list + i * kind->size);
		if (r)
			return r == V_NOT_FOUND ? SQL_GONE : r;
	}
	*records = list;
	*count = found;
	return 0;
}

/* The first column, which is the uuid or name of most; "?" if that itself is damaged. */
static void
first_column(const struct record_kind *kind, const void *record, char key[NAME_SIZE])
{
	const struct field *f = &kind->fields[0];
	const char *member = (const char *)record + f->offset;

	if (f->type == FIELD_UUID && f->size == sizeof(struct uuid))
		uuid_text(key, (const struct uuid *)(const void *)member);
	else if (f->type != FIELD_TEXT || memchr(member, '\0', f->size) == NULL ||
	    text_copy(key, NAME_SIZE, member))
		text_copy(key, NAME_SIZE, "?");
}

static int
read_rows(MYSQL_STMT *statement, const struct record_kind *kind, uint64_t *count,
    int (*damaged)(void *arg, const char *key), void *arg)
{
	union any_record record;
	char key[NAME_SIZE];
	struct sql_row row;
	int r;

	for (*count = 0;; ++*count) {
		memset(&record, 0, sizeof record);
		r = fetch_record(statement, kind, &row, &record);
		if (r == -EBADMSG) {
			first_column(kind, &record, key);
			r = damaged(arg, key);
		}
		if (r)
			return r == V_NOT_FOUND ? 0 : r;
	}
}

int
sql_read_table(struct sql *db, enum sql_table table, uint64_t *count,
    int (*damaged)(void *arg, const char *key), void *arg)
{
	GUARD(statement_close) MYSQL_STMT *statement = mysql_stmt_init(db->conn);
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;
	const char *string;
	size_t len;
	int r;

	*count = 0;
	if (!sql_tables[table].kind)
		return 0;
	text_init(&text, &mem);
	sql_table_put(&text, table);
	r = text_done(&text, &string, &len);
	if (r || !statement)
		return -ENOMEM;
	if (mysql_stmt_prepare(statement, string, len) || mysql_stmt_execute(statement))
		return statement_fault(statement, string);
	return read_rows(statement, sql_tables[table].kind, count, damaged, arg);
}
