// SPDX-License-Identifier: ISC
/* What a JWT lives as long as: its own time, its user, its token, its session. */
#include "auth/user_jwt.h"

#include <stdio.h>
#include <string.h>

#include "auth/token.h"
#include "auth/user.h"
#include "service/box.h"
#include "unit.h"

static int
verify_later(struct box *my, const char *jwt, int64_t later_ms)
{
	struct identity who;

	return user_jwt_verify(my->auth, jwt, NOW_MS + later_ms, &who);
}

static void
lives(void)
{
	struct identity bob, who;
	struct token token;
	const char *jwt, *of_bob;
	uint64_t dropped;
	struct box my;

	box_open(&my, test_directory());
	bob = box_user(&my, "bob@example.com", NULL);
	jwt = box_jwt(&my, &my.alice);
	of_bob = box_jwt(&my, &bob);
	EXPECT_VERDICT("fresh", user_jwt_verify(my.auth, jwt, NOW_MS, &who), 0);
	EXPECT_TRUE("who", uuid_equal(&who.user.id, &my.alice.user.id));
	EXPECT_INT("since", who.authenticated_s, (NOW_MS / 1000));
	EXPECT_TRUE("not by token", !who.by_token);
	EXPECT_INT("last second", verify_later(&my, jwt, 86400000 - 1), 0);
	EXPECT_VERDICT("at its end", verify_later(&my, jwt, 86400000), V_ENDED);
	EXPECT_INT("signed a minute ahead", verify_later(&my, jwt, -60000), 0);
	EXPECT_VERDICT("signed too far ahead", verify_later(&my, jwt, -61000), V_ENDED);

	box_token(&my, &my.alice, 600, &token);
	EXPECT_VERDICT("logout", user_logout(my.auth, &my.alice.user.id, NOW_MS, &dropped),
	    0);
	EXPECT_VERDICT("gen of before", verify_later(&my, jwt, 0), V_ENDED);
	EXPECT_INT("of another user", verify_later(&my, of_bob, 0), 0);
	EXPECT_VERDICT("disable", user_disable(my.auth, &bob.user.id, NOW_MS), 0);
	EXPECT_VERDICT("disabled", verify_later(&my, of_bob, 0), V_ENDED);
	EXPECT_VERDICT("enable", store_user_enable(my.auth->store, &bob.user.id, NOW_MS), 0);
	EXPECT_VERDICT("enabled again", verify_later(&my, of_bob, 0), V_ENDED);
	box_close(&my);
}

static void
dead_users(void)
{
	struct identity bob;
	const char *jwt, *why;
	struct box my;

	box_open(&my, test_directory());
	bob = box_user(&my, "bob@example.com", NULL);
	jwt = box_jwt(&my, &bob);
	EXPECT_VERDICT("kept as deleted", store_user_delete(my.auth->store, &bob.user.id, true,
	    NOW_MS), 0);
	EXPECT_VERDICT("kept as deleted", verify_later(&my, jwt, 0), V_ENDED);
	EXPECT_VERDICT("deleted", store_user_delete(my.auth->store, &bob.user.id, false,
	    NOW_MS), 0);
	EXPECT_VERDICT("deleted", verify_later(&my, jwt, 0), V_ENDED);
	jwt = box_jwt(&my, &my.alice);
	EXPECT_VERDICT("password", user_set_password(my.auth, &my.alice.user.id, "new password", 12,
	    false, NOW_MS, &why), 0);
	EXPECT_VERDICT("password changed", verify_later(&my, jwt, 0), V_ENDED);
	box_close(&my);
}

static void
by_token(void)
{
	struct identity by_token, who;
	const char *secret, *jwt;
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	secret = box_token(&my, &my.alice, 600, &token);
	EXPECT_VERDICT("token", token_verify(my.auth, secret, NOW_MS, &by_token), 0);
	jwt = box_jwt(&my, &by_token);
	EXPECT_VERDICT("made from it", user_jwt_verify(my.auth, jwt, NOW_MS, &who), 0);
	EXPECT_TRUE("says so", who.by_token && uuid_equal(&who.token, &token.id));
	EXPECT_INT("its end", who.token_expires_ms, NOW_MS + 600000);
	EXPECT_INT("until the token's end", verify_later(&my, jwt, 599999), 0);
	EXPECT_VERDICT("at the token's end", verify_later(&my, jwt, 600000), V_ENDED);
	EXPECT_VERDICT("revoke", token_revoke(my.auth, &my.alice, secret, NOW_MS, &token), 0);
	EXPECT_VERDICT("revoked", verify_later(&my, jwt, 0), V_ENDED);
	box_close(&my);
}

