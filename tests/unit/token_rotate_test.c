// SPDX-License-Identifier: ISC
#include <string.h>

#include "auth/token.h"
#include "rows.h"
#include "unit.h"

#define ROTATE "/rest/token/$z/rotate"

static void
prepare(struct box *my)
{
	box_limited(my, "auth own", "192.0.2.0/24");
}

/* $n: the secret in the answer, $m: its uuid. */
static void
take(struct box *my, const struct reply *reply)
{
	const char *secret = rows_member(my, reply, "token"), *id = rows_member(my, reply, "uuid");

	my->names.own['n'] = arena_strndup(&my->mem, secret + 1, TOKEN_LEN);
	my->names.own['m'] = arena_strndup(&my->mem, id + 1, UUID_TEXT_SIZE - 1);
}

#define POST(b, ...) { .method = "POST", .path = ROTATE, .body = b, __VA_ARGS__ }

static void
refused(void)
{
	static const struct serve_row rows[] = {
		{ "nobody", POST("{}", .type = NULL), R401 },
		{ "by a token", POST("{}", .x_auth_token = "$x"), R403 },
		{ "by its JWT", POST("{}", .x_auth_token = "$y"), R403 },
		{ "by another token", POST("{}", .x_auth_token = "$b"), R403 },
		{ "of another site", POST("{}", .authorization = GOOD_BASIC,
		    .params = { "HTTP_ORIGIN=https://evil.example" }), R403 },
		{ "unknown", { .method = "POST", .authorization = GOOD_BASIC, .body = "{}",
		    .path = "/rest/token/00000000-0000-4000-8000-000000000000/rotate" }, R404 },
		{ "no uuid", { .method = "POST", .authorization = GOOD_BASIC, .body = "{}",
		    .path = "/rest/token/$x/rotate" }, R404 },
		{ "another's", { .method = "POST", .authorization = GOOD_BASIC, .body = "{}",
		    .path = "/rest/token/$g/rotate" }, R404 },
		{ "GET", { .path = ROTATE, .authorization = GOOD_BASIC }, R405 },
		{ "further path", { .method = "POST", .path = ROTATE "/x", .body = "{}",
		    .authorization = GOOD_BASIC }, R404 },
		{ "form", POST("grace=1", .authorization = GOOD_BASIC, .type = FORM), R415 },
		{ "no body", POST(NULL, .authorization = GOOD_BASIC), R400("Malformed JSON") },
		{ "negative", POST("{\"grace\":-1}", .authorization = GOOD_BASIC),
		    R400("ValidateError") },
		{ "too long", POST("{\"grace\":604801}", .authorization = GOOD_BASIC),
		    R400("ValidateError") },
		{ "no number", POST("{\"grace\":null}", .authorization = GOOD_BASIC),
		    R400("ValidateError") },
		{ "fraction", POST("{\"grace\":1.5}", .authorization = GOOD_BASIC),
		    R400("ValidateError") },
		{ "none of that did it", POST("{\"grace\":604800}", .authorization = GOOD_BASIC),
		    ROK },
		{ "again", POST("{}", .authorization = GOOD_BASIC), 409, "Conflict",
		    "Already rotated" },
		{ "again, but wrong", POST("{\"grace\":-1}", .authorization = GOOD_BASIC),
		    R400("ValidateError") },
	};

	rows_expect(rows, NELEM(rows), prepare);
}

static int
status_of(struct box *my, const char *token, int64_t later_ms)
{
	return box_ask(my, &(struct ask){ .x_auth_token = token, .later_ms = later_ms }).status;
}

static void
overlap(void)
{
	static const struct { const char *row, *body; int64_t ends_ms; } t[] = {
		{ "none", "{\"grace\":0}", 0 },
		{ "a minute", "{\"grace\":60}", 60000 },
		{ "longer than its life", "{\"grace\":604800}", 600000 },
		{ "a day, if not given", "{}", 600000 },
	};
	struct reply reply;
	struct box my;

	for (size_t i = 0; i < NELEM(t); i++) {
		box_open(&my, test_directory());
		prepare(&my);
		reply = box_ask(&my, &(struct ask){ .method = "POST", .path = ROTATE,
		    .authorization = GOOD_BASIC, .body = t[i].body, .later_ms = 5 });
		EXPECT_INT(t[i].row, reply.status, 200);
		take(&my, &reply);
		EXPECT_STRING("payload", reply.body, arena_printf(&my.mem,
		    "{\"success\":true,\"payload\":{\"name\":\"x\",\"ttl\":600,\"token\":\"%s\","
		    "\"expired_on\":\"2023-11-14T22:23:20.005Z\",\"uuid\":\"%s\","
		    "\"created_on\":\"2023-11-14T22:13:20.005Z\","
		    "\"modified_on\":\"2023-11-14T22:13:20.005Z\"}}", my.names.own['n'],
		    my.names.own['m']));
		EXPECT_INT("the new one", status_of(&my, "$n", 600004), 200);
		EXPECT_INT("its end", status_of(&my, "$n", 600005), 401);
		for (const char *old = "$x\0$y\0"; *old; old += 3) {
			EXPECT_INT("not yet", status_of(&my, old, t[i].ends_ms + 4),
			    t[i].ends_ms < 600000 ? 200 : 401);
			EXPECT_INT("over", status_of(&my, old, t[i].ends_ms + 1005), 401);
		}
		reply = box_ask(&my, &(struct ask){ .path = "/rest/token/list",
		    .query = "detail=1&after=$z", .authorization = GOOD_BASIC });
		if (t[i].ends_ms)
			EXPECT_TRUE("as the old one", strstr(reply.body,
			    "\"scope\":[\"auth\",\"own\"],\"addresses\":[\"192.0.2.0/24\"]"));
		box_close(&my);
	}
}

