// SPDX-License-Identifier: ISC
/*
 * http/serve.h - request in, reply out: the steps of every call.
 */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include <stdint.h>

#include "http/reply.h"
#include "http/request.h"

struct auth;
struct cred;

/* What calls are answered with; one in a process. */
struct service {
	const struct conf *conf;
	struct auth *auth;
	struct cred *cred;
};

/*
 * Opens all that conf asks for, after fork.  conf is borrowed and must outlive
 * it.  -errno, logged, as auth_open and cred_open.
 */
int service_open(struct service **service, const struct conf *conf);
void service_close(struct service **service);

/* A request of this service, with nothing in it yet.  -ENOMEM. */
int service_request(const struct service *service, struct arena *mem, struct request *req);

/*
 * Answers req, always: what goes wrong is an answer too.  The reply's bytes
 * are in req->mem, or constant.  Logs the one line of the call.
 */
void serve(const struct service *service, struct request *req, int64_t now_ms,
    struct reply *reply);

#endif
