// SPDX-License-Identifier: ISC
/* tests/service/encode.c - base64, as clients send it. */
#include "encode.h"

#include <string.h>

#include <sodium.h>

static const char *
encode(struct arena *mem, const void *bytes, size_t len, int variant)
{
	size_t size = sodium_base64_encoded_len(len, variant);

	return sodium_bin2base64(arena_alloc(mem, size), size, bytes, len, variant);
}

const char *
encode_base64(struct arena *mem, const void *bytes, size_t len)
{
	return encode(mem, bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

const char *
encode_base64url(struct arena *mem, const void *bytes, size_t len)
{
	return encode(mem, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

const char *
encode_basic(struct arena *mem, const char *name, const char *password)
{
	const char *pair = arena_printf(mem, "%s:%s", name, password);

	return arena_printf(mem, "Basic %s", encode_base64(mem, pair, strlen(pair)));
}
