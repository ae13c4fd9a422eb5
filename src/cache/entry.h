// SPDX-License-Identifier: ISC
/*
 * cache/entry.h - the entries of one table of a cache, only for cache.c.
 *
 * A table is two databases.  "NAME 2": name of an entry -> checksum (8) over all of
 * them, time of its expiry (8, big endian), bytes.  "NAME 2 ends": the same time and name
 * -> nothing, in the order in which entries expire.  An entry whose checksum is wrong is
 * treated as absent.
 */
#ifndef CACHE_ENTRY_H
#define CACHE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mdb_call.h"

#define ENTRY_NAME_MAX 200
#define ENTRY_TIME_LEN 8		/* of the expiry, before the bytes */

struct table {
	MDB_dbi entry, ending;
	size_t limit;			/* entries; 0: none */
};

/* A transaction and its table: GUARD(access_end) struct access at = { 0 }. */
struct access {
	struct mdb *mdb;
	MDB_txn *txn;
	const struct table *table;
	bool full;			/* the disk is: what is added takes the place of others */
};

void access_end(struct access *at);

/*
 * The entry, expired or not; val, its time and bytes, belongs to LMDB until the transaction
 * ends.  V_NOT_FOUND.
 */
int entry_find(const struct access *at, const char *name, MDB_val *val);

/* As entry_find, for the next entry of a walk; name is empty if it is damaged. */
int entry_next(const struct access *at, MDB_cursor *cursor, char name[ENTRY_NAME_MAX + 1],
    MDB_val *val);
int64_t entry_ends_ms(const MDB_val *val);
const void *entry_bytes(const MDB_val *val);
size_t entry_len(const MDB_val *val);

/* Writes the entry, replacing an older one; a full table drops what expires first. */
int entry_put(const struct access *at, const char *name, const void *bytes, size_t len,
    int64_t ends_ms);

/* Dropping an absent entry is not a fault. */
int entry_remove(const struct access *at, const char *name);

/* Removes a few entries that expired at or before now_ms. */
int entry_sweep(const struct access *at, int64_t now_ms);

#endif
