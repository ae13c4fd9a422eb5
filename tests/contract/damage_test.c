// SPDX-License-Identifier: ISC
/* tests/contract/damage_test.c - a flipped byte on disk, and indexes that lead nowhere. */
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.h"
#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_sweep.h"
#include "store_at.h"

#define USER	1
#define ACCOUNT	5
#define TOKEN	3

static int
read_meta(struct store *st)
{
	struct meta meta;

	return store_meta(st, &meta);
}

static int
read_user(struct store *st)
{
	struct uuid id = contract_uuid(USER);
	struct user user;

	return store_user_get(st, &id, &user);
}

static int
read_users(struct store *st)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct user *users;
	size_t count;

	return store_user_list(st, &mem, NULL, 9, &users, &count);
}

static int
read_login(struct store *st)
{
	struct user user;

	return store_user_find(st, IDENTITY_LOGIN, "user1@example.org", &user);
}

static int
read_password(struct store *st)
{
	struct uuid id = contract_uuid(USER);
	struct password password;

	return store_password_get(st, &id, &password);
}

static int
read_account(struct store *st)
{
	struct uuid id = contract_uuid(ACCOUNT);
	struct account account;

	return store_account_get(st, &id, &account);
}

static int
read_account_name(struct store *st)
{
	struct account account;

	return store_account_find(st, "account 5", &account);
}

static int
delete_account(struct store *st)
{
	struct uuid id = contract_uuid(ACCOUNT);

	return store_account_delete(st, &id);
}

static int
read_token(struct store *st)
{
	struct token token = contract_token(TOKEN, USER);

	return store_token_find(st, token.digest, NOW_MS, &token);
}

static int
read_token_id(struct store *st)
{
	struct uuid id = contract_uuid(TOKEN);
	struct token token;

	return store_token_get(st, &id, NOW_MS, &token);
}

static int
read_tokens(struct store *st)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid id = contract_uuid(USER);
	struct token *tokens;
	size_t count;

	return store_token_list(st, &mem, &id, NULL, 9, NOW_MS, &tokens, &count);
}

static int
read_session(struct store *st)
{
	struct token session = contract_token(TOKEN, USER);

	return store_session_find(st, session.digest, NOW_MS, &session);
}

static int
read_domain_token(struct store *st)
{
	struct domain_token token = contract_domain_token(6, "example.org");

	return store_domain_token_get(st, token.domain, &token.id, &token);
}

static int
read_domain_tokens(struct store *st)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct domain_token *tokens;
	size_t count;

	return store_domain_token_list(st, &mem, "example.org", NULL, STORE_LIST_MAX, 0, &tokens,
	    &count);
}

static int
disable_domain_token(struct store *st)
{
	struct uuid id = contract_uuid(6);

	return store_domain_token_enable(st, "example.org", &id, false);
}

static int
read_role(struct store *st)
{
	struct role role;

	return store_role_get(st, "role 8", &role);
}

static int
read_roles(struct store *st)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct role *roles;
	size_t count;

	return store_role_list(st, &mem, &roles, &count);
}

static int
read_keys(struct store *st)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct key *keys;
	size_t count;

	return store_keys(st, &mem, &keys, &count);
}

/* A write and its sweep continue; only the log shows the damage. */
static int
prune(struct store *st)
{
	uint64_t count = 99;

	EXPECT_VERDICT("prune goes on", store_tokens_prune(st, 9, END_MS, &count), 0);
	EXPECT_INT("drops none", count, 0);
	return -EBADMSG;
}

