// SPDX-License-Identifier: ISC
/* ctl/pool_look.c - the workers at one moment, for an administrator. */
#include "ctl/pool_look.h"

#include <errno.h>
#include <signal.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/process.h"

/* What a master wrote stays when it is gone. */
static void
read_master(struct pool_view *view)
{
	struct scoreboard_pool pool;

	if (!scoreboard_pool(&pool) || !pool.master ||
	    (kill(pool.master, 0) != 0 && errno != EPERM))
		return;
	pool_view_take_master(view, &pool);
}

void
pool_look(const char *run_dir, struct pool_view *view)
{
	int64_t now_ms = clock_steady_ms();
	struct scoreboard_cell cell;

	*view = (struct pool_view){ 0 };
	if (scoreboard_find(run_dir))
		return;
	if (counters_find(run_dir) == 0)
		view->lost = counter_total("log_lost worker") +
		    counter_total("log_lost master");
	read_master(view);
	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (!scoreboard_read(at, &cell))
			continue;
		pool_view_add(view, &cell, now_ms);
		if (!view->most && process_is_orphan(cell.pid))
			view->unreplaced = cell.pid;
	}
	scoreboard_close();
	counters_close();
}
