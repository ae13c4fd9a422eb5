// SPDX-License-Identifier: ISC
/* http/gate_credential.c - callers by the schemes of cred/, and those that need none. */
#include "http/gate.h"

#include "http/call.h"

static int
collect(struct call *c, const struct sources *sources)
{
	return cred_collect(c->cred, sources, &c->presented);
}

static int
verify(struct call *c)
{
	struct attempt attempt = { .auth = c->auth, .providers = c->cred->providers,
	    .mem = c->mem, .now_ms = c->now_ms, .who = &c->id, .outcome = &c->outcome,
	    .source = request_get(c->req, PARAM_REMOTE_ADDR),
	    .agent = request_get(c->req, PARAM_USER_AGENT), .wait = c->wait };

	return cred_verify(&c->presented, &attempt, c->trial);
}

static int
let_through(struct call *c)
{
	(void)c;
	return 0;
}

const struct gate gate_credential = { .collect = collect, .verify = verify, .identifies = true,
    .accepts = ACCEPTS_CREDENTIAL, .refuses = GATE_REFUSES };
const struct gate gate_open = { .collect = collect, .verify = let_through };
const struct gate gate_public = { .collect = collect, .verify = let_through, .may_be_kept = true };
