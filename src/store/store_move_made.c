// SPDX-License-Identifier: ISC
/* store/store_move_made.c - the part of store_move.c that moves tokens, roles and keys. */
#include "store/store_move_part.h"

#include <string.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "store/store_move.h"

/* --- tokens and sessions -------------------------------------------------------------- */

static const struct {
	enum token_use use;
	size_t count;			/* the member of struct store_move */
} uses[] = {
	{ TOKEN_BEARER,  offsetof(struct store_move, tokens) },
	{ TOKEN_SESSION, offsetof(struct store_move, sessions) },
	{ TOKEN_ENDED,   offsetof(struct store_move, ended) },
};

static int
token_remove(struct move *m, const struct token *token)
{
	struct op op = { .kind = OP_TOKEN_DROP, .now_ms = MOVE_ALWAYS,
	    .u.token_drop = { .owner = token->user, .use = (enum token_use)token->use,
		.id = token->id } };
	struct token wanted;
	int r;

	r = m->from->ops->token_get(m->from, (enum token_use)token->use, &token->id, MOVE_ALWAYS,
	    &wanted);
	if (r < 0 || move_same(r, &token_kind, &wanted, token))
		return r < 0 ? r : 0;
	return move_goes(m, r) ? move_make(m, &op) : 0;
}

static int
token_put(struct move *m, const struct token *token)
{
	struct op op = { .kind = OP_TOKEN_ADD, .now_ms = MOVE_ALWAYS,
	    .u.token_add = { .token = *token, .limit = UINT64_MAX } };
	struct token other;
	int r;

	r = m->to->ops->token_get(m->to, (enum token_use)token->use, &token->id, MOVE_ALWAYS,
	    &other);
	if (r < 0 || move_same(r, &token_kind, token, &other))
		return r < 0 ? r : 0;
	return move_differs(m) ? move_make(m, &op) : 0;
}

/* Calls apply for each token of that use and user in st; how many there are. */
static int
each_token(struct move *m, struct store *st, enum token_use use, const struct uuid *user,
    int (*apply)(struct move *, const struct token *), uint64_t *sum)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid last, *after = NULL;
	struct token *tokens;
	size_t count;
	int r;

	*sum = 0;
	do {
		arena_wipe(&mem);
		r = st->ops->token_list(st, &mem, use, user, after, MOVE_PAGE, MOVE_ALWAYS, &tokens,
		    &count);
		if (r == V_NOT_FOUND && after) {
			/* the last one is gone: from the beginning */
			after = NULL;
			*sum = 0;
			count = MOVE_PAGE;
			continue;
		}
		for (size_t i = 0; i < count && !r; i++)
			r = apply(m, &tokens[i]);
		if (r || !count)
			return r;
		*sum += count;
		last = tokens[count - 1].id;
		after = &last;
	} while (count == MOVE_PAGE);
	return 0;
}

int
move_tokens_remove(struct move *m, const struct user *user)
{
	uint64_t unused;
	int r = 0;

	for (size_t i = 0; i < NELEM(uses) && !r; i++)
		r = each_token(m, m->to, uses[i].use, &user->id, token_remove, &unused);
	return r;
}

int
move_tokens_put(struct move *m, const struct user *user)
{
	uint64_t sum;
	int r = 0;

	for (size_t i = 0; i < NELEM(uses) && !r; i++) {
		r = each_token(m, m->from, uses[i].use, &user->id, token_put, &sum);
		*(uint64_t *)((char *)m->how + uses[i].count) += sum;
	}
	if (m->how->users++ % MOVE_PAGE == 0 && m->how->progress)
		m->how->progress(m->how->arg, m->how->users, m->total);
	return r;
}

/* --- domain tokens, roles and keys ---------------------------------------------------- */

static int
domain_token_remove(struct move *m, const struct domain_token *token)
{
	struct domain_token wanted;
	int r;

	r = store_domain_token_get(m->from, token->domain, &token->id, &wanted);
	if (r < 0 || move_same(r, &domain_token_kind, &wanted, token))
		return r < 0 ? r : 0;
	return move_goes(m, r) ? store_domain_token_drop(m->to, token->domain, &token->id) : 0;
}

static int
domain_token_put(struct move *m, const struct domain_token *token)
{
	struct domain_token other;
	int r;

	m->how->domain_tokens++;
	r = store_domain_token_get(m->to, token->domain, &token->id, &other);
	if (r < 0 || move_same(r, &domain_token_kind, token, &other))
		return r < 0 ? r : 0;
	return move_differs(m) ? store_domain_token_add(m->to, token, UINT64_MAX, MOVE_ALWAYS) : 0;
}

/* From the beginning again if the last one of a page is gone. */
static int
each_domain_token(struct move *m, struct store *st,
    int (*apply)(struct move *, const struct domain_token *))
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct domain_token *tokens;
	struct uuid *after = NULL;
	size_t count;
	int r;

	do {
		r = store_domain_token_list(st, &mem, NULL, after, MOVE_PAGE, 0, &tokens, &count);
		if (r == V_NOT_FOUND && after) {
			after = NULL;
			count = MOVE_PAGE;
			r = 0;
			continue;
		}
		if (r || !count)
			return r;
		after = &tokens[count - 1].id;
		for (size_t i = 0; i < count && !r; i++)
			r = apply(m, &tokens[i]);
	} while (!r && count == MOVE_PAGE);
	return r;
}

int
move_domain_tokens(struct move *m)
{
	int r;

	r = each_domain_token(m, m->to, domain_token_remove);
	return r ? r : each_domain_token(m, m->from, domain_token_put);
}

int
move_roles(struct move *m)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct role *list, other;
	size_t count;
	int r;

	r = store_role_list(m->to, &mem, &list, &count);
	for (size_t i = 0; i < count && !r; i++) {
		if (store_role_get(m->from, list[i].name, &other) == V_NOT_FOUND && move_differs(m))
			r = store_role_drop(m->to, list[i].name);
	}
	if (!r)
		r = store_role_list(m->from, &mem, &list, &count);
	for (size_t i = 0; i < count && !r; i++) {
		m->how->roles++;
		if (!move_same(store_role_get(m->to, list[i].name, &other), &role_kind, &list[i],
		    &other) && move_differs(m))
			r = store_role_set(m->to, &list[i]);
	}
	return r;
}

static const struct key *
key_find(const struct key *list, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].id, id) == 0)
			return &list[i];
	}
	return NULL;
}

int
move_keys(struct move *m)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct key *wanted, *found;
	size_t wanted_count, count;
	const struct key *other;
	int r;

	r = store_keys(m->from, &mem, &wanted, &wanted_count);
	if (!r)
		r = store_keys(m->to, &mem, &found, &count);
	for (size_t i = 0; !r && i < count; i++) {
		if (!key_find(wanted, wanted_count, found[i].id) && move_differs(m))
			r = store_key_drop(m->to, found[i].id);
	}
	for (size_t i = 0; !r && i < wanted_count; i++) {
		m->how->keys++;
		other = key_find(found, count, wanted[i].id);
		if ((other && record_same(&key_kind, other, &wanted[i])) || !move_differs(m))
			continue;
		r = other ? store_key_set(m->to, &wanted[i], UINT64_MAX) :
		    store_key_add(m->to, &wanted[i]);
	}
	return r;
}
