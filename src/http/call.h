// SPDX-License-Identifier: ISC
/*
 * http/call.h - one call while it is answered.  Each step of http/serve.c
 * fills its own part and looks only at earlier ones.
 */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "base/text.h"
#include "cred/cred.h"
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
	const char *path, *capture, *allow;

	/* collect */
	struct sources sources;
	struct presented presented;

	/* verify */
	struct attempt attempt;
	struct identity id;
	const struct scheme *via;	/* NULL until somebody is known */

	/* locate */
	struct token token;

	/* input */
	struct input in;

	/* handle */
	struct text payload;		/* JSON */
};

#endif
