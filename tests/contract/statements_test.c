// SPDX-License-Identifier: ISC
/*
 * tests/contract/statements_test.c - how many statements a MariaDB server is asked for a
 * request of each kind: each is a round trip, and in a cluster each read waits.
 */
#include "contract.h"

#undef NOW_MS		/* the box has its own */
#include "mariadb.h"
#include "service/ask.h"
#include "store/sql/sql_link.h"

static long long
asked(void)
{
	return mariadb_number("SELECT `variable_value` FROM `information_schema`.`global_status` "
	    "WHERE `variable_name` = 'Questions'");
}

/* The user gets an account, which GET /rest/auth shows. */
static void
join_account(struct store *st, const struct uuid *user)
{
	const struct account account = contract_account(5);
	struct user to = { .id = *user, .account = account.id };

	EXPECT_VERDICT("account", store_account_add(st, &account), 0);
	EXPECT_VERDICT("join", store_user_set(st, &to, contract_bit(&user_kind, "account"), NOW_MS,
	    &to), 0);
}

static void
open_box(struct box *box)
{
	struct conf *conf = box_conf(test_directory());
	struct sql *db;

	box_conf_at(conf, mariadb_new());
	box_open_empty(box, conf);
	box->alice = box_user(box, ALICE, PASSWORD);
	join_account(box->auth->store, &box->alice.user.id);
	box_names_make(box);
	/* what a worker does now and then, whatever it is asked */
	db = (struct sql *)box->auth->store;
	db->key_look.until_ms = db->sweep_ms = INT64_MAX;
}

/* Of the second time: the first one prepares its statements. */
static long long
count(struct box *box, const char *row, const struct ask *ask, int status)
{
	long long before, own;

	EXPECT_INT(row, box_ask(box, ask).status, status);
	before = asked();
	own = asked() - before;
	EXPECT_INT(row, box_ask(box, ask).status, status);
	return asked() - before - 2 * own;
}

static void
requests(void)
{
	static const struct {
		const char *row;
		struct ask ask;
		int status;
		long long statements, further;
	} t[] = {
		{ "nothing", { .path = "/rest/auth" }, 401, 0, 0 },
		{ "a JWT", { .x_auth_token = "$j" }, 200, 1, 0 },
		{ "a JWT that a token made", { .x_auth_token = "$t" }, 200, 1, 0 },
		{ "a bearer token", { .x_auth_token = "$b" }, 200, 1, 0 },
		{ "verify", { .path = "/rest/verify", .x_auth_token = "$j" }, 204, 1, 0 },
		/*
		 * A user and nobody look alike: the records of two are read.  The other one
		 * is any with a password, found by one list or two.  One who logs in has an
		 * account as well.
		 */
		{ "a password", { .email = ALICE, .password = PASSWORD }, 200, 5, 2 },
		{ "a wrong password", { .email = ALICE, .password = "wrong" }, 401, 4, 2 },
		{ "an unknown name", { .email = "nobody@example.com", .password = "wrong" }, 401,
		    3, 2 },
		/* as a bearer token and otherwise; each asks whether there is another key */
		{ "an unknown token", { .x_auth_token =
		    "000000000000000000000000000000000000000000000000" }, 401, 4, 0 },
		{ "a list", { .path = "/rest/token/list", .x_auth_token = "$j" }, 200, 2, 0 },
		/* its caller, five of the operation, and the two of a transaction */
		{ "a new token", SEND("POST", "/rest/token", "{\"name\":\"a\"}", NULL), 200, 8, 0 },
	};
	struct box box;

	open_box(&box);
	for (size_t i = 0; i < NELEM(t); i++) {
		struct ask ask = t[i].ask;
		long long counted;

		if (ask.body)
			ask.x_auth_token = "$j";
		counted = count(&box, t[i].row, &ask, t[i].status);
		if (counted > t[i].statements && counted <= t[i].statements + t[i].further)
			counted = t[i].statements;
		EXPECT_INT(t[i].row, counted, t[i].statements);
	}
	box_close(&box);
}

CU_TestInfo statements_tests[] = {
	{ "requests", requests },
	CU_TEST_INFO_NULL,
};
