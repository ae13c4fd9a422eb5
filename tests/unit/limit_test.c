// SPDX-License-Identifier: ISC
#include "auth/limit.h"

#include <string.h>

#include "auth/token.h"
#include "auth/token_admit.h"
#include "rows.h"
#include "unit.h"

#define NAME_64 "a123456789a123456789a123456789a123456789a123456789a123456789abcd"

static void
reading(void)
{
	static const struct {
		const struct limit_kind *kind;
		const char *text, *set;
		int want;
	} t[] = {
		{ &limit_scope, "guard", "guard", 0 },
		{ &limit_scope, "b a", "b a", 0 },
		{ &limit_scope, " b,,a  b,", "b a", 0 },
		{ &limit_scope, "a_b:c.d-9", "a_b:c.d-9", 0 },
		{ &limit_scope, NAME_64, NAME_64, 0 },
		{ &limit_scope, NAME_64 "e", NULL, V_INVALID },
		{ &limit_scope, "*", "", 0 },
		{ &limit_scope, "* a", NULL, V_INVALID },
		{ &limit_scope, "a *", NULL, V_INVALID },
		{ &limit_scope, "", NULL, V_MALFORMED },
		{ &limit_scope, " , ", NULL, V_MALFORMED },
		{ &limit_scope, "A", NULL, V_INVALID },
		{ &limit_scope, "a/b", NULL, V_INVALID },
		{ &limit_scope, "a\tb", NULL, V_INVALID },
		{ &limit_scope, "a\"b", NULL, V_INVALID },
		{ &limit_scope, "\xc3\xa4", NULL, V_INVALID },
		{ &limit_scope, "0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k l m n o p q r s t u v",
		    "0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k l m n o p q r s t u v", 0 },
		{ &limit_scope, "0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k l m n o p q r s t u v w",
		    NULL, V_TOO_MANY },
		{ &limit_addresses, "192.0.2.0/24,2001:DB8::/32", "192.0.2.0/24 2001:db8::/32", 0 },
		{ &limit_addresses, "192.0.2.7/32", "192.0.2.7", 0 },
		{ &limit_addresses, "2001:db8::1/128 2001:db8:0:0::1", "2001:db8::1", 0 },
		{ &limit_addresses, "::ffff:192.0.2.0/120", "192.0.2.0/24", 0 },
		{ &limit_addresses, "0.0.0.0/0 ::/0", "0.0.0.0/0 ::/0", 0 },
		{ &limit_addresses, "*", "", 0 },
		{ &limit_addresses, "", NULL, V_MALFORMED },
		{ &limit_addresses, "192.0.2.1/24", NULL, V_INVALID },
		{ &limit_addresses, "2001:db8::1/64", NULL, V_INVALID },
		{ &limit_addresses, "192.0.2.0/33", NULL, V_INVALID },
		{ &limit_addresses, "192.0.2.0/-1", NULL, V_INVALID },
		{ &limit_addresses, "192.0.2.0/", NULL, V_INVALID },
		{ &limit_addresses, "192.0.2.0/08", NULL, V_INVALID },
		{ &limit_addresses, "192.0.2/24", NULL, V_INVALID },
		{ &limit_addresses, "192.0.2.0/255.255.255.0", NULL, V_INVALID },
		{ &limit_addresses, "2001:db8::/129", NULL, V_INVALID },
		{ &limit_addresses, "fe80::1%eth0", NULL, V_INVALID },
		{ &limit_addresses, "::ffff:0:0/95", NULL, V_INVALID },
		{ &limit_addresses, "localhost", NULL, V_INVALID },
		{ &limit_addresses, "192.0.2.0/24 any", NULL, V_INVALID },
		{ &limit_addresses, "1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5 1.1.1.6 1.1.1.7 1.1.1.8 "
		    "1.1.1.9 1.1.1.10 1.1.1.11 1.1.1.12 1.1.1.13 1.1.1.14 1.1.1.15 1.1.1.16 "
		    "1.1.1.17", NULL, V_TOO_MANY },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		char set[LIMIT_SIZE] = "as it was";

		EXPECT_VERDICT(t[i].text, limit_read(t[i].kind, t[i].text, set), t[i].want);
		EXPECT_STRING(t[i].text, set, t[i].want ? "as it was" : t[i].set);
	}
}

