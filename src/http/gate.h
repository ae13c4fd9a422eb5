// SPDX-License-Identifier: ISC
/*
 * http/gate.h - how callers are recognised: which credentials a request
 * presents, and whose they are.
 *
 * A dialect has a gate (http/dialect.c); a route may have one of its own
 * (http/routes.c).
 */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

struct call;
struct sources;

struct gate {
	/*
	 * Takes the credentials out of sources, where the query is empty unless it
	 * may hold one.  V_DUPLICATE_CREDENTIAL, and what else makes the body
	 * unreadable.
	 */
	int (*collect)(struct call *c, const struct sources *sources);

	/* Fills in who is calling and the outcome, or says why not: V_WRONG_CREDENTIAL, ... */
	int (*verify)(struct call *c);
};

extern const struct gate gate_credential;	/* the schemes of cred/cred_slots.c */
extern const struct gate gate_guard;		/* these, or a Webitel session of a user */
extern const struct gate gate_open;		/* lets everybody through */
extern const struct gate gate_session;		/* a Webitel session, or a token of a domain */
extern const struct gate gate_password;		/* name and password in the fields of POST /login */

#endif
