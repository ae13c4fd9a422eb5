// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/codec_fuzz.c - bytes of a disk as records of every kind.
 *
 * As they are, and with a sound checksum put behind, without which nothing
 * but chance would ever reach the fields.  What is accepted must be the same
 * after it was encoded and decoded again.
 */
#include <stdlib.h>
#include <string.h>

#include "store/lmdb/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct record_kind *const kinds[] = {
	&user_kind, &password_kind, &account_kind, &token_kind, &key_kind, &meta_kind,
	&uuid_link_kind, &token_link_kind, &domain_token_kind, &role_kind,
};

static const char key[] = "fuzz";

static void
decode(const uint8_t *bytes, size_t len)
{
	static uint8_t again[CODEC_SIZE_MAX];
	static union any_record record, second;
	size_t again_len;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (codec_decode(kinds[i], bytes, len, key, sizeof key, &record))
			continue;
		again_len = codec_encode(kinds[i], &record, key, sizeof key, again);
		if (codec_decode(kinds[i], again, again_len, key, sizeof key, &second) ||
		    !record_same(kinds[i], &record, &second))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static uint8_t whole[CODEC_SIZE_MAX];

	if (secret_init())
		abort();
	decode(bytes, len);
	if (len > sizeof whole - CHECKSUM_LEN)
		return 0;
	if (len)
		memcpy(whole, bytes, len);
	secret_checksum(whole + len, key, sizeof key, whole, len);
	decode(whole, len + CHECKSUM_LEN);
	return 0;
}
