// SPDX-License-Identifier: ISC
/* store/sql/sql_key.h - keys, and how often they have changed. */
#ifndef STORE_SQL_SQL_KEY_H
#define STORE_SQL_SQL_KEY_H

#include "store/sql/sql_link.h"

sql_apply sql_key_add, sql_key_set, sql_key_drop;

/*
 * V_CHANGED: the keys are no longer those with which the operation was made.  They do
 * not change until the transaction ends, unless another node of a cluster changes them
 * at this moment.
 */
int sql_keys_check(struct sql *db, const struct op *op);

/*
 * Did another node do so?  After the transaction: this node has committed whatever was
 * ordered before it.  V_CHANGED.
 */
int sql_keys_check_again(struct sql *db, const struct op *op);

/* After an operation with the result r, which may have changed keys, or found that others did. */
void sql_key_forget(struct sql *db, const struct op *op, int r);

/* As in store/backend.h. */
int sql_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count);
int sql_key_changes(struct store *st, uint64_t *changes);

#endif
