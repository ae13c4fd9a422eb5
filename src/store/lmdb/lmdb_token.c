// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_token.c - tokens and sessions, kept in four places: the record
 * by its digest, and links to it by id, by user and age, and by expiry.  What a
 * link's key says, and what nobody asks it for, is not in its value.
 */
#include "store/lmdb/lmdb_token.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/verdict.h"
#include "store/change.h"
#include "store/lmdb/lmdb_key.h"
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_walk.h"

#define TOKEN_USER_KEY_LEN	(UUID_LEN + 8 + UUID_LEN)

/* The places of the links to a token. */
static void
links_of(const struct token *token, struct place links[TOKEN_LINKS])
{
	links[0] = at_uuid(TABLE_TOKEN_UUID, &token->id);
	links[1] = at_token_user(token);
	links[2] = at_token_expiry(token->expires_ms, token->digest);
}

void
lmdb_token_links(const struct token *token, struct place links[TOKEN_LINKS],
    struct token_link values[TOKEN_LINKS])
{
	memset(values, 0, TOKEN_LINKS * sizeof *values);
	memcpy(values[0].digest, token->digest, DIGEST_LEN);
	memcpy(values[1].digest, token->digest, DIGEST_LEN);
	values[1].expires_ms = token->expires_ms;
	values[1].use = token->use;
	links_of(token, links);
}

/* Reads id, user, digest and the times of token. */
static int
token_remove(struct txn *tx, const struct token *token)
{
	const struct place at = at_digest(token->digest);
	struct place links[TOKEN_LINKS];
	int r = 0;

	links_of(token, links);
	for (size_t i = 0; i < NELEM(links) && !r; i++)
		r = place_drop(tx, &links[i]);
	return r ? r : place_drop(tx, &at);
}

int
lmdb_token_put(struct txn *tx, const struct token *old, const struct token *token)
{
	const struct place at = at_digest(token->digest);
	struct token_link values[TOKEN_LINKS];
	struct place links[TOKEN_LINKS];
	int r;

	r = old ? token_remove(tx, old) : 0;
	lmdb_token_links(token, links, values);
	for (size_t i = 0; i < NELEM(links) && !r; i++)
		r = place_put(tx, &links[i], &values[i]);
	return r ? r : place_put(tx, &at, token);
}

bool
lmdb_token_is_of(const struct place *at, const struct uuid *user)
{
	return at->len == TOKEN_USER_KEY_LEN && memcmp(at->key, user->bytes, UUID_LEN) == 0;
}

int
lmdb_token_by_id(struct txn *tx, const struct uuid *id, struct token *token)
{
	const struct place from = at_uuid(TABLE_TOKEN_UUID, id);
	struct token_link link;
	struct place at;
	int r;

	r = place_get(tx, &from, &link);
	if (r)
		return r;
	at = at_digest(link.digest);
	r = place_need(tx, &at, &from, token);
	return !r && !uuid_equal(&token->id, id) ? place_damaged(&from) : r;
}

/* The live token that an operation names, if its owner has it. */
static int
token_owned(struct txn *tx, const struct op *op, struct token *token)
{
	const struct place at = at_digest(op->u.token_drop.digest);
	int r;

	if (op->kind == OP_TOKEN_SET)
		r = lmdb_token_by_id(tx, &op->u.token_set.to.id, token);
	else if (op->u.token_drop.by_digest)
		r = place_get(tx, &at, token);
	else
		r = lmdb_token_by_id(tx, &op->u.token_drop.id, token);
	if (r)
		return r;
	return change_owns_token(op, token) ? 0 : V_NOT_FOUND;
}

/* What an entry of TABLE_TOKEN_USER says about its token: enough to remove it. */
static struct token
token_of_entry(const struct place *at, const struct token_link *link)
{
	struct token token = { .expires_ms = link->expires_ms, .use = link->use };

	place_token_user(at, &token);
	memcpy(token.digest, link->digest, DIGEST_LEN);
	return token;
}

int
lmdb_token_of_entry(struct txn *tx, const struct place *at, struct token *token)
{
	struct token_link link;
	int r;

	if (at->len != TOKEN_USER_KEY_LEN)
		return V_MALFORMED;
	r = place_look(tx, at, &link);
	if (!r)
		*token = token_of_entry(at, &link);
	return r;
}

/* How many live tokens of its use the user of added has, up to limit; and the oldest. */
static int
tokens_count(struct txn *tx, const struct token *added, uint64_t limit, int64_t now_ms,
    uint64_t *live, struct token *oldest)
{
	struct place at = at_uuid(TABLE_TOKEN_USER, &added->user);
	struct token_link link;
	int r;

	for (*live = 0; *live < limit;) {
		r = walk_next(tx, &at);
		if (r == V_NOT_FOUND || (!r && !lmdb_token_is_of(&at, &added->user)))
			return 0;
		if (!r)
			r = place_get(tx, &at, &link);
		if (r)
			return r;
		if (link.expires_ms <= now_ms || link.use != added->use)
			continue;
		if (!(*live)++)
			*oldest = token_of_entry(&at, &link);
	}
	return 0;
}

