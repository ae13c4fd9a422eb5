// SPDX-License-Identifier: ISC
/* ctl/count_view.c - what the service has counted on this machine, for an administrator. */
#include "ctl/count_view.h"

#include <stdbool.h>
#include <string.h>

#include "base/counter.h"
#include "base/guard.h"
#include "base/verdict.h"

#define BUCKETS_MAX 32

/* Of all routes together. */
struct times {
	uint64_t counts[BUCKETS_MAX];
	uint64_t total, sum_us;
};

static bool
is_of(const struct counted *counted, const char *word)
{
	size_t len = strlen(word);

	return strncmp(counted->name, word, len) == 0 &&
	    (!counted->name[len] || counted->name[len] == ' ');
}

/* The last word: "ok" of "requests auth.show basic ok". */
static bool
ends_in(const struct counted *counted, const char *word)
{
	const char *last = strrchr(counted->name, ' ');

	return last && strcmp(last + 1, word) == 0;
}

static void
add_request(const struct counted *counted, struct count_view *view)
{
	const uint64_t count = *counted->values;
	const bool failed = ends_in(counted, "fault") || ends_in(counted, "unavailable");

	view->requests += count;
	view->failed += failed ? count : 0;
	view->throttled += ends_in(counted, "throttled") ? count : 0;
	view->refused += failed || ends_in(counted, "ok") || ends_in(counted, "preflight") ?
	    0 : count;
}

static void
add_call(const struct counted *counted, struct count_view *view)
{
	view->calls += *counted->values;
	view->calls_failed += ends_in(counted, "answered") ? 0 : *counted->values;
}

static void
add_sum(const struct counted *counted, struct count_view *view)
{
	const struct { const char *name; uint64_t *count; } sums[] = {
		{ "checks_refused",     &view->checks_refused },
		{ "cache password hit", &view->passwords_known },
		{ "cache jwt hit",      &view->jwts_known },
		{ "cache jwt miss",     &view->jwts_verified },
		{ "worker_starts",      &view->starts },
		{ "worker_failures",    &view->deaths },
	};

	for (size_t i = 0; i < NELEM(sums); i++) {
		if (strcmp(counted->name, sums[i].name) == 0)
			*sums[i].count += *counted->values;
	}
	if (is_of(counted, "requests"))
		add_request(counted, view);
	if (is_of(counted, "provider_calls"))
		add_call(counted, view);
}

static void
add_times(const struct counted *counted, struct times *times)
{
	size_t bounds;

	counter_bounds(counted->kind, &bounds);
	for (size_t i = 0; i <= bounds && i < BUCKETS_MAX; i++) {
		times->counts[i] += counted->values[i];
		times->total += counted->values[i];
	}
	times->sum_us += counted->values[bounds + 1];
}

/* The bound up to which that share of them was; of those above the last, the last. */
static uint64_t
bound_of(const struct times *times, uint64_t percent)
{
	uint64_t upto = 0;
	const uint64_t *bounds;
	size_t count;

	bounds = counter_bounds(COUNTER_TIMES, &count);
	for (size_t i = 0; i < count && times->total; i++) {
		upto += times->counts[i];
		if (upto * 100 >= times->total * percent)
			return bounds[i];
	}
	return times->total ? bounds[count - 1] : 0;
}

static void
add_up(const struct counted *list, size_t count, struct count_view *view)
{
	struct times requests = { .total = 0 }, checks = { .total = 0 }, commits = { .total = 0 };
	const struct { const char *word; struct times *times; } of[] = {
		{ "request_us", &requests },
		{ "check_us", &checks },
		{ "commit_us", &commits },
	};
	size_t bounds;

	for (size_t i = 0; i < count; i++) {
		if (list[i].kind == COUNTER_SUM)
			add_sum(&list[i], view);
		for (size_t k = 0; k < NELEM(of) && list[i].kind == COUNTER_TIMES; k++) {
			if (is_of(&list[i], of[k].word))
				add_times(&list[i], of[k].times);
		}
		if (list[i].kind == COUNTER_SIZES && is_of(&list[i], "batch")) {
			counter_bounds(COUNTER_SIZES, &bounds);
			view->writes = list[i].values[bounds + 1];
		}
	}
	view->half_us = bound_of(&requests, 50);
	view->most_us = bound_of(&requests, 99);
	view->checks = checks.total;
	view->check_ms = checks.total ? checks.sum_us / checks.total / 1000 : 0;
	view->commits = commits.total;
	view->commit_us = bound_of(&commits, 99);
}

int
count_look(const char *run_dir, struct arena *mem, struct count_view *view)
{
	struct counted *list;
	size_t count;
	int r;

	*view = (struct count_view){ 0 };
	if (counters_find(run_dir))
		return 0;		/* a fault is in the log */
	r = counters_list(mem, &list, &count);
	if (!r)
		add_up(list, count, view);
	counters_close();
	return r;
}