/* Which records are damaged, how that is met, and what the log calls them. */
static const struct {
	const char *row;
	enum table table;
	int (*meet)(struct store *);
	const char *logged;
} t[] = {
	{ "meta",              TABLE_META,         read_meta,         "meta/store" },
	{ "user",              TABLE_USER,         read_user,
		"user/10000000-0000-0000-0000-000000000001" },
	{ "user in a list",    TABLE_USER,         read_users,
		"user/10000000-0000-0000-0000-000000000001" },
	{ "user by its login", TABLE_USER,         read_login,
		"user/10000000-0000-0000-0000-000000000001" },
	{ "identity",          TABLE_IDENTITY,     read_login,
		"identity/login:user1@example.org" },
	{ "password",          TABLE_PASSWORD,     read_password,
		"password/10000000-0000-0000-0000-000000000001" },
	{ "account",           TABLE_ACCOUNT,      read_account,
		"account/10000000-0000-0000-0000-000000000005" },
	{ "account name",      TABLE_ACCOUNT_NAME, read_account_name, "account_name/account?5" },
	{ "account user",      TABLE_ACCOUNT_USER, delete_account,    "account_user/10000000" },
	{ "token",             TABLE_TOKEN,        read_token,        "token/40404040" },
	{ "token by id",       TABLE_TOKEN,        read_token_id,     "token/40404040" },
	{ "token in a list",   TABLE_TOKEN,        read_tokens,       "token/40404040" },
	{ "token, swept",      TABLE_TOKEN,        prune,             "token/40404040" },
	{ "token id",          TABLE_TOKEN_UUID,   read_token_id,
		"token_uuid/10000000-0000-0000-0000-000000000003" },
	{ "token of user",     TABLE_TOKEN_USER,   read_tokens,       "token_user/10000000" },
	{ "token expiry",      TABLE_TOKEN_EXPIRY, prune,             "token_expiry/80000000" },
	{ "key",               TABLE_KEY,          read_keys,         "key/key2" },
	{ "session",           TABLE_TOKEN,        read_session,      "token/40404040" },
	{ "domain token",      TABLE_DOMAIN_TOKEN, read_domain_token, "domain_token/example.org" },
	{ "domain token in a list", TABLE_DOMAIN_TOKEN, read_domain_tokens,
		"domain_token/example.org" },
	{ "domain token, switched", TABLE_DOMAIN_TOKEN, disable_domain_token,
		"domain_token/example.org" },
	{ "role",              TABLE_ROLE,         read_role,         "role/role?8" },
	{ "role in a list",    TABLE_ROLE,         read_roles,        "role/role?8" },
};

/* One record in every database. */
static struct store *
populate(const char *directory)
{
	struct uuid instance = contract_uuid(7);
	struct account account = contract_account(ACCOUNT);
	struct password password = contract_password(USER);
	struct token token = contract_token(TOKEN, USER);
	struct domain_token domain_token = contract_domain_token(6, "example.org");
	struct user user = contract_user(USER);
	struct role role = contract_role(8);
	struct key key = contract_key(2);
	struct store *st = NULL;

	user.account = account.id;
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	EXPECT_VERDICT("key", store_key_add(st, &key), 0);
	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("user", store_user_add(st, &user, &password), 0);
	EXPECT_VERDICT("token", store_token_add(st, &token, 9, NOW_MS), 0);
	EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain_token, 9, 50), 0);
	EXPECT_VERDICT("role", store_role_set(st, &role), 0);
	return st;
}

/* The bytes of the record at a place, as they are in the file; their number. */
static size_t
bytes_at(struct store *st, const struct place *at, uint8_t *bytes, size_t size)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	MDB_val key = { at->len, (void *)at->key }, val;

	if (txn_begin((struct lmdb *)st, MDB_RDONLY, &tx) ||
	    mdb_get(tx.mdb, tx.db->dbi[at->table], &key, &val) || val.mv_size > size)
		return 0;
	memcpy(bytes, val.mv_data, val.mv_size);
	return val.mv_size;
}

