// SPDX-License-Identifier: ISC
/* http/tally.c - how many calls had which result, and how long they took. */
#include "http/tally.h"

#include <stdio.h>
#include <string.h>

#include "base/counter.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/gate.h"

/* What identified a caller, or failed to: schemes of cred/, and what gates say besides. */
static const char *const schemes[] = { "none", "basic", "bearer", "jwt", "ha1b", "oidc",
    "facebook", "token-password", "session", "domain-token", "password", "other" };

#define OTHER (NELEM(schemes) - 1)

/* Rows of routes[], then the authorizer, then calls without a route. */
#define ROWS_MAX 96

/* Where each counter is, plus 1; 0: that was not asked yet.  A byte or two per request. */
static struct {
	unsigned of;			/* the opening of the file that they belong to */
	uint16_t requests[ROWS_MAX][NELEM(schemes)][VERDICTS + 1];
	uint16_t times[ROWS_MAX];
} places;

static size_t
row_of(const struct route *route)
{
	if (!route)
		return routes_count + 1;
	return route == &route_authorizer ? routes_count : (size_t)(route - routes);
}

static const char *
event_of(const struct route *route)
{
	return route ? route->event : "unknown";
}

/* Of the schemes that failed, the first. */
static size_t
scheme_of(const struct call *c)
{
	const char *name = c->outcome.via;
	size_t len, at = 0;

	if (!name)
		name = c->outcome.failed;
	if ((!name || !*name) && c->gate && c->gate->identifies && c->presented.count)
		name = c->presented.list[0].slot->scheme->name;
	if (!name || !*name)
		return 0;
	len = strcspn(name, ",");
	while (at < OTHER && (strncmp(schemes[at], name, len) != 0 || schemes[at][len]))
		at++;
	return at;
}

/* A place is below COUNTERS_MAX. */
_Static_assert(COUNTERS_MAX < UINT16_MAX, "a place fits");

static uint32_t
requests_place(const struct route *route, size_t scheme, int result)
{
	uint16_t *place = &places.requests[row_of(route)][scheme][result < 0 ? VERDICTS : result];
	char name[COUNTER_NAME_SIZE];

	if (!*place) {
		snprintf(name, sizeof name, "requests %s %s %s", event_of(route), schemes[scheme],
		    verdict_name(result));
		*place = (uint16_t)(counter_place(name, COUNTER_SUM) + 1);
	}
	return *place - 1U;
}

static uint32_t
times_place(const struct route *route)
{
	uint16_t *place = &places.times[row_of(route)];
	char name[COUNTER_NAME_SIZE];

	if (!*place) {
		snprintf(name, sizeof name, "request_us %s", event_of(route));
		*place = (uint16_t)(counter_place(name, COUNTER_TIMES) + 1);
	}
	return *place - 1U;
}

void
tally_call(const struct call *c, int result, int64_t us)
{
	if (places.of != counters_opening()) {
		memset(&places, 0, sizeof places);
		places.of = counters_opening();
	}
	counter_add_at(requests_place(c->route, scheme_of(c), result), 1);
	counter_measure_at(times_place(c->route), COUNTER_TIMES, us > 0 ? (uint64_t)us : 0);
}
