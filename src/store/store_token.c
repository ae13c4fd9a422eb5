// SPDX-License-Identifier: ISC
/* store/store_token.c - the functions of store.h that change a bearer token or a session. */
#include "store/store.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "store/backend.h"

/* Adds a bearer token, a session or an ended login. */
static int
add_token(struct store *st, const struct token *token, enum token_use use,
    const struct uuid *parent, uint64_t limit, int64_t now_ms)
{
	/* no key makes an ended login */
	struct op op = { .kind = OP_TOKEN_ADD, .now_ms = now_ms,
	    .keys = use == TOKEN_ENDED ? 0 : st->keys,
	    .u.token_add = { .token = *token, .limit = limit,
	    .oldest_goes = use == TOKEN_SESSION } };

	op.u.token_add.token.use = use;
	if (parent)
		op.u.token_add.parent = *parent;
	return store_submit_plain(st, &op);
}

int
store_token_add(struct store *st, const struct token *token, uint64_t limit, int64_t now_ms)
{
	return add_token(st, token, TOKEN_BEARER, NULL, limit, now_ms);
}

int
store_token_add_by(struct store *st, const struct uuid *parent, const struct token *token,
    uint64_t limit, int64_t now_ms)
{
	return add_token(st, token, TOKEN_BEARER, parent, limit, now_ms);
}

/* Submits an operation on one token and returns the token. */
static int
submit_token(struct store *st, const struct op *op, struct token *token)
{
	struct op_result result;
	int r;

	r = store_submit(st, op, &result);
	if (r)
		return r;
	*token = result.u.token;
	return 0;
}

/* The fields of a token that may change, as a mask. */
static uint64_t
token_changeable(void)
{
	static const char *const names[] = { "name", "ttl", "expired_on", "scope", "addresses" };
	uint64_t mask = 0;

	for (size_t i = 0; i < NELEM(names); i++)
		mask |= field_bit(&token_kind, names[i]);
	return mask;
}

static int
set_token(struct store *st, const struct uuid *owner, const struct token *token,
    uint64_t mask, bool narrows, int64_t now_ms, struct token *after)
{
	struct op op = { .kind = OP_TOKEN_SET, .now_ms = now_ms,
	    .u.token_set = { *token, *owner, mask & token_changeable(), narrows } };

	op.u.token_set.to.use = TOKEN_BEARER;
	return submit_token(st, &op, after);
}

int
store_token_set(struct store *st, const struct uuid *owner, const struct token *token,
    uint64_t mask, int64_t now_ms, struct token *after)
{
	return set_token(st, owner, token, mask, false, now_ms, after);
}

int
store_token_narrow(struct store *st, const struct uuid *owner, const struct token *token,
    uint64_t mask, int64_t now_ms, struct token *after)
{
	return set_token(st, owner, token, mask, true, now_ms, after);
}

int
store_token_rotate(struct store *st, const struct token_rotation *rotation, int64_t now_ms,
    struct token *fresh)
{
	struct op op = { .kind = OP_TOKEN_ROTATE, .now_ms = now_ms, .keys = st->keys,
	    .u.token_rotate = *rotation };

	return submit_token(st, &op, fresh);
}

int
store_token_first_use(struct store *st, const struct uuid *id, int64_t now_ms)
{
	struct op op = { .kind = OP_TOKEN_FIRST_USE, .now_ms = now_ms,
	    .u.token_first_use = { *id } };

	return store_submit_plain(st, &op);
}

int
store_token_drop(struct store *st, const struct uuid *owner,
    const uint8_t digest[DIGEST_LEN], int64_t now_ms, struct token *gone)
{
	struct op op = { .kind = OP_TOKEN_DROP, .now_ms = now_ms,
	    .u.token_drop = { .owner = *owner, .use = TOKEN_BEARER, .by_digest = true } };

	memcpy(op.u.token_drop.digest, digest, DIGEST_LEN);
	return submit_token(st, &op, gone);
}

int
store_token_drop_id(struct store *st, const struct uuid *owner, const struct uuid *id,
    int64_t now_ms, struct token *gone)
{
	struct op op = { .kind = OP_TOKEN_DROP, .now_ms = now_ms,
	    .u.token_drop = { .owner = *owner, .use = TOKEN_BEARER, .id = *id } };

	return submit_token(st, &op, gone);
}

int
store_tokens_used(struct store *st, const struct token_used *uses, size_t count, int64_t now_ms)
{
	struct op op = { .kind = OP_TOKENS_USED, .now_ms = now_ms };

	if (count > TOKENS_USED_MAX)
		return -EINVAL;
	op.u.tokens_used.count = count;
	memcpy(op.u.tokens_used.uses, uses, count * sizeof *uses);
	return store_submit_plain(st, &op);
}

int
store_session_add(struct store *st, const struct token *session, uint64_t limit, int64_t now_ms)
{
	return add_token(st, session, TOKEN_SESSION, NULL, limit, now_ms);
}

int
store_session_drop(struct store *st, const struct uuid *owner, const struct uuid *id,
    int64_t now_ms, struct token *gone)
{
	struct op op = { .kind = OP_TOKEN_DROP, .now_ms = now_ms,
	    .u.token_drop = { .owner = *owner, .use = TOKEN_SESSION, .id = *id } };

	return submit_token(st, &op, gone);
}

int
store_login_end(struct store *st, const struct uuid *user, uint64_t gen,
    const struct uuid *login, int64_t expires_ms, uint64_t limit, int64_t now_ms)
{
	struct token ended = { .id = *login, .user = *user, .gen = gen, .created_ms = now_ms,
	    .modified_ms = now_ms, .expires_ms = expires_ms, .hash_key = STORE_NO_KEY };

	login_digest(login, ended.digest);
	return add_token(st, &ended, TOKEN_ENDED, NULL, limit, now_ms);
}

int
store_login_find_ended(struct store *st, const struct uuid *login, int64_t now_ms,
    struct token *ended)
{
	uint8_t digest[DIGEST_LEN];

	login_digest(login, digest);
	return st->ops->token_find(st, TOKEN_ENDED, digest, now_ms, ended);
}
