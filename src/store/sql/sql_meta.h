// SPDX-License-Identifier: ISC
/* store/sql/sql_meta.h - the store itself. */
#ifndef STORE_SQL_SQL_META_H
#define STORE_SQL_SQL_META_H

#include "store/sql/sql_link.h"

sql_apply sql_init;

/* As in store/backend.h. */
int sql_meta_get(struct store *st, struct meta *meta);
int sql_counts(struct store *st, struct store_counts *counts);

#endif
