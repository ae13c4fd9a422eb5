// SPDX-License-Identifier: ISC
/*
 * http/call.h - one request while it is being answered.  Each step of
 * http/serve.c fills its own part and reads only the parts of earlier steps.
 */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "auth/login.h"
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
	struct check **wait;		/* where a hash is put aside; NULL: it blocks */
	struct trial **trial;		/* likewise, a trial at a provider */
	int64_t now_ms;

	/* route */
	enum method method;
	const char *path, *query;
	bool has_body;			/* the method permits one */
	const char *pattern;		/* of the path, in routes[]; NULL if there is none */
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
		struct caller caller;	/* by gate_session */
	};

	/* locate */
	union {
		struct token token;
		struct domain_token domain_token;
	};

	struct user *user;		/* what an administrator works on (API 11), else NULL */
	struct account *account;

	/* input */
	struct input in;

	/* handle */
	struct text payload;		/* JSON, or of media_type */
	const char *media_type;		/* NULL: JSON */
	const char *ailment;		/* with V_UNAVAILABLE: why the service is not well */

	/* any step */
	struct outcome outcome;
};

/* Where it comes from. */
static inline struct client
call_client(const struct call *c)
{
	return (struct client){ request_get(c->req, PARAM_REMOTE_ADDR),
	    request_get(c->req, PARAM_USER_AGENT) };
}

/* Must the client send it over TLS first?  Not if plain HTTP is allowed (API 1.1). */
static inline bool
call_lacks_tls(const struct call *c)
{
	return !c->conf->allow_plain_http &&
	    !request_is_secure(c->req, &c->conf->trusted_proxies);
}

#endif
