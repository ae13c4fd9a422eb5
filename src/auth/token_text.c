// SPDX-License-Identifier: ISC
/* auth/token_text.c - how a bearer token is spelled. */
#include "auth/token_text.h"

#include <stdint.h>
#include <string.h>

#include <zlib.h>

#include "base/secret.h"
#include "base/text.h"

#define RANDOM_LEN (TOKEN_LEN - TOKEN_CHECK_LEN)

/* API 2.5: the CRC-32 in base 62, the most significant digit first. */
static void
put_check(const char *characters, char check[TOKEN_CHECK_LEN])
{
	static const char digits[] = TEXT_DIGITS TEXT_CAPITALS TEXT_SMALL;
	const uint32_t base = sizeof digits - 1;
	uint32_t rest = (uint32_t)crc32(0, (const Bytef *)characters, RANDOM_LEN);

	for (int i = TOKEN_CHECK_LEN - 1; i >= 0; i--) {
		check[i] = digits[rest % base];
		rest /= base;
	}
}

void
token_text_make(const char *prefix, char secret[TOKEN_SIZE])
{
	size_t len = strlen(prefix);

	memcpy(secret, prefix, len);
	secret_base62(secret + len, TOKEN_LEN);
	if (len)
		put_check(secret + len, secret + len + RANDOM_LEN);
}

bool
token_text_has_check(const char *characters)
{
	char check[TOKEN_CHECK_LEN];

	put_check(characters, check);
	return memcmp(check, characters + RANDOM_LEN, sizeof check) == 0;
}

bool
token_text_is_one(const char *text, size_t len)
{
	size_t prefix_len = len - TOKEN_LEN;

	if (len < TOKEN_LEN || strspn(text + prefix_len, TEXT_ALNUM) != TOKEN_LEN)
		return false;
	if (!prefix_len)
		return true;
	return prefix_len >= 3 && prefix_len < TOKEN_PREFIX_SIZE &&
	    strspn(text, TEXT_SMALL TEXT_DIGITS) == prefix_len - 1 &&
	    text[prefix_len - 1] == '_' && token_text_has_check(text + prefix_len);
}

const char *
token_text_shown(const struct token *token, char shown[TOKEN_SHOWN_SIZE])
{
	strcpy(shown, token->prefix);
	strcat(shown, token->head);
	return strcat(shown, "…");
}
