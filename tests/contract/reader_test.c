// SPDX-License-Identifier: ISC
/*
 * tests/contract/reader_test.c - programs of an older schema use the database beside this
 * one until there is something that they would not heed.
 */
#include "contract.h"

#include <stdio.h>
#include <string.h>

#include "mariadb.h"

long long
contract_reader(const struct store_where *where)
{
	char text[256];

	snprintf(text, sizeof text, "SELECT `schema` FROM `%s`.`meta` WHERE `row` = 'reader'",
	    where->sql_database);
	return mariadb_number(text);
}

/* Tables that an older program made: what it would not heed keeps it from opening them. */
static struct store *
open_older(struct store_where *where)
{
	struct token token = contract_token(1, 1);
	struct uuid instance = contract_uuid(9000);
	struct store *st = NULL;
	char text[256];

	*where = mariadb_new();
	EXPECT_VERDICT("open", store_open(&st, where, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	contract_add_user(st, 1);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	snprintf(text, sizeof text, "UPDATE `%s`.`meta` SET `schema` = 3 WHERE `row` = 'reader'",
	    where->sql_database);
	mariadb_run(text);
	return st;
}

static int
write_plain(struct store *st)
{
	struct token token = contract_token(50, 1);

	return store_token_add(st, &token, 9, NOW_MS);
}

static int
write_scope(struct store *st)
{
	struct token token = contract_token(50, 1);

	strcpy(token.scope, "guard");
	return store_token_add(st, &token, 9, NOW_MS);
}

static int
write_addresses(struct store *st)
{
	struct token token = contract_token(1, 1), after;

	strcpy(token.addresses, "192.0.2.0/24");
	return store_token_set(st, &token.user, &token, contract_bit(&token_kind, "addresses"),
	    NOW_MS, &after);
}

static int
write_rotation(struct store *st)
{
	struct token_rotation rotation = { .old = contract_uuid(1), .owner = contract_uuid(1),
	    .fresh = contract_token(50, 1), .until_ms = END_MS, .ttl_max_s = 600, .limit = 9 };
	struct token fresh;

	return store_token_rotate(st, &rotation, NOW_MS, &fresh);
}

static int
write_key(struct store *st)
{
	struct key key = contract_key(50);

	return store_key_add(st, &key);
}

static int
write_pair(struct store *st)
{
	struct key key = contract_key(50);

	strcpy(key.private_key, "sealed");
	return store_key_add(st, &key);
}

static void
older_kept_out(void)
{
	static const struct {
		const char *row;
		int (*write)(struct store *st);
		long long reader;
	} t[] = {
		{ "a token", write_plain, 3 },
		{ "a scope", write_scope, 4 },
		{ "addresses", write_addresses, 4 },
		{ "a rotation", write_rotation, 4 },
		{ "a key", write_key, 3 },
		{ "a key for others", write_pair, 4 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = NULL;
		struct store_where where;

		st = open_older(&where);
		EXPECT_VERDICT(t[i].row, t[i].write(st), 0);
		EXPECT_INT(t[i].row, contract_reader(&where), t[i].reader);
	}
}

CU_TestInfo reader_tests[] = {
	{ "older ones kept out", older_kept_out },
	CU_TEST_INFO_NULL,
};
