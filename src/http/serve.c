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
#include "http/collect.h"

/* As servers allow it; a JWT in a query is well below. */
#define URI_MAX 4096

/* As a client sent it, or by a proxy that is trusted; or where that does not matter. */
static bool
is_over_tls(const struct call *c)
{
	const struct conf *conf = c->auth->conf;

	return conf->allow_plain_http || request_is_secure(c->req, &conf->trusted_proxies);
}

/*
 * lighttpd answers a POST without a length 411 by itself, S3's logout line among
 * them; its error handler hands such a call to us at this path, as a GET.  The
 * door is narrow: that status on that path is a logout without a body; without
 * TLS it is the redirect it would have been; any other is the status it is, and
 * no credential is looked at.
 */
#define ERROR_PATH "/__error"
#define LOGOUT_PATH "/logout"

/* The request that was refused, as its line had it: path of len bytes, and query. */
static int
take_refused(struct call *c, const char *uri, size_t len)
{
	c->path = arena_strndup(c->mem, uri, len);
	c->method = METHOD_POST;
	c->req->param[PARAM_QUERY_STRING] = uri[len] ? uri + len + 1 : "";
	c->req->body_state = BODY_WHOLE;
	c->req->body_len = 0;
	return c->path ? 0 : -ENOMEM;
}

static int
take_server_error(struct call *c)
{
	const char *status = request_get(c->req, PARAM_REDIRECT_STATUS);
	const char *uri = request_get(c->req, PARAM_REQUEST_URI);
	size_t len = strcspn(uri, "?");
	int64_t number;
	int r;

	if (text_integer(status, strlen(status), &number) || number < 400 || number > 599)
		return V_NO_ROUTE;
	c->server_status = (int)number;
	if (number != 411 || c->method != METHOD_GET)
		return V_SERVER_ERROR;
	if (!is_over_tls(c) && *uri == '/' && !memchr(uri, '%', len)) {
		r = take_refused(c, uri, len);
		return r ? r : V_PLAIN_HTTP;
	}
	if (len != strlen(LOGOUT_PATH) || strncmp(uri, LOGOUT_PATH, len) != 0)
		return V_SERVER_ERROR;
	return take_refused(c, uri, len);
}

/* Which row of routes[] is meant?  Never by REQUEST_URI: it is raw (DESIGN). */
static int
find_route(struct call *c)
{
	int r = 0;

	if (c->req->role == ROLE_AUTHORIZER) {
		c->route = &route_authorizer;
		c->method = route_authorizer.method;
		c->dialect = route_authorizer.dialect;
		return 0;
	}
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
	if (!is_over_tls(c))
		return V_PLAIN_HTTP;
	return c->method == METHOD_OPTIONS ? V_PREFLIGHT : 0;
}

static int
check_limits(struct call *c)
{
	size_t len = strlen(c->path) + strlen(request_get(c->req, PARAM_QUERY_STRING));

	if (c->route->flags & ROUTE_GUARDS)
		return c->req->forged ? V_FORGED_HEADER : 0;
	if (len > URI_MAX || strlen(request_get(c->req, PARAM_REQUEST_URI)) > URI_MAX)
		return V_URI_TOO_LONG;
	if (call_carries_body(c) && c->req->body_state == BODY_TOO_LARGE)
		return V_BODY_TOO_LARGE;
	return 0;
}

static int
refuse_caller(struct call *c)
{
	int r;

	c->outcome.failed = "session";
	r = cred_charge_token(c->auth, request_get(c->req, PARAM_REMOTE_ADDR), c->webitel.token,
	    c->now_ms, &c->outcome);
	return r ? r : V_BAD_CALLER;
}

static int
verify_caller(struct call *c)
{
	int r;

	r = cred_webitel_verify(c->auth, &c->webitel, c->now_ms, &c->caller);
	if (r == V_BAD_CALLER && c->webitel.token)
		return refuse_caller(c);
	if (r == V_ENDED)
		c->outcome.failed = "session";
	if (r)
		return r;
	outcome_know(&c->outcome, c->caller.by_domain_token ? "domain-token" : "session",
	    &c->caller.owner);
	return 0;
}

/* Who is it? */
static int
verify(struct call *c)
{
	struct attempt attempt = { .auth = c->auth, .providers = c->cred->providers,
	    .mem = c->mem, .now_ms = c->now_ms, .who = &c->id, .outcome = &c->outcome,
	    .source = request_get(c->req, PARAM_REMOTE_ADDR) };

	if (c->route->flags & ROUTE_OPEN)
		return 0;
	if (c->dialect == DIALECT_WEBITEL)
		return verify_caller(c);
	return cred_verify(&c->presented, &attempt);
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
		.via = c->outcome.via,
		.user = c->outcome.known ? &c->outcome.user : NULL,
		.ms = clock_steady_ms() - began_ms,
		.failed = c->outcome.failed,
		.name = c->outcome.name,
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
