// SPDX-License-Identifier: ISC
/* server/stuck.c - which worker does not go on, so that its end would help. */
#include "server/stuck.h"

#include <signal.h>

#include "base/log.h"
#include "base/process.h"

/* So many times the deadline of a request a worker waits for what fails to come. */
#define STUCK_TIMES	5

/* Others may have waited for the one that was killed. */
#define PAUSE_MS	5000

#define SAY_MS		60000

static const char *const doings[STATES] = {
	[STATE_STARTING] = "starting",
	[STATE_IDLE] = "idle without a sign of life",
	[STATE_READING] = "reading a request",
	[STATE_SERVING] = "serving a request",
	[STATE_STORING] = "writing to the database",
	[STATE_WRITING] = "writing an answer",
};

/* In a shared commit the one that holds the lock writes for the others. */
static bool
is_held_up(const struct scoreboard_cell *cell)
{
	return cell->lock == LOCK_AWAITED ||
	    (cell->state == STATE_STORING && cell->lock != LOCK_HELD);
}

/*
 * The master itself may have been stopped together with its workers: then their signs of
 * life are old, until they have had the time to give a new one.
 */
bool
stuck_begin(struct stuck *stuck, int64_t now_ms)
{
	if (now_ms - stuck->looked_ms > 2 * stuck->beat_ms)
		stuck->looking_ms = now_ms;
	stuck->looked_ms = stuck->now_ms = now_ms;
	stuck->pid = 0;
	stuck->held_up = 0;
	return now_ms - stuck->looking_ms >= 2 * stuck->beat_ms;
}

void
stuck_look(struct stuck *stuck, const struct scoreboard_cell *cell)
{
	const int64_t since_ms = cell->state == STATE_IDLE ? cell->alive_ms : cell->since_ms;
	const int64_t for_ms = stuck->now_ms - since_ms;

	if (for_ms < STUCK_TIMES * stuck->beat_ms || (unsigned)cell->state >= STATES ||
	    !doings[cell->state])
		return;
	if (is_held_up(cell) && !process_is_stopped(cell->pid)) {
		stuck->held_up++;
		return;
	}
	if (stuck->pid && stuck->for_ms >= for_ms)
		return;
	stuck->pid = cell->pid;
	stuck->for_ms = for_ms;
	stuck->doing = doings[cell->state];
}

static void
say_held_up(struct stuck *stuck)
{
	if (!stuck->held_up || (stuck->said_ms && stuck->now_ms - stuck->said_ms < SAY_MS))
		return;
	stuck->said_ms = stuck->now_ms;
	log_error("%zu workers wait to write, and no worker holds the lock: another process "
	    "does, such as a doorwardctl that was stopped", stuck->held_up);
}

void
stuck_end(struct stuck *stuck)
{
	if (!stuck->pid) {
		say_held_up(stuck);
		return;
	}
	if (stuck->killed_ms && stuck->now_ms - stuck->killed_ms < PAUSE_MS)
		return;
	stuck->killed_ms = stuck->now_ms;
	log_error("worker %d has been %s for %lld s and is killed", (int)stuck->pid, stuck->doing,
	    (long long)stuck->for_ms / 1000);
	kill(stuck->pid, SIGKILL);
}
