// SPDX-License-Identifier: ISC
#include "auth/jwt.h"

#include <errno.h>
#include <string.h>

#include "service/encode.h"
#include "unit.h"

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A64 A63 "a"

static const uint8_t key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcde";
static const uint8_t other_key[SECRET_KEY_LEN] = "0123456789abcdef0123456789abcdE";

/* The kids that were asked for, the last one and how often; and what is answered. */
struct ring {
	char kid[JWT_KID_MAX + 1];
	int asked, result;
	struct jwt_key key;
};

static int
find(void *arg, const char *kid, struct jwt_key *out)
{
	struct ring *ring = arg;

	ring->asked++;
	strcpy(ring->kid, kid);
	if (ring->result == 0)
		*out = ring->key;
	return ring->result;
}

static struct ring
ring_of(const uint8_t *bytes)
{
	return (struct ring){ .key = { JWT_HS256, bytes } };
}

static void
both_ways(void)
{
	GUARD(json_drop) struct json *claims = NULL;
	GUARD(arena_free) struct arena mem;
	struct ring ring = ring_of(key), other = ring_of(other_key);
	const char *jwt;
	int64_t number;

	arena_init(&mem, 0);
	EXPECT_VERDICT("sign", jwt_hs256_sign(&mem, key, "k1", "{\"n\":5}", &jwt), 0);
	EXPECT_VERDICT("another key", jwt_hs256_open(jwt, find, &other, &claims),
	    V_WRONG_CREDENTIAL);
	EXPECT_TRUE("nothing came out", claims == NULL);
	EXPECT_VERDICT("open", jwt_hs256_open(jwt, find, &ring, &claims), 0);
	EXPECT_STRING("kid", ring.kid, "k1");
	EXPECT_INT("asked once", ring.asked, 1);
	EXPECT_TRUE("claim", json_member_integer(claims, "n", &number));
	EXPECT_INT("claim", number, 5);
	arena_free(&mem);
	arena_init(&mem, 16);
	EXPECT_VERDICT("no memory", jwt_hs256_sign(&mem, key, "k1", "{\"n\":5}", &jwt), -ENOMEM);
}

/* Both signers write the same bytes. */
static void
ordered(void)
{
	static const char *const rows[] = {
		"{}", "{\"a\":1}", "{\"a\":-1,\"b\":\"x\"}",
		"{\"exp\":9223372036854775807,\"iat\":0,\"role\":\"User\"}",
		"{\"auth_time\":1700000000,\"exp\":1700000600,\"gen\":9007199254740991,"
		    "\"iat\":1700000000,\"role\":\"Provider\","
		    "\"tid\":\"0123abcd-0123-4123-8123-0123456789ab\","
		    "\"uuid\":\"3210abcd-0123-4123-8123-0123456789ab\"}",
	};
	GUARD(arena_free) struct arena mem;
	uint8_t random_key[SECRET_KEY_LEN];
	const char *theirs, *ours, *claims;
	int64_t numbers[4];
	char kid[17];

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i], jwt_hs256_sign(&mem, key, "k1", rows[i], &theirs), 0);
		EXPECT_VERDICT(rows[i], jwt_hs256_sign_ordered(&mem, key, "k1", rows[i], &ours), 0);
		EXPECT_STRING(rows[i], ours, theirs);
	}
	for (int i = 0; i < 2000; i++) {
		secret_random(random_key, sizeof random_key);
		secret_random(numbers, sizeof numbers);
		secret_base62(kid, sizeof kid - 1);
		claims = arena_printf(&mem, "{\"exp\":%lld,\"gen\":%lld,\"iat\":%lld,"
		    "\"role\":\"%.*s\"}", (long long)numbers[0], (long long)numbers[1],
		    (long long)numbers[2] >> (i % 64), (int)((uint64_t)numbers[3] % 17), kid);
		EXPECT_VERDICT(claims, jwt_hs256_sign(&mem, random_key, kid, claims, &theirs), 0);
		EXPECT_VERDICT(claims, jwt_hs256_sign_ordered(&mem, random_key, kid, claims,
		    &ours), 0);
		EXPECT_STRING(claims, ours, theirs);
		arena_wipe(&mem);
	}
	arena_free(&mem);
	arena_init(&mem, 16);
	EXPECT_VERDICT("no memory", jwt_hs256_sign_ordered(&mem, key, "k1", "{}", &ours), -ENOMEM);
}

static void
another_signer(void)
{
	GUARD(json_drop) struct json *claims = NULL;
	GUARD(arena_free) struct arena mem;
	struct ring ring = ring_of(key);
	const char *jwt;

	arena_init(&mem, 0);
	jwt = encode_hs256(&mem, "{\"alg\":\"HS256\",\"typ\":\"jwt\",\"kid\":\"k2\"}", "{\"n\":5}", key,
	    sizeof key);
	EXPECT_VERDICT("open", jwt_hs256_open(jwt, find, &ring, &claims), 0);
	EXPECT_STRING("kid", ring.kid, "k2");
}

