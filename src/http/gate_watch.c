// SPDX-License-Identifier: ISC
/* http/gate_watch.c - programs that watch the service, by their address alone (API 13). */
#include "http/gate.h"

#include "base/verdict.h"
#include "http/call.h"

static int
collect(struct call *c, const struct sources *sources)
{
	(void)c, (void)sources;
	return 0;
}

static int
verify(struct call *c)
{
	static const char *loopback[] = { "127.0.0.0/8", "::1" };
	const struct conf_list here = { loopback, 2 };

	if (request_is_from(c->req, &here) || request_is_from(c->req, &c->conf->metrics_allow))
		return 0;
	outcome_refuse(&c->outcome, NULL, WHY_ADDRESS);
	return V_FORBIDDEN;
}

const struct gate gate_watch = { .collect = collect, .verify = verify, .watches = true,
    .refuses = VERDICT_BIT(V_FORBIDDEN) };
