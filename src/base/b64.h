// SPDX-License-Identifier: ISC
/*
 * base/b64.h - strict base64 decoding: RFC 4648, 4 with padding (Basic) and
 * without (modular crypt strings), and 5 without (JWT).  Blanks, other
 * characters and stray bits are refused.
 */
#ifndef BASE_B64_H
#define BASE_B64_H

#include <stddef.h>

enum b64_variant { B64_PADDED, B64_UNPADDED, B64_URL };

/*
 * Decodes all of text into out, of size bytes, and sets *out_len; no NUL is
 * added.  V_MALFORMED if it is not base64 or does not fit.
 */
int b64_decode(enum b64_variant variant, const char *text, size_t len,
    void *out, size_t size, size_t *out_len);

#endif
