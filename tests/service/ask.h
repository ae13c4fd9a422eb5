// SPDX-License-Identifier: ISC
/* tests/service/ask.h - a request asked of a service in a box, without a web server. */
#ifndef SERVICE_ASK_H
#define SERVICE_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "box.h"
#include "http/reply.h"
#include "http/request.h"

#define ASK_PARAMS_MAX 8

/*
 * NULL for what is not sent.  In all but method and type, $j and so on are
 * the names of the box (box.h).  params may name a parameter that has a default
 * here, and then replaces it.
 */
struct ask {
	const char *method;		/* NULL: GET */
	const char *path;		/* NULL: /rest/auth; "": not sent */
	const char *query, *type, *authorization, *x_auth_token, *ha1b, *body;
	const char *email, *password;	/* Basic, in place of authorization */
	const char *source;		/* NULL: 192.0.2.1 */
	const char *params[ASK_PARAMS_MAX];	/* further "NAME=value", up to the first NULL */
	const char *twice;		/* the parameter of this name is sent again */
	bool plain;			/* without TLS */
	enum fcgi_role role;
	enum body_state body_state;
	bool oversized;			/* there were parameters that did not fit */
	int64_t later_ms;		/* asked so much after the box's now_ms */
	void (*meanwhile)(struct box *box);	/* whenever the request must wait; or NULL */
};

/* A request with parameters (or NULL), with a body before them, and one without TLS. */
#define ASK(m, p, ...) { .method = m, .path = p, .params = { __VA_ARGS__ } }
#define SEND(m, p, b, ...) { .method = m, .path = p, .body = b, .params = { __VA_ARGS__ } }
#define ASK_PLAIN(m, p, ...) { .method = m, .path = p, .params = { __VA_ARGS__ }, .plain = true }

/* The answer; its bytes live until the next request. */
struct reply box_ask(struct box *box, const struct ask *ask);

/* The value of the n-th header of that name, from 0; NULL if there is none. */
const char *ask_header(const struct reply *reply, const char *name, size_t n);

/* Retry-After; 0 if there is none. */
int64_t ask_retry_s(const struct reply *reply);

/* The JWT in the body of GET /rest/auth, in the box's mem. */
const char *ask_jwt(struct box *box, const struct reply *reply);

#endif
