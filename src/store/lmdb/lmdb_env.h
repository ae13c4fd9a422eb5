// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_env.h - the LMDB environment: place, files, databases, growth. */
#ifndef STORE_LMDB_LMDB_ENV_H
#define STORE_LMDB_LMDB_ENV_H

#include "store/lmdb/lmdb_txn.h"
#include "store/store_where.h"

/* The name of a network file system by its number in statfs(2), or NULL. */
const char *lmdb_network_name(uint64_t type);

/* Opens the environment, of any schema; closes it (for GUARD). */
int lmdb_env_open(struct lmdb **db, const struct store_where *where, enum store_how how);
void lmdb_drop(struct lmdb **db);

/*
 * Opens a single file to be read, which no process writes to, of any schema; databases
 * that it does not have are 0 in dbi.  any_state: it may have fallen back to a former state.
 */
int lmdb_file_open(struct lmdb **db, const struct store_where *where, const char *path,
    bool any_state);

/* Its schema and id.  V_NOT_FOUND: not initialized; -EPROTO: newer than this program. */
int lmdb_schema(struct lmdb *db, struct meta *meta);

/* All databases.  V_NOT_FOUND: one that was added after 0.1 is missing. */
int lmdb_tables_open(struct txn *tx, bool create);

#endif
