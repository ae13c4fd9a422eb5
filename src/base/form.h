// SPDX-License-Identifier: ISC
/*
 * base/form.h - names with values: query strings and urlencoded bodies.
 *
 * application/x-www-form-urlencoded as browsers write it (URL Standard, 5):
 * '&' between pairs, '+' is a blank, %XX a byte.  The parser is strict otherwise: a '%'
 * without two digits, or bytes that are not UTF-8, make it refuse everything.
 */
#ifndef BASE_FORM_H
#define BASE_FORM_H

#include <stddef.h>

#include "base/arena.h"

#define FORM_PAIRS_MAX 1000

struct pair {
	const char *name;
	const char *value;		/* value_len bytes and a NUL */
	size_t value_len;
};

struct pairs {
	struct pair *at;
	size_t count;
};

/*
 * Parses all of bytes into pairs, copied into mem.  V_MALFORMED: it is not a
 * form, a name has a NUL, or there are more than FORM_PAIRS_MAX.
 */
int form_parse(struct arena *mem, const char *bytes, size_t len, struct pairs *out);

/* A single name or value of a form, in mem, with a NUL after it.  V_MALFORMED. */
int form_decode(struct arena *mem, const char *bytes, size_t len, char **out, size_t *out_len);

/* The first pair of that name, NULL if there is none. */
const struct pair *pairs_find(const struct pairs *pairs, const char *name);

/* How many pairs have that name? */
size_t pairs_count(const struct pairs *pairs, const char *name);

#endif
