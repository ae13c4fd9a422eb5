// SPDX-License-Identifier: ISC
/*
 * server/fcgi.h - a connection of the web server in, its request answered.
 *
 * The only door to libfcgi, which speaks the FastCGI protocol.
 */
#ifndef SERVER_FCGI_H
#define SERVER_FCGI_H

#include "http/serve.h"

/* One connection at a time, its request and all memory of that. */
struct exchange;

/* Call once in a worker, before its signal handlers are set.  -EIO. */
int fcgi_init(void);

/* NULL: no memory. */
struct exchange *fcgi_new(void);
void fcgi_free(struct exchange **x);

/*
 * Takes the one request of connection fd and answers it.  A peer that does not
 * hand over a whole request, or does not take the answer, in request_deadline_s
 * each is cut off.  Roles other than responder and authorizer are answered 500:
 * what we do not understand is never a 2xx.
 *
 * 0: the connection is closed, and x may serve the next one.  V_WAITING: x holds
 * a login that waits for its turn; fcgi_resume goes on with it when fcgi_is_due.
 */
int fcgi_serve(const struct service *service, struct exchange *x, int fd);
int fcgi_resume(const struct service *service, struct exchange *x);
bool fcgi_is_due(const struct service *service, const struct exchange *x);

/*
 * The peer of a login that waits is gone.  0: nothing is answered, and x is
 * free.  V_WAITING: its password is being hashed, and x goes on when that is done.
 */
int fcgi_abandon(const struct service *service, struct exchange *x);

/* The connection of a login that waits. */
int fcgi_fd(const struct exchange *x);

#endif
