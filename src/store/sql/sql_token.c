// SPDX-License-Identifier: ISC
/* store/sql/sql_token.c - tokens and sessions. */
#include "store/sql/sql_token.h"

#include <errno.h>
#include <string.h>

#include "base/verdict.h"
#include "store/change.h"
#include "store/sql/sql_key.h"
#include "store/sql/sql_login.h"
#include "store/sql/sql_meta.h"
#include "store/sql/sql_sweep.h"
#include "store/sql/sql_try.h"

/* A limit as a parameter of LIMIT. */
static int64_t
capped(uint64_t limit)
{
	return limit < INT64_MAX ? (int64_t)limit : INT64_MAX;
}

/* No other operation on the user's tokens goes on beside this one.  V_NOT_FOUND: no such user. */
static int
user_turn(struct sql *db, const struct uuid *user)
{
	struct sql_args args = { .count = 0 };
	uint64_t rows;
	int r;

	sql_arg_uuid(&args, user);
	r = sql_change(db, USER_TURN_LIVE, &args, &rows);
	return !r && !rows ? V_NOT_FOUND : r;
}

static int
token_remove(struct sql *db, const struct uuid *id)
{
	struct sql_args args = { .count = 0 };

	sql_arg_uuid(&args, id);
	return sql_change(db, TOKEN_DROP, &args, NULL);
}

/* --- adding ----------------------------------------------------------------------- */

/*
 * The tokens that have the id or the digest of a new one, twice if both.  An expired token
 * keeps neither from it.  *repeats: the same token is there.
 */
static int
rivals_displace(struct sql *db, const struct op *op, const struct token *token, bool *repeats)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct sql_args args = { .count = 0 };
	const struct token *rivals;
	size_t count;
	void *list;
	int r;

	sql_arg_uuid(&args, &token->id);
	sql_arg_bytes(&args, token->digest, sizeof token->digest);
	r = sql_list(db, TOKEN_RIVALS, &args, &mem, &list, &count);
	rivals = list;
	for (size_t i = 0; i < count && !r; i++) {
		*repeats = change_is_live(op, &rivals[i]) &&
		    record_same(&token_kind, &rivals[i], token);
		if (*repeats)
			return 0;
		r = change_is_live(op, &rivals[i]) ? V_EXISTS : token_remove(db, &rivals[i].id);
	}
	return r;
}

/* How many live tokens of one use a user has. */
static int
live_count(struct sql *db, const struct uuid *user, int64_t use, int64_t now_ms, uint64_t *live)
{
	struct sql_args args = { .count = 0 };
	int64_t count;
	int r;

	sql_arg_uuid(&args, user);
	sql_arg_number(&args, use);
	sql_arg_number(&args, now_ms);
	r = sql_number(db, TOKEN_COUNT, &args, &count);
	if (r)
		return r == V_NOT_FOUND ? -EBADMSG : r;	/* a count always has a row */
	*live = (uint64_t)count;
	return 0;
}

/* V_TOO_MANY if its user has limit live tokens, unless the oldest may be dropped. */
static int
room_make(struct sql *db, const struct token *token, uint64_t limit, bool oldest_goes,
    int64_t now_ms)
{
	struct sql_args args = { .count = 0 };
	uint64_t live;
	int r;

	r = live_count(db, &token->user, token->use, now_ms, &live);
	if (r || live < limit)
		return r;
	if (!oldest_goes || !limit)
		return V_TOO_MANY;
	sql_arg_uuid(&args, &token->user);
	sql_arg_number(&args, token->use);
	sql_arg_number(&args, now_ms);
	return sql_change(db, TOKEN_DROP_OLDEST, &args, NULL);
}

/* Before a token is written: older programs would accept it without its limits. */
static int
limits_announce(struct sql *db, const struct token *token)
{
	return token->scope[0] || token->addresses[0] || !uuid_is_none(&token->successor) ||
	    !uuid_is_none(&token->predecessor) ? sql_reader_raise(db) : 0;
}

static int
token_put(struct sql *db, const struct token *token)
{
	struct sql_args args = { .count = 0 };
	int r;

	r = limits_announce(db, token);
	sql_arg_record(&args, &token_kind, token);
	return r ? r : sql_change(db, TOKEN_PUT, &args, NULL);
}

/* The token of that id, expired or not; it is locked. */
static int
token_lock(struct sql *db, const struct uuid *id, struct token *token)
{
	struct sql_args args = { .count = 0 };

	sql_arg_uuid(&args, id);
	return sql_record(db, TOKEN_LOCK, &args, token);
}

