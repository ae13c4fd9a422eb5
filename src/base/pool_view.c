// SPDX-License-Identifier: ISC
/* base/pool_view.c - the state of the workers at one moment, by the scoreboard. */
#include "base/pool_view.h"

#include <stdbool.h>

void
pool_view_add(struct pool_view *view, const struct scoreboard_cell *cell, int64_t now_ms)
{
	uint64_t since_ms = (uint64_t)(now_ms - cell->since_ms);
	bool is_busy = cell->state != STATE_IDLE && cell->state != STATE_STARTING;

	view->workers++;
	view->in[cell->state]++;
	view->hashing += cell->hashing;
	view->waiting += cell->waiting;
	view->asking += cell->asking;
	if (is_busy && since_ms > view->busy_ms)
		view->busy_ms = since_ms;
	if (cell->oldest_ms && (uint64_t)(now_ms - cell->oldest_ms) > view->wait_ms)
		view->wait_ms = (uint64_t)(now_ms - cell->oldest_ms);
}

void
pool_view_take_master(struct pool_view *view, const struct scoreboard_pool *pool)
{
	view->most = pool->max;
	view->want = pool->want;
	view->started_ms = pool->started_ms;
}

const char *
pool_view_state(enum scoreboard_state state)
{
	static const char *const names[STATES] = {
		[STATE_FREE] = "free",
		[STATE_STARTING] = "starting",
		[STATE_IDLE] = "idle",
		[STATE_READING] = "reading",
		[STATE_SERVING] = "serving",
		[STATE_STORING] = "storing",
		[STATE_WRITING] = "writing",
	};

	return names[state];
}
