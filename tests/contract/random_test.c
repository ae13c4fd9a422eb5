// SPDX-License-Identifier: ISC
/*
 * tests/contract/random_test.c - the same random life on both back ends.
 *
 * Few ids and few names, so that they meet often; a fixed seed, so that a
 * failure comes again.  Every result, and at intervals all content, must agree.
 */
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 14000
#define COMPARE_EVERY 200

static unsigned
pick(unsigned n)
{
	return (unsigned)(random() % n);
}

static void
pick_name(char *name, const char *prefix)
{
	unsigned n = pick(6);

	name[0] = '\0';
	if (n)
		sprintf(name, "%s%u", prefix, n);
}

static struct user
pick_user(void)
{
	struct user user = { .id = contract_uuid(pick(4)), .gen = pick(9),
	    .created_ms = pick(99) };

	if (pick(2))
		user.account = contract_uuid(20 + pick(4));
	pick_name(user.email, "login");
	pick_name(user.sip_login, "login");
	pick_name(user.gmail_user_id, "id");
	pick_name(user.wechat_user_id, "id");
	/* seldom: too many names, and no user can be added */
	if (pick(8) == 0)
		pick_name(user.ha1b, "ha1b");
	if (pick(8) == 0)
		pick_name(user.oidc_user_id, "id");
	pick_name(user.first_name, "Name");
	return user;
}

static struct token
pick_token(int64_t now_ms)
{
	struct token token = contract_token(pick(10), pick(4));

	if (pick(8) == 0)
		token.id = contract_uuid(pick(10));
	/* most numbers are of one use, or little would ever be found */
	token.use = token.digest[31] % 3 || pick(8) == 0 ? TOKEN_BEARER : TOKEN_SESSION;
	token.created_ms = pick(5);
	token.expires_ms = now_ms + pick(200) - 5;
	token.ttl_s = pick(3);
	return token;
}

/* Fills what any kind of operation may read. */
static struct op
pick_op(int64_t now_ms)
{
	struct op op = { .kind = (enum op_kind)pick(OP_KINDS), .now_ms = now_ms,
	    .owner = contract_uuid(pick(4)), .gen = pick(9), .limit = pick(6),
	    .flag = pick(2), .password = contract_password(pick(3)) };

	/* adding and changing tokens is what there is most to get wrong in */
	if (pick(2))
		op.kind = pick(3) ? OP_TOKEN_ADD : OP_TOKEN_SET;
	/* deletions would leave little behind */
	if (op.kind == OP_USER_DELETE && pick(4))
		op.kind = OP_USER_ADD;
	switch (op.kind) {
	case OP_KEY_ADD:
		op.u.key = contract_key(pick(4));
		op.u.key.created_ms = pick(3);
		break;
	case OP_ACCOUNT_ADD:
	case OP_ACCOUNT_SET:
	case OP_ACCOUNT_DELETE:
		op.u.account = contract_account(20 + pick(4));
		op.id = op.u.account.id;
		pick_name(op.u.account.name, "account");
		op.mask = (uint64_t)random();
		break;
	case OP_TOKEN_ADD:
	case OP_TOKEN_SET:
	case OP_TOKEN_DROP:
		op.u.token = pick_token(now_ms);
		op.id = op.u.token.id;
		op.owner = op.u.token.user;
		memcpy(op.digest, op.u.token.digest, sizeof op.digest);
		op.mask = contract_bit(&token_kind, "expired_on") |
		    contract_bit(&token_kind, "ttl");
		break;
	case OP_DOMAIN_TOKEN_ADD:
	case OP_DOMAIN_TOKEN_SET:
	case OP_DOMAIN_TOKEN_DROP:
		op.u.domain_token = contract_domain_token(pick(3), pick(2) ? "a" : "a.b");
		op.u.domain_token.enabled = pick(2);
		op.id = op.u.domain_token.id;
		break;
	case OP_ROLE_SET:
	case OP_ROLE_DROP:
		op.u.role = contract_role(pick(3));
		op.u.role.modified_ms = now_ms;
		break;
	default:
		op.u.user = pick_user();
		op.id = op.u.user.id;
		op.mask = (uint64_t)random();
		op.password.hash[0] = pick(3) ? op.password.hash[0] : '\0';
		memcpy(op.old_hash, contract_password(pick(3)).hash, sizeof op.old_hash);
		break;
	}
	return op;
}

/* One operation on both; sent twice now and then, as after a lost answer. */
static int
step(struct store *left, struct store *right, const struct op *op)
{
	static struct op_result a, b;
	char row[64];
	int r;

	snprintf(row, sizeof row, "operation %d at %lld", op->kind, (long long)op->now_ms);
	memset(&a, 0, sizeof a);
	memset(&b, 0, sizeof b);
	r = left->ops->submit(left, op, &a);
	EXPECT_INT(row, right->ops->submit(right, op, &b), r);
	if (r)
		return r;
	EXPECT_INT(row, a.count, b.count);
	if (op->kind == OP_USER_SET)
		EXPECT_TRUE(row, record_same(&user_kind, &a.u.user, &b.u.user));
	if (op->kind == OP_ACCOUNT_SET)
		EXPECT_TRUE(row, record_same(&account_kind, &a.u.account, &b.u.account));
	if (op->kind == OP_TOKEN_SET || op->kind == OP_TOKEN_DROP)
		EXPECT_TRUE(row, record_same(&token_kind, &a.u.token, &b.u.token));
	return 0;
}

static void
same_life(void)
{
	GUARD(arena_free) struct arena mem = { 0 };
	GUARD(store_close) struct store *plain = NULL;
	GUARD(store_close) struct store *lmdb = NULL;
	unsigned done[OP_KINDS] = { 0 };
	struct op op;

	srandom(20240229);
	contract_memory();
	plain = contract_open();
	contract_lmdb();
	lmdb = contract_open();
	for (int64_t i = 0; i < STEPS; i++) {
		op = pick_op(100 + i / 8);
		done[op.kind] += step(plain, lmdb, &op) == 0;
		if (pick(5) == 0)
			step(plain, lmdb, &op);
		if (i % COMPARE_EVERY == 0)
			contract_same("all content", plain, lmdb, op.now_ms);
	}
	contract_same("in the end", plain, lmdb, 0);
	for (int kind = OP_KEY_ADD; kind < OP_KINDS; kind++)
		EXPECT_TRUE(arena_printf(&mem, "kind %d succeeds often", kind), done[kind] > 10);
}

CU_TestInfo random_tests[] = {
	{ "the same life", same_life },
	CU_TEST_INFO_NULL,
};
