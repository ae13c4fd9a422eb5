// SPDX-License-Identifier: ISC
/* base/b64.c - base64 decoding, strict, by libsodium. */
#include "base/b64.h"

#include <sodium.h>

#include "base/verdict.h"

int
b64_decode(enum b64_variant variant, const char *text, size_t len,
    void *out, size_t size, size_t *out_len)
{
	int sodium = variant == B64_PADDED ? sodium_base64_VARIANT_ORIGINAL :
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	const char *end;

	/* libsodium 1.0.18 takes some bytes above 0x7f for digits */
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] > 0x7f)
			return V_MALFORMED;
	}
	if (sodium_base642bin(out, size, text, len, NULL, out_len, &end, sodium) != 0)
		return V_MALFORMED;
	return end == text + len ? 0 : V_MALFORMED;
}
