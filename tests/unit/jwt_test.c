// SPDX-License-Identifier: ISC
#include "auth/jwt.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A64 A63 "a"

static const uint8_t key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcde";
static const uint8_t other_key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcdE";

static void
both_ways(void)
{
	GUARD(json_drop) struct json *claims = NULL;
	GUARD(arena_free) struct arena mem;
	const struct json *value = NULL;
	char kid[JWT_KID_SIZE];
	const char *jwt;
	int64_t number;

	arena_init(&mem, 0);
	EXPECT_INT("sign", jwt_hs256_sign(&mem, key, "k1", "{\"n\":5}", &jwt), 0);
	EXPECT_INT("kid", jwt_hs256_kid(jwt, kid), 0);
	EXPECT_STRING("kid", kid, "k1");
	EXPECT_INT("another key", jwt_hs256_verify(jwt, other_key, &claims), V_MALFORMED);
	EXPECT_TRUE("nothing came out", claims == NULL);
	EXPECT_INT("verify", jwt_hs256_verify(jwt, key, &claims), 0);
	EXPECT_TRUE("claim", json_member(claims, "n", &value));
	EXPECT_INT("claim", json_integer(value, &number), 0);
	EXPECT_INT("claim", number, 5);
	arena_free(&mem);
	arena_init(&mem, 16);
	EXPECT_INT("no memory", jwt_hs256_sign(&mem, key, "k1", "{\"n\":5}", &jwt), -ENOMEM);
}

static void
another_signer(void)
{
	GUARD(json_drop) struct json *claims = NULL;
	GUARD(arena_free) struct arena mem;
	const char *jwt;
	char kid[JWT_KID_SIZE];

	arena_init(&mem, 0);
	jwt = unit_jwt(&mem, "{\"alg\":\"HS256\",\"typ\":\"jwt\",\"kid\":\"k2\"}", "{\"n\":5}", key,
	    sizeof key);
	EXPECT_INT("kid", jwt_hs256_kid(jwt, kid), 0);
	EXPECT_STRING("kid", kid, "k2");
	EXPECT_INT("verify", jwt_hs256_verify(jwt, key, &claims), 0);
}

static void
headers(void)
{
	static const struct { const char *row, *header; int want; } rows[] = {
		{ "typ JWT", "{\"alg\":\"HS256\",\"kid\":\"k\",\"typ\":\"JWT\"}", 0 },
		{ "no typ", "{\"alg\":\"HS256\",\"kid\":\"k\"}", 0 },
		{ "other members", "{\"alg\":\"HS256\",\"kid\":\"k\",\"x\":[1]}", 0 },
		{ "kid of 255", "{\"alg\":\"HS256\",\"kid\":\"" A64 A64 A64 A63 "\"}", 0 },
		{ "kid of 256", "{\"alg\":\"HS256\",\"kid\":\"" A64 A64 A64 A63 "a\"}", V_MALFORMED },
		{ "no alg", "{\"kid\":\"k\"}", V_MALFORMED },
		{ "none", "{\"alg\":\"none\",\"kid\":\"k\"}", V_MALFORMED },
		{ "small letters", "{\"alg\":\"hs256\",\"kid\":\"k\"}", V_MALFORMED },
		{ "HS512", "{\"alg\":\"HS512\",\"kid\":\"k\"}", V_MALFORMED },
		{ "RS256", "{\"alg\":\"RS256\",\"kid\":\"k\"}", V_MALFORMED },
		{ "alg a number", "{\"alg\":256,\"kid\":\"k\"}", V_MALFORMED },
		{ "alg null", "{\"alg\":null,\"kid\":\"k\"}", V_MALFORMED },
		{ "NUL in alg", "{\"alg\":\"HS256\\u0000\",\"kid\":\"k\"}", V_MALFORMED },
		{ "the last alg counts", "{\"alg\":\"HS256\",\"kid\":\"k\",\"alg\":\"none\"}",
		    V_MALFORMED },
		{ "other typ", "{\"alg\":\"HS256\",\"kid\":\"k\",\"typ\":\"JOSE\"}", V_MALFORMED },
		{ "typ a number", "{\"alg\":\"HS256\",\"kid\":\"k\",\"typ\":1}", V_MALFORMED },
		{ "typ null", "{\"alg\":\"HS256\",\"kid\":\"k\",\"typ\":null}", V_MALFORMED },
		{ "no kid", "{\"alg\":\"HS256\"}", V_MALFORMED },
		{ "kid a number", "{\"alg\":\"HS256\",\"kid\":1}", V_MALFORMED },
		{ "NUL in kid", "{\"alg\":\"HS256\",\"kid\":\"k\\u0000\"}", V_MALFORMED },
		{ "crit", "{\"alg\":\"HS256\",\"kid\":\"k\",\"crit\":[\"exp\"]}", V_MALFORMED },
		{ "empty crit", "{\"alg\":\"HS256\",\"kid\":\"k\",\"crit\":[]}", V_MALFORMED },
		{ "crit null", "{\"alg\":\"HS256\",\"kid\":\"k\",\"crit\":null}", V_MALFORMED },
		{ "an array", "[]", V_MALFORMED },
		{ "no JSON", "HS256", V_MALFORMED },
		{ "bytes behind", "{\"alg\":\"HS256\",\"kid\":\"k\"}x", V_MALFORMED },
		{ "bad UTF-8", "{\"alg\":\"HS256\",\"kid\":\"\xff\"}", V_MALFORMED },
	};
	GUARD(arena_free) struct arena mem;
	char kid[JWT_KID_SIZE];
	const char *jwt;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(json_drop) struct json *claims = NULL;

		jwt = unit_jwt(&mem, rows[i].header, "{}", key, sizeof key);
		EXPECT_INT(rows[i].row, jwt_hs256_kid(jwt, kid), rows[i].want);
		EXPECT_INT(rows[i].row, jwt_hs256_verify(jwt, key, &claims), rows[i].want);
	}
}

static void
forms(void)
{
	static const char *const rows[] = {
		"", ".", "..", "...", "a", "a.b", "a.b.c", "a.b.c.d", "YQ..YQ", ".YQ.YQ", "YQ.YQ.",
		"e30.e30.e30", "e30=.e30.e30", "e30.e30.e30=", " e30.e30.e30", "e30.e30.e30 ",
		"e30.e30.e30\n", "e3+.e30.e30", "e3/.e30.e30", "e30,e30,e30", "\xff.\xff.\xff",
		"eyJ.e30.e30", "e31.e30.e30",
	};
	char huge[JWT_LEN_MAX + 2], kid[JWT_KID_SIZE] = "old";

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i], jwt_hs256_kid(rows[i], kid), V_MALFORMED);
	memset(huge, 'A', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	EXPECT_INT("huge", jwt_hs256_kid(huge, kid), V_MALFORMED);
	huge[5000] = huge[6000] = '.';
	EXPECT_INT("huge, of three parts", jwt_hs256_kid(huge, kid), V_MALFORMED);
	huge[JWT_LEN_MAX] = '\0';
	EXPECT_INT("a huge header", jwt_hs256_kid(huge, kid), V_MALFORMED);
	EXPECT_STRING("left alone", kid, "old");
}

CU_TestInfo jwt_tests[] = {
	{ "both ways", both_ways },
	{ "another signer", another_signer },
	{ "headers", headers },
	{ "forms", forms },
	CU_TEST_INFO_NULL,
};
