// SPDX-License-Identifier: ISC
/* tests/unit/params.h - requests to serve() with any parameters a web server may send. */
#ifndef TESTS_UNIT_PARAMS_H
#define TESTS_UNIT_PARAMS_H

#include "ready.h"

#define PARAMS_GIVEN_MAX 6

struct params_ask {
	const char *method, *path;
	const char *given[PARAMS_GIVEN_MAX];	/* "NAME=value", up to the first NULL */
	const char *body;
	bool plain;				/* without HTTPS=on */
};

/* A request with parameters (or NULL), with a body before them, and one without TLS. */
#define ASK(m, p, ...) { .method = m, .path = p, .given = { __VA_ARGS__ } }
#define SEND(m, p, b, ...) { .method = m, .path = p, .body = b, .given = { __VA_ARGS__ } }
#define ASK_PLAIN(m, p, ...) { .method = m, .path = p, .given = { __VA_ARGS__ }, .plain = true }

/* The answer; its bytes live until the next request. */
struct reply params_ask(struct ready *my, const struct params_ask *ask);

/* Opens the service anew, by options that were changed since. */
void params_reopen(struct ready *my);

#endif
