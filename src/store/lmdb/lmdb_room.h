// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_room.h - the space that writes may use.
 *
 * LMDB changes no page in place, so deleting needs space as well.  A reserve is
 * kept for operations that take something away (op_traits):
 *
 *	- the map: others stay within max_bytes, those may go a little beyond;
 *	- the disk: blocks after the last page are allocated in advance, and other
 *	  writes that would need them are refused.
 */
#ifndef STORE_LMDB_LMDB_ROOM_H
#define STORE_LMDB_LMDB_ROOM_H

#include "store/lmdb/lmdb_txn.h"

/* Up to the last page in the file, including freed pages. */
int room_used(struct lmdb *db, size_t *bytes);

/* Without freed pages, as tx sees it, and without the two pages that LMDB has for itself. */
int room_within(struct txn *tx, size_t *bytes);

/* Logs, once, why a call below had the result r; passes it on. */
int room_report(struct lmdb *db, int r);

/* After MDB_MAP_FULL: a larger map.  -ENOSPC when it has the permitted size already. */
int room_grow(struct lmdb *db);

/*
 * After an attempt with the result *r: is another to be made, in a map that has become
 * larger?  If it cannot, *r says why, and it is reported.
 */
bool room_again(struct lmdb *db, int *r);

/*
 * Before and after what a write within tx does, unless it may use the reserve:
 * -ENOSPC if it would.
 */
int room_keep(struct txn *tx);
int room_check(struct txn *tx);

/* As room_keep, in a transaction of its own if need be; a full disk is not a fault. */
int room_prepare(struct lmdb *db);

/* Opens the reserve of the map to this process until room_leave. */
int room_enter(struct lmdb *db);
void room_leave(struct lmdb *db);

#endif
