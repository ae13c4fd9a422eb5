// SPDX-License-Identifier: ISC
/*
 * ctl/pool_view.h - the state of the workers at one moment.
 */
#ifndef CTL_POOL_VIEW_H
#define CTL_POOL_VIEW_H

#include <stdint.h>
#include <sys/types.h>

#include "base/scoreboard.h"

struct pool_view {
	uint64_t workers, most;		/* existing and possible; most 0: no master is running */
	uint64_t in[STATES];		/* how many are in each state */
	uint64_t busy_ms;		/* of the longest current request */
	uint64_t hashing, waiting;	/* logins */
	uint64_t wait_ms;		/* of the longest waiting login */
	uint64_t asking;		/* requests for which a provider is asked */
	uint64_t deaths;		/* abnormal exits since the master started */
	int64_t started_ms;		/* the master, Unix time; 0: none runs */
	uint64_t lost;			/* lines of the log that it did not take */
	pid_t unreplaced;		/* a worker whose starter has exited; 0: none */
};

/* What the scoreboard in run_dir shows; all 0 if there is none. */
void pool_look(const char *run_dir, struct pool_view *view);

#endif
