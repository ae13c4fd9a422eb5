// SPDX-License-Identifier: ISC
/* Credentials of all kinds when a clock that ran ahead is set back. */
#include "auth/auth.h"

#include <stdio.h>

#include "auth/domain_token.h"
#include "auth/presented.h"
#include "auth/session.h"
#include "auth/token.h"
#include "auth/user_jwt.h"
#include "base/setback.h"
#include "service/box.h"
#include "unit.h"

/* One of each kind. */
struct credentials {
	const char *jwt, *bearer, *token_jwt, *domain;
	struct uuid bearer_id;
	struct session_secrets session;
};

/* They live for a day. */
static struct credentials
make(struct box *my, int64_t now_ms)
{
	struct credentials c;
	struct identity by_token;
	struct domain_token domain;
	struct caller caller;
	struct token token;
	char secret[TOKEN_LEN + 1];

	EXPECT_VERDICT("JWT", user_jwt_issue(my->auth, &my->mem, &my->alice, now_ms, &c.jwt), 0);
	EXPECT_VERDICT("token", token_create(my->auth, &my->alice, "a", DAY / 1000, now_ms, &token,
	    secret), 0);
	c.bearer = arena_strdup(&my->mem, secret);
	c.bearer_id = token.id;
	EXPECT_VERDICT("by token", token_verify(my->auth, c.bearer, now_ms, &by_token), 0);
	EXPECT_VERDICT("its JWT", user_jwt_issue(my->auth, &my->mem, &by_token, now_ms,
	    &c.token_jwt), 0);
	EXPECT_VERDICT("session", session_begin(my->auth, &my->mem, &my->alice.user, ALICE, now_ms,
	    &c.session, &caller), 0);
	EXPECT_VERDICT("domain token", domain_token_create(my->auth, &my->mem, NULL, "a.example",
	    "user", now_ms + DAY, now_ms, &domain, &c.domain), 0);
	return c;
}

static void
expect_all(struct box *my, const char *row, const struct credentials *c, int64_t now_ms,
    int wanted)
{
	struct identity who;
	struct caller caller;
	struct presented_token presented;
	struct token token;

	EXPECT_VERDICT(row, user_jwt_verify(my->auth, c->jwt, now_ms, &who), wanted);
	EXPECT_VERDICT(row, token_verify(my->auth, c->bearer, now_ms, &who), wanted);
	EXPECT_VERDICT(row, user_jwt_verify(my->auth, c->token_jwt, now_ms, &who), wanted);
	EXPECT_VERDICT(row, session_verify(my->auth, c->session.key, c->session.token, now_ms,
	    &caller), wanted);
	EXPECT_VERDICT(row, domain_token_verify(my->auth, c->domain, now_ms, &caller), wanted);
	EXPECT_VERDICT(row, presented_inspect(my->auth, c->bearer, now_ms, &presented),
	    wanted ? V_NOT_FOUND : 0);
	EXPECT_VERDICT(row, presented_inspect(my->auth, c->token_jwt, now_ms, &presented),
	    wanted ? V_NOT_FOUND : 0);
	EXPECT_VERDICT(row, token_get(my->auth, &my->alice, &c->bearer_id, now_ms, &token),
	    wanted ? V_NOT_FOUND : 0);
}

static void
set_back(void)
{
	static const struct { const char *row; int64_t by_ms; } t[] = {
		{ "two days ahead", 2 * DAY },
		{ "a year ahead",   365 * DAY },
		{ "past 2038",      (int64_t)INT32_MAX * 1000 - NOW_MS + DAY },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct credentials before, ahead, after;
		int64_t now_ms;
		struct box my;

		box_open(&my, test_directory());
		my.conf->webitel_ttl_s = DAY / 1000;
		now_ms = setbacks_now(my.auth->setbacks, NOW_MS, 1);
		before = make(&my, now_ms);
		expect_all(&my, t[i].row, &before, now_ms, 0);
		now_ms = setbacks_now(my.auth->setbacks, NOW_MS + t[i].by_ms, 2);
		expect_all(&my, t[i].row, &before, now_ms, V_ENDED);
		ahead = make(&my, now_ms);
		now_ms = setbacks_now(my.auth->setbacks, NOW_MS + t[i].by_ms + 2 * DAY, 2 * DAY);
		expect_all(&my, t[i].row, &ahead, now_ms, V_ENDED);
		now_ms = setbacks_now(my.auth->setbacks, NOW_MS + 1000, 2 * DAY + 1000);
		expect_all(&my, "still ended", &before, now_ms, V_ENDED);
		expect_all(&my, "that of the other time", &ahead, now_ms, V_ENDED);
		after = make(&my, now_ms);
		expect_all(&my, "fresh", &after, now_ms, 0);
		expect_all(&my, "fresh, later", &after, now_ms + DAY - 1000, 0);
		expect_all(&my, "its own end", &after, now_ms + DAY, V_ENDED);
		box_close(&my);
	}
}

/* A token that gets another end is valid again. */
static void
prolonged(void)
{
	struct credentials before;
	struct identity who;
	struct token token = { 0 };
	struct box my;

	box_open(&my, test_directory());
	setbacks_now(my.auth->setbacks, NOW_MS, 1);
	before = make(&my, NOW_MS);
	setbacks_now(my.auth->setbacks, NOW_MS + 2 * DAY, 2);
	setbacks_now(my.auth->setbacks, NOW_MS + 1000, 3);
	EXPECT_VERDICT("ended", token_verify(my.auth, before.bearer, NOW_MS + 1000, &who),
	    V_ENDED);
	EXPECT_VERDICT("an operator's change", token_change(my.auth, &my.alice, &before.bearer_id,
	    NULL, 600, NOW_MS + 1000, &token), 0);
	EXPECT_VERDICT("prolonged", token_verify(my.auth, before.bearer, NOW_MS + 1000, &who), 0);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "set back", set_back },
	{ "prolonged", prolonged },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/auth: a clock set back", tests);
