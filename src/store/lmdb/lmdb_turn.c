// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_turn.c - the turn to write, of the processes that share commits. */
#include "store/lmdb/lmdb_turn.h"

#include <errno.h>
#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

#include "base/clock.h"
#include "base/file_lock.h"
#include "base/log.h"
#include "base/scoreboard.h"
#include "store/backend.h"

static void
wake(const struct turn *turn)
{
	atomic_fetch_add(turn->round, 1);
	syscall(SYS_futex, turn->round, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void
turn_sleep(const struct turn *turn, unsigned round, int64_t limit_us)
{
	const struct timespec limit = { .tv_nsec = limit_us * 1000 };

	syscall(SYS_futex, turn->round, FUTEX_WAIT, round, &limit, NULL, 0);
}

/* A lock that is held already would be granted again. */
bool
turn_take(struct turn *turn)
{
	turn->taken = file_lock(turn->fd, F_WRLCK, turn->at, 1) == 0;
	return turn->taken;
}

void
turn_leave(struct turn *turn)
{
	turn->taken = false;
	file_lock(turn->fd, F_UNLCK, turn->at, 1);
	wake(turn);
}

struct turn_wait
turn_wait_begin(const struct turn *turn)
{
	const int64_t now_us = clock_steady_us();

	return (struct turn_wait){ now_us, now_us, atomic_load(turn->round) };
}

bool
turn_is_late(const struct turn *turn, struct turn_wait *wait)
{
	const unsigned round = atomic_load(turn->round);
	const int64_t now_us = clock_steady_us();

	if (round != wait->round)
		wait->moved_us = now_us;
	wait->round = round;
	return now_us - wait->began_us >= STORE_WAIT_MS * 1000 ||
	    (now_us - wait->moved_us >= STORE_STALL_MS * 1000 &&
	    scoreboard_is_crowded(STATE_STORING));
}

int
turn_enter(struct turn *turn, bool *entered)
{
	struct turn_wait wait;
	unsigned round;

	*entered = false;
	if (!turn || turn->taken)
		return 0;
	wait = turn_wait_begin(turn);
	for (;;) {
		round = atomic_load(turn->round);
		*entered = turn_take(turn);
		if (*entered)
			return 0;
		if (turn_is_late(turn, &wait))
			return log_fault(-EAGAIN, "store: others write for too long");
		turn_sleep(turn, round, TURN_LOOK_US);
	}
}
