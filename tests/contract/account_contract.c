// SPDX-License-Identifier: ISC
/* tests/contract/account_contract.c - the store itself, its keys, and accounts. */
#include "contract.h"

#include <errno.h>
#include <string.h>

static void
init(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct uuid instance = contract_uuid(9000), other = contract_uuid(9001);
	struct meta meta;

	EXPECT_VERDICT("the same again", store_init(st, &instance, 1), V_EXISTS);
	EXPECT_VERDICT("another", store_init(st, &other, 2), V_EXISTS);
	EXPECT_VERDICT("meta", store_meta(st, &meta), 0);
	EXPECT_INT("schema", meta.schema, STORE_SCHEMA);
	EXPECT_INT("made", meta.created_ms, 1);
	EXPECT_TRUE("instance", uuid_equal(&meta.instance, &instance));
}

/* No kind of operation may be missing in a back end. */
static void
operations(void)
{
	for (int kind = 0; kind <= OP_KINDS; kind++) {
		GUARD(store_close) struct store *st = contract_open();
		struct op op = { .kind = (enum op_kind)kind };
		struct op_result result;

		EXPECT_TRUE("known", (st->ops->submit(st, &op, &result) == -ENOSYS) ==
		    (kind == OP_KINDS));
	}
}

static void
keys(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	static const int64_t created[] = { 30, 10, 20, 10 };
	static const char *const order[] = { "key1", "key3", "key2", "key0" };
	struct key key, *list;
	size_t count = 99;

	EXPECT_VERDICT("empty", store_keys(st, &mem, &list, &count), 0);
	EXPECT_INT("empty", count, 0);
	for (unsigned i = 0; i < NELEM(created); i++) {
		key = contract_key(i);
		key.created_ms = created[i];
		EXPECT_VERDICT("add", store_key_add(st, &key), 0);
		EXPECT_VERDICT("again", store_key_add(st, &key), 0);
		key.sealed[0]++;
		EXPECT_VERDICT("id taken", store_key_add(st, &key), V_EXISTS);
	}
	EXPECT_VERDICT("list", store_keys(st, &mem, &list, &count), 0);
	EXPECT_INT("all", count, NELEM(order));
	for (size_t i = 0; i < NELEM(order) && i < count; i++)
		EXPECT_STRING("oldest first, ties by id", list[i].id, order[i]);
	key.id[0] = '\0';
	EXPECT_VERDICT("no id", store_key_add(st, &key), 0);
	memset(key.id, 'k', sizeof key.id - 1);
	EXPECT_VERDICT("longest id", store_key_add(st, &key), 0);
}

static void
absent(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct account account = contract_account(1), out;
	char name[600];

	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("get", store_account_get(st, &account.id, &out), V_NOT_FOUND);
	EXPECT_VERDICT("find", store_account_find(st, "account 1", &out), V_NOT_FOUND);
	EXPECT_VERDICT("find none", store_account_find(st, "", &out), V_NOT_FOUND);
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	EXPECT_VERDICT("find endless", store_account_find(st, name, &out), V_NOT_FOUND);
	EXPECT_VERDICT("set", store_account_set(st, &account, UINT64_MAX, 5, &out), V_NOT_FOUND);
	EXPECT_VERDICT("delete", store_account_delete(st, &account.id), V_NOT_FOUND);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
}

static void
add(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct account account = contract_account(1), other = contract_account(2), out;

	EXPECT_VERDICT("add", store_account_add(st, &account), 0);
	EXPECT_VERDICT("again", store_account_add(st, &account), 0);
	strcpy(other.name, "account 1");
	EXPECT_VERDICT("name taken", store_account_add(st, &other), V_EXISTS);
	EXPECT_VERDICT("not there", store_account_get(st, &other.id, &out), V_NOT_FOUND);
	strcpy(other.name, "Account 1");
	EXPECT_VERDICT("another case", store_account_add(st, &other), 0);
	other.id = account.id;
	EXPECT_VERDICT("id taken", store_account_add(st, &other), V_EXISTS);
	EXPECT_VERDICT("find", store_account_find(st, "account 1", &out), 0);
	EXPECT_TRUE("as added", record_same(&account_kind, &out, &account));
	for (unsigned i = 3; i < 5; i++) {
		other = contract_account(i);
		other.name[0] = '\0';
		EXPECT_VERDICT("nameless", store_account_add(st, &other), 0);
	}
	EXPECT_VERDICT("find nameless", store_account_find(st, "", &out), V_NOT_FOUND);
	memset(other.name, 'n', sizeof other.name - 1);
	other.id = contract_uuid(9);
	EXPECT_VERDICT("longest name", store_account_add(st, &other), 0);
	EXPECT_VERDICT("find longest", store_account_find(st, other.name, &out), 0);
}

