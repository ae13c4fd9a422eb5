// SPDX-License-Identifier: ISC
/*
 * http/serve.h - request in, reply out: the steps of every call.
 */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include <stdbool.h>
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
 *
 * V_WAITING, if req->may_wait: it is not answered yet, for a login in it waits for its turn or is
 * being hashed (auth/checks.h).  Nothing was logged, and nothing was done that
 * a repetition would do twice: call it again when serve_is_due.
 */
int serve(const struct service *service, struct request *req, int64_t now_ms,
    struct reply *reply);
bool serve_is_due(const struct service *service, const struct request *req);

/*
 * Gives up a request that waits, for nobody is there to be answered.  V_WAITING:
 * its login is being hashed, and serve has to end it when that is done.
 */
int serve_abandon(const struct service *service, struct request *req);

/*
 * Becomes readable when a login that waits may be due; -1: there is nothing
 * such.  What may come due without it is looked at every service_due_ms.
 */
int service_due_fd(const struct service *service);
int service_due_ms(const struct service *service);	/* INT_MAX: nothing */

#endif