static void
accepting(void)
{
	static const struct { const char *networks, *source; bool want; } t[] = {
		{ "",                    "192.0.2.1",        true },
		{ "",                    "",                 true },
		{ "192.0.2.0/24",        "192.0.2.1",        true },
		{ "192.0.2.0/24",        "::ffff:192.0.2.1", true },
		{ "192.0.2.0/24",        "192.0.3.1",        false },
		{ "192.0.2.0/24",        "",                 false },
		{ "192.0.2.0/24",        "unix:",            false },
		{ "192.0.2.0/24",        "192.0.2.1:80",     false },
		{ "192.0.2.0/24",        "192.0.2.1, 192.0.2.2", false },
		{ "10.0.0.0/8 ::1",      "::1",              true },
		{ "0.0.0.0/0",           "203.0.113.9",      true },
		{ "0.0.0.0/0",           "2001:db8::1",      false },
		{ "::/0",                "2001:db8::1",      true },
		{ "::/0",                "203.0.113.9",      false },
		{ "::/0",                "::ffff:203.0.113.9", false },
		{ "fe80::/10",           "fe80::1%eth0",     true },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].source, limit_accepts(t[i].networks, t[i].source), t[i].want);
}

/* Which requests each scope permits, by the token and by a JWT that was made from it. */
static void
routes(void)
{
	static const struct { const char *row; struct ask ask; const char *needs; int ok; } t[] = {
		{ "auth", ASK("GET", "/rest/auth", NULL), "auth", 200 },
		{ "list", ASK("GET", "/rest/token/list", NULL), "token:read", 200 },
		{ "rename", SEND("PATCH", "/rest/token/$u", "{\"name\":\"n\"}", NULL),
		    "token:write", 200 },
		{ "rename, other path", SEND("PATCH", "/token/$u", "{\"name\":\"n\"}", NULL),
		    "token:write", 200 },
		{ "create", SEND("POST", "/rest/token", "{\"name\":\"n\"}", NULL), "token:write",
		    200 },
		{ "end another", ASK("DELETE", "/rest/token/00000000-0000-4000-8000-000000000000",
		    NULL), "token:write", 404 },
		{ "end another by itself", ASK("DELETE", "/rest/token/$b", NULL), "token:write",
		    200 },
		{ "guard", ASK("GET", "/rest/verify", NULL), "guard", 204 },
		{ "own scope", ASK("GET", "/rest/verify", "DOORWARD_SCOPE=own:one"), "own:one",
		    204 },
		{ "authorizer", { .role = ROLE_AUTHORIZER }, "guard", 200 },
		{ "rotate itself", SEND("POST", "/rest/token/$z/rotate", "{\"grace\":600}", NULL),
		    "", 200 },
		{ "end itself", ASK("DELETE", "/rest/token/$z", NULL), "", 200 },
	};
	static const char *const scopes[] = { "auth", "token:read", "token:write", "guard",
	    "own:one", "own:two token:rea" };

	for (size_t i = 0; i < NELEM(t) * NELEM(scopes) * 2; i++) {
		const size_t row = i / 2 / NELEM(scopes);
		const char *scope = scopes[i / 2 % NELEM(scopes)];
		struct ask ask = t[row].ask;
		struct box my;
		bool may;

		box_open(&my, test_directory());
		box_names_make(&my);
		my.conf->bearer_may_create = my.conf->token_self_rotate = true;
		box_limited(&my, scope, NULL);
		ask.x_auth_token = i % 2 ? "$y" : "$x";
		may = !*t[row].needs || strcmp(t[row].needs, scope) == 0;
		EXPECT_INT(arena_printf(&my.mem, "%s with %s", t[row].row, scope),
		    box_ask(&my, &ask).status, may ? t[row].ok : 403);
		box_close(&my);
	}
}

