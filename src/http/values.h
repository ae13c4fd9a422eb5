// SPDX-License-Identifier: ISC
/* http/values.h - what was read from body and query, by the fields of a route. */
#ifndef HTTP_VALUES_H
#define HTTP_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "base/uuid.h"
#include "http/routes.h"

struct draft;

struct input {
	bool read;			/* the gate may have done so already */
	struct input_value {
		bool present;
		int64_t number;		/* INPUT_INTEGER; INPUT_BOOL: 0 or 1 */
		const char *text;	/* INPUT_TEXT, INPUT_UUID, INPUT_SCOPE, INPUT_ADDRESSES;
					   INPUT_PASSWORD: NULL for null */
		struct uuid id;		/* INPUT_UUID */
	} values[INPUT_FIELDS_MAX];	/* positions as in the route's fields */
	struct draft *draft;		/* INPUT_USER, INPUT_ACCOUNT; else NULL */
	struct text errors;		/* the members of "fields", with V_BAD_FIELDS */
};

#endif
