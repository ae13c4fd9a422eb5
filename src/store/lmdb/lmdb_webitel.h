// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_webitel.h - domain tokens and roles. */
#ifndef STORE_LMDB_LMDB_WEBITEL_H
#define STORE_LMDB_LMDB_WEBITEL_H

#include "store/lmdb/lmdb_txn.h"

lmdb_apply lmdb_domain_token_add, lmdb_domain_token_set, lmdb_domain_token_drop;
lmdb_apply lmdb_domain_tokens_prune;
lmdb_apply lmdb_role_set, lmdb_role_drop;

int lmdb_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token);
int lmdb_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count);
int lmdb_role_get(struct store *st, const char *name, struct role *role);
int lmdb_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count);

#endif
