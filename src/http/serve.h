// SPDX-License-Identifier: ISC
/*
 * http/serve.h - answers a request in steps.
 */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "http/reply.h"
#include "http/request.h"

struct auth;
struct cred;

/* What requests are answered with; one in a process. */
struct service {
	const struct conf *conf;
	struct auth *auth;
	struct cred *cred;
};

/*
 * Opens everything that conf needs, after fork.  conf is borrowed and must outlive
 * it.  -errno, logged, as auth_open and cred_open.
 */
int service_open(struct service **service, const struct conf *conf);
void service_close(struct service **service);

/* This process writes beside other workers (store_share). */
void service_share(struct service *service);

/* What answers left to be recorded: now and then, or at_once.  After an answer. */
void service_record(const struct service *service, bool at_once);

/* Has the master key been changed, so that a new process should take over from this one? */
bool service_is_outdated(const struct service *service);

/* The time by which a request is served. */
int64_t service_now_ms(const struct service *service);

/* An empty request for this service.  -ENOMEM. */
int service_request(const struct service *service, struct arena *mem, struct request *req);

/*
 * Answers req, always: an error is an answer too.  The bytes of the reply are in
 * req->mem, or constant.  Logs the line of the request.
 *
 * V_WAITING, if req->may_wait: it is not answered yet, because a password waits for
 * its turn or is being hashed (auth/checks.h), or because a provider is being asked.
 * Nothing was logged, and nothing was done that a repetition would do twice: call it
 * again when serve_is_due.
 */
int serve(const struct service *service, struct request *req, int64_t now_ms,
    struct reply *reply);

/*
 * Answers req where no service could be opened: 503, and what is known without one to
 * programs that watch (API 13).  Logs and counts nothing.
 */
void serve_without(const struct conf *conf, struct request *req, int64_t now_ms,
    struct reply *reply);

/* Is it to be served again?  Call service_look first: it finds out for all that wait. */
void service_look(const struct service *service);
bool serve_is_due(const struct service *service, const struct request *req);

/*
 * Gives up a waiting request whose client has gone.  V_WAITING: a password is being
 * hashed or a provider asked, and serve must finish it when that is done.
 */
int serve_abandon(const struct service *service, struct request *req);

/*
 * Becomes readable when a waiting request may be due; -1: nothing waits.  Check
 * every service_due_ms for those that become due without it.
 */
int service_due_fd(const struct service *service);
int service_due_ms(const struct service *service);	/* INT_MAX: nothing */

#endif
