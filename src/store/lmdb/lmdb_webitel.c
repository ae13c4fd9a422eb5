// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_webitel.c - static tokens of domains, and roles. */
#include "store/lmdb/lmdb_webitel.h"

#include "base/verdict.h"
#include "store/lmdb/lmdb_read.h"

int
lmdb_domain_token_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct domain_token *token = &op->u.domain_token_add;
	const struct place at = at_domain_token(token->domain, &token->id);
	struct domain_token old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		return record_same(&domain_token_kind, &old, token) ? 0 : V_EXISTS;
	return r == V_NOT_FOUND ? place_put(tx, &at, token) : r;
}

int
lmdb_domain_token_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_domain_token(op->u.domain_token_set.domain,
	    &op->u.domain_token_set.id);
	struct domain_token token;
	int r;

	(void)result;
	r = place_get(tx, &at, &token);
	if (r)
		return r;
	token.enabled = op->u.domain_token_set.enabled;
	return place_put(tx, &at, &token);
}

int
lmdb_domain_token_drop(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_domain_token(op->u.domain_token_drop.domain,
	    &op->u.domain_token_drop.id);
	struct domain_token token;
	int r;

	(void)result;
	r = place_get(tx, &at, &token);
	return r ? r : place_drop(tx, &at);
}

int
lmdb_role_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_ROLE, op->u.role_set.name);

	(void)result;
	return place_put(tx, &at, &op->u.role_set);
}

int
lmdb_role_drop(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_ROLE, op->u.role_drop.name);
	struct role role;
	int r;

	(void)result;
	r = place_get(tx, &at, &role);
	return r ? r : place_drop(tx, &at);
}

int
lmdb_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token)
{
	const struct place at = at_domain_token(domain, id);

	return lmdb_read_one(st, &at, token);
}

int
lmdb_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    struct domain_token **tokens, size_t *count)
{
	const struct place all = { .table = TABLE_DOMAIN_TOKEN };
	const struct place start = domain ? at_domain_token(domain, NULL) : all;
	void *list;
	int r;

	r = lmdb_read_list(st, mem, start, &start, SIZE_MAX, sizeof **tokens, &list, count);
	if (r)
		return r;
	*tokens = list;
	return 0;
}

int
lmdb_role_get(struct store *st, const char *name, struct role *role)
{
	const struct place at = at_text(TABLE_ROLE, name);

	return lmdb_read_one(st, &at, role);
}

int
lmdb_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count)
{
	const struct place start = { .table = TABLE_ROLE };
	void *list;
	int r;

	r = lmdb_read_list(st, mem, start, &start, SIZE_MAX, sizeof **roles, &list, count);
	if (r)
		return r;
	*roles = list;
	return 0;
}
