// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_share.h - commits that several processes share.
 *
 * A commit flushes the disk twice, whatever is in it.  So each worker has a slot in a
 * file that all of them map, leaves its operation there, and waits.  One of those that
 * wait becomes the combiner: it applies all operations that are there in one
 * transaction, commits it, and each process takes the result out of its slot.
 * LMDB's own lock still orders all writes, and a process without a slot, such as
 * doorwardctl, commits alone.
 *
 * What holds at any moment, and so after kill -9 of anybody:
 *
 *   - The combiner holds a lock on the file, and each process one on its slot.  The
 *     kernel drops them with the process.
 *   - The combiner moves a slot on from SLOT_WAITING only while it holds its lock, and
 *     before it reads the operation.  SLOT_DONE is set after the commit, never before.
 *   - Between the two the slots of a batch are SLOT_APPLIED and have its number, which
 *     the transaction writes to the database as the last of its layout.  A combiner
 *     that finds such slots came after one that died: if the database has their number,
 *     they are done; if not, nothing of them was written, and they wait again.
 *   - An operation that fails undoes its batch, and is left to its process, which
 *     applies it alone; the others are applied again without it.
 *
 * A lock or a disk that hangs must not hold all workers.  Of those that share commits only the
 * combiner, or one that writes alone, waits for LMDB's lock and for the disk: it has the
 * turn.  The others wait for the turn or in their slots, and leave after a while: a slot
 * that waits is freed by its process, and what has been applied may be done or not.
 *
 * The operation of a process that died before it was applied is forgotten: its client was
 * not answered, and others may have been answered about later ones.
 */
#ifndef STORE_LMDB_LMDB_SHARE_H
#define STORE_LMDB_LMDB_SHARE_H

#include "store/lmdb/lmdb_place.h"

struct share;

/*
 * Takes a slot beside the database for this process.  *share is NULL, with a line in
 * the log, if there is none; then each write is a commit of its own.
 */
void share_open(struct share **share, struct lmdb *db);

/* The same beside programs of that layout (lmdb_board.h).  -errno, logged. */
int share_open_as(struct share **share, struct lmdb *db, uint64_t layout);
void share_close(struct share **share);

/* How a batch applies an operation, and how the process applies its own alone. */
struct share_calls {
	lmdb_apply *apply;
	int (*alone)(struct lmdb *db, const struct op *op, struct op_result *result);
};

/*
 * The result of the operation, which is committed with those of other processes.  -EAGAIN,
 * logged: that took too long, and it may be done or not.
 */
int share_submit(struct share *share, const struct share_calls *calls, const struct op *op,
    struct op_result *result);

#endif
