// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_rotate.c - tokens that replace others. */
#include "store/lmdb/lmdb_token.h"

#include "base/verdict.h"
#include "store/change.h"
#include "store/lmdb/lmdb_key.h"

int
lmdb_token_rotate(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct token old, left, *fresh = &result->u.token;
	int r;

	r = lmdb_token_by_id(tx, &op->u.token_rotate.old, &old);
	if (!r && change_repeats_rotation(op, &old))
		return lmdb_token_by_id(tx, &op->u.token_rotate.fresh.id, fresh);
	if (!r)
		r = change_rotate(op, &old, &left, fresh);
	if (!r)
		r = lmdb_token_make_way(tx, op, fresh);
	if (!r)
		r = lmdb_keys_check(tx, op);
	if (!r)
		r = lmdb_token_make_room(tx, fresh, change_rotation_limit(op, &left), false,
		    op->now_ms);
	if (!r)
		r = lmdb_token_put(tx, &old, &left);
	return r ? r : lmdb_token_put(tx, NULL, fresh);
}

/* What it replaced may be gone. */
static int
mark_replaced(struct txn *tx, const struct uuid *id, int64_t now_ms)
{
	struct token old, marked;
	int r;

	r = lmdb_token_by_id(tx, id, &old);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	marked = old;
	marked.replaced_ms = now_ms;
	return lmdb_token_put(tx, &old, &marked);
}

int
lmdb_token_first_use(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct token token, used;
	int r;

	(void)result;
	r = lmdb_token_by_id(tx, &op->u.token_first_use.id, &token);
	if (r)
		return r;
	if (!change_is_live(op, &token))
		return V_NOT_FOUND;
	if (uuid_is_none(&token.predecessor))
		return 0;
	r = mark_replaced(tx, &token.predecessor, op->now_ms);
	if (r)
		return r;
	used = token;
	used.predecessor = (struct uuid){ { 0 } };
	return lmdb_token_put(tx, &token, &used);
}
