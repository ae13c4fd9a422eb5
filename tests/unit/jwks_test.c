// SPDX-License-Identifier: ISC
#include "cred/jwks.h"

#include <string.h>

#include "base/text.h"
#include "service/encode.h"
#include "unit.h"

/* Made by openssl genrsa 2048, and what openssl rsa -pubout says of it. */
static const char modulus[] =
	"pVNXVs3Ff6MzI1goUwNXzvRpmX5D1kH20lYOb73fGvisBxzOrUQ-XfeSxMr7FFbF_dFILhomI0YY"
	"8R-qbARPoplNBgxFGHWUql_6awRLh0KFzaEn3pMo0r9LqcSA3dr8pKRqPiQpPpNHhtUAtqjIm2uT"
	"hx9-WqZ-6inAl8x9hodjjA_R1hIi_UugP6Xb2Pl-GikMtb6ZF9bLsj46t3T2b268yW0xOJTMQW4p"
	"zSfJ03VJqUDViN-3lX_OvltRGV8gJuecYsB1PqyqNDjEGSd-HJfrOnRZdWlH9h0ONRUs7tSPNrCB"
	"bzPEdTRwz6MKuNTu_y7m4mRMPU1d7zxcwYQJZQ";
static const char pem[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApVNXVs3Ff6MzI1goUwNX\n"
	"zvRpmX5D1kH20lYOb73fGvisBxzOrUQ+XfeSxMr7FFbF/dFILhomI0YY8R+qbARP\n"
	"oplNBgxFGHWUql/6awRLh0KFzaEn3pMo0r9LqcSA3dr8pKRqPiQpPpNHhtUAtqjI\n"
	"m2uThx9+WqZ+6inAl8x9hodjjA/R1hIi/UugP6Xb2Pl+GikMtb6ZF9bLsj46t3T2\n"
	"b268yW0xOJTMQW4pzSfJ03VJqUDViN+3lX/OvltRGV8gJuecYsB1PqyqNDjEGSd+\n"
	"HJfrOnRZdWlH9h0ONRUs7tSPNrCBbzPEdTRwz6MKuNTu/y7m4mRMPU1d7zxcwYQJ\n"
	"ZQIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

static struct arena mem;

struct member {
	const char *name, *raw;		/* JSON; NULL: not there */
};

static const char *
quoted(const char *text)
{
	return arena_printf(&mem, "\"%s\"", text);
}

/* The good key, with one member changed or added. */
static const char *
jwk(const struct member *change)
{
	const struct member members[] = {
		{ "kty", "\"RSA\"" }, { "use", "\"sig\"" }, { "alg", "\"RS256\"" },
		{ "kid", "\"one\"" }, { "n", quoted(modulus) }, { "e", "\"AQAB\"" },
	};
	bool changed = false;
	const char *out;
	struct text t;

	text_init(&t, &mem);
	for (size_t i = 0; i < NELEM(members); i++) {
		bool this = strcmp(members[i].name, change->name) == 0;
		const char *raw = this ? change->raw : members[i].raw;

		changed |= this;
		if (raw)
			text_printf(&t, "%s\"%s\":%s", t.len ? "," : "", members[i].name, raw);
	}
	if (!changed)
		text_printf(&t, ",\"%s\":%s", change->name, change->raw);
	return text_done(&t, &out, NULL) ? NULL : arena_printf(&mem, "{%s}", out);
}

/* *found is the PEM of an RSA key; NULL where there was none. */
static int
find(const char *keys, const char *kid, const char **found)
{
	const char *set = arena_printf(&mem, "{\"keys\":[%s]}", keys);
	struct jwt_key key = { .bytes = NULL };
	int r;

	r = jwks_find(&mem, set, strlen(set), kid, &key);
	EXPECT_TRUE("for RS256", !key.bytes || key.algorithm == JWT_RS256);
	*found = key.bytes;
	return r;
}

/* base64url of len bytes: first, then 0xaa, then last. */
static const char *
number(size_t len, unsigned char first, unsigned char last)
{
	unsigned char *bytes = arena_alloc(&mem, len);

	memset(bytes, 0xaa, len);
	bytes[0] = first;
	bytes[len - 1] = last;
	return quoted(encode_base64url(&mem, bytes, len));
}

/* One member of the good key is different. */
static void
members(void)
{
	const struct { const char *row; struct member member; int want; } t[] = {
		{ "as it is",               { "x", "1" }, 0 },
		{ "kty absent",             { "kty", NULL }, V_NOT_FOUND },
		{ "kty EC",                 { "kty", "\"EC\"" }, V_NOT_FOUND },
		{ "kty oct",                { "kty", "\"oct\"" }, V_NOT_FOUND },
		{ "kty in lower case",      { "kty", "\"rsa\"" }, V_NOT_FOUND },
		{ "kty with a NUL",         { "kty", "\"RSA\\u0000\"" }, V_NOT_FOUND },
		{ "use absent",             { "use", NULL }, 0 },
		{ "use enc",                { "use", "\"enc\"" }, V_NOT_FOUND },
		{ "use null",               { "use", "null" }, V_NOT_FOUND },
		{ "alg absent",             { "alg", NULL }, 0 },
		{ "alg RS512",              { "alg", "\"RS512\"" }, V_NOT_FOUND },
		{ "alg RSA-OAEP",           { "alg", "\"RSA-OAEP\"" }, V_NOT_FOUND },
		{ "alg HS256",              { "alg", "\"HS256\"" }, V_NOT_FOUND },
		{ "alg a list",             { "alg", "[\"RS256\"]" }, V_NOT_FOUND },
		{ "kid absent",             { "kid", NULL }, V_NOT_FOUND },
		{ "kid of another",         { "kid", "\"two\"" }, V_NOT_FOUND },
		{ "kid longer",             { "kid", "\"one \"" }, V_NOT_FOUND },
		{ "kid with a NUL",         { "kid", "\"one\\u0000\"" }, V_NOT_FOUND },
		{ "kid a number",           { "kid", "1" }, V_NOT_FOUND },
		{ "n absent",               { "n", NULL }, V_NOT_FOUND },
		{ "n empty",                { "n", "\"\"" }, V_NOT_FOUND },
		{ "n a number",             { "n", "65537" }, V_NOT_FOUND },
		{ "n with padding",         { "n", quoted(arena_printf(&mem, "%s==", modulus)) },
		    V_NOT_FOUND },
		{ "n with a blank",         { "n", quoted(arena_printf(&mem, " %s", modulus)) },
		    V_NOT_FOUND },
		{ "n with a plus",          { "n", quoted(arena_printf(&mem, "+%s", modulus + 1)) },
		    V_NOT_FOUND },
		{ "n with a NUL",           { "n", arena_printf(&mem, "\"%s\\u0000\"", modulus) },
		    V_NOT_FOUND },
		{ "n of 1024 bits",         { "n", number(128, 0xff, 1) }, V_NOT_FOUND },
		{ "n of 2040 bits",         { "n", number(255, 0xff, 1) }, V_NOT_FOUND },
		{ "n of 2047 bits",         { "n", number(256, 0x7f, 1) }, V_NOT_FOUND },
		{ "n of 2048 bits",         { "n", number(256, 0x80, 1) }, 0 },
		{ "n of 2049 bits",         { "n", number(257, 0x01, 1) }, 0 },
		{ "n of 4096 bits",         { "n", number(512, 0xff, 1) }, 0 },
		{ "n of 4104 bits",         { "n", number(513, 0xff, 1) }, V_NOT_FOUND },
		{ "n with zeros in front",  { "n", number(257, 0x00, 1) }, V_NOT_FOUND },
		{ "n even",                 { "n", number(256, 0xff, 2) }, V_NOT_FOUND },
		{ "e absent",               { "e", NULL }, V_NOT_FOUND },
		{ "e empty",                { "e", "\"\"" }, V_NOT_FOUND },
		{ "e a number",             { "e", "65537" }, V_NOT_FOUND },
		{ "e 0",                    { "e", "\"AA\"" }, V_NOT_FOUND },
		{ "e 1",                    { "e", "\"AQ\"" }, V_NOT_FOUND },
		{ "e 1 with a zero in front", { "e", "\"AAE\"" }, V_NOT_FOUND },
		{ "e 2",                    { "e", "\"Ag\"" }, V_NOT_FOUND },
		{ "e 3",                    { "e", "\"Aw\"" }, 0 },
		{ "e 65536",                { "e", "\"AQAA\"" }, V_NOT_FOUND },
		{ "e of 9 bytes",           { "e", "\"AQAAAAAAAAAB\"" }, V_NOT_FOUND },
		{ "e with stray bits",      { "e", "\"Ax\"" }, V_NOT_FOUND },
	};
	const char *found;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, find(jwk(&t[i].member), "one", &found), t[i].want);
		EXPECT_INT(t[i].row, found != NULL, t[i].want == 0);
	}
	EXPECT_INT("PEM", find(jwk(&t[0].member), "one", &found), 0);
	EXPECT_STRING("PEM", found, pem);
	arena_free(&mem);
}

