// SPDX-License-Identifier: ISC
/*
 * http/dialect.h - how one and the same result is said to different askers: a
 * row of words for each, and what else its answer carries.
 */
#ifndef HTTP_DIALECT_H
#define HTTP_DIALECT_H

#include <stdbool.h>

struct gate;

/* Who asks, and so how answers look. */
enum dialect {
	DIALECT_REST,			/* a client of the API */
	DIALECT_WEBITEL,		/* a client of Webitel's API */
	DIALECT_VERIFY,			/* a web server, by a sub-request of its own */
	DIALECT_AUTHORIZER,		/* a web server, in FastCGI's authorizer role */
	DIALECTS
};

/* What an answer has besides its status and the headers of all. */
enum extra {
	EXTRA_CHALLENGE = 1,		/* WWW-Authenticate */
	EXTRA_WEBITEL_CHALLENGE = 2,	/* the same, and no browser opens a dialog for it */
	EXTRA_ALLOW = 4,
	EXTRA_RETRY = 8,		/* Retry-After, in a moment */
	EXTRA_LOCATION = 16,
	EXTRA_PAYLOAD = 32,		/* what the handler put */
	EXTRA_USER_HEADERS = 64,	/* X-Auth-… */
	EXTRA_USER_VARIABLES = 128,	/* Variable-… */
	EXTRA_BARE = 256,		/* and not even the headers of all */
	EXTRA_WAIT = 512,		/* Retry-After, as the throttle says */
};

struct wording {
	int status;
	const char *reason, *message;	/* no message: no body, unless there is a payload */
	unsigned carries;		/* enum extra, added up */
};

/* The words for result r (base/verdict.h); one without any is a fault. */
const struct wording *dialect_wording(enum dialect dialect, int r);

/* The words for a status of the web server's own, for V_WEB_SERVER_ERROR. */
const struct wording *dialect_web_server_wording(int status);

/* How its callers are recognised, unless a route says otherwise. */
const struct gate *dialect_gate(enum dialect dialect);

/* Are path, query, method and body those of a request to another site? */
bool dialect_guards(enum dialect dialect);

/* May pages of other origins read the answers? */
bool dialect_has_cors(enum dialect dialect);

#endif
