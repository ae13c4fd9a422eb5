// SPDX-License-Identifier: ISC
/* ctl/count_view.h - what the service has counted on this machine, for an administrator. */
#ifndef CTL_COUNT_VIEW_H
#define CTL_COUNT_VIEW_H

#include <stdint.h>

#include "base/arena.h"

/* Since run_dir was made, which usually is since the machine started. */
struct count_view {
	uint64_t requests;
	uint64_t refused;		/* by any reason */
	uint64_t throttled;		/* of these, because too many had failed */
	uint64_t failed;		/* a fault of ours, or put off */
	uint64_t half_us, most_us;	/* half of them, and 99 of 100, took no longer */
	uint64_t checks, check_ms;	/* passwords that were hashed, and their mean time */
	uint64_t checks_refused;	/* not hashed, because too many waited */
	uint64_t passwords_known, jwts_known, jwts_verified;
	uint64_t calls, calls_failed;	/* to providers */
	uint64_t commits, writes;	/* that they contained */
	uint64_t commit_us;		/* 99 of 100 took no longer */
	uint64_t starts, deaths;	/* of workers; those that failed */
};

/* All 0 if the service has not run.  -ENOMEM. */
int count_look(const char *run_dir, struct arena *mem, struct count_view *view);

#endif
