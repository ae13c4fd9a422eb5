// SPDX-License-Identifier: ISC
/* Options as clients see them: /rest/settings, challenges, queries, TLS and its proxies. */
#include <string.h>

#include "service/ask.h"
#include "unit.h"

#define BASIC "HTTP_AUTHORIZATION=Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="
#define HA1B "cfd418ab3e3ef76f9837f332c1d26768"	/* of the same e-mail and password */
#define SETTINGS(google, facebook, methods) "{\"success\":true,\"payload\":{\"auth\":{" \
	"\"google\":{\"client_id\":" google "},\"facebook\":{\"app_id\":" facebook "}," \
	"\"methods\":[" methods ",\"webitel\"]}}}"
#define LOCAL "\"basic\",\"bearer\",\"jwt\""

static void
settings(void)
{
	static const char *ids[] = { "first \"id\"", "second" };
	static const struct {
		const char *row;
		size_t google, apple;
		const char *facebook;
		bool ha1b;
		const char *want;
	} t[] = {
		{ "defaults", 0, 0, "", true, SETTINGS("null", "null", LOCAL ",\"ha1b\"") },
		{ "no HA1B", 0, 0, "", false, SETTINGS("null", "null", LOCAL) },
		{ "Google", 2, 0, "", true, SETTINGS("\"first \\\"id\\\"\"", "null",
		    LOCAL ",\"ha1b\",\"google\"") },
		{ "Facebook", 0, 0, "123", false, SETTINGS("null", "\"123\"",
		    LOCAL ",\"facebook\"") },
		{ "all", 1, 1, "123", true, SETTINGS("\"first \\\"id\\\"\"", "\"123\"",
		    LOCAL ",\"ha1b\",\"google\",\"facebook\",\"apple\"") },
	};
	struct conf_oidc sections[] = {
		{ .name = "work", .issuer = "https://i.example", .client_ids = { ids, 2 },
		    .header = "", .parameter = "" },
		{ .name = "home", .issuer = "https://h.example", .client_ids = { ids + 1, 1 },
		    .header = "X-Home", .parameter = "h" },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		my.conf->google_client_ids = (struct conf_list){ ids, t[i].google };
		my.conf->apple_client_ids = (struct conf_list){ ids, t[i].apple };
		my.conf->facebook_app_id = t[i].facebook;
		my.conf->ha1b = t[i].ha1b;
		reply = box_ask(&my, &(struct ask)ASK("GET", "/rest/settings", NULL));
		EXPECT_INT(t[i].row, reply.status, 200);
		EXPECT_STRING(t[i].row, reply.body, t[i].want);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Cache-Control", 0), "no-store");
	}
	my.conf->google_client_ids.count = my.conf->apple_client_ids.count = 0;
	my.conf->facebook_app_id = "";
	my.conf->oidc = sections;
	my.conf->oidc_count = NELEM(sections);
	reply = box_ask(&my, &(struct ask)ASK("GET", "/rest/settings", NULL));
	EXPECT_STRING("sections", reply.body, "{\"success\":true,\"payload\":{\"auth\":{"
	    "\"google\":{\"client_id\":null},\"facebook\":{\"app_id\":null},"
	    "\"methods\":[" LOCAL ",\"ha1b\",\"webitel\"],\"oidc\":["
	    "{\"name\":\"work\",\"issuer\":\"https://i.example\","
	    "\"client_id\":\"first \\\"id\\\"\",\"header\":\"X-Auth-work-Token\","
	    "\"parameter\":\"work_token\"},"
	    "{\"name\":\"home\",\"issuer\":\"https://h.example\","
	    "\"client_id\":\"second\",\"header\":\"X-Home\",\"parameter\":\"h\"}]}}}");
	box_close(&my);
}

