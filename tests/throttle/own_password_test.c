// SPDX-License-Identifier: ISC
/* POST /rest/password (API 12.1): who may, what is wrong, what is counted, and what ends. */
#include <stdio.h>
#include <string.h>

#include "auth/own_password.h"
#include "auth/user.h"
#include "service/ask.h"
#include "test.h"

#define PATH	"/rest/password"
#define NEXT	"battery staple"
#define BODY(old, new) "{\"old\":\"" old "\",\"new\":\"" new "\"}"
#define GOOD	BODY(PASSWORD, NEXT)
#define FORM	"application/x-www-form-urlencoded"
#define FIELDS(fields) "{\"success\":false,\"status\":400,\"message\":\"ValidateError\"," \
	"\"fields\":{" fields "}}"

/* With a JWT, a bearer token and a JWT from that, all of Alice. */
static void
open_box(struct box *box)
{
	struct token token;

	box_open_guarded(box, test_directory());
	box->names.jwt = box_jwt(box, &box->alice);
	box->names.bearer = box_token(box, &box->alice, 3600, &token);
	box->names.token_jwt = ask_jwt(box, &(struct reply[]){ box_ask(box,
	    &(struct ask){ .x_auth_token = "$b" }) }[0]);
}

static void
refused(void)
{
	static const struct { const char *row; struct ask ask; int want; const char *body; } t[] = {
		{ "nobody", { .body = GOOD }, 401, NULL },
		{ "a bearer token", { .x_auth_token = "$b", .body = GOOD }, 403, NULL },
		{ "a JWT of one", { .x_auth_token = "$t", .body = GOOD }, 403, NULL },
		{ "a page elsewhere", { .x_auth_token = "$j", .body = GOOD,
		    .params = { "HTTP_ORIGIN=https://evil.example" } }, 403, NULL },
		{ "a form", { .x_auth_token = "$j", .type = FORM, .body = "old=a&new=b" }, 415,
		    NULL },
		{ "no JSON", { .x_auth_token = "$j", .body = "" }, 400, NULL },
		{ "nothing", { .x_auth_token = "$j", .body = "{}" }, 400,
		    FIELDS("\"params.old\":{\"message\":\"'old' is required\"},"
		    "\"params.new\":{\"message\":\"'new' is required\"}") },
		{ "other types", { .x_auth_token = "$j",
		    .body = "{\"old\":null,\"new\":1,\"revoke_tokens\":\"x\"}" }, 400,
		    FIELDS("\"params.old\":{\"message\":\"invalid string value\"},"
		    "\"params.new\":{\"message\":\"invalid string value\"},"
		    "\"params.revoke_tokens\":{\"message\":\"invalid boolean value\","
		    "\"value\":\"x\"}") },
		{ "an empty one", { .x_auth_token = "$j", .body = BODY("", NEXT) }, 400,
		    FIELDS("\"params.old\":{\"message\":\"minLength 1\"}") },
		{ "too short", { .x_auth_token = "$j", .body = BODY(PASSWORD, "short") }, 400,
		    FIELDS("\"params.new\":{\"message\":\"minLength 8\"}") },
		{ "a control character", { .x_auth_token = "$j",
		    .body = BODY(PASSWORD, "battery\\tstaple") }, 400,
		    FIELDS("\"params.new\":{\"message\":\"invalid string value\"}") },
		{ "a NUL", { .x_auth_token = "$j", .body = BODY(PASSWORD, "battery\\u0000staple") },
		    400, FIELDS("\"params.new\":{\"message\":\"invalid string value\"}") },
		{ "common", { .x_auth_token = "$j", .body = BODY(PASSWORD, "Password123") }, 400,
		    FIELDS("\"params.new\":{\"message\":\"common password\"}") },
		{ "the name", { .x_auth_token = "$j", .body = BODY(PASSWORD, "Alice@example.com") },
		    400, FIELDS("\"params.new\":{\"message\":\"login name\"}") },
		{ "on the list of the host", { .x_auth_token = "$j",
		    .body = BODY(PASSWORD, "Our-Own-Words") }, 400,
		    FIELDS("\"params.new\":{\"message\":\"refused password\"}") },
		{ "both wrong: the cheap one is told", { .x_auth_token = "$j",
		    .body = BODY("wrong", "short") }, 400,
		    FIELDS("\"params.new\":{\"message\":\"minLength 8\"}") },
		{ "the wrong one", { .x_auth_token = "$j", .body = BODY("wrong", NEXT) }, 400,
		    FIELDS("\"params.old\":{\"message\":\"wrong password\"}") },
		{ "GET", { .x_auth_token = "$j", .method = "GET" }, 405, NULL },
	};
	char list[4096];
	struct box box;
	FILE *to;

	open_box(&box);
	snprintf(list, sizeof list, "%s/refused", test_directory());
	to = fopen(list, "w");
	EXPECT_TRUE("list", to && fputs("our-own-words\n", to) >= 0 && fclose(to) == 0);
	box.conf->password_refuse_common = true;
	box.conf->password_refuse_file = list;
	for (size_t i = 0; i < NELEM(t); i++) {
		struct ask ask = t[i].ask;
		struct reply reply;

		ask.path = PATH;
		ask.method = ask.method ? ask.method : "POST";
		reply = box_ask(&box, &ask);
		EXPECT_INT(t[i].row, reply.status, t[i].want);
		if (t[i].body)
			EXPECT_STRING(t[i].row, reply.body, t[i].body);
	}
	EXPECT_INT("only the last was tried", box_hashes(&box), 1);
	EXPECT_INT("nothing has changed", box_ask(&box, &(struct ask){ .email = ALICE,
	    .password = PASSWORD, .source = "198.51.100.1" }).status, 200);
	box_close(&box);
}