/* Flips a bit of one byte in every copy of bytes in the file; how many copies. */
static unsigned
flip(const char *directory, const uint8_t *bytes, size_t len, size_t which)
{
	char path[128];
	unsigned copies = 0;
	struct stat stat;
	uint8_t *file, *at;
	int fd;

	snprintf(path, sizeof path, "%s/data.mdb", directory);
	fd = open(path, O_RDWR);
	if (fd < 0 || fstat(fd, &stat) != 0)
		abort();
	file = mmap(NULL, (size_t)stat.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (file == MAP_FAILED)
		abort();
	at = file;
	while ((at = memmem(at, (size_t)(file + stat.st_size - at), bytes, len))) {
		at[which] ^= 0x10;
		copies++;
		at++;
	}
	munmap(file, (size_t)stat.st_size);
	close(fd);
	return copies;
}

static void
flipped(size_t i, unsigned tenths)
{
	const char *directory = contract_directory();
	const struct place at = contract_place(t[i].table, TOKEN);
	struct store *st = populate(directory);
	uint8_t bytes[8192];
	size_t len = bytes_at(st, &at, bytes, sizeof bytes);
	char line[256];
	int r;

	EXPECT_TRUE(t[i].row, len > 0);
	store_close(&st);
	EXPECT_TRUE(t[i].row, flip(directory, bytes, len, (len - 1) * tenths / 10) > 0);
	test_log_clear();
	r = open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE);
	if (t[i].table != TABLE_META) {
		EXPECT_VERDICT(t[i].row, r, 0);
		r = t[i].meet(st);
	}
	EXPECT_VERDICT(t[i].row, r, -EBADMSG);
	snprintf(line, sizeof line, "store: damaged record %s", t[i].logged);
	EXPECT_TRUE(line, test_logged(line));
	store_close(&st);
}

static void
each_database(void)
{
	bool met[TABLES] = { false };

	for (size_t i = 0; i < NELEM(t); i++) {
		met[t[i].table] = true;
		for (unsigned tenths = 0; tenths <= 10; tenths += 5)
			flipped(i, tenths);
	}
	for (enum table table = 0; table < TABLES; table++)
		EXPECT_TRUE(table_name(table), met[table]);
}

/* A truncated file is recognized when it is opened, and left as it is. */
static void
cut_off(void)
{
	static const struct { const char *row; off_t pages; off_t more; } c[] = {
		{ "nothing but meta pages", 2,  0 },
		{ "and a byte",             2,  1 },
		{ "a few pages",            5,  0 },
		{ "within a page",          9,  100 },
		{ "more pages",             12, 0 },
		{ "half of it",             15, 0 },
	};

	for (size_t i = 0; i < NELEM(c); i++) {
		const off_t len = c[i].pages * 4096 + c[i].more;
		const char *directory = contract_directory();
		struct store *st = populate(directory);
		struct stat file;
		char path[128];

		store_close(&st);
		snprintf(path, sizeof path, "%s/data.mdb", directory);
		EXPECT_INT(c[i].row, truncate(path, len), 0);
		for (int k = 0; k < 2; k++) {
			test_log_clear();
			EXPECT_VERDICT(c[i].row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX,
			    k ? STORE_USE : STORE_MAKE), -EBADMSG);
			EXPECT_TRUE(c[i].row, test_logged("data.mdb is damaged"));
			EXPECT_INT(c[i].row, stat(path, &file), 0);
			EXPECT_INT(c[i].row, file.st_size, len);
		}
	}
}

/*
 * LMDB does not write pages that one transaction took into use and freed: a
 * file that lacks nothing else is whole.
 */
static void
short_of_free_pages(void)
{
	const char *directory = contract_directory();
	struct store *st = populate(directory);
	GUARD(txn_drop) struct txn tx = { 0 };
	struct role role = contract_role(100);
	struct place at = at_text(TABLE_ROLE, "");
	struct store_counts sums;
	struct stat file;
	char path[128];

	memset(role.acl, 'x', sizeof role.acl - 1);
	EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
	for (int i = 0; i < 30; i++) {
		snprintf(role.name, sizeof role.name, "big %d", i);
		at = at_text(TABLE_ROLE, role.name);
		EXPECT_VERDICT("put", place_put(&tx, &at, &role), 0);
	}
	for (int i = 29; i >= 0; i--) {
		snprintf(role.name, sizeof role.name, "big %d", i);
		at = at_text(TABLE_ROLE, role.name);
		EXPECT_VERDICT("drop", place_drop(&tx, &at), 0);
	}
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	store_close(&st);
	snprintf(path, sizeof path, "%s/data.mdb", directory);
	EXPECT_INT("stat", stat(path, &file), 0);
	EXPECT_TRUE("it is short", (uint64_t)file.st_size < sums.bytes_used);
	EXPECT_VERDICT("opens", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (size_t k = 0; k < NELEM(t); k++) {
		if (t[k].meet != prune && t[k].meet != delete_account && t[k].meet != read_session)
			EXPECT_VERDICT(t[k].row, t[k].meet(st), 0);
	}
	EXPECT_INT("stat", stat(path, &file), 0);
	EXPECT_TRUE("not any more", (uint64_t)file.st_size >= sums.bytes_used);
	store_close(&st);
	EXPECT_INT("more is missing", truncate(path, 9 * 4096), 0);
	EXPECT_VERDICT("is too much", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE),
	    -EBADMSG);
}

