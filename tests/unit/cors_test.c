// SPDX-License-Identifier: ISC
/* API 1.3: the origins whose pages may call the service, and the headers they get. */
#include <string.h>

#include "service/ask.h"
#include "unit.h"

#define APP "https://app.example.org"
#define ORIGIN "HTTP_ORIGIN="
#define BASIC "HTTP_AUTHORIZATION=Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="
#define PREFIX "Access-Control-Allow-"

static const char *origins[] = { APP, "http://localhost:3000" };

static void
open_with(struct box *my, size_t count)
{
	box_open(my, test_directory());
	my->conf->cors_origins = (struct conf_list){ origins, count };
}

/* What no answer of any kind may have. */
static void
expect_never(const char *row, const struct reply *reply)
{
	static const char *const names[] = { PREFIX "Credentials", PREFIX "Private-Network" };
	const char *allowed = ask_header(reply, PREFIX "Origin", 0);

	for (size_t i = 0; i < NELEM(names); i++)
		EXPECT_STRING(row, ask_header(reply, names[i], 0), NULL);
	EXPECT_TRUE(row, !allowed || strcmp(allowed, "*") != 0);
	EXPECT_STRING(row, ask_header(reply, PREFIX "Origin", 1), NULL);
	EXPECT_STRING(row, ask_header(reply, "Vary", 1), NULL);
	EXPECT_STRING(row, ask_header(reply, "Access-Control-Expose-Headers", 0),
	    allowed ? "Retry-After, WWW-Authenticate" : NULL);
}

static void
which_origins(void)
{
	static const struct { const char *row, *given, *want; } t[] = {
		{ "first",          ORIGIN APP,                            APP },
		{ "second",         ORIGIN "http://localhost:3000",
		    "http://localhost:3000" },
		{ "none",           NULL,                                  NULL },
		{ "empty",          ORIGIN,                                NULL },
		{ "null",           ORIGIN "null",                         NULL },
		{ "star",           ORIGIN "*",                            NULL },
		{ "another",        ORIGIN "https://evil.example",         NULL },
		{ "other scheme",   ORIGIN "http://app.example.org",       NULL },
		{ "other port",     ORIGIN APP ":8443",                    NULL },
		{ "default port",   ORIGIN APP ":443",                     NULL },
		{ "without a port", ORIGIN "http://localhost",             NULL },
		{ "longer port",    ORIGIN "http://localhost:30000",       NULL },
		{ "other case",     ORIGIN "https://APP.example.org",      NULL },
		{ "slash after",   ORIGIN APP "/",                        NULL },
		{ "longer",         ORIGIN APP ".evil.example",            NULL },
		{ "shorter",        ORIGIN "https://app.example.or",       NULL },
		{ "below it",       ORIGIN "https://x.app.example.org",    NULL },
		{ "above it",       ORIGIN "https://example.org",          NULL },
		{ "two",            ORIGIN APP " http://localhost:3000",   NULL },
		{ "twice",          ORIGIN APP ", " APP,                   NULL },
		{ "blank after",   ORIGIN APP " ",                        NULL },
		{ "line break",     ORIGIN APP "\r\nX: y",                 NULL },
	};
	struct reply reply;
	struct box my;

	open_with(&my, NELEM(origins));
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &(struct ask){ .method = "GET", .path = "/rest/auth",
		    .params = { BASIC, t[i].given } });
		/* Basic from a page of another site is ignored */
		EXPECT_INT(t[i].row, reply.status, t[i].want || !t[i].given ||
		    strcmp(t[i].given, ORIGIN) == 0 ? 200 : 403);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Vary", 0), "Origin");
		EXPECT_STRING(t[i].row, ask_header(&reply, PREFIX "Origin", 0), t[i].want);
		EXPECT_STRING(t[i].row, ask_header(&reply, PREFIX "Methods", 0), NULL);
		EXPECT_STRING(t[i].row, ask_header(&reply, PREFIX "Headers", 0), NULL);
		expect_never(t[i].row, &reply);
	}
	box_close(&my);
}

/* On answers of every kind, or a page could not see why it was refused. */
static void
which_answers(void)
{
	static const struct { const char *row; struct ask ask; int status; } t[] = {
		{ "payload",    ASK("GET", "/rest/auth", ORIGIN APP, BASIC),          200 },
		{ "HEAD",       ASK("HEAD", "/rest/auth", ORIGIN APP, BASIC),         200 },
		{ "settings",   ASK("GET", "/rest/settings", ORIGIN APP),             200 },
		{ "no route",   ASK("GET", "/rest/nothing", ORIGIN APP),              404 },
		{ "no method",  ASK("PUT", "/rest/auth", ORIGIN APP),                 405 },
		{ "who",        ASK("GET", "/rest/auth", ORIGIN APP),                 401 },
		{ "twice",      ASK("GET", "/rest/auth", ORIGIN APP, "QUERY_STRING=jwt=a&jwt=b"),
		    400 },
		{ "fields",     SEND("POST", "/rest/token", "{}", ORIGIN APP, BASIC),  400 },
		{ "object",     ASK("DELETE", "/rest/token/x", ORIGIN APP, BASIC),    404 },
		{ "no TLS",     ASK_PLAIN("GET", "/rest/auth", ORIGIN APP),  301 },
		{ "preflight",  ASK("OPTIONS", "/rest/auth", ORIGIN APP),             204 },
	};
	struct reply reply;
	struct box my;

	open_with(&my, NELEM(origins));
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].status);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Vary", 0), "Origin");
		EXPECT_STRING(t[i].row, ask_header(&reply, PREFIX "Origin", 0), APP);
		expect_never(t[i].row, &reply);
	}
	my.conf->cors_origins.count = 0;
	my.conf->host_name = "app.example.org";		/* so that it is not another site's */
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].status);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Vary", 0), NULL);
		EXPECT_STRING(t[i].row, ask_header(&reply, PREFIX "Origin", 0), NULL);
		expect_never(t[i].row, &reply);
	}
	box_close(&my);
}

