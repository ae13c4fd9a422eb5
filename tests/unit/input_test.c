// SPDX-License-Identifier: ISC
#include "http/input.h"

#include <errno.h>
#include <string.h>

#include "http/call.h"
#include "http/handle.h"
#include "unit.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

static void
media(void)
{
	static const struct { const char *in; enum media want; } rows[] = {
		{ "", MEDIA_JSON }, { "application/json", MEDIA_JSON },
		{ "Application/JSON", MEDIA_JSON },
		{ "application/json; charset=utf-8", MEDIA_JSON },
		{ "application/json;", MEDIA_JSON },
		{ "application/json ;x", MEDIA_JSON }, { FORM_TYPE, MEDIA_FORM },
		{ FORM_TYPE ";charset=UTF-8", MEDIA_FORM }, { "text/plain", MEDIA_OTHER },
		{ "application/problem+json", MEDIA_JSON },
		{ "Application/vnd.x.y+JSON; charset=utf-8", MEDIA_JSON },
		{ "application/+json", MEDIA_OTHER }, { "application/x+jsonx", MEDIA_OTHER },
		{ "text/x+json", MEDIA_OTHER }, { "application/x+xml", MEDIA_OTHER },
		{ "text/json", MEDIA_OTHER }, { "application/jsonx", MEDIA_OTHER },
		{ "application/jso", MEDIA_OTHER }, { "application/xml", MEDIA_OTHER },
		{ "application/json, " FORM_TYPE, MEDIA_OTHER }, { "*/*", MEDIA_OTHER },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].in, media_parse(rows[i].in), rows[i].want);
}

#define AFTER "0123abcd-0123-4123-8123-0123456789ab"

/* A call, with what it needs. */
struct asked {
	struct conf *conf;
	struct auth auth;
	struct arena mem;
	struct request req;
	struct call c;
};

static void
asked_start(struct asked *my)
{
	*my = (struct asked){ .conf = NULL };
	EXPECT_VERDICT("options", conf_defaults(&my->conf), 0);
	my->auth.conf = my->conf;
}

static void
asked_end(struct asked *my)
{
	conf_drop(&my->conf);
	arena_free(&my->mem);
}

/* A call to path whose route is found and whose options are the defaults. */
static void
asked_call(struct asked *my, enum method method, const char *path)
{
	EXPECT_VERDICT("request", request_init(&my->req, &my->mem, NULL, 0), 0);
	my->c = (struct call){ .conf = my->conf, .auth = &my->auth, .mem = &my->mem,
	    .req = &my->req };
	EXPECT_VERDICT(path, route_find(&my->mem, path, method, &my->c.pattern, &my->c.route,
	    &my->c.named), 0);
}

static int
read_body(struct asked *my, const char *type, const char *body, size_t len)
{
	EXPECT_VERDICT("type", request_param(&my->req, "CONTENT_TYPE", strlen("CONTENT_TYPE"),
	    type), 0);
	my->req.body = body;
	my->req.body_len = len;
	if (media_parse(type) == MEDIA_FORM)
		EXPECT_VERDICT("form", form_parse(&my->mem, body, len,
		    &my->c.sources.in[PLACE_FORM]), 0);
	return input_read(&my->c);
}

#define X64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define X256 X64 X64 X64 X64

