// SPDX-License-Identifier: ISC
/* API 1.4: requests that pages of other sites cause. */
#include <string.h>

#include "service/ask.h"
#include "unit.h"

#define APP "https://app.example.org"
#define OURS "HTTP_ORIGIN=https://auth.example.org"
#define EVIL "HTTP_ORIGIN=https://evil.example"
#define SITE "HTTP_SEC_FETCH_SITE="
#define MODE "HTTP_SEC_FETCH_MODE="
#define DEST "HTTP_SEC_FETCH_DEST="
#define HOST "HTTP_HOST=shop.example.org"
#define BASIC "HTTP_AUTHORIZATION=Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="
#define WRONG "HTTP_AUTHORIZATION=Basic YWxpY2VAZXhhbXBsZS5jb206eA=="
#define TOKEN "HTTP_X_AUTH_TOKEN=$b"
#define IN_QUERY "QUERY_STRING=bearer=$b"

/* A request of each kind with parameters. */
#define READ(...) ASK("GET", "/rest/auth", __VA_ARGS__)
#define MAKE(...) SEND("POST", "/rest/token", "{\"name\":\"a\"}", __VA_ARGS__)
#define LOGIN(...) SEND("POST", "/login", "{\"username\":\"alice@example.com\"," \
	"\"password\":\"correct horse\"}", __VA_ARGS__)
#define VERIFY(...) ASK("GET", "/rest/verify", __VA_ARGS__)

struct origin_row { const char *row; struct ask ask; int status; };

static const struct origin_row api_rows[] = {
	{ "a program", READ(BASIC), 200 },
	{ "a program that writes", MAKE(BASIC), 200 },
	{ "our own page", MAKE(BASIC, OURS), 200 },
	{ "its name in capitals", MAKE(BASIC, "HTTP_ORIGIN=https://AUTH.example.org"), 200 },
	{ "a listed page", MAKE(BASIC, "HTTP_ORIGIN=" APP, SITE "cross-site"), 200 },
	{ "same-origin", MAKE(BASIC, SITE "same-origin"), 200 },
	{ "typed by the user", READ(BASIC, SITE "none"), 200 },
	{ "ours without a referrer", MAKE(BASIC, "HTTP_ORIGIN=null",
	    SITE "same-origin"), 200 },
	{ "ours by another name", MAKE(BASIC, "HTTP_ORIGIN=https://alias.example.org",
	    SITE "same-origin"), 200 },
	{ "writes, Basic", MAKE(BASIC, EVIL), 403 },
	{ "writes, token", MAKE(TOKEN, EVIL), 403 },
	{ "writes, nothing", MAKE(EVIL), 403 },
	{ "writes, by its site alone", MAKE(BASIC, SITE "cross-site"), 403 },
	{ "a sister", MAKE(BASIC, SITE "same-site"), 403 },
	{ "a word we do not know", MAKE(BASIC, SITE "x"), 403 },
	{ "null", MAKE(BASIC, "HTTP_ORIGIN=null"), 403 },
	{ "other scheme", MAKE(BASIC, "HTTP_ORIGIN=http://auth.example.org"), 403 },
	{ "other port", MAKE(BASIC, "HTTP_ORIGIN=https://auth.example.org:8443"), 403 },
	{ "longer", MAKE(BASIC, "HTTP_ORIGIN=https://auth.example.org.evil.example"), 403 },
	{ "shorter", MAKE(BASIC, "HTTP_ORIGIN=https://auth.example.or"), 403 },
	{ "Host is not believed", MAKE(BASIC, EVIL, "HTTP_HOST=evil.example"), 403 },
	{ "deletes", ASK("DELETE", "/rest/token/all", TOKEN, EVIL), 403 },
	{ "changes", SEND("PATCH", "/rest/token/x", "{}", TOKEN, EVIL), 403 },
	{ "reads, Basic", READ(BASIC, EVIL), 403 },
	{ "reads, wrong Basic", READ(WRONG, EVIL), 403 },
	{ "an image, query", READ(IN_QUERY, SITE "cross-site", MODE "no-cors"), 403 },
	{ "an image, wrong HA1B", READ("QUERY_STRING=ha1b=x", SITE "cross-site"), 403 },
	{ "a link, Basic", READ(BASIC, SITE "cross-site", MODE "navigate",
	    DEST "document"), 403 },
	{ "reads, token", READ(TOKEN, EVIL), 200 },
	{ "reads, nothing", READ(EVIL), 401 },
	{ "HEAD", ASK("HEAD", "/rest/auth", BASIC, EVIL), 403 },
	{ "OPTIONS", ASK("OPTIONS", "/rest/auth", BASIC, EVIL), 204 },
	{ "no route first", ASK("POST", "/rest/x", BASIC, EVIL), 404 },
	{ "no method first", ASK("PUT", "/rest/auth", BASIC, EVIL), 405 },
	{ "TLS first", ASK_PLAIN("POST", "/rest/token", BASIC, EVIL), 308 },
	{ "origin twice", MAKE(BASIC, OURS, EVIL), 400 },
	{ "site twice", MAKE(BASIC, SITE "none", SITE "cross-site"), 400 },
	{ "login", LOGIN(OURS), 200 },
	{ "login of another", LOGIN(EVIL), 403 },
	{ "logout of another", ASK("POST", "/logout", EVIL), 403 },
	{ "whoami, query", ASK("GET", "/api/v2/whoami", "QUERY_STRING=access_token=x", EVIL), 403 },
	{ "whoami, header", ASK("GET", "/api/v2/whoami", "HTTP_X_ACCESS_TOKEN=x", EVIL), 401 },
	{ "settings", ASK("GET", "/rest/settings", EVIL), 200 },
};

