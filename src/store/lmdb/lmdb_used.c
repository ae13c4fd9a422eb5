// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_used.c - when bearer tokens were used last. */
#include "store/lmdb/lmdb_token.h"

#include <errno.h>

#include "base/verdict.h"
#include "store/change.h"
#include "store/lmdb/lmdb_key.h"
#include "store/lmdb/lmdb_read.h"

/* No index leads to a token by its use, so its record alone is written. */
static int
note_use(struct txn *tx, const struct token_used *used)
{
	const struct place from = at_uuid(TABLE_TOKEN_UUID, &used->token);
	struct token_link link;
	struct token token;
	struct place at;
	int r;

	r = place_get(tx, &from, &link);
	if (!r) {
		at = at_digest(link.digest);
		r = place_need(tx, &at, &from, &token);
	}
	/* one that is damaged does not keep the others from being recorded */
	if (r)
		return r == V_NOT_FOUND || r == -EBADMSG ? 0 : r;
	return change_token_used(used, &token) ? place_put(tx, &at, &token) : 0;
}

int
lmdb_tokens_used(struct txn *tx, const struct op *op, struct op_result *result)
{
	int r = 0;

	(void)result;
	for (size_t i = 0; !r && i < op->u.tokens_used.count; i++)
		r = note_use(tx, &op->u.tokens_used.uses[i]);
	return r;
}
