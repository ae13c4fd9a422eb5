// SPDX-License-Identifier: ISC
/* base/b64.c - base64 decoding, strict, by libsodium. */
#include "base/b64.h"

#include <stdbool.h>

#include <sodium.h>

#include "base/verdict.h"

/* libsodium 1.0.18 decodes every byte from 0x80 on, as if it were the last letter. */
static bool
is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return false;
	}
	return true;
}

int
b64_decode(enum b64_variant variant, const char *text, size_t len,
    void *out, size_t size, size_t *out_len)
{
	int sodium = variant == B64_PADDED ? sodium_base64_VARIANT_ORIGINAL :
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	const char *end;

	if (!is_ascii(text, len) ||
	    sodium_base642bin(out, size, text, len, NULL, out_len, &end, sodium) != 0)
		return V_MALFORMED;
	return end == text + len ? 0 : V_MALFORMED;
}