/* The site's requirement, for those with limits and those without. */
static void
guards(void)
{
	static const struct { const char *row, *scope, *required; int want; } t[] = {
		{ "no limit", "*", "DOORWARD_SCOPE=own:one", 204 },
		{ "all of them", "own:two own:one", "DOORWARD_SCOPE=own:one own:two", 204 },
		{ "one of them", "own:one", "DOORWARD_SCOPE=own:one own:two", 403 },
		{ "guard does not suffice", "guard", "DOORWARD_SCOPE=own:one", 403 },
		{ "none required", "own:one", NULL, 403 },
		{ "empty", "guard", "DOORWARD_SCOPE=", 500 },
		{ "no scope", "guard", "DOORWARD_SCOPE=Guard", 500 },
		{ "all", "guard", "DOORWARD_SCOPE=*", 500 },
		{ "a mistake, for all", "*", "DOORWARD_SCOPE=/", 500 },
		{ "a client's", "guard", "HTTP_DOORWARD_SCOPE=own:one", 204 },
		{ "a client's answer", "guard", "HTTP_X_AUTH_SCOPE=own:one", 401 },
		{ "and other one", "guard", "HTTP_AUTH_SCOPE=own:one", 401 },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		char scope[LIMIT_SIZE];
		struct ask ask = { .path = "/rest/verify", .x_auth_token = "$x",
		    .params = { t[i].required } };

		EXPECT_VERDICT(t[i].row, limit_read(&limit_scope, t[i].scope, scope), 0);
		box_limited(&my, scope, NULL);
		reply = box_ask(&my, &ask);
		EXPECT_INT(t[i].row, reply.status, t[i].want);
		EXPECT_STRING(t[i].row, ask_header(&reply, "X-Auth-Scope", 0),
		    t[i].want == 204 && *scope ? scope : NULL);
		ask.role = ROLE_AUTHORIZER;
		reply = box_ask(&my, &ask);
		EXPECT_INT(t[i].row, reply.status, t[i].want == 204 ? 200 : t[i].want);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Variable-AUTH_SCOPE", 0),
		    t[i].want == 204 && *scope ? scope : NULL);
	}
	EXPECT_INT("a login", box_ask(&my, &(struct ask){ .path = "/rest/verify",
	    .authorization = GOOD_BASIC, .params = { "DOORWARD_SCOPE=own:one" } }).status, 204);
	box_close(&my);
}

/* Limits hold with the next request, whatever this process has verified before. */
static void
live(void)
{
	static const struct { const char *row, *by; } t[] = { { "token", "$x" }, { "JWT", "$y" } };
	struct reply reply;
	struct box my;

	for (size_t i = 0; i < NELEM(t); i++) {
		const struct ask auth = { .x_auth_token = t[i].by };
		struct ask set = { .method = "PATCH", .path = "/rest/token/$z",
		    .authorization = GOOD_BASIC, .body = "{\"scope\":[\"guard\"]}" };

		test_log_clear();
		box_open_guarded(&my, test_directory());
		box_limited(&my, NULL, NULL);
		EXPECT_INT(t[i].row, box_ask(&my, &auth).status, 200);
		EXPECT_INT("narrowed", box_ask(&my, &set).status, 200);
		EXPECT_INT(t[i].row, box_ask(&my, &auth).status, 403);
		set.body = "{\"scope\":\"*\",\"addresses\":[\"198.51.100.0/24\",\"::1\"]}";
		EXPECT_INT("another limit", box_ask(&my, &set).status, 200);
		reply = box_ask(&my, &auth);
		EXPECT_INT(t[i].row, reply.status, 401);
		EXPECT_STRING(t[i].row, rows_message(&my, &reply), "Wrong credentials");
		/* were it counted, the address would have to wait */
		for (unsigned n = 0; n < 40; n++)
			EXPECT_INT("not counted", box_ask(&my, &auth).status, 401);
		EXPECT_INT("right address", box_ask(&my, &(struct ask){ .x_auth_token = t[i].by,
		    .source = "198.51.100.7" }).status, 200);
		EXPECT_INT("mapped", box_ask(&my, &(struct ask){ .x_auth_token = t[i].by,
		    .source = "::ffff:198.51.100.7" }).status, 200);
		EXPECT_INT("guard", box_ask(&my, &(struct ask){ .x_auth_token = t[i].by,
		    .path = "/rest/verify" }).status, 401);
		EXPECT_INT("beside a password", box_ask(&my, &(struct ask){
		    .x_auth_token = t[i].by, .authorization = GOOD_BASIC }).status, 200);
		EXPECT_TRUE("in the log", test_logged("result=wrong-address step=verify ip=192.0.2.1 "
		    "via=- user="));
		set.body = "{\"addresses\":\"*\"}";
		EXPECT_INT("no limit", box_ask(&my, &set).status, 200);
		EXPECT_INT(t[i].row, box_ask(&my, &auth).status, 200);
		box_close(&my);
	}
}

