// SPDX-License-Identifier: ISC
/*
 * The Webitel dialect asked of serve(): the door for a web server's own errors,
 * options, and what no web server would let through.
 */
#include <stdio.h>
#include <string.h>

#include "auth/domain_token.h"
#include "auth/session.h"
#include "auth/user.h"
#include "service/ask.h"
#include "unit.h"

#define ERROR(status, uri) "REDIRECT_STATUS=" status, "REQUEST_URI=" uri
#define LOGIN(name, password) SEND("POST", "/login", "{\"username\":\"" name \
	"\",\"password\":\"" password "\"}", "CONTENT_TYPE=application/json")

/* The parameters of a good session, after those of a row. */
static struct reply
ask_with_session(struct box *my, const struct ask *row)
{
	struct session_secrets secrets;
	struct ask ask = *row;
	struct caller caller;
	size_t n = 0;

	EXPECT_VERDICT("session", session_begin(my->auth, &my->mem, &my->alice.user, ALICE,
	    NOW_MS, &secrets, &caller), 0);
	while (ask.params[n])
		n++;
	ask.params[n++] = arena_printf(&my->mem, "HTTP_X_ACCESS_TOKEN=%s", secrets.token);
	ask.params[n] = arena_printf(&my->mem, "HTTP_X_KEY=%s", secrets.key);
	return box_ask(my, &ask);
}

static int64_t
sessions(struct box *my)
{
	struct token *list;
	size_t count = 0;

	EXPECT_VERDICT("list", store_session_list(my->auth->store, &my->mem, &my->alice.user.id,
	    NULL, STORE_LIST_MAX, NOW_MS, &list, &count), 0);
	return (int64_t)count;
}

