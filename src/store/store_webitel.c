// SPDX-License-Identifier: ISC
/* store/store_webitel.c - the functions of store.h on domain tokens and roles. */
#include "store/store.h"

#include "base/text.h"
#include "base/verdict.h"
#include "store/backend.h"

int
store_domain_token_add(struct store *st, const struct domain_token *token, uint64_t limit,
    int64_t now_ms)
{
	struct op op = { .kind = OP_DOMAIN_TOKEN_ADD, .now_ms = now_ms, .keys = st->keys,
	    .u.domain_token_add = { *token, limit } };

	return store_submit_plain(st, &op);
}

int
store_domain_token_enable(struct store *st, const char *domain, const struct uuid *id,
    bool enabled)
{
	struct op op = { .kind = OP_DOMAIN_TOKEN_SET,
	    .u.domain_token_set = { .id = *id, .enabled = enabled } };

	if (text_copy(op.u.domain_token_set.domain, LOGIN_SIZE, domain))
		return V_NOT_FOUND;
	return store_submit_plain(st, &op);
}

int
store_domain_token_drop(struct store *st, const char *domain, const struct uuid *id)
{
	struct op op = { .kind = OP_DOMAIN_TOKEN_DROP, .u.domain_token_drop = { .id = *id } };

	if (text_copy(op.u.domain_token_drop.domain, LOGIN_SIZE, domain))
		return V_NOT_FOUND;
	return store_submit_plain(st, &op);
}

int
store_domain_tokens_prune(struct store *st, uint64_t limit, int64_t now_ms, uint64_t *count)
{
	struct op op = { .kind = OP_DOMAIN_TOKENS_PRUNE, .now_ms = now_ms,
	    .u.domain_tokens_prune.limit = limit };

	return store_submit_count(st, &op, count);
}

int
store_role_set(struct store *st, const struct role *role)
{
	struct op op = { .kind = OP_ROLE_SET, .u.role_set = *role };

	return store_submit_plain(st, &op);
}

int
store_role_drop(struct store *st, const char *name)
{
	struct op op = { .kind = OP_ROLE_DROP };

	if (text_copy(op.u.role_drop.name, ROLE_NAME_SIZE, name))
		return V_NOT_FOUND;
	return store_submit_plain(st, &op);
}

int
store_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token)
{
	return st->ops->domain_token_get(st, domain, id, token);
}

int
store_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count)
{
	if (limit > STORE_LIST_MAX)
		limit = STORE_LIST_MAX;
	return st->ops->domain_token_list(st, mem, domain, after, limit, now_ms, tokens, count);
}

int
store_role_get(struct store *st, const char *name, struct role *role)
{
	return st->ops->role_get(st, name, role);
}

int
store_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count)
{
	return st->ops->role_list(st, mem, roles, count);
}
