// SPDX-License-Identifier: ISC
/* tests/unit/rows.h - requests to serve() as rows: what is asked, and the answer to it. */
#ifndef TESTS_UNIT_ROWS_H
#define TESTS_UNIT_ROWS_H

#include "service/ask.h"

#define GOOD_BASIC	"Basic YWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ=="
#define BAD_BASIC	"Basic YWxpY2VAZXhhbXBsZS5jb206d3Jvbmc="
#define UNKNOWN_BASIC	"Basic Ym9iQGV4YW1wbGUuY29tOmNvcnJlY3QgaG9yc2U="
#define FORM		"application/x-www-form-urlencoded"

/* Statuses, reasons and messages of rows. */
#define ROK	200, "OK", NULL
#define R400(message)	400, "Bad Request", message
#define R401	401, "Unauthorized", "Wrong credentials"
#define R403	403, "Forbidden", "Forbidden"
#define R404	404, "Not Found", "Not found"
#define R405	405, "Method Not Allowed", "Method not allowed"
#define R413	413, "Payload Too Large", "Payload too large"
#define R414	414, "URI Too Long", "URI too long"
#define R415	415, "Unsupported Media Type", "Unsupported media type"


struct serve_row {
	const char *row;
	struct ask ask;
	int status;
	const char *reason, *message;	/* no message: success, or no body */
};

/*
 * Asks row by row of one service with Alice, Bob and their tokens; prepare, or NULL,
 * may change its options before.
 */
void rows_expect(const struct serve_row *rows, size_t count, void (*prepare)(struct box *));

#define ROWS_ADMIN	"root@example.com"

/*
 * Switches admin_api on, and gives box->names an administrator: JWT $a, bearer token $r and
 * its JWT $s, and the uuids $i of this user and $v of Alice.
 */
void rows_admin(struct box *my);

/* The message of an error, in my->mem; NULL if there is none. */
const char *rows_message(struct box *my, const struct reply *reply);

/* A member of the payload as JSON, in my->mem; "" if it is absent. */
const char *rows_member(struct box *my, const struct reply *reply, const char *name);

#endif
