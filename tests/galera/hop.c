// SPDX-License-Identifier: ISC
/* tests/galera/hop.c - passes each call to the next of three stores, one at each node. */
#include "galera/hop.h"

#include <errno.h>
#include <stdlib.h>

#include "galera/cluster.h"
#include "store/backend.h"
#include "store/sql/sql_link.h"

struct hop {
	struct store base;
	struct store *nodes[NODES];
	unsigned next;
};

static struct store *
next(struct store *st)
{
	struct hop *hop = (struct hop *)st;

	return hop->nodes[hop->next++ % NODES];
}

static void
close_all(struct store *st)
{
	struct hop *hop = (struct hop *)st;

	for (unsigned n = 0; n < NODES; n++)
		store_close(&hop->nodes[n]);
	free(hop);
}

#define PASS(name, parameters, ...) \
	static int \
	pass_##name parameters \
	{ \
		st = next(st); \
		return st->ops->name(__VA_ARGS__); \
	}

PASS(submit, (struct store *st, const struct op *op, struct op_result *result), st, op, result)
PASS(submit_all, (struct store *st, const struct op *ops, size_t count), st, ops, count)
PASS(submit_some, (struct store *st, const struct op *ops, size_t count, size_t *done,
    uint64_t *dropped), st, ops, count, done, dropped)
PASS(meta_get, (struct store *st, struct meta *meta), st, meta)
PASS(counts, (struct store *st, struct store_counts *counts), st, counts)
PASS(keys, (struct store *st, struct arena *mem, struct key **keys, size_t *count), st, mem,
    keys, count)
PASS(user_get, (struct store *st, const struct uuid *id, struct user *user), st, id, user)
PASS(user_find, (struct store *st, enum identity_kind kind, const char *name,
    struct user *user), st, kind, name, user)
PASS(user_list, (struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count), st, mem, after, limit, users, count)
PASS(password_get, (struct store *st, const struct uuid *user, struct password *password), st,
    user, password)
PASS(account_get, (struct store *st, const struct uuid *id, struct account *account), st, id,
    account)
PASS(account_find, (struct store *st, const char *name, struct account *account), st, name,
    account)
PASS(account_list, (struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct account **accounts, size_t *count), st, mem, after, limit, accounts, count)
PASS(token_find, (struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token), st, use, digest, now_ms, token)
PASS(token_find_user, (struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user), st, digest, now_ms, token, user)
PASS(token_get, (struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token), st, use, id, now_ms, token)
PASS(token_get_user, (struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user), st, id, now_ms, token, user)
PASS(token_list, (struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count), st, mem, use, user, after, limit, now_ms, tokens,
    count)
PASS(domain_token_get, (struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token), st, domain, id, token)
PASS(domain_token_list, (struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count), st, mem, domain, after, limit, now_ms, tokens, count)
PASS(role_get, (struct store *st, const char *name, struct role *role), st, name, role)
PASS(role_list, (struct store *st, struct arena *mem, struct role **roles, size_t *count), st,
    mem, roles, count)

/* What other nodes change is seen a moment later, which tests do not wait for. */
static int
pass_key_changes(struct store *st, uint64_t *changes)
{
	st = next(st);
	((struct sql *)st)->key_look.until_ms = 0;
	return st->ops->key_changes(st, changes);
}

static const struct store_ops hop_ops = {
	.name = "galera",
	.close = close_all,
	.submit = pass_submit,
	.submit_all = pass_submit_all,
	.submit_some = pass_submit_some,
	.meta_get = pass_meta_get,
	.counts = pass_counts,
	.keys = pass_keys,
	.key_changes = pass_key_changes,
	.user_get = pass_user_get,
	.user_find = pass_user_find,
	.user_list = pass_user_list,
	.password_get = pass_password_get,
	.account_get = pass_account_get,
	.account_find = pass_account_find,
	.account_list = pass_account_list,
	.token_find = pass_token_find,
	.token_find_user = pass_token_find_user,
	.token_get = pass_token_get,
	.token_get_user = pass_token_get_user,
	.token_list = pass_token_list,
	.domain_token_get = pass_domain_token_get,
	.domain_token_list = pass_domain_token_list,
	.role_get = pass_role_get,
	.role_list = pass_role_list,
};

int
hop_open(struct store **st)
{
	struct hop *hop = calloc(1, sizeof *hop);

	if (!hop)
		return -ENOMEM;
	cluster_new_database();
	hop->base.ops = &hop_ops;
	for (unsigned n = 0; n < NODES; n++)
		hop->nodes[n] = cluster_open(n + 1, false);
	*st = &hop->base;
	return 0;
}