/* {"name": text of 1 to 255 characters, "ttl": 60 to 315360000}; the errors, or NULL. */
static const struct { const char *row, *body; const char *errors; } json_rows[] = {
	{ "both", "{\"name\":\"a\",\"ttl\":60}", NULL },
	{ "no ttl", "{\"name\":\"a\"}", NULL },
	{ "60.0", "{\"name\":\"a\",\"ttl\":60.0}", NULL },
	{ "6e1", "{\"name\":\"a\",\"ttl\":6e1}", NULL },
	{ "digits", "{\"name\":\"a\",\"ttl\":\"60\"}", NULL },
	{ "most", "{\"name\":\"a\",\"ttl\":315360000}", NULL },
	{ "unknown keys", "{\"name\":\"a\",\"x\":{\"y\":[1]}}", NULL },
	{ "the last counts", "{\"name\":5,\"name\":\"a\",\"ttl\":1,\"ttl\":60}", NULL },
	{ "255 characters of UTF-8", NULL, NULL },
	{ "ttl 0", "{\"name\":\"a\",\"ttl\":0}",
	    "\"params.ttl\":{\"message\":\"min 60\",\"value\":0}" },
	{ "no name", "{}", "\"params.name\":{\"message\":\"'name' is required\"}" },
	{ "both wrong", "{\"name\":5,\"ttl\":true}",
	    "\"params.name\":{\"message\":\"invalid string value\",\"value\":5},"
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":true}" },
	{ "one absent, one wrong", "{\"ttl\":59}",
	    "\"params.name\":{\"message\":\"'name' is required\"},"
	    "\"params.ttl\":{\"message\":\"min 60\",\"value\":59}" },
	{ "name null", "{\"name\":null}",
	    "\"params.name\":{\"message\":\"invalid string value\",\"value\":null}" },
	{ "name empty", "{\"name\":\"\"}",
	    "\"params.name\":{\"message\":\"minLength 1\",\"value\":\"\"}" },
	{ "name too long", "{\"name\":\"" X256 "\"}",
	    "\"params.name\":{\"message\":\"maxLength 255\"}" },
	{ "name an array", "{\"name\":[\"a\"]}",
	    "\"params.name\":{\"message\":\"invalid string value\"}" },
	{ "name an object", "{\"name\":{}}",
	    "\"params.name\":{\"message\":\"invalid string value\"}" },
	{ "name false", "{\"name\":false}",
	    "\"params.name\":{\"message\":\"invalid string value\",\"value\":false}" },
	{ "NUL in name", "{\"name\":\"a\\u0000b\"}",
	    "\"params.name\":{\"message\":\"invalid string value\","
	    "\"value\":\"a\\u0000b\"}" },
	{ "ttl null", "{\"name\":\"a\",\"ttl\":null}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":null}" },
	{ "ttl a fraction", "{\"name\":\"a\",\"ttl\":60.5}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":60.5}" },
	{ "ttl an array", "{\"name\":\"a\",\"ttl\":[60]}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\"}" },
	{ "blank before digits", "{\"name\":\"a\",\"ttl\":\" 60\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\" 60\"}" },
	{ "no digits", "{\"name\":\"a\",\"ttl\":\"\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"\"}" },
	{ "plus", "{\"name\":\"a\",\"ttl\":\"+60\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"+60\"}" },
	{ "leading zero", "{\"name\":\"a\",\"ttl\":\"060\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"060\"}" },
	{ "text with a sign", "{\"name\":\"a\",\"ttl\":\"-60\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"-60\"}" },
	{ "text of a fraction", "{\"name\":\"a\",\"ttl\":\"60.0\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"60.0\"}" },
	{ "negative", "{\"name\":\"a\",\"ttl\":-60}",
	    "\"params.ttl\":{\"message\":\"min 60\",\"value\":-60}" },
	{ "one too many", "{\"name\":\"a\",\"ttl\":315360001}",
	    "\"params.ttl\":{\"message\":\"max 315360000\",\"value\":315360001}" },
	{ "past int64 as text", "{\"name\":\"a\",\"ttl\":\"9223372036854775808\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\","
	    "\"value\":\"9223372036854775808\"}" },
	{ "1e300", "{\"name\":\"a\",\"ttl\":1e300}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":1e300}" },
	{ "64 bytes come back", "{\"name\":\"a\",\"ttl\":\"" X64 "\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"" X64 "\"}" },
	{ "65 do not", "{\"name\":\"a\",\"ttl\":\"" X64 "x\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\"}" },
	{ "escaped on the way back", "{\"name\":\"a\",\"ttl\":\"\\\"\\\\\\u0001/\"}",
	    "\"params.ttl\":{\"message\":\"invalid integer number\","
	    "\"value\":\"\\\"\\\\\\u0001/\"}" },
	{ "name of capitals", "{\"Name\":\"a\"}",
	    "\"params.name\":{\"message\":\"'name' is required\"}" },
};

static const char *
body_255(struct arena *mem)
{
	struct text t;

	text_init(&t, mem);
	text_puts(&t, "{\"name\":\"");
	for (int i = 0; i < 255; i++)
		text_puts(&t, "\xf0\x9f\x98\x80");
	text_puts(&t, "\"}");
	return t.data;
}

