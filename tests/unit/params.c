// SPDX-License-Identifier: ISC
/* tests/unit/params.c - requests to serve() with any parameters a web server may send. */
#include "params.h"

#include <string.h>

#include "http/serve.h"
#include "unit.h"

static void
give(struct request *req, const char *name, const char *value)
{
	EXPECT_VERDICT(name, request_param(req, name, strlen(name), value), 0);
}

struct reply
params_ask(struct ready *my, const struct params_ask *ask)
{
	struct request req;
	struct reply reply;

	arena_wipe(&my->call_mem);
	EXPECT_VERDICT(ask->path, service_request(my->service, &my->call_mem, &req), 0);
	give(&req, "REQUEST_METHOD", ask->method);
	give(&req, "SCRIPT_NAME", ask->path);
	if (!ask->plain)
		give(&req, "HTTPS", "on");
	for (size_t i = 0; i < PARAMS_GIVEN_MAX && ask->given[i]; i++) {
		const char *equals = strchr(ask->given[i], '=');

		give(&req, arena_strndup(&my->call_mem, ask->given[i],
		    (size_t)(equals - ask->given[i])), equals + 1);
	}
	if (ask->body) {
		req.body = ask->body;
		req.body_len = strlen(ask->body);
	}
	serve(my->service, &req, READY_NOW_MS, &reply);
	return reply;
}

void
params_reopen(struct ready *my)
{
	service_close(&my->service);
	EXPECT_VERDICT("open", service_open(&my->service, my->conf), 0);
	my->auth = my->service->auth;
}
