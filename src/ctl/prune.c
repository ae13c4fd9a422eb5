// SPDX-License-Identifier: ISC
/* ctl/prune.c - removing what has expired, in steps that do not hold up the service. */
#include "ctl/prune.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "auth/care.h"
#include "auth/where.h"
#include "base/clock.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/written.h"

/* Tokens removed in one write: at first, at least and at most. */
#define STEP		16
#define STEP_LEAST	8
#define STEP_MOST	512

/* How long a write may hold up others; how many tokens that is, the disk decides. */
#define STEP_US		3000

/* As long as one that waits for the lock needs to wake up, and more. */
#define PAUSE_NS	300000

/* The next step, after one of so many tokens. */
static uint64_t
next_step(uint64_t limit, int64_t took_us)
{
	if (took_us > STEP_US)
		limit -= limit / 4;
	else if (took_us < STEP_US * 2 / 3)
		limit += limit / 4;
	if (limit < STEP_LEAST)
		return STEP_LEAST;
	return limit < STEP_MOST ? limit : STEP_MOST;
}

/* LMDB's lock is not fair: without a pause, this process would often take it again. */
static void
let_others_write(void)
{
	nanosleep(&(const struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

/* A clock that is ahead would remove what is live. */
static int
check_clock(struct ctl *ctl)
{
	char last[CLOCK_ISO_SIZE], from[CLOCK_ISO_SIZE];
	struct store_state state;
	int r;

	r = care_state(ctl->auth, ctl->now_ms, &state);
	if (r || state.settled_ms <= ctl->now_ms)
		return r == -EOPNOTSUPP ? 0 : r;
	clock_iso(last, state.written_ms);
	clock_iso(from, state.settled_ms);
	ctl->about = where_name(ctl->conf);
	ctl->why = arena_printf(&ctl->mem, "the last write was at %s, and the clock may have "
	    "jumped since; nothing is removed before %s, unless --now is given", last, from);
	return V_INVALID;
}

int
prune(struct ctl *ctl, prune_step *step)
{
	const bool at_once = arguments_has(ctl, "now");
	const int64_t until_ms = ctl->now_ms - (at_once ? 0 : STORE_GRACE_MS);
	bool watched = isatty(STDERR_FILENO);
	uint64_t count, total = 0, limit = STEP;
	int64_t began_us;
	int r;

	r = at_once ? 0 : check_clock(ctl);
	if (r)
		return r;
	for (;;) {
		began_us = clock_steady_us();
		r = step(ctl->auth, limit, until_ms, &count);
		if (r)
			return r;
		total += count;
		if (count < limit)
			break;
		if (watched)
			fprintf(stderr, "\r%llu", (unsigned long long)total);
		limit = next_step(limit, clock_steady_us() - began_us);
		let_others_write();
	}
	if (watched && total > count)
		fputc('\r', stderr);
	return written_count(ctl, "expired tokens removed", "tokens", total);
}