/* A JWT can be exchanged, but not for ever (API 4.2). */
static void
sessions(void)
{
	static const struct { const char *row; int64_t since_s, ttl_s; } rows[] = {
		{ "fresh", 0, 86400 },
		{ "a day left", -29 * 86400, 86400 },
		{ "an hour left", -30 * 86400 + 3600, 3600 },
		{ "a second left", -30 * 86400 + 1, 1 },
		{ "none left", -30 * 86400, 0 },
		{ "past", -31 * 86400, -86400 },
	};
	struct identity who;
	struct box my;
	const char *jwt;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++) {
		who = my.alice;
		who.authenticated_s = (NOW_MS / 1000) + rows[i].since_s;
		jwt = box_jwt(&my, &who);
		EXPECT_VERDICT(rows[i].row, verify_later(&my, jwt, 1000 * rows[i].ttl_s),
		    V_ENDED);
		if (rows[i].ttl_s > 0)
			EXPECT_INT(rows[i].row, verify_later(&my, jwt, 1000 * rows[i].ttl_s - 1),
			    0);
	}
	box_close(&my);
}

#define DAY_MS	((int64_t)86400000)

/*
 * A clock that is ahead or behind, and is put right.  What ended a user's credentials
 * meanwhile has no time that could end those of afterwards, too.
 */
static void
wrong_clock(void)
{
	static const struct { const char *row; int64_t by_ms; } t[] = {
		{ "a day ahead",   DAY_MS },
		{ "a year ahead",  365 * DAY_MS },
		{ "past 2038",     (int64_t)INT32_MAX * 1000 - NOW_MS + DAY_MS },
		{ "a day behind",  -DAY_MS },
		{ "a year behind", -365 * DAY_MS },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		const int64_t wrong_ms = NOW_MS + t[i].by_ms;
		const char *before, *after, *secret;
		struct identity alice, who;
		struct token token;
		struct box my;
		uint64_t count;

		box_open(&my, test_directory());
		before = box_jwt(&my, &my.alice);
		EXPECT_VERDICT(t[i].row, user_jwt_verify(my.auth, before, wrong_ms, &who), V_ENDED);
		EXPECT_VERDICT(t[i].row, token_revoke_all(my.auth, &my.alice, wrong_ms, &count), 0);
		EXPECT_VERDICT(t[i].row, user_disable(my.auth, &my.alice.user.id, wrong_ms), 0);
		EXPECT_VERDICT(t[i].row, store_user_enable(my.auth->store, &my.alice.user.id,
		    wrong_ms), 0);
		EXPECT_VERDICT(t[i].row, user_logout(my.auth, &my.alice.user.id, wrong_ms, &count), 0);
		EXPECT_VERDICT("ended for good", verify_later(&my, before, 0), V_ENDED);
		alice = my.alice;
		EXPECT_VERDICT(t[i].row, user_get(my.auth, &alice.user.id, &alice.user), 0);
		after = box_jwt(&my, &alice);
		secret = box_token(&my, &alice, 60, &token);
		EXPECT_VERDICT("fresh JWT", verify_later(&my, after, 0), 0);
		EXPECT_VERDICT("fresh token", token_verify(my.auth, secret, NOW_MS, &who), 0);
		EXPECT_VERDICT("which ends", token_verify(my.auth, secret, NOW_MS + 60000, &who),
		    V_ENDED);
		box_close(&my);
	}
}

static CU_TestInfo tests[] = {
	{ "lives", lives },
	{ "dead users", dead_users },
	{ "by token", by_token },
	{ "sessions", sessions },
	{ "a wrong clock", wrong_clock },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/user_jwt: lives", tests);
