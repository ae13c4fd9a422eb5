// SPDX-License-Identifier: ISC
/*
 * base/multipart.h - names with values: bodies of multipart/form-data.
 *
 * RFC 7578 in the frame of RFC 2046, 5.1.  Text before the first and after the
 * last delimiter is ignored, as are headers of parts that do not change their
 * meaning.  The parser is strict otherwise: a file, a parameter other than name,
 * bytes that are not UTF-8, a NUL, or a boundary that parsers could disagree
 * about make it refuse everything.
 */
#ifndef BASE_MULTIPART_H
#define BASE_MULTIPART_H

#include <stddef.h>

#include "base/arena.h"
#include "base/form.h"

#define BOUNDARY_SIZE 71		/* RFC 2046, 5.1.1: 70 at most */

/*
 * The boundary that a Content-Type names.  V_MALFORMED: none, several, or not
 * one of RFC 2046; or its parameters cannot be read.
 */
int multipart_boundary(const char *content_type, char out[BOUNDARY_SIZE]);

/*
 * Parses all of bytes into pairs, copied into mem; an empty body has none.
 * V_MALFORMED: it is not such a body, or has more than FORM_PAIRS_MAX.
 */
int multipart_parse(struct arena *mem, const char *bytes, size_t len, const char *boundary,
    struct pairs *out);

#endif
