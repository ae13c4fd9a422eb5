// SPDX-License-Identifier: ISC
/* http/reply.c - results as HTTP answers, in the envelope of CONTRACT 3. */
#include "http/reply.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"

#define RETRY_AFTER_S "5"

/* What an answer carries besides the headers of all. */
enum extra { NOTHING, CHALLENGE, ALLOW, RETRY, WAIT, LOCATION };

struct row {
	int status;
	const char *reason, *message;	/* no message: no body */
	enum extra extra;
};

static const struct row ok = { 200, "OK", NULL, NOTHING };
static const struct row fault = { 500, "Internal Server Error", "Internal server error", NOTHING };
static const struct row unavailable = { 503, "Service Unavailable", "Service unavailable", RETRY };

/* A verdict without a row is a fault: its handler should have decided it. */
static const struct row rows[VERDICTS] = {
	[V_NOT_FOUND] =		 { 404, "Not Found", "Not found", NOTHING },
	[V_TOO_MANY] =		 { 409, "Conflict", "Too many tokens", NOTHING },
	[V_WRONG_CREDENTIAL] =	 { 401, "Unauthorized", "Wrong credentials", CHALLENGE },
	[V_FORBIDDEN] =		 { 403, "Forbidden", "Forbidden", NOTHING },
	[V_THROTTLED] =		 { 429, "Too Many Requests", "Too many requests", WAIT },
	[V_UNAVAILABLE] =	 { 503, "Service Unavailable", "Service unavailable", RETRY },
	[V_NO_ROUTE] =		 { 404, "Not Found", "Not found", NOTHING },
	[V_NO_METHOD] =		 { 405, "Method Not Allowed", "Method not allowed", ALLOW },
	[V_PREFLIGHT] =		 { 204, "No Content", NULL, ALLOW },
	[V_PLAIN_HTTP] =	 { 308, "Permanent Redirect", "Permanent redirect", LOCATION },
	[V_URI_TOO_LONG] =	 { 414, "URI Too Long", "URI too long", NOTHING },
	[V_BODY_TOO_LARGE] =	 { 413, "Payload Too Large", "Payload too large", NOTHING },
	[V_BAD_FORM] =		 { 400, "Bad Request", "Malformed form", NOTHING },
	[V_BAD_JSON] =		 { 400, "Bad Request", "Malformed JSON", NOTHING },
	[V_DUPLICATE_CREDENTIAL] = { 400, "Bad Request", "Duplicate credential", NOTHING },
	[V_DUPLICATE_HEADER] =	 { 400, "Bad Request", "Duplicate header", NOTHING },
	[V_NO_TOKEN] =		 { 404, "Not Found", "Token not found", NOTHING },
	[V_MEDIA_TYPE] =	 { 415, "Unsupported Media Type", "Unsupported media type",
	    NOTHING },
	[V_BAD_FIELDS] =	 { 400, "Bad Request", "ValidateError", NOTHING },
	[V_BAD_CALLER] =	 { 401, "Unauthorized", "Bad caller", CHALLENGE },
	[V_NO_USER] =		 { 404, "Not Found", "User not found", NOTHING },
	[V_NO_USER_NAME] =	 { 400, "Bad Request", "User name is required", NOTHING },
	[V_NO_DOMAIN] =		 { 400, "Bad Request", "Domain is required.", NOTHING },
	[V_BAD_EXPIRE] =	 { 400, "Bad Request", "Bad expire date.", NOTHING },
	[V_BAD_ROLE] =		 { 400, "Bad Request", "Bad role name.", NOTHING },
	[V_BAD_STATE] =		 { 400, "Bad Request", "Bad state.", NOTHING },
};

/* Where the Webitel dialect has other words for the same (CONTRACT 6). */
static const struct row webitel_rows[VERDICTS] = {
	[V_WRONG_CREDENTIAL] =	 { 401, "Unauthorized", "Invalid credentials", CHALLENGE },
	[V_FORBIDDEN] =		 { 403, "Forbidden", "Permission denied!", NOTHING },
};

/* What a web server may have to say itself, for V_SERVER_ERROR. */
static const struct row server_rows[] = {
	{ 400, "Bad Request", "Bad request", NOTHING },
	{ 403, "Forbidden", "Forbidden", NOTHING },
	{ 404, "Not Found", "Not found", NOTHING },
	{ 405, "Method Not Allowed", "Method not allowed", NOTHING },
	{ 408, "Request Timeout", "Request timeout", NOTHING },
	{ 411, "Length Required", "Length required", NOTHING },
	{ 413, "Payload Too Large", "Payload too large", NOTHING },
	{ 414, "URI Too Long", "URI too long", NOTHING },
	{ 417, "Expectation Failed", "Expectation failed", NOTHING },
	{ 431, "Request Header Fields Too Large", "Request header fields too large", NOTHING },
	{ 501, "Not Implemented", "Not implemented", NOTHING },
	{ 502, "Bad Gateway", "Bad gateway", NOTHING },
	{ 503, "Service Unavailable", "Service unavailable", RETRY },
	{ 504, "Gateway Timeout", "Gateway timeout", NOTHING },
};

