// SPDX-License-Identifier: ISC
/*
 * tests/contract/txn_test.c - a transaction in MariaDB that ends without this side having
 * seen it does nothing more.
 */
#include "contract.h"

#include <errno.h>
#include <string.h>

#include "mariadb.h"
#include "store/sql/sql_run.h"
#include "store/sql/sql_submit.h"

/* User 1 of a store, by way of the connection that the tests look into. */
static struct sql *
open_made(struct store **st)
{
	const struct store_where where = mariadb_new();
	struct uuid instance = contract_uuid(9000);

	EXPECT_VERDICT("open", store_open(st, &where, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(*st, &instance, 1), 0);
	contract_add_user(*st, 1);
	return (struct sql *)*st;
}

static int
revoke(struct sql *db, uint64_t gen)
{
	struct sql_args args = { .count = 0 };
	struct uuid id = contract_uuid(1);

	sql_arg_number(&args, (int64_t)gen);
	sql_arg_uuid(&args, &id);
	return sql_change(db, USER_REVOKE, &args, NULL);
}

static void
expect_gen(const char *row, struct store *st, uint64_t gen)
{
	struct uuid id = contract_uuid(1);
	struct user user;

	EXPECT_VERDICT(row, store_user_get(st, &id, &user), 0);
	EXPECT_INT(row, user.token_gen, gen);
}

/* As text, every statement answers as if it were prepared. */
static void
as_text(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct op_result unused;
	struct token token = contract_token(1, 1), out;
	struct sql_args args = { .count = 0 };
	struct op op = { .kind = OP_TOKEN_ADD, .now_ms = NOW_MS,
	    .u.token_add = { .token = token, .limit = 9 } };
	GUARD(sql_txn_drop) struct sql_txn tx = { 0 };
	struct sql *db = open_made(&st);
	int64_t number = 0;

	memset(token.digest, '\'', sizeof token.digest);
	strcpy(token.name, "?'\\\"%\x01\xc3\xa9`");
	token.expires_ms = INT64_MAX;
	token.last_used_ms = INT64_MIN;
	op.u.token_add.token = token;
	db->is_cluster = true;
	EXPECT_VERDICT("add", sql_submit(st, &op, &unused), 0);
	EXPECT_VERDICT("begin", sql_txn_begin(db, &tx), 0);
	sql_arg_uuid(&args, &token.id);
	EXPECT_VERDICT("read", sql_record(db, TOKEN_LOCK, &args, &out), 0);
	EXPECT_TRUE("the same", record_same(&token_kind, &out, &token));
	EXPECT_VERDICT("number", sql_number(db, COUNT_TOKENS, NULL, &number), 0);
	EXPECT_INT("number", number, 1);
	EXPECT_VERDICT("too long", sql_command(db, "ALTER TABLE `token` MODIFY `head` VARBINARY(9)"),
	    0);
	EXPECT_VERDICT("too long", sql_command(db, "UPDATE `token` SET `head` = 'abcdefgh'"), 0);
	EXPECT_INT("ended by ALTER TABLE", sql_record(db, TOKEN_LOCK, &args, &out), SQL_AGAIN);
	sql_txn_drop(&tx);
	EXPECT_VERDICT("begin", sql_txn_begin(db, &tx), 0);
	EXPECT_VERDICT("damaged", sql_record(db, TOKEN_LOCK, &args, &out), -EBADMSG);
}

static void
ended_unseen(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(sql_txn_drop) struct sql_txn tx = { 0 };
	struct sql *db = open_made(&st);

	EXPECT_VERDICT("outside of transactions", revoke(db, 3), 0);
	EXPECT_VERDICT("begin", sql_txn_begin(db, &tx), 0);
	EXPECT_VERDICT("change", revoke(db, 4), 0);
	mysql_rollback(db->conn);
	EXPECT_INT("change", revoke(db, 5), SQL_AGAIN);
	EXPECT_INT("commit", sql_txn_commit(&tx), SQL_AGAIN);
	sql_txn_drop(&tx);
	expect_gen("nothing of it", st, 3);
	EXPECT_VERDICT("begin", sql_txn_begin(db, &tx), 0);
	EXPECT_VERDICT("change", revoke(db, 6), 0);
	EXPECT_VERDICT("commit", sql_txn_commit(&tx), 0);
	expect_gen("the next one", st, 6);
}

CU_TestInfo txn_tests[] = {
	{ "as text", as_text },
	{ "ended unseen", ended_unseen },
	CU_TEST_INFO_NULL,
};