static void
set(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct account account = contract_account(1), other = contract_account(2), out;
	uint64_t name = contract_bit(&account_kind, "name");

	EXPECT_VERDICT("add", store_account_add(st, &account), 0);
	EXPECT_VERDICT("add", store_account_add(st, &other), 0);
	strcpy(account.level, "gold");
	strcpy(account.name, "new");
	EXPECT_VERDICT("name", store_account_set(st, &account, name, 50, &out), 0);
	EXPECT_STRING("changed", out.name, "new");
	EXPECT_STRING("not in the mask", out.level, "");
	EXPECT_INT("modified", out.modified_ms, 50);
	EXPECT_VERDICT("again", store_account_set(st, &account, name, 55, &out), 0);
	EXPECT_INT("not modified", out.modified_ms, 50);
	EXPECT_VERDICT("new name", store_account_find(st, "new", &out), 0);
	EXPECT_VERDICT("old name", store_account_find(st, "account 1", &out), V_NOT_FOUND);
	strcpy(account.name, "account 2");
	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("taken", store_account_set(st, &account, UINT64_MAX, 60, &out), V_EXISTS);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
	EXPECT_VERDICT("still its own", store_account_find(st, "new", &out), 0);
	EXPECT_INT("not modified", out.modified_ms, 50);
	EXPECT_STRING("not changed", out.level, "");
	account.name[0] = '\0';
	EXPECT_VERDICT("nameless", store_account_set(st, &account, name, 70, &out), 0);
	EXPECT_VERDICT("name is free", store_account_find(st, "new", &out), V_NOT_FOUND);
	strcpy(other.name, "new");
	EXPECT_VERDICT("for another", store_account_set(st, &other, name, 80, &out), 0);
	EXPECT_VERDICT("repeated", store_account_set(st, &other, name, 80, &out), 0);
}

/* An account lasts as long as any user belongs to it. */
static void
members(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct account account = contract_account(5), next = contract_account(6);
	struct password password = contract_password(1);
	struct user user = contract_user(1), out;
	uint64_t bit = contract_bit(&user_kind, "account");

	user.account = account.id;
	EXPECT_VERDICT("no account", store_user_add(st, &user, &password), V_NOT_FOUND);
	EXPECT_VERDICT("no user", store_user_get(st, &user.id, &out), V_NOT_FOUND);
	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("next account", store_account_add(st, &next), 0);
	EXPECT_VERDICT("user", store_user_add(st, &user, &password), 0);
	EXPECT_VERDICT("has a user", store_account_delete(st, &account.id), V_EXISTS);
	EXPECT_VERDICT("has none", store_account_delete(st, &next.id), 0);
	user.account = next.id;
	EXPECT_VERDICT("gone", store_user_set(st, &user, bit, 5, &out), V_NOT_FOUND);
	EXPECT_VERDICT("still has", store_account_delete(st, &account.id), V_EXISTS);
	EXPECT_VERDICT("back", store_account_add(st, &next), 0);
	EXPECT_VERDICT("move", store_user_set(st, &user, bit, 5, &out), 0);
	EXPECT_VERDICT("left", store_account_delete(st, &account.id), 0);
	EXPECT_VERDICT("name is free", store_account_add(st, &account), 0);
	EXPECT_VERDICT("keep", store_user_delete(st, &user.id, true, 6), 0);
	EXPECT_VERDICT("has a deleted user", store_account_delete(st, &next.id), V_EXISTS);
	EXPECT_VERDICT("for good", store_user_delete(st, &user.id, false, 6), 0);
	EXPECT_VERDICT("empty", store_account_delete(st, &next.id), 0);
	user.account = account.id;
	EXPECT_VERDICT("join", store_user_add(st, &user, &password), 0);
	memset(&user.account, 0, sizeof user.account);
	EXPECT_VERDICT("leave", store_user_set(st, &user, bit, 5, &out), 0);
	EXPECT_VERDICT("all left", store_account_delete(st, &account.id), 0);
}

/* Refused names are reported before a missing account by additions, after it by changes. */
static void
precedence(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct password password = contract_password(2);
	struct user user = contract_user(2), out;

	contract_add_user(st, 1);
	strcpy(user.email, "user1@example.org");
	user.account = contract_uuid(77);
	EXPECT_VERDICT("add", store_user_add(st, &user, &password), V_EXISTS);
	contract_add_user(st, 2);
	EXPECT_VERDICT("set", store_user_set(st, &user, UINT64_MAX, 5, &out), V_NOT_FOUND);
}

static void
list(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid after = contract_uuid(3), want;
	struct account account, *accounts;
	size_t count = 99;

	for (unsigned i = 6; i > 0; i--) {
		account = contract_account(i);
		EXPECT_VERDICT("add", store_account_add(st, &account), 0);
	}
	EXPECT_VERDICT("all", store_account_list(st, &mem, NULL, SIZE_MAX, &accounts, &count), 0);
	EXPECT_INT("all", count, 6);
	EXPECT_VERDICT("page", store_account_list(st, &mem, &after, 2, &accounts, &count), 0);
	EXPECT_INT("page", count, 2);
	for (unsigned i = 0; i < count; i++) {
		want = contract_uuid(4 + i);
		EXPECT_TRUE("in order", uuid_equal(&accounts[i].id, &want));
	}
	after = contract_uuid(6);
	EXPECT_VERDICT("after", store_account_list(st, &mem, &after, 2, &accounts, &count), 0);
	EXPECT_INT("after", count, 0);
}

