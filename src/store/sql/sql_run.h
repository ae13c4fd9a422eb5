// SPDX-License-Identifier: ISC
/*
 * store/sql/sql_run.h - runs statements and transactions, once.
 *
 * Results may be those of sql_link.h.
 */
#ifndef STORE_SQL_SQL_RUN_H
#define STORE_SQL_SQL_RUN_H

#include "base/guard.h"
#include "store/sql/sql_bind.h"
#include "store/sql/sql_link.h"

/*
 * GUARD(sql_txn_drop) struct sql_txn tx = { 0 }: undone unless committed.  Statements in
 * between have the result SQL_AGAIN where the server ended it.
 */
struct sql_txn {
	struct sql *db;			/* NULL: not begun, or over */
};

int sql_txn_begin(struct sql *db, struct sql_txn *tx);
int sql_txn_commit(struct sql_txn *tx);
void sql_txn_drop(struct sql_txn *tx);

/* A statement that changes rows; how many it found, unless rows is NULL. */
int sql_change(struct sql *db, enum sql_statement what, struct sql_args *args, uint64_t *rows);

/* The first row, as a record of the statement's kind.  V_NOT_FOUND.  -EBADMSG. */
int sql_record(struct sql *db, enum sql_statement what, struct sql_args *args, void *record);

/*
 * The first row, as records of several kinds, whose values are undefined after another result
 * than 0.  All but the first may be absent.  V_NOT_FOUND.  -EBADMSG.
 */
struct sql_part {
	const struct record_kind *kind;
	void *record;
	bool absent;
};

int sql_joined(struct sql *db, enum sql_statement what, struct sql_args *args,
    struct sql_part *parts, size_t count);

/*
 * Reads all of a table, without keeping it: how many records there are.  Calls damaged for
 * those that this program cannot have written, with the column by which one can be found.
 */
int sql_read_table(struct sql *db, enum sql_table table, uint64_t *count,
    int (*damaged)(void *arg, const char *key), void *arg);

/* The same as sql_record, for a statement with one column, a number. */
int sql_number(struct sql *db, enum sql_statement what, struct sql_args *args, int64_t *number);

/* All rows, as an array in mem. */
int sql_list(struct sql *db, enum sql_statement what, struct sql_args *args, struct arena *mem,
    void **records, size_t *count);

#endif
