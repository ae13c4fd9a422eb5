// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_made.c - what a key has made: tokens and sessions, found by a pass over all. */
#include "store/lmdb/lmdb_made.h"

#include <errno.h>
#include <string.h>

#include "base/verdict.h"
#include "store/lmdb/lmdb_place.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_walk.h"

/* Drops the token at, if the key of that serial made it.  A damaged one stays: whose is it? */
static int
drop_if_of_key(struct txn *tx, const struct place *at, uint64_t key, uint64_t *count)
{
	struct token token;
	int r;

	r = place_get(tx, at, &token);
	if (r)
		return r == -EBADMSG ? 0 : r;
	if (token.hash_key != key)
		return 0;
	tx->drops--;
	++*count;
	return lmdb_token_remove(tx, &token);
}

int
lmdb_tokens_drop_of_key(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct place at = { .table = TABLE_TOKEN };
	uint64_t left = op->u.tokens_drop_of_key.limit;
	int r = 0;

	if (op->u.tokens_drop_of_key.goes_on)
		at = at_digest(op->u.tokens_drop_of_key.digest);
	for (; !r && left && tx->drops; left--) {
		r = walk_next(tx, &at);
		if (r)
			return r == V_NOT_FOUND ? 0 : r;
		memcpy(result->u.pass.digest, at.key, DIGEST_LEN);
		r = drop_if_of_key(tx, &at, op->u.tokens_drop_of_key.key, &result->count);
	}
	result->u.pass.more = true;
	return r;
}
