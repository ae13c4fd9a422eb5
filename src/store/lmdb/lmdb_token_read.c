// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_token_read.c - reads tokens and sessions, alone, with a user, or as a list. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_walk.h"

static bool
is_live(const struct token *token, enum token_use use, int64_t now_ms)
{
	return token->expires_ms > now_ms && token->use == (int64_t)use;
}

/* Which one is looked for: by its id, or by its digest. */
struct sought {
	enum token_use use;
	const struct uuid *id;
	const uint8_t *digest;
};

static int
find_live(struct txn *tx, const struct sought *sought, int64_t now_ms, struct token *token)
{
	const struct place at = sought->id ? at_uuid(TABLE_TOKEN_UUID, sought->id) :
	    at_digest(sought->digest);
	int r;

	r = sought->id ? lmdb_token_by_id(tx, sought->id, token) : place_get(tx, &at, token);
	if (r)
		return r == V_NOT_FOUND ? lmdb_absent(tx, &at) : r;
	return is_live(token, sought->use, now_ms) ? 0 : V_NOT_FOUND;
}

/* V_ENDED: there is no such user. */
static int
find_owner(struct txn *tx, const struct token *token, struct user *owner)
{
	const struct place at = at_uuid(TABLE_USER, &token->user);
	int r;

	r = place_get(tx, &at, owner);
	if (r == V_NOT_FOUND)
		r = lmdb_absent(tx, &at);
	return r == V_NOT_FOUND ? V_ENDED : r;
}

/*
 * user may be NULL.  It is read in the same transaction: a second one would cost a
 * microsecond of each request with a bearer token.
 */
static int
look_up(struct store *st, const struct sought *sought, int64_t now_ms, struct token *token,
    struct user *user)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct token found;
	struct user owner;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = find_live(&tx, sought, now_ms, &found);
	if (!r && user)
		r = find_owner(&tx, &found, &owner);
	if (r)
		return r;
	*token = found;
	if (user)
		*user = owner;
	return 0;
}

int
lmdb_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token)
{
	return look_up(st, &(struct sought){ .use = use, .digest = digest }, now_ms, token, NULL);
}

int
lmdb_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token)
{
	return look_up(st, &(struct sought){ .use = use, .id = id }, now_ms, token, NULL);
}

int
lmdb_token_find_user(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user)
{
	return look_up(st, &(struct sought){ .use = TOKEN_BEARER, .digest = digest }, now_ms,
	    token, user);
}

int
lmdb_token_get_user(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user)
{
	return look_up(st, &(struct sought){ .use = TOKEN_BEARER, .id = id }, now_ms, token,
	    user);
}

/* --- lists ------------------------------------------------------------------------ */

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
	r = find_live(tx, &(struct sought){ .use = w->use, .id = after }, w->now_ms, &token);
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
		if (!r && !lmdb_token_is_of(at, w->user))
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
