// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb.h - the store in LMDB, as store/store_kinds.c sees it.
 *
 * From the top: lmdb.c opens, lmdb_upgrade.c upgrades an older file;
 * lmdb_submit.c applies operations by the rows of lmdb_meta.c, lmdb_user.c,
 * lmdb_account.c, lmdb_token.c and lmdb_webitel.c, which read as well, with
 * lmdb_read.c; lmdb_room.c has the room for it, lmdb_env.c the environment,
 * lmdb_place.c carries records through codec.c, lmdb_txn.c begins and commits.
 * lmdb_commit.c notices if a former state comes back.
 * lmdb_check.c walks over all records and lets lmdb_judge.c judge them; lmdb_copy.c
 * copies, and lmdb_restore.c puts a copy in the place of a store.
 */
#ifndef STORE_LMDB_LMDB_H
#define STORE_LMDB_LMDB_H

#include <stdint.h>

#include "store/store_where.h"

struct meta;
struct store;
struct store_check;
struct store_restore;

/* As store_open and store_upgrade. */
int lmdb_open(struct store **st, const struct store_where *where, enum store_how how);
int lmdb_upgrade(const struct store_where *where, const char *backup, uint64_t *from);

/* As store_check_copy. */
int lmdb_check_copy(const struct store_where *where, const char *path,
    struct store_check *check, struct meta *meta);

/* As store_restore, store_compact and store_mend. */
int lmdb_restore(const struct store_where *where, struct store_restore *how);
int lmdb_compact(const struct store_where *where, struct store_restore *how);
int lmdb_mend(const struct store_where *where, struct store_restore *how);

#endif
