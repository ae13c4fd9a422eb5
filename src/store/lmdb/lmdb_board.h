// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_board.h - the file in which processes leave operations for a common
 * commit (lmdb_share.h), and the mark of its batches in the database.
 *
 * A slot is plain memory, so only programs that agree on every byte of it can share a
 * file.  Its name says how it is laid out: during a reload to another program, both
 * have files of their own, and LMDB's lock orders their commits.  Each layout has its
 * own mark in the database as well.
 */
#ifndef STORE_LMDB_LMDB_BOARD_H
#define STORE_LMDB_LMDB_BOARD_H

#include <stdalign.h>
#include <stdatomic.h>

#include "base/shared.h"
#include "store/lmdb/lmdb_place.h"
#include "store/lmdb/lmdb_turn.h"

#define SLOTS		256
#define COMBINER	SLOTS		/* the byte of the file that the combiner locks */
#define BEHIND		(SLOTS + 1)	/* locked only with all of it */

enum slot_state {
	SLOT_FREE,
	SLOT_WAITING,
	SLOT_APPLIED,
	SLOT_DONE,
	SLOT_ALONE,
	SLOT_LEFT,			/* it was SLOT_APPLIED, but its process waits no longer */
	SLOT_STATES
};

/* State comes last: a file that is cut off does not lose the others without it. */
struct slot {
	alignas(64) struct op op;
	struct op_result result;
	uint64_t batch;			/* with SLOT_APPLIED and SLOT_LEFT */
	atomic_int state;		/* enum slot_state */
};

struct board {
	alignas(64) atomic_uint round;	/* of the turn */
	alignas(64) atomic_uint high;	/* no slot from here on was ever used */
	atomic_uint crowd;		/* processes that wrote or waited at the last commit */
	atomic_uint commit_us;		/* how long it took */
	struct slot slots[SLOTS];
};

struct share {
	struct lmdb *db;
	uint64_t layout;
	struct shared file;
	struct board *board;
	struct slot *own;
	struct turn turn;		/* of the combiner, or of one that writes alone */
	bool left;			/* the own slot is not free yet */
	int unknown;			/* why the result of the own operation is not known */
};

/* Differs from that of a program that lays out slots, operations or records otherwise. */
uint64_t board_layout(void);

/*
 * Opens the file of share->layout in data_dir, takes a slot, and removes the files of other
 * layouts that no process has a slot of.  -EAGAIN: all slots are taken.
 */
int board_open(struct share *share, const char *data_dir);

/* Removes all such files from a data_dir that no process has open. */
int board_forget(const char *data_dir);

/* The number of the last batch of that layout; 0: none. */
int batch_read(struct txn *tx, uint64_t layout, uint64_t *number);
int batch_write(struct txn *tx, uint64_t layout, uint64_t number);

/* Is it the place of these numbers, which is not a record? */
bool batch_owns(const struct place *at);

#endif
