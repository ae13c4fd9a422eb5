// SPDX-License-Identifier: ISC
/*
 * http/wrong.h - what is wrong with the fields of a request, in c->in.errors (API 3.3).
 */
#ifndef HTTP_WRONG_H
#define HTTP_WRONG_H

#include <stdbool.h>
#include <stddef.h>

struct call;
struct json;

/* A field as it was sent: a JSON value, or text in a form or query. */
struct raw {
	bool present, is_json;
	bool is_secret;			/* must not be sent back */
	const struct json *json;
	const char *text;		/* of a JSON string too */
	size_t len;
};

/* Adds what is wrong with a field, and its value if that is short. */
void wrong_put(struct call *c, const char *name, const char *message, const struct raw *raw);

/* A formatted message; never NULL, which would mean that nothing is wrong. */
const char *wrong_made(struct call *c, const char *message);

/* The same about a member of a JSON body. */
void wrong_member(struct call *c, const char *name, const char *message,
    const struct json *value);

/* A field that is needed is absent. */
void wrong_missing(struct call *c, const char *name);

/* The same without the value.  V_BAD_FIELDS; V_TAKEN: another record has the name. */
int wrong_untold(struct call *c, const char *name, const char *message);
int wrong_taken(struct call *c, const char *name, const char *message);

#endif