/* A client may turn a redirected POST into a GET after 301, never after 308 (RFC 9110, 15.4). */
static const struct row moved = { 301, "Moved Permanently", "Moved permanently", LOCATION };

/* Lack of room or memory passes; the client may come back. */
static const struct row *
row_of_fault(int r)
{
	static const int passing[] = { -ENOSPC, -ENOMEM, -EAGAIN, -EBUSY };

	for (size_t i = 0; i < NELEM(passing); i++) {
		if (r == passing[i])
			return &unavailable;
	}
	return &fault;
}

static const struct row *
row_of_server(int status)
{
	for (size_t i = 0; i < NELEM(server_rows); i++) {
		if (server_rows[i].status == status)
			return &server_rows[i];
	}
	return &fault;
}

static const struct row *
row_of(const struct call *c, int r)
{
	if (r == 0)
		return &ok;
	if (r < 0)
		return row_of_fault(r);
	if (r == V_SERVER_ERROR)
		return row_of_server(c->server_status);
	if (c->dialect == DIALECT_WEBITEL && r < VERDICTS && webitel_rows[r].status)
		return &webitel_rows[r];
	if (r == V_PLAIN_HTTP && c->method == METHOD_GET)
		return &moved;
	return r < VERDICTS && rows[r].status ? &rows[r] : &fault;
}

static void
add_header(struct reply *reply, const char *name, const char *value)
{
	if (reply->header_count < REPLY_HEADERS_MAX)
		reply->headers[reply->header_count++] = (struct reply_header){ name, value };
}

/* A scheme of nobody's, so that browsers open no dialog. */
static bool
add_webitel_challenge(struct call *c, struct reply *reply)
{
	char *webitel = arena_printf(c->mem, "Webitel realm=\"%s\"", c->auth->conf->realm);

	add_header(reply, "WWW-Authenticate", webitel);
	return webitel;
}

/* RFC 7617, 2.1 and RFC 6750, 3: what could be sent instead. */
static bool
add_challenges(struct call *c, struct reply *reply)
{
	const char *realm = c->auth->conf->realm;
	bool by_token = cred_has_token(&c->presented);
	char *basic, *bearer;

	basic = arena_printf(c->mem, "Basic realm=\"%s\", charset=\"UTF-8\"", realm);
	bearer = arena_printf(c->mem, "Bearer realm=\"%s\"%s", realm,
	    by_token ? ", error=\"invalid_token\"" : "");
	if (!basic || !bearer)
		return false;
	if (c->auth->conf->basic_challenge)
		add_header(reply, "WWW-Authenticate", basic);
	add_header(reply, "WWW-Authenticate", bearer);
	return true;
}

/* A query goes into Location as it came, but for what no header may have. */
static void
put_query(struct text *t, const char *query)
{
	for (; *query; query++) {
		if (*query > ' ' && *query < 0x7f && !strchr("\"<>\\^`{|}", *query))
			text_put(t, query, 1);
		else
			text_printf(t, "%%%02X", (unsigned char)*query);
	}
}

/* The configured name, never the request's Host (CONTRACT 1). */
static bool
add_location(struct call *c, struct reply *reply)
{
	const char *query = request_get(c->req, PARAM_QUERY_STRING), *location;
	struct text t;

	text_init(&t, c->mem);
	text_printf(&t, "https://%s", c->auth->conf->host_name);
	text_put_percent(&t, c->path);
	if (*query) {
		text_puts(&t, "?");
		put_query(&t, query);
	}
	if (text_done(&t, &location, NULL))
		return false;
	add_header(reply, "Location", location);
	return true;
}

/* How long the throttle makes this source wait (RFC 6585, 4). */
static bool
add_wait(struct call *c, struct reply *reply)
{
	const char *wait = arena_printf(c->mem, "%lld", (long long)c->attempt.wait_s);

	if (wait)
		add_header(reply, "Retry-After", wait);
	return wait != NULL;
}

static bool
add_extra(struct call *c, enum extra extra, struct reply *reply)
{
	switch (extra) {
	case CHALLENGE:
		return c->dialect == DIALECT_WEBITEL ? add_webitel_challenge(c, reply) :
		    add_challenges(c, reply);
	case LOCATION:
		return add_location(c, reply);
	case ALLOW:
		add_header(reply, "Allow", c->allow);
		return true;
	case RETRY:
		add_header(reply, "Retry-After", RETRY_AFTER_S);
		return true;
	case WAIT:
		return add_wait(c, reply);
	case NOTHING:
		return true;
	}
	return true;
}

