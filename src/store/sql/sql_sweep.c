// SPDX-License-Identifier: ISC
/* store/sql/sql_sweep.c - removing tokens that expired some time ago, by one at a time. */
#include "store/sql/sql_sweep.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/sql/sql_run.h"

#define EVERY_MS	1000
#define BATCH		500
#define GRACE_MS	((int64_t)86400000)	/* a day: a token that ended is told from a guess */

/* Who changes the time of the last sweep may sweep. */
static int
claim(struct sql *db, int64_t now_ms, uint64_t *claimed)
{
	struct sql_args args = { .count = 0 };

	sql_arg_number(&args, now_ms);
	sql_arg_number(&args, now_ms - EVERY_MS);
	return sql_change(db, SWEEP_CLAIM, &args, claimed);
}

static int
sweep(struct sql *db, int64_t now_ms, uint64_t *dropped)
{
	struct sql_args args = { .count = 0 };
	uint64_t claimed = 0;
	int r;

	r = sql_link_use(db);
	if (!r)
		r = claim(db, now_ms, &claimed);
	if (r || !claimed)
		return r;
	sql_arg_number(&args, now_ms - GRACE_MS);
	sql_arg_number(&args, BATCH);
	return sql_change(db, TOKENS_PRUNE, &args, dropped);
}

void
sql_sweep(struct sql *db, int64_t now_ms)
{
	const int64_t steady_ms = clock_steady_ms();
	uint64_t dropped = 0;
	int r;

	if (steady_ms < db->sweep_ms)
		return;
	db->sweep_ms = steady_ms + EVERY_MS;
	r = sweep(db, now_ms, &dropped);
	if (r == SQL_GONE)
		sql_link_drop(db);
	if (dropped)
		log_debug("store: swept %llu tokens", (unsigned long long)dropped);
}