/* Made by openssl ecparam -name prime256v1, and what openssl ec -pubout says of it. */
#define X "5ORdssE0jDDcFV_EykZi6jARjSiOn27cTSoUWQphJlE"
#define Y "CeLPv0cIbYnyhuBd_10QatLSgJSMk1_IHMw6Qt9nV3s"
#define P256 "{\"kty\":\"EC\",\"kid\":\"ec\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y "\"}"
static const char p256_pem[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5ORdssE0jDDcFV/EykZi6jARjSiO\n"
	"n27cTSoUWQphJlEJ4s+/RwhtifKG4F3/XRBq0tKAlIyTX8gczDpC32dXew==\n"
	"-----END PUBLIC KEY-----\n";

static void
curves(void)
{
#define KEY(more, crv, x, y) "{\"kty\":\"EC\",\"kid\":\"ec\"," more "\"crv\":" crv ",\"x\":\"" x \
	"\",\"y\":\"" y "\"}"
#define X5C "\"x5c\":[\"AA==\"],\"x5t\":\"a\",\"key_ops\":[\"verify\"],"
	static const struct { const char *row, *jwk; int want; } t[] = {
		{ "as it is", P256, 0 },
		{ "for ES256", KEY("\"alg\":\"ES256\",\"use\":\"sig\",", "\"P-256\"", X, Y), 0 },
		{ "with a certificate", KEY(X5C, "\"P-256\"", X, Y), 0 },
		{ "for RS256", KEY("\"alg\":\"RS256\",", "\"P-256\"", X, Y), V_NOT_FOUND },
		{ "for ES384", KEY("\"alg\":\"ES384\",", "\"P-256\"", X, Y), V_NOT_FOUND },
		{ "to encrypt", KEY("\"use\":\"enc\",", "\"P-256\"", X, Y), V_NOT_FOUND },
		{ "P-384", KEY("", "\"P-384\"", X, Y), V_NOT_FOUND },
		{ "secp256k1", KEY("", "\"secp256k1\"", X, Y), V_NOT_FOUND },
		{ "crv null", KEY("", "null", X, Y), V_NOT_FOUND },
		{ "no crv", "{\"kty\":\"EC\",\"kid\":\"ec\",\"x\":\"" X "\",\"y\":\"" Y "\"}",
		    V_NOT_FOUND },
		{ "no y", "{\"kty\":\"EC\",\"kid\":\"ec\",\"crv\":\"P-256\",\"x\":\"" X "\"}",
		    V_NOT_FOUND },
		{ "OKP", "{\"kty\":\"OKP\",\"kid\":\"ec\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y
		    "\"}", V_NOT_FOUND },
		{ "x and y changed round", KEY("", "\"P-256\"", Y, X), V_NOT_FOUND },
		{ "not on the curve", KEY("", "\"P-256\"", X, X), V_NOT_FOUND },
		{ "x short", KEY("", "\"P-256\"", "AA", Y), V_NOT_FOUND },
		{ "x long", KEY("", "\"P-256\"", "AAAA" X, Y), V_NOT_FOUND },
		{ "y empty", KEY("", "\"P-256\"", X, ""), V_NOT_FOUND },
		{ "with padding", KEY("", "\"P-256\"", X "=", Y), V_NOT_FOUND },
	};
	struct jwt_key key;

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *set = arena_printf(&mem, "{\"keys\":[%s]}", t[i].jwk);

		key = (struct jwt_key){ .bytes = NULL };
		EXPECT_VERDICT(t[i].row, jwks_find(&mem, set, strlen(set), "ec", &key), t[i].want);
		EXPECT_STRING(t[i].row, key.bytes, t[i].want ? NULL : p256_pem);
		EXPECT_TRUE(t[i].row, t[i].want || key.algorithm == JWT_ES256);
	}
	arena_free(&mem);
}

