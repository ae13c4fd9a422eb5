// SPDX-License-Identifier: ISC
/* ctl/prune.c - removing what has expired, in steps that do not hold up the service. */
#include "ctl/prune.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/written.h"

/* Tokens removed in one write: at first, at least and at most. */
#define STEP		16
#define STEP_LEAST	8
#define STEP_MOST	512

/* How long a write may hold up others; how many tokens that is, the disk decides. */
#define STEP_MS		3

/* The next step, after one of so many tokens. */
static uint64_t
next_step(uint64_t limit, int64_t took_ms)
{
	if (took_ms > STEP_MS)
		return limit / 2 > STEP_LEAST ? limit / 2 : STEP_LEAST;
	if (took_ms < STEP_MS / 2)
		return limit * 2 < STEP_MOST ? limit * 2 : STEP_MOST;
	return limit;
}

/* LMDB's lock is not fair: without a pause, this process would often take it again. */
static void
let_others_write(void)
{
	nanosleep(&(const struct timespec){ .tv_nsec = 1000000 }, NULL);
}

int
prune(struct ctl *ctl, prune_step *step)
{
	bool watched = isatty(STDERR_FILENO);
	uint64_t count, total = 0, limit = STEP;
	int64_t began_ms;
	int r;

	for (;;) {
		began_ms = clock_steady_ms();
		r = step(ctl->auth, limit, ctl->now_ms, &count);
		if (r)
			return r;
		total += count;
		if (count < limit)
			break;
		if (watched)
			fprintf(stderr, "\r%llu", (unsigned long long)total);
		limit = next_step(limit, clock_steady_ms() - began_ms);
		let_others_write();
	}
	if (watched && total > count)
		fputc('\r', stderr);
	return written_count(ctl, "expired tokens removed", "tokens", total);
}
