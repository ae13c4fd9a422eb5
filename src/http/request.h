// SPDX-License-Identifier: ISC
/*
 * http/request.h - one HTTP request as data, copied from the web server's
 * parameters (CGI names, RFC 3875) into the request's arena.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/form.h"
#include "conf/conf.h"

/* The parameters we read; the names are rows in http/request.c. */
enum param {
	PARAM_REQUEST_METHOD,
	PARAM_SCRIPT_NAME,
	PARAM_PATH_INFO,
	PARAM_QUERY_STRING,
	PARAM_REQUEST_URI,		/* never routed on: raw, and absolute behind some servers */
	PARAM_CONTENT_TYPE,
	PARAM_CONTENT_LENGTH,
	PARAM_HTTPS,
	PARAM_REQUEST_SCHEME,
	PARAM_REMOTE_ADDR,
	PARAM_X_FORWARDED_PROTO,	/* believed only from trusted_proxies */
	PARAM_CONTENT_ENCODING,
	PARAM_HOST,			/* believed only for a guarded site's own origin */
	PARAM_ORIGIN,
	PARAM_PREFLIGHT_METHOD,		/* what a page of another origin is going to send */
	PARAM_SEC_FETCH_SITE,
	PARAM_SEC_FETCH_MODE,
	PARAM_SEC_FETCH_DEST,
	PARAM_DOORWARD_ROLE,		/* set by the web server, not by clients: the role */
					/* that it requires for what it guards */
	PARAM_DOORWARD_SCOPE,		/* also: the scope that a bearer token must have */
	PARAM_DOORWARD_QUERY,		/* also: the query of the guarded request */
	PARAM_DOORWARD_METHOD,		/* also: its method, if REQUEST_METHOD is another one */
	PARAM_ACCEPT,			/* only where there is a choice */
	PARAM_USER_AGENT,		/* shown to the user, and nothing else */
	PARAM_REDIRECT_STATUS,		/* an error of the web server, for us to answer */
	PARAMS
};

enum body_state {
	BODY_WHOLE,			/* body and body_len hold what CONTENT_LENGTH promised */
	BODY_TOO_LARGE,			/* over max_body_bytes; not kept */
	BODY_BROKEN,			/* shorter or longer than promised, or no number */
};

/* What the web server asks for (FastCGI 1.0, 6). */
enum fcgi_role {
	ROLE_RESPONDER,			/* the answer to this request */
	ROLE_AUTHORIZER,		/* whether this request to another site may pass */
};

struct request {
	struct arena *mem;
	enum fcgi_role role;
	const char *param[PARAMS];	/* NULL if absent */
	const char *const *headers;	/* names of parameters that may hold a credential */
	size_t header_count;
	struct pairs credentials;	/* those that were sent, including empty ones */
	bool oversized;			/* it has too many parameters; some are missing */
	bool duplicate;			/* a parameter that we read was sent twice */
	bool forged;			/* a client sent a header that only we may set (API 9.1) */
	enum body_state body_state;
	const char *body;		/* body_len bytes and a NUL; never NULL */
	size_t body_len;
	bool may_wait;			/* serve may return V_WAITING; else it blocks */
	struct check *wait;		/* the hash it waits for (auth/checks.h); or NULL */
	struct trial *trial;		/* its trial at a provider (cred/cred.h); or NULL */
	struct call *call;		/* it waits in its handler: what came of the steps before */
	int64_t began_us;		/* when serving it began, of clock_steady_us; 0: not yet */
};

/* headers are borrowed: the names of further parameters to keep.  -ENOMEM. */
int request_init(struct request *req, struct arena *mem, const char *const *headers,
    size_t header_count);

/*
 * Takes one parameter and copies it if we read it; -ENOMEM.  Names outside
 * [A-Z0-9_], which a client can make a web server send, are ignored, except that
 * req->forged considers them as a guarded program would read them.
 */
int request_param(struct request *req, const char *name, size_t name_len, const char *value);

/*
 * CONTENT_LENGTH, or 0 without one.  V_MALFORMED: it is not a number.
 */
int request_length(const struct request *req, size_t *len);

/* The value of a parameter, "" if absent. */
const char *request_get(const struct request *req, enum param param);

/* Is the client's address one of those, or in one of those networks? */
bool request_is_from(const struct request *req, const struct conf_list *networks);

/*
 * Did it arrive over TLS?  HTTPS=on or REQUEST_SCHEME=https; the first element of
 * X-Forwarded-Proto only from one of the trusted proxies (API 1.1).
 */
bool request_is_secure(const struct request *req, const struct conf_list *trusted_proxies);

#endif
