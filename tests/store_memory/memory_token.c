// SPDX-License-Identifier: ISC
/* store_memory/memory_token.c - tokens of the memory store. */
#include "store_memory/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/verdict.h"
#include "store/change.h"

static struct token *
by_digest(const struct memory *db, const uint8_t *digest)
{
	struct token *token;

	for (size_t i = 0; (token = records_at(&db->tokens, i)); i++) {
		if (memcmp(token->digest, digest, DIGEST_LEN) == 0)
			return token;
	}
	return NULL;
}

static bool
is_live(const struct token *token, int64_t now_ms)
{
	return token && token->expires_ms > now_ms;
}

uint64_t
memory_tokens_of_user_drop(struct memory *db, const struct uuid *user, bool sessions,
    int64_t now_ms)
{
	struct token *token;
	uint64_t live = 0;
	size_t i = 0;

	while ((token = records_at(&db->tokens, i))) {
		if (!uuid_equal(&token->user, user) || (token->use != TOKEN_BEARER && !sessions)) {
			i++;
			continue;
		}
		live += is_live(token, now_ms) && token->use == TOKEN_BEARER;
		records_remove(&db->tokens, token);
	}
	return live;
}

static bool
ends_before(const struct token *a, const struct token *b)
{
	if (a->expires_ms != b->expires_ms)
		return a->expires_ms < b->expires_ms;
	return memcmp(a->digest, b->digest, DIGEST_LEN) < 0;
}

/* Drops the first limit to expire of those that did; how many. */
static uint64_t
prune(struct memory *db, uint64_t limit, int64_t now_ms)
{
	struct token *token, *first;
	uint64_t count;

	for (count = 0; count < limit; count++) {
		first = NULL;
		for (size_t i = 0; (token = records_at(&db->tokens, i)); i++) {
			if (!first || ends_before(token, first))
				first = token;
		}
		if (!first || is_live(first, now_ms))
			break;
		records_remove(&db->tokens, first);
	}
	return count;
}

static int
by_age(const void *left, const void *right)
{
	const struct token *a = left, *b = right;

	if (a->created_ms != b->created_ms)
		return a->created_ms < b->created_ms ? -1 : 1;
	return memcmp(&a->id, &b->id, sizeof a->id);
}

/* How many live tokens of its use the user of added has; and the oldest of them. */
static uint64_t
live_count(const struct memory *db, const struct token *added, int64_t now_ms,
    struct token **oldest)
{
	struct token *token;
	uint64_t live = 0;

	*oldest = NULL;
	for (size_t i = 0; (token = records_at(&db->tokens, i)); i++) {
		if (!is_live(token, now_ms) || token->use != added->use ||
		    !uuid_equal(&token->user, &added->user))
			continue;
		live++;
		if (!*oldest || by_age(token, *oldest) < 0)
			*oldest = token;
	}
	return live;
}

/* V_TOO_MANY, unless the oldest may be replaced. */
static int
make_room(struct memory *db, const struct token *added, uint64_t limit, bool oldest_goes,
    int64_t now_ms)
{
	struct token *oldest;

	if (live_count(db, added, now_ms, &oldest) < limit)
		return 0;
	if (!oldest_goes || !limit)
		return V_TOO_MANY;
	records_remove(&db->tokens, oldest);
	return 0;
}

/* An expired token keeps neither id nor digest from a new one. */
static void
make_way(struct memory *db, const struct token *token)
{
	struct token *old = records_find(&db->tokens, &token->id);

	if (old)
		records_remove(&db->tokens, old);
	old = by_digest(db, token->digest);
	if (old)
		records_remove(&db->tokens, old);
}

int
memory_token_add(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct token *token = &op->u.token_add.token;
	struct user *user = records_find(&db->users, &token->user);
	struct token *old = records_find(&db->tokens, &token->id);
	int r;

	(void)result;
	if (!user || user->deleted_ms)
		return V_NOT_FOUND;
	if (is_live(old, op->now_ms))
		return record_same(&token_kind, old, token) ? 0 : V_EXISTS;
	if (is_live(by_digest(db, token->digest), op->now_ms))
		return V_EXISTS;
	if (!uuid_is_none(&op->u.token_add.parent) && (r = change_check_parent(op,
	    records_find(&db->tokens, &op->u.token_add.parent))))
		return r;
	if (memory_keys_check(db, op))
		return V_CHANGED;
	if (records_reserve(&db->tokens))
		return -ENOMEM;
	if (make_room(db, token, op->u.token_add.limit, op->u.token_add.oldest_goes,
	    op->now_ms))
		return V_TOO_MANY;
	make_way(db, token);
	records_add(&db->tokens, token);
	(void)change_ends_login(token, user);
	return 0;
}

int
memory_token_set(struct memory *db, const struct op *op, struct op_result *result)
{
	struct token *token = records_find(&db->tokens, &op->u.token_set.to.id);
	int r;

	if (!token || !change_owns_token(op, token))
		return V_NOT_FOUND;
	r = change_token(op, token, token);
	if (r)
		return r;
	result->u.token = *token;
	return 0;
}

