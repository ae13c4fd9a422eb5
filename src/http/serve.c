// SPDX-License-Identifier: ISC
/* http/serve.c - answers a request in steps. */
#include "http/serve.h"

#include <errno.h>
#include <string.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "auth/auth.h"
#include "auth/checks.h"
#include "auth/limit.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/collect.h"
#include "http/dialect.h"
#include "http/gate.h"
#include "http/input.h"
#include "http/origin.h"
#include "http/refused.h"
#include "http/routes.h"
#include "http/tally.h"

/* As servers allow it; a JWT in a query is well below. */
#define URI_MAX 4096

/* Which row of routes[] is meant?  Never by REQUEST_URI: it is raw. */
static int
find_row(struct call *c)
{
	int r;

	c->path = request_get(c->req, PARAM_SCRIPT_NAME);
	if (*request_get(c->req, PARAM_PATH_INFO))
		c->path = arena_printf(c->mem, "%s%s", c->path,
		    request_get(c->req, PARAM_PATH_INFO));
	if (!c->path)
		return -ENOMEM;
	c->method = method_parse(request_get(c->req, PARAM_REQUEST_METHOD));
	r = refused_read(c);
	c->dialect = dialect_of(c->path);
	if (!r && dialect_is_off(c->dialect, c->conf))
		r = V_NO_ROUTE;
	return r ? r : route_find(c->mem, c->path, c->method, &c->pattern, &c->route, &c->named);
}

/* For a path that is not there too: else the page would never see the 404 that follows. */
static bool
is_preflight(const struct call *c)
{
	return c->method == METHOD_OPTIONS && c->req->param[PARAM_PREFLIGHT_METHOD] &&
	    dialect_has_cors(c->dialect) && origin_is_listed(c);
}

/*
 * A sub-request has no query of its own.  The query of the client is read only
 * from a parameter that no client can send.
 */
static int
find_route(struct call *c)
{
	int r = 0;

	c->query = request_get(c->req, PARAM_QUERY_STRING);
	c->has_body = true;
	if (c->req->role == ROLE_AUTHORIZER) {
		c->dialect = DIALECT_AUTHORIZER;
		c->route = &route_authorizer;
	} else {
		r = find_row(c);
	}
	if (c->dialect == DIALECT_VERIFY)
		c->query = request_get(c->req, PARAM_DOORWARD_QUERY);
	if (c->req->oversized)
		return V_HEADERS_TOO_LARGE;	/* and the route may be missing too */
	if (r == V_NO_ROUTE && is_preflight(c))
		return 0;
	if (r)
		return r;
	if (dialect_guards(c->dialect))
		c->method = METHOD_GET;		/* of the question itself */
	c->gate = c->route->gate ? c->route->gate : dialect_gate(c->dialect);
	/* bodies of GET and HEAD are ignored (API 2.1) */
	c->has_body &= c->method != METHOD_GET;
	return 0;
}

/* A web server without its redirect must leak nothing through us (API 1.1). */
static int
require_tls(struct call *c)
{
	if (call_lacks_tls(c))
		return V_PLAIN_HTTP;
	return c->method == METHOD_OPTIONS ? V_PREFLIGHT : 0;
}

static int
check_limits(struct call *c)
{
	size_t len = strlen(c->path) + strlen(c->query);

	if (dialect_guards(c->dialect))
		return c->req->forged ? V_FORGED_HEADER : 0;
	if (len > URI_MAX || strlen(request_get(c->req, PARAM_REQUEST_URI)) > URI_MAX)
		return V_URI_TOO_LONG;
	if (c->has_body && c->req->body_state == BODY_TOO_LARGE)
		return V_BODY_TOO_LARGE;
	return 0;
}

/* Who is the caller? */
static int
verify_caller(struct call *c)
{
	int r;

	/* who watches is told even if nothing can be read */
	if (c->gate->watches)
		return c->gate->verify(c);
	r = auth_follow(c->auth);
	account_expect(c->auth, route_shows_account(c->route));
	return r ? r : c->gate->verify(c);
}

/* Was the caller's token made for something else? */
static bool
lacks_scope(const struct call *c)
{
	if (!c->gate->identifies || !c->id.by_token || !c->id.scope[0])
		return false;
	return !c->route->scope || !limit_permits(&c->id, c->route->scope);
}

