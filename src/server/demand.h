// SPDX-License-Identifier: ISC
/*
 * server/demand.h - how many workers there should be; pure arithmetic.
 *
 * While fewer than spare workers are free, 1, 2, 4, 8 … more are wanted.
 * Workers that were not needed for idle_ms are no longer wanted, down to
 * base.  The caller gives the time and counts the workers.
 */
#ifndef SERVER_DEMAND_H
#define SERVER_DEMAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/scoreboard.h"

/* The workers at one moment. */
struct census {
	size_t free;			/* idle, or only just busy */
	size_t coming;			/* started, but not ready yet */
	size_t failing;			/* exited soon after their start; to be restarted */
};

struct demand {
	/* given */
	size_t base, max, spare;
	int64_t idle_ms;

	/* its own */
	size_t want;			/* how many workers there should be */
	size_t step;			/* how many more the next shortage asks for */
	int64_t short_ms;		/* time of the last shortage */
	size_t low, low_before;		/* fewest free in this half, and the previous */
	int64_t half_ms;		/* when this half began */
};

/* Counts a worker by its cell at now_ms. */
void census_add(struct census *census, const struct scoreboard_cell *cell, int64_t now_ms);

/* Starts with want workers, or as near as base and max permit. */
void demand_begin(struct demand *d, size_t want, int64_t now_ms);

/* Updates d->want by the workers counted at now_ms, and returns it. */
size_t demand_update(struct demand *d, const struct census *census, int64_t now_ms);

/* When to call demand_update again at the latest, if there are surplus workers. */
int64_t demand_due(const struct demand *d);

#endif
