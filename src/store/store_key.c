// SPDX-License-Identifier: ISC
/* store/store_key.c - the functions of store.h on keys, and on what a key has made. */
#include "store/store.h"

#include <string.h>

#include "base/text.h"
#include "base/verdict.h"
#include "store/backend.h"

static int
submit(struct store *st, const struct op *op)
{
	struct op_result result;

	return st->ops->submit(st, op, &result);
}

int
store_key_add(struct store *st, const struct key *key)
{
	struct op op = { .kind = OP_KEY_ADD, .keys = st->keys, .u.key_add = *key };

	return submit(st, &op);
}

int
store_key_set(struct store *st, const struct key *key, uint64_t mask)
{
	struct op op = { .kind = OP_KEY_SET, .keys = st->keys, .u.key_set = { *key, mask } };

	return submit(st, &op);
}

int
store_key_drop(struct store *st, const char *id)
{
	struct op op = { .kind = OP_KEY_DROP, .keys = st->keys };

	if (text_copy(op.u.key_drop.id, sizeof op.u.key_drop.id, id))
		return V_NOT_FOUND;
	return submit(st, &op);
}

void
store_expect_keys(struct store *st, uint64_t changes)
{
	st->keys = changes;
}

int
store_tokens_drop_of_key(struct store *st, uint64_t key, uint64_t limit,
    struct token_pass *pass)
{
	struct op op = { .kind = OP_TOKENS_DROP_OF_KEY,
	    .u.tokens_drop_of_key = { .key = key, .limit = limit, .goes_on = pass->goes_on } };
	struct op_result result;
	int r;

	memcpy(op.u.tokens_drop_of_key.digest, pass->digest, DIGEST_LEN);
	r = st->ops->submit(st, &op, &result);
	if (r)
		return r;
	memcpy(pass->digest, result.u.pass.digest, DIGEST_LEN);
	pass->goes_on = true;
	pass->more = result.u.pass.more;
	pass->count = result.count;
	return 0;
}

int
store_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count)
{
	return st->ops->keys(st, mem, keys, count);
}

int
store_key_changes(struct store *st, uint64_t *changes)
{
	return st->ops->key_changes(st, changes);
}

void
store_look_again(struct store *st)
{
	st->looks = true;
}
