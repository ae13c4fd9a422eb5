// SPDX-License-Identifier: ISC
/*
 * http/refused.h - requests that a web server has refused, and passes to us to answer
 * in our envelope.
 */
#ifndef HTTP_REFUSED_H
#define HTTP_REFUSED_H

struct call;

/*
 * Checks whether c, whose method and path are known, is such a request: 0 if not.
 * V_WEB_SERVER_ERROR: answer it with c->server_status.  V_PLAIN_HTTP, and 0 for a
 * logout: c is now the request that was refused.  V_NO_ROUTE: a client requested
 * that path.
 */
int refused_read(struct call *c);

#endif