/* May this caller do it at all? */
static int
permit(struct call *c)
{
	if (lacks_scope(c))
		return V_NO_SCOPE;
	return c->route->permit ? c->route->permit(c) : 0;
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

/* API 3.4 has the order of errors. */
static const struct step {
	const char *name;
	int (*run)(struct call *);
} steps[] = {
	{ "route",	find_route },
	{ "tls",	require_tls },
	{ "limits",	check_limits },
	{ "collect",	collect },
	{ "origin",	origin_check },
	{ "verify",	verify_caller },
	{ "permit",	permit },
	{ "locate",	locate },
	{ "input",	input_read },
	{ "handle",	handle },
};
enum { STEP_HANDLE = NELEM(steps) - 1 };

/* From step *i on, until one says no; *i is behind the last that ran. */
static int
run_steps(struct call *c, size_t *i)
{
	int r = 0;

	while (!r && *i < NELEM(steps))
		r = steps[(*i)++].run(c);
	return r;
}

/* Refusals and changes are in the log before their answer. */
static bool
is_only_read(const struct call *c, const struct reply *reply)
{
	return c->method == METHOD_GET && reply->status < 300;
}

/* Why a caller who was recognized may not do it, by any step. */
static void
explain_right(struct call *c, int r)
{
	bool needs_login = c->outcome.by_token && !dialect_guards(c->dialect);

	if (!c->outcome.via)
		return;
	if (r == V_NO_SCOPE)
		outcome_refuse(&c->outcome, c->outcome.via, WHY_SCOPE);
	else if (r == V_FORBIDDEN)
		outcome_refuse(&c->outcome, c->outcome.via,
		    needs_login ? WHY_NEEDS_LOGIN : WHY_ROLE);
}

/* A line of its own: a token was used although its successor has been. */
static void
audit_reuse(int r, const struct audit *call)
{
	struct audit line = *call;

	line.event = "token.reuse";
	line.result = r;
	line.name = NULL;
	audit_log(&line);
}

static void
audit_call(const struct call *c, int r, const char *step, const struct reply *reply)
{
	char why[AUDIT_WHY_SIZE];
	struct audit line = {
		.event = c->route ? c->route->event : "unknown",
		.result = r,
		.step = step,
		.source = request_get(c->req, PARAM_REMOTE_ADDR),
		.via = c->outcome.via,
		.user = c->outcome.known ? &c->outcome.user : NULL,
		.ms = (clock_steady_us() - c->req->began_us) / 1000,
		.failed = c->outcome.failed,
		.why = why,
		.agent = request_get(c->req, PARAM_USER_AGENT),
		.token = c->outcome.by_token ? &c->outcome.token : NULL,
		.name = c->outcome.name,
		.by = c->outcome.acts ? &c->outcome.by : NULL,
		.object = c->outcome.has_object ? &c->outcome.object : NULL,
	};

	if (c->gate && c->gate->watches && (r == 0 || r == V_PREFLIGHT))
		return;			/* many of them, and nobody's doing */
	outcome_why(&c->outcome, why, sizeof why);
	if (c->outcome.reused)
		audit_reuse(r, &line);
	/* a credential that failed beside a good one counts as a refusal */
	if (is_only_read(c, reply) && !(line.failed && *line.failed))
		audit_log_later(&line);
	else
		audit_log(&line);
}

/*
 * Who waits in the handler has been recognized, and is not asked for it again: a password
 * that is hashed anew each time could make the call wait for ever.
 */
static int
put_aside(const struct call *c, struct request *req)
{
	if (!req->call)
		req->call = arena_alloc(req->mem, sizeof *req->call);
	if (!req->call)
		return -ENOMEM;
	*req->call = *c;
	return V_WAITING;
}

/* The same call, at its handler. */
static int
take_up(struct call *c, int64_t now_ms)
{
	*c = *c->req->call;
	c->now_ms = now_ms;
	account_expect(c->auth, false);
	return auth_follow(c->auth);
}

int
serve(const struct service *service, struct request *req, int64_t now_ms,
    struct reply *reply)
{
	struct call c = { .conf = service->conf, .auth = service->auth, .cred = service->cred,
	    .mem = req->mem, .req = req, .wait = req->may_wait ? &req->wait : NULL,
	    .trial = req->may_wait ? &req->trial : NULL,
	    .now_ms = now_ms, .path = "", .query = "" };
	size_t i = req->call ? STEP_HANDLE : 0;
	int r = req->call ? take_up(&c, now_ms) : 0;

	if (!req->began_us)
		req->began_us = clock_steady_us();
	if (!r)
		r = run_steps(&c, &i);
	if (r == V_WAITING && i == NELEM(steps))
		r = put_aside(&c, req);
	if (r == V_WAITING)
		return r;
	checks_end(c.auth->checks, &req->wait);	/* one that no step came back to */
	cred_end(c.cred, &req->trial);
	explain_right(&c, r);
	r = reply_make(&c, r, reply);
	audit_call(&c, r, steps[i - 1].name, reply);
	tally_call(&c, r, clock_steady_us() - req->began_us);
	return 0;
}

void
serve_without(const struct conf *conf, struct request *req, int64_t now_ms,
    struct reply *reply)
{
	struct call c = { .conf = conf, .mem = req->mem, .req = req, .now_ms = now_ms };
	size_t i = 0;

	*reply = reply_unavailable;
	if (find_route(&c) == 0 && c.gate && c.gate->watches)
		reply_make(&c, run_steps(&c, &i), reply);
}

bool
serve_is_due(const struct service *service, const struct request *req)
{
	return checks_is_due(service->auth->checks, req->wait) && cred_is_due(req->trial);
}

int
serve_abandon(const struct service *service, struct request *req)
{
	int r;

	r = checks_abandon(service->auth->checks, &req->wait);
	return r ? r : cred_abandon(service->cred, &req->trial);
}