/* To whom, and what the log says of it. */
static void
health(void)
{
	static const char *network[] = { "198.51.100.0/24" };
#define WATCH(s, ...) { .path = "/healthz", .source = s, .params = { __VA_ARGS__ } }
	static const struct {
		const char *row;
		struct ask ask;
		bool allowed;
		int status;
		const char *body;
	} t[] = {
		{ "here", WATCH("127.0.0.1", NULL), false, 200, "{\"status\":\"ok\"}" },
		{ "another of loopback", WATCH("127.9.9.9", NULL), false, 200, NULL },
		{ "IPv6", WATCH("::1", NULL), false, 200, NULL },
		{ "elsewhere", WATCH("198.51.100.7", NULL), false, 403,
		    "{\"success\":false,\"status\":403,\"message\":\"Forbidden\"}" },
		{ "admitted", WATCH("198.51.100.7", NULL), true, 200, NULL },
		{ "beside it", WATCH("198.51.101.7", NULL), true, 403, NULL },
		{ "no address", WATCH("unix:", NULL), true, 403, NULL },
		{ "who says so", WATCH("192.0.2.1", "HTTP_X_FORWARDED_FOR=127.0.0.1"), false, 403,
		    NULL },
		{ "a bad credential", WATCH("127.0.0.1", "HTTP_AUTHORIZATION=Basic x"), false, 200,
		    NULL },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		my.conf->metrics_allow = (struct conf_list){ network, t[i].allowed };
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].status);
		if (t[i].body)
			EXPECT_STRING(t[i].row, reply.body, t[i].body);
	}
	my.conf->metrics_allow.count = 0;
	box_close(&my);
}

/* Open to everybody, and yet strict. */
static void
settings_asked(void)
{
	static const struct { const char *row; struct ask ask; int status; } t[] = {
		{ "credentials are not looked at",
		    ASK("GET", "/rest/settings", "HTTP_AUTHORIZATION=Basic x"), 200 },
		{ "HEAD", ASK("HEAD", "/rest/settings", NULL), 200 },
		{ "POST", SEND("POST", "/rest/settings", "{}", NULL), 405 },
		{ "slash after", ASK("GET", "/rest/settings/", NULL), 404 },
		{ "other case", ASK("GET", "/rest/Settings", NULL), 404 },
		{ "bad query", ASK("GET", "/rest/settings", "QUERY_STRING=%"), 400 },
		{ "no TLS", ASK_PLAIN("GET", "/rest/settings", NULL), 301 },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].status);
		EXPECT_INT(t[i].row, reply.head, strcmp(t[i].ask.method, "HEAD") == 0);
	}
	box_close(&my);
}

#define BASIC_OFFER "Basic realm=\"doorward\", charset=\"UTF-8\""
#define BEARER_OFFER "Bearer realm=\"doorward\""

static void
challenges(void)
{
	static const struct {
		const char *row, *given;
		const char *basic;
		const char *want[2];
	} t[] = {
		{ "auto", "HTTP_AUTHORIZATION=Basic eDp5", "auto", { BASIC_OFFER, BEARER_OFFER } },
		{ "a program", NULL, "auto", { BASIC_OFFER, BEARER_OFFER } },
		{ "a page that opens", "HTTP_SEC_FETCH_MODE=navigate", "auto",
		    { BASIC_OFFER, BEARER_OFFER } },
		{ "a script of another origin", "HTTP_SEC_FETCH_MODE=cors", "auto",
		    { BEARER_OFFER, NULL } },
		{ "a script of ours", "HTTP_SEC_FETCH_MODE=same-origin", "auto",
		    { BEARER_OFFER, NULL } },
		{ "an image", "HTTP_SEC_FETCH_MODE=no-cors", "auto", { BEARER_OFFER, NULL } },
		{ "a word we do not know", "HTTP_SEC_FETCH_MODE=x", "auto",
		    { BASIC_OFFER, BEARER_OFFER } },
		{ "a script, yes", "HTTP_SEC_FETCH_MODE=cors", "yes",
		    { BASIC_OFFER, BEARER_OFFER } },
		{ "a page, no", "HTTP_SEC_FETCH_MODE=navigate", "no", { BEARER_OFFER, NULL } },
		{ "both", "HTTP_AUTHORIZATION=Basic eDp5", "yes",
		    { "Basic realm=\"doorward\", charset=\"UTF-8\"",
		    "Bearer realm=\"doorward\"" } },
		{ "Bearer alone", "HTTP_AUTHORIZATION=Basic eDp5", "no",
		    { "Bearer realm=\"doorward\"", NULL } },
		{ "with its error", "HTTP_X_AUTH_TOKEN=a.b.c", "no",
		    { "Bearer realm=\"doorward\", error=\"invalid_token\"", NULL } },
		{ "HA1B is no token", "HTTP_X_AUTH_HA1B_TOKEN=x", "no",
		    { "Bearer realm=\"doorward\"", NULL } },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		my.conf->basic_challenge = t[i].basic;
		reply = box_ask(&my, &(struct ask)ASK("GET", "/rest/auth", t[i].given));
		EXPECT_INT(t[i].row, reply.status, 401);
		for (size_t n = 0; n < NELEM(t[i].want); n++)
			EXPECT_STRING(t[i].row, ask_header(&reply, "WWW-Authenticate", n),
			    t[i].want[n]);
	}
	reply = box_ask(&my, &(struct ask)ASK("GET", "/rest/auth", BASIC));
	EXPECT_INT("Basic is accepted all the same", reply.status, 200);
	box_close(&my);
}

