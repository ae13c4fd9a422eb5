// SPDX-License-Identifier: ISC
/* base/pool_view.h - the state of the workers at one moment, by the scoreboard. */
#ifndef BASE_POOL_VIEW_H
#define BASE_POOL_VIEW_H

#include <stdint.h>
#include <sys/types.h>

#include "base/scoreboard.h"

struct pool_view {
	uint64_t workers, most;		/* existing and possible; most 0: no master is running */
	uint64_t want;			/* as many as there should be now; 0 likewise */
	uint64_t in[STATES];		/* how many are in each state */
	uint64_t busy_ms;		/* of the longest current request */
	uint64_t hashing, waiting;	/* logins */
	uint64_t wait_ms;		/* of the longest waiting login */
	uint64_t asking;		/* requests for which a provider is asked */
	int64_t started_ms;		/* the master, Unix time; 0: none runs */
	uint64_t lost;			/* lines of the log that it did not take */
	pid_t unreplaced;		/* a worker whose starter has exited; 0: none */
};

/* Adds a worker that has a cell.  now_ms: of clock_steady_ms. */
void pool_view_add(struct pool_view *view, const struct scoreboard_cell *cell, int64_t now_ms);

/* Takes over what the master reports: for callers that know that it runs. */
void pool_view_take_master(struct pool_view *view, const struct scoreboard_pool *pool);

/* The name of a state: "idle". */
const char *pool_view_state(enum scoreboard_state state);

#endif
