// SPDX-License-Identifier: ISC
/* store/sql/sql_webitel.h - domain tokens and roles. */
#ifndef STORE_SQL_SQL_WEBITEL_H
#define STORE_SQL_SQL_WEBITEL_H

#include "store/sql/sql_link.h"

sql_apply sql_domain_token_add, sql_domain_token_set, sql_domain_token_drop,
    sql_domain_tokens_prune, sql_role_set, sql_role_drop;

/* As in store/backend.h. */
int sql_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token);
int sql_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count);
int sql_role_get(struct store *st, const char *name, struct role *role);
int sql_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count);

#endif
