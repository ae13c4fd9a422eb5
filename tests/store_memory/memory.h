// SPDX-License-Identifier: ISC
/* store_memory/memory.h - what the files of the memory store share. */
#ifndef STORE_MEMORY_H
#define STORE_MEMORY_H

#include "store/backend.h"
#include "store/store.h"

/* Records of one size in no order. */
struct records {
	char *bytes;
	size_t count, room, size;
};

struct memory {
	struct store base;		/* first, so that a struct store * is one of these */
	struct records metas, users, passwords, accounts, tokens, keys, domain_tokens, roles;
	uint64_t key_changes;
	unsigned fail_call;		/* calls until one fails; 0: none will */
	int fail_error;
};

/* Makes room for one more.  -ENOMEM. */
int records_reserve(struct records *list);

/* Adds a copy; room has been made. */
void records_add(struct records *list, const void *record);
void records_remove(struct records *list, void *record);

/* The i-th, or NULL after the last: for (i = 0; (token = records_at(list, i)); i++) */
void *records_at(const struct records *list, size_t i);

/* The one that begins with id, or NULL.  An id comes first in all records that have one. */
void *records_find(const struct records *list, const struct uuid *id);

/* V_CHANGED: the keys have changed since the secrets of op were made. */
int memory_keys_check(const struct memory *db, const struct op *op);

/* Counts a read, which may be the one chosen to fail. */
int memory_turn(struct memory *db);

/* The contract in its plainest form: gone with the process. */
int store_open_memory(struct store **st);

/* The call-th call from now on fails with the negative errno error; 0 for none. */
void store_memory_fail(struct store *st, unsigned call, int error);

typedef int memory_apply(struct memory *db, const struct op *op, struct op_result *result);

memory_apply memory_user_add, memory_user_change;
memory_apply memory_account_add, memory_account_set, memory_account_delete;
memory_apply memory_token_add, memory_token_set, memory_token_drop,
    memory_tokens_drop_of_user, memory_tokens_drop_of_key, memory_tokens_prune,
    memory_token_rotate, memory_token_first_use, memory_tokens_used;
memory_apply memory_domain_token_add, memory_domain_token_set, memory_domain_token_drop;
memory_apply memory_domain_tokens_prune;
memory_apply memory_role_set, memory_role_drop;

/* The user with that name, or NULL; no user has "". */
struct user *memory_user_named(const struct memory *db, enum identity_kind kind,
    const char *name);
struct account *memory_account_named(const struct memory *db, const char *name);

/* Drops all tokens of user, sessions too if asked to; how many bearer tokens were live. */
uint64_t memory_tokens_of_user_drop(struct memory *db, const struct uuid *user, bool sessions,
    int64_t now_ms);

int memory_token_find(struct store *st, enum token_use use, const uint8_t digest[DIGEST_LEN],
    int64_t now_ms,
    struct token *token);
int memory_token_get(struct store *st, enum token_use use, const struct uuid *id, int64_t now_ms,
    struct token *token);
int memory_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count);
int memory_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token);
int memory_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **tokens,
    size_t *count);
int memory_role_get(struct store *st, const char *name, struct role *role);
int memory_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count);

#endif
