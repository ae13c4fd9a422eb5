// SPDX-License-Identifier: ISC
/*
 * http/dialect.h - how the same result is worded for each kind of client: a row of
 * words for each, and what else its answer contains.
 */
#ifndef HTTP_DIALECT_H
#define HTTP_DIALECT_H

#include <stdbool.h>

struct gate;

/* The kind of client, which determines the form of answers. */
enum dialect {
	DIALECT_REST,			/* a client of the Opentact API */
	DIALECT_ADMIN,			/* the same, of an administrator (API 11) */
	DIALECT_WEBITEL,		/* a client of the Webitel API */
	DIALECT_OAUTH,			/* a program that follows the standards of OAuth */
	DIALECT_WATCH,			/* a program that watches the service */
	DIALECT_VERIFY,			/* a web server, by a sub-request */
	DIALECT_AUTHORIZER,		/* a web server, in FastCGI's authorizer role */
	DIALECTS
};

/* What an answer has besides its status and the common headers. */
enum extra {
	EXTRA_CHALLENGE = 1,		/* WWW-Authenticate */
	EXTRA_WEBITEL_CHALLENGE = 2,	/* the same, for which browsers open no dialog */
	EXTRA_ALLOW = 4,
	EXTRA_RETRY = 8,		/* Retry-After, in a few seconds */
	EXTRA_LOCATION = 16,
	EXTRA_PAYLOAD = 32,		/* what the handler wrote */
	EXTRA_USER_HEADERS = 64,	/* X-Auth-… */
	EXTRA_USER_VARIABLES = 128,	/* Variable-… */
	EXTRA_BARE = 256,		/* without the common headers */
	EXTRA_WAIT = 512,		/* Retry-After, from the throttle */
};

struct wording {
	int status;
	const char *reason, *message;	/* no message: no body unless there is a payload */
	unsigned carries;		/* a sum of enum extra */
};

/* The words for result r (base/verdict.h); a result without words is a fault. */
const struct wording *dialect_wording(enum dialect dialect, int r);

/* The words for V_PLAIN_HTTP if the method is GET. */
extern const struct wording dialect_moved;

/* The words for an error status of the web server, for V_WEB_SERVER_ERROR. */
const struct wording *dialect_web_server_wording(int status);

/* How its callers are recognized, unless a route names another gate. */
const struct gate *dialect_gate(enum dialect dialect);

/* Do path, query, method and body belong to a request to another site? */
bool dialect_guards(enum dialect dialect);

/* May pages of other origins read the answers? */
bool dialect_has_cors(enum dialect dialect);

/* What its requests are about, for the description; NULL: they are not in it. */
const char *dialect_title(enum dialect dialect);

#endif
