// SPDX-License-Identifier: ISC
/*
 * http/call.h - one call while it is answered.  Each step of http/serve.c
 * fills its own part and looks only at earlier ones.
 */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "auth/outcome.h"
#include "base/text.h"
#include "cred/cred.h"
#include "cred/cred_webitel.h"
#include "http/request.h"
#include "http/routes.h"
#include "http/values.h"

struct gate;

struct call {
	/* given */
	const struct conf *conf;
	struct auth *auth;
	const struct cred *cred;
	struct arena *mem;
	const struct request *req;
	struct login_wait **wait;	/* where a login that waits is kept; NULL: it blocks */
	int64_t now_ms;

	/* route */
	enum method method;
	const char *path, *query;
	bool has_body;			/* may have one, as far as the method goes */
	const char *pattern;		/* the path's in routes[]; NULL without one */
	const struct route *route;
	struct named named;
	enum dialect dialect;
	const struct gate *gate;
	int server_status;		/* with V_WEB_SERVER_ERROR */

	/* collect, by the gate */
	struct sources sources;
	struct presented presented;
	struct webitel_presented webitel;

	/* verify, by the gate */
	union {
		struct identity id;
		struct caller caller;	/* behind gate_session */
	};

	/* locate */
	union {
		struct token token;
		struct domain_token domain_token;
	};

	/* input */
	struct input in;

	/* handle */
	struct text payload;		/* JSON */

	/* any step */
	struct outcome outcome;
};

/* Must it be sent over TLS first?  Not where that does not matter (API 1.1). */
static inline bool
call_lacks_tls(const struct call *c)
{
	return !c->conf->allow_plain_http &&
	    !request_is_secure(c->req, &c->conf->trusted_proxies);
}

#endif
