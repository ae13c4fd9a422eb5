// SPDX-License-Identifier: ISC
/* store/sql/sql_settle.h - what became of a commit whose answer was lost. */
#ifndef STORE_SQL_SQL_SETTLE_H
#define STORE_SQL_SQL_SETTLE_H

#include "store/sql/sql_link.h"

/*
 * An operation whose commit had no answer, and would have had the result lost, was made
 * again, with r and again.  0 if it was done by either, and again is then what its caller
 * gets; else r.
 */
int sql_settle(struct sql *db, const struct op *op, const struct op_result *lost, int r,
    struct op_result *again);

#endif
