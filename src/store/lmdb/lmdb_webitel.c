// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_webitel.c - domain tokens and roles. */
#include "store/lmdb/lmdb_webitel.h"

#include "base/guard.h"
#include "base/verdict.h"
#include "store/domain_page.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_key.h"
#include "store/lmdb/lmdb_read.h"
#include "store/store.h"

/* A walk over domain tokens: how many are live, and how many of the others may go. */
struct tally {
	int64_t now_ms, drop_ms;	/* what had expired by then may go */
	uint64_t live, dropped, drop_limit;
};

/* Counts the live tokens whose keys begin with prefix, and drops expired ones. */
static int
walk_tokens(struct txn *tx, const struct place *prefix, struct tally *sum)
{
	struct domain_token token;
	struct place at = *prefix;
	int r;

	while ((r = lmdb_next_within(tx, &at, prefix)) == 0) {
		r = place_get(tx, &at, &token);
		if (!r && token.expires_ms > sum->now_ms) {
			sum->live++;
		} else if (!r && token.expires_ms <= sum->drop_ms &&
		    sum->dropped < sum->drop_limit) {
			sum->dropped++;
			r = place_drop(tx, &at);
		}
		if (r)
			return r;
	}
	return r == V_NOT_FOUND ? 0 : r;
}

int
lmdb_domain_token_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct domain_token *token = &op->u.domain_token_add.token;
	const struct place all = at_domain_token(token->domain, NULL);
	const struct place at = at_domain_token(token->domain, &token->id);
	struct tally sum = { .now_ms = op->now_ms,
	    .drop_ms = op->now_ms - STORE_GRACE_MS, .drop_limit = UINT64_MAX };
	struct domain_token old;
	int r;

	(void)result;
	if (commit_settled(&tx->db->commit, op->now_ms) > op->now_ms)
		sum.drop_limit = 0;
	r = place_get(tx, &at, &old);
	if (!r)
		return record_same(&domain_token_kind, &old, token) ? 0 : V_EXISTS;
	if (r == V_NOT_FOUND)
		r = lmdb_keys_check(tx, op);
	if (!r)
		r = walk_tokens(tx, &all, &sum);
	if (r)
		return r;
	return sum.live < op->u.domain_token_add.limit ? place_put(tx, &at, token) : V_TOO_MANY;
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
	if (token.enabled == op->u.domain_token_set.enabled)
		return 0;
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
lmdb_domain_tokens_prune(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place all = { .table = TABLE_DOMAIN_TOKEN };
	const uint64_t left = op->u.domain_tokens_prune.limit - result->count;
	struct tally sum = { .now_ms = op->now_ms, .drop_ms = op->now_ms,
	    .drop_limit = left < tx->drops ? left : tx->drops };
	int r;

	r = walk_tokens(tx, &all, &sum);
	tx->unfinished = sum.dropped == tx->drops && sum.dropped < left;
	result->count += sum.dropped;
	return r;
}

int
lmdb_role_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_ROLE, op->u.role_set.name);
	struct role old;
	int r;

	(void)result;
	r = place_look(tx, &at, &old);
	if (r && r != V_NOT_FOUND && r != V_MALFORMED)
		return r;
	if (!r && record_equal(&role_kind, &old, &op->u.role_set))
		return 0;
	return place_put(tx, &at, &op->u.role_set);
}

int
lmdb_role_drop(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_text(TABLE_ROLE, op->u.role_drop.name);
	struct role role;
	int r;

	(void)result;
	r = place_look(tx, &at, &role);
	return r && r != V_MALFORMED ? r : place_drop(tx, &at);
}

int
lmdb_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token)
{
	const struct place at = at_domain_token(domain, id);

	return lmdb_read_one(st, &at, token);
}

/* The token called id at prefix, where its domain may not be known. */
static int
find_by_id(struct txn *tx, const struct place *prefix, const struct uuid *id,
    struct domain_token *token)
{
	struct place at = *prefix;
	int r;

	while ((r = lmdb_next_within(tx, &at, prefix)) == 0) {
		r = place_get(tx, &at, token);
		if (r || uuid_equal(&token->id, id))
			return r;
	}
	return r;
}

static int
offer_all(struct txn *tx, const struct place *prefix, struct domain_page *page)
{
	struct domain_token token;
	struct place at = *prefix;
	int r;

	while ((r = lmdb_next_within(tx, &at, prefix)) == 0) {
		r = place_get(tx, &at, &token);
		if (r)
			return r;
		if (domain_page_is_past(page, token.domain))
			return 0;
		domain_page_offer(page, &token);
	}
	return r == V_NOT_FOUND ? 0 : r;
}

int
lmdb_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	const struct place all = { .table = TABLE_DOMAIN_TOKEN };
	const struct place prefix = domain ? at_domain_token(domain, NULL) : all;
	struct domain_token last;
	struct domain_page page;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r && after)
		r = find_by_id(&tx, &prefix, after, &last);
	if (!r)
		r = domain_page_open(&page, mem, limit, now_ms, after ? &last : NULL);
	if (!r)
		r = offer_all(&tx, &prefix, &page);
	return r ? r : domain_page_done(&page, tokens, count);
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