static void
several(void)
{
	static const struct member none = { "x", "1" }, two = { "kid", "\"two\"" },
	    curve = { "kty", "\"EC\"" }, other = { "e", "\"Aw\"" };
	const char *good = jwk(&none), *found;

	EXPECT_INT("after another", find(arena_printf(&mem, "%s,%s", jwk(&two), good), "one",
	    &found), 0);
	EXPECT_STRING("after another", found, pem);
	EXPECT_INT("after an unfit one of its name", find(arena_printf(&mem, "%s,%s", jwk(&curve),
	    good), "one", &found), 0);
	EXPECT_STRING("after an unfit one of its name", found, pem);
	EXPECT_INT("two of one name: the first", find(arena_printf(&mem, "%s,%s", good,
	    jwk(&other)), "one", &found), 0);
	EXPECT_STRING("two of one name: the first", found, pem);
	EXPECT_INT("among others", find(arena_printf(&mem, "null,1,\"a\",[],{},%s", good), "one",
	    &found), 0);
	arena_free(&mem);
}

static void
sets(void)
{
	static const struct member none = { "x", "1" }, unnamed = { "kid", NULL },
	    curve = { "kty", "\"EC\"" };
	const struct { const char *row, *set; int check, find; } t[] = {
		{ "P-256",      "{\"keys\":[" P256 "]}", 0, V_NOT_FOUND },
		{ "good",       arena_printf(&mem, "{\"keys\":[%s]}", jwk(&none)), 0, 0 },
		{ "unnamed",    arena_printf(&mem, "{\"keys\":[%s]}", jwk(&unnamed)), 0,
		    V_NOT_FOUND },
		{ "unfit",      arena_printf(&mem, "{\"keys\":[%s]}", jwk(&curve)), V_MALFORMED,
		    V_NOT_FOUND },
		{ "a key",      jwk(&none), V_MALFORMED, V_MALFORMED },
		{ "an object",  arena_printf(&mem, "{\"keys\":%s}", jwk(&none)), V_MALFORMED,
		    V_MALFORMED },
		{ "a list",     arena_printf(&mem, "[%s]", jwk(&none)), V_MALFORMED, V_MALFORMED },
		{ "no keys",    "{}", V_MALFORMED, V_MALFORMED },
		{ "null",       "{\"keys\":null}", V_MALFORMED, V_MALFORMED },
		{ "empty",      "{\"keys\":[]}", V_MALFORMED, V_NOT_FOUND },
		{ "nothing",    "", V_MALFORMED, V_MALFORMED },
		{ "HTML",       "<html>", V_MALFORMED, V_MALFORMED },
	};
	struct jwt_key key;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_INT(t[i].row, jwks_check(t[i].set, strlen(t[i].set)), t[i].check);
		EXPECT_INT(t[i].row, jwks_find(&mem, t[i].set, strlen(t[i].set), "one", &key),
		    t[i].find);
	}
	for (size_t len = 0; len < strlen(t[1].set); len++)
		EXPECT_VERDICT("cut", jwks_check(t[1].set, len), V_MALFORMED);
	arena_free(&mem);
}

/* The most that a provider may answer, with the key at its end. */
static void
large(void)
{
	static const struct member none = { "x", "1" };
	char *blanks = arena_alloc(&mem, 65537);
	const char *good = jwk(&none), *set;

	memset(blanks, ' ', 65536);
	set = arena_printf(&mem, "{\"keys\":[%.*s%s]}", (int)(65536 - strlen(good) - 11), blanks,
	    good);
	EXPECT_INT("64 KiB", (int64_t)strlen(set), 65536);
	EXPECT_VERDICT("64 KiB", jwks_check(set, strlen(set)), 0);
	arena_free(&mem);
}

static CU_TestInfo tests[] = {
	{ "members", members },
	{ "curves", curves },
	{ "several keys", several },
	{ "sets", sets },
	{ "64 KiB", large },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/jwks", tests);
