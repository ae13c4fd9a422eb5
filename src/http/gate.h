// SPDX-License-Identifier: ISC
/*
 * http/gate.h - how callers are recognized: which credentials a request
 * presents, and which user they prove.
 *
 * A dialect has a gate (http/dialect.c); a route may have one of its own
 * (http/routes.c).
 */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/verdict.h"

struct call;
struct sources;

/* What a gate takes: a credential of cred/cred_slots.c, or one of the Webitel API. */
enum accepts { ACCEPTS_CREDENTIAL = 1, ACCEPTS_SESSION = 2, ACCEPTS_DOMAIN_TOKEN = 4 };

/* What any wrong credential is refused with. */
#define GATE_REFUSES (VERDICT_BIT(V_WRONG_CREDENTIAL) | VERDICT_BIT(V_ENDED) | \
    VERDICT_BIT(V_THROTTLED) | VERDICT_BIT(V_UNAVAILABLE))

struct gate {
	/*
	 * Takes the credentials from sources; the query is empty there unless it
	 * may hold one.  V_DUPLICATE_CREDENTIAL, and errors of an unreadable
	 * body.
	 */
	int (*collect)(struct call *c, const struct sources *sources);

	/* Fills in the caller and the outcome; else V_WRONG_CREDENTIAL and its like. */
	int (*verify)(struct call *c);

	/* for the description: what callers may present, and VERDICT_BIT of what is refused */
	unsigned accepts;
	uint64_t refuses;

	bool identifies;		/* by a token too, whose scope may not be for the route */
	bool may_be_kept;		/* the answer, by clients and proxies, for some minutes */

	/* asks often, and of a service that fails: no line for what is good, no store needed */
	bool watches;
};

extern const struct gate gate_credential;	/* the schemes of cred/cred_slots.c */
extern const struct gate gate_guard;		/* these, or a Webitel session of a user */
extern const struct gate gate_open;		/* accepts everybody */
extern const struct gate gate_public;		/* likewise, and answers all the same */
extern const struct gate gate_session;		/* a Webitel session, or a domain token */
extern const struct gate gate_password;		/* the fields of POST /login */
extern const struct gate gate_watch;		/* the address of who watches the service */

#endif
