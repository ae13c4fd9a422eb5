// SPDX-License-Identifier: ISC
/* tests/contract/contract.c - stores, records and comparisons for the contract tests. */
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#ifdef WITH_MARIADB
#include "mariadb.h"
#endif
#include "store/lmdb/lmdb_place.h"
#include "store_at.h"
#include "store_memory/memory.h"

static int
open_lmdb_new(struct store **st)
{
	return open_lmdb(st, contract_directory(), CONTRACT_BYTES_MAX, STORE_MAKE);
}

/* Opens a new store of the back end that is under test. */
static int (*open_new)(struct store **st);

void
contract_use(int (*how)(struct store **st))
{
	open_new = how;
}

int
contract_lmdb(void)
{
	open_new = open_lmdb_new;
	return 0;
}

int
contract_memory(void)
{
	open_new = store_open_memory;
	return 0;
}

#ifdef WITH_MARIADB
static int
open_mariadb_new(struct store **st)
{
	const struct store_where where = mariadb_new();

	return store_open(st, &where, STORE_MAKE);
}

int
contract_mariadb(void)
{
	open_new = open_mariadb_new;
	return mariadb_need();
}
#endif

struct store *
contract_open(void)
{
	struct uuid instance = contract_uuid(9000);
	struct store *st = NULL;
	int r;

	r = open_new(&st);
	if (!r)
		r = store_init(st, &instance, 1);
	if (r) {
		fprintf(stderr, "no store to test: %d\n", r);
		exit(99);
	}
	return st;
}

struct uuid
contract_uuid(unsigned n)
{
	struct uuid id = { { 0x10 } };

	/* big endian, so that ids sort as their numbers do */
	id.bytes[14] = (uint8_t)(n >> 8);
	id.bytes[15] = (uint8_t)n;
	return id;
}

struct user
contract_user(unsigned n)
{
	struct user user = { .id = contract_uuid(n), .created_ms = 10 + n, .gen = 1 };

	snprintf(user.email, sizeof user.email, "user%u@example.org", n);
	snprintf(user.sip_login, sizeof user.sip_login, "%u@sip.example.org", n);
	snprintf(user.gmail_user_id, sizeof user.gmail_user_id, "g%u", n);
	snprintf(user.facebook_user_id, sizeof user.facebook_user_id, "f%u", n);
	snprintf(user.apple_user_id, sizeof user.apple_user_id, "a%u", n);
	snprintf(user.wechat_user_id, sizeof user.wechat_user_id, "w%u", n);
	return user;
}

struct password
contract_password(unsigned n)
{
	struct password password = { .user = contract_uuid(n), .set_ms = 20 };

	snprintf(password.hash, sizeof password.hash, "$test$%u", n);
	return password;
}

const struct ha1b *
contract_ha1b(unsigned n, const char *index)
{
	const struct user user = contract_user(n);
	static struct ha1b ha1b;

	strcpy(ha1b.index, index);
	strcpy(ha1b.login, user_ha1b_login(&user));
	return &ha1b;
}

struct account
contract_account(unsigned n)
{
	struct account account = { .id = contract_uuid(n), .created_ms = 30 };

	snprintf(account.name, sizeof account.name, "account %u", n);
	return account;
}

struct token
contract_token(unsigned n, unsigned user)
{
	struct token token = { .id = contract_uuid(n), .user = contract_uuid(user),
	    .created_ms = 100, .expires_ms = END_MS, .ttl_s = 1, .head = "abcd" };

	memset(token.digest, 0x40, sizeof token.digest);
	token.digest[30] = (uint8_t)(n >> 8);
	token.digest[31] = (uint8_t)n;
	snprintf(token.name, sizeof token.name, "token %u", n);
	return token;
}

struct key
contract_key(unsigned n)
{
	struct key key = { .purpose = "token", .created_ms = 40, .sealed_by = "master" };

	snprintf(key.id, sizeof key.id, "key%u", n);
	memset(key.sealed, (int)n, sizeof key.sealed);
	return key;
}

struct domain_token
contract_domain_token(unsigned n, const char *domain)
{
	struct domain_token token = { .id = contract_uuid(n), .role = "user",
	    .created_by = "1@example.org", .created_ms = 50, .expires_ms = END_MS,
	    .enabled = true };

	snprintf(token.domain, sizeof token.domain, "%s", domain);
	return token;
}

