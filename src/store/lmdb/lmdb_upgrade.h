// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_upgrade.h - a store of an older schema, brought to this program's. */
#ifndef STORE_LMDB_LMDB_UPGRADE_H
#define STORE_LMDB_LMDB_UPGRADE_H

#include "store/lmdb/lmdb_txn.h"

/* In one transaction.  Nothing else may have it open. */
int lmdb_migrate(struct lmdb *db);

#endif
