// SPDX-License-Identifier: ISC
#include "server/demand.h"

#include "unit.h"

#define IDLE_MS 30000

/* base 4, at most 64, two to spare */
static struct demand
begun(size_t want)
{
	struct demand d = { .base = 4, .max = 64, .spare = 2, .idle_ms = IDLE_MS };

	demand_begin(&d, want, 0);
	return d;
}

static void
beginning(void)
{
	static const struct { const char *row; size_t want, gets; } t[] = {
		{ "the first time",     0,   4 },
		{ "fewer than base",    3,   4 },
		{ "as many as before",  17,  17 },
		{ "no more than max",   100, 64 },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, (int64_t)begun(t[i].want).want, (int64_t)t[i].gets);
}

static void
counting(void)
{
	static const struct { const char *row; struct scoreboard_cell cell; struct census c; } t[] = {
		{ "starting",       { .state = STATE_STARTING, .since_ms = 0 },  { .coming = 1 } },
		{ "idle",           { .state = STATE_IDLE, .since_ms = 0 },      { .free = 1 } },
		{ "just reading",   { .state = STATE_READING, .since_ms = 991 }, { .free = 1 } },
		{ "just serving",   { .state = STATE_SERVING, .since_ms = 991 }, { .free = 1 } },
		{ "serving",        { .state = STATE_SERVING, .since_ms = 990 }, { 0 } },
		{ "reading",        { .state = STATE_READING, .since_ms = 990 }, { 0 } },
		{ "just storing",   { .state = STATE_STORING, .since_ms = 999 }, { 0 } },
		{ "writing",        { .state = STATE_WRITING, .since_ms = 0 },   { 0 } },
		{ "keeping logins", { .state = STATE_IDLE, .waiting = 9 },       { .free = 1 } },
		{ "asking a provider", { .state = STATE_IDLE, .asking = 9 },     { .free = 1 } },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct census census = { 0 };

		census_add(&census, &t[i].cell, 1000);
		EXPECT_INT(t[i].row, (int64_t)census.free, (int64_t)t[i].c.free);
		EXPECT_INT(t[i].row, (int64_t)census.coming, (int64_t)t[i].c.coming);
		EXPECT_INT(t[i].row, (int64_t)census.failing, 0);
	}
}

/* Where all that start fall, growth ends by itself. */
static void
growing_in_vain(void)
{
	struct demand d = begun(0);

	for (int64_t now_ms = 0; now_ms < 10000; now_ms += 20)
		demand_update(&d, &(struct census){ .failing = d.want - 4 }, now_ms);
	EXPECT_TRUE("soon", d.want > 8 && d.want <= 16);
}

/* What is wanted while nobody is free, and nobody comes either. */
static void
growing(void)
{
	static const size_t want[] = { 5, 7, 11, 19, 35, 64, 64 };
	struct demand d = begun(0);

	for (size_t i = 0; i < NELEM(want); i++)
		EXPECT_INT("in large steps", (int64_t)demand_update(&d, &(struct census){ 0 },
		    (int64_t)i * 20), (int64_t)want[i]);
}

static void
not_growing(void)
{
	static const struct { const char *row; struct census census; size_t want; } t[] = {
		{ "enough are free",         { .free = 2 },                4 },
		{ "enough are coming",       { .coming = 2 },              4 },
		{ "one free and one coming", { .free = 1, .coming = 1 },   4 },
		{ "one is free",             { .free = 1 },                5 },
		{ "one has fallen",          { .failing = 1 },             5 },
		{ "half have fallen",        { .failing = 2 },             5 },
		{ "most have fallen",        { .failing = 3 },             4 },
		{ "even if one is free",     { .free = 1, .failing = 3 },  4 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct demand d = begun(0);

		EXPECT_INT(t[i].row, (int64_t)demand_update(&d, &t[i].census, 0),
		    (int64_t)t[i].want);
	}
}

/* After a second without need the steps are small again. */
static void
easing(void)
{
	struct census none = { 0 }, enough = { .free = 2 };
	struct demand d = begun(0);

	demand_update(&d, &none, 0);
	demand_update(&d, &none, 20);
	EXPECT_INT("7 by now", (int64_t)d.want, 7);
	demand_update(&d, &enough, 500);
	EXPECT_INT("still in large steps", (int64_t)demand_update(&d, &none, 520), 11);
	demand_update(&d, &enough, 1519);
	demand_update(&d, &enough, 1520);
	EXPECT_INT("small ones again", (int64_t)demand_update(&d, &none, 1540), 12);
}

static void
shrinking(void)
{
	struct census idle = { .free = 20 }, busy = { .free = 5 }, few = { .free = 4 };
	struct demand d = begun(20);

	EXPECT_INT("not at once", (int64_t)demand_update(&d, &idle, 0), 20);
	EXPECT_INT("nor soon", (int64_t)demand_update(&d, &busy, IDLE_MS / 2 - 1), 20);
	EXPECT_INT("the former half is not known", (int64_t)demand_update(&d, &idle, IDLE_MS / 2),
	    20);
	EXPECT_TRUE("it asks to be called", demand_due(&d) == IDLE_MS);
	EXPECT_INT("5 were free at the least, 2 are to spare",
	    (int64_t)demand_update(&d, &idle, IDLE_MS), 17);
	EXPECT_INT("one more half", (int64_t)demand_update(&d, &idle, IDLE_MS * 3 / 2), 4);
	EXPECT_TRUE("nothing more to do", demand_due(&d) == INT64_MAX);
	EXPECT_INT("never below base", (int64_t)demand_update(&d, &few, IDLE_MS * 4), 4);
}

/* All surplus is gone a minute and a half of idle_ms after the last need. */
static void
shrinking_after_need(void)
{
	struct census none = { 0 }, idle = { .free = 64 };
	struct demand d = begun(64);
	int64_t now_ms = 0;

	for (; now_ms < 100000; now_ms += 20)
		demand_update(&d, &none, now_ms);
	EXPECT_INT("all of them", (int64_t)d.want, 64);
	for (; now_ms < 100000 + IDLE_MS / 2; now_ms += 1000)
		EXPECT_INT("need is remembered", (int64_t)demand_update(&d, &idle, now_ms), 64);
	for (; now_ms < 100000 + IDLE_MS * 3 / 2; now_ms += 1000)
		demand_update(&d, &idle, now_ms);
	EXPECT_INT("back at base", (int64_t)d.want, 4);
}

static void
fixed(void)
{
	struct demand d = { .base = 3, .max = 3, .spare = 2, .idle_ms = 1000 };

	demand_begin(&d, 0, 0);
	for (int64_t now_ms = 0; now_ms < 5000; now_ms += 100)
		EXPECT_INT("always", (int64_t)demand_update(&d,
		    &(struct census){ .free = now_ms % 200 ? 3 : 0 }, now_ms), 3);
	EXPECT_TRUE("nothing to do", demand_due(&d) == INT64_MAX);
}

static CU_TestInfo tests[] = {
	{ "beginning", beginning },
	{ "counting", counting },
	{ "growing", growing },
	{ "growing in vain", growing_in_vain },
	{ "not growing", not_growing },
	{ "easing", easing },
	{ "shrinking", shrinking },
	{ "shrinking after need", shrinking_after_need },
	{ "fixed", fixed },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("server/demand", tests);
