// SPDX-License-Identifier: ISC
/*
 * base/verdict.h - what a function that can fail returns.
 *
 * A function that can fail returns int: 0 done; > 0 one of these, named in its
 * contract and decided by its caller; < 0 a negative errno, a fault of ours,
 * passed up untouched and answered 500 (503 where it will pass by itself).
 * A fault is never turned into a refusal, nor a refusal into a fault.
 */
#ifndef BASE_VERDICT_H
#define BASE_VERDICT_H

enum verdict {
	V_OK,
	/* what a store or a parser finds */
	V_NOT_FOUND,
	V_EXISTS,
	V_TOO_MANY,		/* a cap is reached */
	V_CHANGED,		/* compare-and-set: somebody else was first */
	V_MALFORMED,		/* the bytes are not one of what was asked for */
	V_INVALID,		/* well formed, but outside the rule of its field */
	/* who is calling */
	V_ENDED,		/* really ours, but expired, revoked or logged out: no guess */
	V_WRONG_CREDENTIAL,
	V_FORBIDDEN,
	V_UNAVAILABLE,		/* a provider or a limited resource, for now */
	V_THROTTLED,		/* after too many failures: not looked at, for now */
	V_WAITING,		/* not decided yet: the call is put aside, and made again later */
	/* what is wrong with a request, in the order in which it is looked at */
	V_HEADERS_TOO_LARGE,
	V_NO_ROUTE,
	V_NO_METHOD,
	V_PREFLIGHT,		/* OPTIONS: answered from the route, not handled */
	V_PLAIN_HTTP,
	V_URI_TOO_LONG,
	V_BODY_TOO_LARGE,
	V_BAD_FORM,
	V_BAD_JSON,
	V_JSON_AS_FORM,		/* what is said to be a form */
	V_DUPLICATE_CREDENTIAL,
	V_DUPLICATE_HEADER,
	V_FORGED_HEADER,	/* a client says what only the answer to a web server may */
	V_FOREIGN_SITE,		/* a page of another site caused it */
	V_NO_TOKEN,
	V_MEDIA_TYPE,
	V_BAD_FIELDS,
	/* what only the Webitel dialect says */
	V_BAD_CALLER,
	V_NO_USER,
	V_NO_USER_NAME,
	V_NO_DOMAIN,
	V_BAD_EXPIRE,
	V_BAD_ROLE,
	V_BAD_STATE,
	V_WEB_SERVER_ERROR,	/* the web server's own error, put into our envelope */
	VERDICTS		/* how many there are */
};

/* The name of a result for a log line: "not-found", or "fault" below zero. */
const char *verdict_name(int r);

#endif
