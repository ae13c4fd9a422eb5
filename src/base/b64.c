// SPDX-License-Identifier: ISC
/* base/b64.c - base64, strict, by libsodium. */
#include "base/b64.h"

#include <sodium.h>

#include "base/text.h"
#include "base/verdict.h"

int
b64_decode(enum b64_variant variant, const char *text, size_t len,
    void *out, size_t size, size_t *out_len)
{
	static const int variants[] = {
		[B64_PADDED] = sodium_base64_VARIANT_ORIGINAL,
		[B64_UNPADDED] = sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
		[B64_URL] = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
	};
	const char *end;

	/* libsodium 1.0.18 decodes every byte from 0x80 on, as if it were the last letter */
	if (!text_is_ascii(text, len) ||
	    sodium_base642bin(out, size, text, len, NULL, out_len, &end,
	    variants[variant]) != 0)
		return V_MALFORMED;
	return end == text + len ? 0 : V_MALFORMED;
}

size_t
b64_url_encode(char *out, const void *bytes, size_t len)
{
	sodium_bin2base64(out, B64_URL_SIZE(len), bytes, len,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return B64_URL_SIZE(len) - 1;
}
