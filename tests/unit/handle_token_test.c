// SPDX-License-Identifier: ISC
#include <string.h>

#include "auth/token.h"
#include "rows.h"
#include "unit.h"

#define UNKNOWN_UUID	"00000000-0000-4000-8000-000000000000"

static const struct serve_row refused_rows[] = {
	{ "by a token", { .method = "POST", .path = "/rest/token", .x_auth_token = "$b",
	    .body = "{\"name\":\"a\"}" }, R403 },
	{ "by the JWT of a token", { .method = "POST", .path = "/rest/token", .x_auth_token = "$t",
	    .body = "{\"name\":\"a\"}" }, R403 },
	{ "extend by a token", { .method = "PATCH", .path = "/rest/token/$u", .x_auth_token = "$b",
	    .body = "{\"ttl\":600}" }, R403 },
	{ "extend by its JWT", { .method = "PATCH", .path = "/rest/token/$u", .x_auth_token = "$t",
	    .body = "{\"name\":\"a\",\"ttl\":600}" }, R403 },
	{ "rename by a token", { .method = "PATCH", .path = "/rest/token/$u", .x_auth_token = "$b",
	    .body = "{\"name\":\"b\"}" }, ROK },
	{ "the other path", { .method = "PATCH", .path = "/token/$u", .x_auth_token = "$b",
	    .body = "{\"name\":\"c\"}" }, ROK },
	{ "empty body", { .method = "POST", .path = "/rest/token", .authorization = GOOD_BASIC },
	    R400("Malformed JSON") },
	{ "no name", { .method = "POST", .path = "/rest/token", .authorization = GOOD_BASIC,
	    .body = "{}" }, R400("ValidateError") },
	{ "empty form", { .method = "POST", .path = "/rest/token", .authorization = GOOD_BASIC,
	    .type = FORM }, R400("ValidateError") },
	{ "change someone else's", { .method = "PATCH", .path = "/rest/token/$g",
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
	{ "change an unknown one", { .method = "PATCH", .path = "/rest/token/" UNKNOWN_UUID,
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
	{ "change no uuid", { .method = "PATCH", .path = "/rest/token/x",
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
	{ "change by the secret", { .method = "PATCH", .path = "/rest/token/$b",
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"b\"}" }, R404 },
	{ "end someone else's", { .method = "DELETE", .path = "/rest/token/$f",
	    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
	{ "end someone else's by uuid", { .method = "DELETE", .path = "/rest/token/$g",
	    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
	{ "end nothing", { .method = "DELETE", .path = "/rest/token/x",
	    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
	{ "limit 0", { .path = "/rest/token/list", .query = "limit=0",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "limit 1001", { .path = "/rest/token/list", .query = "limit=1001",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "limit x", { .path = "/rest/token/list", .query = "limit=x",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "limit empty", { .path = "/rest/token/list", .query = "limit=",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "after nothing", { .path = "/rest/token/list", .query = "after=",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "after no uuid", { .path = "/rest/token/list", .query = "after=x",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "after someone else's", { .path = "/rest/token/list", .query = "after=$g",
	    .authorization = GOOD_BASIC }, R400("ValidateError") },
	{ "list by a token", { .path = "/rest/token/list", .query = "limit=1&after=$u",
	    .x_auth_token = "$b" }, ROK },
	{ "end by itself", { .method = "DELETE", .path = "/rest/token/$b", .x_auth_token = "$b" },
	    ROK },
	{ "it is gone", { .path = "/rest/auth", .x_auth_token = "$b" }, R401 },
	{ "and its JWT", { .path = "/rest/auth", .x_auth_token = "$t" }, R401 },
	{ "end it again", { .method = "DELETE", .path = "/rest/token/$b",
	    .authorization = GOOD_BASIC }, 404, "Not Found", "Token not found" },
	{ "end all", { .method = "DELETE", .path = "/rest/token/all", .authorization = GOOD_BASIC },
	    ROK },
	{ "end all of none", { .method = "DELETE", .path = "/rest/token/all",
	    .authorization = GOOD_BASIC }, ROK },
};

static void
refused(void)
{
	rows_expect(refused_rows, NELEM(refused_rows), NULL);
}

static void
expect_life(const char *prefix)
{
	int len = (int)strlen(prefix);
	const char *secret, *id, *want;
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	my.conf->token_prefix = prefix;
	reply = box_ask(&my, &(struct ask){ .method = "POST", .path = "/rest/token",
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"a\\\"\\u00e9\",\"ttl\":600}" });
	secret = rows_member(&my, &reply, "token");
	id = rows_member(&my, &reply, "uuid");
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":{\"name\":\"a\\\"\xc3\xa9\","
	    "\"ttl\":600,\"token\":%s,\"expired_on\":\"2023-11-14T22:23:20.000Z\",\"uuid\":%s,"
	    "\"created_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"modified_on\":\"2023-11-14T22:13:20.000Z\"}}",
	    secret, id);
	EXPECT_STRING("made", reply.body, want);
	EXPECT_BYTES("prefix", secret + 1, prefix, strlen(prefix));
	reply = box_ask(&my, &(struct ask){ .path = "/rest/token/list",
	    .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":[{"
	    "\"created_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"modified_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"uuid\":%s,\"token\":%.*s…\",\"name\":\"a\\\"\xc3\xa9\",\"ttl\":600,"
	    "\"expired_on\":\"2023-11-14T22:23:20.000Z\"}]}", id,
	    len + 5, secret);
	EXPECT_STRING("listed", reply.body, want);
	reply = box_ask(&my, &(struct ask){ .path = arena_printf(&my.mem, "/rest/token/%.*s",
	    len + TOKEN_LEN, secret + 1), .method = "DELETE", .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":{"
	    "\"created_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"modified_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"token\":%s,\"name\":\"a\\\"\xc3\xa9\",\"expired_on\":\"2023-11-14T22:23:20.000Z\","
	    "\"uuid\":%s}}", secret, id);
	EXPECT_STRING("ended", reply.body, want);
	reply = box_ask(&my, &(struct ask){ .path = "/rest/token/list",
	    .authorization = GOOD_BASIC });
	EXPECT_STRING("none", reply.body, "{\"success\":true,\"payload\":[]}");
	reply = box_ask(&my, &(struct ask){ .path = "/rest/token/all", .method = "DELETE",
	    .authorization = GOOD_BASIC });
	EXPECT_STRING("all", reply.body, "{\"success\":true,\"payload\":{}}");
	box_close(&my);
}

static void
token_life(void)
{
	static const char *const prefixes[] = { "", "dwt_", "a123456789bcdef_" };

	for (size_t i = 0; i < NELEM(prefixes); i++)
		expect_life(prefixes[i]);
}

static void
caps(void)
{
	const struct ask post = { .method = "POST", .path = "/rest/token",
	    .authorization = GOOD_BASIC, .body = "{\"name\":\"a\"}" };
	struct ask later = post;
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	my.conf->max_tokens_per_user = 1;
	my.conf->token_ttl_default_s = 60;
	reply = box_ask(&my, &post);
	EXPECT_INT("the first", reply.status, 200);
	EXPECT_STRING("default life", rows_member(&my, &reply, "ttl"), "60");
	reply = box_ask(&my, &post);
	EXPECT_INT("one too many", reply.status, 409);
	EXPECT_STRING("one too many", rows_message(&my, &reply), "Too many tokens");
	later.later_ms = 60000;
	reply = box_ask(&my, &later);
	EXPECT_INT("the first expired", reply.status, 200);
	box_close(&my);
}

/* The log names the token that was made, changed, replaced or ended. */
static void
audited(void)
{
	static const struct { const char *event; struct ask ask; } rows[] = {
		{ "token.change", { .method = "PATCH", .path = "/rest/token/$u",
		    .x_auth_token = "$j", .body = "{\"name\":\"new\"}" } },
		{ "token.rotate", { .method = "POST", .path = "/rest/token/$u/rotate",
		    .x_auth_token = "$j", .body = "{\"grace\":60}" } },
		{ "token.delete", { .method = "DELETE", .path = "/rest/token/$u",
		    .x_auth_token = "$j" } },
	};
	const struct ask post = { .method = "POST", .path = "/rest/token", .x_auth_token = "$j",
	    .query = "detail=1", .body = "{\"name\":\"a\"}" };
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	box_names_make(&my);
	for (size_t i = 0; i < NELEM(rows); i++) {
		test_log_clear();
		EXPECT_INT(rows[i].event, box_ask(&my, &rows[i].ask).status, 200);
		EXPECT_TRUE(rows[i].event, test_logged(arena_printf(&my.mem, "event=%s result=ok",
		    rows[i].event)));
		EXPECT_TRUE(rows[i].event, test_logged(arena_printf(&my.mem, " object=%s token=-",
		    my.names.id)));
	}
	test_log_clear();
	reply = box_ask(&my, &post);
	EXPECT_TRUE("token.create", test_logged(arena_printf(&my.mem, " object=%.36s token=-",
	    rows_member(&my, &reply, "uuid") + 1)));
	box_close(&my);
}

/* What is known of tokens beyond the list of before. */
static void
details(void)
{
	static const struct { const char *row, *query; int want; const char *shows, *lacks; }
	    t[] = {
		{ "as ever", "", 200, "\"expired_on\":\"2023-11-15T22:13:20.000Z\"}", "last_used" },
		{ "no detail", "detail=0", 200, "Z\"}", "last_used" },
		{ "detail", "detail=1", 200, "\"last_used_on\":\"2023-11-14T22:13:25.000Z\","
		    "\"last_used_ip\":\"192.0.2.7\",\"scope\":null,\"addresses\":null}", NULL },
		{ "of an unused one", "detail=1", 200, "\"last_used_on\":null,"
		    "\"last_used_ip\":null,\"scope\":null,\"addresses\":null}", NULL },
		{ "unused for no time", "unused_days=0", 200, "used", "none" },
		{ "unused for a day", "unused_days=1", 200, "[]", "name" },
		{ "one of both", "unused_days=0&limit=1", 200, "used", "never" },
		{ "wrong detail", "detail=2", 400, "params.detail", NULL },
		{ "detail in words", "detail=yes", 400, "params.detail", NULL },
		{ "wrong days", "unused_days=-1", 400, "params.unused_days", NULL },
		{ "too many days", "unused_days=36501", 400, "params.unused_days", NULL },
	};
	struct token token;
	struct box my;
	char *secret;

	box_open(&my, test_directory());
	secret = arena_alloc(&my.mem, 2 * TOKEN_SIZE);
	EXPECT_VERDICT("used", token_create(my.auth, &my.alice, "used", 86400, NOW_MS, &token,
	    secret), 0);
	EXPECT_VERDICT("never", token_create(my.auth, &my.alice, "never", 86400, NOW_MS + 1,
	    &token, secret + TOKEN_SIZE), 0);
	EXPECT_INT("use", box_ask(&my, &(struct ask){ .x_auth_token = secret,
	    .source = "192.0.2.7", .later_ms = 5000 }).status, 200);
	for (size_t i = 0; i < NELEM(t); i++) {
		struct reply reply = box_ask(&my, &(struct ask){ .path = "/rest/token/list",
		    .query = t[i].query, .authorization = GOOD_BASIC, .later_ms = 10000 });

		EXPECT_INT(t[i].row, reply.status, t[i].want);
		EXPECT_TRUE(t[i].row, strstr(reply.body, t[i].shows) != NULL);
		EXPECT_TRUE(t[i].row, !t[i].lacks || !strstr(reply.body, t[i].lacks));
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "refused", refused },
	{ "token life", token_life },
	{ "caps", caps },
	{ "details", details },
	{ "audited", audited },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/handle_token", tests);