/* The result of the search is passed up; a key of another kind verifies nothing. */
static void
searches(void)
{
	static const struct { const char *row; int result; struct jwt_key key; int want; } rows[] = {
		{ "unknown", V_NOT_FOUND, { JWT_HS256, key }, V_NOT_FOUND },
		{ "unknown for now", V_UNAVAILABLE, { JWT_HS256, key }, V_UNAVAILABLE },
		{ "a fault", -EIO, { JWT_HS256, key }, -EIO },
		{ "no key", 0, { JWT_HS256, NULL }, V_WRONG_CREDENTIAL },
		{ "RSA", 0, { JWT_RS256, key }, V_WRONG_CREDENTIAL },
		{ "P-256", 0, { JWT_ES256, key }, V_WRONG_CREDENTIAL },
		{ "the one", 0, { JWT_HS256, key }, 0 },
	};
	GUARD(arena_free) struct arena mem;
	const char *jwt;

	arena_init(&mem, 0);
	EXPECT_VERDICT("sign", jwt_hs256_sign(&mem, key, "k1", "{}", &jwt), 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(json_drop) struct json *claims = NULL;
		struct ring ring = { .result = rows[i].result, .key = rows[i].key };

		EXPECT_VERDICT(rows[i].row, jwt_hs256_open(jwt, find, &ring, &claims),
		    rows[i].want);
		EXPECT_INT(rows[i].row, claims != NULL, rows[i].want == 0);
		ring.asked = 0;
		EXPECT_VERDICT(rows[i].row, jwt_public_open(jwt, find, &ring, &claims),
		    V_MALFORMED);
		EXPECT_INT(rows[i].row, ring.asked, 0);
	}
}

static void
headers(void)
{
	static const struct { const char *row, *header; int want; } rows[] = {
		{ "typ JWT", "{\"alg\":\"HS256\",\"kid\":\"k\",\"typ\":\"JWT\"}", 0 },
		{ "no typ", "{\"alg\":\"HS256\",\"kid\":\"k\"}", 0 },
		{ "other members", "{\"alg\":\"HS256\",\"kid\":\"k\",\"x\":[1]}", 0 },
		{ "kid of 255", "{\"alg\":\"HS256\",\"kid\":\"" A64 A64 A64 A63 "\"}", 0 },
		{ "kid of 256", "{\"alg\":\"HS256\",\"kid\":\"" A64 A64 A64 A63 "a\"}",
		    V_MALFORMED },
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
		{ "x5c", "{\"alg\":\"HS256\",\"kid\":\"k\",\"x5c\":[\"AA==\"]}", 0 },
		{ "jku", "{\"alg\":\"HS256\",\"kid\":\"k\",\"jku\":\"https://a.example/\"}", 0 },
		{ "ES256", "{\"alg\":\"ES256\",\"kid\":\"k\"}", V_MALFORMED },
		{ "an array", "[]", V_MALFORMED },
		{ "no JSON", "HS256", V_MALFORMED },
		{ "bytes after", "{\"alg\":\"HS256\",\"kid\":\"k\"}x", V_MALFORMED },
		{ "bad UTF-8", "{\"alg\":\"HS256\",\"kid\":\"\xff\"}", V_MALFORMED },
	};
	GUARD(arena_free) struct arena mem;
	const char *jwt;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(json_drop) struct json *claims = NULL;
		struct ring ring = ring_of(key);

		jwt = encode_hs256(&mem, rows[i].header, "{}", key, sizeof key);
		EXPECT_VERDICT(rows[i].row, jwt_hs256_open(jwt, find, &ring, &claims),
		    rows[i].want);
		EXPECT_INT(rows[i].row, ring.asked, rows[i].want == 0);
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
	GUARD(json_drop) struct json *claims = NULL;
	static char huge[JWT_LEN_MAX + 2];
	struct ring ring = ring_of(key);

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i], jwt_hs256_open(rows[i], find, &ring, &claims), V_MALFORMED);
	memset(huge, 'A', sizeof huge - 1);
	EXPECT_VERDICT("huge", jwt_hs256_open(huge, find, &ring, &claims), V_MALFORMED);
	huge[5000] = huge[6000] = '.';
	EXPECT_VERDICT("huge, of three parts", jwt_hs256_open(huge, find, &ring, &claims),
	    V_MALFORMED);
	huge[JWT_LEN_MAX] = '\0';
	EXPECT_VERDICT("a huge header", jwt_hs256_open(huge, find, &ring, &claims), V_MALFORMED);
	EXPECT_INT("no key was asked for", ring.asked, 0);
}

/* JWT_LEN_MAX bytes are accepted, and no more. */
static void
longest(void)
{
	GUARD(arena_free) struct arena mem;
	struct ring ring = ring_of(key);
	size_t longest_ok = 0, shortest_refused = SIZE_MAX;
	const char *jwt;
	int r;

	arena_init(&mem, 0);
	for (size_t n = JWT_LEN_MAX / 4 * 3 - 120; n < JWT_LEN_MAX / 4 * 3; n++) {
		GUARD(json_drop) struct json *claims = NULL;

		jwt = encode_hs256(&mem, "{\"alg\":\"HS256\",\"kid\":\"k\"}",
		    arena_printf(&mem, "{\"x\":\"%0*d\"}", (int)n, 0), key, sizeof key);
		r = jwt_hs256_open(jwt, find, &ring, &claims);
		EXPECT_VERDICT("huge", r, strlen(jwt) > JWT_LEN_MAX ? V_MALFORMED : 0);
		if (r == 0)
			longest_ok = strlen(jwt);
		else if (strlen(jwt) < shortest_refused)
			shortest_refused = strlen(jwt);
	}
	EXPECT_TRUE("both sides", longest_ok > JWT_LEN_MAX - 4 &&
	    shortest_refused < JWT_LEN_MAX + 4);
}

static CU_TestInfo tests[] = {
	{ "both ways", both_ways },
	{ "ordered", ordered },
	{ "another signer", another_signer },
	{ "headers", headers },
	{ "searches", searches },
	{ "forms", forms },
	{ "the longest", longest },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/jwt", tests);
