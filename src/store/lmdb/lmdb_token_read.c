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

/* The live token of that id and use. */
static int
live_by_id(struct txn *tx, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token)
{
	const struct place from = at_uuid(TABLE_TOKEN_UUID, id);
	int r;

	r = lmdb_token_by_id(tx, id, token);
	if (r)
		return r == V_NOT_FOUND ? lmdb_absent(tx, &from) : r;
	return is_live(token, use, now_ms) ? 0 : V_NOT_FOUND;
}

static int
live_by_digest(struct txn *tx, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token)
{
	const struct place at = at_digest(digest);
	int r;

	r = place_get(tx, &at, token);
	if (r)
		return r == V_NOT_FOUND ? lmdb_absent(tx, &at) : r;
	return is_live(token, use, now_ms) ? 0 : V_NOT_FOUND;
}

int
lmdb_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct token found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = live_by_digest(&tx, use, digest, now_ms, &found);
	if (!r)
		*token = found;
	return r;
}

int
lmdb_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct token found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = live_by_id(&tx, use, id, now_ms, &found);
	if (!r)
		*token = found;
	return r;
}

/* --- with its user --------------------------------------------------------------- */

/*
 * The user of a token that was found with the result r.  In the same transaction: a second
 * one would cost a microsecond of each request with a bearer token.
 */
static int
with_user(struct txn *tx, int r, const struct token *found, struct token *token,
    struct user *user)
{
	struct place at;
	struct user owner;

	if (r)
		return r;
	at = at_uuid(TABLE_USER, &found->user);
	r = place_get(tx, &at, &owner);
	if (r == V_NOT_FOUND)
		r = lmdb_absent(tx, &at);
	if (r)
		return r == V_NOT_FOUND ? V_ENDED : r;
	*token = *found;
	*user = owner;
	return 0;
}

int
lmdb_token_find_user(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct token found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = live_by_digest(&tx, TOKEN_BEARER, digest, now_ms, &found);
	return with_user(&tx, r, &found, token, user);
}

int
lmdb_token_get_user(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct token found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = live_by_id(&tx, TOKEN_BEARER, id, now_ms, &found);
	return with_user(&tx, r, &found, token, user);
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