static void
queries(void)
{
	static const struct { const char *row; struct ask ask; int on, off; } t[] = {
		{ "good", ASK("GET", "/rest/auth", "QUERY_STRING=ha1b=" HA1B), 200, 401 },
		{ "good, of a route that reads fields", ASK("GET", "/rest/token/list",
		    "QUERY_STRING=ha1b=" HA1B "&limit=5"), 200, 401 },
		{ "wrong field", ASK("GET", "/rest/token/list", "QUERY_STRING=limit=0", BASIC),
		    400, 400 },
		{ "twice", ASK("GET", "/rest/auth", "QUERY_STRING=ha1b=a&ha1b=b", BASIC), 400,
		    200 },
		{ "twice, of a route that reads fields", ASK("GET", "/rest/token/list",
		    "QUERY_STRING=ha1b=a&ha1b=b", BASIC), 400, 200 },
		{ "field twice", ASK("GET", "/rest/token/list", "QUERY_STRING=limit=1&limit=1",
		    BASIC),
		    400, 400 },
		{ "bad escape", ASK("GET", "/rest/auth", "QUERY_STRING=%", BASIC), 400, 200 },
		{ "bad escape, of a route that reads fields", ASK("GET", "/rest/token/list",
		    "QUERY_STRING=%", BASIC), 400, 400 },
		{ "beside a wrong header", ASK("GET", "/rest/auth", "QUERY_STRING=ha1b=" HA1B,
		    "HTTP_X_AUTH_HA1B_TOKEN=x"), 200, 401 },
		{ "form", SEND("DELETE", "/rest/token/all", "ha1b=" HA1B,
		    "CONTENT_TYPE=application/x-www-form-urlencoded"), 200, 200 },
		{ "header", ASK("GET", "/rest/auth", "HTTP_X_AUTH_HA1B_TOKEN=" HA1B), 200, 200 },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		my.conf->accept_query_credentials = true;
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].on);
		my.conf->accept_query_credentials = false;
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].off);
	}
	box_close(&my);
}

#define FROM(address) "REMOTE_ADDR=" address
#define SAYS(proto) "HTTP_X_FORWARDED_PROTO=" proto

