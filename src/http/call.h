// SPDX-License-Identifier: ISC
/*
 * http/call.h - one call while it is answered.  Each step of http/serve.c
 * fills its own part and looks only at earlier ones.
 */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "base/text.h"
#include "cred/cred.h"
#include "cred/cred_webitel.h"
#include "http/input.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/routes.h"

struct call {
	/* given */
	struct auth *auth;
	const struct cred *cred;
	struct arena *mem;
	struct request *req;
	int64_t now_ms;

	/* route */
	enum method method;
	const struct route *route;
	const char *path, *captures[CAPTURES_MAX], *allow;
	enum dialect dialect;
	int server_status;		/* with V_SERVER_ERROR */

	/* collect */
	struct sources sources;
	struct presented presented;
	struct webitel_presented webitel;

	/* verify */
	struct identity id;
	struct caller caller;		/* in the Webitel dialect */

	/* locate */
	struct token token;
	struct domain_token domain_token;

	/* input */
	struct input in;

	/* handle */
	struct text payload;		/* JSON */

	/* any step */
	struct outcome outcome;
};

/* Bodies of GET and HEAD are ignored (CONTRACT 2). */
static inline bool
call_carries_body(const struct call *c)
{
	return c->method != METHOD_GET;
}

#endif
