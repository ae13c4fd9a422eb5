// SPDX-License-Identifier: ISC
/* tests/fuzz/b64_fuzz.c - bytes as base64: each value has one spelling. */
#include <string.h>

#include <sodium.h>

#include "base/b64.h"
#include "base/verdict.h"
#include "fuzz.h"

#define SIZE 4096

static void
decode(enum b64_variant variant, int sodium, const char *text, size_t len)
{
	char again[SIZE * 2];
	uint8_t out[SIZE];
	size_t out_len;
	int r;

	r = b64_decode(variant, text, len, out, sizeof out, &out_len);
	HOLDS(r == 0 || r == V_MALFORMED);
	if (r)
		return;
	HOLDS(out_len <= sizeof out);
	sodium_bin2base64(again, sizeof again, out, out_len, sodium);
	HOLDS(strlen(again) == len && memcmp(again, text, len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	decode(B64_PADDED, sodium_base64_VARIANT_ORIGINAL, (const char *)bytes, len);
	decode(B64_URL, sodium_base64_VARIANT_URLSAFE_NO_PADDING, (const char *)bytes, len);
	return 0;
}
