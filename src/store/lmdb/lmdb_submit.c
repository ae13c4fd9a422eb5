// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_submit.c - every write: an operation applied in a transaction. */
#include "store/lmdb/lmdb_submit.h"

#include <errno.h>
#include <time.h>

#include "base/counter.h"
#include "base/log.h"
#include "store/lmdb/lmdb_account.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_key.h"
#include "store/lmdb/lmdb_made.h"
#include "store/lmdb/lmdb_meta.h"
#include "store/lmdb/lmdb_room.h"
#include "store/lmdb/lmdb_share.h"
#include "store/lmdb/lmdb_sweep.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_user.h"
#include "store/lmdb/lmdb_webitel.h"
#include "store/store.h"

/* Expired tokens that a transaction drops in passing, once, because others wait for it. */
#define SWEEP 16

/* The same of one or several operations that drop many, and how long others may write then. */
#define DROPS 16
#define PAUSE_NS 200000

static const struct {
	lmdb_apply *apply;
	bool sweeps;		/* drops a few expired tokens in passing */
	bool timeless;		/* its time is not the clock's, but that of what is dropped */
} applies[OP_KINDS] = {
	[OP_INIT]                = { lmdb_init,                false },
	[OP_KEY_ADD]             = { lmdb_key_add,             false },
	[OP_KEY_SET]             = { lmdb_key_set,             false },
	[OP_KEY_DROP]            = { lmdb_key_drop,            false },
	[OP_USER_ADD]            = { lmdb_user_add,            false },
	[OP_USER_SET]            = { lmdb_user_change,         false },
	[OP_USER_FILL]           = { lmdb_user_change,         false },
	[OP_USER_PASSWORD]       = { lmdb_user_change,         false },
	[OP_USER_REHASH]         = { lmdb_user_change,         false },
	[OP_USER_DISABLE]        = { lmdb_user_change,         false },
	[OP_USER_ENABLE]         = { lmdb_user_change,         false },
	[OP_USER_LOGOUT]         = { lmdb_user_change,         false },
	[OP_USER_DELETE]         = { lmdb_user_change,         false },
	[OP_ACCOUNT_ADD]         = { lmdb_account_add,         false },
	[OP_ACCOUNT_SET]         = { lmdb_account_set,         false },
	[OP_ACCOUNT_DELETE]      = { lmdb_account_delete,      false },
	[OP_TOKEN_ADD]           = { lmdb_token_add,           true },
	[OP_TOKEN_SET]           = { lmdb_token_set,           true },
	[OP_TOKEN_DROP]          = { lmdb_token_drop,          true },
	[OP_TOKENS_DROP_OF_USER] = { lmdb_tokens_drop_of_user, true },
	[OP_TOKENS_DROP_OF_KEY]  = { lmdb_tokens_drop_of_key,  false },
	[OP_TOKENS_PRUNE]        = { lmdb_tokens_prune,        false, true },
	[OP_TOKEN_ROTATE]        = { lmdb_token_rotate,        true },
	[OP_TOKEN_FIRST_USE]     = { lmdb_token_first_use,     false },
	[OP_TOKENS_USED]         = { lmdb_tokens_used,         false },
	[OP_DOMAIN_TOKEN_ADD]    = { lmdb_domain_token_add,    false },
	[OP_DOMAIN_TOKEN_SET]    = { lmdb_domain_token_set,    false },
	[OP_DOMAIN_TOKEN_DROP]   = { lmdb_domain_token_drop,   false },
	[OP_DOMAIN_TOKENS_PRUNE] = { lmdb_domain_tokens_prune, false, true },
	[OP_ROLE_SET]            = { lmdb_role_set,            false },
	[OP_ROLE_DROP]           = { lmdb_role_drop,           false },
};

static int
apply(struct txn *tx, const struct op *op, struct op_result *result)
{
	if ((size_t)op->kind >= NELEM(applies) || !applies[op->kind].apply)
		return log_fault(-ENOSYS, "store: operation %d", (int)op->kind);
	if (op->now_ms && !applies[op->kind].timeless)
		tx->now_ms = op->now_ms;
	return applies[op->kind].apply(tx, op, result);
}

static int
apply_and_sweep(struct txn *tx, const struct op *op, struct op_result *result)
{
	uint64_t swept;
	int r;

	r = apply(tx, op, result);
	if (r || !applies[op->kind].sweeps || tx->swept ||
	    commit_settled(&tx->db->commit, op->now_ms) > op->now_ms)
		return r;
	tx->swept = true;
	return lmdb_sweep(tx, SWEEP, op->now_ms - STORE_GRACE_MS, &swept);
}

/*
 * A user can have many tokens, and others wait for a write: 16 take 3 ms in a database of a
 * million (tests/bench/size), and a commit about half of one.
 */
