// SPDX-License-Identifier: ISC
/* store/sql/sql_try.h - again and elsewhere, within bounds; and reads, which are tried so. */
#ifndef STORE_SQL_SQL_TRY_H
#define STORE_SQL_SQL_TRY_H

#include "store/sql/sql_run.h"

/* Of one call: = { 0 }. */
struct sql_try {
	unsigned again;			/* how often another transaction was first */
	int64_t end_ms;			/* of the steady clock; 0: not set yet */
};

/*
 * After an attempt that had the result r: may there be another?  If not, sql_try_result
 * is what the caller returns.
 */
bool sql_try_again(struct sql *db, struct sql_try *try, int r);
int sql_try_result(int r);

/* As store_snapshot. */
int sql_snapshot(struct store *st, bool begins);

/* As sql_record, sql_joined, sql_number and sql_list, outside of transactions. */
int sql_read_record(struct store *st, enum sql_statement what, struct sql_args *args,
    void *record);
int sql_read_joined(struct store *st, enum sql_statement what, struct sql_args *args,
    struct sql_part *parts, size_t count);
int sql_read_number(struct store *st, enum sql_statement what, struct sql_args *args,
    int64_t *number);
int sql_read_list(struct store *st, enum sql_statement what, struct sql_args *args,
    struct arena *mem, void **records, size_t *count);

#endif
