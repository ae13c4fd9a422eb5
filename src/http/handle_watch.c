// SPDX-License-Identifier: ISC
/* http/handle_watch.c - what programs that watch the service ask (API 13). */
#include "auth/auth.h"
#include "base/scoreboard.h"
#include "base/verdict.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/metrics.h"

static const struct answer_field health_fields[] = {
	{ "status", ANSWER_FIXED, .json = "\"ok\"" },
	{ .name = NULL },
};
static const struct answer_shape health_shape = { .name = "Health", .fields = health_fields };
const struct answer answer_health = { .shape = &health_shape };
const struct answer answer_metrics = { .media_types = { "text/plain",
    EXPOSITION_OPEN_TYPE } };

/* NULL: it is well. */
static const char *
what_ails(struct call *c)
{
	if (!c->auth || auth_try(c->auth))
		return "the database cannot be read";
	return scoreboard_has_room() ? NULL : "all workers are busy, and there can be no more";
}

/* A fault is in the log, where it was found. */
int
on_health(struct call *c)
{
	c->ailment = what_ails(c);
	if (c->ailment)
		return V_UNAVAILABLE;
	answer_put_one(&c->payload, &health_shape, "", 0);
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