static int
status(struct box *box, const char *credential)
{
	return box_ask(box, &(struct ask){ .x_auth_token = credential }).status;
}

static int
log_in(struct box *box, const char *password)
{
	return box_ask(box, &(struct ask){ .email = ALICE, .password = password,
	    .source = "198.51.100.1" }).status;
}

/* The caller's own way in is a JWT or Basic, with and without what workers remember. */
static void
changed(void)
{
	static const struct { const char *row, *jwt, *body; int64_t cache_s; int bearer; } t[] = {
		{ "by a JWT", "$j", GOOD, 60, 200 },
		{ "by Basic", NULL, GOOD, 60, 200 },
		{ "by Basic, nothing remembered", NULL, GOOD, 0, 200 },
		{ "and tokens", "$j", "{\"old\":\"" PASSWORD "\",\"new\":\"" NEXT
		    "\",\"revoke_tokens\":true}", 60, 401 },
		{ "and no tokens", "$j", "{\"old\":\"" PASSWORD "\",\"new\":\"" NEXT
		    "\",\"revoke_tokens\":false}", 60, 200 },
	};
	struct reply reply;
	const char *jwt;
	struct box box;

	for (size_t i = 0; i < NELEM(t); i++) {
		open_box(&box);
		box.conf->password_cache_s = t[i].cache_s;
		box_reopen(&box);
		reply = box_ask(&box, &(struct ask){ .method = "POST", .path = PATH,
		    .x_auth_token = t[i].jwt, .email = t[i].jwt ? NULL : ALICE,
		    .password = PASSWORD, .body = t[i].body, .later_ms = 5000 });
		EXPECT_INT(t[i].row, reply.status, 200);
		EXPECT_TRUE(t[i].row, strstr(reply.body, "\"email\":\"" ALICE "\"") &&
		    strstr(reply.body, "\"modified_on\":\"2023-11-14T22:13:25.000Z\""));
		jwt = ask_jwt(&box, &reply);
		EXPECT_INT("the new JWT", status(&box, jwt), 200);
		EXPECT_INT("the former one", status(&box, "$j"), 401);
		EXPECT_INT("the bearer token", status(&box, "$b"), t[i].bearer);
		EXPECT_INT("the new password", log_in(&box, NEXT), 200);
		EXPECT_INT("the old one", log_in(&box, PASSWORD), 401);
		box_close(&box);
	}
}

