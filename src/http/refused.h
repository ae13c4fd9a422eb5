// SPDX-License-Identifier: ISC
/*
 * http/refused.h - requests that a web server refused itself and hands to us to
 * answer, in our envelope.
 */
#ifndef HTTP_REFUSED_H
#define HTTP_REFUSED_H

struct call;

/*
 * Looks whether c, its method and path read, is such a request: 0 if not.
 * V_WEB_SERVER_ERROR with c->server_status: it is answered by that.
 * V_PLAIN_HTTP, and 0 for a logout: c is now the call that was refused.
 * V_NO_ROUTE: somebody else asks at that path.
 */
int refused_take(struct call *c);

#endif