/* V_ENDED, V_FORBIDDEN: the token that makes the operation's may not. */
static int
parent_check(struct sql *db, const struct op *op)
{
	struct token parent;
	int r;

	if (uuid_is_none(&op->u.token_add.parent))
		return 0;
	r = token_lock(db, &op->u.token_add.parent, &parent);
	return r < 0 ? r : change_check_parent(op, r ? NULL : &parent);
}

int
sql_token_add(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct token *token = &op->u.token_add.token;
	bool repeats = false;
	int r;

	(void)result;
	r = user_turn(db, &token->user);
	if (!r)
		r = rivals_displace(db, op, token, &repeats);
	if (r || repeats)
		return r;
	r = parent_check(db, op);
	if (!r)
		r = sql_keys_check(db, op);
	if (!r)
		r = room_make(db, token, op->u.token_add.limit, op->u.token_add.oldest_goes,
		    op->now_ms);
	if (!r)
		r = sql_login_mark(db, token);
	db->has_added = !r;
	return r ? r : token_put(db, token);
}

/* --- changing and dropping ---------------------------------------------------------- */

/* The live token that an operation names, if its owner has it; it is locked. */
static int
token_owned(struct sql *db, const struct op *op, struct token *token)
{
	struct sql_args args = { .count = 0 };
	int r;

	if (op->kind == OP_TOKEN_SET) {
		sql_arg_uuid(&args, &op->u.token_set.to.id);
		r = sql_record(db, TOKEN_LOCK, &args, token);
	} else if (op->u.token_drop.by_digest) {
		sql_arg_bytes(&args, op->u.token_drop.digest, DIGEST_LEN);
		r = sql_record(db, TOKEN_FIND_LOCK, &args, token);
	} else {
		sql_arg_uuid(&args, &op->u.token_drop.id);
		r = sql_record(db, TOKEN_LOCK, &args, token);
	}
	if (r)
		return r;
	return change_owns_token(op, token) ? 0 : V_NOT_FOUND;
}

static int
token_change(struct sql *db, const struct token *token)
{
	struct sql_args args = { .count = 0 };
	int r;

	r = limits_announce(db, token);
	sql_arg_record(&args, &token_kind, token);
	sql_arg_uuid(&args, &token->id);
	return r ? r : sql_change(db, TOKEN_SET, &args, NULL);
}

int
sql_token_set(struct sql *db, const struct op *op, struct op_result *result)
{
	struct token old, *token = &result->u.token;
	int r;

	r = token_owned(db, op, &old);
	if (!r)
		r = change_token(op, &old, token);
	if (r || record_same(&token_kind, &old, token))
		return r;
	return token_change(db, token);
}

int
sql_token_drop(struct sql *db, const struct op *op, struct op_result *result)
{
	struct token *token = &result->u.token;
	int r;

	r = token_owned(db, op, token);
	return r ? r : token_remove(db, &token->id);
}

/* --- replacing --------------------------------------------------------------------- */

int
sql_token_rotate(struct sql *db, const struct op *op, struct op_result *result)
{
	struct token old, left, *fresh = &result->u.token;
	bool repeats = false;
	int r;

	r = user_turn(db, &op->u.token_rotate.owner);
	if (!r)
		r = token_lock(db, &op->u.token_rotate.old, &old);
	if (!r && change_repeats_rotation(op, &old))
		return token_lock(db, &op->u.token_rotate.fresh.id, fresh);
	if (!r)
		r = change_rotate(op, &old, &left, fresh);
	if (!r)
		r = rivals_displace(db, op, fresh, &repeats);
	if (!r && repeats)
		r = V_EXISTS;
	if (!r)
		r = sql_keys_check(db, op);
	if (!r)
		r = room_make(db, fresh, change_rotation_limit(op, &left), false, op->now_ms);
	if (!r)
		r = token_change(db, &left);
	if (r)
		return r;
	db->has_added = true;
	db->rotated = old;
	return token_put(db, fresh);
}

/* What was changed meanwhile, or is gone, stays so. */
int
sql_token_rotate_back(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct token *old = &db->rotated;
	struct token left;
	int r;

	(void)result;
	r = user_turn(db, &op->u.token_rotate.owner);
	if (!r)
		r = token_remove(db, &op->u.token_rotate.fresh.id);
	if (!r)
		r = token_lock(db, &old->id, &left);
	if (r || !change_repeats_rotation(op, &left))
		return r;
	left.successor = old->successor;
	if (left.modified_ms == op->now_ms) {
		left.modified_ms = old->modified_ms;
		left.expires_ms = old->expires_ms;
	}
	return token_change(db, &left);
}

