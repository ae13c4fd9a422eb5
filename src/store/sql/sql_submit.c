// SPDX-License-Identifier: ISC
/* store/sql/sql_submit.c - every write: an operation is a transaction. */
#include "store/sql/sql_submit.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/verdict.h"
#include "store/sql/sql_account.h"
#include "store/sql/sql_key.h"
#include "store/sql/sql_meta.h"
#include "store/sql/sql_settle.h"
#include "store/sql/sql_sweep.h"
#include "store/sql/sql_token.h"
#include "store/sql/sql_try.h"
#include "store/sql/sql_user.h"
#include "store/sql/sql_webitel.h"

static const struct {
	sql_apply *apply;
	bool sweeps;		/* now and then drops expired tokens in passing */
} applies[OP_KINDS] = {
	[OP_INIT]                = { sql_init,                false },
	[OP_KEY_ADD]             = { sql_key_add,             false },
	[OP_KEY_SET]             = { sql_key_set,             false },
	[OP_KEY_DROP]            = { sql_key_drop,            false },
	[OP_USER_ADD]            = { sql_user_add,            false },
	[OP_USER_SET]            = { sql_user_change,         false },
	[OP_USER_FILL]           = { sql_user_change,         false },
	[OP_USER_PASSWORD]       = { sql_user_change,         false },
	[OP_USER_REHASH]         = { sql_user_change,         false },
	[OP_USER_DISABLE]        = { sql_user_change,         false },
	[OP_USER_ENABLE]         = { sql_user_change,         false },
	[OP_USER_LOGOUT]         = { sql_user_change,         false },
	[OP_USER_DELETE]         = { sql_user_change,         false },
	[OP_ACCOUNT_ADD]         = { sql_account_add,         false },
	[OP_ACCOUNT_SET]         = { sql_account_set,         false },
	[OP_ACCOUNT_DELETE]      = { sql_account_delete,      false },
	[OP_TOKEN_ADD]           = { sql_token_add,           true },
	[OP_TOKEN_SET]           = { sql_token_set,           true },
	[OP_TOKEN_DROP]          = { sql_token_drop,          true },
	[OP_TOKENS_DROP_OF_USER] = { sql_tokens_drop_of_user, true },
	[OP_TOKENS_DROP_OF_KEY]  = { sql_tokens_drop_of_key,  false },
	[OP_TOKENS_PRUNE]        = { sql_tokens_prune,        false },
	[OP_TOKEN_ROTATE]        = { sql_token_rotate,        true },
	[OP_TOKEN_FIRST_USE]     = { sql_token_first_use,     false },
	[OP_TOKENS_USED]         = { sql_tokens_used,         false },
	[OP_DOMAIN_TOKEN_ADD]    = { sql_domain_token_add,    false },
	[OP_DOMAIN_TOKEN_SET]    = { sql_domain_token_set,    false },
	[OP_DOMAIN_TOKEN_DROP]   = { sql_domain_token_drop,   false },
	[OP_DOMAIN_TOKENS_PRUNE] = { sql_domain_tokens_prune, false },
	[OP_ROLE_SET]            = { sql_role_set,            false },
	[OP_ROLE_DROP]           = { sql_role_drop,           false },
};

static int
apply(struct sql *db, const struct op *op, struct op_result *result)
{
	if ((size_t)op->kind >= NELEM(applies) || !applies[op->kind].apply)
		return log_fault(-ENOSYS, "store: operation %d", (int)op->kind);
	return applies[op->kind].apply(db, op, result);
}

static int
commit(struct sql_txn *tx, size_t count)
{
	static struct counter took = { .name = "commit_us", .kind = COUNTER_TIMES };
	static struct counter batches = { .name = "batch", .kind = COUNTER_SIZES };
	const int64_t began_us = clock_steady_us();
	int r;

	r = sql_txn_commit(tx);
	if (!r) {
		counter_measure(&took, (uint64_t)(clock_steady_us() - began_us));
		counter_measure(&batches, count);
	}
	return r;
}

/*
 * Each by do_one, all in one transaction; the result is that of the last one, with the tokens
 * of all.
 */