static void
json_bodies(void)
{
	GUARD(asked_end) struct asked my;
	const char *body;

	asked_start(&my);
	for (size_t i = 0; i < NELEM(json_rows); i++) {
		body = json_rows[i].body ? json_rows[i].body : body_255(&my.mem);
		asked_call(&my, METHOD_POST, "/rest/token");
		EXPECT_VERDICT(json_rows[i].row, read_body(&my, "", body, strlen(body)),
		    json_rows[i].errors ? V_BAD_FIELDS : 0);
		EXPECT_STRING(json_rows[i].row, my.c.in.errors.data, json_rows[i].errors);
	}
	asked_call(&my, METHOD_POST, "/rest/token");
	EXPECT_VERDICT("values", read_body(&my, "application/json", json_rows[0].body,
	    strlen(json_rows[0].body)), 0);
	EXPECT_STRING("values", my.c.in.values[TOKEN_NAME].text, "a");
	EXPECT_INT("values", my.c.in.values[TOKEN_TTL].number, 60);
	my.conf->token_ttl_max_s = 59;
	asked_call(&my, METHOD_POST, "/rest/token");
	EXPECT_VERDICT("the option is the most", read_body(&my, "", json_rows[0].body,
	    strlen(json_rows[0].body)), V_BAD_FIELDS);
}

static void
form_bodies(void)
{
	static const struct { const char *row, *body, *errors; } rows[] = {
		{ "both", "name=a+b&ttl=60", NULL },
		{ "no ttl", "name=a", NULL },
		{ "nothing", "", "\"params.name\":{\"message\":\"'name' is required\"}" },
		{ "name empty", "name=",
		    "\"params.name\":{\"message\":\"minLength 1\",\"value\":\"\"}" },
		{ "ttl empty", "name=a&ttl=",
		    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"\"}" },
		{ "NUL in name", "name=a%00b", "\"params.name\":{"
		    "\"message\":\"invalid string value\",\"value\":\"a\\u0000b\"}" },
		{ "below", "name=a&ttl=59",
		    "\"params.ttl\":{\"message\":\"min 60\",\"value\":\"59\"}" },
		{ "blank", "name=a&ttl=+60",
		    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\" 60\"}" },
		{ "quote", "name=a&ttl=%22",
		    "\"params.ttl\":{\"message\":\"invalid integer number\",\"value\":\"\\\"\"}" },
	};
	GUARD(asked_end) struct asked my;

	asked_start(&my);
	for (size_t i = 0; i < NELEM(rows); i++) {
		asked_call(&my, METHOD_POST, "/rest/token");
		EXPECT_VERDICT(rows[i].row, read_body(&my, FORM_TYPE, rows[i].body,
		    strlen(rows[i].body)), rows[i].errors ? V_BAD_FIELDS : 0);
		EXPECT_STRING(rows[i].row, my.c.in.errors.data, rows[i].errors);
	}
}

static void
unreadable(void)
{
	static const struct { const char *row, *type, *body; int want; } rows[] = {
		{ "empty", "application/json", "", V_BAD_JSON },
		{ "empty, no type", "", "", V_BAD_JSON },
		{ "an array", "", "[]", V_BAD_JSON },
		{ "bytes after", "", "{} {}", V_BAD_JSON },
		{ "a form without its type", "", "name=a", V_BAD_JSON },
		{ "past int64", "", "{\"name\":\"a\",\"ttl\":9223372036854775808}", V_BAD_JSON },
		{ "lone surrogate", "", "{\"name\":\"\\ud800\"}", V_BAD_JSON },
		{ "text", "text/plain", "{\"name\":\"a\"}", V_MEDIA_TYPE },
		{ "XML", "application/xml", "", V_MEDIA_TYPE },
	};
	GUARD(asked_end) struct asked my;

	asked_start(&my);
	for (size_t i = 0; i < NELEM(rows); i++) {
		asked_call(&my, METHOD_POST, "/rest/token");
		EXPECT_VERDICT(rows[i].row, read_body(&my, rows[i].type, rows[i].body,
		    strlen(rows[i].body)), rows[i].want);
	}
	asked_call(&my, METHOD_GET, "/rest/auth");
	EXPECT_VERDICT("a route without fields reads nothing",
	    read_body(&my, "text/plain", "[", 1), 0);
}

