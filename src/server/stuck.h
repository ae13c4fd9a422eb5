// SPDX-License-Identifier: ISC
/*
 * server/stuck.h - which worker does not go on, so that its end would help.
 *
 * A worker that is busy with one request far beyond its deadline, or idle without the sign
 * of life that it gives once in a deadline, is stuck: it was stopped, or waits for
 * something that fails to come.  Others may wait for it.
 *
 * One that waits for a lock is not stuck but held up.  If a worker holds the lock, that one
 * is found; if none does, another process such as doorwardctl does, and a worker's end
 * would change nothing.
 */
#ifndef SERVER_STUCK_H
#define SERVER_STUCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/scoreboard.h"

struct stuck {
	int64_t beat_ms;		/* how often an idle worker gives a sign of life */
	int64_t now_ms;

	/* who has been stuck for longest, for how long, and what it does */
	pid_t pid;			/* 0: none is */
	int64_t for_ms;
	const char *doing;
	size_t held_up;			/* workers that have waited as long for a lock */

	int64_t looked_ms, looking_ms;	/* when the master looked last, and since when it has */
	int64_t killed_ms, said_ms;	/* a worker; that workers are held up */
};

/* Begins to look at all workers.  False: there is no telling now. */
bool stuck_begin(struct stuck *stuck, int64_t now_ms);

/* Looks at one worker more. */
void stuck_look(struct stuck *stuck, const struct scoreboard_cell *cell);

/* Kills the one that was found, and says so in the log. */
void stuck_end(struct stuck *stuck);

#endif
