// SPDX-License-Identifier: ISC
/*
 * Credentials that were good once are no guesses (API 2.9): 401 however often
 * they come, and other clients at the same address are not delayed.
 */
#include <string.h>

#include "auth/domain_token.h"
#include "auth/session.h"
#include "auth/token.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "service/ask.h"
#include "test.h"

#define OFFICE	"192.0.2.1"
#define CLIENTS	40

/* Alice, as she is called by what gives her a credential. */
static struct identity
alice(struct box *box)
{
	struct identity who = { .authenticated_s = NOW_MS / 1000 };

	EXPECT_INT("Alice", user_by_email(box->auth, ALICE, &who.user), 0);
	return who;
}

/* Bob's right password, from an address new to him, shows whether the office must wait. */
static void
expect_nobody_waits(struct box *box, const char *row, int64_t now_ms)
{
	struct reply reply = box_ask(box, &(struct ask){ .source = OFFICE, .email = BOB,
	    .password = PASSWORD, .later_ms = now_ms - NOW_MS });

	EXPECT_INT(row, reply.status, 200);
}

static void
send_token(struct box *box, const char *row, const char *token, int64_t now_ms)
{
	struct reply reply = box_ask(box, &(struct ask){ .source = OFFICE, .x_auth_token = token,
	    .later_ms = now_ms - NOW_MS });

	EXPECT_INT(row, reply.status, 401);
	EXPECT_INT(row, ask_retry_s(&reply), 0);
}

/* JWTs of forty clients, each of them another, and each comes twice. */
static void
send_jwts(struct box *box, const char *row, int64_t now_ms)
{
	struct identity who = alice(box);
	const char *jwt;

	who.authenticated_s -= box->conf->max_session_s - 1000;
	for (int i = 0; i < CLIENTS; i++) {
		who.authenticated_s++;
		EXPECT_INT(row, user_jwt_issue(box->auth, &box->mem, &who, NOW_MS, &jwt), 0);
		send_token(box, row, jwt, now_ms);
		send_token(box, row, jwt, now_ms);
	}
	expect_nobody_waits(box, row, now_ms);
}

static void
jwts(void)
{
	struct box box;
	struct identity who;
	uint64_t ended;

	box_open_guarded(&box, test_directory());
	send_jwts(&box, "expired", NOW_MS + 2 * DAY);
	who = alice(&box);
	EXPECT_INT("log out", user_logout(box.auth, &who.user.id, NOW_MS, &ended), 0);
	who.user.gen--;			/* issued before that */
	for (int i = 0; i < CLIENTS; i++) {
		const char *jwt;

		who.authenticated_s--;
		EXPECT_INT("issue", user_jwt_issue(box.auth, &box.mem, &who, NOW_MS, &jwt), 0);
		send_token(&box, "logged out", jwt, NOW_MS);
	}
	expect_nobody_waits(&box, "logged out", NOW_MS);
	box_close(&box);
}

/* secrets[i]: of a new bearer token, which ends a minute after NOW_MS. */
static void
make_tokens(struct box *box, char secrets[CLIENTS][TOKEN_SIZE])
{
	struct identity who = alice(box);
	struct token token;

	for (int i = 0; i < CLIENTS; i++)
		EXPECT_INT("make", token_create(box->auth, &who, "t", 60, NOW_MS, &token,
		    secrets[i]), 0);
}

static void
bearer_tokens(void)
{
	char expired[CLIENTS][TOKEN_SIZE], revoked[CLIENTS][TOKEN_SIZE];
	struct identity who;
	uint64_t count;
	struct box box;

	box_open_guarded(&box, test_directory());
	make_tokens(&box, expired);
	for (int i = 0; i < CLIENTS; i++)
		send_token(&box, "expired", expired[i], NOW_MS + MINUTE);
	expect_nobody_waits(&box, "expired", NOW_MS + MINUTE);
	make_tokens(&box, revoked);
	who = alice(&box);
	EXPECT_INT("revoke", token_revoke_all(box.auth, &who, NOW_MS, &count), 0);
	box_reopen(&box);	/* another worker knows them too */
	for (int i = 0; i < CLIENTS; i++) {
		send_token(&box, "revoked", revoked[i], NOW_MS);
		send_token(&box, "swept", expired[i], NOW_MS + DAY);
	}
	expect_nobody_waits(&box, "revoked", NOW_MS + DAY);
	for (int i = 0; i < CLIENTS; i++) {
		revoked[i][0] = revoked[i][0] == 'x' ? 'y' : 'x';
		box_ask(&box, &(struct ask){ .source = OFFICE, .x_auth_token = revoked[i],
		    .later_ms = 2 * DAY });
	}
	EXPECT_INT("what never was one is counted", box_ask(&box, &(struct ask){ .source = OFFICE,
	    .x_auth_token = "x", .later_ms = 2 * DAY }).status, 429);
	box_close(&box);
}

static void
send_pair(struct box *box, const char *row, const char *key, const char *token, int64_t now_ms)
{
	struct reply reply = box_ask(box, &(struct ask){ .source = OFFICE,
	    .path = "/api/v2/whoami", .later_ms = now_ms - NOW_MS,
	    .params = { arena_printf(&box->mem, "HTTP_X_ACCESS_TOKEN=%s", token),
	    key ? arena_printf(&box->mem, "HTTP_X_KEY=%s", key) : NULL } });

	EXPECT_INT(row, reply.status, 401);
	EXPECT_INT(row, ask_retry_s(&reply), 0);
}

static void
sessions(void)
{
	struct session_secrets secrets[2 * CLIENTS];
	struct identity who;
	struct caller caller;
	struct box box;

	box_open_guarded(&box, test_directory());
	who = alice(&box);
	for (int i = 0; i < 2 * CLIENTS; i++) {
		EXPECT_INT("begin", session_begin(box.auth, &box.mem, &who.user, ALICE, NOW_MS,
		    &secrets[i], &caller), 0);
		if (i < CLIENTS)
			EXPECT_INT("end", session_end(box.auth, &caller, NOW_MS), 0);
	}
	for (int i = 0; i < CLIENTS; i++) {
		send_pair(&box, "logged out", secrets[i].key, secrets[i].token, NOW_MS);
		send_pair(&box, "expired", secrets[CLIENTS + i].key, secrets[CLIENTS + i].token,
		    NOW_MS + 101 * DAY);
	}
	expect_nobody_waits(&box, "sessions", NOW_MS + 101 * DAY);
	box_close(&box);
}

static void
domain_tokens(void)
{
	struct domain_token token;
	const char *jwt[CLIENTS];
	struct box box;

	box_open_guarded(&box, test_directory());
	for (int i = 0; i < CLIENTS; i++) {
		EXPECT_INT("make", domain_token_create(box.auth, &box.mem, NULL,
		    "example.com", "user", NOW_MS + MINUTE, NOW_MS, &token, &jwt[i]), 0);
		if (i % 2)
			EXPECT_INT("drop", domain_token_end(box.auth, NULL, &token), 0);
	}
	for (int i = 0; i < CLIENTS; i++)
		send_pair(&box, "domain token", NULL, jwt[i], NOW_MS + MINUTE);
	expect_nobody_waits(&box, "domain tokens", NOW_MS + MINUTE);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "JWTs", jwts },
	{ "bearer tokens", bearer_tokens },
	{ "sessions", sessions },
	{ "domain tokens", domain_tokens },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("ended credentials", tests);