/* Each has a good session in its headers; only one that is answered 200 ends it. */
static const struct { const char *row; struct ask ask; int status; } door_rows[] = {
	{ "logout", ASK("GET", "/__error", ERROR("411", "/logout")), 200 },
	{ "with a query", ASK("GET", "/__error", ERROR("411", "/logout?a=b")), 200 },
	{ "with an empty one", ASK("GET", "/__error", ERROR("411", "/logout?")), 200 },
	{ "HEAD", ASK("HEAD", "/__error", ERROR("411", "/logout")), 200 },
	{ "broken query", ASK("GET", "/__error", ERROR("411", "/logout?x_key=%zz")), 400 },
	{ "query twice", ASK("GET", "/__error", ERROR("411", "/logout?x_key=a&x_key=a")), 400 },
	{ "the server's own query", ASK("GET", "/__error", ERROR("411", "/logout"),
	    "QUERY_STRING=x_key=%zz"), 200 },
	{ "slash after", ASK("GET", "/__error", ERROR("411", "/logout/")), 411 },
	{ "slash before", ASK("GET", "/__error", ERROR("411", "//logout")), 411 },
	{ "no slash", ASK("GET", "/__error", ERROR("411", "logout")), 411 },
	{ "upper case", ASK("GET", "/__error", ERROR("411", "/LOGOUT")), 411 },
	{ "encoded", ASK("GET", "/__error", ERROR("411", "/log%6fut")), 411 },
	{ "encoded question", ASK("GET", "/__error", ERROR("411", "/logout%3f")), 411 },
	{ "fragment", ASK("GET", "/__error", ERROR("411", "/logout#")), 411 },
	{ "parameter", ASK("GET", "/__error", ERROR("411", "/logout;a")), 411 },
	{ "blank after", ASK("GET", "/__error", ERROR("411", "/logout ")), 411 },
	{ "dots", ASK("GET", "/__error", ERROR("411", "/./logout")), 411 },
	{ "half of it", ASK("GET", "/__error", ERROR("411", "/logou")), 411 },
	{ "more", ASK("GET", "/__error", ERROR("411", "/logouts")), 411 },
	{ "absolute", ASK("GET", "/__error", ERROR("411", "https://localhost/logout")), 411 },
	{ "in the query", ASK("GET", "/__error", ERROR("411", "/x?/logout")), 411 },
	{ "another", ASK("GET", "/__error", ERROR("411", "/rest/token")), 411 },
	{ "whoami", ASK("GET", "/__error", ERROR("411", "/api/v2/whoami")), 411 },
	{ "no URI", ASK("GET", "/__error", "REDIRECT_STATUS=411"), 411 },
	{ "empty URI", ASK("GET", "/__error", ERROR("411", "")), 411 },
	{ "POST", ASK("POST", "/__error", ERROR("411", "/logout")), 411 },
	{ "PUT", ASK("PUT", "/__error", ERROR("411", "/logout")), 411 },
	{ "DELETE", ASK("DELETE", "/__error", ERROR("411", "/logout")), 411 },
	{ "OPTIONS", ASK("OPTIONS", "/__error", ERROR("411", "/logout")), 411 },
	{ "404", ASK("GET", "/__error", ERROR("404", "/logout")), 404 },
	{ "413", ASK("GET", "/__error", ERROR("413", "/logout")), 413 },
	{ "400", ASK("GET", "/__error", ERROR("400", "/logout")), 400 },
	{ "500", ASK("GET", "/__error", ERROR("500", "/logout")), 500 },
	{ "an odd one", ASK("GET", "/__error", ERROR("418", "/logout")), 500 },
	{ "200", ASK("GET", "/__error", ERROR("200", "/logout")), 404 },
	{ "000", ASK("GET", "/__error", ERROR("000", "/logout")), 404 },
	{ "302", ASK("GET", "/__error", ERROR("302", "/logout")), 404 },
	{ "600", ASK("GET", "/__error", ERROR("600", "/logout")), 404 },
	{ "4110", ASK("GET", "/__error", ERROR("4110", "/logout")), 404 },
	{ "-411", ASK("GET", "/__error", ERROR("-411", "/logout")), 404 },
	{ "+411", ASK("GET", "/__error", ERROR("+411", "/logout")), 404 },
	{ "0411", ASK("GET", "/__error", ERROR("0411", "/logout")), 404 },
	{ "0x19b", ASK("GET", "/__error", ERROR("0x19b", "/logout")), 404 },
	{ "blank 411", ASK("GET", "/__error", ERROR(" 411", "/logout")), 404 },
	{ "411 blank", ASK("GET", "/__error", ERROR("411 ", "/logout")), 404 },
	{ "a word", ASK("GET", "/__error", ERROR("Length Required", "/logout")), 404 },
	{ "empty status", ASK("GET", "/__error", ERROR("", "/logout")), 404 },
	{ "no status", ASK("GET", "/__error", "REQUEST_URI=/logout"), 404 },
	{ "status twice", ASK("GET", "/__error", ERROR("411", "/logout"), "REDIRECT_STATUS=411"),
	    400 },
	{ "header of a client", ASK("GET", "/__error", "HTTP_REDIRECT_STATUS=411",
	    "REQUEST_URI=/logout"), 404 },
	{ "another path", ASK("GET", "/__errors", ERROR("411", "/logout")), 404 },
	{ "after it", ASK("GET", "/__error/logout", ERROR("411", "/logout")), 404 },
	{ "not the door", ASK("GET", "/logout", ERROR("411", "/logout")), 405 },
	{ "nor here", ASK("GET", "/rest/auth", ERROR("411", "/logout")), 401 },
	{ "plain HTTP", ASK_PLAIN("GET", "/__error", ERROR("411", "/logout")), 308 },
	{ "plain HTTP, another", ASK_PLAIN("GET", "/__error", ERROR("411", "/login")), 308 },
	{ "plain HTTP, encoded", ASK_PLAIN("GET", "/__error", ERROR("411", "/log%69n")), 411 },
	{ "plain HTTP, no path", ASK_PLAIN("GET", "/__error", ERROR("411", "x/login")), 411 },
	{ "plain HTTP, 404", ASK_PLAIN("GET", "/__error", ERROR("404", "/logout")), 404 },
};

static void
door(void)
{
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(door_rows); i++) {
		int64_t before = sessions(&my);

		reply = ask_with_session(&my, &door_rows[i].ask);
		EXPECT_INT(door_rows[i].row, reply.status, door_rows[i].status);
		EXPECT_TRUE(door_rows[i].row, reply.reason && reply.reason[0]);
		EXPECT_INT(door_rows[i].row, sessions(&my), before + (door_rows[i].status != 200));
	}
	my.conf->webitel = false;
	box_reopen(&my);
	reply = ask_with_session(&my, &door_rows[0].ask);
	EXPECT_INT("switched off", reply.status, 404);
	box_close(&my);
}

/* The query of the request that was refused, which lighttpd does not pass on. */
static void
door_query(void)
{
	struct session_secrets secrets;
	struct ask ask = ASK("GET", "/__error", "REDIRECT_STATUS=411");
	struct caller caller;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_VERDICT("session", session_begin(my.auth, &my.mem, &my.alice.user, ALICE,
	    NOW_MS, &secrets, &caller), 0);
	ask.params[1] = arena_printf(&my.mem, "REQUEST_URI=/logout?access_token=%s&x_key=%s",
	    secrets.token, secrets.key);
	my.conf->accept_query_credentials = false;
	EXPECT_INT("switched off", box_ask(&my, &ask).status, 401);
	my.conf->accept_query_credentials = true;
	EXPECT_INT("logout", box_ask(&my, &ask).status, 200);
	EXPECT_INT("once", box_ask(&my, &ask).status, 401);
	box_close(&my);
}

