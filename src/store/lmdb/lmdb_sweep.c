// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_sweep.c - removing tokens that have expired. */
#include "store/lmdb/lmdb_sweep.h"

#include <errno.h>
#include <string.h>

#include "base/mdb_call.h"
#include "base/verdict.h"
#include "store/change.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_walk.h"

/* A sweep stops at so many damaged records, because a write waits for it. */
#define SWEEP_DAMAGED_MAX 64

/* And at so many ended logins that are kept. */
#define SWEEP_KEPT_MAX 64

#define TIME_LEN		8
#define TOKEN_EXPIRY_KEY_LEN	(TIME_LEN + DIGEST_LEN)

/* An ended login that is kept: its user must say that it has one. */
static int
keep(struct txn *tx, const struct token *old, const struct token *kept)
{
	const struct place at = at_uuid(TABLE_USER, &kept->user);
	struct user user;
	int r;

	r = place_look(tx, &at, &user);
	if (!r && change_ends_login(kept, &user))
		r = place_put(tx, &at, &user);
	return r && r != V_NOT_FOUND && r != V_MALFORMED ? r : lmdb_token_put(tx, old, kept);
}

/*
 * Drops the token that an entry of TABLE_TOKEN_EXPIRY refers to, unless it is damaged or
 * must be kept.
 */
static int
expired_drop(struct txn *tx, const struct place *from, int64_t now_ms, bool *kept)
{
	const struct commit *last = &tx->db->commit;
	struct token_link unused;
	struct token token, old;
	struct place at;
	int r;

	r = place_get(tx, from, &unused);
	if (r)
		return r;
	at = place_of_expiring(from);
	r = place_need(tx, &at, from, &token);
	if (r)
		return r;
	old = token;
	*kept = change_keeps_ended(&token, change_jumped_ms(last->at_ms, last->settled_ms, now_ms),
	    now_ms);
	return *kept ? keep(tx, &old, &token) : lmdb_token_remove(tx, &token);
}

int
lmdb_sweep(struct txn *tx, uint64_t limit, int64_t now_ms, uint64_t *count)
{
	struct place at = { .table = TABLE_TOKEN_EXPIRY };
	unsigned damaged = 0, kept = 0;
	bool keeps = false;
	int r;

	*count = 0;
	while (*count < limit && damaged < SWEEP_DAMAGED_MAX && kept < SWEEP_KEPT_MAX) {
		r = walk_next(tx, &at);
		if (r == V_NOT_FOUND)
			return 0;
		if (r)
			return r;
		if (at.len == TOKEN_EXPIRY_KEY_LEN && place_expiry(&at) > now_ms)
			return 0;
		r = expired_drop(tx, &at, now_ms, &keeps);
		if (r && r != -EBADMSG)
			return r;
		*count += !r && !keeps;
		kept += !r && keeps;
		damaged += r != 0;
	}
	return 0;
}

int
lmdb_tokens_prune(struct txn *tx, const struct op *op, struct op_result *result)
{
	const uint64_t left = op->u.tokens_prune.limit - result->count;
	uint64_t swept;
	int r;

	r = lmdb_sweep(tx, left < tx->drops ? left : tx->drops, op->now_ms, &swept);
	tx->unfinished = swept == tx->drops && swept < left;
	result->count += swept;
	return r;
}

/* The index is in the order of time, and only its keys are read. */
int
lmdb_expired_count(struct txn *tx, int64_t now_ms, uint64_t *count)
{
	GUARD(mdb_leave) MDB_cursor *cursor = NULL;
	const struct place end = at_token_expiry(now_ms, (const uint8_t[DIGEST_LEN]){ 0 });
	struct mdb *mdb = &tx->db->mdb;
	uint8_t bytes[PLACE_KEY_MAX];
	struct mdb_copy key = { bytes, sizeof bytes, 0 };
	int rc;

	*count = 0;
	rc = mdb_enter(mdb, tx->mdb, tx->db->dbi[TABLE_TOKEN_EXPIRY], &cursor);
	while (!rc) {
		rc = mdb_move(mdb, cursor, MDB_NEXT, &key, NULL);
		if (rc || key.len != end.len || memcmp(bytes, end.key, TIME_LEN) > 0)
			break;
		++*count;
	}
	return rc && rc != MDB_NOTFOUND ? txn_fault(tx, rc, "mdb_cursor_get") : 0;
}