#define WANTS "HTTP_ACCESS_CONTROL_REQUEST_METHOD=POST", \
	"HTTP_ACCESS_CONTROL_REQUEST_HEADERS=x-auth-token,x-evil"
#define WEBITEL ", X-ACCESS-TOKEN, X-KEY"
#define ALL_METHODS "GET, HEAD, POST, PATCH, DELETE, OPTIONS"
#define HEADERS "Authorization, Content-Type, X-Requested-With, X-AUTH-TOKEN, " \
	"X-AUTH-HA1B-TOKEN" WEBITEL

static void
preflights(void)
{
	static const struct {
		const char *row, *path, *origin;
		int status;
		const char *allow;	/* both as Allow and for the page */
		bool told;
	} t[] = {
		{ "auth",         "/rest/auth",       APP, 204, "GET, HEAD, DELETE, OPTIONS", true },
		{ "settings",     "/rest/settings",   APP, 204, "GET, HEAD, OPTIONS", true },
		{ "token",        "/rest/token",      APP, 204, "POST, OPTIONS", true },
		{ "list",         "/rest/token/list", APP, 204, "GET, HEAD, OPTIONS", true },
		{ "all",          "/rest/token/all",  APP, 204, "DELETE, OPTIONS", true },
		{ "one",          "/rest/token/x",    APP, 204, "PATCH, DELETE, OPTIONS", true },
		{ "short path",   "/token/x",         APP, 204, "PATCH, OPTIONS", true },
		{ "other origin", "/rest/token", "https://evil.example", 204, "POST, OPTIONS",
		    false },
		{ "no origin",    "/rest/token",      "",  204, "POST, OPTIONS", false },
		{ "null origin",  "/rest/token",  "null",  204, "POST, OPTIONS", false },
		/* or the page would not see the 404 that follows */
		{ "unknown path", "/rest/nothing",    APP, 204, ALL_METHODS, true },
		{ "of Webitel",   "/api/v2/nothing",  APP, 204, ALL_METHODS, true },
		{ "unknown path, other origin", "/rest/nothing", "https://evil.example", 404, NULL,
		    false },
		{ "unknown path, no origin", "/rest/nothing", "", 404, NULL, false },
	};
	struct reply reply;
	struct box my;

	open_with(&my, NELEM(origins));
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &(struct ask){ .method = "OPTIONS", .path =
		    t[i].path,
		    .params = { WANTS, arena_printf(&my.mem, ORIGIN "%s", t[i].origin) } });
		EXPECT_INT(t[i].row, reply.status, t[i].status);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Allow", 0), t[i].allow);
		EXPECT_STRING(t[i].row, ask_header(&reply, PREFIX "Methods", 0),
		    t[i].told ? t[i].allow : NULL);
		EXPECT_STRING(t[i].row, ask_header(&reply, PREFIX "Headers", 0),
		    t[i].told ? HEADERS : NULL);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Access-Control-Max-Age", 0),
		    t[i].told ? "600" : NULL);
		EXPECT_INT(t[i].row, reply.body == NULL, t[i].status == 204);
		expect_never(t[i].row, &reply);
	}
	box_close(&my);
}

/* A header of a scheme that is off is not asked for. */
static void
preflight_headers(void)
{
	struct ask ask = ASK("OPTIONS", "/rest/auth", ORIGIN APP);
	struct reply reply;
	struct box my;

	open_with(&my, NELEM(origins));
	my.conf->ha1b = false;
	box_reopen(&my);
	reply = box_ask(&my, &ask);
	EXPECT_STRING("without HA1B", ask_header(&reply, PREFIX "Headers", 0),
	    "Authorization, Content-Type, X-Requested-With, X-AUTH-TOKEN" WEBITEL);
	my.conf->oidc = &(struct conf_oidc){ .name = "work", .issuer = "https://i.example",
	    .jwks_url = "https://i.example/keys", .client_ids = { origins, 1 }, .header = "",
	    .parameter = "" };
	my.conf->oidc_count = 1;
	my.conf->run_dir = test_directory();
	box_reopen(&my);
	reply = box_ask(&my, &ask);
	EXPECT_STRING("of a provider", ask_header(&reply, PREFIX "Headers", 0),
	    "Authorization, Content-Type, X-Requested-With, X-AUTH-TOKEN, X-AUTH-WORK-TOKEN" WEBITEL);
	box_close(&my);
}

/* A preflight has no credentials, and is answered before any are evaluated. */
static void
preflights_are_open(void)
{
	static const struct { const char *row; struct ask ask; int status; } t[] = {
		{ "wrong credentials", ASK("OPTIONS", "/rest/auth", "HTTP_AUTHORIZATION=Basic x"),
		    204 },
		{ "twice", ASK("OPTIONS", "/rest/auth", "QUERY_STRING=jwt=a&jwt=b"), 204 },
		{ "bad form", SEND("OPTIONS", "/rest/token", "[", "QUERY_STRING=%"), 204 },
		{ "no TLS", ASK_PLAIN("OPTIONS", "/rest/auth", NULL), 308 },
	};
	struct reply reply;
	struct box my;

	open_with(&my, NELEM(origins));
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].status);
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "which origins", which_origins },
	{ "which answers", which_answers },
	{ "preflights", preflights },
	{ "headers of preflights", preflight_headers },
	{ "preflights are open", preflights_are_open },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/reply: CORS", tests);
