// SPDX-License-Identifier: ISC
/*
 * http/collect.h - which credentials a request presents: a step of http/serve.c.
 */
#ifndef HTTP_COLLECT_H
#define HTTP_COLLECT_H

struct call;

/*
 * Reads headers, query and form into c->sources and takes the credentials from
 * them.  V_DUPLICATE_HEADER, V_DUPLICATE_CREDENTIAL; V_BAD_FORM, V_BAD_JSON for
 * what cannot be read.
 */
int collect(struct call *c);

#endif
