// SPDX-License-Identifier: ISC
/* store/sql/sql_token.h - tokens and sessions. */
#ifndef STORE_SQL_SQL_TOKEN_H
#define STORE_SQL_SQL_TOKEN_H

#include "store/sql/sql_link.h"

sql_apply sql_token_add, sql_token_set, sql_token_drop, sql_tokens_drop_of_user,
    sql_tokens_drop_of_key, sql_tokens_prune, sql_token_rotate, sql_token_first_use,
    sql_tokens_used;

/* Undoes a rotation that was done, with the old token in db->rotated. */
sql_apply sql_token_rotate_back;

/*
 * Drops the bearer tokens of a user whose row is locked, and the sessions too if asked;
 * adds to *live how many bearer tokens were live.
 */
int sql_tokens_of_user_drop(struct sql *db, const struct uuid *user, bool sessions,
    int64_t now_ms, uint64_t *live);

/* As in store/backend.h. */
int sql_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token);
int sql_token_find_user(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user);
int sql_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token);
int sql_token_get_user(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user);
int sql_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count);

#endif
