// SPDX-License-Identifier: ISC
/* tests/contract/key_contract.c - keys that change, and what each of them has made. */
#include "contract.h"

#include <string.h>

#define LIMIT 100

static uint64_t
changes_of(struct store *st)
{
	uint64_t changes = 0;

	EXPECT_VERDICT("changes", store_key_changes(st, &changes), 0);
	EXPECT_TRUE("never 0", changes != 0);
	return changes;
}

/* Each change counts, a repeat does not, and nothing else does. */
static void
counted(void)
{
	GUARD(store_close) struct store *st = contract_open();
	const uint64_t serial = contract_bit(&key_kind, "serial");
	struct key key = contract_key(1);
	uint64_t first = changes_of(st);

	EXPECT_VERDICT("add", store_key_add(st, &key), 0);
	EXPECT_INT("add", (int64_t)changes_of(st), (int64_t)first + 1);
	EXPECT_VERDICT("again", store_key_add(st, &key), 0);
	key.serial = 7;
	EXPECT_VERDICT("taken", store_key_add(st, &key), V_EXISTS);
	contract_add_user(st, 1);
	EXPECT_INT("nothing", (int64_t)changes_of(st), (int64_t)first + 1);
	EXPECT_VERDICT("set", store_key_set(st, &key, serial), 0);
	EXPECT_INT("set", (int64_t)changes_of(st), (int64_t)first + 2);
	EXPECT_VERDICT("again", store_key_set(st, &key, serial), 0);
	EXPECT_INT("again", (int64_t)changes_of(st), (int64_t)first + 2);
	EXPECT_VERDICT("drop", store_key_drop(st, key.id), 0);
	EXPECT_INT("drop", (int64_t)changes_of(st), (int64_t)first + 3);
	EXPECT_VERDICT("gone", store_key_drop(st, key.id), V_NOT_FOUND);
	EXPECT_VERDICT("gone", store_key_set(st, &key, serial), V_NOT_FOUND);
	EXPECT_VERDICT("no such name", store_key_drop(st, "much too long for an id"),
	    V_NOT_FOUND);
	EXPECT_INT("nothing", (int64_t)changes_of(st), (int64_t)first + 3);
}

static void
changed_fields(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct key key = contract_key(1), other = contract_key(2), *list;
	size_t count;

	EXPECT_VERDICT("add", store_key_add(st, &key), 0);
	strcpy(other.id, key.id);
	other.retired_ms = NOW_MS;
	EXPECT_VERDICT("set", store_key_set(st, &other, contract_bit(&key_kind, "retired_on")), 0);
	EXPECT_VERDICT("list", store_keys(st, &mem, &list, &count), 0);
	key.retired_ms = NOW_MS;
	EXPECT_TRUE("one field", count == 1 && record_same(&key_kind, &list[0], &key));
}

/* What is made with keys that others have changed meanwhile is not written. */
static void
expected(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct domain_token domain = contract_domain_token(1, "a"), domain2 = domain;
	struct token token = contract_token(1, 1), session = contract_token(2, 1), out;
	struct key key = contract_key(1), other = contract_key(2);
	struct uuid user = contract_uuid(1);
	uint64_t count;

	contract_add_user(st, 1);
	EXPECT_VERDICT("add", store_key_add(st, &key), 0);
	store_expect_keys(st, changes_of(st));
	EXPECT_VERDICT("token", store_token_add(st, &token, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("another key", store_key_add(st, &other), 0);
	EXPECT_VERDICT("a repeat", store_token_add(st, &token, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("a repeat", store_key_add(st, &other), 0);
	EXPECT_VERDICT("a repeat", store_domain_token_add(st, &domain, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("session", store_session_add(st, &session, LIMIT, NOW_MS), V_CHANGED);
	domain2.id = contract_uuid(2);
	EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain2, LIMIT, NOW_MS),
	    V_CHANGED);
	EXPECT_VERDICT("drop", store_key_drop(st, key.id), V_CHANGED);
	key.serial++;
	EXPECT_VERDICT("set", store_key_set(st, &key, contract_bit(&key_kind, "serial")),
	    V_CHANGED);
	key = contract_key(3);
	EXPECT_VERDICT("key", store_key_add(st, &key), V_CHANGED);
	EXPECT_VERDICT("no session", store_session_find(st, session.digest, NOW_MS, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("what ends", store_tokens_drop_of_user(st, &user, 77, NOW_MS, &count), 0);
	EXPECT_INT("always works", (int64_t)count, 1);
	store_expect_keys(st, changes_of(st));
	EXPECT_VERDICT("session", store_session_add(st, &session, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("token", store_token_add(st, &token, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("key", store_key_add(st, &key), 0);
	store_expect_keys(st, 0);
	EXPECT_VERDICT("any", store_domain_token_add(st, &domain2, LIMIT, NOW_MS), 0);
}

static void
add_token(struct store *st, unsigned n, uint64_t key)
{
	struct token token = contract_token(n, 1);

	token.hash_key = key;
	EXPECT_VERDICT("token", n % 4 ? store_token_add(st, &token, LIMIT, NOW_MS) :
	    store_session_add(st, &token, LIMIT, NOW_MS), 0);
}

/* Steps of any size drop the tokens and sessions of one key, and no others. */
static void
dropped(void)
{
	static const uint64_t limits[] = { 1, 2, 7, 1000 };
	struct token out;

	for (size_t i = 0; i < NELEM(limits); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token_pass pass = { .goes_on = false };
		uint64_t sum = 0;

		contract_add_user(st, 1);
		for (unsigned n = 0; n < 20; n++)
			add_token(st, n, n % 3);
		do {
			EXPECT_VERDICT("step", store_tokens_drop_of_key(st, 1, limits[i], &pass), 0);
			sum += pass.count;
		} while (pass.more);
		EXPECT_INT("how many", (int64_t)sum, 7);
		for (unsigned n = 0; n < 20; n++) {
			struct token token = contract_token(n, 1);

			EXPECT_VERDICT("those of the key", n % 4 ?
			    store_token_get(st, &token.id, NOW_MS, &out) :
			    store_session_find(st, token.digest, NOW_MS, &out),
			    n % 3 == 1 ? V_NOT_FOUND : 0);
		}
	}
}

static void
none_to_drop(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token_pass pass = { .goes_on = false };

	EXPECT_VERDICT("empty", store_tokens_drop_of_key(st, 0, 10, &pass), 0);
	EXPECT_TRUE("at the end", !pass.more && !pass.count);
}

CU_TestInfo key_tests[] = {
	{ "counted", counted },
	{ "fields", changed_fields },
	{ "expected", expected },
	{ "dropped", dropped },
	{ "none", none_to_drop },
	CU_TEST_INFO_NULL,
};
