// SPDX-License-Identifier: ISC
/* tests/service/encode.c - base64 and what contains it, as clients send it. */
#include "encode.h"

#include <string.h>

#include <sodium.h>

#include "base/text.h"

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

const char *
encode_hs256(struct arena *mem, const char *header, const char *payload, const void *key,
    size_t key_len)
{
	uint8_t sum[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	const char *out;
	struct text t;

	text_init(&t, mem);
	text_puts(&t, encode_base64url(mem, header, strlen(header)));
	text_puts(&t, ".");
	text_puts(&t, encode_base64url(mem, payload, strlen(payload)));
	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)t.data, t.len);
	crypto_auth_hmacsha256_final(&state, sum);
	text_puts(&t, ".");
	text_puts(&t, encode_base64url(mem, sum, sizeof sum));
	return text_done(&t, &out, NULL) ? NULL : out;
}
