// SPDX-License-Identifier: ISC
#include "store/lmdb/codec.h"

#include <string.h>

#include "unit.h"

/* A record of any kind; the longest is a user. */
union record {
	struct user user;
	struct password password;
	struct account account;
	struct token token;
	struct key key;
	struct meta meta;
	struct uuid_link uuid_link;
	struct token_link token_link;
};

static const struct record_kind *const kinds[] = {
	&user_kind, &password_kind, &account_kind, &token_kind, &key_kind, &meta_kind,
	&uuid_link_kind, &token_link_kind,
};

static const char key[] = "the key";

/* Fills every field: text to its last byte, or with a few, or not at all. */
static void
fill(const struct record_kind *kind, void *record, size_t text_len)
{
	memset(record, 0, kind->size);
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *f = &kind->fields[i];
		char *member = (char *)record + f->offset;

		if (f->type == FIELD_TEXT)
			memset(member, 'a' + (int)i, text_len < f->size ? text_len : f->size - 1);
		else if (f->type == FIELD_BOOL)
			*(bool *)member = true;
		else
			memset(member, 0x80 + (int)i, f->size);
	}
}

static void
round_trips(void)
{
	static const size_t lens[] = { 0, 1, 9, 255, SIZE_MAX };
	uint8_t bytes[CODEC_SIZE_MAX];
	union record in, out;
	size_t len;

	for (size_t i = 0; i < NELEM(kinds); i++) {
		for (size_t k = 0; k < NELEM(lens); k++) {
			fill(kinds[i], &in, lens[k]);
			len = codec_encode(kinds[i], &in, key, sizeof key, bytes);
			EXPECT_TRUE(kinds[i]->name, len <= CODEC_SIZE_MAX);
			memset(&out, 0xff, sizeof out);
			EXPECT_VERDICT(kinds[i]->name, codec_decode(kinds[i], bytes, len, key,
			    sizeof key, &out), 0);
			EXPECT_BYTES(kinds[i]->name, &out, &in, kinds[i]->size);
		}
	}
}

static void
flipped_bytes(void)
{
	uint8_t bytes[CODEC_SIZE_MAX];
	unsigned accepted = 0;
	union record record;
	size_t len;

	for (size_t i = 0; i < NELEM(kinds); i++) {
		fill(kinds[i], &record, 9);
		len = codec_encode(kinds[i], &record, key, sizeof key, bytes);
		for (size_t at = 0; at < len; at++) {
			for (unsigned flip = 1; flip < 256; flip++) {
				bytes[at] ^= (uint8_t)flip;
				accepted += codec_decode(kinds[i], bytes, len, key,
				    sizeof key, &record) != V_MALFORMED;
				bytes[at] ^= (uint8_t)flip;
			}
		}
	}
	EXPECT_INT("any byte, any change", accepted, 0);
}

static void
other_lengths(void)
{
	uint8_t bytes[CODEC_SIZE_MAX + 1] = { 0 };
	unsigned accepted = 0;
	union record record;
	size_t len;

	for (size_t i = 0; i < NELEM(kinds); i++) {
		fill(kinds[i], &record, 9);
		len = codec_encode(kinds[i], &record, key, sizeof key, bytes);
		for (size_t cut = 0; cut < len; cut++)
			accepted += codec_decode(kinds[i], bytes, cut, key, sizeof key,
			    &record) != V_MALFORMED;
		for (size_t more = len + 1; more <= sizeof bytes; more += 97)
			accepted += codec_decode(kinds[i], bytes, more, key, sizeof key,
			    &record) != V_MALFORMED;
	}
	EXPECT_INT("shorter and longer", accepted, 0);
}

static void
other_places(void)
{
	static const struct { const char *row, *bytes; size_t len; int want; } t[] = {
		{ "this key",       "the key",   8, 0 },
		{ "without NUL",    "the key",   7, V_MALFORMED },
		{ "another",        "the kez",   8, V_MALFORMED },
		{ "longer",         "the key\0", 9, V_MALFORMED },
		{ "none",           "",          0, V_MALFORMED },
	};
	uint8_t bytes[CODEC_SIZE_MAX];
	union record record;
	size_t len;

	fill(&account_kind, &record, 9);
	len = codec_encode(&account_kind, &record, key, sizeof key, bytes);
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_VERDICT(t[i].row, codec_decode(&account_kind, bytes, len, t[i].bytes,
		    t[i].len, &record), t[i].want);
	for (size_t i = 0; i < NELEM(kinds); i++)
		EXPECT_VERDICT(kinds[i]->name, codec_decode(kinds[i], bytes, len, key, sizeof key,
		    &record), kinds[i] == &account_kind ? 0 : V_MALFORMED);
}

