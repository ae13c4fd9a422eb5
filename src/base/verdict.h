// SPDX-License-Identifier: ISC
/*
 * base/verdict.h - what a function that can fail returns.
 *
 * A function that can fail returns int.  0 is success.  A value > 0 is one of
 * these verdicts: the function's contract names it, and the caller handles it.
 * A value < 0 is a negative errno, a fault of ours, which is passed up unchanged
 * and answered with 500, or 503 if it is temporary.
 * A fault is never turned into a refusal, nor a refusal into a fault.
 */
#ifndef BASE_VERDICT_H
#define BASE_VERDICT_H

#include <stdint.h>

enum verdict {
	V_OK,
	/* results of the store and of parsers */
	V_NOT_FOUND,
	V_EXISTS,
	V_TOO_MANY,		/* a cap is reached */
	V_LAST_ADMIN,		/* nobody would be left who can administer */
	V_CHANGED,		/* compare-and-set: another process was first */
	V_MALFORMED,		/* the bytes do not have the expected form */
	V_INVALID,		/* well formed, but violates the rule of its field */
	/* who is calling */
	V_ENDED,		/* once valid, now expired, revoked or logged out: not a guess */
	V_REUSED,		/* such a token, and what replaced it has been used */
	V_WRONG_CREDENTIAL,
	V_WRONG_ADDRESS,	/* a token that is not accepted from there: not a guess */
	V_FORBIDDEN,
	V_NO_SCOPE,		/* a token that was not made for this */
	V_UNAVAILABLE,		/* a provider or a limited resource, for now */
	V_THROTTLED,		/* too many failures: not evaluated for now */
	V_WAITING,		/* not decided yet: the call is put aside, and made again later */
	/* errors in a request, in the order of the checks */
	V_HEADERS_TOO_LARGE,
	V_NO_ROUTE,
	V_NO_METHOD,
	V_PREFLIGHT,		/* OPTIONS: answered without a handler */
	V_PLAIN_HTTP,
	V_URI_TOO_LONG,
	V_BODY_TOO_LARGE,
	V_BAD_FORM,
	V_BAD_JSON,
	V_JSON_AS_FORM,		/* what is said to be a form */
	V_DUPLICATE_CREDENTIAL,
	V_DUPLICATE_HEADER,
	V_FORGED_HEADER,	/* a client sent a header that only our answer may have */
	V_FOREIGN_SITE,		/* a page of another site caused it */
	V_NO_TOKEN,
	V_ROTATED,		/* the token was replaced before */
	V_TAKEN,		/* a name is another's */
	V_IN_USE,		/* users belong to the account */
	V_MEDIA_TYPE,
	V_BAD_FIELDS,
	/* only in the Webitel API */
	V_BAD_CALLER,
	V_NO_USER,
	V_NO_USER_NAME,
	V_NO_DOMAIN,
	V_BAD_EXPIRE,
	V_BAD_ROLE,
	V_BAD_STATE,
	V_WEB_SERVER_ERROR,	/* an error of the web server, in our envelope */
	VERDICTS		/* how many there are */
};

/* The bit of a verdict in a set of them. */
#define VERDICT_BIT(v)	(UINT64_C(1) << (v))
_Static_assert(VERDICTS <= 64, "a set of verdicts fits 64 bits");

/* The name of a result for a log line: "not-found", or "fault" below zero. */
const char *verdict_name(int r);

#endif
