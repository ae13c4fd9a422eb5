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

struct call;
struct sources;

struct gate {
	/*
	 * Takes the credentials from sources; the query is empty there unless it
	 * may hold one.  V_DUPLICATE_CREDENTIAL, and errors of an unreadable
	 * body.
	 */
	int (*collect)(struct call *c, const struct sources *sources);

	/* Fills in the caller and the outcome; else V_WRONG_CREDENTIAL and its like. */
	int (*verify)(struct call *c);

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
