// SPDX-License-Identifier: ISC
/* server/demand.c - how many workers there should be: arithmetic alone. */
#include "server/demand.h"

/* The most workers that one step asks for, and how long without need the steps stay large. */
#define STEP_MAX	32
#define EASE_MS		1000

/*
 * A worker that began its request less than BRIEF_MS ago counts as free, unless it waits
 * for the disk: what more of them write meanwhile takes no longer.
 */
#define BRIEF_MS	10

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
begin_half(struct demand *d, int64_t now_ms)
{
	d->low_before = d->low;
	d->low = SIZE_MAX;
	d->half_ms = now_ms;
}

void
census_add(struct census *census, const struct scoreboard_cell *cell, int64_t now_ms)
{
	if (cell->state == STATE_STARTING)
		census->coming++;
	else if (cell->state == STATE_IDLE ||
	    (cell->state != STATE_STORING && now_ms - cell->since_ms < BRIEF_MS))
		census->free++;
}

void
demand_begin(struct demand *d, size_t want, int64_t now_ms)
{
	d->want = want < d->base ? d->base : least(want, d->max);
	d->step = 1;
	d->short_ms = now_ms;
	d->low = 0;
	begin_half(d, now_ms);
}

/* More workers do not help if most of them die; a few that do are no reason to stop. */
static void
grow(struct demand *d, const struct census *census, int64_t now_ms)
{
	if (census->free + census->coming >= d->spare) {
		if (now_ms - d->short_ms >= EASE_MS)
			d->step = 1;
		return;
	}
	d->short_ms = now_ms;
	if (census->failing * 2 > d->want)
		return;
	d->want = least(d->want + d->step, d->max);
	d->step = least(d->step * 2, STEP_MAX);
}

/* Two halves, so that a moment of need is remembered for half of idle_ms at least. */
static void
shrink(struct demand *d, const struct census *census, int64_t now_ms)
{
	size_t unused;

	d->low = least(d->low, census->free);
	if (now_ms - d->half_ms < d->idle_ms / 2)
		return;
	unused = least(d->low, d->low_before);
	unused = unused > d->spare ? unused - d->spare : 0;
	d->want = unused < d->want - d->base ? d->want - unused : d->base;
	begin_half(d, now_ms);
}

size_t
demand_update(struct demand *d, const struct census *census, int64_t now_ms)
{
	grow(d, census, now_ms);
	shrink(d, census, now_ms);
	return d->want;
}

int64_t
demand_due(const struct demand *d)
{
	return d->want > d->base ? d->half_ms + d->idle_ms / 2 : INT64_MAX;
}
