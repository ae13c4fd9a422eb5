// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_read.h - reads: each is a transaction, and returns a copy. */
#ifndef STORE_LMDB_LMDB_READ_H
#define STORE_LMDB_LMDB_READ_H

#include "base/arena.h"
#include "store/lmdb/lmdb_place.h"

/*
 * The record at a place.  V_NOT_FOUND; -EBADMSG, logged, if a damaged record beside the place
 * may have been it.
 */
int lmdb_read_one(struct store *st, const struct place *at, void *record);

/* The record of table whose id is stored at from.  V_NOT_FOUND: nothing is. */
int lmdb_read_linked(struct store *st, const struct place *from, enum table table,
    void *record);

/*
 * V_NOT_FOUND, after nothing was found at.  A key that was damaged is still between those
 * where it is searched for, and the checksum of its record is over the key: if a neighbour
 * is damaged, or not on its side, it may be what was wanted, and that is -EBADMSG, logged.
 */
int lmdb_absent(struct txn *tx, const struct place *at);

/* Moves at to the next key that begins with prefix.  V_NOT_FOUND after the last. */
int lmdb_next_within(struct txn *tx, struct place *at, const struct place *prefix);

/* At most limit records of size bytes after at whose keys begin with prefix, in order. */
int lmdb_read_list(struct store *st, struct arena *mem, struct place at, const struct place *prefix,
    size_t limit, size_t size, void **records, size_t *count);

/* The beginning of a database, or the place of an id in it. */
struct place lmdb_after(enum table table, const struct uuid *after);

#endif
