// SPDX-License-Identifier: ISC
/*
 * tests/contract/random_test.c - the same random life on two back ends.
 *
 * Few ids and few names, so that they meet often; a fixed seed, so that a
 * failure can be repeated.  Every result, and at intervals all content, must agree.
 */
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WITH_MARIADB
#include "lossy.h"
#include "mariadb.h"
#endif

#define STEPS 14000
#define STEPS_WITH_LOSSES 5000
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
pick_user(unsigned n)
{
	struct user user = { .id = contract_uuid(n), .gen = pick(9),
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
	strcpy(user.role, pick(3) ? "Admin" : "");
	return user;
}

static struct token
pick_token(int64_t now_ms)
{
	struct token token = contract_token(pick(10), pick(4));

	if (pick(8) == 0)
		token.id = contract_uuid(pick(10));
	/* most numbers are of one use, or little would ever be found */
	token.use = token.digest[31] % 3 || pick(8) == 0 ? TOKEN_BEARER :
	    token.digest[31] % 2 ? TOKEN_SESSION : TOKEN_ENDED;
	token.created_ms = pick(5);
	token.expires_ms = now_ms + pick(200) - 5;
	token.ttl_s = pick(3);
	token.hash_key = pick(3);
	return token;
}

static struct password
pick_password(unsigned user)
{
	struct password password = contract_password(pick(3));

	password.user = contract_uuid(user);
	if (pick(3) == 0)
		password.hash[0] = '\0';
	return password;
}

/* Of a login that the user may have. */
static void
pick_ha1b(struct ha1b *ha1b)
{
	pick_name(ha1b->index, "ha1b");
	pick_name(ha1b->login, "login");
}

/* Fills what operations on users read. */
static void
pick_user_op(struct op *op)
{
	const unsigned n = pick(4);
	const struct uuid id = contract_uuid(n);
	const uint64_t gen = pick(9);

	switch (op->kind) {
	case OP_USER_ADD:
		op->u.user_add.user = pick_user(n);
		op->u.user_add.password = pick_password(n);
		break;
	case OP_USER_SET:
		op->u.user_set.to = pick_user(n);
		op->u.user_set.mask = (uint64_t)random();
		break;
	case OP_USER_FILL:
		op->u.user_fill.to = pick_user(n);
		op->u.user_fill.mask = contract_bit(&user_kind, pick(2) ? "last_name" : "role");
		snprintf(op->u.user_fill.to.role, sizeof op->u.user_fill.to.role, "%u", pick(3));
		break;
	case OP_USER_PASSWORD:
		op->u.user_password.to = pick_password(n);
		op->u.user_password.gen = gen;
		op->u.user_password.drops_tokens = pick(2);
		pick_ha1b(&op->u.user_password.ha1b);
		break;
	case OP_USER_REHASH:
		op->u.user_rehash.to = pick_password(n);
		memcpy(op->u.user_rehash.old_hash, contract_password(pick(3)).hash, HASH_SIZE);
		pick_ha1b(&op->u.user_rehash.ha1b);
		break;
	case OP_USER_DISABLE:
		op->u.user_disable.id = id;
		op->u.user_disable.gen = gen;
		break;
	case OP_USER_ENABLE:
		op->u.user_enable.id = id;
		break;
	case OP_USER_LOGOUT:
		op->u.user_logout.id = id;
		op->u.user_logout.gen = gen;
		op->u.user_logout.keeps_tokens = pick(2);
		break;
	default:
		op->u.user_delete.id = id;
		op->u.user_delete.keep = pick(2);
		break;
	}
}

static void
pick_token_op(struct op *op)
{
	const struct token token = pick_token(op->now_ms);

	switch (op->kind) {
	case OP_TOKEN_ADD:
		op->u.token_add.token = token;
		op->u.token_add.limit = pick(6);
		op->u.token_add.oldest_goes = pick(2);
		if (pick(8) == 0)
			op->u.token_add.parent = contract_uuid(pick(10));
		break;
	case OP_TOKEN_SET:
		op->u.token_set.to = token;
		op->u.token_set.owner = token.user;
		op->u.token_set.mask = contract_bit(&token_kind, "expired_on") |
		    contract_bit(&token_kind, "ttl");
		break;
	case OP_TOKEN_DROP:
		op->u.token_drop.owner = token.user;
		op->u.token_drop.use = (enum token_use)token.use;
		op->u.token_drop.by_digest = pick(2);
		op->u.token_drop.id = token.id;
		memcpy(op->u.token_drop.digest, token.digest, DIGEST_LEN);
		break;
	case OP_TOKENS_DROP_OF_KEY:
		op->u.tokens_drop_of_key.key = token.hash_key;
		op->u.tokens_drop_of_key.limit = 1000;
		break;
	case OP_TOKENS_DROP_OF_USER:
		op->u.tokens_drop_of_user.owner = token.user;
		op->u.tokens_drop_of_user.gen = (uint64_t)pick(100);
		break;
	case OP_TOKEN_ROTATE:
		op->u.token_rotate = (struct token_rotation){ .old = contract_uuid(pick(10)),
		    .owner = token.user, .fresh = token, .until_ms = token.expires_ms,
		    .ttl_max_s = 2, .limit = pick(6) };
		break;
	case OP_TOKEN_FIRST_USE:
		op->u.token_first_use.id = token.id;
		break;
	case OP_TOKENS_USED:
		op->u.tokens_used.count = (size_t)pick(3);
		for (size_t i = 0; i < op->u.tokens_used.count; i++)
			op->u.tokens_used.uses[i] = (struct token_used){
			    .token = contract_uuid((unsigned)pick(10)),
			    .used_ms = op->now_ms - pick(3), .ip = "192.0.2.1" };
		break;
	default:
		op->u.tokens_prune.limit = pick(6);
		break;
	}
}

static void
pick_account_op(struct op *op)
{
	struct account account = contract_account(20 + pick(4));

	pick_name(account.name, "account");
	if (op->kind == OP_ACCOUNT_ADD) {
		op->u.account_add = account;
	} else if (op->kind == OP_ACCOUNT_SET) {
		op->u.account_set.to = account;
		op->u.account_set.mask = (uint64_t)random();
	} else {
		op->u.account_delete.id = account.id;
	}
}

static void
pick_webitel_op(struct op *op)
{
	struct domain_token token = contract_domain_token(pick(5), pick(2) ? "a" : "a.b");
	struct role role = contract_role(pick(3));

	switch (op->kind) {
	case OP_DOMAIN_TOKEN_ADD:
		token.enabled = pick(2);
		token.expires_ms = op->now_ms + pick(200) - 5;
		op->u.domain_token_add.token = token;
		op->u.domain_token_add.limit = pick(4);
		break;
	case OP_DOMAIN_TOKENS_PRUNE:
		op->u.domain_tokens_prune.limit = pick(4);
		break;
	case OP_DOMAIN_TOKEN_SET:
		memcpy(op->u.domain_token_set.domain, token.domain, LOGIN_SIZE);
		op->u.domain_token_set.id = token.id;
		op->u.domain_token_set.enabled = pick(2);
		break;
	case OP_DOMAIN_TOKEN_DROP:
		memcpy(op->u.domain_token_drop.domain, token.domain, LOGIN_SIZE);
		op->u.domain_token_drop.id = token.id;
		break;
	case OP_ROLE_SET:
		op->u.role_set = role;
		op->u.role_set.modified_ms = op->now_ms;
		break;
	default:
		memcpy(op->u.role_drop.name, role.name, ROLE_NAME_SIZE);
		break;
	}
}

static void
pick_key_op(struct op *op)
{
	struct key key = contract_key(pick(4));

	key.created_ms = pick(3);
	key.serial = pick(3);
	if (op->kind == OP_KEY_ADD) {
		op->u.key_add = key;
	} else if (op->kind == OP_KEY_SET) {
		op->u.key_set.to = key;
		op->u.key_set.mask = contract_bit(&key_kind, pick(2) ? "serial" : "created_on");
	} else {
		memcpy(op->u.key_drop.id, key.id, sizeof key.id);
	}
}

static struct op
pick_op(int64_t now_ms)
{
	struct op op = { .kind = (enum op_kind)pick(OP_KINDS), .now_ms = now_ms };

	/* additions and changes of tokens have the most rules */
	if (pick(2))
		op.kind = pick(3) ? OP_TOKEN_ADD : pick(2) ? OP_TOKEN_SET : OP_TOKEN_ROTATE;
	/* more deletions would leave little to find */
	if (op.kind == OP_USER_DELETE && pick(4))
		op.kind = OP_USER_ADD;
	if (pick(2))
		op.keeper = contract_uuid(pick(4));
	if (op.kind >= OP_KEY_ADD && op.kind <= OP_KEY_DROP) {
		pick_key_op(&op);
	} else if (op.kind >= OP_USER_ADD && op.kind <= OP_USER_DELETE) {
		pick_user_op(&op);
	} else if (op.kind >= OP_ACCOUNT_ADD && op.kind <= OP_ACCOUNT_DELETE) {
		pick_account_op(&op);
	} else if (op.kind >= OP_TOKEN_ADD && op.kind <= OP_TOKENS_USED) {
		pick_token_op(&op);
	} else if (op.kind != OP_INIT) {
		pick_webitel_op(&op);
	}
	return op;
}

/* One operation on both; *result is what they found. */
static int
step(struct store *left, struct store *right, const struct op *op, struct op_result *result)
{
	static struct op_result other;
	char row[64];
	int r;

	snprintf(row, sizeof row, "operation %d at %lld", op->kind, (long long)op->now_ms);
	memset(result, 0, sizeof *result);
	memset(&other, 0, sizeof other);
	r = left->ops->submit(left, op, result);
	EXPECT_VERDICT(row, right->ops->submit(right, op, &other), r);
	if (r)
		return r;
	/* how many a prune drops depends on what was swept before */
	if (op->kind != OP_TOKENS_PRUNE && op->kind != OP_TOKENS_DROP_OF_KEY)
		EXPECT_INT(row, result->count, other.count);
	if (op->kind == OP_USER_SET || op->kind == OP_USER_FILL)
		EXPECT_TRUE(row, record_same(&user_kind, &result->u.user, &other.u.user));
	if (op->kind == OP_ACCOUNT_SET)
		EXPECT_TRUE(row, record_same(&account_kind, &result->u.account, &other.u.account));
	if (op->kind == OP_TOKEN_SET || op->kind == OP_TOKEN_DROP || op->kind == OP_TOKEN_ROTATE)
		EXPECT_TRUE(row, record_same(&token_kind, &result->u.token, &other.u.token));
	return 0;
}

/*
 * The operation again, as after a lost answer: has it the same one?  A token
 * that was set to end at once is gone, and how many tokens a new password
 * dropped is not for its caller.
 */
static bool
repeats(struct store *left, struct store *right, const struct op *op,
    const struct op_result *first)
{
	static struct op_result again;

	if (step(left, right, op, &again))
		return op->kind == OP_TOKEN_SET && op->u.token_set.to.expires_ms <= op->now_ms;
	return memcmp(&again.u, &first->u, sizeof again.u) == 0 &&
	    (op->kind == OP_USER_PASSWORD || again.count == first->count);
}

/*
 * Lives the same life in a new store in memory and in other, which is empty; before may
 * change an operation.
 */
static void
same_life(struct store *other, int64_t steps,
    void (*before)(struct op *op, int64_t step))
{
	GUARD(arena_free) struct arena mem = { 0 };
	GUARD(store_close) struct store *plain = NULL;
	unsigned done[OP_KINDS] = { 0 }, differed[OP_KINDS] = { 0 };
	static struct op_result result;
	struct op op;
	bool did;

	srandom(20240229);
	contract_memory();
	plain = contract_open();
	for (int64_t i = 0; i < steps; i++) {
		op = pick_op(100 + i / 8);
		if (before)
			before(&op, i);
		did = step(plain, other, &op, &result) == 0;
		done[op.kind] += did;
		if (pick(3) == 0)
			differed[op.kind] += !repeats(plain, other, &op, &result) && did;
		if (i % COMPARE_EVERY == 0)
			contract_same("all content", plain, other, op.now_ms);
	}
	contract_same("in the end", plain, other, 0);
	for (int kind = OP_KEY_ADD; kind < OP_KINDS; kind++) {
		const char *row = arena_printf(&mem, "kind %d", kind);

		EXPECT_TRUE(row, done[kind] > (before ? 1 : 10));
		EXPECT_TRUE(row, before || op_traits[kind].repeatable == (differed[kind] == 0));
	}
}

static void
life_of_lmdb(void)
{
	GUARD(store_close) struct store *st = NULL;

	contract_lmdb();
	st = contract_open();
	same_life(st, STEPS, NULL);
}

#ifdef WITH_MARIADB
static void
life_of_mariadb(void)
{
	GUARD(store_close) struct store *st = NULL;

	if (!EXPECT_INT("a server", contract_mariadb(), 0))
		return;
	st = contract_open();
	same_life(st, STEPS, NULL);
}

static void
lose_some(struct op *op, int64_t i)
{
	lossy_next((enum lossy)(i % 4));
	/* an ended one that takes the place of a live one would be added twice */
	if (op->kind == OP_TOKEN_ADD)
		op->u.token_add.token.expires_ms = op->now_ms + 1 + pick(200);
}

/* Of three in four operations the commit, or the answer to it, is lost. */
static void
life_with_losses(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct uuid instance = contract_uuid(9000);
	struct store_where where;
	const char *hosts[1];

	if (!EXPECT_INT("a server", mariadb_need(), 0))
		return;
	where = mariadb_new();
	hosts[0] = lossy_start(mariadb_socket());
	where.sql_hosts = hosts;
	EXPECT_VERDICT("open", store_open(&st, &where, STORE_MAKE), 0);
	lossy_next(LOSSY_ANSWER);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	EXPECT_INT("the answer was lost", lossy_count(), 1);
	same_life(st, STEPS_WITH_LOSSES, lose_some);
	EXPECT_TRUE("many", lossy_count() > STEPS_WITH_LOSSES / 8);
}
#endif

CU_TestInfo random_tests[] = {
	{ "the life of lmdb", life_of_lmdb },
#ifdef WITH_MARIADB
	{ "the life of mariadb", life_of_mariadb },
	{ "a life with losses", life_with_losses },
#endif
	CU_TEST_INFO_NULL,
};
