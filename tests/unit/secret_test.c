// SPDX-License-Identifier: ISC
#include "base/secret.h"

#include <string.h>

#include "unit.h"

static const uint8_t key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcde";
static const uint8_t other_key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcdE";

static void
base62(void)
{
	static const char alphabet[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	char one[49], two[49], all[6201];

	secret_base62(one, 48);
	secret_base62(two, 48);
	EXPECT_INT("length", (int64_t)strlen(one), 48);
	EXPECT_TRUE("another each time", strcmp(one, two) != 0);
	secret_base62(all, sizeof all - 1);
	EXPECT_INT("alphabet", (int64_t)strspn(all, alphabet), sizeof all - 1);
	for (const char *at = alphabet; *at; at++)
		EXPECT_TRUE("every character occurs", strchr(all, *at) != NULL);
	secret_base62(one, 0);
	EXPECT_STRING("none", one, "");
}

static void
digests(void)
{
	static const struct { const char *row, *label, *bytes; size_t len; bool other; } rows[] = {
		{ "another label", "b", "abc", 3, false },
		{ "other bytes", "a", "abd", 3, false },
		{ "fewer bytes", "a", "ab", 2, false },
		{ "a NUL more", "a", "abc", 4, false },
		{ "the label takes a byte", "aa", "bc", 2, false },
		{ "another key", "a", "abc", 3, true },
	};
	uint8_t first[DIGEST_LEN], again[DIGEST_LEN];

	secret_digest(first, key, "a", "abc", 3);
	secret_digest(again, key, "a", "abc", 3);
	EXPECT_BYTES("the same", again, first, DIGEST_LEN);
	for (size_t i = 0; i < NELEM(rows); i++) {
		secret_digest(again, rows[i].other ? other_key : key, rows[i].label, rows[i].bytes,
		    rows[i].len);
		EXPECT_TRUE(rows[i].row, memcmp(again, first, DIGEST_LEN) != 0);
	}
	secret_checksum(first, "ab", 2, "c", 1);
	secret_checksum(again, "ab", 2, "d", 1);
	EXPECT_TRUE("second piece counts", memcmp(again, first, CHECKSUM_LEN) != 0);
	secret_checksum(again, "aa", 2, "c", 1);
	EXPECT_TRUE("first piece counts", memcmp(again, first, CHECKSUM_LEN) != 0);
}

static void
sealing(void)
{
	uint8_t sealed[16 + SECRET_SEAL_LEN], again[16 + SECRET_SEAL_LEN], plain[16];

	secret_seal(sealed, key, "fifteen letters", 16);
	secret_seal(again, key, "fifteen letters", 16);
	EXPECT_TRUE("another each time", memcmp(sealed, again, sizeof sealed) != 0);
	EXPECT_VERDICT("unseal", secret_unseal(plain, key, sealed, sizeof sealed), 0);
	EXPECT_BYTES("unseal", plain, "fifteen letters", 16);
	EXPECT_VERDICT("another key", secret_unseal(plain, other_key, sealed, sizeof sealed),
	    V_MALFORMED);
	for (size_t i = 0; i < sizeof sealed; i++) {
		sealed[i] ^= 1;
		EXPECT_VERDICT("a bit changed", secret_unseal(plain, key, sealed, sizeof sealed),
		    V_MALFORMED);
		sealed[i] ^= 1;
		EXPECT_VERDICT("cut", secret_unseal(plain, key, sealed, i), V_MALFORMED);
	}
}

static void
comparing(void)
{
	char bytes[] = "abc";

	EXPECT_TRUE("equal", secret_equal("abc", "abc", 3));
	EXPECT_TRUE("nothing", secret_equal("abc", "xyz", 0));
	EXPECT_TRUE("first", !secret_equal("abc", "xbc", 3));
	EXPECT_TRUE("last", !secret_equal("abc", "abx", 3));
	secret_wipe(bytes, 2);
	EXPECT_BYTES("wiped", bytes, "\0\0c", 4);
}

static CU_TestInfo tests[] = {
	{ "base62", base62 },
	{ "digests", digests },
	{ "sealing", sealing },
	{ "comparing", comparing },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/secret", tests);
