// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_walk.h - from key to key. */
#ifndef STORE_LMDB_LMDB_WALK_H
#define STORE_LMDB_LMDB_WALK_H

#include "store/lmdb/lmdb_place.h"

/* Moves at to the next key of its database; len 0 is before the first.  V_NOT_FOUND. */
int walk_next(struct txn *tx, struct place *at);

/*
 * The keys before a place and at or behind it; len 0: there is none.  -EBADMSG, logged:
 * one of their records is damaged.
 */
int walk_around(struct txn *tx, const struct place *at, struct place *before,
    struct place *behind);

/* How many records have keys that begin with prefix, up to most; none is read. */
int walk_count(struct txn *tx, const struct place *prefix, uint64_t most, uint64_t *count);

/* How LMDB orders two keys of a database. */
int walk_compare(const struct place *a, const struct place *b);

#endif
