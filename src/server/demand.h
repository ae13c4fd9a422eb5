// SPDX-License-Identifier: ISC
/*
 * server/demand.h - how many workers there should be: arithmetic alone.
 *
 * While fewer than spare workers are free, 1, 2, 4, 8 … more are wanted.
 * Workers that were never needed over idle_ms are not wanted any more, down to
 * base.  The caller gives the time and counts the workers.
 */
#ifndef SERVER_DEMAND_H
#define SERVER_DEMAND_H

#include <stddef.h>
#include <stdint.h>

/* The workers at one moment. */
struct census {
	size_t free;			/* idle, or busy for so short that they soon are */
	size_t coming;			/* started, but not ready yet */
	size_t failing;			/* fell soon after their start, and wait for the next */
};

struct demand {
	/* given */
	size_t base, max, spare;
	int64_t idle_ms;

	/* its own */
	size_t want;			/* how many workers there should be */
	size_t step;			/* how many more the next shortage asks for */
	int64_t short_ms;		/* when there was a shortage last */
	size_t low, low_before;		/* fewest free in this half of idle_ms, and the former */
	int64_t half_ms;		/* when this half began */
};

/* Begins with want workers, or as near as base and max permit. */
void demand_begin(struct demand *d, size_t want, int64_t now_ms);

/* What is wanted now, by the workers counted at now_ms; d->want. */
size_t demand_update(struct demand *d, const struct census *census, int64_t now_ms);

/* When demand_update is to be called again at the latest, if workers are in surplus. */
int64_t demand_due(const struct demand *d);

#endif