#define WRONG(b, text) { b, { .method = "POST", .path = "/rest/token", \
	.authorization = GOOD_BASIC, .body = "{\"name\":\"a\"," b "}" }, 400, text }
#define FIELD_ERROR(name, message) "\"fields\":{\"params." name "\":{\"message\":\"" message "\""

static void
fields(void)
{
	static const struct { const char *row; struct ask ask; int want; const char *text; } t[] = {
		WRONG("\"scope\":[]", FIELD_ERROR("scope", "minItems 1") "}}}"),
		WRONG("\"scope\":\"\"", FIELD_ERROR("scope", "minItems 1") ",\"value\":\"\"}}}"),
		WRONG("\"scope\":null", FIELD_ERROR("scope", "invalid string value")),
		WRONG("\"scope\":7", FIELD_ERROR("scope", "invalid string value")),
		WRONG("\"scope\":{}", FIELD_ERROR("scope", "invalid string value")),
		WRONG("\"scope\":[7]", FIELD_ERROR("scope", "invalid scope name")),
		WRONG("\"scope\":[\"a\",null]", FIELD_ERROR("scope", "invalid scope name")),
		WRONG("\"scope\":[\"a b\"]", FIELD_ERROR("scope", "invalid scope name")),
		WRONG("\"scope\":[\"a\\u0000\"]", FIELD_ERROR("scope", "invalid scope name")),
		WRONG("\"scope\":\"a\\u0000\"", FIELD_ERROR("scope", "invalid string value")),
		WRONG("\"scope\":[\"*\",\"a\"]", FIELD_ERROR("scope", "invalid scope name")),
		WRONG("\"scope\":[\"Auth\"]", FIELD_ERROR("scope", "invalid scope name")),
		WRONG("\"addresses\":[]", FIELD_ERROR("addresses", "minItems 1")),
		WRONG("\"addresses\":[\"192.0.2.1/24\"]", FIELD_ERROR("addresses", "invalid network")),
		WRONG("\"addresses\":\"any\"", FIELD_ERROR("addresses", "invalid network")),
		WRONG("\"addresses\":[\"192.0.2.1,::1\"]", FIELD_ERROR("addresses", "invalid network")),
		WRONG("\"scopes\":[\"guard\"]", FIELD_ERROR("scopes", "unknown field") "}}}"),
		WRONG("\"Scope\":[\"guard\"]", FIELD_ERROR("Scope", "unknown field") "}}}"),
		WRONG("\"address\":null", FIELD_ERROR("address", "unknown field") "}}}"),
		WRONG("\"ip_addr\":\"::1\"", FIELD_ERROR("ip_addr", "unknown field") "}}}"),
		WRONG("\"adresses\":{}", FIELD_ERROR("adresses", "unknown field") "}}}"),
		WRONG("\"scope\":[],\"scopes\":1", FIELD_ERROR("scope", "minItems 1")
		    "},\"params.scopes\":{\"message\":\"unknown field\"}}}"),
		{ "stray in a form", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .authorization = GOOD_BASIC, .body = "name=a&scope%5B%5D=guard" }, 400,
		    FIELD_ERROR("scope[]", "unknown field") "}}}" },
		{ "stray in a change", { .method = "PATCH", .path = "/rest/token/$u",
		    .authorization = GOOD_BASIC, .body = "{\"scopes\":[]}" }, 400,
		    FIELD_ERROR("scopes", "unknown field") "}}}" },
		{ "a limit for a successor", { .method = "POST", .path = "/rest/token/$u/rotate",
		    .authorization = GOOD_BASIC, .body = "{\"scope\":[\"guard\"]}" }, 400,
		    FIELD_ERROR("scope", "unknown field") "}}}" },
		{ "no limit", { .method = "POST", .path = "/rest/token",
		    .authorization = GOOD_BASIC, .body = "{\"name\":\"a\",\"sco\":1,\"note\":2,"
		    "\"detail\":2}" }, 200, "\"name\":\"a\"" },
		{ "not in the query", { .method = "POST", .path = "/rest/token",
		    .query = "scopes=guard", .authorization = GOOD_BASIC,
		    .body = "{\"name\":\"a\"}" }, 200, "\"name\":\"a\"" },
		{ "by form", { .method = "POST", .path = "/rest/token", .type = FORM,
		    .authorization = GOOD_BASIC,
		    .body = "name=a&scope=guard+own:x&addresses=192.0.2.0/24,::1" }, 200,
		    "\"name\":\"a\"" },
		{ "what it became", { .path = "/rest/token/list", .query = "detail=1",
		    .authorization = GOOD_BASIC }, 200, "\"scope\":[\"guard\",\"own:x\"],"
		    "\"addresses\":[\"192.0.2.0/24\",\"::1\"]}" },
		{ "not asked for", { .path = "/rest/token/list", .query = "detail=0",
		    .authorization = GOOD_BASIC }, 200, "Z\"}]}" },
		{ "detail 2", { .path = "/rest/token/list", .query = "detail=2",
		    .authorization = GOOD_BASIC }, 400, FIELD_ERROR("detail", "max 1") },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	box_names_make(&my);
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].want);
		if (!strstr(reply.body, t[i].text))
			EXPECT_STRING(t[i].row, reply.body, t[i].text);
	}
	box_close(&my);
}

