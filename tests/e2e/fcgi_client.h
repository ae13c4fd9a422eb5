// SPDX-License-Identifier: ISC
/*
 * tests/e2e/fcgi_client.h - the web server's side of FastCGI, as little of it as
 * the tests need (FastCGI 1.0, 3 and 5).
 */
#ifndef E2E_FCGI_CLIENT_H
#define E2E_FCGI_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct fcgi_param {
	const char *name, *value;
};

struct fcgi_answer {
	bool ended;		/* there was an END_REQUEST */
	const char *status;	/* "401 Unauthorized" of the Status header, or "" */
	const char *head;	/* all headers, a line each */
	const char *body;
};

/* A connection to $E2E_SOCKET, or -1. */
int fcgi_connect(void);

/* BEGIN_REQUEST without keep-alive; role as in <fastcgi.h>, 0 for a responder. */
void fcgi_begin(int fd, int role);

/* Parameters up to a row without a name; then, if the last, the end of them. */
void fcgi_params(int fd, const struct fcgi_param *params, bool last);

/* A piece of the body; an empty one (len 0) ends it. */
void fcgi_stdin(int fd, const char *bytes, size_t len);

/* Reads what comes until the request is ended, the peer closes or 20 s are over. */
struct fcgi_answer fcgi_read(struct arena *mem, int fd);

#endif
