// SPDX-License-Identifier: ISC
/*
 * server/fcgi.h - answers the request of a connection from the web server.
 *
 * The only use of libfcgi, which implements the FastCGI protocol.
 */
#ifndef SERVER_FCGI_H
#define SERVER_FCGI_H

#include "http/serve.h"

/* One connection at a time, its request and all its memory. */
struct exchange;

/* Call once in a worker, before its signal handlers are set.  -EIO. */
int fcgi_init(void);

/* NULL: no memory. */
struct exchange *fcgi_new(void);
void fcgi_free(struct exchange **x);

/*
 * Reads the request of connection fd and answers it.  A peer that does not send a
 * complete request, or accept the answer, within request_deadline_s each, is
 * disconnected.  Roles other than responder and authorizer are answered with 500:
 * what we do not understand is never a 2xx.
 *
 * 0: the connection is closed, and x may serve the next one.  V_WAITING, if it may wait: x
 * holds a request that waits for its turn, or for a provider; continue with fcgi_resume when
 * fcgi_is_due.
 */
int fcgi_serve(const struct service *service, struct exchange *x, int fd, bool may_wait);
int fcgi_resume(const struct service *service, struct exchange *x);
bool fcgi_is_due(const struct service *service, const struct exchange *x);

/*
 * The peer of a waiting login has gone.  0: nothing is answered, and x is free.
 * V_WAITING: its password is being hashed; continue when that is done.
 */
int fcgi_abandon(const struct service *service, struct exchange *x);

/* Reads the request of connection fd and answers it as serve_without. */
void fcgi_refuse(const struct conf *conf, struct exchange *x, int fd);

/* The connection of a waiting login. */
int fcgi_fd(const struct exchange *x);

#endif
