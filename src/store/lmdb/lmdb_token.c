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

static bool
is_token_of(const struct place *at, const struct uuid *user)
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
	return place_need(tx, &at, &from, token);
}

static bool
is_live(const struct token *token, enum token_use use, int64_t now_ms)
{
	return token->expires_ms > now_ms && token->use == (int64_t)use;
}

/* The live token of that id and use. */
static int
live_by_id(struct txn *tx, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token)
{
	int r;

	r = lmdb_token_by_id(tx, id, token);
	if (r)
		return r;
	return is_live(token, use, now_ms) ? 0 : V_NOT_FOUND;
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
		if (r == V_NOT_FOUND || (!r && !is_token_of(&at, &added->user)))
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
user_check(struct txn *tx, const struct uuid *id)
{
	const struct place at = at_uuid(TABLE_USER, id);
	struct user user;
	int r;

	r = place_get(tx, &at, &user);
	if (r)
		return r;
	return user.deleted_ms ? V_NOT_FOUND : 0;
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

int
lmdb_token_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct token *token = &op->u.token_add.token;
	struct token old;
	int r;

	(void)result;
	r = user_check(tx, &token->user);
	if (r)
		return r;
	r = lmdb_token_by_id(tx, &token->id, &old);
	if (!r && change_is_live(op, &old) && record_same(&token_kind, &old, token))
		return 0;
	if (!r || r == V_NOT_FOUND)
		r = lmdb_token_make_way(tx, op, token);
	if (!r)
		r = lmdb_keys_check(tx, op);
	if (!r)
		r = lmdb_token_make_room(tx, token, op->u.token_add.limit,
		    op->u.token_add.oldest_goes, op->now_ms);
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
	return r ? r : lmdb_token_put(tx, &old, token);
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
		if (r == V_NOT_FOUND || (!r && !is_token_of(&at, user)))
			return 0;
		if (!r)
			r = place_get(tx, &at, &link);
		/* whatever a damaged entry leads to ended with the generation */
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

/* --- reads ------------------------------------------------------------------- */

int
lmdb_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token)
{
	const struct place at = at_digest(digest);
	struct token found;
	int r;

	r = lmdb_read_one(st, &at, &found);
	if (r)
		return r;
	if (!is_live(&found, use, now_ms))
		return V_NOT_FOUND;
	*token = found;
	return 0;
}

int
lmdb_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	const struct place at = at_uuid(TABLE_TOKEN_UUID, id);
	struct token found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = lmdb_token_by_id(&tx, id, &found);
	if (r)
		return r == V_NOT_FOUND ? lmdb_absent(&tx, &at) : r;
	if (!is_live(&found, use, now_ms))
		return V_NOT_FOUND;
	*token = found;
	return 0;
}

/* Whose tokens are listed, and which. */
struct wanted {
	enum token_use use;
	const struct uuid *user;
	int64_t now_ms;
};

/* Where the list begins: before all tokens of the user, or at the one called after. */
static int
token_list_start(struct txn *tx, const struct wanted *w, const struct uuid *after,
    struct place *at)
{
	struct token token;
	int r;

	*at = at_uuid(TABLE_TOKEN_USER, w->user);
	if (!after)
		return 0;
	r = live_by_id(tx, w->use, after, w->now_ms, &token);
	if (r)
		return r;
	if (!uuid_equal(&token.user, w->user))
		return V_NOT_FOUND;
	*at = at_token_user(&token);
	return 0;
}

/* Moves at to the next token of the list.  V_NOT_FOUND after the last. */
static int
token_next(struct txn *tx, const struct wanted *w, struct place *at, struct token_link *link)
{
	int r;

	do {
		r = walk_next(tx, at);
		if (!r && !is_token_of(at, w->user))
			r = V_NOT_FOUND;
		if (!r)
			r = place_get(tx, at, link);
		if (r)
			return r;
	} while (link->expires_ms <= w->now_ms || link->use != (int64_t)w->use);
	return 0;
}

/* How many tokens of the list follow start, up to limit. */
static int
wanted_count(struct txn *tx, const struct wanted *w, struct place start, size_t limit,
    size_t *count)
{
	struct token_link link;
	int r = 0;

	*count = 0;
	while (!r && *count < limit) {
		r = token_next(tx, w, &start, &link);
		*count += !r;
	}
	return r == V_NOT_FOUND ? 0 : r;
}

/* Reads the next count tokens, which exist, into list. */
static int
tokens_read(struct txn *tx, const struct wanted *w, struct place start, size_t count,
    struct token *list)
{
	struct token_link link;
	struct place at;
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		r = token_next(tx, w, &start, &link);
		if (r)
			break;
		at = at_digest(link.digest);
		r = place_need(tx, &at, &start, &list[i]);
	}
	return r;
}

int
lmdb_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	const struct wanted w = { use, user, now_ms };
	struct place start;
	struct token *list;
	size_t found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = token_list_start(&tx, &w, after, &start);
	if (!r)
		r = wanted_count(&tx, &w, start, limit, &found);
	if (r)
		return r;
	list = arena_alloc(mem, found * sizeof *list);
	if (!list)
		return log_fault(-ENOMEM, "store: a list of %zu tokens", found);
	r = tokens_read(&tx, &w, start, found, list);
	if (r)
		return r;
	*tokens = list;
	*count = found;
	return 0;
}
