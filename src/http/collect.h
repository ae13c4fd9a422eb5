// SPDX-License-Identifier: ISC
/*
 * http/collect.h - which credentials a request presents: a step of http/serve.c.
 */
#ifndef HTTP_COLLECT_H
#define HTTP_COLLECT_H

struct call;

/*
 * Reads headers, query and form into c->sources; the gate takes the credentials
 * from them.  V_DUPLICATE_HEADER, V_DUPLICATE_CREDENTIAL; V_BAD_FORM, V_BAD_JSON
 * if it cannot be read.
 *
 * A form is parsed here because it may hold a credential.  JSON is parsed by
 * http/input.c, once the caller is known: a 401 must precede any 400 for it
 * (API 3.4).
 */
int collect(struct call *c);

#endif
