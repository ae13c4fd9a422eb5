// SPDX-License-Identifier: ISC
/*
 * tests/e2e/shape.h - what an answer must look like, and words with a meaning.
 *
 * A shape is the whole of a text, in which ' stands for " and ` for ', so that
 * JSON reads well in C, and these for what differs from run to run:
 *	<time> <uuid> <secret> (of a token) <masked> (its beginning) <jwt>
 *	<number> <text> (up to the next ") <rest> (whatever follows it here)
 * <uuid:name> also remembers what was there; $name in a shape, a header, a body
 * or a path is then replaced by it.
 */
#ifndef E2E_SHAPE_H
#define E2E_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Remembers value under name, until the program exits. */
void word_set(const char *name, const char *value);

/* The value remembered; exits if there is none. */
const char *word(const char *name);

/* text with each $name replaced; exits if one is unknown. */
const char *words_in(struct arena *mem, const char *text);

/* text with ' for " and ` for '. */
const char *quotes_in(struct arena *mem, const char *text);

/* Does all of text look like shape, after quotes_in and words_in? */
bool shape_fits(struct arena *mem, const char *text, const char *shape);

#endif
