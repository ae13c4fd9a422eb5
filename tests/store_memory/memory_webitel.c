// SPDX-License-Identifier: ISC
/* store_memory/memory_webitel.c - tokens of domains, and roles, of the memory store. */
#include "store_memory/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/verdict.h"
#include "store/domain_page.h"

static struct domain_token *
domain_token_find(const struct memory *db, const char *domain, const struct uuid *id)
{
	struct domain_token *token;

	for (size_t i = 0; (token = records_at(&db->domain_tokens, i)); i++) {
		if (uuid_equal(&token->id, id) && strcmp(token->domain, domain) == 0)
			return token;
	}
	return NULL;
}

static struct role *
role_find(const struct memory *db, const char *name)
{
	struct role *role;

	for (size_t i = 0; (role = records_at(&db->roles, i)); i++) {
		if (strcmp(role->name, name) == 0)
			return role;
	}
	return NULL;
}

static void
drop_expired(struct memory *db, const char *domain, int64_t now_ms)
{
	struct domain_token *token;
	size_t i = 0;

	while ((token = records_at(&db->domain_tokens, i))) {
		if (token->expires_ms <= now_ms && strcmp(token->domain, domain) == 0)
			records_remove(&db->domain_tokens, token);
		else
			i++;
	}
}

int
memory_domain_token_add(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct domain_token *token = &op->u.domain_token_add.token, *other;
	const struct domain_token *old = domain_token_find(db, token->domain, &token->id);
	uint64_t live = 0;

	(void)result;
	if (old)
		return record_same(&domain_token_kind, old, token) ? 0 : V_EXISTS;
	if (memory_keys_check(db, op))
		return V_CHANGED;
	for (size_t i = 0; (other = records_at(&db->domain_tokens, i)); i++)
		live += other->expires_ms > op->now_ms &&
		    strcmp(other->domain, token->domain) == 0;
	if (live >= op->u.domain_token_add.limit)
		return V_TOO_MANY;
	if (records_reserve(&db->domain_tokens))
		return -ENOMEM;
	drop_expired(db, token->domain, op->now_ms - STORE_GRACE_MS);
	records_add(&db->domain_tokens, token);
	return 0;
}

static int
by_domain(const struct domain_token *a, const struct domain_token *b)
{
	int order = strcmp(a->domain, b->domain);

	return order ? order : memcmp(&a->id, &b->id, sizeof a->id);
}

int
memory_domain_tokens_prune(struct memory *db, const struct op *op, struct op_result *result)
{
	struct domain_token *token, *first;

	for (result->count = 0; result->count < op->u.domain_tokens_prune.limit; result->count++) {
		first = NULL;
		for (size_t i = 0; (token = records_at(&db->domain_tokens, i)); i++) {
			if (token->expires_ms <= op->now_ms &&
			    (!first || by_domain(token, first) < 0))
				first = token;
		}
		if (!first)
			break;
		records_remove(&db->domain_tokens, first);
	}
	return 0;
}

int
memory_domain_token_set(struct memory *db, const struct op *op, struct op_result *result)
{
	struct domain_token *token;

	(void)result;
	token = domain_token_find(db, op->u.domain_token_set.domain, &op->u.domain_token_set.id);
	if (!token)
		return V_NOT_FOUND;
	token->enabled = op->u.domain_token_set.enabled;
	return 0;
}

int
memory_domain_token_drop(struct memory *db, const struct op *op, struct op_result *result)
{
	struct domain_token *token;

	(void)result;
	token = domain_token_find(db, op->u.domain_token_drop.domain, &op->u.domain_token_drop.id);
	if (!token)
		return V_NOT_FOUND;
	records_remove(&db->domain_tokens, token);
	return 0;
}

int
memory_role_set(struct memory *db, const struct op *op, struct op_result *result)
{
	struct role *old;

	(void)result;
	if (records_reserve(&db->roles))
		return -ENOMEM;
	old = role_find(db, op->u.role_set.name);
	if (old && !record_equal(&role_kind, old, &op->u.role_set))
		*old = op->u.role_set;
	else if (!old)
		records_add(&db->roles, &op->u.role_set);
	return 0;
}

int
memory_role_drop(struct memory *db, const struct op *op, struct op_result *result)
{
	struct role *old = role_find(db, op->u.role_drop.name);

	(void)result;
	if (!old)
		return V_NOT_FOUND;
	records_remove(&db->roles, old);
	return 0;
}

int
memory_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token)
{
	struct memory *db = (struct memory *)st;
	const struct domain_token *found = domain_token_find(db, domain, id);
	int r = memory_turn(db);

	if (r)
		return r;
	if (!found)
		return V_NOT_FOUND;
	*token = *found;
	return 0;
}

/* Of domain, or of any with NULL. */
static bool
is_of(const struct domain_token *token, const char *domain)
{
	return !domain || strcmp(token->domain, domain) == 0;
}

int
memory_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count)
{
	struct memory *db = (struct memory *)st;
	const struct domain_token *token, *last = NULL;
	struct domain_page page;
	int r = memory_turn(db);

	if (r)
		return r;
	for (size_t i = 0; after && (token = records_at(&db->domain_tokens, i)); i++) {
		if (is_of(token, domain) && uuid_equal(&token->id, after) &&
		    (!last || strcmp(token->domain, last->domain) < 0))
			last = token;
	}
	if (after && !last)
		return V_NOT_FOUND;
	r = domain_page_open(&page, mem, limit, now_ms, last);
	if (r)
		return r;
	for (size_t i = 0; (token = records_at(&db->domain_tokens, i)); i++) {
		if (is_of(token, domain))
			domain_page_offer(&page, token);
	}
	return domain_page_done(&page, tokens, count);
}

int
memory_role_get(struct store *st, const char *name, struct role *role)
{
	struct memory *db = (struct memory *)st;
	const struct role *found = role_find(db, name);
	int r = memory_turn(db);

	if (r)
		return r;
	if (!found)
		return V_NOT_FOUND;
	*role = *found;
	return 0;
}

static int
by_name(const void *left, const void *right)
{
	const struct role *a = left, *b = right;

	return strcmp(a->name, b->name);
}

int
memory_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count)
{
	struct memory *db = (struct memory *)st;
	struct role *list;
	int r = memory_turn(db);

	if (r)
		return r;
	list = arena_alloc(mem, db->roles.count * sizeof *list);
	if (!list)
		return -ENOMEM;
	if (db->roles.count)
		memcpy(list, db->roles.bytes, db->roles.count * sizeof *list);
	qsort(list, db->roles.count, sizeof *list, by_name);
	*roles = list;
	*count = db->roles.count;
	return 0;
}
