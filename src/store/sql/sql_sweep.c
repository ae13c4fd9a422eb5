// SPDX-License-Identifier: ISC
/*
 * store/sql/sql_sweep.c - removing tokens that expired some time ago, by one at a time.
 *
 * A machine whose clock is far ahead must not remove what is live.  So there is no sweep for
 * STORE_GRACE_MS after one of another time: with two machines that disagree, none at all.
 */
#include "store/sql/sql_sweep.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/verdict.h"
#include "store/change.h"
#include "store/sql/sql_login.h"
#include "store/sql/sql_run.h"
#include "store/store.h"

#define EVERY_MS	1000
#define BATCH		500
#define KEPT_MAX	64

/* Who changes the time of the last sweep may sweep. */
static int
claim(struct sql *db, int64_t now_ms, uint64_t *claimed)
{
	struct sql_args args = { .count = 0 };

	sql_arg_number(&args, now_ms);
	sql_arg_number(&args, STORE_GRACE_MS);
	sql_arg_number(&args, now_ms + STORE_GRACE_MS);
	sql_arg_number(&args, now_ms);
	sql_arg_number(&args, now_ms - EVERY_MS);
	sql_arg_number(&args, now_ms + STORE_GRACE_MS);
	return sql_change(db, SWEEP_CLAIM, &args, claimed);
}

/* The time of the last sweep, and until when there is none. */
static int
last_get(struct sql *db, struct meta *last)
{
	struct sql_args args = { .count = 0 };
	int r;

	sql_arg_text(&args, "sweep");
	r = sql_record(db, META_GET, &args, last);
	if (r == V_NOT_FOUND)
		*last = (struct meta){ .schema = 0 };
	return r == V_NOT_FOUND ? 0 : r;
}

/* An ended login that must stay, and what its user says of it. */
static int
keep(struct sql *db, struct token *token, int64_t jumped_ms, int64_t until_ms)
{
	struct sql_args args = { .count = 0 };
	int r;

	if (!change_keeps_ended(token, jumped_ms, until_ms))
		return 0;
	r = sql_login_mark(db, token);
	sql_arg_record(&args, &token_kind, token);
	sql_arg_uuid(&args, &token->id);
	return r ? r : sql_change(db, TOKEN_SET, &args, NULL);
}

static int
keep_some(struct sql *db, int64_t jumped_ms, int64_t until_ms)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct sql_args args = { .count = 0 };
	struct token *tokens;
	size_t count;
	void *list;
	int r;

	sql_arg_number(&args, until_ms);
	sql_arg_number(&args, TOKEN_ENDED);
	sql_arg_number(&args, until_ms - jumped_ms);
	sql_arg_number(&args, KEPT_MAX);
	r = sql_list(db, TOKENS_KEPT, &args, &mem, &list, &count);
	tokens = list;
	for (size_t i = 0; !r && i < count; i++)
		r = keep(db, &tokens[i], jumped_ms, until_ms);
	return r;
}

static int
prune(struct sql *db, const struct meta *last, int64_t limit, int64_t until_ms,
    uint64_t *dropped)
{
	const int64_t jumped_ms = change_jumped_ms(last->created_ms, (int64_t)last->key_changes,
	    until_ms);
	struct sql_args args = { .count = 0 };
	int r = 0;

	if (jumped_ms)
		r = keep_some(db, jumped_ms, until_ms);
	if (r)
		return r;
	sql_arg_number(&args, until_ms);
	sql_arg_number(&args, TOKEN_ENDED);
	sql_arg_number(&args, jumped_ms ? until_ms - jumped_ms : INT64_MAX);
	sql_arg_number(&args, limit);
	return sql_change(db, TOKENS_PRUNE, &args, dropped);
}

int
sql_prune(struct sql *db, int64_t limit, int64_t until_ms, uint64_t *dropped)
{
	struct meta last;
	int r;

	r = last_get(db, &last);
	return r ? r : prune(db, &last, limit, until_ms, dropped);
}

static int
sweep(struct sql *db, int64_t now_ms, uint64_t *dropped)
{
	GUARD(sql_txn_drop) struct sql_txn tx = { 0 };
	uint64_t claimed = 0;
	struct meta last;
	int r;

	r = sql_link_use(db);
	if (!r)
		r = claim(db, now_ms, &claimed);
	if (r || !claimed)
		return r;
	r = sql_txn_begin(db, &tx);
	if (!r)
		r = last_get(db, &last);
	if (!r && (int64_t)last.key_changes <= now_ms)
		r = prune(db, &last, BATCH, now_ms - STORE_GRACE_MS, dropped);
	return r ? r : sql_txn_commit(&tx);
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
	if (r == SQL_GONE || r == SQL_LOST)
		sql_link_drop(db);
	if (!r && dropped)
		log_debug("store: swept %llu tokens", (unsigned long long)dropped);
}