/* What another version of the program would have written. */
static void
other_fields(void)
{
	uint8_t bytes[CODEC_SIZE_MAX];
	struct record_kind kind;
	struct meta in, out;
	size_t len;

	fill(&meta_kind, &in, 0);
	kind = meta_kind;
	for (size_t count = 0; count < meta_kind.count; count++) {
		kind.count = count;
		len = codec_encode(&kind, &in, key, sizeof key, bytes);
		memset(&out, 0xff, sizeof out);
		EXPECT_VERDICT("fewer fields", codec_decode(&meta_kind, bytes, len, key, sizeof key,
		    &out), 0);
		EXPECT_INT("known", out.schema, count > 0 ? in.schema : 0);
		EXPECT_TRUE("zero", count > 1 || uuid_is_none(&out.instance));
		EXPECT_INT("zero", out.created_ms, count > 2 ? in.created_ms : 0);
		EXPECT_INT("zero", (int64_t)out.key_changes, 0);
	}
	len = codec_encode(&meta_kind, &in, key, sizeof key, bytes);
	EXPECT_VERDICT("more fields", codec_decode(&kind, bytes, len, key, sizeof key, &out),
	    V_MALFORMED);
}

/* Signs bytes again after a change that no encoder would make. */
static size_t
sign(uint8_t *bytes, size_t len)
{
	secret_checksum(bytes + len, key, sizeof key, bytes, len);
	return len + CHECKSUM_LEN;
}

/* As version 1 was: every field, of its whole length, behind two bytes of length. */
static size_t
encode_1(const struct record_kind *kind, const void *record, uint8_t *out)
{
	size_t len = 3;

	memcpy(out, (const uint8_t[]){ 1, kind->tag, (uint8_t)kind->count }, 3);
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *f = &kind->fields[i];
		const char *member = (const char *)record + f->offset;
		size_t size = f->type == FIELD_TEXT ? strlen(member) : f->size;

		out[len++] = (uint8_t)size;
		out[len++] = (uint8_t)(size >> 8);
		memcpy(out + len, member, size);
		len += size;
	}
	return sign(out, len);
}

static void
version_1(void)
{
	static const size_t lens[] = { 0, 1, 255, SIZE_MAX };
	uint8_t bytes[CODEC_SIZE_MAX];
	union record in, out;
	size_t len;

	for (size_t i = 0; i < NELEM(kinds); i++) {
		for (size_t k = 0; k < NELEM(lens); k++) {
			fill(kinds[i], &in, lens[k]);
			len = encode_1(kinds[i], &in, bytes);
			EXPECT_VERDICT(kinds[i]->name, codec_decode(kinds[i], bytes, len, key,
			    sizeof key, &out), 0);
			EXPECT_BYTES(kinds[i]->name, &out, &in, kinds[i]->size);
		}
	}
}

/* What is zero, and what the key says, takes no room. */
static void
lengths(void)
{
	struct token token = { .created_ms = 0x0100, .ttl_s = -1, .name = "n" };
	struct uuid_link link = { { { 0 } } };
	uint8_t bytes[CODEC_SIZE_MAX];
	struct token out;

	EXPECT_INT("nothing", codec_encode(&uuid_link_kind, &link, key, sizeof key, bytes),
	    3 + CHECKSUM_LEN);
	memset(token.digest, 9, DIGEST_LEN);
	EXPECT_INT("a token", codec_encode(&token_kind, &token, token.digest, DIGEST_LEN, bytes),
	    3 + 1 + 1 + 1 + (1 + 2) + 1 + 1 + (1 + 8) + 1 + (1 + 1) + CHECKSUM_LEN);
	EXPECT_VERDICT("read", codec_decode(&token_kind, bytes, 3 + 20 + CHECKSUM_LEN,
	    token.digest, DIGEST_LEN, &out), 0);
	EXPECT_TRUE("the same", record_same(&token_kind, &out, &token));
	EXPECT_INT("of another key", codec_encode(&token_kind, &token, key, sizeof key, bytes),
	    3 + 20 + DIGEST_LEN + CHECKSUM_LEN);
}