static const struct { const char *row, *given[3]; int status, alone; } proxy_rows[] = {
	{ "nothing at all",      { NULL }, 301, 301 },
	{ "one of them",         { FROM("192.0.2.7"), SAYS("https") }, 200, 301 },
	{ "any case",            { FROM("192.0.2.7"), SAYS("HTTPS") }, 200, 301 },
	{ "in its network",      { FROM("10.255.0.1"), SAYS("https") }, 200, 301 },
	{ "IPv4 in IPv6",        { FROM("::ffff:10.1.2.3"), SAYS("https") }, 200, 301 },
	{ "IPv6 network",        { FROM("2001:db8:1::9"), SAYS("https") }, 200, 301 },
	{ "IPv6",                { FROM("::1"), SAYS("https") }, 200, 301 },
	{ "IPv6, written long",  { FROM("0:0:0:0:0:0:0:1"), SAYS("https") }, 200, 301 },
	/* not believed */
	{ "another",             { FROM("192.0.2.8"), SAYS("https") }, 301, 301 },
	{ "beside its network",  { FROM("11.0.0.1"), SAYS("https") }, 301, 301 },
	{ "another of IPv6",     { FROM("2001:db9::1"), SAYS("https") }, 301, 301 },
	{ "loopback of IPv4",    { FROM("127.0.0.1"), SAYS("https") }, 301, 301 },
	{ "no address",          { FROM(""), SAYS("https") }, 301, 301 },
	{ "no address at all",   { SAYS("https") }, 301, 301 },
	{ "no IP address",       { FROM("unix:"), SAYS("https") }, 301, 301 },
	{ "as in the list",      { FROM("nonsense"), SAYS("https") }, 301, 301 },
	{ "address and port",    { FROM("192.0.2.7:80"), SAYS("https") }, 301, 301 },
	{ "two addresses",       { FROM("192.0.2.7, 192.0.2.7"), SAYS("https") }, 301, 301 },
	{ "says HTTP",           { FROM("192.0.2.7"), SAYS("http") }, 301, 301 },
	{ "says nothing",        { FROM("192.0.2.7"), SAYS("") }, 301, 301 },
	{ "says both",           { FROM("192.0.2.7"), SAYS("https, http") }, 200, 301 },
	{ "says it twice",       { FROM("192.0.2.7"), SAYS("https,https") }, 200, 301 },
	{ "longer",              { FROM("192.0.2.7"), SAYS("https:") }, 301, 301 },
	{ "HTTP first",          { FROM("192.0.2.7"), SAYS("http"), SAYS("https") }, 301, 301 },
	{ "HTTPS first",         { FROM("192.0.2.7"), SAYS("https"), SAYS("http") }, 200, 301 },
	{ "HTTP, then HTTPS",    { FROM("192.0.2.7"), SAYS("http, https") }, 301, 301 },
	{ "blank before",        { FROM("192.0.2.7"), SAYS(" HTTPS , http") }, 200, 301 },
	{ "empty first",         { FROM("192.0.2.7"), SAYS(", https") }, 301, 301 },
	{ "longer first",        { FROM("192.0.2.7"), SAYS("httpsx, https") }, 301, 301 },
	{ "others say it twice", { FROM("198.51.100.7"), SAYS("https"), SAYS("https") }, 301, 301 },
	{ "in another header",   { FROM("192.0.2.7"), "HTTP_FORWARDED=proto=https",
	    "HTTP_X_FORWARDED_SSL=on" }, 301, 301 },
	{ "for somebody",        { FROM("192.0.2.8"), SAYS("https"),
	    "HTTP_X_FORWARDED_FOR=192.0.2.7" }, 301, 301 },
	/* the web server itself is */
	{ "HTTPS",               { "HTTPS=on" }, 200, 200 },
	{ "HTTPS, other case",   { "HTTPS=ON" }, 200, 200 },
	{ "scheme",              { "REQUEST_SCHEME=https" }, 200, 200 },
	{ "HTTPS off",           { "HTTPS=off" }, 301, 301 },
	{ "HTTPS empty",         { "HTTPS=" }, 301, 301 },
	{ "HTTPS 1",             { "HTTPS=1" }, 301, 301 },
	{ "scheme http",         { "REQUEST_SCHEME=http" }, 301, 301 },
	{ "header called HTTPS", { "HTTP_HTTPS=on", "HTTP_REQUEST_SCHEME=https" }, 301, 301 },
};

static void
proxies(void)
{
	static const char *list[] = { "192.0.2.7", "10.0.0.0/8", "2001:db8::/32", "::1",
	    "nonsense" };
	struct ask ask = ASK_PLAIN("GET", "/rest/settings", NULL);
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(proxy_rows); i++) {
		my.conf->trusted_proxies = (struct conf_list){ list, NELEM(list) };
		memcpy(ask.params, proxy_rows[i].given, sizeof proxy_rows[i].given);
		reply = box_ask(&my, &ask);
		EXPECT_INT(proxy_rows[i].row, reply.status, proxy_rows[i].status);
		if (reply.status == 301)
			EXPECT_STRING(proxy_rows[i].row, ask_header(&reply, "Location", 0),
			    "https://localhost/rest/settings");
		my.conf->trusted_proxies.count = 0;
		reply = box_ask(&my, &ask);
		EXPECT_INT(proxy_rows[i].row, reply.status, proxy_rows[i].alone);
	}
	box_close(&my);
}

static void
plain_http(void)
{
	static const struct { const char *row; struct ask ask; int no, yes; } t[] = {
		{ "GET", ASK_PLAIN("GET", "/rest/auth", BASIC), 301, 200 },
		{ "HEAD", ASK_PLAIN("HEAD", "/rest/auth", BASIC), 301, 200 },
		{ "refused", ASK_PLAIN("GET", "/rest/auth", NULL), 301, 401 },
		{ "POST", ASK_PLAIN("POST", "/rest/token", BASIC), 308, 400 },
		{ "DELETE", ASK_PLAIN("DELETE", "/rest/token/all", BASIC), 308, 200 },
		{ "OPTIONS", ASK_PLAIN("OPTIONS", "/rest/auth", NULL), 308, 204 },
		{ "no route", ASK_PLAIN("GET", "/rest/nothing", NULL), 404, 404 },
		{ "no method", ASK_PLAIN("PUT", "/rest/auth", NULL), 405, 405 },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		my.conf->allow_plain_http = false;
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].no);
		my.conf->allow_plain_http = true;
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].yes);
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "health", health },
	{ "settings", settings },
	{ "asked for settings", settings_asked },
	{ "challenges", challenges },
	{ "queries", queries },
	{ "proxies", proxies },
	{ "plain HTTP", plain_http },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/handle_settings", tests);