static int
attempt(struct sql *db, const struct op *ops, size_t count, sql_apply *do_one,
    struct op_result *result)
{
	GUARD(sql_txn_drop) struct sql_txn tx = { 0 };
	uint64_t dropped = 0;
	int r;

	r = sql_txn_begin(db, &tx);
	for (size_t i = 0; i < count && !r; i++) {
		*result = (struct op_result){ 0 };
		r = do_one(db, &ops[i], result);
		dropped += result->count;
	}
	result->count = dropped;
	if (!r)
		r = commit(&tx, count);
	/* it would only be waited for again */
	if (r == SQL_GONE || r == SQL_LOST)
		sql_link_drop(db);
	return r;
}

static int
submit(struct sql *db, const struct op *ops, size_t count, sql_apply *do_one,
    struct op_result *result)
{
	struct op_result mine, lost;
	struct sql_try try = { 0 };
	bool was_lost = false;
	int r;

	do {
		r = attempt(db, ops, count, do_one, &mine);
		/* what the lost one dropped, this one did not find */
		if (was_lost && mine.count < lost.count)
			mine.count = lost.count;
		if (was_lost && count == 1)
			r = sql_settle(db, ops, &lost, r, &mine);
		if (r == SQL_LOST) {
			was_lost = true;
			lost = mine;
		}
	} while (sql_try_again(db, &try, r));
	/* that it cannot be looked for is no reason to say that nothing was done */
	r = sql_try_result(was_lost && (r == SQL_GONE || r == SQL_NONE) ? SQL_LOST : r);
	sql_key_forget(db, ops, r);
	if (!r)
		*result = mine;
	return r;
}

/*
 * A token that was added with keys which another node changed at that moment: a process that
 * drops a key may have looked for its tokens already.  No client has been told of it yet.
 */
static int
take_back(struct sql *db, const struct op *op)
{
	const struct domain_token *domain_token = &op->u.domain_token_add.token;
	const struct token *token = &op->u.token_add.token;
	struct op drop = { .now_ms = op->now_ms };
	struct op_result unused;
	int r;

	if (op->kind == OP_TOKEN_ROTATE) {
		r = submit(db, op, 1, sql_token_rotate_back, &unused);
		return r < 0 ? r : V_CHANGED;
	}
	if (op->kind == OP_TOKEN_ADD) {
		drop.kind = OP_TOKEN_DROP;
		drop.u.token_drop.owner = token->user;
		drop.u.token_drop.use = (enum token_use)token->use;
		drop.u.token_drop.id = token->id;
	} else {
		drop.kind = OP_DOMAIN_TOKEN_DROP;
		drop.u.domain_token_drop.id = domain_token->id;
		memcpy(drop.u.domain_token_drop.domain, domain_token->domain,
		    sizeof drop.u.domain_token_drop.domain);
	}
	r = submit(db, &drop, 1, apply, &unused);
	return r < 0 ? r : V_CHANGED;
}

int
sql_submit(struct store *st, const struct op *op, struct op_result *result)
{
	struct sql *db = (struct sql *)st;
	int r;

	db->has_added = false;
	r = submit(db, op, 1, apply, result);
	/* a fault while it looks again leaves done what was done */
	if (!r && db->has_added && sql_keys_check_again(db, op) == V_CHANGED) {
		sql_key_forget(db, op, V_CHANGED);
		r = take_back(db, op);
	}
	if (!r && applies[op->kind].sweeps)
		sql_sweep(db, op->now_ms);
	return r;
}

int
sql_submit_all(struct store *st, const struct op *ops, size_t count)
{
	struct op_result unused;

	return count ? submit((struct sql *)st, ops, count, apply, &unused) : 0;
}

/* Only those that change the same rows wait for it. */
int
sql_submit_some(struct store *st, const struct op *ops, size_t count, size_t *done,
    uint64_t *dropped)
{
	struct op_result result = { 0 };
	int r;

	r = count ? submit((struct sql *)st, ops, count, apply, &result) : 0;
	*done = count;
	*dropped = result.count;
	return r;
}
