// SPDX-License-Identifier: ISC
/*
 * http/reply.h - an HTTP answer as data; server/ writes it out.
 *
 * Everything lies in the request's arena.  The reason phrase is part of the
 * contract (API 1.2), so it is always there.
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

/* What remains to be said when no answer can be made (API 3.1). */
extern const struct reply reply_fault;

/*
 * The answer to a call that ended with result r (base/verdict.h): the payload
 * for 0, the row of a verdict, 500 or 503 for a fault.  Lack of memory for it is
 * answered by a constant 500.  The result that the answer tells of, for the log:
 * r, or -ENOMEM.
 */
int reply_make(struct call *c, int r, struct reply *reply);

#endif
