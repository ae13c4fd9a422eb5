// SPDX-License-Identifier: ISC
/* tests/contract/failure_test.c - the store in memory fails when it is told to. */
#include "contract.h"
#include "store_memory/memory.h"

#include <errno.h>
#include <string.h>

static int
init(struct store *st)
{
	struct uuid instance = contract_uuid(1);

	return store_init(st, &instance, 1);
}

static int
key_add(struct store *st)
{
	struct key key = contract_key(1);

	return store_key_add(st, &key);
}

static int
account_add(struct store *st)
{
	struct account account = contract_account(5);

	return store_account_add(st, &account);
}

static int
user_add(struct store *st)
{
	struct password password = contract_password(1);
	struct user user = contract_user(1);

	return store_user_add(st, &user, &password);
}

static int
user_set(struct store *st)
{
	struct user user = contract_user(2);

	user.id = contract_uuid(1);
	return store_user_set(st, &user, UINT64_MAX, 50, &user);
}

static int
user_password(struct store *st)
{
	struct password password = contract_password(1);

	strcpy(password.hash, "$new");
	return store_user_password(st, &password, NULL, 5, false);
}

static int
token_add(struct store *st)
{
	struct token token = contract_token(1, 1);

	return store_token_add(st, &token, 5, NOW_MS);
}

static int
token_find(struct store *st)
{
	struct token token = contract_token(1, 1);

	return store_token_find(st, token.digest, NOW_MS, &token);
}

static int
token_get(struct store *st)
{
	struct token token = contract_token(1, 1);

	return store_token_get(st, &token.id, NOW_MS, &token);
}

static int
token_list(struct store *st)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1);
	struct token *list;
	size_t count;

	return store_token_list(st, &mem, &user, NULL, 5, NOW_MS, &list, &count);
}

static int
user_list(struct store *st)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct user *list;
	size_t count;

	return store_user_list(st, &mem, NULL, 5, &list, &count);
}

static int
password_get(struct store *st)
{
	struct uuid user = contract_uuid(1);
	struct password password;

	return store_password_get(st, &user, &password);
}

static int
meta(struct store *st)
{
	struct meta out;

	return store_meta(st, &out);
}

static int
counts(struct store *st)
{
	struct store_counts out;

	return store_counts(st, &out);
}

static int
token_drop(struct store *st)
{
	struct token token = contract_token(1, 1);

	return store_token_drop(st, &token.user, token.digest, NOW_MS, &token);
}

static int
user_disable(struct store *st)
{
	struct uuid user = contract_uuid(1);

	return store_user_disable(st, &user, 6, 60);
}

static int
user_delete(struct store *st)
{
	struct uuid user = contract_uuid(1);

	return store_user_delete(st, &user, false, 60);
}

static int
account_delete(struct store *st)
{
	struct uuid account = contract_uuid(5);

	return store_account_delete(st, &account);
}

/* A life in which every step succeeds. */
static const struct {
	const char *row;
	int (*step)(struct store *);
} life[] = {
	{ "init",           init },
	{ "key_add",        key_add },
	{ "account_add",    account_add },
	{ "user_add",       user_add },
	{ "user_set",       user_set },
	{ "user_password",  user_password },
	{ "token_add",      token_add },
	{ "token_find",     token_find },
	{ "token_get",      token_get },
	{ "token_list",     token_list },
	{ "user_list",      user_list },
	{ "password_get",   password_get },
	{ "meta",           meta },
	{ "counts",         counts },
	{ "token_drop",     token_drop },
	{ "user_disable",   user_disable },
	{ "user_delete",    user_delete },
	{ "account_delete", account_delete },
};

/* Whichever call fails, no other does, nothing changes, and it can be repeated. */
static void
each_call(void)
{
	for (unsigned n = 0; n < NELEM(life); n++) {
		GUARD(store_close) struct store *st = NULL;
		GUARD(store_close) struct store *other = NULL;

		EXPECT_VERDICT("open", store_open_memory(&st), 0);
		EXPECT_VERDICT("open", store_open_memory(&other), 0);
		store_memory_fail(st, n + 1, -EIO);
		for (unsigned i = 0; i < n; i++) {
			EXPECT_INT(life[i].row, life[i].step(st), 0);
			EXPECT_INT(life[i].row, life[i].step(other), 0);
		}
		EXPECT_VERDICT(life[n].row, life[n].step(st), -EIO);
		contract_same(life[n].row, st, other, NOW_MS);
		for (unsigned i = n; i < NELEM(life); i++)
			EXPECT_INT(life[i].row, life[i].step(st), 0);
	}
}

static void
called_off(void)
{
	GUARD(store_close) struct store *st = contract_open();

	store_memory_fail(st, 1, -ENOSPC);
	store_memory_fail(st, 0, 0);
	EXPECT_INT("none fails", key_add(st), 0);
	store_memory_fail(st, 2, -ENOSPC);
	EXPECT_INT("not yet", key_add(st), 0);
	EXPECT_VERDICT("now", key_add(st), -ENOSPC);
	EXPECT_INT("no more", key_add(st), 0);
}

CU_TestInfo failure_tests[] = {
	{ "each call", each_call },
	{ "called off", called_off },
	CU_TEST_INFO_NULL,
};