/* Drops what an index leads to, or the index entry, without the store's knowledge. */
static void
nowhere(void)
{
	static const struct {
		const char *row;
		enum table table;
		int (*meet)(struct store *);
		const char *logged;
	} n[] = {
		{ "login",         TABLE_USER,    read_login,        "identity/login:user1" },
		{ "account name",  TABLE_ACCOUNT, read_account_name, "account_name/account?5" },
		{ "token id",      TABLE_TOKEN,   read_token_id,     "token_uuid/10000000" },
		{ "token of user", TABLE_TOKEN,   read_tokens,       "token_user/10000000" },
		{ "token expiry",  TABLE_TOKEN,   prune,             "token_expiry/80000000" },
	};

	for (size_t i = 0; i < NELEM(n); i++) {
		GUARD(store_close) struct store *st = populate(contract_directory());
		GUARD(txn_drop) struct txn tx = { 0 };
		const struct place at = contract_place(n[i].table, TOKEN);
		char line[256];

		EXPECT_VERDICT(n[i].row, txn_begin((struct lmdb *)st, 0, &tx), 0);
		EXPECT_VERDICT(n[i].row, place_drop(&tx, &at), 0);
		EXPECT_VERDICT(n[i].row, txn_commit(&tx), 0);
		test_log_clear();
		EXPECT_VERDICT(n[i].row, n[i].meet(st), -EBADMSG);
		snprintf(line, sizeof line, "store: damaged record %s", n[i].logged);
		EXPECT_TRUE(line, test_logged(line));
	}
}

/* Expired and damaged records neither stop writes nor keep others from being swept. */
static void
sweep_goes_on(void)
{
	const char *directory = contract_directory();
	struct store *st = populate(directory);
	const struct place at = contract_place(TABLE_TOKEN, TOKEN);
	struct token token = contract_token(TOKEN, USER), out;
	struct store_counts sums;
	uint8_t bytes[8192];
	uint64_t count;
	size_t len = bytes_at(st, &at, bytes, sizeof bytes);

	store_close(&st);
	EXPECT_TRUE("flip", flip(directory, bytes, len, len / 2) > 0);
	EXPECT_VERDICT("open", open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (unsigned i = 10; i < 20; i++) {
		token = contract_token(i, USER);
		token.expires_ms = END_MS + i;
		EXPECT_VERDICT("add", store_token_add(st, &token, 99, NOW_MS), 0);
	}
	contract_go_on(st, END_MS + STORE_GRACE_MS / 2);
	token = contract_token(30, USER);
	token.expires_ms = END_MS + 500 + STORE_GRACE_MS;
	EXPECT_VERDICT("add and sweep", store_token_add(st, &token, 99,
	    END_MS + 15 + STORE_GRACE_MS), 0);
	EXPECT_VERDICT("find", store_token_find(st, token.digest, END_MS + 15, &out), 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("the damaged one stays", sums.tokens, 1 + 4 + 1);
	EXPECT_VERDICT("prune", store_tokens_prune(st, 99, END_MS + 100, &count), 0);
	EXPECT_INT("the others", count, 4);
	EXPECT_VERDICT("logout", store_user_logout(st, &token.user, 3, NOW_MS, &count), 0);
	EXPECT_INT("drops it too", count, 2);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("nothing left", sums.tokens, 0);
	store_close(&st);
}

CU_TestInfo damage_tests[] = {
	{ "each database", each_database },
	{ "cut off", cut_off },
	{ "short of free pages", short_of_free_pages },
	{ "indexes that lead nowhere", nowhere },
	{ "the sweep goes on", sweep_goes_on },
	CU_TEST_INFO_NULL,
};