/* Only a user with limit entries, of whatever use and expired or not, has them read. */
int
lmdb_token_make_room(struct txn *tx, const struct token *token, uint64_t limit,
    bool oldest_goes, int64_t now_ms)
{
	const struct place all = at_uuid(TABLE_TOKEN_USER, &token->user);
	struct token oldest;
	uint64_t live;
	int r;

	r = walk_count(tx, &all, limit, &live);
	if (!r && live == limit)
		r = tokens_count(tx, token, limit, now_ms, &live, &oldest);
	if (r || live < limit)
		return r;
	return oldest_goes && live ? token_remove(tx, &oldest) : V_TOO_MANY;
}

static int
user_check(struct txn *tx, const struct uuid *id, struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, id);
	int r;

	r = place_get(tx, &at, user);
	if (r)
		return r;
	return user->deleted_ms ? V_NOT_FOUND : 0;
}

static int
user_mark(struct txn *tx, const struct token *token, struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, &user->id);

	return change_ends_login(token, user) ? place_put(tx, &at, user) : 0;
}

/* An expired token keeps neither id nor digest from a new one. */
static int
token_displace(struct txn *tx, const struct op *op, const struct token *old)
{
	return change_is_live(op, old) ? V_EXISTS : token_remove(tx, old);
}

int
lmdb_token_make_way(struct txn *tx, const struct op *op, const struct token *token)
{
	const struct place at = at_digest(token->digest);
	struct token old;
	int r;

	r = lmdb_token_by_id(tx, &token->id, &old);
	if (!r)
		r = token_displace(tx, op, &old);
	if (r && r != V_NOT_FOUND)
		return r;
	r = place_get(tx, &at, &old);
	if (!r)
		r = token_displace(tx, op, &old);
	return r == V_NOT_FOUND ? 0 : r;
}

/* V_ENDED, V_FORBIDDEN: the token that makes the operation's may not. */
static int
parent_check(struct txn *tx, const struct op *op)
{
	struct token parent;
	int r;

	if (uuid_is_none(&op->u.token_add.parent))
		return 0;
	r = lmdb_token_by_id(tx, &op->u.token_add.parent, &parent);
	return r < 0 ? r : change_check_parent(op, r ? NULL : &parent);
}

int
lmdb_token_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct token *token = &op->u.token_add.token;
	struct token old;
	struct user user;
	int r;

	(void)result;
	r = user_check(tx, &token->user, &user);
	if (r)
		return r;
	r = lmdb_token_by_id(tx, &token->id, &old);
	if (!r && change_is_live(op, &old) && record_same(&token_kind, &old, token))
		return 0;
	if (!r || r == V_NOT_FOUND)
		r = lmdb_token_make_way(tx, op, token);
	if (!r)
		r = parent_check(tx, op);
	if (!r)
		r = lmdb_keys_check(tx, op);
	if (!r)
		r = lmdb_token_make_room(tx, token, op->u.token_add.limit,
		    op->u.token_add.oldest_goes, op->now_ms);
	if (!r)
		r = user_mark(tx, token, &user);
	return r ? r : lmdb_token_put(tx, NULL, token);
}

int
lmdb_token_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct token old, *token = &result->u.token;
	int r;

	r = token_owned(tx, op, &old);
	if (!r)
		r = change_token(op, &old, token);
	if (r || record_same(&token_kind, &old, token))
		return r;
	return lmdb_token_put(tx, &old, token);
}

int
lmdb_token_drop(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct token *token = &result->u.token;
	int r;

	r = token_owned(tx, op, token);
	if (r)
		return r;
	return token_remove(tx, token);
}

int
lmdb_tokens_of_user_drop(struct txn *tx, const struct uuid *user, unsigned uses,
    int64_t now_ms, uint64_t *live)
{
	struct place at = at_uuid(TABLE_TOKEN_USER, user);
	struct token_link link;
	struct token token;
	int r;

	for (;;) {
		r = walk_next(tx, &at);
		/* keys out of order lead no further; the generation has ended what is behind */
		if (r == V_NOT_FOUND || r == -EBADMSG || (!r && !lmdb_token_is_of(&at, user)))
			return 0;
		if (!r)
			r = place_get(tx, &at, &link);
		/* so it has what a damaged entry leads to */
		if (r == -EBADMSG)
			continue;
		if (r)
			return r;
		if (!(uses & USE_BIT(link.use)))
			continue;
		tx->unfinished = !tx->drops;
		if (tx->unfinished)
			return 0;
		tx->drops--;
		*live += link.expires_ms > now_ms && link.use == TOKEN_BEARER;
		/* the record is not read: it is dropped even if it is damaged */
		token = token_of_entry(&at, &link);
		r = token_remove(tx, &token);
		if (r)
			return r;
	}
}

/* Ends what the index does not lead to.  Nothing of a damaged user is valid. */
static int
new_token_gen(struct txn *tx, const struct uuid *id, uint64_t gen)
{
	const struct place at = at_uuid(TABLE_USER, id);
	struct user user;
	int r;

	r = place_look(tx, &at, &user);
	if (r)
		return r == V_NOT_FOUND || r == V_MALFORMED ? 0 : r;
	user.token_gen = gen;
	return place_put(tx, &at, &user);
}

int
lmdb_tokens_drop_of_user(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct uuid *owner = &op->u.tokens_drop_of_user.owner;
	int r;

	r = new_token_gen(tx, owner, op->u.tokens_drop_of_user.gen);
	return r ? r : lmdb_tokens_of_user_drop(tx, owner,
	    USE_BIT(TOKEN_BEARER), op->now_ms, &result->count);
}

int
lmdb_token_remove(struct txn *tx, const struct token *token)
{
	return token_remove(tx, token);
}
