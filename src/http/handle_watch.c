// SPDX-License-Identifier: ISC
/* http/handle_watch.c - what programs that watch the service ask (API 13). */
#include "auth/auth.h"
#include "base/json.h"
#include "base/scoreboard.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/metrics.h"

/* NULL: it is well. */
static const char *
what_ails(struct call *c)
{
	if (auth_try(c->auth))
		return "the database cannot be read";
	return scoreboard_has_room() ? NULL : "all workers are busy, and there can be no more";
}

/* A fault is in the log, where it was found. */
int
on_health(struct call *c)
{
	struct json_out o;

	c->ailment = what_ails(c);
	if (c->ailment)
		return V_UNAVAILABLE;
	json_open(&o, &c->payload);
	json_add_string(&o, "status", "ok");
	json_close(&o);
	return 0;
}

int
on_metrics(struct call *c)
{
	struct exposition e = { .out = &c->payload,
	    .is_open = exposition_wants_open(request_get(c->req, PARAM_ACCEPT)) };

	c->media_type = exposition_type(e.is_open);
	return metrics_write(c, &e);
}
