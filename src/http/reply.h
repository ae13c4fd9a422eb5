// SPDX-License-Identifier: ISC
/*
 * http/reply.h - an HTTP answer as data; server/ writes it out.
 *
 * All of it is in the request's arena.  The reason phrase is always present,
 * because clients rely on it (API 1.2).
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#define REPLY_HEADERS_MAX 12

struct reply_header {
	const char *name, *value;
};

struct reply {
	int status;
	const char *reason;
	struct reply_header headers[REPLY_HEADERS_MAX];
	size_t header_count;
	const char *body;		/* NULL: none, and no Content-Length (204) */
	size_t body_len;
	bool head;			/* headers and Content-Length of body, but not body */
};

struct call;

/* The answer if no other can be made (API 3.1). */
extern const struct reply reply_fault;

/* The answer while there is no service. */
extern const struct reply reply_unavailable;

/*
 * The answer to a request with result r (base/verdict.h): the payload for 0, the
 * row of a verdict, 500 or 503 for a fault.  Without memory for it, the answer is
 * a constant 500.  Returns the result that was answered, for the log: r, or
 * -ENOMEM.
 */
int reply_make(struct call *c, int r, struct reply *reply);

#endif
