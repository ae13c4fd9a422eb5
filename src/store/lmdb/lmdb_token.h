// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_token.h - tokens and sessions. */
#ifndef STORE_LMDB_LMDB_TOKEN_H
#define STORE_LMDB_LMDB_TOKEN_H

#include "base/arena.h"
#include "store/lmdb/lmdb_place.h"

lmdb_apply lmdb_token_add, lmdb_token_set, lmdb_token_drop, lmdb_tokens_drop_of_user;
lmdb_apply lmdb_token_rotate, lmdb_token_first_use;		/* lmdb_rotate.c */
lmdb_apply lmdb_tokens_used;					/* lmdb_used.c */

/* lmdb_token_read.c; those with a user are as in store.h. */
int lmdb_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms, struct token *token);
int lmdb_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token);
int lmdb_token_find_user(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token, struct user *user);
int lmdb_token_get_user(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token, struct user *user);
int lmdb_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count);

/* An entry of TABLE_TOKEN_USER that is of this user? */
bool lmdb_token_is_of(const struct place *at, const struct uuid *user);

/*
 * What such an entry says of its token: enough to remove it.  V_NOT_FOUND, V_MALFORMED.
 */
int lmdb_token_of_entry(struct txn *tx, const struct place *at, struct token *token);

/* For lmdb_rotate.c and reads.  The token of that id, expired or not. */
int lmdb_token_by_id(struct txn *tx, const struct uuid *id, struct token *token);

/* Replaces old, unless NULL, by token. */
int lmdb_token_put(struct txn *tx, const struct token *old, const struct token *token);

/* Drops what is expired and has its id or digest.  V_EXISTS: what has is live. */
int lmdb_token_make_way(struct txn *tx, const struct op *op, const struct token *token);

/* V_TOO_MANY: its user has limit live tokens of its use, unless the oldest may be dropped. */
int lmdb_token_make_room(struct txn *tx, const struct token *token, uint64_t limit,
    bool oldest_goes, int64_t now_ms);

/* Drops it with its links.  Reads id, user, digest and the times of token. */
int lmdb_token_remove(struct txn *tx, const struct token *token);

#define TOKEN_LINKS 3			/* by id, by user, by expiry */

/* The entries of a token in the indexes: where, and what. */
void lmdb_token_links(const struct token *token, struct place links[TOKEN_LINKS],
    struct token_link values[TOKEN_LINKS]);

#define USE_BIT(use) (1u << (use))
#define ALL_USES (USE_BIT(TOKEN_BEARER) | USE_BIT(TOKEN_SESSION) | USE_BIT(TOKEN_ENDED))

/*
 * Drops all tokens of user that are of one of uses, or as many as tx may; adds
 * to *live how many bearer tokens among them had not expired at now_ms.
 */
int lmdb_tokens_of_user_drop(struct txn *tx, const struct uuid *user, unsigned uses,
    int64_t now_ms, uint64_t *live);

#endif
