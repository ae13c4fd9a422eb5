// SPDX-License-Identifier: ISC
/*
 * cred/provider_call.c - calls to providers, each in a thread of its own: neither a
 * slow provider nor a silent one holds a worker.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "auth/checks.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/scoreboard.h"
#include "base/verdict.h"
#include "cred/provider.h"

/* How often a request looks whether another has what it waits for. */
#define LOOK_MS 20

/* In the arena of the request. */
struct provider_call {
	int64_t began_us;
	const char *url;
	struct slot slot;
	struct upstream_call *up;
};

static int
take_slot(const struct attempt *a, struct slot *slot)
{
	int r;

	r = slot_take(a->providers->slots, PROVIDER_CALLS_MAX, slot);
	if (r == V_UNAVAILABLE)
		log_info("%s: no further login may wait for providers", a->provider->name);
	return r;
}

/* "provider_calls NAME RESULT", "provider_call_us NAME": seldom enough to look for their names. */
static void
note(const struct provider *p, const char *result, int64_t began_us)
{
	char name[COUNTER_NAME_SIZE];

	snprintf(name, sizeof name, "provider_calls %s %s", p->name, result);
	counter_add_at(counter_place(name, COUNTER_SUM), 1);
	snprintf(name, sizeof name, "provider_call_us %s", p->name);
	counter_measure_at(counter_place(name, COUNTER_TIMES), COUNTER_TIMES,
	    (uint64_t)(clock_steady_us() - began_us));
}

/* An answer counts as such, whatever its status: see "requests" for what came of it. */
static void
note_result(const struct provider *p, int r, int64_t began_us)
{
	note(p, r == 0 ? "answered" : r > 0 ? "unanswered" : "fault", began_us);
}

static void
count(struct providers *all, uint32_t calls)
{
	all->calls = calls;
	scoreboard_ask(calls);
}

/* For a caller that can do nothing else meanwhile. */
static int
get_at_once(const struct attempt *a, const char *url, struct upstream_answer *answer)
{
	GUARD(slot_leave) struct slot slot = SLOT_NONE;
	int64_t began_us;
	int r;

	r = take_slot(a, &slot);
	if (r)
		return r;
	log_flush();
	began_us = clock_steady_us();
	r = upstream_get(a->providers->up, a->mem, a->provider->name, url, answer);
	note_result(a->provider, r, began_us);
	return r;
}

static int
begin(struct attempt *a, const char *url)
{
	struct provider_call *call = arena_alloc(a->mem, sizeof *call);
	int r;

	if (!call)
		return -ENOMEM;
	*call = (struct provider_call){ .began_us = clock_steady_us(), .url = url,
	    .slot = SLOT_NONE };
	r = take_slot(a, &call->slot);
	if (r)
		return r;
	r = upstream_begin(a->providers->up, url, checks_due_fd(a->auth->checks), &call->up);
	if (r) {
		slot_leave(&call->slot);
		return r;
	}
	a->at_provider->call = call;
	count(a->providers, a->providers->calls + 1);
	return V_WAITING;
}

static void
end(struct providers *all, struct provider_wait *wait)
{
	slot_leave(&wait->call->slot);
	count(all, all->calls - 1);
	wait->call = NULL;
}

static void
drop(struct providers *all, struct provider_wait *wait)
{
	upstream_drop(all->up, &wait->call->up);
	end(all, wait);
}

int
provider_get(struct attempt *a, const char *url, struct upstream_answer *answer)
{
	struct provider_wait *wait = a->at_provider;
	int r;

	if (!wait)
		return get_at_once(a, url, answer);
	if (wait->call && !provider_is_asked(a, url))
		drop(a->providers, wait);	/* the keys came otherwise meanwhile */
	if (!wait->call)
		return begin(a, url);
	if (!upstream_is_done(wait->call->up))
		return V_WAITING;
	r = upstream_end(a->providers->up, &wait->call->up, a->mem, a->provider->name, answer);
	note_result(a->provider, r, wait->call->began_us);
	end(a->providers, wait);
	return r;
}

bool
provider_is_asked(const struct attempt *a, const char *url)
{
	const struct provider_wait *wait = a->at_provider;

	return wait && wait->call && strcmp(wait->call->url, url) == 0;
}

int
provider_await(struct attempt *a)
{
	struct provider_wait *wait = a->at_provider;
	int64_t now_ms = clock_steady_ms();

	if (!wait || (!wait->since_ms && a->providers->awaiting == PROVIDER_AWAITING_MAX))
		return V_UNAVAILABLE;
	if (!wait->since_ms) {
		wait->since_ms = now_ms;
		a->providers->awaiting++;
	}
	wait->look_ms = now_ms + LOOK_MS;
	return now_ms - wait->since_ms < a->providers->conf->provider_timeout_ms ? V_WAITING :
	    V_UNAVAILABLE;
}

bool
provider_is_due(const struct provider_wait *wait)
{
	if (wait->call)
		return upstream_is_done(wait->call->up);
	return clock_steady_ms() >= wait->look_ms;
}

int
providers_due_ms(const struct providers *all)
{
	return all && all->awaiting ? LOOK_MS : INT_MAX;
}

void
provider_wait_end(struct providers *all, struct provider_wait *wait)
{
	if (wait->call)
		drop(all, wait);
	if (wait->since_ms)
		all->awaiting--;
	*wait = (struct provider_wait){ .call = NULL };
}
