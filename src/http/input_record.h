// SPDX-License-Identifier: ISC
/*
 * http/input_record.h - a user or an account in a body: members that are its fields, by
 * the rules of auth/field.h, and no others.
 */
#ifndef HTTP_INPUT_RECORD_H
#define HTTP_INPUT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"

struct call;
struct json;
struct input_field;

/* What the path names, or a new record, with the fields of the body. */
struct draft {
	const struct record_kind *kind;
	union {
		struct user user;
		struct account account;
	};
	uint64_t mask;			/* of the fields that the body has */
};

/*
 * Reads it into c->in.draft; what is wrong is in c->in.errors.  The field's name is that of
 * the member that must be there, if the field is needed.  -errno.
 */
int input_record(struct call *c, const struct input_field *field, const struct json *body);

#endif
