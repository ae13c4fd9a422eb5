// SPDX-License-Identifier: ISC
/* tests/contract/login_contract.c - logins that were ended, beside tokens and sessions. */
#include "contract.h"

#include "base/guard.h"
#include "base/verdict.h"

#define LIMIT 3

static int64_t
marked_until(struct store *st, unsigned user)
{
	struct uuid id = contract_uuid(user);
	struct user found = { .logins_ended_ms = -1 };

	EXPECT_VERDICT("user", store_user_get(st, &id, &found), 0);
	return found.logins_ended_ms;
}

static void
end(void)
{
	static const struct {
		const char *row;
		unsigned user, login;
		int64_t expires_ms;
		int want;
		int64_t marked_ms;	/* of user 1, afterwards */
	} t[] = {
		{ "of nobody",         9, 1, END_MS,       V_NOT_FOUND, 0 },
		{ "the first",         1, 1, END_MS,       0,           END_MS },
		{ "again",             1, 1, END_MS + 50,  V_EXISTS,    END_MS },
		{ "by another",        2, 1, END_MS + 50,  V_EXISTS,    END_MS },
		{ "one that is longer", 1, 2, END_MS + 70, 0,           END_MS + 70 },
		{ "one that is not",   1, 3, END_MS - 10,  0,           END_MS + 70 },
		{ "one too many",      1, 4, END_MS,       V_TOO_MANY,  END_MS + 70 },
		{ "another's first",   2, 4, END_MS,       0,           END_MS + 70 },
	};
	GUARD(store_close) struct store *st = contract_open();
	struct token ended;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	for (size_t i = 0; i < NELEM(t); i++) {
		struct uuid user = contract_uuid(t[i].user), login = contract_uuid(t[i].login);

		EXPECT_VERDICT(t[i].row, store_login_end(st, &user, 1, &login, t[i].expires_ms, LIMIT,
		    NOW_MS), t[i].want);
		EXPECT_INT(t[i].row, marked_until(st, 1), t[i].marked_ms);
		if (t[i].want)
			continue;
		EXPECT_VERDICT(t[i].row, store_login_find_ended(st, &login, NOW_MS, &ended), 0);
		EXPECT_TRUE(t[i].row, uuid_equal(&ended.user, &user) &&
		    ended.expires_ms == t[i].expires_ms);
		EXPECT_VERDICT(t[i].row, store_login_find_ended(st, &login, t[i].expires_ms - 1,
		    &ended), 0);
		EXPECT_VERDICT(t[i].row, store_login_find_ended(st, &login, t[i].expires_ms, &ended),
		    V_NOT_FOUND);
	}
}

/* They are neither tokens nor sessions: not found, listed or counted, nor do they make room. */
static void
beside_tokens(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct token token = contract_token(5, 1), session = contract_token(6, 1), *list;
	const struct uuid user = contract_uuid(1);
	struct token found;
	size_t count;

	contract_add_user(st, 1);
	for (unsigned i = 1; i <= LIMIT; i++) {
		struct uuid login = contract_uuid(i);

		EXPECT_VERDICT("end", store_login_end(st, &user, 1, &login, END_MS, LIMIT, 1), 0);
		EXPECT_VERDICT("no token", store_token_get(st, &login, 1, &found), V_NOT_FOUND);
		EXPECT_VERDICT("nor can it be dropped", store_token_drop_id(st, &user, &login, 1,
		    &found), V_NOT_FOUND);
		EXPECT_VERDICT("as a session", store_session_drop(st, &user, &login, 1, &found),
		    V_NOT_FOUND);
	}
	EXPECT_VERDICT("a token", store_token_add(st, &token, 1, NOW_MS), 0);
	EXPECT_VERDICT("a session", store_session_add(st, &session, 1, NOW_MS), 0);
	session = contract_token(7, 1);
	EXPECT_VERDICT("in place of that", store_session_add(st, &session, 1, NOW_MS), 0);
	EXPECT_VERDICT("tokens", store_token_list(st, &mem, &user, NULL, 9, NOW_MS, &list, &count),
	    0);
	EXPECT_INT("tokens", count, 1);
	EXPECT_VERDICT("sessions", store_session_list(st, &mem, &user, NULL, 9, NOW_MS, &list,
	    &count), 0);
	EXPECT_INT("sessions", count, 1);
	for (unsigned i = 1; i <= LIMIT; i++) {
		struct uuid login = contract_uuid(i);

		EXPECT_VERDICT("still ended", store_login_find_ended(st, &login, NOW_MS, &found),
		    0);
	}
}

/* A new generation ends all logins, so that none is asked for any more. */
static void
generations(void)
{
	static const char *const rows[] = { "logins", "logout", "disable", "password" };
	const struct uuid user = contract_uuid(1), login = contract_uuid(2);
	struct token token = contract_token(3, 1);
	struct password password = contract_password(1);
	uint64_t count;

	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(store_close) struct store *st = contract_open();

		contract_add_user(st, 1);
		EXPECT_VERDICT("a token", store_token_add(st, &token, 1, NOW_MS), 0);
		EXPECT_VERDICT("end", store_login_end(st, &user, 1, &login, END_MS, LIMIT, NOW_MS), 0);
		EXPECT_INT("marked", marked_until(st, 1), END_MS);
		EXPECT_VERDICT(rows[i], i == 0 ? store_user_end_logins(st, &user, 7, NOW_MS) :
		    i == 1 ? store_user_logout(st, &user, 7, NOW_MS, &count) :
		    i == 2 ? store_user_disable(st, &user, 7, NOW_MS) :
		    store_user_password(st, &password, NULL, 7, true), 0);
		EXPECT_INT(rows[i], marked_until(st, 1), 0);
		if (i == 1)
			EXPECT_INT("tokens alone are counted", count, 1);
	}
}

/* A dropped key ends what it made; they are made by none.  A deleted user has none. */
static void
ends(void)
{
	GUARD(store_close) struct store *st = contract_open();
	const struct uuid user = contract_uuid(1), login = contract_uuid(2);
	struct token found;
	uint64_t count;

	contract_add_user(st, 1);
	EXPECT_VERDICT("end", store_login_end(st, &user, 1, &login, END_MS, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("prune", store_tokens_prune(st, 9, END_MS - 1, &count), 0);
	EXPECT_INT("too early", count, 0);
	EXPECT_VERDICT("delete", store_user_delete(st, &user, false, NOW_MS), 0);
	EXPECT_VERDICT("gone", store_login_find_ended(st, &login, NOW_MS, &found), V_NOT_FOUND);
	contract_add_user(st, 1);
	EXPECT_VERDICT("end", store_login_end(st, &user, 1, &login, END_MS, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("prune", store_tokens_prune(st, 9, END_MS, &count), 0);
	EXPECT_INT("swept", count, 1);
}

CU_TestInfo login_tests[] = {
	{ "end", end },
	{ "beside tokens", beside_tokens },
	{ "generations", generations },
	{ "ends", ends },
	CU_TEST_INFO_NULL,
};
