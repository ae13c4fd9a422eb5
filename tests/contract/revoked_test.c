// SPDX-License-Identifier: ISC
/* tests/contract/revoked_test.c - all tokens of a user end, in each way there is. */
#include "contract.h"

#include "store/lmdb/lmdb_place.h"
#include "store/store_care.h"

#define USER 1

static int
count_revoked(void *arg, const struct store_finding *finding)
{
	(void)arg;
	/* what it leaves in other indexes follows, if it is repaired */
	if (!finding->mended)
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
	return store_user_password(st, &password, "", 3, true);
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

CU_TestInfo revoked_tests[] = {
	{ "a lost entry", lost_entry },
	CU_TEST_INFO_NULL,
};
