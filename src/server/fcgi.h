// SPDX-License-Identifier: ISC
/*
 * server/fcgi.h - a connection of the web server in, its request answered.
 *
 * The only door to libfcgi, which speaks the FastCGI protocol.
 */
#ifndef SERVER_FCGI_H
#define SERVER_FCGI_H

#include "http/serve.h"
#include "base/arena.h"

/* Call once in a worker, before its signal handlers are set.  -EIO. */
int fcgi_init(void);

/*
 * Takes the one request of connection fd, answers it and closes fd.  A peer
 * that does not hand over a whole request, or does not take the answer, in
 * request_deadline_s each is cut off.  Roles other than responder and authorizer
 * are answered 500: what we do not understand is never a 2xx.  The caller wipes mem.
 */
void fcgi_serve(const struct service *service, struct arena *mem, int fd);

#endif