static void
expect_answer(struct box *my, const char *row, const struct ask *ask, int status,
    const char *message)
{
	struct reply reply = box_ask(my, ask);

	EXPECT_INT(row, reply.status, status);
	EXPECT_STRING(row, reply.body, arena_printf(&my->mem,
	    "{\"status\":%d,\"message\":\"%s\",\"info\":\"%s\"}", status, message, message));
	EXPECT_STRING(row, ask_header(&reply, "WWW-Authenticate", 0),
	    status == 401 ? "Webitel realm=\"doorward\"" : NULL);
	EXPECT_STRING(row, ask_header(&reply, "WWW-Authenticate", 1), NULL);
}

static void
hidden_users(void)
{
	static const struct { const char *row; struct ask ask; int open, hidden; } rows[] = {
		{ "unknown", LOGIN("nobody@example.com", "x"), 404, 401 },
		{ "wrong password", LOGIN(ALICE, "x"), 401, 401 },
		{ "unknown, no password", LOGIN("nobody@example.com", ""), 404, 401 },
		{ "no name", LOGIN("", "x"), 400, 400 },
	};
	static const char *const messages[] = { [400 - 400] = "User name is required",
		[401 - 400] = "Invalid credentials", [404 - 400] = "User not found" };
	struct box my;

	box_open_memory(&my);
	for (int hide = 0; hide < 2; hide++) {
		my.conf->webitel_hide_unknown_user = hide;
		for (size_t i = 0; i < NELEM(rows); i++) {
			int status = hide ? rows[i].hidden : rows[i].open;

			expect_answer(&my, rows[i].row, &rows[i].ask, status,
			    messages[status - 400]);
		}
	}
	EXPECT_VERDICT("delete", store_user_delete(my.auth->store, &my.alice.user.id, true,
	    NOW_MS), 0);
	for (int hide = 0; hide < 2; hide++) {
		my.conf->webitel_hide_unknown_user = hide;
		expect_answer(&my, "deleted", &(struct ask)LOGIN(ALICE, PASSWORD),
		    hide ? 401 : 404, messages[hide ? 1 : 4]);
	}
	box_close(&my);
}

static void
settings(void)
{
	static const struct ask login = LOGIN(ALICE, PASSWORD);
	static const struct ask whoami = ASK("GET", "/api/v2/whoami", NULL);
	struct reply reply;
	struct box my;

	box_open_memory(&my);
	my.conf->webitel_cdr_host = "https://cdr.example/\"x\"";
	my.conf->webitel_ttl_s = 60;
	reply = box_ask(&my, &login);
	EXPECT_INT("login", reply.status, 200);
	EXPECT_TRUE("host", strstr(reply.body,
	    "\"cdr\":{\"host\":\"https://cdr.example/\\\"x\\\"\",\"useProxy\":\"true\"}}"));
	EXPECT_TRUE("life", strstr(reply.body, "\"expires\":1700000060000,"));
	my.conf->webitel_verto = "wss://pbx.example:8082";
	reply = box_ask(&my, &login);
	EXPECT_TRUE("verto", strstr(reply.body,
	    "\"useProxy\":\"true\"},\"verto\":\"wss://pbx.example:8082\"}"));
	reply = ask_with_session(&my, &whoami);
	EXPECT_INT("whoami", reply.status, 200);
	EXPECT_TRUE("verto", strstr(reply.body,
	    "\"useProxy\":\"true\"},\"verto\":\"wss://pbx.example:8082\"}"));
	box_close(&my);
}

