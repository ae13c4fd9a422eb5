// SPDX-License-Identifier: ISC
/* store/lmdb/codec.c - a record as bytes on disk, and back. */
#include "store/lmdb/codec.h"

#include <stdbool.h>
#include <string.h>

#include "base/verdict.h"

#define CODEC_VERSION_1	1
#define CODEC_VERSION		2
#define HEAD_LEN	3
#define NUMBER_LEN	8

#define LENGTH_LONG	254	/* two bytes of length follow */
#define LENGTH_KEY	255	/* no bytes: the field is the key of the record */

struct record_key {
	const void *bytes;
	size_t len;
};

/* Bytes that are read from the front. */
struct rest {
	const uint8_t *at;
	size_t len;
};

static size_t
put_bytes(uint8_t *out, const void *bytes, size_t len)
{
	size_t head = len < LENGTH_LONG ? 1 : 3;

	out[0] = len < LENGTH_LONG ? (uint8_t)len : LENGTH_LONG;
	if (head == 3) {
		out[1] = (uint8_t)len;
		out[2] = (uint8_t)(len >> 8);
	}
	memcpy(out + head, bytes, len);
	return head + len;
}

/* Without the zeros at its end. */
static size_t
put_number(uint8_t *out, uint64_t n)
{
	uint8_t bytes[NUMBER_LEN];
	size_t len = 0;

	for (; n; n >>= 8)
		bytes[len++] = (uint8_t)n;
	return put_bytes(out, bytes, len);
}

static uint64_t
get_number(const uint8_t *in, size_t len)
{
	uint64_t n = 0;

	while (len-- > 0)
		n = n << 8 | in[len];
	return n;
}

/* What a record has in a field that it does not write. */
static bool
is_absent(const struct field *f, const void *record)
{
	const char *member = (const char *)record + f->offset;

	if (f->type == FIELD_TEXT)
		return !*member;
	for (size_t i = 0; i < f->size; i++) {
		if (member[i])
			return false;
	}
	return true;
}

static bool
is_key(const struct field *f, const struct record_key *key)
{
	return (f->type == FIELD_UUID || f->type == FIELD_BYTES) && f->size == key->len;
}

static size_t
put_field(uint8_t *out, const struct field *f, const struct record_key *key, const void *record)
{
	const char *member = (const char *)record + f->offset;
	uint64_t number;

	if (is_absent(f, record))
		return put_bytes(out, "", 0);
	switch (f->type) {
	case FIELD_TIME:
	case FIELD_NUMBER:
		memcpy(&number, member, sizeof number);
		return put_number(out, number);
	case FIELD_BOOL:
		return put_number(out, 1);
	case FIELD_TEXT:
		return put_bytes(out, member, strnlen(member, f->size - 1));
	default:
		if (!is_key(f, key) || memcmp(member, key->bytes, key->len) != 0)
			return put_bytes(out, member, f->size);
		*out = LENGTH_KEY;
		return 1;
	}
}

size_t
codec_encode(const struct record_kind *kind, const void *record,
    const void *key, size_t key_len, uint8_t *out)
{
	const struct record_key of = { key, key_len };
	size_t count = kind->count, len = HEAD_LEN;

	while (count > 0 && is_absent(&kind->fields[count - 1], record))
		count--;
	out[0] = CODEC_VERSION;
	out[1] = kind->tag;
	out[2] = (uint8_t)count;
	for (size_t i = 0; i < count; i++)
		len += put_field(out + len, &kind->fields[i], &of, record);
	secret_checksum(out + len, key, key_len, out, len);
	return len + CHECKSUM_LEN;
}

/* Stores the len bytes of a field in its member; false if they are not valid. */
static bool
get_field(const struct field *f, const uint8_t *in, size_t len, void *record)
{
	char *member = (char *)record + f->offset;
	uint64_t number;

	switch (f->type) {
	case FIELD_TIME:
	case FIELD_NUMBER:
		if (len > NUMBER_LEN)
			return false;
		number = get_number(in, len);
		memcpy(member, &number, sizeof number);
		return true;
	case FIELD_BOOL:
		if (len > 1 || (len && *in > 1))
			return false;
		*(bool *)member = len && *in;
		return true;
	case FIELD_TEXT:
		if (len >= f->size || memchr(in, '\0', len))
			return false;
		break;
	default:
		if (len && len != f->size)
			return false;
		break;
	}
	memcpy(member, in, len);
	return true;
}

static void
advance(struct rest *in, size_t len)
{
	in->at += len;
	in->len -= len;
}

/* Two bytes in version 1; one or three since. */
static bool
take_length(uint8_t version, struct rest *in, size_t *len)
{
	if (version > CODEC_VERSION_1) {
		if (in->len < 1)
			return false;
		*len = in->at[0];
		advance(in, 1);
		if (*len < LENGTH_LONG)
			return true;
	}
	if (in->len < 2)
		return false;
	*len = in->at[0] | (size_t)in->at[1] << 8;
	advance(in, 2);
	return true;
}

static bool
take_field(const struct field *f, uint8_t version, const struct record_key *key,
    struct rest *in, void *record)
{
	size_t len;

	if (version > CODEC_VERSION_1 && in->len && in->at[0] == LENGTH_KEY) {
		advance(in, 1);
		if (!is_key(f, key))
			return false;
		memcpy((char *)record + f->offset, key->bytes, key->len);
		return true;
	}
	if (!take_length(version, in, &len) || in->len < len ||
	    !get_field(f, in->at, len, record))
		return false;
	advance(in, len);
	return true;
}

static bool
take_fields(const struct record_kind *kind, const struct record_key *key, struct rest in,
    void *record)
{
	const uint8_t version = in.at[0], count = in.at[2];

	advance(&in, HEAD_LEN);
	if (count > kind->count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!take_field(&kind->fields[i], version, key, &in, record))
			return false;
	}
	return in.len == 0;
}

int
codec_decode(const struct record_kind *kind, const void *bytes, size_t len,
    const void *key, size_t key_len, void *record)
{
	const struct record_key of = { key, key_len };
	const uint8_t *in = bytes;
	uint8_t sum[CHECKSUM_LEN];

	if (len < HEAD_LEN + CHECKSUM_LEN || len > CODEC_SIZE_MAX)
		return V_MALFORMED;
	len -= CHECKSUM_LEN;
	secret_checksum(sum, key, key_len, in, len);
	if (memcmp(sum, in + len, sizeof sum) != 0)
		return V_MALFORMED;
	if (in[0] < CODEC_VERSION_1 || in[0] > CODEC_VERSION || in[1] != kind->tag)
		return V_MALFORMED;
	memset(record, 0, kind->size);
	return take_fields(kind, &of, (struct rest){ in, len }, record) ? 0 : V_MALFORMED;
}
