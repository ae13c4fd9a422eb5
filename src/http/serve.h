// SPDX-License-Identifier: ISC
/*
 * http/serve.h - request in, reply out: the steps of every call.
 */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include <stdint.h>

#include "auth/auth.h"
#include "http/reply.h"
#include "http/request.h"

/*
 * Answers req, always: what goes wrong is an answer too.  The reply's bytes
 * are in req->mem, or constant.  Logs the one line of the call.
 */
void serve(struct auth *auth, struct request *req, int64_t now_ms, struct reply *reply);

#endif