int
memory_token_rotate(struct memory *db, const struct op *op, struct op_result *result)
{
	struct token *old = records_find(&db->tokens, &op->u.token_rotate.old), left, fresh;
	const struct token *made = records_find(&db->tokens, &op->u.token_rotate.fresh.id);
	int r;

	if (!old)
		return V_NOT_FOUND;
	if (change_repeats_rotation(op, old)) {
		if (!made)
			return V_NOT_FOUND;
		result->u.token = *made;
		return 0;
	}
	r = change_rotate(op, old, &left, &fresh);
	if (r)
		return r;
	if (is_live(made, op->now_ms) || is_live(by_digest(db, fresh.digest), op->now_ms))
		return V_EXISTS;
	if (memory_keys_check(db, op))
		return V_CHANGED;
	if (records_reserve(&db->tokens))
		return -ENOMEM;
	old = records_find(&db->tokens, &left.id);
	r = make_room(db, &fresh, change_rotation_limit(op, &left), false, op->now_ms);
	if (r)
		return r;
	*old = left;
	make_way(db, &fresh);
	records_add(&db->tokens, &fresh);
	result->u.token = fresh;
	return 0;
}

int
memory_token_first_use(struct memory *db, const struct op *op, struct op_result *result)
{
	struct token *token = records_find(&db->tokens, &op->u.token_first_use.id), *old;

	(void)result;
	if (!is_live(token, op->now_ms))
		return V_NOT_FOUND;
	old = uuid_is_none(&token->predecessor) ? NULL :
	    records_find(&db->tokens, &token->predecessor);
	if (old)
		old->replaced_ms = op->now_ms;
	token->predecessor = (struct uuid){ { 0 } };
	return 0;
}

int
memory_tokens_used(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct token_used *used = op->u.tokens_used.uses;
	struct token *token;

	(void)result;
	for (size_t i = 0; i < op->u.tokens_used.count; i++, used++) {
		token = records_find(&db->tokens, &used->token);
		if (token)
			change_token_used(used, token);
	}
	return 0;
}

int
memory_token_drop(struct memory *db, const struct op *op, struct op_result *result)
{
	struct token *token = op->u.token_drop.by_digest ? by_digest(db, op->u.token_drop.digest) :
	    records_find(&db->tokens, &op->u.token_drop.id);

	if (!token || !change_owns_token(op, token))
		return V_NOT_FOUND;
	result->u.token = *token;
	records_remove(&db->tokens, token);
	return 0;
}

int
memory_tokens_drop_of_user(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct uuid *owner = &op->u.tokens_drop_of_user.owner;
	struct user *user = records_find(&db->users, owner);

	if (user)
		user->token_gen = op->u.tokens_drop_of_user.gen;
	result->count = memory_tokens_of_user_drop(db, owner, false, op->now_ms);
	return 0;
}

/* The first digest that follows one, or that there is. */
static struct token *
next_by_digest(const struct memory *db, const uint8_t *after)
{
	struct token *token, *next = NULL;

	for (size_t i = 0; (token = records_at(&db->tokens, i)); i++) {
		if ((!after || memcmp(token->digest, after, DIGEST_LEN) > 0) &&
		    (!next || memcmp(token->digest, next->digest, DIGEST_LEN) < 0))
			next = token;
	}
	return next;
}

int
memory_tokens_drop_of_key(struct memory *db, const struct op *op, struct op_result *result)
{
	const uint8_t *after = op->u.tokens_drop_of_key.goes_on ?
	    op->u.tokens_drop_of_key.digest : NULL;
	struct token *token;

	for (uint64_t left = op->u.tokens_drop_of_key.limit; left; left--) {
		token = next_by_digest(db, after);
		if (!token)
			return 0;
		memcpy(result->u.pass.digest, token->digest, DIGEST_LEN);
		after = result->u.pass.digest;
		if (token->hash_key != op->u.tokens_drop_of_key.key)
			continue;
		records_remove(&db->tokens, token);
		result->count++;
	}
	result->u.pass.more = true;
	return 0;
}

int
memory_tokens_prune(struct memory *db, const struct op *op, struct op_result *result)
{
	result->count = prune(db, op->u.tokens_prune.limit, op->now_ms);
	return 0;
}

int
memory_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token)
{
	struct memory *db = (struct memory *)st;
	const struct token *found = by_digest(db, digest);
	int r = memory_turn(db);

	if (r)
		return r;
	if (!is_live(found, now_ms) || found->use != (int64_t)use)
		return V_NOT_FOUND;
	*token = *found;
	return 0;
}

int
memory_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token)
{
	struct memory *db = (struct memory *)st;
	const struct token *found = records_find(&db->tokens, id);
	int r = memory_turn(db);

	if (r)
		return r;
	if (!is_live(found, now_ms) || found->use != (int64_t)use)
		return V_NOT_FOUND;
	*token = *found;
	return 0;
}

int
memory_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count)
{
	struct memory *db = (struct memory *)st;
	const struct token *start = after ? records_find(&db->tokens, after) : NULL, *token;
	struct token *list;
	size_t found = 0;
	int r = memory_turn(db);

	if (r)
		return r;
	if (after && (!is_live(start, now_ms) || start->use != (int64_t)use ||
	    !uuid_equal(&start->user, user)))
		return V_NOT_FOUND;
	list = arena_alloc(mem, db->tokens.count * sizeof *list);
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; (token = records_at(&db->tokens, i)); i++) {
		if (is_live(token, now_ms) && token->use == (int64_t)use &&
		    uuid_equal(&token->user, user) && (!start || by_age(token, start) > 0))
			list[found++] = *token;
	}
	qsort(list, found, sizeof *list, by_age);
	*tokens = list;
	*count = found < limit ? found : limit;
	return 0;
}
