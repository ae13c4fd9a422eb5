// SPDX-License-Identifier: ISC
/* http/envelope.h - what is around the payloads of a dialect, and how its errors look. */
#ifndef HTTP_ENVELOPE_H
#define HTTP_ENVELOPE_H

#include <stdbool.h>

#include "base/text.h"
#include "http/answer.h"
#include "http/dialect.h"

struct call;

#define ENVELOPE_FAULT \
	"{\"success\":false,\"status\":500,\"message\":\"Internal server error\"}"

#define ENVELOPE_UNAVAILABLE \
	"{\"success\":false,\"status\":503,\"message\":\"Service unavailable\"}"

struct envelope {
	const char *before, *after;	/* around a payload; both "" if it stands alone */
	const struct answer_shape *error;
	const struct answer_shape *ailing;	/* of a service that is not well; or NULL */
	const char *fault;		/* when there is no memory to put an error */
};

const struct envelope *envelope_of(enum dialect dialect);

/* The error of a wording, with what is wrong with the fields of the call or without. */
void envelope_put_error(struct text *t, const struct call *c, const struct wording *wording,
    bool fields);

#endif
