// SPDX-License-Identifier: ISC
/* tests/contract/check_test.c - a check names each defect, and a repair mends what it may. */
#include "contract.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "store/lmdb/lmdb_env.h"
#include "store/store_care.h"
#include "store_at.h"

#define TOKEN	10
#define MIB	((uint64_t)1024 * 1024)

/* What a check found, as "table/key defect[+]" lines; + if it was mended, - if dropped. */
struct found {
	char lines[4096];
	uint64_t kept;			/* findings with bytes that were dropped or replaced */
};

static int
note(void *arg, const struct store_finding *f)
{
	struct found *found = arg;
	size_t len = strlen(found->lines);

	snprintf(found->lines + len, sizeof found->lines - len, "%s/%.14s %d%s\n", f->table,
	    f->key, (int)f->defect, f->mended ? "+" : f->dropped ? "-" : "");
	found->kept += f->len > 0;
	return 0;
}

static struct store_check
check(struct store *st, bool repair, struct found *found)
{
	struct store_check check = { .now_ms = NOW_MS, .repair = repair, .found = note,
	    .arg = found };

	*found = (struct found){ .kept = 0 };
	EXPECT_VERDICT("check", store_check(st, &check), 0);
	return check;
}

/* Two users with an account, a password, a token and a session each. */
static struct store *
populate(void)
{
	const char *directory = contract_directory();
	struct account account = contract_account(5);
	struct uuid instance = contract_uuid(7);
	struct key key = contract_key(2);
	struct role role = contract_role(8);
	struct domain_token domain_token = contract_domain_token(6, "example.org");
	struct store *st = NULL;

	EXPECT_VERDICT("open", open_lmdb(&st, directory, 4 * MIB, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	EXPECT_VERDICT("key", store_key_add(st, &key), 0);
	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("role", store_role_set(st, &role), 0);
	EXPECT_VERDICT("domain token", store_domain_token_add(st, &domain_token, 9, 50), 0);
	for (unsigned i = 1; i <= 2; i++) {
		struct password password = contract_password(i);
		struct user user = contract_user(i);
		struct token token = contract_token(10 * i, i), session = contract_token(10 * i + 1, i);

		user.account = account.id;
		EXPECT_VERDICT("user", store_user_add(st, &user, &password), 0);
		EXPECT_VERDICT("token", store_token_add(st, &token, 9, NOW_MS), 0);
		EXPECT_VERDICT("session", store_session_add(st, &session, 9, NOW_MS), 0);
	}
	return st;
}

/* --- damage: bytes at a place, or a record that is written or dropped there ------- */

static void
put_bytes(struct store *st, const struct place *at, const void *bytes, size_t len)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	MDB_val key = { at->len, (void *)(uintptr_t)at->key };
	MDB_val val = { len, (void *)(uintptr_t)bytes };

	EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
	tx.dirty = true;
	EXPECT_INT("put", mdb_put(tx.mdb, tx.db->dbi[at->table], &key, &val, 0), 0);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
}

static void
put_record(struct store *st, const struct place *at, const void *record)
{
	GUARD(txn_drop) struct txn tx = { 0 };

	EXPECT_VERDICT("begin", txn_begin((struct lmdb *)st, 0, &tx), 0);
	EXPECT_VERDICT("put", record ? place_put(&tx, at, record) : place_drop(&tx, at), 0);
	EXPECT_VERDICT("commit", txn_commit(&tx), 0);
}

static void
clean(void)
{
	GUARD(store_close) struct store *st = populate();
	struct store_check c;
	struct found found;

	c = check(st, false, &found);
	EXPECT_STRING("nothing found", found.lines, "");
	EXPECT_INT("faults", c.faults, 0);
	EXPECT_TRUE("all of them", c.records >= 2 * (2 + 4 * 2) + 5);
	c = check(st, true, &found);
	EXPECT_STRING("nothing to repair", found.lines, "");
	EXPECT_INT("mended", c.mended + c.dropped, 0);
}

/* Bytes of one record are not what was written; and what remains after a repair. */
static void
damaged(void)
{
	static const struct {
		const char *row;
		enum table table;
		const char *found;		/* by the check; NULL: the last word of it is told */
		uint64_t left;			/* faults after the repair */
		int users, tokens;		/* what is then there */
	} t[] = {
		{ "meta",         TABLE_META,         "meta/store 0\n", 1, 2, 4 },
		{ "user",         TABLE_USER,         "user/10000000-0000- 0\n", 0, 1, 2 },
		{ "identity",     TABLE_IDENTITY,     NULL, 0, 2, 4 },
		{ "password",     TABLE_PASSWORD,     "password/10000000-0000- 0\n", 0, 2, 4 },
		{ "account",      TABLE_ACCOUNT,      "account/10000000-0000- 0\n", 0, 2, 4 },
		{ "account name", TABLE_ACCOUNT_NAME, NULL, 0, 2, 4 },
		{ "account user", TABLE_ACCOUNT_USER, NULL, 0, 2, 4 },
		{ "token",        TABLE_TOKEN,        NULL, 0, 2, 3 },
		{ "token id",     TABLE_TOKEN_UUID,   NULL, 0, 2, 4 },
		{ "token user",   TABLE_TOKEN_USER,   NULL, 0, 2, 4 },
		{ "token expiry", TABLE_TOKEN_EXPIRY, NULL, 0, 2, 4 },
		{ "key",          TABLE_KEY,          "key/key2 0\n", 1, 2, 4 },
		{ "domain token", TABLE_DOMAIN_TOKEN, NULL, 0, 2, 4 },
		{ "role",         TABLE_ROLE,         "role/role?8 0\n", 1, 2, 4 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = populate();
		const struct place at = contract_place(t[i].table, TOKEN);
		struct store_counts counts;
		struct store_check c;
		struct found found;

		put_bytes(st, &at, "\2\1rubbish, and a bad checksum", 29);
		c = check(st, false, &found);
		EXPECT_TRUE(t[i].row, c.faults > 0);
		if (t[i].found)
			EXPECT_STRING(t[i].row, found.lines, t[i].found);
		c = check(st, true, &found);
		EXPECT_INT(t[i].row, c.faults, t[i].left);
		EXPECT_TRUE(t[i].row, t[i].left || c.mended + c.dropped > 0);
		EXPECT_TRUE(t[i].row, t[i].left || found.kept > 0);
		c = check(st, false, &found);
		EXPECT_INT(t[i].row, c.faults, t[i].left);
		EXPECT_VERDICT(t[i].row, store_counts(st, &counts), 0);
		EXPECT_INT(t[i].row, counts.users, t[i].users);
		EXPECT_INT(t[i].row, counts.tokens, t[i].tokens);
	}
}

/* A whole record that is missing, from each database. */
static void
missing(void)
{
	static const struct {
		const char *row;
		enum table table;
		enum store_defect defect;
		int users, tokens;
		bool drops;		/* what has lost its record */
	} t[] = {
		{ "user",         TABLE_USER,         STORE_NO_RECORD,  1, 2, true },
		{ "identity",     TABLE_IDENTITY,     STORE_NO_ENTRY,   2, 4, false },
		{ "account",      TABLE_ACCOUNT,      STORE_NO_ACCOUNT, 2, 4, false },
		{ "account name", TABLE_ACCOUNT_NAME, STORE_NO_ENTRY,   2, 4, false },
		{ "account user", TABLE_ACCOUNT_USER, STORE_NO_ENTRY,   2, 4, false },
		{ "token",        TABLE_TOKEN,        STORE_NO_RECORD,  2, 3, true },
		{ "token id",     TABLE_TOKEN_UUID,   STORE_NO_ENTRY,   2, 4, false },
		{ "token user",   TABLE_TOKEN_USER,   STORE_NO_ENTRY,   2, 4, false },
		{ "token expiry", TABLE_TOKEN_EXPIRY, STORE_NO_ENTRY,   2, 4, false },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = populate();
		const struct place at = contract_place(t[i].table, TOKEN);
		struct store_counts counts;
		struct store_check c;
		struct found found;
		char end[8];

		put_record(st, &at, NULL);
		c = check(st, false, &found);
		EXPECT_TRUE(t[i].row, c.faults > 0);
		snprintf(end, sizeof end, " %d\n", (int)t[i].defect);
		EXPECT_TRUE(t[i].row, strstr(found.lines, end));
		c = check(st, true, &found);
		EXPECT_INT(t[i].row, c.faults, 0);
		EXPECT_TRUE(t[i].row, (t[i].drops ? c.dropped : c.mended) > 0);
		EXPECT_TRUE(t[i].row, strstr(found.lines, t[i].drops ? "-\n" : "+\n"));
		EXPECT_VERDICT(t[i].row, store_counts(st, &counts), 0);
		EXPECT_INT(t[i].row, counts.users, t[i].users);
		EXPECT_INT(t[i].row, counts.tokens, t[i].tokens);
	}
}

/* What a repair wrote leads to what it should. */
static void
rebuilt(void)
{
	GUARD(store_close) struct store *st = populate();
	const struct place login = contract_place(TABLE_IDENTITY, TOKEN), id = contract_place(TABLE_TOKEN_UUID, TOKEN);
	const struct token want = contract_token(10, 1);
	struct token token;
	struct user user;
	struct found found;

	put_record(st, &login, NULL);
	put_record(st, &id, NULL);
	check(st, true, &found);
	EXPECT_VERDICT("login", store_user_find(st, IDENTITY_LOGIN, "user1@example.org", &user), 0);
	EXPECT_TRUE("user", uuid_equal(&user.id, &want.user));
	EXPECT_VERDICT("token", store_token_get(st, &want.id, NOW_MS, &token), 0);
	EXPECT_BYTES("digest", token.digest, want.digest, DIGEST_LEN);
	EXPECT_INT("nothing was dropped", found.kept, 0);
}

/* A name of two users is for an administrator to decide. */
static void
twice(void)
{
	GUARD(store_close) struct store *st = populate();
	struct user second = contract_user(2);
	const struct place at = at_uuid(TABLE_USER, &second.id);
	struct store_check c;
	struct found found;

	second.account = contract_uuid(5);
	strcpy(second.email, "user1@example.org");
	put_record(st, &at, &second);
	c = check(st, true, &found);
	EXPECT_INT("left", c.faults, 1);
	EXPECT_TRUE("named", strstr(found.lines, "user/20000000-0000- 6\n") ||
	    strstr(found.lines, " 6\n"));
}

/* The clock may be wrong, so this is no fault. */
static void
future(void)
{
	GUARD(store_close) struct store *st = populate();
	struct token token = contract_token(30, 1);
	struct store_check c;
	struct found found;

	token.created_ms = NOW_MS + (int64_t)86400 * 1000;
	token.expires_ms = END_MS + (int64_t)86400 * 1000;
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	c = check(st, true, &found);
	EXPECT_INT("one", c.future, 1);
	EXPECT_INT("is not a fault", c.faults, 0);
	EXPECT_INT("is not mended", c.mended + c.dropped, 0);
	c.now_ms = END_MS;
	EXPECT_VERDICT("later", store_check(st, &c), 0);
	EXPECT_INT("expired, with the domain token", c.expired, 5);
}

static int
stop(void *arg, const struct store_finding *f)
{
	(void)arg;
	(void)f;
	return -ENOSPC;
}

/* What cannot be kept is not dropped. */
static void
not_kept(void)
{
	GUARD(store_close) struct store *st = populate();
	const struct place at = contract_place(TABLE_PASSWORD, TOKEN);
	struct store_check c = { .now_ms = NOW_MS, .repair = true, .found = stop };
	struct found found;

	put_bytes(st, &at, "xx", 2);
	EXPECT_VERDICT("stops", store_check(st, &c), -ENOSPC);
	c = check(st, false, &found);
	EXPECT_STRING("is there", found.lines, "password/10000000-0000- 0\n");
}

CU_TestInfo check_tests[] = {
	{ "clean", clean },
	{ "damaged", damaged },
	{ "missing", missing },
	{ "rebuilt", rebuilt },
	{ "a name twice", twice },
	{ "from the future", future },
	{ "not kept", not_kept },
	CU_TEST_INFO_NULL,
};
