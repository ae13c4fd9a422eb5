// SPDX-License-Identifier: ISC
/*
 * store/op.h - every write as one operation of fixed size.
 *
 * The sentences of store/store.h fill a struct op and submit it; a back end
 * applies it as one atomic step.  Having no pointers, an operation can lie in
 * memory shared between processes, or be sent again after a lost answer.
 */
#ifndef STORE_OP_H
#define STORE_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"

enum op_kind {
	OP_INIT,
	OP_KEY_ADD,
	OP_USER_ADD,
	OP_USER_SET,
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
	OP_TOKENS_PRUNE,
	OP_DOMAIN_TOKEN_ADD,
	OP_DOMAIN_TOKEN_SET,
	OP_DOMAIN_TOKEN_DROP,
	OP_ROLE_SET,
	OP_ROLE_DROP,
	OP_KINDS		/* how many there are */
};

/* Which members a kind reads is said at its sentence in store/store.h. */
struct op {
	enum op_kind kind;
	int64_t now_ms;
	struct uuid id;			/* whose record is written */
	struct uuid owner;		/* the user a token must belong to */
	uint8_t digest[DIGEST_LEN];
	uint64_t mask;			/* fields to change, a bit each */
	uint64_t gen;			/* the user's new generation */
	uint64_t limit;
	bool flag;			/* drop tokens; keep the record; by digest; fill only;
					   make room */
	struct password password;
	char old_hash[HASH_SIZE];
	union {
		struct user user;
		struct account account;
		struct token token;
		struct key key;
		struct meta meta;
		struct domain_token domain_token;
		struct role role;
	} u;
};

/* What the write found or made: the record after it, or the one removed. */
struct op_result {
	uint64_t count;
	union {
		struct user user;
		struct account account;
		struct token token;
	} u;
};

#endif