struct role
contract_role(unsigned n)
{
	struct role role = { .modified_ms = 60, .acl = "{\"cdr\":[\"r\"]}" };

	snprintf(role.name, sizeof role.name, "role %u", n);
	return role;
}

void
contract_go_on(struct store *st, int64_t now_ms)
{
	struct user user = contract_user(1), after;

	snprintf(user.last_name, sizeof user.last_name, "%lld", (long long)now_ms);
	EXPECT_VERDICT("go on", store_user_set(st, &user, contract_bit(&user_kind, "last_name"),
	    now_ms, &after), 0);
}

void
contract_add_user(struct store *st, unsigned n)
{
	struct password password = contract_password(n);
	struct user user = contract_user(n);

	EXPECT_VERDICT("add a user", store_user_add(st, &user, &password), 0);
}

struct user
contract_get_user(struct store *st, unsigned n)
{
	const struct uuid id = contract_uuid(n);
	struct user user = { .gen = 0 };

	EXPECT_VERDICT("user", store_user_get(st, &id, &user), 0);
	return user;
}

struct token
contract_add_token(struct store *st, unsigned n, unsigned user, int64_t now_ms,
    int64_t expires_ms)
{
	struct token token = contract_token(n, user);

	token.created_ms = now_ms;
	token.expires_ms = expires_ms;
	EXPECT_VERDICT("add a token", store_token_add(st, &token, UINT64_MAX, now_ms), 0);
	return token;
}

void
contract_fill(struct store *st, unsigned mib)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct user user = { .gen = 1 };
	struct place at;
	int r;

	/* above half a page of 4 KiB, so that each has a page of its own */
	memset(user.avatar, 'a', sizeof user.avatar - 1);
	memset(user.gmail_user_id, 'g', sizeof user.gmail_user_id - 1);
	memset(user.apple_user_id, 'a', sizeof user.apple_user_id - 1);
	memset(user.wechat_user_id, 'w', sizeof user.wechat_user_id - 1);
	memset(user.last_name, 'l', sizeof user.last_name - 1);
	r = txn_begin((struct lmdb *)st, 0, &tx);
	for (unsigned i = 0; i < mib * 256 && !r; i++) {
		user.id = contract_uuid(i);
		user.id.bytes[0] = 0xff;
		at = at_uuid(TABLE_USER, &user.id);
		r = place_put(&tx, &at, &user);
	}
	EXPECT_VERDICT("fill", r, 0);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
}

uint64_t
contract_bit(const struct record_kind *kind, const char *name)
{
	int i = field_index(kind, name);

	EXPECT_TRUE(name, i >= 0);
	return (uint64_t)1 << i;
}

#define TAINT 0xa5

void
contract_taint(void *out, size_t size)
{
	memset(out, TAINT, size);
}

bool
contract_untouched(const void *out, size_t size)
{
	const unsigned char *bytes = out;

	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != TAINT)
			return false;
	}
	return true;
}

/* --- comparing two stores -------------------------------------------------- */

static void
same_records(const char *row, const struct record_kind *kind, const void *left,
    size_t left_count, const void *right, size_t right_count)
{
	const char *a = left, *b = right;

	if (!EXPECT_INT(row, left_count, right_count))
		return;
	for (size_t i = 0; i < left_count; i++)
		EXPECT_TRUE(row, record_same(kind, a + i * kind->size, b + i * kind->size));
}

static void
same_of_user(const char *row, struct store *left, struct store *right, struct arena *mem,
    const struct user *user, int64_t now_ms)
{
	struct password passwords[2];
	struct token *tokens[2];
	struct user found[2];
	size_t counts[2] = { 0 };
	int r;

	r = store_password_get(left, &user->id, &passwords[0]);
	EXPECT_INT(row, store_password_get(right, &user->id, &passwords[1]), r);
	if (!r)
		EXPECT_TRUE(row, record_same(&password_kind, &passwords[0], &passwords[1]));
	EXPECT_VERDICT(row, store_token_list(left, mem, &user->id, NULL, STORE_LIST_MAX, now_ms,
	    &tokens[0], &counts[0]), 0);
	EXPECT_VERDICT(row, store_token_list(right, mem, &user->id, NULL, STORE_LIST_MAX, now_ms,
	    &tokens[1], &counts[1]), 0);
	same_records(row, &token_kind, tokens[0], counts[0], tokens[1], counts[1]);
	EXPECT_VERDICT(row, store_session_list(left, mem, &user->id, NULL, STORE_LIST_MAX, now_ms,
	    &tokens[0], &counts[0]), 0);
	EXPECT_VERDICT(row, store_session_list(right, mem, &user->id, NULL, STORE_LIST_MAX, now_ms,
	    &tokens[1], &counts[1]), 0);
	same_records(row, &token_kind, tokens[0], counts[0], tokens[1], counts[1]);
	r = store_user_find(left, IDENTITY_LOGIN, user->email, &found[0]);
	EXPECT_VERDICT(row, r, user->email[0] ? 0 : V_NOT_FOUND);
	EXPECT_INT(row, store_user_find(right, IDENTITY_LOGIN, user->email, &found[1]), r);
	if (!r)
		EXPECT_TRUE(row, uuid_equal(&found[0].id, &found[1].id));
}