/* What it replaced may be gone. */
static int
mark_replaced(struct sql *db, const struct uuid *id, int64_t now_ms)
{
	struct token old;
	int r;

	r = token_lock(db, id, &old);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	old.replaced_ms = now_ms;
	return token_change(db, &old);
}

int
sql_token_first_use(struct sql *db, const struct op *op, struct op_result *result)
{
	struct token token;
	int r;

	(void)result;
	r = token_lock(db, &op->u.token_first_use.id, &token);
	if (r)
		return r;
	if (!change_is_live(op, &token))
		return V_NOT_FOUND;
	if (uuid_is_none(&token.predecessor))
		return 0;
	r = mark_replaced(db, &token.predecessor, op->now_ms);
	if (r)
		return r;
	token.predecessor = (struct uuid){ { 0 } };
	return token_change(db, &token);
}

int
sql_tokens_used(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct token_used *used = op->u.tokens_used.uses;
	struct sql_args args;
	int r = 0;

	(void)result;
	for (size_t i = 0; !r && i < op->u.tokens_used.count; i++, used++) {
		args.count = 0;
		sql_arg_number(&args, used->used_ms);
		sql_arg_text(&args, used->ip);
		sql_arg_uuid(&args, &used->token);
		sql_arg_number(&args, TOKEN_BEARER);
		sql_arg_number(&args, used->used_ms);
		r = sql_change(db, TOKEN_USED, &args, NULL);
	}
	return r;
}

/* --- dropping many ------------------------------------------------------------------ */

int
sql_tokens_of_user_drop(struct sql *db, const struct uuid *user, bool sessions, int64_t now_ms,
    uint64_t *live)
{
	struct sql_args args = { .count = 0 };
	uint64_t count;
	int r;

	r = live_count(db, user, TOKEN_BEARER, now_ms, &count);
	if (r)
		return r;
	*live += count;
	sql_arg_uuid(&args, user);
	if (sessions)
		return sql_change(db, TOKENS_DROP_ALL, &args, NULL);
	sql_arg_number(&args, TOKEN_BEARER);
	return sql_change(db, TOKENS_DROP_USE, &args, NULL);
}

/* Tokens that somebody left without a user are dropped as well. */
int
sql_tokens_drop_of_user(struct sql *db, const struct op *op, struct op_result *result)
{
	const struct uuid *owner = &op->u.tokens_drop_of_user.owner;
	struct sql_args args = { .count = 0 };
	int r;

	/* takes the user's turn as well */
	sql_arg_number(&args, (int64_t)op->u.tokens_drop_of_user.gen);
	sql_arg_uuid(&args, owner);
	r = sql_change(db, USER_REVOKE, &args, NULL);
	if (r)
		return r;
	return sql_tokens_of_user_drop(db, owner, false, op->now_ms, &result->count);
}

/* The last of the next limit tokens, in the order of digests; V_NOT_FOUND: there are fewer. */
static int
step_end(struct sql *db, struct sql_args *args, uint64_t limit, struct token *last, bool *more)
{
	int r;

	*more = true;
	sql_arg_number(args, capped(limit) - 1);
	r = sql_record(db, TOKENS_NTH, args, last);
	if (r != V_NOT_FOUND)
		return r;
	*more = false;
	args->count--;
	return sql_record(db, TOKENS_LAST, args, last);
}

int
sql_tokens_drop_of_key(struct sql *db, const struct op *op, struct op_result *result)
{
	const bool goes_on = op->u.tokens_drop_of_key.goes_on;
	struct sql_args args = { .count = 0 };
	struct token last;
	int r;

	/* no bytes come before any */
	sql_arg_bytes(&args, op->u.tokens_drop_of_key.digest, goes_on ? DIGEST_LEN : 0);
	if (!op->u.tokens_drop_of_key.limit) {
		result->u.pass.more = true;
		return 0;
	}
	r = step_end(db, &args, op->u.tokens_drop_of_key.limit, &last, &result->u.pass.more);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	memcpy(result->u.pass.digest, last.digest, DIGEST_LEN);
	args.count = 1;
	sql_arg_bytes(&args, last.digest, sizeof last.digest);
	sql_arg_number(&args, (int64_t)op->u.tokens_drop_of_key.key);
	return sql_change(db, TOKENS_DROP_KEY, &args, &result->count);
}

int
sql_tokens_prune(struct sql *db, const struct op *op, struct op_result *result)
{
	return sql_prune(db, capped(op->u.tokens_prune.limit), op->now_ms, &result->count);
}
