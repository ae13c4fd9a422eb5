// SPDX-License-Identifier: ISC
/* store/sql/sql_machine.h - which machines use the database. */
#ifndef STORE_SQL_SQL_MACHINE_H
#define STORE_SQL_SQL_MACHINE_H

#include "store/sql/sql_link.h"

/* As in store/backend.h. */
void sql_machine_note(struct store *st, const struct machine *machine, int64_t drop_before_ms);
int sql_machines(struct store *st, struct arena *mem, struct machine **machines,
    size_t *count);

#endif