static void
counts(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct account account = contract_account(1);
	struct domain_token domain_token = contract_domain_token(1, "example.org");
	struct token token = contract_token(1, 1);
	struct role role = contract_role(1);
	struct key key = contract_key(1);
	struct store_counts sums;

	EXPECT_VERDICT("empty", store_counts(st, &sums), 0);
	EXPECT_INT("empty", (sums.users + sums.accounts + sums.tokens + sums.keys +
	    sums.domain_tokens + sums.roles), 0);
	contract_add_user(st, 1);
	contract_add_user(st, 2);
	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("token", store_token_add(st, &token, 1, NOW_MS), 0);
	EXPECT_VERDICT("key", store_key_add(st, &key), 0);
	for (unsigned i = 1; i <= 3; i++) {
		domain_token.id = contract_uuid(i);
		EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain_token, 9, 50), 0);
	}
	EXPECT_VERDICT("role", store_role_set(st, &role), 0);
	role = contract_role(2);
	EXPECT_VERDICT("role", store_role_set(st, &role), 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("users", sums.users, 2);
	EXPECT_INT("accounts", sums.accounts, 1);
	EXPECT_INT("tokens", sums.tokens, 1);
	EXPECT_INT("keys", sums.keys, 1);
	EXPECT_INT("domain tokens", sums.domain_tokens, 3);
	EXPECT_INT("roles", sums.roles, 2);
	EXPECT_TRUE("within bounds", !sums.bytes_max || sums.bytes_used <= sums.bytes_max);
}

/* Where it was read with a user, it is of that user, and of this request. */
static void
expected(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct account account = contract_account(5), other = contract_account(6), out;
	struct token token = contract_token(1, 1), found;
	struct password password = contract_password(1);
	struct user user = contract_user(1), owner;
	uint64_t bit = contract_bit(&account_kind, "level");

	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("other account", store_account_add(st, &other), 0);
	user.account = account.id;
	EXPECT_VERDICT("user", store_user_add(st, &user, &password), 0);
	contract_add_user(st, 2);
	EXPECT_VERDICT("token", store_token_add(st, &token, 9, NOW_MS), 0);
	for (unsigned i = 0; i < 3; i++) {
		store_expect_account(st, true);
		if (i == 0)
			EXPECT_VERDICT("user", store_user_get(st, &user.id, &owner), 0);
		else if (i == 1)
			EXPECT_VERDICT("by digest", store_token_find_user(st, token.digest, NOW_MS,
			    &found, &owner), 0);
		else
			EXPECT_VERDICT("by id", store_token_get_user(st, &token.id, NOW_MS, &found,
			    &owner), 0);
		EXPECT_TRUE("the user", record_same(&user_kind, &owner, &user));
		EXPECT_VERDICT("other", store_account_get(st, &other.id, &out), 0);
		EXPECT_TRUE("another account", record_same(&account_kind, &out, &other));
		EXPECT_VERDICT("account", store_account_get(st, &account.id, &out), 0);
		EXPECT_TRUE("the account", record_same(&account_kind, &out, &account));
		snprintf(account.level, sizeof account.level, "Level%u", i + 7);
		EXPECT_VERDICT("set", store_account_set(st, &account, bit, 9 + i, &account), 0);
		store_expect_account(st, i == 1);
		EXPECT_VERDICT("account", store_account_get(st, &account.id, &out), 0);
		EXPECT_STRING("forgotten", out.level, account.level);
	}
	store_expect_account(st, true);
	user.id = contract_uuid(2);
	EXPECT_VERDICT("of no account", store_user_get(st, &user.id, &owner), 0);
	EXPECT_VERDICT("none", store_account_get(st, &owner.account, &out), V_NOT_FOUND);
	user.id = contract_uuid(3);
	store_expect_account(st, true);
	EXPECT_VERDICT("nobody", store_user_get(st, &user.id, &owner), V_NOT_FOUND);
	token = contract_token(2, 1);
	EXPECT_VERDICT("no token", store_token_find_user(st, token.digest, NOW_MS, &found, &owner),
	    V_NOT_FOUND);
}

CU_TestInfo account_tests[] = {
	{ "init", init },
	{ "operations", operations },
	{ "keys", keys },
	{ "absent", absent },
	{ "add", add },
	{ "set", set },
	{ "members", members },
	{ "expected", expected },
	{ "precedence", precedence },
	{ "list", list },
	{ "counts", counts },
	CU_TEST_INFO_NULL,
};