/* Those who ask for it see at once what a token is limited to, in whichever answer shows it. */
static void
shown(void)
{
	static const struct { const char *row, *method, *path, *query, *body, *text; } t[] = {
		{ "none", "POST", "/rest/token", "detail=1", "{\"name\":\"a\"}",
		    ".000Z\",\"scope\":null,\"addresses\":null}}" },
		{ "both", "POST", "/rest/token", "detail=1", "{\"name\":\"a\",\"scope\":\"b c\","
		    "\"addresses\":[\"::1\"]}",
		    ".000Z\",\"scope\":[\"b\",\"c\"],\"addresses\":[\"::1\"]}}" },
		{ "not asked for", "POST", "/rest/token", "", "{\"name\":\"a\",\"scope\":\"b\"}",
		    ":20.000Z\"}}" },
		{ "as text", "POST", "/rest/token", "detail=0", "{\"name\":\"a\",\"detail\":1}",
		    ":20.000Z\"}}" },
		{ "wrong", "POST", "/rest/token", "detail=2", "{\"name\":\"a\"}",
		    FIELD_ERROR("detail", "max 1") ",\"value\":\"2\"}}}" },
		{ "twice", "POST", "/rest/token", "detail=1&detail=1", "{\"name\":\"a\"}",
		    "\"message\":\"Duplicate credential\"}" },
		{ "change", "PATCH", "/rest/token/$u", "detail=1", "{\"scope\":\"b\"}",
		    "Z\",\"last_used_on\":null,\"last_used_ip\":null,\"scope\":[\"b\"],"
		    "\"addresses\":null}}" },
		{ "other path", "PATCH", "/token/$u", "detail=1", "{}", "\"addresses\":null}}" },
		{ "change, not asked for", "PATCH", "/rest/token/$u", "", "{}", "Z\"}}" },
		{ "rotate", "POST", "/rest/token/$u/rotate", "detail=1", "{}",
		    ".000Z\",\"scope\":[\"b\"],\"addresses\":null}}" },
	};
	struct reply reply;
	struct box my;
	size_t len;

	for (size_t i = 0; i < 2 * NELEM(t); i++) {
		const size_t row = i % NELEM(t);

		if (!row) {
			box_open(&my, test_directory());
			box_names_make(&my);
			my.conf->accept_query_credentials = i;
		}
		reply = box_ask(&my, &(struct ask){ .method = t[row].method, .path = t[row].path,
		    .query = t[row].query, .body = t[row].body, .authorization = GOOD_BASIC });
		len = strlen(reply.body) - strlen(t[row].text);
		EXPECT_STRING(t[row].row, reply.body + (strlen(reply.body) > len ? len : 0),
		    t[row].text);
		if (row == NELEM(t) - 1)
			box_close(&my);
	}
}

