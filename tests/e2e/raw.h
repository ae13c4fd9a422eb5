// SPDX-License-Identifier: ISC
/* tests/e2e/raw.h - rows of FastCGI requests, as they are or as no web server sends them. */
#ifndef E2E_RAW_H
#define E2E_RAW_H

#include "e2e.h"
#include "fcgi_client.h"

#define PARAMS_MAX 16
#define BASIC { "HTTP_AUTHORIZATION", "Basic $alice" }
#define TLS { "HTTPS", "on" }
#define GET_AUTH { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/rest/auth" }
#define POST_TOKEN { "REQUEST_METHOD", "POST" }, { "SCRIPT_NAME", "/rest/token" }
#define TYPE_JSON { "CONTENT_TYPE", "application/json" }
#define TYPE_FORM { "CONTENT_TYPE", "application/x-www-form-urlencoded" }
#define LENGTH(n) { "CONTENT_LENGTH", n }

struct raw_row {
	const char *row;
	struct fcgi_param params[PARAMS_MAX];
	const char *body;
	const char *status;		/* with its phrase */
	const char *shape;		/* of the body, or NULL */
	const char *header;		/* "Name: value" somewhere in the head, or NULL */
	const char *head;		/* shape of all of it, or NULL */
	int role;			/* 0: responder; others have no stdin */
};

void run_raw(const struct raw_row *rows, size_t count);
#define RUN_RAW(rows) run_raw(rows, NELEM(rows))

extern CU_TestInfo verify_tests[];

#endif
