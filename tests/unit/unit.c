// SPDX-License-Identifier: ISC
/* tests/unit/unit.c - files and tokens for unit tests. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"

#define FILE_MAX 65536

const char *
unit_write(struct arena *mem, const void *bytes, size_t len)
{
	const char *path = arena_printf(mem, "%s/file", test_directory());
	FILE *file = fopen(path, "w");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) {
		perror(path);
		exit(99);
	}
	return path;
}

const char *
unit_read(struct arena *mem, const char *path)
{
	char *text = arena_alloc(mem, FILE_MAX);
	FILE *file = fopen(path, "r");

	if (!file)
		return "";
	text[fread(text, 1, FILE_MAX - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void
put_b64(struct text *out, const void *bytes, size_t len)
{
	size_t size = sodium_base64_encoded_len(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *part = arena_alloc(out->mem, size);

	sodium_bin2base64(part, size, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	text_puts(out, part);
}

const char *
unit_jwt(struct arena *mem, const char *header, const char *payload, const void *key,
    size_t key_len)
{
	uint8_t sum[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	const char *out = "";
	struct text t;

	text_init(&t, mem);
	put_b64(&t, header, strlen(header));
	text_puts(&t, ".");
	put_b64(&t, payload, strlen(payload));
	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)t.data, t.len);
	crypto_auth_hmacsha256_final(&state, sum);
	text_puts(&t, ".");
	put_b64(&t, sum, sizeof sum);
	EXPECT_VERDICT("a token", text_done(&t, &out, NULL), 0);
	return out;
}
