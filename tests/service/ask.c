// SPDX-License-Identifier: ISC
/* tests/service/ask.c - a request asked of a service in a box, without a web server. */
#include "ask.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "encode.h"
#include "http/serve.h"

static bool
is_named(const char *param, const char *name)
{
	size_t len = strlen(name);

	return strncmp(param, name, len) == 0 && param[len] == '=';
}

static void
send(struct request *req, const char *name, const char *value)
{
	box_must(request_param(req, name, strlen(name), value), name);
}

/* A parameter with a default: a param of that name replaces it. */
static void
send_default(struct request *req, const struct ask *ask, const char *name, const char *value)
{
	for (size_t i = 0; i < ASK_PARAMS_MAX && ask->params[i]; i++) {
		if (is_named(ask->params[i], name))
			return;
	}
	if (value)
		send(req, name, value);
	if (ask->twice && strcmp(ask->twice, name) == 0)
		send(req, name, value ? value : "");
}

static void
send_params(struct box *box, struct request *req, const struct ask *ask)
{
	for (size_t i = 0; i < ASK_PARAMS_MAX && ask->params[i]; i++) {
		const char *param = ask->params[i], *value = strchr(param, '=') + 1;
		const char *name = arena_strndup(&box->call_mem, param,
		    (size_t)(value - param) - 1);

		send(req, name, box_expand(box, value));
		if (ask->twice && strcmp(ask->twice, name) == 0)
			send(req, name, box_expand(box, value));
	}
}

static void
fill(struct box *box, struct request *req, const struct ask *ask)
{
	const char *path = ask->path ? box_expand(box, ask->path) : "/rest/auth";
	const struct { const char *name, *value; } defaults[] = {
		{ "REQUEST_METHOD", ask->method ? ask->method : "GET" },
		{ "SCRIPT_NAME", path[0] ? path : NULL },
		{ "QUERY_STRING", box_expand(box, ask->query) },
		{ "CONTENT_TYPE", ask->type },
		{ "HTTPS", ask->plain ? NULL : "on" },
		{ "REMOTE_ADDR", ask->source ? ask->source : "192.0.2.1" },
		{ "HTTP_AUTHORIZATION", ask->email ?
		    encode_basic(&box->call_mem, ask->email, ask->password) :
		    box_expand(box, ask->authorization) },
		{ "HTTP_X_AUTH_TOKEN", box_expand(box, ask->x_auth_token) },
		{ "HTTP_X_AUTH_HA1B_TOKEN", box_expand(box, ask->ha1b) },
		{ "HTTP_X_OTHER", "x" },
	};

	for (size_t i = 0; i < NELEM(defaults); i++)
		send_default(req, ask, defaults[i].name, defaults[i].value);
	send_params(box, req, ask);
	req->role = ask->role;
	req->body_state = ask->body_state;
	req->oversized = ask->oversized;
	req->body = box_expand(box, ask->body);
	req->body_len = req->body ? strlen(req->body) : 0;
}

/* As a worker does, which has nothing else to do. */
static void
await(struct box *box, const struct request *req)
{
	service_look(box->service);
	while (!serve_is_due(box->service, req)) {
		poll(NULL, 0, 1);
		service_look(box->service);
	}
}

/* One turn of the service. */
static int
take_turn(struct box *box, struct request *req, int64_t now_ms, struct reply *reply)
{
	int r;

	if (box->around)
		box->around(true);
	r = serve(box->service, req, now_ms, reply);
	if (box->around)
		box->around(false);
	return r;
}

struct reply
box_ask(struct box *box, const struct ask *ask)
{
	struct request req;
	struct reply reply;

	arena_wipe(&box->call_mem);
	box->call_mem.limit = 0;
	box_must(service_request(box->service, &box->call_mem, &req), "request");
	fill(box, &req, ask);
	if (box->room)
		box->call_mem.limit = box->call_mem.used + box->room;
	req.may_wait = true;
	while (take_turn(box, &req, box->now_ms + ask->later_ms, &reply) == V_WAITING) {
		if (ask->meanwhile)
			ask->meanwhile(box);
		await(box, &req);
	}
	return reply;
}

const char *
ask_header(const struct reply *reply, const char *name, size_t n)
{
	for (size_t i = 0; i < reply->header_count; i++) {
		if (strcmp(reply->headers[i].name, name) == 0 && n-- == 0)
			return reply->headers[i].value;
	}
	return NULL;
}

int64_t
ask_retry_s(const struct reply *reply)
{
	const char *value = ask_header(reply, "Retry-After", 0);

	return value ? strtoll(value, NULL, 10) : 0;
}

const char *
ask_jwt(struct box *box, const struct reply *reply)
{
	static const char name[] = "\"token\":\"";
	const char *at = reply->status == 200 ? strstr(reply->body, name) : NULL;

	box_must(!at, "no JWT");
	at += strlen(name);
	return arena_strndup(&box->mem, at, strcspn(at, "\""));
}
