// SPDX-License-Identifier: ISC
/* store/sql/sql_sweep.h - removing tokens that expired some time ago. */
#ifndef STORE_SQL_SQL_SWEEP_H
#define STORE_SQL_SQL_SWEEP_H

#include "store/sql/sql_link.h"

/*
 * Drops a batch, unless this process or another one, on whatever machine, did so a moment
 * ago.  A write that was made does not fail because of it.
 */
void sql_sweep(struct sql *db, int64_t now_ms);

/*
 * In a transaction: drops at most limit tokens that had expired by until_ms.  An ended login
 * is kept for longer after the clock jumped (store/change.h).
 */
int sql_prune(struct sql *db, int64_t limit, int64_t until_ms, uint64_t *dropped);

#endif
