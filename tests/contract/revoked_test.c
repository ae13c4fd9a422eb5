// SPDX-License-Identifier: ISC
/* tests/contract/revoked_test.c - all tokens of a user end, in each way there is. */
#include "contract.h"

#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_user.h"
#include "store/store_care.h"

#define USER 1

static int
count_revoked(void *arg, const struct store_finding *finding)
{
	(void)arg;
	/* what it leaves in other indexes follows, if it is repaired */
	if (!finding->dropped)
		EXPECT_INT("what is found", finding->defect, STORE_REVOKED);
	return 0;
}

static int
logout_user(struct store *st, const struct uuid *user)
{
	uint64_t count;

	return store_user_logout(st, user, 3, NOW_MS, &count);
}

static int
drop_tokens(struct store *st, const struct uuid *user)
{
	uint64_t count;

	return store_tokens_drop_of_user(st, user, 77, NOW_MS, &count);
}

static int
change_password(struct store *st, const struct uuid *user)
{
	struct password password = contract_password(USER);

	password.user = *user;
	return store_user_password(st, &password, NULL, 3, true);
}

static int
delete_user(struct store *st, const struct uuid *user)
{
	return store_user_delete(st, user, true, NOW_MS);
}

/* A token whose entry for its user is lost is not dropped with the others, nor is it valid. */
static void
lost_entry(void)
{
	static const struct {
		const char *row;
		int (*revoke)(struct store *, const struct uuid *);
	} t[] = {
		{ "logout",   logout_user },
		{ "all",      drop_tokens },
		{ "password", change_password },
		{ "deletion", delete_user },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct store_check check = { .now_ms = NOW_MS, .found = count_revoked };
		struct token token = contract_token(3, USER), other = contract_token(4, USER);
		const struct place at = at_token_user(&token);
		struct uuid id = contract_uuid(USER);
		GUARD(txn_drop) struct txn tx = { 0 };
		struct user user;

		contract_add_user(st, USER);
		EXPECT_VERDICT(t[i].row, store_token_add(st, &other, 9, NOW_MS), 0);
		EXPECT_VERDICT(t[i].row, store_token_add(st, &token, 9, NOW_MS), 0);
		EXPECT_VERDICT(t[i].row, txn_begin((struct lmdb *)st, 0, &tx), 0);
		EXPECT_VERDICT(t[i].row, place_drop(&tx, &at), 0);
		EXPECT_VERDICT(t[i].row, txn_commit(&tx), 0);
		EXPECT_VERDICT(t[i].row, t[i].revoke(st, &id), 0);
		EXPECT_VERDICT(t[i].row, store_user_get(st, &id, &user), 0);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, NOW_MS, &token), 0);
		EXPECT_TRUE(t[i].row, token.gen != user.token_gen);
		if (user.deleted_ms)
			continue;
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_INT(t[i].row, check.faults, 0);
		check.repair = true;
		EXPECT_VERDICT(t[i].row, store_check(st, &check), 0);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, NOW_MS, &token),
		    V_NOT_FOUND);
	}
}

static uint64_t
commits(struct store *st)
{
	MDB_envinfo info;

	mdb_env_info(((struct lmdb *)st)->mdb.env, &info);
	return info.me_last_txnid;
}

/* How many records of tokens there are, valid or not. */
static uint64_t
tokens_left(struct store *st)
{
	struct store_counts counts = { .tokens = UINT64_MAX };

	EXPECT_VERDICT("counts", store_counts(st, &counts), 0);
	return counts.tokens;
}

static struct op
long_op(enum op_kind kind)
{
	struct op op = { .kind = kind, .now_ms = NOW_MS };

	switch (kind) {
	case OP_USER_LOGOUT:
		op.u.user_logout.id = contract_uuid(USER);
		op.u.user_logout.gen = 77;
		break;
	case OP_USER_PASSWORD:
		op.u.user_password.to = contract_password(USER);
		op.u.user_password.to.user = contract_uuid(USER);
		op.u.user_password.gen = 77;
		op.u.user_password.drops_tokens = true;
		break;
	case OP_USER_DELETE:
		op.u.user_delete.id = contract_uuid(USER);
		break;
	default:
		op.u.tokens_drop_of_user.owner = contract_uuid(USER);
		op.u.tokens_drop_of_user.gen = 77;
		break;
	}
	return op;
}

/*
 * Many tokens go in several commits.  Whichever is the last one, as if the process were
 * killed then, none of them is valid after the first.
 */
static void
in_steps(void)
{
	enum { MANY = 100 };
	static const struct { const char *row; enum op_kind kind; int (*apply)(struct txn *tx,
	    const struct op *op, struct op_result *result); } t[] = {
		{ "logout",   OP_USER_LOGOUT,         lmdb_user_change },
		{ "password", OP_USER_PASSWORD,       lmdb_user_change },
		{ "deletion", OP_USER_DELETE,         lmdb_user_change },
		{ "all",      OP_TOKENS_DROP_OF_USER, lmdb_tokens_drop_of_user },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		const struct op op = long_op(t[i].kind);
		struct op_result result = { 0 };
		struct txn tx = { 0 };
		struct uuid id = contract_uuid(USER);
		struct user user;
		uint64_t before;

		contract_add_user(st, USER);
		for (unsigned n = 1; n <= MANY; n++) {
			struct token token = contract_token(n, USER);

			EXPECT_VERDICT(t[i].row, store_token_add(st, &token, MANY, NOW_MS), 0);
		}
		EXPECT_VERDICT(t[i].row, txn_begin((struct lmdb *)st, 0, &tx), 0);
		tx.drops = 10;
		EXPECT_VERDICT(t[i].row, t[i].apply(&tx, &op, &result), 0);
		EXPECT_TRUE(t[i].row, tx.unfinished);
		EXPECT_VERDICT(t[i].row, txn_commit(&tx), 0);
		EXPECT_INT(t[i].row, tokens_left(st), MANY - 10);
		EXPECT_VERDICT(t[i].row, store_user_get(st, &id, &user), 0);
		EXPECT_TRUE("they have ended", user.token_gen != 0);
		before = commits(st);
		EXPECT_VERDICT("again", st->ops->submit(st, &op, &result), 0);
		EXPECT_INT("the rest", result.count, MANY - 10);
		EXPECT_INT("nothing is left", tokens_left(st), 0);
		EXPECT_TRUE("in steps", commits(st) - before >= (MANY - 10) / 16);
		EXPECT_VERDICT(t[i].row, store_user_get(st, &id, &user),
		    t[i].kind == OP_USER_DELETE ? V_NOT_FOUND : 0);
	}
}

CU_TestInfo revoked_tests[] = {
	{ "in steps", in_steps },
	{ "a lost entry", lost_entry },
	CU_TEST_INFO_NULL,
};
