// SPDX-License-Identifier: ISC
/* store/sql/sql_meta.h - the store itself. */
#ifndef STORE_SQL_SQL_META_H
#define STORE_SQL_SQL_META_H

#include "store/sql/sql_link.h"
#include "store/store_care.h"

sql_apply sql_init;

/* As in store/backend.h. */
int sql_meta_get(struct store *st, struct meta *meta);
int sql_counts(struct store *st, struct store_counts *counts);
int sql_copy_bytes(struct store *st, uint64_t *bytes);
int sql_forget(struct store *st);
int sql_state(struct store *st, int64_t now_ms, struct store_state *state);

/*
 * Within a transaction that writes what programs of an older schema would not heed, or could
 * not read: limits of tokens, rotations, and keys for others.  From then on they refuse to
 * open the store.
 */
#define READER_LIMITS 4
int sql_reader_raise(struct sql *db);

#endif
