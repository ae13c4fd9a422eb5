// SPDX-License-Identifier: ISC
/*
 * tests/e2e/http.h - one HTTP exchange, by libcurl.
 *
 * Strings of an answer live in the arena given, with all else of a test.
 */
#ifndef E2E_HTTP_H
#define E2E_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define HTTP_HEADERS_MAX 10

struct http_request {
	const char *method;
	const char *url;
	const char *headers[HTTP_HEADERS_MAX];	/* "Name: value", up to the first NULL */
	const char *body;			/* NULL: none, and no Content-Length */
	size_t body_len;
	bool http2;
	const char *target;			/* in the request line; NULL: of url */
	const char *from;			/* address to ask from, or NULL */
	int pause_ms;				/* before each few bytes of the body */
};

struct http_answer {
	int status;			/* 0: no answer at all */
	const char *reason;		/* "" over HTTP/2 */
	const char *headers;		/* "Name: value\n" each */
	const char *body;		/* followed by a NUL */
	size_t body_len;
};

/* Says on stdout why there is no answer, if there is none. */
struct http_answer http_call(struct arena *mem, const struct http_request *ask);

/* The value of header number n of that name, or NULL. */
const char *http_header(struct arena *mem, const struct http_answer *answer, const char *name,
    int n);

/* Sends bytes over TLS or not, as base says, and reads the whole answer. */
struct http_answer http_raw(struct arena *mem, const char *base, const char *bytes);

void http_end(void);

/* In a child process: connections are the parent's. */
void http_forget(void);

#endif
