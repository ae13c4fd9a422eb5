// SPDX-License-Identifier: ISC
/* http/serve.c - request in, reply out: the steps of every call. */
#include "http/serve.h"

#include <errno.h>
#include <string.h>

#include "auth/audit.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "http/call.h"

/* As servers allow it; a JWT in a query is well below. */
#define URI_MAX 4096

/* Which row of routes[] is meant?  Never by REQUEST_URI: it is raw (DESIGN). */
static int
find_route(struct call *c)
{
	c->path = arena_printf(c->mem, "%s%s", request_get(c->req, PARAM_SCRIPT_NAME),
	    request_get(c->req, PARAM_PATH_INFO));
	if (!c->path)
		return -ENOMEM;
	c->method = method_parse(request_get(c->req, PARAM_REQUEST_METHOD));
	return route_find(c->mem, c->path, c->method, &c->route, &c->capture, &c->allow);
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

static int
collect_form(struct call *c)
{
	enum media media = media_parse(request_get(c->req, PARAM_CONTENT_TYPE));
	int r;

	if (!carries_body(c))
		return 0;
	if (c->req->body_state == BODY_BROKEN)
		return media == MEDIA_FORM ? V_BAD_FORM : V_BAD_JSON;
	if (media != MEDIA_FORM)
		return 0;
	r = form_parse(c->mem, c->req->body, c->req->body_len, &c->sources.in[PLACE_FORM]);
	return r == V_MALFORMED ? V_BAD_FORM : r;
}

/* Which credentials are presented? */
static int
collect(struct call *c)
{
	struct sources sources;
	int r;

	if (c->req->duplicate)
		return V_DUPLICATE_HEADER;
	c->sources.in[PLACE_HEADER] = c->req->credentials;
	r = collect_query(c);
	if (!r)
		r = collect_form(c);
	if (!r)
		r = check_fields_once(c);
	if (r)
		return r;
	sources = c->sources;
	if (!c->auth->conf->accept_query_credentials)
		sources.in[PLACE_QUERY].count = 0;
	return cred_collect(c->cred, &sources, &c->presented);
}

/* Who is it? */
static int
verify(struct call *c)
{
	if (c->route->flags & ROUTE_OPEN)
		return 0;
	c->attempt = (struct attempt){ .auth = c->auth, .providers = c->cred->providers,
	    .mem = c->mem, .now_ms = c->now_ms, .who = &c->id,
	    .source = request_get(c->req, PARAM_REMOTE_ADDR) };
	return cred_verify(&c->presented, &c->attempt, &c->via);
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
		.via = c->via ? c->via->name : NULL,
		.user = c->via ? &c->id.user.id : NULL,
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
