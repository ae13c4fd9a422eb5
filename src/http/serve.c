// SPDX-License-Identifier: ISC
/* http/serve.c - request in, reply out: the steps of every call. */
#include "http/serve.h"

#include <errno.h>
#include <string.h>

#include "auth/audit.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/multipart.h"
#include "base/verdict.h"
#include "http/call.h"

/* As servers allow it; a JWT in a query is well below. */
#define URI_MAX 4096

/*
 * lighttpd answers a POST without a length 411 by itself, S3's logout line among
 * them; its error handler hands such a call to us at this path, as a GET.  The
 * door is narrow: that status on that path is a logout without a body, any other
 * is the status it is, and no credential is looked at.
 */
#define ERROR_PATH "/__error"
#define LOGOUT_PATH "/logout"

static int
take_server_error(struct call *c)
{
	const char *status = request_get(c->req, PARAM_REDIRECT_STATUS);
	const char *uri = request_get(c->req, PARAM_REQUEST_URI);
	size_t len = strcspn(uri, "?");
	int64_t number;

	if (text_integer(status, strlen(status), &number) || number < 400 || number > 599)
		return V_NO_ROUTE;
	c->server_status = (int)number;
	if (number != 411 || c->method != METHOD_GET || len != strlen(LOGOUT_PATH) ||
	    strncmp(uri, LOGOUT_PATH, len) != 0)
		return V_SERVER_ERROR;
	c->path = LOGOUT_PATH;
	c->method = METHOD_POST;
	c->req->param[PARAM_QUERY_STRING] = uri[len] ? uri + len + 1 : "";
	c->req->body_state = BODY_WHOLE;
	c->req->body_len = 0;
	return 0;
}

/* Which row of routes[] is meant?  Never by REQUEST_URI: it is raw (DESIGN). */
static int
find_route(struct call *c)
{
	int r = 0;

	c->path = arena_printf(c->mem, "%s%s", request_get(c->req, PARAM_SCRIPT_NAME),
	    request_get(c->req, PARAM_PATH_INFO));
	if (!c->path)
		return -ENOMEM;
	c->method = method_parse(request_get(c->req, PARAM_REQUEST_METHOD));
	if (strcmp(c->path, ERROR_PATH) == 0)
		r = take_server_error(c);
	c->dialect = dialect_of(c->path);
	if (!r && c->dialect == DIALECT_WEBITEL && !c->auth->conf->webitel)
		r = V_NO_ROUTE;
	return r ? r : route_find(c->mem, c->path, c->method, &c->route, c->captures, &c->allow);
}

/* A deployment that forgot its redirect leaks nothing by us (CONTRACT 1). */
static int
require_tls(struct call *c)
{
	const struct conf *conf = c->auth->conf;

	if (!request_is_secure(c->req, &conf->trusted_proxies) && !conf->allow_plain_http)
		return V_PLAIN_HTTP;
	return c->method == METHOD_OPTIONS ? V_PREFLIGHT : 0;
}

/* Bodies of GET and HEAD are ignored (CONTRACT 2). */
static bool
carries_body(const struct call *c)
{
	return c->method != METHOD_GET;
}

static int
check_limits(struct call *c)
{
	size_t len = strlen(c->path) + strlen(request_get(c->req, PARAM_QUERY_STRING));

	if (len > URI_MAX || strlen(request_get(c->req, PARAM_REQUEST_URI)) > URI_MAX)
		return V_URI_TOO_LONG;
	if (carries_body(c) && c->req->body_state == BODY_TOO_LARGE)
		return V_BODY_TOO_LARGE;
	return 0;
}

static bool
reads_query_fields(const struct call *c)
{
	return c->route->fields && c->route->fields[0].place == INPUT_QUERY;
}

/* A field of the route that came twice is as unclear as a credential. */
static int
check_fields_once(const struct call *c)
{
	const struct input_field *field = c->route->fields;
	enum place place;

	for (; field && field->name; field++) {
		place = field->place == INPUT_QUERY ? PLACE_QUERY : PLACE_FORM;
		if (pairs_count(&c->sources.in[place], field->name) > 1)
			return V_DUPLICATE_CREDENTIAL;
	}
	return 0;
}

static int
collect_query(struct call *c)
{
	const char *query = request_get(c->req, PARAM_QUERY_STRING);
	int r;

	if (!c->auth->conf->accept_query_credentials && !reads_query_fields(c))
		return 0;
	r = form_parse(c->mem, query, strlen(query), &c->sources.in[PLACE_QUERY]);
	return r == V_MALFORMED ? V_BAD_FORM : r;
}

/* Both kinds of form give the same pairs.  An empty one needs no boundary (CONTRACT 8.4). */
static int
parse_form(struct call *c, enum media media)
{
	struct pairs *out = &c->sources.in[PLACE_FORM];
	char boundary[BOUNDARY_SIZE];
	int r;

	if (!c->req->body_len)
		return 0;
	if (media == MEDIA_FORM)
		return form_parse(c->mem, c->req->body, c->req->body_len, out);
	r = multipart_boundary(request_get(c->req, PARAM_CONTENT_TYPE), boundary);
	return r ? r : multipart_parse(c->mem, c->req->body, c->req->body_len, boundary, out);
}

static int
collect_form(struct call *c)
{
	enum media media = media_parse(request_get(c->req, PARAM_CONTENT_TYPE));
	bool is_form = media == MEDIA_FORM || media == MEDIA_MULTIPART;
	int r;

	if (!carries_body(c))
		return 0;
	if (c->req->body_state == BODY_BROKEN)
		return is_form ? V_BAD_FORM : V_BAD_JSON;
	r = is_form ? parse_form(c, media) : 0;
	return r == V_MALFORMED ? V_BAD_FORM : r;
}

