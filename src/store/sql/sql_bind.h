// SPDX-License-Identifier: ISC
/* store/sql/sql_bind.h - the parameters of a statement, and the rows of its result. */
#ifndef STORE_SQL_SQL_BIND_H
#define STORE_SQL_SQL_BIND_H

#include <mysql.h>
#include <stdbool.h>

#include "base/text.h"
#include "store/record.h"

#define SQL_BINDS 64

/* The values, in their order; what they point to must last until the statement ran. */
struct sql_args {
	MYSQL_BIND bind[SQL_BINDS];
	int64_t number[SQL_BINDS];
	unsigned count;
};

/* Each adds to args, which begins with count 0. */
void sql_arg_bytes(struct sql_args *args, const void *bytes, size_t len);
void sql_arg_uuid(struct sql_args *args, const struct uuid *id);
void sql_arg_text(struct sql_args *args, const char *text);
void sql_arg_number(struct sql_args *args, int64_t number);
void sql_arg_record(struct sql_args *args, const struct record_kind *kind, const void *record);

/* The i-th value as a statement writes it.  -ENOMEM. */
int sql_arg_put(const struct sql_args *args, unsigned i, struct arena *mem, struct text *out);

/* The buffers of a row, for a record. */
struct sql_row {
	MYSQL_BIND bind[SQL_BINDS];
	unsigned long len[SQL_BINDS];
	my_bool is_null[SQL_BINDS], is_short[SQL_BINDS];
	int64_t number[SQL_BINDS];
	unsigned count;
};

/*
 * Where a fetch is to put the fields of record, from the column first on, or its only
 * column, a number; then, whether the fields are what was written.
 */
void sql_row_bind(struct sql_row *row, unsigned first, const struct record_kind *kind,
    void *record);
void sql_row_bind_number(struct sql_row *row);
bool sql_row_take(const struct sql_row *row, unsigned first, const struct record_kind *kind,
    void *record);

/* Puts there what a row has as text. */
void sql_row_fill(struct sql_row *row, MYSQL_ROW values, const unsigned long *lengths);

#endif