/* Sound checksums over what is not a record: only the parser can refuse it. */
static void
forged(void)
{
	/* version, tag, fields; id of a uuid_link is 16 bytes, and the key has 8 */
	static const struct { const char *row; uint8_t bytes[32]; size_t len; int want; } t[] = {
		{ "1: no fields",        { 1, 7, 0 },                       3,  0 },
		{ "1: one field",        { 1, 7, 1, 16, 0 },                21, 0 },
		{ "1: other tag",        { 1, 8, 1, 16, 0 },                21, V_MALFORMED },
		{ "1: field missing",    { 1, 7, 1 },                       3,  V_MALFORMED },
		{ "1: half a length",    { 1, 7, 1, 16 },                   4,  V_MALFORMED },
		{ "1: too short",        { 1, 7, 1, 16, 0 },                20, V_MALFORMED },
		{ "1: too long",         { 1, 7, 1, 16, 0 },                22, V_MALFORMED },
		{ "1: shorter field",    { 1, 7, 1, 15, 0 },                20, V_MALFORMED },
		{ "1: longer field",     { 1, 7, 1, 17, 0 },                22, V_MALFORMED },
		{ "1: far longer field", { 1, 7, 1, 0xff, 0xff },           21, V_MALFORMED },
		{ "1: two fields",       { 1, 7, 2, 16, 0 },                23, V_MALFORMED },
		{ "1: 255 fields",       { 1, 7, 255, 16, 0 },              21, V_MALFORMED },
		{ "1: more after",       { 1, 7, 0, 16, 0 },                21, V_MALFORMED },
		{ "version 0",           { 0, 7, 1, 16, 0 },                21, V_MALFORMED },
		{ "version 3",           { 3, 7, 1, 16 },                   20, V_MALFORMED },
		{ "no fields",           { 2, 7, 0 },                       3,  0 },
		{ "one field",           { 2, 7, 1, 16 },                   20, 0 },
		{ "a field of zero",     { 2, 7, 1, 0 },                    4,  0 },
		{ "long length",         { 2, 7, 1, 254, 16, 0 },           22, 0 },
		{ "field missing",       { 2, 7, 1 },                       3,  V_MALFORMED },
		{ "no length",           { 2, 7, 1, 254 },                  4,  V_MALFORMED },
		{ "half a length",       { 2, 7, 1, 254, 16 },              5,  V_MALFORMED },
		{ "too short",           { 2, 7, 1, 16 },                   19, V_MALFORMED },
		{ "too long",            { 2, 7, 1, 16 },                   21, V_MALFORMED },
		{ "shorter field",       { 2, 7, 1, 15 },                   19, V_MALFORMED },
		{ "longer field",        { 2, 7, 1, 17 },                   21, V_MALFORMED },
		{ "far longer field",    { 2, 7, 1, 254, 0xff, 0xff },      22, V_MALFORMED },
		{ "key of other length", { 2, 7, 1, 255 },                  4,  V_MALFORMED },
		{ "two fields",          { 2, 7, 2, 16 },                   21, V_MALFORMED },
		{ "more after",          { 2, 7, 0, 16 },                   20, V_MALFORMED },
	};
	uint8_t bytes[64] = { 0 };
	struct uuid_link out;

	for (size_t i = 0; i < NELEM(t); i++) {
		memcpy(bytes, t[i].bytes, sizeof t[i].bytes);
		EXPECT_VERDICT(t[i].row, codec_decode(&uuid_link_kind, bytes, sign(bytes, t[i].len),
		    key, sizeof key, &out), t[i].want);
	}
}

static void
forged_fields(void)
{
	/* the first field of a key is text, of an account the second is a time */
	uint8_t bytes[CODEC_SIZE_MAX] = { 0 }, text[] = { 2, 5, 1, 2, 'a', 0 };
	uint8_t number[] = { 2, 3, 2, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	uint8_t text_key[] = { 2, 5, 1, 255 };
	struct user user = { .wss_online = true };
	struct account account;
	struct key out;
	size_t len;

	memcpy(bytes, text, sizeof text);
	EXPECT_VERDICT("NUL in text", codec_decode(&key_kind, bytes, sign(bytes, sizeof text), key,
	    sizeof key, &out), V_MALFORMED);
	memset(bytes + 4, 'a', KEY_ID_SIZE);
	bytes[3] = KEY_ID_SIZE;
	EXPECT_VERDICT("no room for its NUL", codec_decode(&key_kind, bytes,
	    sign(bytes, 4 + KEY_ID_SIZE), key, sizeof key, &out), V_MALFORMED);
	bytes[3] = KEY_ID_SIZE - 1;
	EXPECT_VERDICT("just fits", codec_decode(&key_kind, bytes, sign(bytes, 4 + KEY_ID_SIZE - 1),
	    key, sizeof key, &out), 0);
	memcpy(bytes, text_key, sizeof text_key);
	EXPECT_VERDICT("text as the key", codec_decode(&key_kind, bytes,
	    sign(bytes, sizeof text_key), key, sizeof key, &out), V_MALFORMED);
	memcpy(bytes, number, sizeof number);
	EXPECT_VERDICT("a number of 9 bytes", codec_decode(&account_kind, bytes,
	    sign(bytes, sizeof number), key, sizeof key, &account), V_MALFORMED);
	/* what follows wss_online is empty, and so left out */
	len = codec_encode(&user_kind, &user, key, sizeof key, bytes) - CHECKSUM_LEN;
	EXPECT_INT("true", bytes[len - 1], 1);
	bytes[len - 1] = 2;
	EXPECT_VERDICT("neither true nor false", codec_decode(&user_kind, bytes, sign(bytes, len),
	    key, sizeof key, &user), V_MALFORMED);
}

static CU_TestInfo tests[] = {
	{ "round trips", round_trips },
	{ "flipped bytes", flipped_bytes },
	{ "other lengths", other_lengths },
	{ "other places", other_places },
	{ "other fields", other_fields },
	{ "version 1", version_1 },
	{ "lengths", lengths },
	{ "forged records", forged },
	{ "forged fields", forged_fields },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("store/codec", tests);
