// SPDX-License-Identifier: ISC
/* Bearer tokens as passwords (API 2.4): whose they are, what is counted, and how often. */
#include <stdio.h>
#include <string.h>

#include "auth/token.h"
#include "auth/user.h"
#include "service/ask.h"
#include "test.h"

#define OFFICE	"192.0.2.1"
#define CLIENTS	40
#define UNKNOWN	"OVt9di1JqNEmrp2KbLPQ7yHuHb9EZ4yaw4pMS6pyWjuUeT7P"

static const char *
make_token(struct box *box, const char *email, const char *prefix, struct token *token)
{
	struct identity who = { .authenticated_s = NOW_MS / 1000 };

	box->conf->token_prefix = prefix;
	EXPECT_INT("user", user_by_login(box->auth, email, &who.user), 0);
	return box_token(box, &who, 3600, token);
}

static struct reply
ask_as(struct box *box, const char *path, const char *name, const char *password)
{
	return box_ask(box, &(struct ask){ .source = OFFICE, .email = name,
	    .password = password, .path = path });
}

/* Each from the same address; afterwards nobody there must wait. */
static void
names(void)
{
	static const struct { const char *name; int want; } t[] = {
		{ ALICE, 200 }, { "Alice@EXAMPLE.com", 200 }, { ALICE "  ", 200 },
		{ "100@sip.example", 200 }, { "100@SIP.example", 200 },
		{ "", 200 }, { "token", 200 }, { "x-token-auth", 200 },
		{ "x-access-token", 200 }, { "oauth2", 200 }, { "git", 200 }, { "__token__", 200 },
		{ "_token_", 401 }, { "Git", 401 }, { "gitlab", 401 },
		{ BOB, 401 }, { "nobody@example.com", 401 }, { "Token", 401 }, { "token2", 401 },
		{ "x-token", 401 }, { "@", 401 }, { "alice", 401 }, { "root", 401 },
	};
	static const char *const prefixes[] = { "", "dwt_", "a123456789bcdef_" };
	struct user sip = { .sip_login = "100@sip.example" };
	struct token token;
	struct box box;

	for (size_t k = 0; k < NELEM(prefixes); k++) {
		const char *secret;

		box_open_guarded(&box, test_directory());
		box.conf->token_as_password = true;
		sip.id = box.alice.user.id;
		EXPECT_INT("SIP login", store_user_set(box.auth->store, &sip,
		    field_bit(&user_kind, "sip_login"), NOW_MS, &sip), 0);
		secret = make_token(&box, ALICE, prefixes[k], &token);
		for (size_t i = 0; i < NELEM(t); i++)
			EXPECT_INT(t[i].name, ask_as(&box, NULL, t[i].name, secret).status,
			    t[i].want);
		box_close(&box);
	}
}

static void
switched_off(void)
{
	static const char *const names[] = { ALICE, "", "token", "x-token-auth" };
	struct token token;
	const char *secret;
	struct box box;

	box_open_guarded(&box, test_directory());
	secret = make_token(&box, ALICE, "", &token);
	for (size_t i = 0; i < NELEM(names); i++)
		EXPECT_INT(names[i], ask_as(&box, NULL, names[i], secret).status, 401);
	box_close(&box);
}

/* It has the rights of the token, not those of a login; and /login knows passwords alone. */
static void
rights(void)
{
	struct token token;
	const char *secret;
	struct box box;

	box_open_guarded(&box, test_directory());
	box.conf->token_as_password = true;
	secret = make_token(&box, ALICE, "", &token);
	EXPECT_INT("list", ask_as(&box, "/rest/token/list", "", secret).status, 200);
	EXPECT_INT("verify", ask_as(&box, "/rest/verify", "token", secret).status, 204);
	EXPECT_INT("create", box_ask(&box, &(struct ask){ .method = "POST",
	    .path = "/rest/token", .email = ALICE, .password = secret,
	    .body = "{\"name\":\"a\"}" }).status, 403);
	EXPECT_INT("extend", box_ask(&box, &(struct ask){ .method = "PATCH",
	    .path = arena_printf(&box.mem, "/rest/token/%s", uuid_text((char[UUID_TEXT_SIZE]){ 0 },
	    &token.id)), .email = ALICE, .password = secret, .body = "{\"ttl\":600}" }).status, 403);
	EXPECT_INT("login", box_ask(&box, &(struct ask){ .method = "POST", .path = "/login",
	    .body = arena_printf(&box.mem, "{\"username\":\"" ALICE "\",\"password\":\"%s\"}",
	    secret) }).status, 401);
	EXPECT_INT("its end", box_ask(&box, &(struct ask){ .email = ALICE, .password = secret,
	    .later_ms = 3600 * 1000 }).status, 401);
	box_close(&box);
}

/* A password that looks like a token is one all the same. */
static void
looks_like_one(void)
{
	struct box box;

	box_open_guarded(&box, test_directory());
	box.conf->token_as_password = true;
	box_user(&box, "carol@example.com", UNKNOWN);
	EXPECT_INT("password", ask_as(&box, NULL, "carol@example.com", UNKNOWN).status, 200);
	EXPECT_INT("of another", ask_as(&box, NULL, ALICE, UNKNOWN).status, 401);
	EXPECT_INT("of nobody", ask_as(&box, NULL, "token", UNKNOWN).status, 401);
	box_close(&box);
}

/* Tokens that ended, with whatever name: no guesses, however many clients hold them. */
static void
ended(void)
{
	char secrets[CLIENTS][TOKEN_SIZE];
	struct token token;
	struct box box;
	uint64_t count;

	box_open_guarded(&box, test_directory());
	box.conf->token_as_password = true;
	for (int i = 0; i < CLIENTS; i++)
		strcpy(secrets[i], make_token(&box, ALICE, i % 2 ? "dwt_" : "", &token));
	EXPECT_INT("revoke", token_revoke_all(box.auth, &box.alice, NOW_MS, &count), 0);
	for (int i = 0; i < 2 * CLIENTS; i++)
		EXPECT_INT("revoked", ask_as(&box, NULL, i % 3 ? ALICE : "",
		    secrets[i % CLIENTS]).status, 401);
	EXPECT_INT("nobody waits", ask_as(&box, NULL, BOB, PASSWORD).status, 200);
	EXPECT_INT("nor does the account", ask_as(&box, NULL, ALICE, PASSWORD).status, 200);
	box_close(&box);
}

/* Each wrong one is counted once: the sixth must wait, not the third or fourth. */
static void
guesses(void)
{
	struct token token;
	const char *foreign;
	char guess[TOKEN_SIZE];
	struct box box;

	box_open_guarded(&box, test_directory());
	box.conf->token_as_password = true;
	foreign = make_token(&box, BOB, "", &token);
	strcpy(guess, UNKNOWN);
	for (int i = 0; i < 5; i++) {
		guess[0] = (char)('a' + i);
		EXPECT_INT("guess", ask_as(&box, NULL, ALICE, i ? guess : foreign).status, 401);
	}
	guess[0] = 'z';
	EXPECT_INT("the sixth", ask_as(&box, NULL, ALICE, guess).status, 429);
	EXPECT_INT("a good token does not wait", ask_as(&box, NULL, ALICE,
	    make_token(&box, ALICE, "", &token)).status, 200);
	EXPECT_INT("and forgives nothing", ask_as(&box, NULL, ALICE, guess).status, 429);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "names", names },
	{ "switched off", switched_off },
	{ "rights", rights },
	{ "looks like one", looks_like_one },
	{ "ended", ended },
	{ "guesses", guesses },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/token_password", tests);
