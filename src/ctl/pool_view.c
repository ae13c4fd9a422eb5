// SPDX-License-Identifier: ISC
/* ctl/pool_view.c - the workers at one moment, for an administrator. */
#include "ctl/pool_view.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"

/* Processes whose parent has exited belong to init, or to a manager that adopts them. */
static bool
is_orphan(pid_t pid)
{
	char path[64];
	int parent = 0;
	FILE *stat;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	stat = fopen(path, "re");
	if (!stat)
		return false;
	/* the name between has no parenthesis: it is ours */
	if (fscanf(stat, "%*d (%*[^)]) %*c %d", &parent) != 1)
		parent = 0;
	fclose(stat);
	return parent == 1;
}

static void
add_cell(struct pool_view *view, const struct scoreboard_cell *cell, int64_t now_ms)
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
	if (!view->most && is_orphan(cell->pid))
		view->unreplaced = cell->pid;
}

/* What a master wrote stays when it is gone. */
static void
read_master(struct pool_view *view)
{
	struct scoreboard_pool pool;

	if (!scoreboard_pool(&pool) || !pool.master ||
	    (kill(pool.master, 0) != 0 && errno != EPERM))
		return;
	view->most = pool.max;
	view->deaths = pool.deaths;
	view->started_ms = pool.started_ms;
	view->lost += pool.lost;
}

void
pool_look(const char *run_dir, struct pool_view *view)
{
	int64_t now_ms = clock_steady_ms();
	struct scoreboard_cell cell;

	*view = (struct pool_view){ 0 };
	if (scoreboard_find(run_dir))
		return;
	view->lost = scoreboard_sum(SCOREBOARD_LOST);
	read_master(view);
	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (scoreboard_read(at, &cell))
			add_cell(view, &cell, now_ms);
	}
	scoreboard_close();
}