/* Bodies of another type than they claim, or nearly of it. */
static void
mistaken(void)
{
	static const struct { const char *row, *type, *encoding, *body; int want; } rows[] = {
		{ "identity", "", "identity", "{\"name\":\"a\"}", 0 },
		{ "Identity", "", "Identity", "{\"name\":\"a\"}", 0 },
		{ "compressed", "", "gzip", "{\"name\":\"a\"}", V_MEDIA_TYPE },
		{ "compressed form", FORM_TYPE, "br", "name=a", V_MEDIA_TYPE },
		{ "two encodings", "", "identity, gzip", "{\"name\":\"a\"}", V_MEDIA_TYPE },
		{ "problem+json", "application/problem+json", "", "{\"name\":\"a\"}", 0 },
		{ "byte order mark", "", "", "\xef\xbb\xbf{\"name\":\"a\"}", 0 },
		{ "half of one", "", "", "\xef\xbb{\"name\":\"a\"}", V_BAD_JSON },
		{ "two of them", "", "", "\xef\xbb\xbf\xef\xbb\xbf{\"name\":\"a\"}", V_BAD_JSON },
		{ "a mark alone", "", "", "\xef\xbb\xbf", V_BAD_JSON },
		{ "JSON as a form", FORM_TYPE, "", "{\"name\":\"a\"}", V_JSON_AS_FORM },
		{ "JSON after blanks", FORM_TYPE, "", "\xef\xbb\xbf \r\n\t{\"name\":\"a\"}",
		    V_JSON_AS_FORM },
		{ "JSON with '='", FORM_TYPE, "", "{\"name\":\"a=b&my.c\"}", V_JSON_AS_FORM },
		{ "a form with a brace", FORM_TYPE, "", "{x}=1&name=a", 0 },
		{ "no JSON after all", FORM_TYPE, "", "{\"name\":\"a\"", V_BAD_FIELDS },
	};
	GUARD(asked_end) struct asked my;

	asked_start(&my);
	for (size_t i = 0; i < NELEM(rows); i++) {
		asked_call(&my, METHOD_POST, "/rest/token");
		if (*rows[i].encoding)
			EXPECT_VERDICT("encoding", request_param(&my.req, "HTTP_CONTENT_ENCODING",
			    21, rows[i].encoding), 0);
		EXPECT_VERDICT(rows[i].row, read_body(&my, rows[i].type, rows[i].body,
		    strlen(rows[i].body)), rows[i].want);
	}
}

/* Without memory for an error the call must not continue as if there were none. */
static void
no_memory(void)
{
	GUARD(asked_end) struct asked my;
	size_t used;
	int r = -ENOMEM;

	asked_start(&my);
	for (size_t more = 0; r == -ENOMEM && more < 4096; more += 16) {
		arena_init(&my.mem, 0);
		asked_call(&my, METHOD_POST, "/rest/token");
		used = my.mem.used;
		EXPECT_VERDICT("type", request_param(&my.req, "CONTENT_TYPE", 12, FORM_TYPE), 0);
		my.mem.limit = my.mem.used + more;
		r = input_read(&my.c);
		EXPECT_TRUE("refused or no memory", r == -ENOMEM || r == V_BAD_FIELDS);
		EXPECT_TRUE("the arena was used", my.mem.used >= used);
		arena_free(&my.mem);
	}
	EXPECT_VERDICT("enough at last", r, V_BAD_FIELDS);
}

static void
refusing(void)
{
	GUARD(asked_end) struct asked my;

	asked_start(&my);
	asked_call(&my, METHOD_GET, "/rest/token/list");
	EXPECT_VERDICT("query", form_parse(&my.mem, "after=" AFTER, 42,
	    &my.c.sources.in[PLACE_QUERY]), 0);
	EXPECT_VERDICT("read", input_read(&my.c), 0);
	EXPECT_VERDICT("refuse", input_refuse(&my.c, LIST_AFTER, "invalid string value"),
	    V_BAD_FIELDS);
	EXPECT_STRING("refuse", my.c.in.errors.data,
	    "\"params.after\":{\"message\":\"invalid string value\",\"value\":\"" AFTER "\"}");
	my.mem.limit = my.mem.used;
	text_init(&my.c.in.errors, &my.mem);
	EXPECT_VERDICT("no memory", input_refuse(&my.c, LIST_AFTER, "invalid string value"),
	    -ENOMEM);
}

static CU_TestInfo tests[] = {
	{ "media", media },
	{ "JSON bodies", json_bodies },
	{ "form bodies", form_bodies },
	{ "unreadable", unreadable },
	{ "mistaken", mistaken },
	{ "no memory", no_memory },
	{ "refusing", refusing },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/input", tests);
