// SPDX-License-Identifier: ISC
/*
 * base/b64.h - base64: RFC 4648, 4 with padding (Basic) and without (modular crypt
 * strings), and 5 without (JWT).  Decoding is strict: blanks, other characters and
 * stray bits are refused.
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

/* The size of len bytes in the variant of JWTs, with the NUL. */
#define B64_URL_SIZE(len) (((len) * 4 + 2) / 3 + 1)

/* Encodes into out, of B64_URL_SIZE(len) bytes.  Returns the length. */
size_t b64_url_encode(char *out, const void *bytes, size_t len);

#endif
