// SPDX-License-Identifier: ISC
/* store/sql/sql_submit.h - every write. */
#ifndef STORE_SQL_SQL_SUBMIT_H
#define STORE_SQL_SQL_SUBMIT_H

#include "store/sql/sql_link.h"

/* As in store/backend.h. */
int sql_submit(struct store *st, const struct op *op, struct op_result *result);
int sql_submit_all(struct store *st, const struct op *ops, size_t count);
int sql_submit_some(struct store *st, const struct op *ops, size_t count, size_t *done,
    uint64_t *dropped);

#endif