/* What a domain token may hold on to when its like are looked for. */
static const struct { const char *row; struct ask ask; int status; } place_rows[] = {
	{ "header", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d"), 200 },
	{ "empty key", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d", "HTTP_X_KEY="), 200 },
	{ "a key", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d", "HTTP_X_KEY=x"), 401 },
	{ "a key in the query", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d",
	    "QUERY_STRING=x_key=x"), 401 },
	{ "empty header, query", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=",
	    "QUERY_STRING=access_token=$d"), 200 },
	{ "blank after", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d "), 401 },
	{ "comma", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d, $d"), 401 },
	{ "NUL in the query", ASK("GET", "/api/v2/whoami", "QUERY_STRING=access_token=$d%00"),
	    401 },
	{ "header twice", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d",
	    "HTTP_X_ACCESS_TOKEN=$d"), 400 },
	{ "key twice", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=$d", "HTTP_X_KEY=",
	    "HTTP_X_KEY="), 400 },
	{ "query twice", ASK("GET", "/api/v2/whoami",
	    "QUERY_STRING=access_token=$d&access_token=$d"), 400 },
	{ "Bearer", ASK("GET", "/api/v2/whoami", "HTTP_AUTHORIZATION=Bearer $d"), 401 },
	{ "the other's header", ASK("GET", "/api/v2/whoami", "HTTP_X_AUTH_TOKEN=$d"), 401 },
};

static void
places(void)
{
	struct domain_token token;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_VERDICT("token", domain_token_create(my.auth, &my.mem, NULL, "a", "user",
	    NOW_MS + 9, NOW_MS, &token, &my.names.own['d']), 0);
	for (size_t i = 0; i < NELEM(place_rows); i++) {
		EXPECT_INT(place_rows[i].row, box_ask(&my, &place_rows[i].ask).status,
		    place_rows[i].status);
	}
	box_close(&my);
}

/* Clients ask it after a login. */
static void
license(void)
{
	static const struct ask ask = ASK("GET", "/api/v2/license", "QUERY_STRING=sid=true");
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_INT("nobody", box_ask(&my, &ask).status, 401);
	reply = ask_with_session(&my, &ask);
	EXPECT_INT("a session", reply.status, 200);
	EXPECT_STRING("a session", reply.body, "{\"status\":\"OK\",\"info\":[]}");
	my.conf->webitel = false;
	EXPECT_INT("switched off", ask_with_session(&my, &ask).status, 404);
	box_close(&my);
}

#define BAD_BASIC "HTTP_AUTHORIZATION=Basic eDp5"
#define GOOD_BASIC "HTTP_AUTHORIZATION=Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="

/* Guards accept a session like any credential, but neither half alone. */
static void
verified(void)
{
	static const struct { const char *row; struct ask ask; int status; } with[] = {
		{ "a session", ASK("GET", "/rest/verify", NULL), 204 },
		{ "beside a wrong password", ASK("GET", "/rest/verify", BAD_BASIC), 204 },
		{ "of a role", ASK("GET", "/rest/verify", "DOORWARD_ROLE=User"), 204 },
		{ "of another role", ASK("GET", "/rest/verify", "DOORWARD_ROLE=Admin"), 403 },
		{ "no credential of the API", ASK("GET", "/rest/auth", NULL), 401 },
	}, without[] = {
		{ "a token of a domain", ASK("GET", "/rest/verify", "HTTP_X_ACCESS_TOKEN=$d"),
		    401 },
		{ "with a key of nobody", ASK("GET", "/rest/verify", "HTTP_X_ACCESS_TOKEN=$d",
		    "HTTP_X_KEY=x"), 401 },
		{ "beside a good password", ASK("GET", "/rest/verify", "HTTP_X_ACCESS_TOKEN=$d",
		    "HTTP_X_KEY=x", GOOD_BASIC), 204 },
		{ "a key alone", ASK("GET", "/rest/verify", "HTTP_X_KEY=x"), 401 },
		{ "twice", ASK("GET", "/rest/verify", "HTTP_X_KEY=x", "HTTP_X_KEY=x", GOOD_BASIC),
		    401 },
	};
	struct domain_token token;
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_VERDICT("token", domain_token_create(my.auth, &my.mem, NULL, "a", "user",
	    NOW_MS + 9, NOW_MS, &token, &my.names.own['d']), 0);
	for (size_t i = 0; i < NELEM(with); i++) {
		reply = ask_with_session(&my, &with[i].ask);
		EXPECT_INT(with[i].row, reply.status, with[i].status);
		EXPECT_STRING(with[i].row, ask_header(&reply, "X-Auth-Email", 0),
		    with[i].status == 204 ? ALICE : NULL);
	}
	for (size_t i = 0; i < NELEM(without); i++) {
		EXPECT_INT(without[i].row, box_ask(&my, &without[i].ask).status, without[i].status);
	}
	my.conf->webitel = false;
	EXPECT_INT("switched off", ask_with_session(&my, &with[0].ask).status, 401);
	box_close(&my);
}

/* What of a JSON body is a credential, and that nothing else of it is. */
static void
in_json(void)
{
	static const struct { const char *row, *start, *between, *end; int status; } rows[] = {
		{ "both", "{\"access_token\":\"", "\",\"x_key\":\"",
		    "\"}", 200 },
		{ "with others", "{\"access_token\":\"", "\",\"x_key\":\"",
		    "\",\"a\":[1]}", 200 },
		{ "a list", "{\"access_token\":[\"", "\"],\"x_key\":\"",
		    "\"}", 401 },
		{ "an object", "{\"access_token\":\"", "\",\"x_key\":{\"a\":\"",
		    "\"}}", 401 },
		{ "further inside", "{\"a\":{\"access_token\":\"", "\",\"x_key\":\"",
		    "\"}}", 401 },
		{ "in a list", "[{\"access_token\":\"", "\",\"x_key\":\"",
		    "\"}]", 401 },
		{ "names of headers", "{\"X-Access-Token\":\"", "\",\"X-Key\":\"",
		    "\"}", 401 },
		{ "not closed", "{\"access_token\":\"", "\",\"x_key\":\"",
		    "\"", 401 },
		{ "more behind", "{\"access_token\":\"", "\",\"x_key\":\"",
		    "\"}}", 401 },
	};
	struct session_secrets secrets;
	struct caller caller;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct ask ask = SEND("POST", "/logout", NULL, "CONTENT_TYPE=application/json");
		int64_t before = sessions(&my);

		EXPECT_VERDICT("session", session_begin(my.auth, &my.mem, &my.alice.user, ALICE,
		    NOW_MS, &secrets, &caller), 0);
		ask.body = arena_printf(&my.mem, "%s%s%s%s%s", rows[i].start, secrets.token,
		    rows[i].between, secrets.key, rows[i].end);
		EXPECT_INT(rows[i].row, box_ask(&my, &ask).status, rows[i].status);
		EXPECT_INT(rows[i].row, sessions(&my), before + (rows[i].status != 200));
	}
	box_close(&my);
}