static void
same_of_webitel(const char *row, struct store *left, struct store *right, struct arena *mem)
{
	struct domain_token *tokens[2];
	struct role *roles[2];
	size_t counts[2] = { 0 };

	EXPECT_VERDICT(row, store_domain_token_list(left, mem, NULL, NULL, STORE_LIST_MAX,
	    0, &tokens[0], &counts[0]), 0);
	EXPECT_VERDICT(row, store_domain_token_list(right, mem, NULL, NULL, STORE_LIST_MAX,
	    0, &tokens[1], &counts[1]), 0);
	same_records(row, &domain_token_kind, tokens[0], counts[0], tokens[1], counts[1]);
	EXPECT_VERDICT(row, store_role_list(left, mem, &roles[0], &counts[0]), 0);
	EXPECT_VERDICT(row, store_role_list(right, mem, &roles[1], &counts[1]), 0);
	same_records(row, &role_kind, roles[0], counts[0], roles[1], counts[1]);
}

void
contract_same(const char *row, struct store *left, struct store *right, int64_t now_ms)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct account *accounts[2];
	struct store_counts sums[2];
	struct user *users[2];
	struct key *keys[2];
	size_t counts[2] = { 0 };

	EXPECT_VERDICT(row, store_user_list(left, &mem, NULL, SIZE_MAX, &users[0], &counts[0]), 0);
	EXPECT_VERDICT(row, store_user_list(right, &mem, NULL, SIZE_MAX, &users[1], &counts[1]), 0);
	same_records(row, &user_kind, users[0], counts[0], users[1], counts[1]);
	for (size_t i = 0; i < counts[0]; i++)
		same_of_user(row, left, right, &mem, &users[0][i], now_ms);
	EXPECT_VERDICT(row, store_account_list(left, &mem, NULL, SIZE_MAX, &accounts[0],
	    &counts[0]), 0);
	EXPECT_VERDICT(row, store_account_list(right, &mem, NULL, SIZE_MAX, &accounts[1],
	    &counts[1]), 0);
	same_records(row, &account_kind, accounts[0], counts[0], accounts[1], counts[1]);
	EXPECT_VERDICT(row, store_keys(left, &mem, &keys[0], &counts[0]), 0);
	EXPECT_VERDICT(row, store_keys(right, &mem, &keys[1], &counts[1]), 0);
	same_records(row, &key_kind, keys[0], counts[0], keys[1], counts[1]);
	same_of_webitel(row, left, right, &mem);
	EXPECT_VERDICT(row, store_counts(left, &sums[0]), 0);
	EXPECT_VERDICT(row, store_counts(right, &sums[1]), 0);
	EXPECT_INT(row, sums[0].users, sums[1].users);
	EXPECT_INT(row, sums[0].accounts, sums[1].accounts);
	EXPECT_INT(row, sums[0].keys, sums[1].keys);
}

uint64_t
contract_live(struct store *st, int64_t now_ms)
{
	struct store_counts sums = { 0 };
	uint64_t count;

	EXPECT_VERDICT("prune", store_tokens_prune(st, UINT64_MAX, now_ms, &count), 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	return sums.tokens;
}

/* --- directories and the log ----------------------------------------------- */

const char *
contract_directory(void)
{
	static char paths[256][96];
	static unsigned count;

	return strcpy(paths[count++ % NELEM(paths)], test_directory());
}

const char *
contract_store_made(void)
{
	const char *directory = contract_directory();
	GUARD(store_close) struct store *st = NULL;
	struct uuid instance = contract_uuid(7);

	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	contract_add_user(st, 1);
	return directory;
}