static bool
is_long(const struct op *op)
{
	return op_drops_tokens(op) || op->kind == OP_TOKENS_DROP_OF_USER;
}

/* LMDB's lock is not fair: without a pause, this process would often take it again. */
static void
let_others_write(void)
{
	nanosleep(&(const struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

/* As for any write: within the permitted room, and with a few expired tokens less. */
static int
apply_usual(struct txn *tx, const struct op *op, struct op_result *result)
{
	int r;

	tx->drops = is_long(op) ? DROPS : UINT64_MAX;
	r = room_keep(tx);
	if (!r)
		r = apply_and_sweep(tx, op, result);
	return r ? r : room_check(tx);
}

/* A step of an operation, in the reserve. */
static int
apply_step(struct txn *tx, const struct op *op, struct op_result *result)
{
	tx->drops = LMDB_STEP;
	return apply(tx, op, result);
}

static int
attempt(struct lmdb *db, lmdb_apply *how, const struct op *op, struct op_result *result,
    bool *unfinished)
{
	static struct counter batches = { .name = "batch", .kind = COUNTER_SIZES };
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, 0, &tx);
	if (!r)
		r = how(&tx, op, result);
	if (r)
		return r;
	*unfinished = tx.unfinished;
	r = txn_commit(&tx);
	if (!r)
		counter_measure(&batches, 1);
	return r;
}

/* One transaction, in a map that grows until it fits. */
static int
step(struct lmdb *db, lmdb_apply *how, const struct op *op, struct op_result *result,
    bool *unfinished)
{
	struct op_result mine;
	int r;

	for (;;) {
		mine = *result;
		r = attempt(db, how, op, &mine, unfinished);
		if (r != MDB_MAP_FULL)
			break;
		r = room_grow(db);
		if (r)
			break;
	}
	if (!r)
		*result = mine;
	return r;
}

/*
 * What takes something away must work where there is no room for anything
 * else.  Each step may be the last: what was dropped stays dropped, and the
 * operation can be made again.
 */
static int
submit_in_steps(struct lmdb *db, const struct op *op, struct op_result *result)
{
	bool unfinished = true;
	int r;

	log_info("store: full; operation %d uses the reserve", (int)op->kind);
	r = room_enter(db);
	while (!r && unfinished)
		r = step(db, apply_step, op, result, &unfinished);
	room_leave(db);
	return r;
}

/* In a transaction of its own, or in several short ones. */
static int
submit_alone(struct lmdb *db, const struct op *op, struct op_result *result)
{
	struct op_result mine = { 0 };
	bool unfinished;
	int r;

	r = step(db, apply_usual, op, &mine, &unfinished);
	while (!r && unfinished) {
		let_others_write();
		r = step(db, apply_usual, op, &mine, &unfinished);
	}
	if (r == -ENOSPC && op_traits[op->kind].takes_away)
		r = submit_in_steps(db, op, &mine);
	if (r)
		return room_report(db, r);
	*result = mine;
	return 0;
}

void
lmdb_share(struct store *st)
{
	struct lmdb *db = (struct lmdb *)st;

	share_open(&db->share, db);
}

int
lmdb_submit(struct store *st, const struct op *op, struct op_result *result)
{
	static const struct share_calls calls = { apply_and_sweep, submit_alone };
	struct lmdb *db = (struct lmdb *)st;

	return db->share && !is_long(op) ? share_submit(db->share, &calls, op, result) :
	    submit_alone(db, op, result);
}

/* As many of them as may drop so many tokens together. */
static int
attempt_some(struct lmdb *db, const struct op *ops, size_t count, uint64_t drops, size_t *done,
    uint64_t *dropped)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct op_result result = { 0 };
	int r;

	r = txn_begin(db, 0, &tx);
	tx.drops = drops;
	if (!r)
		r = room_keep(&tx);
	for (*done = 0; !r && *done < count; ++*done) {
		r = apply(&tx, &ops[*done], &result);
		if (tx.unfinished)
			break;
	}
	*dropped = result.count;
	if (!r)
		r = room_check(&tx);
	return r ? r : txn_commit(&tx);
}

int
lmdb_submit_all(struct store *st, const struct op *ops, size_t count)
{
	struct lmdb *db = (struct lmdb *)st;
	uint64_t dropped;
	size_t done;
	int r;

	do
		r = attempt_some(db, ops, count, UINT64_MAX, &done, &dropped);
	while (room_again(db, &r));
	return room_report(db, r);
}

int
lmdb_submit_some(struct store *st, const struct op *ops, size_t count, size_t *done,
    uint64_t *dropped)
{
	struct lmdb *db = (struct lmdb *)st;
	int r;

	do
		r = attempt_some(db, ops, count, DROPS, done, dropped);
	while (room_again(db, &r));
	if (!r)
		let_others_write();
	return room_report(db, r);
}
