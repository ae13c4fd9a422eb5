// SPDX-License-Identifier: ISC
/* http/tally.c - how many calls had which result, and how long they took. */
#include "http/tally.h"

#include "base/guard.h"
#include "base/scoreboard.h"
#include "base/verdict.h"

static const int64_t times_ms[] = TALLY_TIMES;

_Static_assert(NELEM(times_ms) + 1 == TALLY_BUCKETS, "a bucket more than there are bounds");

/* A row of routes[], then the authorizer, then calls without a route. */
static size_t
row_of(const struct route *route)
{
	if (!route)
		return routes_count + 1;
	return route == &route_authorizer ? routes_count : (size_t)(route - routes);
}

/* The buckets come first; then each row has a counter for each verdict, and one for faults. */
static size_t
counter_of(const struct route *route, int result)
{
	return TALLY_BUCKETS + row_of(route) * (VERDICTS + 1) +
	    (size_t)(result < 0 ? VERDICTS : result);
}

static size_t
bucket_of(int64_t ms)
{
	size_t at = 0;

	while (at < NELEM(times_ms) && ms > times_ms[at])
		at++;
	return at;
}

void
tally_call(const struct route *route, int result, int64_t ms)
{
	scoreboard_count(bucket_of(ms), 1);
	scoreboard_count(counter_of(route, result), 1);
}

uint64_t
tally_calls(const struct route *route, int result)
{
	return scoreboard_sum(counter_of(route, result));
}

uint64_t
tally_times(size_t bucket)
{
	return scoreboard_sum(bucket);
}
