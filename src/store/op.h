// SPDX-License-Identifier: ISC
/*
 * store/op.h - every write as one operation of fixed size.
 *
 * The functions of store/store.h fill a struct op and submit it; a back end
 * applies it as one atomic step.  An operation has no pointers, so it can be
 * kept in memory shared between processes, or be sent again.
 */
#ifndef STORE_OP_H
#define STORE_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"

enum op_kind {
	OP_INIT,
	OP_KEY_ADD,
	OP_KEY_SET,
	OP_KEY_DROP,
	OP_USER_ADD,
	OP_USER_SET,
	OP_USER_FILL,
	OP_USER_PASSWORD,
	OP_USER_REHASH,
	OP_USER_DISABLE,
	OP_USER_ENABLE,
	OP_USER_LOGOUT,
	OP_USER_DELETE,
	OP_ACCOUNT_ADD,
	OP_ACCOUNT_SET,
	OP_ACCOUNT_DELETE,
	OP_TOKEN_ADD,
	OP_TOKEN_SET,
	OP_TOKEN_DROP,
	OP_TOKENS_DROP_OF_USER,
	OP_TOKENS_DROP_OF_KEY,
	OP_TOKENS_PRUNE,
	OP_TOKEN_ROTATE,
	OP_TOKEN_FIRST_USE,
	OP_TOKENS_USED,
	OP_DOMAIN_TOKEN_ADD,
	OP_DOMAIN_TOKEN_SET,
	OP_DOMAIN_TOKEN_DROP,
	OP_DOMAIN_TOKENS_PRUNE,
	OP_ROLE_SET,
	OP_ROLE_DROP,
	OP_KINDS		/* how many there are */
};

/* A kind reads now_ms and the member of u that has its name. */
struct op {
	enum op_kind kind;
	int64_t now_ms;
	uint64_t keys;			/* how often they had changed, when it was made; 0: any */
	struct uuid keeper;		/* an administrator besides the user; none: not asked */
	union {
		struct meta init;
		struct key key_add;
		struct { struct key to; uint64_t mask; } key_set;
		struct { char id[KEY_ID_SIZE]; } key_drop;
		struct { struct user user; struct password password; } user_add;
		struct { struct user to; uint64_t mask; } user_set, user_fill;
		struct {
			struct password to;
			struct ha1b ha1b;
			uint64_t gen;
			bool drops_tokens;
			uint64_t from_gen;	/* the generation it must have; 0: any */
		} user_password;
		struct {
			struct password to;
			struct ha1b ha1b;
			char old_hash[HASH_SIZE];
		} user_rehash;
		struct { struct uuid id; uint64_t gen; } user_disable;
		struct { struct uuid id; uint64_t gen; bool keeps_tokens; } user_logout;
		struct { struct uuid id; } user_enable;
		struct { struct uuid id; bool keep; } user_delete;
		struct account account_add;
		struct { struct account to; uint64_t mask; } account_set;
		struct { struct uuid id; } account_delete;
		struct {
			struct token token;
			uint64_t limit;
			bool oldest_goes;
			struct uuid parent;		/* the bearer token that makes it; none */
		} token_add;
		struct {
			struct token to;
			struct uuid owner;
			uint64_t mask;
			bool narrows;			/* the limits must not be wider */
		} token_set;
		struct {
			struct uuid owner;
			enum token_use use;
			bool by_digest;			/* else by id */
			struct uuid id;
			uint8_t digest[DIGEST_LEN];
		} token_drop;
		struct { struct uuid owner; uint64_t gen; } tokens_drop_of_user;
		struct {
			uint64_t key, limit;
			bool goes_on;			/* after digest; else from the first */
			uint8_t digest[DIGEST_LEN];
		} tokens_drop_of_key;
		struct { uint64_t limit; } tokens_prune;
		struct token_rotation token_rotate;
		struct { struct uuid id; } token_first_use;
		struct { size_t count; struct token_used uses[TOKENS_USED_MAX]; } tokens_used;
		struct { struct domain_token token; uint64_t limit; } domain_token_add;
		struct {
			char domain[LOGIN_SIZE];
			struct uuid id;
			bool enabled;
		} domain_token_set;
		struct { char domain[LOGIN_SIZE]; struct uuid id; } domain_token_drop;
		struct { uint64_t limit; } domain_tokens_prune;
		struct role role_set;
		struct { char name[ROLE_NAME_SIZE]; } role_drop;
	} u;
};

/* The record after the write, or the one that it removed. */
struct op_result {
	uint64_t count;			/* tokens that were dropped */
	union {
		struct user user;
		struct account account;
		struct token token;
		struct { uint8_t digest[DIGEST_LEN]; bool more; } pass;	/* where it ended */
	} u;
};

/*
 * What a back end may assume, a row for each kind.
 *
 * repeatable: if it is repeated, its caller gets the same answer.  A back end that can lose
 * the answer to a commit repeats any operation, and must find out what the answer means if it
 * is none of these (store/sql/sql_settle.c).
 *
 * takes_away: it ends a right or frees space, and must not fail for lack of space.
 */
struct op_traits {
	bool repeatable, takes_away;
};

extern const struct op_traits op_traits[OP_KINDS];

/* The user that an operation of OP_USER_SET to OP_USER_DELETE changes. */
const struct uuid *op_user(const struct op *op);

/* The password that an operation on users leaves, "" for none; NULL: the one that was. */
const struct password *op_password(const struct op *op);

/* Does it drop all tokens of its user? */
bool op_drops_tokens(const struct op *op);

#endif
