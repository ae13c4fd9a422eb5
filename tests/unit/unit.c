// SPDX-License-Identifier: ISC
/* tests/unit/unit.c - files and tokens for unit tests. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "service/encode.h"

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

const char *
unit_jwt(struct arena *mem, const char *header, const char *payload, const void *key,
    size_t key_len)
{
	uint8_t sum[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	const char *out = "";
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
	EXPECT_VERDICT("a token", text_done(&t, &out, NULL), 0);
	return out;
}
