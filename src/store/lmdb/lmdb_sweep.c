// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_sweep.c - removing tokens that have expired. */
#include "store/lmdb/lmdb_sweep.h"

#include <errno.h>
#include <string.h>

#include "base/mdb_call.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_walk.h"

/* A sweep stops at so many damaged records, because a write waits for it. */
#define SWEEP_DAMAGED_MAX 64

#define TIME_LEN		8
#define TOKEN_EXPIRY_KEY_LEN	(TIME_LEN + DIGEST_LEN)

/* Drops the token that an entry of TABLE_TOKEN_EXPIRY refers to, unless it is damaged. */
static int
expired_drop(struct txn *tx, const struct place *from)
{
	struct token_link unused;
	struct token token;
	struct place at;
	int r;

	r = place_get(tx, from, &unused);
	if (r)
		return r;
	at = place_of_expiring(from);
	r = place_need(tx, &at, from, &token);
	return r ? r : lmdb_token_remove(tx, &token);
}

int
lmdb_sweep(struct txn *tx, uint64_t limit, int64_t now_ms, uint64_t *count)
{
	struct place at = { .table = TABLE_TOKEN_EXPIRY };
	unsigned damaged = 0;
	int r;

	*count = 0;
	while (*count < limit && damaged < SWEEP_DAMAGED_MAX) {
		r = walk_next(tx, &at);
		if (r == V_NOT_FOUND)
			return 0;
		if (r)
			return r;
		if (at.len == TOKEN_EXPIRY_KEY_LEN && place_expiry(&at) > now_ms)
			return 0;
		r = expired_drop(tx, &at);
		if (r && r != -EBADMSG)
			return r;
		*count += !r;
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