#define METHOD "DOORWARD_METHOD="

/* The origin is compared with the guarded site, which has a name of its own. */
static const struct origin_row guard_rows[] = {
	{ "a program", VERIFY(BASIC), 204 },
	{ "a form of the site", VERIFY(BASIC, HOST, METHOD "POST",
	    "HTTP_ORIGIN=https://shop.example.org"), 204 },
	{ "with a port", VERIFY(BASIC, "HTTP_HOST=shop.example.org:8443", METHOD "POST",
	    "HTTP_ORIGIN=https://shop.example.org:8443"), 204 },
	{ "a script of the site", VERIFY(BASIC, HOST, METHOD "POST", SITE "same-origin"), 204 },
	{ "our own page", VERIFY(BASIC, HOST, METHOD "POST", OURS), 403 },
	{ "a listed page", VERIFY(BASIC, HOST, METHOD "POST", "HTTP_ORIGIN=" APP), 204 },
	{ "a form of another", VERIFY(BASIC, HOST, METHOD "POST", EVIL), 403 },
	{ "by a token", VERIFY(TOKEN, HOST, METHOD "POST", EVIL), 403 },
	{ "a method of its own", VERIFY(BASIC, HOST, METHOD "PROPFIND", EVIL), 403 },
	{ "Host of another", VERIFY(BASIC, "HTTP_HOST=evil.example", METHOD "POST",
	    "HTTP_ORIGIN=https://shop.example.org"), 403 },
	{ "no Host", VERIFY(BASIC, METHOD "POST", "HTTP_ORIGIN=https://"), 403 },
	{ "an image", VERIFY(BASIC, HOST, METHOD "GET", SITE "cross-site", MODE "no-cors"),
	    403 },
	{ "a frame", VERIFY(BASIC, SITE "cross-site", MODE "navigate", DEST "iframe"), 403 },
	{ "a link", VERIFY(BASIC, SITE "cross-site", MODE "navigate", DEST "document"), 204 },
	{ "a link, wrong password", VERIFY(WRONG, SITE "cross-site", MODE "navigate",
	    DEST "document"), 401 },
	{ "a link with a query", VERIFY("DOORWARD_QUERY=bearer=$b", SITE "cross-site",
	    MODE "navigate", DEST "document"), 403 },
	{ "a form that opens", VERIFY(BASIC, METHOD "POST", SITE "cross-site",
	    MODE "navigate", DEST "document"), 403 },
	{ "an image, token", VERIFY(TOKEN, SITE "cross-site", MODE "no-cors"), 204 },
};

static void
expect(struct box *my, const struct origin_row *row)
{
	struct reply reply = box_ask(my, &row->ask);

	EXPECT_INT(row->row, reply.status, row->status);
	if (reply.status == 403 && strncmp(row->ask.path, "/rest/", 6) == 0)
		EXPECT_STRING(row->row, reply.body, "{\"success\":false,\"status\":403,"
		    "\"message\":\"Forbidden\"}");
}

static void
open_with(struct box *my)
{
	static const char *origins[] = { APP };

	box_open(my, test_directory());
	my->conf->host_name = "auth.example.org";
	my->conf->cors_origins = (struct conf_list){ origins, 1 };
	box_names_make(my);
}

static void
api(void)
{
	struct box my;

	open_with(&my);
	for (size_t i = 0; i < NELEM(api_rows); i++)
		expect(&my, &api_rows[i]);
	box_close(&my);
}

static void
guards(void)
{
	struct box my;

	open_with(&my);
	for (size_t i = 0; i < NELEM(guard_rows); i++)
		expect(&my, &guard_rows[i]);
	box_close(&my);
}

/* The configured name with its port; plain HTTP only where that is allowed. */
static void
names(void)
{
	static const struct { const char *row, *name; bool plain; const char *origin; int status; }
	    rows[] = {
		{ "port", "a.example:8443", false, "HTTP_ORIGIN=https://a.example:8443", 200 },
		{ "port left out", "a.example:8443", false, "HTTP_ORIGIN=https://a.example", 403 },
		{ "implied port", "a.example:443", false, "HTTP_ORIGIN=https://a.example", 200 },
		{ "its end alone", ":443", false, "HTTP_ORIGIN=https://", 403 },
		{ "plain HTTP", "a.example", false, "HTTP_ORIGIN=http://a.example", 403 },
		{ "plain HTTP, allowed", "a.example", true, "HTTP_ORIGIN=http://a.example", 200 },
		{ "allowed, another", "a.example", true, "HTTP_ORIGIN=http://b.example", 403 },
	};
	struct box my;

	open_with(&my);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct ask ask = MAKE(BASIC, rows[i].origin);

		my.conf->host_name = rows[i].name;
		my.conf->allow_plain_http = rows[i].plain;
		EXPECT_INT(rows[i].row, box_ask(&my, &ask).status, rows[i].status);
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "API", api },
	{ "guards", guards },
	{ "names", names },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/origin", tests);
