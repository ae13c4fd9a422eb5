// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_turn.h - the turn to write, of the processes that share commits
 * (lmdb_share.h).
 *
 * Only the process that has it waits for LMDB's lock and for the disk, where nothing can
 * interrupt it.  It is a lock on their file, so the turn of a process that was killed is over.
 */
#ifndef STORE_LMDB_LMDB_TURN_H
#define STORE_LMDB_LMDB_TURN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* After so long those that wait look whether the one whose turn it is has died. */
#define TURN_LOOK_US	20000

struct turn {
	int fd;				/* of the file, on which this process has its own locks */
	off_t at;			/* the byte to lock */
	atomic_uint *round;		/* in the file, a futex: changes after each turn */
	bool taken;			/* by this process */
};

/* Without waiting.  False: it is another's. */
bool turn_take(struct turn *turn);
void turn_leave(struct turn *turn);

/*
 * For a transaction: waits for the turn, unless this process has it; NULL: there are no
 * others.  *entered: it has it now, until turn_leave.  -EAGAIN, logged: it came too late.
 */
int turn_enter(struct turn *turn, bool *entered);

/* Sleeps until a turn after that round has ended, limit_us at most. */
void turn_sleep(const struct turn *turn, unsigned round, int64_t limit_us);

/* How long this process has waited, and since when no turn has ended meanwhile. */
struct turn_wait {
	int64_t began_us, moved_us;
	unsigned round;
};

struct turn_wait turn_wait_begin(const struct turn *turn);

/*
 * Must it wait no longer?  With store/backend.h's limits: the shorter one if no turn has
 * ended for so long, and more than half of the workers wait.
 */
bool turn_is_late(const struct turn *turn, struct turn_wait *wait);

#endif