/* A bearer may take from a token, and give to one no more than it has itself. */
static void
widening(void)
{
	static const struct {
		const char *row, *method, *path, *body;
		int want;
	} t[] = {
		{ "narrow", "PATCH", "/rest/token/$z", "{\"scope\":[\"token:write\",\"a\"]}", 200 },
		{ "back", "PATCH", "/rest/token/$z", "{\"scope\":[\"token:write\",\"a\",\"b\"]}", 403 },
		{ "to all", "PATCH", "/rest/token/$z", "{\"scope\":\"*\"}", 403 },
		{ "to all places", "PATCH", "/rest/token/$z", "{\"addresses\":\"*\"}", 403 },
		{ "other places", "PATCH", "/rest/token/$z", "{\"addresses\":[\"192.0.2.0/23\"]}",
		    403 },
		{ "fewer places", "PATCH", "/rest/token/$z", "{\"addresses\":[\"192.0.2.0/25\"]}",
		    200 },
		{ "one that has none", "PATCH", "/rest/token/$u", "{\"scope\":[\"z\"]}", 200 },
		{ "and back", "PATCH", "/rest/token/$u", "{\"scope\":[\"token:write\"]}", 403 },
		{ "rename only", "PATCH", "/rest/token/$z", "{\"name\":\"n\"}", 200 },
		{ "make a wider one", "POST", "/rest/token", "{\"name\":\"n\",\"scope\":[\"b\"]}",
		    403 },
		{ "make one for all", "POST", "/rest/token", "{\"name\":\"n\",\"scope\":\"*\"}", 403 },
		{ "make one for anywhere", "POST", "/rest/token",
		    "{\"name\":\"n\",\"addresses\":\"0.0.0.0/0\"}", 403 },
		{ "make one as it is", "POST", "/rest/token", "{\"name\":\"heir\"}", 200 },
		{ "make a narrower one", "POST", "/rest/token", "{\"name\":\"n\",\"scope\":[\"a\"],"
		    "\"addresses\":[\"192.0.2.9\"]}", 200 },
		{ "by another's", "PATCH", "/rest/token/$g", "{\"scope\":[\"a\"]}", 404 },
	};
	struct reply reply;
	struct box my;

	for (size_t by = 0; by < 2; by++) {
		box_open(&my, test_directory());
		box_names_make(&my);
		my.conf->bearer_may_create = true;
		box_limited(&my, "token:write a b", "192.0.2.0/24");
		for (size_t i = 0; i < NELEM(t); i++) {
			reply = box_ask(&my, &(struct ask){ .method = t[i].method,
			    .path = t[i].path, .x_auth_token = by ? "$y" : "$x",
			    .body = t[i].body });
			EXPECT_INT(t[i].row, reply.status, t[i].want);
		}
		reply = box_ask(&my, &(struct ask){ .path = "/rest/token/list",
		    .query = "detail=1", .authorization = GOOD_BASIC });
		EXPECT_TRUE("the heir", strstr(reply.body, "\"name\":\"heir\"") &&
		    strstr(strstr(reply.body, "\"name\":\"heir\""),
		    "\"scope\":[\"token:write\",\"a\"],\"addresses\":[\"192.0.2.0/25\"]"));
		box_close(&my);
	}
}

static CU_TestInfo tests[] = {
	{ "reading", reading },
	{ "accepting", accepting },
	{ "routes", routes },
	{ "guards", guards },
	{ "live", live },
	{ "fields", fields },
	{ "shown", shown },
	{ "widening", widening },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/limit", tests);
