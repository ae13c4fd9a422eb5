// SPDX-License-Identifier: ISC
/* store/lmdb/codec.c - a record as bytes on disk, and back. */
#include "store/lmdb/codec.h"

#include <stdbool.h>
#include <string.h>

#include "base/verdict.h"

#define CODEC_VERSION	1
#define HEAD_LEN	3
#define NUMBER_LEN	8

static size_t
put_length(uint8_t *out, size_t len)
{
	out[0] = (uint8_t)len;
	out[1] = (uint8_t)(len >> 8);
	return 2;
}

static size_t
put_number(uint8_t *out, uint64_t n)
{
	for (size_t i = 0; i < NUMBER_LEN; i++)
		out[i] = (uint8_t)(n >> 8 * i);
	return NUMBER_LEN;
}

static uint64_t
get_number(const uint8_t *in)
{
	uint64_t n = 0;

	for (size_t i = NUMBER_LEN; i-- > 0;)
		n = n << 8 | in[i];
	return n;
}

/* The length of a field and its bytes. */
static size_t
put_field(uint8_t *out, const struct field *f, const void *record)
{
	const char *member = (const char *)record + f->offset;
	uint64_t number;
	size_t len;

	switch (f->type) {
	case FIELD_TIME:
	case FIELD_NUMBER:
		memcpy(&number, member, sizeof number);
		len = put_length(out, NUMBER_LEN);
		return len + put_number(out + len, number);
	case FIELD_BOOL:
		len = put_length(out, 1);
		out[len] = *(const bool *)member;
		return len + 1;
	case FIELD_TEXT:
		len = strnlen(member, f->size - 1);
		break;
	default:
		len = f->size;
		break;
	}
	memcpy(out + put_length(out, len), member, len);
	return 2 + len;
}

size_t
codec_encode(const struct record_kind *kind, const void *record,
    const void *key, size_t key_len, uint8_t *out)
{
	size_t len = HEAD_LEN;

	out[0] = CODEC_VERSION;
	out[1] = kind->tag;
	out[2] = (uint8_t)kind->count;
	for (size_t i = 0; i < kind->count; i++)
		len += put_field(out + len, &kind->fields[i], record);
	secret_checksum(out + len, key, key_len, out, len);
	return len + CHECKSUM_LEN;
}

/* Stores len bytes of a field in its member; false if they are not valid. */
static bool
get_field(const struct field *f, const uint8_t *in, size_t len, void *record)
{
	char *member = (char *)record + f->offset;
	uint64_t number;

	switch (f->type) {
	case FIELD_TIME:
	case FIELD_NUMBER:
		if (len != NUMBER_LEN)
			return false;
		number = get_number(in);
		memcpy(member, &number, sizeof number);
		return true;
	case FIELD_BOOL:
		if (len != 1 || *in > 1)
			return false;
		*(bool *)member = *in;
		return true;
	case FIELD_TEXT:
		if (len >= f->size || memchr(in, '\0', len))
			return false;
		break;
	default:
		if (len != f->size)
			return false;
		break;
	}
	memcpy(member, in, len);
	return true;
}

static bool
get_fields(const struct record_kind *kind, const uint8_t *in, size_t len, void *record)
{
	size_t count = in[2], at = HEAD_LEN, size;

	if (count > kind->count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (len - at < 2)
			return false;
		size = in[at] | (size_t)in[at + 1] << 8;
		at += 2;
		if (len - at < size || !get_field(&kind->fields[i], in + at, size, record))
			return false;
		at += size;
	}
	return at == len;
}

int
codec_decode(const struct record_kind *kind, const void *bytes, size_t len,
    const void *key, size_t key_len, void *record)
{
	const uint8_t *in = bytes;
	uint8_t sum[CHECKSUM_LEN];

	if (len < HEAD_LEN + CHECKSUM_LEN || len > CODEC_SIZE_MAX)
		return V_MALFORMED;
	len -= CHECKSUM_LEN;
	secret_checksum(sum, key, key_len, in, len);
	if (memcmp(sum, in + len, sizeof sum) != 0)
		return V_MALFORMED;
	if (in[0] != CODEC_VERSION || in[1] != kind->tag)
		return V_MALFORMED;
	memset(record, 0, kind->size);
	return get_fields(kind, in, len, record) ? 0 : V_MALFORMED;
}