static bool
is_cors_origin(const struct conf_list *origins, const char *origin)
{
	for (size_t i = 0; i < origins->count; i++) {
		if (strcmp(origins->at[i], origin) == 0)
			return true;
	}
	return false;
}

/* "Authorization, Content-Type, X-Auth-Token, …": the headers that schemes read. */
static const char *
allowed_headers(struct call *c)
{
	const char *out;
	struct text t;

	text_init(&t, c->mem);
	text_puts(&t, "Authorization, Content-Type");
	for (size_t i = 0; i < c->cred->header_count; i++) {
		const char *name = c->cred->headers[i] + strlen("HTTP_");

		if (strcmp(name, "AUTHORIZATION") == 0)
			continue;
		text_puts(&t, ", ");
		for (; *name; name++)
			text_put(&t, *name == '_' ? "-" : name, 1);
	}
	return text_done(&t, &out, NULL) ? NULL : out;
}

/* Exact origins, never '*', never with credentials (CONTRACT 1, 8.14; Fetch, 3.2). */
static bool
add_cors(struct call *c, int r, struct reply *reply)
{
	const struct conf_list *origins = &c->auth->conf->cors_origins;
	const char *origin = request_get(c->req, PARAM_ORIGIN), *headers;

	if (!origins->count)
		return true;
	add_header(reply, "Vary", "Origin");
	if (!is_cors_origin(origins, origin))
		return true;
	add_header(reply, "Access-Control-Allow-Origin", origin);
	if (r != V_PREFLIGHT)
		return true;
	headers = allowed_headers(c);
	if (!headers)
		return false;
	add_header(reply, "Access-Control-Allow-Methods", c->allow);
	add_header(reply, "Access-Control-Allow-Headers", headers);
	add_header(reply, "Access-Control-Max-Age", "600");
	return true;
}

/* {"success":false,"status":400,"message":"…"[,"fields":{…}]}, in this order [S0]. */
static void
put_error(struct text *t, struct call *c, const struct row *row, bool fields)
{
	struct json_out o;

	json_open(&o, t);
	json_add_bool(&o, "success", false);
	json_add_integer(&o, "status", row->status);
	json_add_string(&o, "message", row->message);
	if (fields) {
		json_name(&o, "fields");
		text_printf(t, "{%s}", c->in.errors.data);
	}
	json_close(&o);
}

/* Real clients read either message or info [seen]. */
static void
put_webitel_error(struct text *t, const struct row *row)
{
	struct json_out o;

	json_open(&o, t);
	json_add_integer(&o, "status", row->status);
	json_add_string(&o, "message", row->message);
	json_add_string(&o, "info", row->message);
	json_close(&o);
}

static void
put_body(struct text *t, struct call *c, int r, const struct row *row)
{
	bool webitel = c->dialect == DIALECT_WEBITEL;

	if (r && webitel) {
		put_webitel_error(t, row);
	} else if (r) {
		put_error(t, c, row, r == V_BAD_FIELDS);
	} else {
		text_puts(t, webitel ? "" : "{\"success\":true,\"payload\":");
		text_put(t, c->payload.data, c->payload.len);
		text_puts(t, webitel ? "" : "}");
	}
}

static bool
add_body(struct call *c, int r, const struct row *row, struct reply *reply)
{
	struct text t;

	if (r && !row->message)
		return true;
	text_init(&t, c->mem);
	put_body(&t, c, r, row);
	add_header(reply, "Content-Type", "application/json; charset=utf-8");
	return !c->payload.failed && text_done(&t, &reply->body, &reply->body_len) == 0;
}

static void
start(struct reply *reply, const struct row *row)
{
	*reply = (struct reply){ .status = row->status, .reason = row->reason };
	add_header(reply, "Cache-Control", "no-store");
	add_header(reply, "X-Content-Type-Options", "nosniff");
}

/* The fault's body, when there is no memory to write it. */
static const char *const no_memory[] = {
	[DIALECT_REST] =
	    "{\"success\":false,\"status\":500,\"message\":\"Internal server error\"}",
	[DIALECT_WEBITEL] = "{\"status\":500,\"message\":\"Internal server error\","
	    "\"info\":\"Internal server error\"}",
};

void
reply_make(struct call *c, int r, struct reply *reply)
{
	const struct row *row = row_of(c, r);

	start(reply, row);
	if (!add_body(c, r, row, reply) || !add_extra(c, row->extra, reply) ||
	    !add_cors(c, r, reply)) {
		start(reply, &fault);
		add_header(reply, "Content-Type", "application/json; charset=utf-8");
		reply->body = no_memory[c->dialect];
		reply->body_len = strlen(reply->body);
	}
	reply->head = strcmp(request_get(c->req, PARAM_REQUEST_METHOD), "HEAD") == 0;
}