/* A letter of two bytes, and the three characters that are the same in NFC. */
#define COMPOSED	"\xce\x90"
#define DECOMPOSED	"\xce\xb9\xcc\x88\xcc\x81"

static const char *
repeated(struct box *my, const char *letter, int times)
{
	struct text t;

	text_init(&t, &my->mem);
	while (times--)
		text_puts(&t, letter);
	return t.data;
}

/* A name in spellings of other lengths, with the right password. */
static void
spellings(void)
{
	static const struct { const char *row, *letter; int times, status; } rows[] = {
		{ "as it is stored",      COMPOSED,   80,  200 },
		{ "of 500 bytes",         DECOMPOSED, 80,  200 },
		{ "as it is stored",      COMPOSED,   100, 200 },
		{ "longer than any name", DECOMPOSED, 100, 401 },
	};
	struct box my;

	box_open(&my, test_directory());
	for (int times = 80; times <= 100; times += 20)
		box_user(&my, arena_printf(&my.mem, "%s@example.com",
		    repeated(&my, COMPOSED, times)), PASSWORD);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct ask ask = SEND("POST", "/login", NULL, "CONTENT_TYPE=application/json");

		ask.body = arena_printf(&my.mem,
		    "{\"username\":\"%s@example.com\",\"password\":\"" PASSWORD "\"}",
		    repeated(&my, rows[i].letter, rows[i].times));
		EXPECT_INT(rows[i].row, box_ask(&my, &ask).status, rows[i].status);
	}
	box_close(&my);
}

static void
nameless(void)
{
	static const struct { const char *row; struct ask ask; } rows[] = {
		{ "empty", LOGIN("", PASSWORD) },
		{ "blanks", LOGIN("  ", PASSWORD) },
		{ "none", SEND("POST", "/login", "{\"password\":\"" PASSWORD "\"}",
		    "CONTENT_TYPE=application/json") },
		{ "nothing", SEND("POST", "/login", "{}", "CONTENT_TYPE=application/json") },
	};
	struct box my;
	int64_t before;

	box_open(&my, test_directory());
	before = box_hashes(&my);
	for (size_t i = 0; i < NELEM(rows); i++)
		expect_answer(&my, rows[i].row, &rows[i].ask, 400, "User name is required");
	EXPECT_INT("password checks", box_hashes(&my), before);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "door", door },
	{ "credentials in JSON", in_json },
	{ "login without a name", nameless },
	{ "query at the door", door_query },
	{ "hidden users", hidden_users },
	{ "options", settings },
	{ "places", places },
	{ "license", license },
	{ "verified", verified },
	{ "spellings of a name", spellings },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/serve: Webitel", tests);
