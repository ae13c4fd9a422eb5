// SPDX-License-Identifier: ISC
/*
 * cred/provider_call.c - calls to providers, each in a thread of its own: neither a
 * slow provider nor a silent one holds a worker.
 */
#include <errno.h>
#include <string.h>

#include "auth/checks.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/scoreboard.h"
#include "base/verdict.h"
#include "cred/provider.h"

/* In the arena of the request. */
struct provider_call {
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
	int r;

	r = take_slot(a, &slot);
	if (r)
		return r;
	log_flush();
	return upstream_get(a->providers->up, a->mem, a->provider->name, url, answer);
}

static int
begin(struct attempt *a, const char *url)
{
	struct provider_call *call = arena_alloc(a->mem, sizeof *call);
	int r;

	if (!call)
		return -ENOMEM;
	*call = (struct provider_call){ .url = url, .slot = SLOT_NONE };
	r = take_slot(a, &call->slot);
	if (r)
		return r;
	r = upstream_begin(a->providers->up, url, checks_due_fd(a->auth->checks), &call->up);
	if (r) {
		slot_leave(&call->slot);
		return r;
	}
	*a->call = call;
	count(a->providers, a->providers->calls + 1);
	return V_WAITING;
}

static void
end(struct providers *all, struct provider_call **call)
{
	slot_leave(&(*call)->slot);
	count(all, all->calls - 1);
	*call = NULL;
}

int
provider_get(struct attempt *a, const char *url, struct upstream_answer *answer)
{
	int r;

	if (!a->call)
		return get_at_once(a, url, answer);
	if (!provider_is_asked(a, url)) {
		/* an answer that is no longer needed, since the keys came otherwise */
		provider_call_drop(a->providers, a->call);
		return begin(a, url);
	}
	if (!provider_call_is_done(*a->call))
		return V_WAITING;
	r = upstream_end(a->providers->up, &(*a->call)->up, a->mem, a->provider->name, answer);
	end(a->providers, a->call);
	return r;
}

bool
provider_is_asked(const struct attempt *a, const char *url)
{
	return a->call && *a->call && strcmp((*a->call)->url, url) == 0;
}

bool
provider_call_is_done(const struct provider_call *call)
{
	return !call || upstream_is_done(call->up);
}

void
provider_call_drop(struct providers *all, struct provider_call **call)
{
	if (!*call)
		return;
	upstream_drop(all->up, &(*call)->up);
	end(all, call);
}