/* Adds a member that is text to those of a form.  There is room in out. */
static int
take_text(struct arena *mem, const struct json *body, const char *name, struct pairs *out)
{
	struct pair *pair = &out->at[out->count];
	const struct json *value;
	const char *text;

	if (!json_member(body, name, &value) || json_kind(value) != JSON_TEXT)
		return 0;
	text = json_text(value, &pair->value_len);
	pair->name = name;
	pair->value = arena_strndup(mem, text, pair->value_len);
	out->count++;
	return pair->value ? 0 : -ENOMEM;
}

/* In this dialect alone a JSON body is searched for credentials [seen]. */
static int
collect_json(struct call *c)
{
	static const char *const names[] = { WEBITEL_TOKEN_NAME, WEBITEL_KEY_NAME };
	GUARD(json_drop) struct json *body = NULL;
	struct pairs *out = &c->sources.in[PLACE_FORM];
	int r;

	if (!carries_body(c) || !c->req->body_len ||
	    media_parse(request_get(c->req, PARAM_CONTENT_TYPE)) != MEDIA_JSON)
		return 0;
	r = json_parse(c->req->body, c->req->body_len, &body);
	if (r)
		return r < 0 ? r : 0;	/* then there is no credential in it */
	out->at = arena_alloc(c->mem, NELEM(names) * sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; !r && i < NELEM(names); i++)
		r = take_text(c->mem, body, names[i], out);
	return r;
}

static int
collect_sources(struct call *c)
{
	int r;

	c->sources.in[PLACE_HEADER] = c->req->credentials;
	r = collect_query(c);
	if (!r)
		r = collect_form(c);
	if (!r)
		r = check_fields_once(c);
	if (!r && c->dialect == DIALECT_WEBITEL && !(c->route->flags & ROUTE_OPEN))
		r = collect_json(c);
	return r;
}

/* Which credentials are presented? */
static int
collect(struct call *c)
{
	struct sources sources;
	int r;

	if (c->req->duplicate)
		return V_DUPLICATE_HEADER;
	r = collect_sources(c);
	if (r)
		return r;
	sources = c->sources;
	if (!c->auth->conf->accept_query_credentials)
		sources.in[PLACE_QUERY].count = 0;
	if (c->dialect == DIALECT_WEBITEL)
		return cred_webitel_collect(&sources, &c->webitel);
	return cred_collect(c->cred, &sources, &c->presented);
}

static int
refuse_caller(struct call *c)
{
	int r;

	c->attempt.failed = "session";
	r = cred_charge_token(c->auth, request_get(c->req, PARAM_REMOTE_ADDR), c->webitel.token,
	    c->now_ms, &c->attempt.wait_s);
	return r ? r : V_BAD_CALLER;
}

static int
verify_caller(struct call *c)
{
	int r;

	r = cred_webitel_verify(c->auth, &c->webitel, c->now_ms, &c->caller);
	if (r == V_BAD_CALLER && c->webitel.token)
		return refuse_caller(c);
	if (r)
		return r;
	c->via = c->caller.by_domain_token ? "domain-token" : "session";
	c->user = &c->caller.owner;
	return 0;
}

/* Who is it? */
static int
verify(struct call *c)
{
	const struct scheme *via;
	int r;

	if (c->route->flags & ROUTE_OPEN)
		return 0;
	if (c->dialect == DIALECT_WEBITEL)
		return verify_caller(c);
	c->attempt = (struct attempt){ .auth = c->auth, .providers = c->cred->providers,
	    .mem = c->mem, .now_ms = c->now_ms, .who = &c->id,
	    .source = request_get(c->req, PARAM_REMOTE_ADDR) };
	r = cred_verify(&c->presented, &c->attempt, &via);
	if (r)
		return r;
	c->via = via->name;
	c->user = &c->id.user.id;
	return 0;
}

/* May this caller do it at all? */
static int
permit(struct call *c)
{
	return c->route->flags & ROUTE_CREATES ? token_may_create(c->auth, &c->id) : 0;
}

/* Is there what the path names? */
static int
locate(struct call *c)
{
	return c->route->locate ? c->route->locate(c) : 0;
}

static int
handle(struct call *c)
{
	text_init(&c->payload, c->mem);
	return c->route->handle(c);
}

/* The order of refusals is CONTRACT 8.1. */
static const struct step {
	const char *name;
	int (*run)(struct call *);
} steps[] = {
	{ "route",	find_route },
	{ "tls",	require_tls },
	{ "limits",	check_limits },
	{ "collect",	collect },
	{ "verify",	verify },
	{ "permit",	permit },
	{ "locate",	locate },
	{ "input",	input_read },
	{ "handle",	handle },
};

static void
audit_call(const struct call *c, int r, const char *step, int64_t began_ms)
{
	struct audit line = {
		.event = c->route ? c->route->event : "unknown",
		.result = r,
		.step = step,
		.source = request_get(c->req, PARAM_REMOTE_ADDR),
		.via = c->via,
		.user = c->user,
		.ms = clock_steady_ms() - began_ms,
		.failed = c->attempt.failed,
		.name = c->attempt.name,
	};

	audit_log(c->mem, &line);
}

void
serve(const struct service *service, struct request *req, int64_t now_ms,
    struct reply *reply)
{
	struct call c = { .auth = service->auth, .cred = service->cred, .mem = req->mem,
	    .req = req, .now_ms = now_ms, .path = "" };
	int64_t began_ms = clock_steady_ms();
	size_t i = 0;
	int r = 0;

	for (; !r && i < NELEM(steps); i++)
		r = steps[i].run(&c);
	reply_make(&c, r, reply);
	audit_call(&c, r, steps[i - 1].name, began_ms);
}