/* Guesses at the old password are guesses like any other: a JWT does not make them free. */
static void
counted(void)
{
	const struct ask wrong = { .method = "POST", .path = PATH, .x_auth_token = "$j" };
	struct reply reply;
	char body[64];
	struct box box;
	int tries = 0;

	open_box(&box);
	do {
		struct ask ask = wrong;

		snprintf(body, sizeof body, "{\"old\":\"wrong %d\",\"new\":\"" NEXT "\"}", tries);
		ask.body = body;
		reply = box_ask(&box, &ask);
	} while (reply.status == 400 && ++tries < 20);
	EXPECT_INT("stopped", reply.status, 429);
	EXPECT_INT("after as many as Basic", tries, 5);
	EXPECT_TRUE("says how long", ask_retry_s(&reply) > 0);
	reply = box_ask(&box, &(struct ask){ .method = "POST", .path = PATH,
	    .x_auth_token = "$j", .body = GOOD });
	EXPECT_INT("the right one must wait too", reply.status, 429);
	EXPECT_INT("so must Basic", box_ask(&box, &(struct ask){ .email = ALICE,
	    .password = PASSWORD }).status, 429);
	EXPECT_INT("the JWT is served", status(&box, "$j"), 200);
	box.now_ms += DAY;
	box.names.jwt = box_jwt(&box, &(struct identity){ .user = box.alice.user,
	    .authenticated_s = box.now_ms / 1000 });
	EXPECT_INT("later", box_ask(&box, &(struct ask){ .method = "POST", .path = PATH,
	    .email = ALICE, .password = PASSWORD, .body = GOOD }).status, 200);
	box_close(&box);
}

/* A user of providers alone has none to prove; nobody learns that it is so. */
static void
without_a_password(void)
{
	struct identity carol;
	struct reply reply;
	struct box box;

	open_box(&box);
	carol = box_user(&box, "carol@example.com", NULL);
	box.names.jwt = box_jwt(&box, &carol);
	reply = box_ask(&box, &(struct ask){ .method = "POST", .path = PATH,
	    .x_auth_token = "$j", .body = GOOD });
	EXPECT_STRING("refused", reply.body,
	    FIELDS("\"params.old\":{\"message\":\"wrong password\"}"));
	EXPECT_INT("at the cost of one", box_hashes(&box), 1);
	box_close(&box);
}

/* Whoever has the caller's name by now is not the caller, although the password is right. */
static void
taken_meanwhile(void)
{
	static const struct { const char *row, *alice, *bob; int want; } t[] = {
		{ "still the caller's", ALICE, BOB, 0 },
		{ "nobody's", "ann@example.com", BOB, V_WRONG_CREDENTIAL },
		{ "another's", "ann@example.com", ALICE, V_WRONG_CREDENTIAL },
	};
	const uint64_t email = field_bit(&user_kind, "email");
	struct box box;

	for (size_t i = 0; i < NELEM(t); i++) {
		struct outcome outcome = { .wait_s = 0 };
		struct own_password change = { .next = NEXT, .old = { .source = "192.0.2.1",
		    .password = PASSWORD, .len = strlen(PASSWORD), .mem = &box.mem,
		    .outcome = &outcome } };
		struct password_flaw flaw;
		struct user alice, bob;

		open_box(&box);
		EXPECT_VERDICT("Bob", user_by_login(box.auth, BOB, &bob), 0);
		alice = box.alice.user;
		strcpy(alice.email, t[i].alice);
		strcpy(bob.email, t[i].bob);
		EXPECT_VERDICT(t[i].row, store_user_set(box.auth->store, &alice, email, NOW_MS,
		    &alice), 0);
		EXPECT_VERDICT(t[i].row, store_user_set(box.auth->store, &bob, email, NOW_MS,
		    &bob), 0);
		EXPECT_VERDICT(t[i].row, own_password_prove(box.auth, &box.alice, &change, NOW_MS,
		    &flaw), t[i].want);
		box_close(&box);
	}
}

static CU_TestInfo tests[] = {
	{ "refused", refused },
	{ "changed", changed },
	{ "counted", counted },
	{ "without a password", without_a_password },
	{ "taken meanwhile", taken_meanwhile },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/own_password", tests);
