// SPDX-License-Identifier: ISC
/* store/sql/sql_run.c - runs statements and transactions on the connection. */
#include "store/sql/sql_run.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "store/sql/sql_answer.h"

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

/* The answer may be lost, and so may the node, after it decided. */
int
sql_txn_commit(struct sql_txn *tx)
{
	struct sql *db = tx->db;
	int r;

	r = sql_txn_check(db);
	if (r)
		return r;
	r = sql_command(db, "COMMIT");
	db->is_in_txn = false;
	/* what was refused must not be open still, for the next BEGIN would commit it */
	tx->db = r && r != SQL_GONE ? db : NULL;
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

int
sql_change(struct sql *db, enum sql_statement what, struct sql_args *args, uint64_t *rows)
{
	GUARD(sql_answer_drop) struct sql_answer answer = { 0 };
	int r;

	r = sql_ask(db, what, args, &answer);
	if (!r && rows)
		*rows = sql_answer_found(&answer);
	return r;
}

static int
fetch_record(struct sql_answer *answer, const struct record_kind *kind, struct sql_row *row,
    void *record)
{
	int r;

	sql_row_bind(row, 0, kind, record);
	r = sql_answer_bind(answer, row);
	if (!r)
		r = sql_answer_next(answer);
	if (!r && !sql_row_take(row, 0, kind, record))
		return log_fault(-EBADMSG, "store: damaged record of %s", kind->name);
	return r;
}

/* Takes each part of the row that was fetched. */
static int
take_parts(const struct sql_row *row, struct sql_part *parts, size_t count)
{
	unsigned first = 0;

	for (size_t i = 0; i < count; i++) {
		struct sql_part *part = &parts[i];

		part->absent = i && row->is_null[first];
		if (!part->absent && !sql_row_take(row, first, part->kind, part->record))
			return log_fault(-EBADMSG, "store: damaged record of %s",
			    part->kind->name);
		first += (unsigned)part->kind->count;
	}
	return 0;
}

int
sql_joined(struct sql *db, enum sql_statement what, struct sql_args *args,
    struct sql_part *parts, size_t count)
{
	GUARD(sql_answer_drop) struct sql_answer answer = { 0 };
	struct sql_row row;
	int r;

	r = sql_ask(db, what, args, &answer);
	if (r)
		return r;
	row.count = 0;
	for (size_t i = 0; i < count; i++)
		sql_row_bind(&row, row.count, parts[i].kind, parts[i].record);
	r = sql_answer_bind(&answer, &row);
	if (!r)
		r = sql_answer_next(&answer);
	if (!r)
		r = take_parts(&row, parts, count);
	return r ? r : sql_answer_end(&answer);
}

int
sql_record(struct sql *db, enum sql_statement what, struct sql_args *args, void *record)
{
	union any_record found;
	struct sql_part part = { .kind = sql_statement_kind(what), .record = &found };
	int r;

	r = sql_joined(db, what, args, &part, 1);
	if (!r)
		memcpy(record, &found, part.kind->size);
	return r;
}

int
sql_number(struct sql *db, enum sql_statement what, struct sql_args *args, int64_t *number)
{
	GUARD(sql_answer_drop) struct sql_answer answer = { 0 };
	struct sql_row row;
	int r;

	r = sql_ask(db, what, args, &answer);
	if (r)
		return r;
	sql_row_bind_number(&row);
	r = sql_answer_bind(&answer, &row);
	if (!r)
		r = sql_answer_next(&answer);
	if (!r)
		r = sql_answer_end(&answer);
	if (!r && row.is_short[0])
		return log_fault(-EBADMSG, "store: what should be a number is none");
	if (!r)
		*number = row.is_null[0] ? 0 : row.number[0];
	return r;
}

int
sql_list(struct sql *db, enum sql_statement what, struct sql_args *args, struct arena *mem,
    void **records, size_t *count)
{
	const struct record_kind *kind = sql_statement_kind(what);
	GUARD(sql_answer_drop) struct sql_answer answer = { 0 };
	struct sql_row row;
	size_t found;
	char *list;
	int r;

	r = sql_ask(db, what, args, &answer);
	if (!r)
		r = sql_answer_count(&answer, &found);
	if (r)
		return r;
	list = arena_alloc(mem, found * kind->size);
	if (!list)
		return log_fault(-ENOMEM, "store: a list of %zu", found);
	for (size_t i = 0; i < found; i++) {
		r = fetch_record(&answer, kind, &row, list + i * kind->size);
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
	struct sql_answer answer = { .statement = statement };
	union any_record record;
	char key[NAME_SIZE];
	struct sql_row row;
	int r;

	for (*count = 0;; ++*count) {
		memset(&record, 0, sizeof record);
		r = fetch_record(&answer, kind, &row, &record);
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
	GUARD(sql_statement_close) MYSQL_STMT *statement = NULL;
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;
	int r;

	*count = 0;
	if (!sql_tables[table].kind)
		return 0;
	text_init(&text, &mem);
	sql_table_put(&text, table);
	r = sql_prepare(db->conn, &text, &statement);
	if (r)
		return r;
	if (mysql_stmt_execute(statement))
		return sql_statement_fault(statement, "mysql_stmt_execute");
	return read_rows(statement, sql_tables[table].kind, count, damaged, arg);
}
