// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_renew.c - ending what a store of another time would let in. */
#include "store/lmdb/lmdb_renew.h"

#include "base/verdict.h"
#include "store/lmdb/lmdb_place.h"
#include "store/lmdb/lmdb_room.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_walk.h"

#define STEP 1000			/* records of one transaction */

/* What cannot be read lets nobody in. */
static int
skip_damaged(int r)
{
	return r == V_MALFORMED ? 0 : r;
}

static int
renew_user(struct txn *tx, const struct place *at, struct store_restore *how)
{
	struct user user;
	int r;

	r = place_look(tx, at, &user);
	if (r)
		return skip_damaged(r);
	how->users++;
	if (how->keep_sessions)
		return 0;
	user.gen = user_new_generation();
	user.logins_ended_ms = 0;
	return place_put(tx, at, &user);
}

static int
renew_token(struct txn *tx, const struct place *at, struct store_restore *how)
{
	struct token token;
	bool drops, is_session;
	int r;

	r = place_look(tx, at, &token);
	if (r)
		return skip_damaged(r);
	if (token.use == TOKEN_ENDED)		/* with all JWTs, or as before */
		return how->keep_sessions ? 0 : lmdb_token_remove(tx, &token);
	is_session = token.use == TOKEN_SESSION;
	drops = is_session ? !how->keep_sessions : how->drop_tokens;
	if (token.expires_ms > how->now_ms) {
		how->sessions_dropped += is_session && drops;
		how->tokens_dropped += !is_session && drops;
		how->sessions += is_session && !drops;
		how->tokens += !is_session && !drops;
	}
	return drops ? lmdb_token_remove(tx, &token) : 0;
}

static int
renew_domain_token(struct txn *tx, const struct place *at, struct store_restore *how)
{
	struct domain_token token;
	int r;

	r = place_look(tx, at, &token);
	if (r)
		return skip_damaged(r);
	if (token.expires_ms > how->now_ms) {
		how->tokens_dropped += how->drop_tokens;
		how->domain_tokens += !how->drop_tokens;
	}
	return how->drop_tokens ? place_drop(tx, at) : 0;
}

static const struct {
	enum table table;
	int (*renew)(struct txn *tx, const struct place *at, struct store_restore *how);
} renewals[] = {
	{ TABLE_USER,         renew_user },
	{ TABLE_TOKEN,        renew_token },
	{ TABLE_DOMAIN_TOKEN, renew_domain_token },
};

static int
attempt(struct lmdb *db, size_t row, struct place *at, struct store_restore *how, bool *more)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, 0, &tx);
	for (size_t left = STEP; left && !r; left--) {
		r = walk_next(&tx, at);
		if (!r)
			r = renewals[row].renew(&tx, at, how);
	}
	*more = r != V_NOT_FOUND;
	return r && *more ? r : txn_commit(&tx);
}

/* In a map that grows until it fits. */
static int
step(struct lmdb *db, size_t row, struct place *at, struct store_restore *how, bool *more)
{
	const struct store_restore before = *how;
	const struct place from = *at;
	int r;

	do {
		*how = before;
		*at = from;
		r = attempt(db, row, at, how, more);
	} while (room_again(db, &r));
	return r;
}

int
lmdb_renew(struct lmdb *db, struct store_restore *how)
{
	int r = 0;

	for (size_t i = 0; i < NELEM(renewals) && !r; i++) {
		struct place at = { .table = renewals[i].table };
		bool more = true;

		while (more && !r)
			r = step(db, i, &at, how, &more);
	}
	return r;
}