/* With token_self_rotate a token may replace itself, and nothing else. */
static void
by_itself(void)
{
	struct reply reply;
	struct box my;

	for (size_t i = 0; i < 2; i++) {
		box_open(&my, test_directory());
		box_names_make(&my);
		prepare(&my);
		my.conf->token_self_rotate = true;
		EXPECT_INT("another token", box_ask(&my, &(struct ask){ .method = "POST",
		    .path = "/rest/token/$u/rotate", .x_auth_token = i ? "$y" : "$x",
		    .body = "{}" }).status, 403);
		reply = box_ask(&my, &(struct ask){ .method = "POST", .path = ROTATE,
		    .x_auth_token = i ? "$y" : "$x", .body = "{\"grace\":60}" });
		EXPECT_INT("itself", reply.status, 200);
		take(&my, &reply);
		EXPECT_INT("once", box_ask(&my, &(struct ask){ .method = "POST", .path = ROTATE,
		    .x_auth_token = "$x", .body = "{}" }).status, 409);
		EXPECT_INT("not its successor", box_ask(&my, &(struct ask){ .method = "POST",
		    .path = "/rest/token/$m/rotate", .x_auth_token = "$x", .body = "{}" }).status,
		    403);
		EXPECT_INT("the limits stay", box_ask(&my, &(struct ask){ .x_auth_token = "$n",
		    .path = "/rest/token/list" }).status, 403);
		EXPECT_INT("from anywhere else", box_ask(&my, &(struct ask){ .x_auth_token = "$n",
		    .source = "198.51.100.1" }).status, 401);
		EXPECT_INT("it goes on", box_ask(&my, &(struct ask){ .method = "POST",
		    .path = "/rest/token/$m/rotate", .x_auth_token = "$n", .body = "{}" }).status,
		    200);
		box_close(&my);
	}
}

/* Two bearers of one token are told by who uses the old one when the new one is in use. */
static void
reuse(void)
{
	struct reply reply;
	struct box my;

	test_log_clear();
	box_open(&my, test_directory());
	prepare(&my);
	reply = box_ask(&my, &(struct ask){ .method = "POST", .path = ROTATE,
	    .authorization = GOOD_BASIC, .body = "{\"grace\":60}" });
	take(&my, &reply);
	EXPECT_INT("the old one", status_of(&my, "$x", 1), 200);
	EXPECT_INT("its JWT", status_of(&my, "$y", 1), 200);
	EXPECT_TRUE("as it should be", !test_logged("event=token.reuse"));
	EXPECT_INT("the new one", status_of(&my, "$n", 2), 200);
	EXPECT_TRUE("as it should be", !test_logged("event=token.reuse"));
	EXPECT_INT("the old one", status_of(&my, "$x", 3), 200);
	EXPECT_TRUE("audited", test_logged(arena_printf(&my.mem, "token=%s", my.names.own['z'])) &&
	    test_logged("event=token.reuse result=ok step=handle ip=192.0.2.1 via=bearer user="));
	test_log_clear();
	EXPECT_INT("its JWT", status_of(&my, "$y", 3), 200);
	EXPECT_TRUE("audited", test_logged("event=token.reuse result=ok"));
	test_log_clear();
	EXPECT_INT("the new one", status_of(&my, "$n", 4), 200);
	EXPECT_TRUE("not that", !test_logged("event=token.reuse"));
	EXPECT_INT("when it has ended", status_of(&my, "$x", 60000), 401);
	EXPECT_TRUE("audited", test_logged("event=auth.show result=reused step=verify"));
	box_close(&my);
}

/* A database that cannot note the first use lets the token in, and is not asked each time. */
static void
not_noted(void)
{
	struct identity who;
	struct token token;
	char secret[TOKEN_SIZE];
	struct box my;

	box_open(&my, test_directory());
	prepare(&my);
	EXPECT_VERDICT("verify", token_verify(my.auth, my.names.own['x'], NOW_MS, &who), 0);
	EXPECT_VERDICT("rotate", token_rotate(my.auth, &my.alice, &who.token, 60, NOW_MS, &token,
	    secret), 0);
	my.names.own['n'] = secret;
	my.auth->first_use_after_ms = NOW_MS + 10;
	EXPECT_INT("in", status_of(&my, "$n", 1), 200);
	EXPECT_VERDICT("get", store_token_get(my.auth->store, &token.id, NOW_MS, &token), 0);
	EXPECT_TRUE("still to be noted", !uuid_is_none(&token.predecessor));
	EXPECT_INT("in", status_of(&my, "$n", 10), 200);
	EXPECT_VERDICT("get", store_token_get(my.auth->store, &token.id, NOW_MS, &token), 0);
	EXPECT_TRUE("noted", uuid_is_none(&token.predecessor));
	box_close(&my);
}

static void
at_the_cap(void)
{
	struct ask rotate = { .method = "POST", .path = ROTATE, .authorization = GOOD_BASIC,
	    .body = "{\"grace\":60}" };
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	prepare(&my);
	my.conf->max_tokens_per_user = 1;
	reply = box_ask(&my, &rotate);
	EXPECT_INT("of one", reply.status, 200);
	take(&my, &reply);
	rotate.path = "/rest/token/$m/rotate";
	reply = box_ask(&my, &rotate);
	EXPECT_INT("of two", reply.status, 409);
	EXPECT_STRING("of two", rows_message(&my, &reply), "Too many tokens");
	rotate.body = "{\"grace\":0}";
	EXPECT_INT("without overlap", box_ask(&my, &rotate).status, 200);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "refused", refused },
	{ "overlap", overlap },
	{ "by itself", by_itself },
	{ "reuse", reuse },
	{ "not noted", not_noted },
	{ "at the cap", at_the_cap },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/token: rotation", tests);
