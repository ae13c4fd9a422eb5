// SPDX-License-Identifier: ISC
/*
 * store/sql/sql_schema.c - the tables, made from the fields of records.
 *
 * Statements name their columns, and each column has a default, so that a program goes
 * on while a newer one adds columns and tables: machines are upgraded one by one.  The
 * row "reader" of meta has the oldest schema whose programs can do so, which the first
 * write that they would not heed raises (sql_reader_raise).
 */
#include "store/sql/sql_schema.h"

#include <errno.h>

#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "store/sql/sql_meta.h"
#include "store/sql/sql_try.h"

static void
put_column(struct text *out, const struct field *f)
{
	text_printf(out, "`%s` ", f->name);
	switch (f->type) {
	case FIELD_TIME:
	case FIELD_NUMBER:
		text_puts(out, "BIGINT NOT NULL DEFAULT 0");
		break;
	case FIELD_BOOL:
		text_puts(out, "TINYINT NOT NULL DEFAULT 0");
		break;
	case FIELD_TEXT:
		text_printf(out, "VARBINARY(%zu) NOT NULL DEFAULT ''", f->size - 1);
		break;
	default:
		text_printf(out, "BINARY(%zu) NOT NULL DEFAULT ''", f->size);
		break;
	}
}

/* Runs what has been put in text. */
static int
run(struct sql *db, struct text *text)
{
	const char *string;
	size_t len;
	int r;

	r = text_done(text, &string, &len);
	return r ? r : sql_command(db, string);
}

static int
make_table(struct sql *db, const struct sql_table_row *table)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;

	text_init(&text, &mem);
	text_printf(&text, "CREATE TABLE IF NOT EXISTS `%s` (", table->name);
	for (size_t i = 0; table->kind && i < table->kind->count; i++) {
		put_column(&text, &table->kind->fields[i]);
		text_puts(&text, ", ");
	}
	text_printf(&text, "%s) ENGINE = InnoDB ROW_FORMAT = DYNAMIC", table->own);
	return run(db, &text);
}

/* Those that an older program made lack the fields that came later. */
static int
add_columns(struct sql *db, const struct sql_table_row *table)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;

	if (!table->kind)
		return 0;
	text_init(&text, &mem);
	text_printf(&text, "ALTER TABLE `%s`", table->name);
	for (size_t i = 0; i < table->kind->count; i++) {
		text_puts(&text, i ? ", ADD COLUMN IF NOT EXISTS " : " ADD COLUMN IF NOT EXISTS ");
		put_column(&text, &table->kind->fields[i]);
	}
	return run(db, &text);
}

static int
make_rows(struct sql *db)
{
	static const char *const rows[] = { "keys", "sweep", "reader" };
	GUARD(arena_free) struct arena mem = { 0 };
	const char *text;
	int r = 0;

	for (size_t i = 0; i < NELEM(rows) && !r; i++) {
		text = arena_printf(&mem, "INSERT IGNORE INTO `meta` (`row`, `schema`) "
		    "VALUES ('%s', %d)", rows[i], STORE_SCHEMA);
		r = text ? sql_command(db, text) : -ENOMEM;
	}
	return r;
}

int
sql_schema_make(struct sql *db)
{
	int r;

	r = sql_link_use(db);
	for (enum sql_table i = 0; i < SQL_TABLES && !r; i++)
		r = make_table(db, &sql_tables[i]);
	if (!r)
		r = make_rows(db);
	return sql_try_result(r);
}

int
sql_schema_upgrade(struct sql *db, uint64_t *from)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct meta meta;
	struct text text;
	int r;

	r = sql_meta_get(&db->base, &meta);
	if (r)
		return r;
	*from = meta.schema;
	if (meta.schema >= STORE_SCHEMA)
		return 0;
	r = sql_schema_make(db);
	for (enum sql_table i = 0; i < SQL_TABLES && !r; i++)
		r = add_columns(db, &sql_tables[i]);
	text_init(&text, &mem);
	text_printf(&text, "UPDATE `meta` SET `schema` = %d WHERE `row` = 'store'", STORE_SCHEMA);
	return sql_try_result(r ? r : run(db, &text));
}

static int
schema_of(struct sql *db, const char *row, uint64_t *schema)
{
	struct sql_args args = { .count = 0 };
	struct meta meta = { .schema = STORE_SCHEMA };
	int r;

	sql_arg_text(&args, row);
	r = sql_read_record(&db->base, META_GET, &args, &meta);
	*schema = meta.schema;
	return r == V_NOT_FOUND ? 0 : r;
}

int
sql_schema_check(struct sql *db)
{
	uint64_t schema, reader = 0;
	int r;

	r = schema_of(db, "store", &schema);
	if (!r && schema > STORE_SCHEMA)
		r = schema_of(db, "reader", &reader);
	if (r)
		return r;
	if (reader > STORE_SCHEMA)
		return log_fault(-EPROTO, "store: its schema %llu is newer than this program's %d",
		    (unsigned long long)schema, STORE_SCHEMA);
	if (schema < STORE_SCHEMA)
		return log_fault(-ESTALE, "store: its schema %llu is older than this program's %d; "
		    "let 'doorwardctl upgrade' bring it up to it", (unsigned long long)schema,
		    STORE_SCHEMA);
	return 0;
}
