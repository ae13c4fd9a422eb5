// SPDX-License-Identifier: ISC
/* cred/jwks.c - converts a JWK to PEM with OpenSSL. */
#include "cred/jwks.h"

#include <errno.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "base/b64.h"
#include "base/json.h"
#include "base/openssl.h"
#include "base/starved.h"
#include "base/text.h"
#include "base/verdict.h"

#define MODULUS_MIN	256		/* bytes: RFC 7518, 3.3 wants 2048 bits */
#define MODULUS_MAX	512
#define EXPONENT_MAX	8
#define COORDINATE	32		/* RFC 7518, 6.2.1.2: the whole size of the curve's field */
#define POINT		(1 + 2 * COORDINATE)
#define UNCOMPRESSED	0x04		/* SEC 1, 2.3.3 */

static void
builder_drop(OSSL_PARAM_BLD **builder)
{
	OSSL_PARAM_BLD_free(*builder);
}

static void
params_drop(OSSL_PARAM **params)
{
	OSSL_PARAM_free(*params);
}

static void
pkey_context_drop(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
}

/* The member is this text, or, if optional, absent. */
static bool
is_text(const struct json *jwk, const char *name, const char *text, bool optional)
{
	const struct json *value;

	return json_member(jwk, name, &value) ? json_member_is(jwk, name, text) : optional;
}

/* base64url bytes of a member; 0 if they are none or more than size. */
static size_t
member_bytes(const struct json *jwk, const char *name, unsigned char *out, size_t size)
{
	const char *text = json_member_text(jwk, name);
	size_t n;

	return !text || b64_decode(B64_URL, text, strlen(text), out, size, &n) ? 0 : n;
}

/* What a public key is made of. */
struct material {
	unsigned char n[MODULUS_MAX], e[EXPONENT_MAX];		/* RSA */
	size_t n_len, e_len;
	unsigned char point[POINT];				/* P-256, uncompressed */
};

/* Both without leading zeros (RFC 7518, 6.3.1), which would make a small e look long. */
static bool
is_sound(const struct material *rsa)
{
	if (rsa->n_len < MODULUS_MIN || rsa->n[0] == 0 || rsa->e_len == 0 || rsa->e[0] == 0)
		return false;
	if (rsa->n_len == MODULUS_MIN && rsa->n[0] < 0x80)
		return false;
	if (!(rsa->n[rsa->n_len - 1] & 1) || !(rsa->e[rsa->e_len - 1] & 1))
		return false;
	return rsa->e_len > 1 || rsa->e[0] >= 3;
}

static bool
rsa_read(const struct json *jwk, struct material *m)
{
	m->n_len = member_bytes(jwk, "n", m->n, sizeof m->n);
	m->e_len = member_bytes(jwk, "e", m->e, sizeof m->e);
	return is_sound(m);
}

static int
rsa_build(const struct material *m, OSSL_PARAM_BLD *builder, OSSL_PARAM **params)
{
	GUARD(bn_drop) BIGNUM *n = BN_bin2bn(m->n, (int)m->n_len, NULL);
	GUARD(bn_drop) BIGNUM *e = BN_bin2bn(m->e, (int)m->e_len, NULL);

	if (!n || !e || !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) ||
	    !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e))
		return -ENOMEM;
	*params = OSSL_PARAM_BLD_to_param(builder);
	return *params ? 0 : -ENOMEM;
}

static bool
p256_read(const struct json *jwk, struct material *m)
{
	m->point[0] = UNCOMPRESSED;
	return is_text(jwk, "crv", "P-256", false) &&
	    member_bytes(jwk, "x", m->point + 1, COORDINATE) == COORDINATE &&
	    member_bytes(jwk, "y", m->point + 1 + COORDINATE, COORDINATE) == COORDINATE;
}

static int
p256_build(const struct material *m, OSSL_PARAM_BLD *builder, OSSL_PARAM **params)
{
	if (!OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME,
	    SN_X9_62_prime256v1, 0) ||
	    !OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, m->point,
	    sizeof m->point))
		return -ENOMEM;
	*params = OSSL_PARAM_BLD_to_param(builder);
	return *params ? 0 : -ENOMEM;
}

/* The kinds of keys, by their names in JWKs and OpenSSL. */
static const struct kind {
	const char *kty, *alg;
	enum jwt_algorithm algorithm;
	bool (*read)(const struct json *jwk, struct material *m);
	int (*build)(const struct material *m, OSSL_PARAM_BLD *builder, OSSL_PARAM **params);
} kinds[] = {
	{ "RSA", "RS256", JWT_RS256, rsa_read, rsa_build },
	{ "EC",  "ES256", JWT_ES256, p256_read, p256_build },
};

/* Its kind, if it is complete and for signing (RFC 7517, 4); NULL if we cannot use it. */
static const struct kind *
read_jwk(const struct json *jwk, struct material *m)
{
	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (is_text(jwk, "kty", kinds[i].kty, false) && is_text(jwk, "use", "sig", true) &&
		    is_text(jwk, "alg", kinds[i].alg, true) && kinds[i].read(jwk, m))
			return &kinds[i];
	}
	return NULL;
}

static int
put_pem(struct arena *mem, EVP_PKEY *key, const void **pem)
{
	GUARD(bio_drop) BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long len;

	if (!bio || !PEM_write_bio_PUBKEY(bio, key))
		return -ENOMEM;
	len = BIO_get_mem_data(bio, &bytes);
	*pem = arena_strndup(mem, bytes, (size_t)len);
	return *pem ? 0 : -ENOMEM;
}

/* V_NOT_FOUND: OpenSSL refuses the key, such as a point that is not on the curve. */
static int
make_pem(struct arena *mem, const struct kind *kind, const struct material *m, const void **pem)
{
	GUARD(builder_drop) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	GUARD(params_drop) OSSL_PARAM *params = NULL;
	GUARD(pkey_context_drop) EVP_PKEY_CTX *context =
	    EVP_PKEY_CTX_new_from_name(NULL, kind->kty, NULL);
	GUARD(key_drop) EVP_PKEY *key = NULL;
	int r;

	if (!builder || !context)
		return -ENOMEM;
	r = kind->build(m, builder, &params);
	if (r)
		return r;
	if (EVP_PKEY_fromdata_init(context) <= 0)
		return -ENOMEM;
	starved_watch();
	if (EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		return starved() ? -ENOMEM : V_NOT_FOUND;
	return put_pem(mem, key, pem);
}

/* The array "keys" of a set.  V_MALFORMED. */
static int
parse_set(const char *bytes, size_t len, struct json **root, const struct json **keys)
{
	int r;

	r = json_parse(bytes, len, root);
	if (r)
		return r;
	if (!json_member(*root, "keys", keys) || json_kind(*keys) != JSON_ARRAY)
		return V_MALFORMED;
	return 0;
}

int
jwks_check(const char *bytes, size_t len)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *keys;
	struct material m;
	int r;

	r = parse_set(bytes, len, &root, &keys);
	if (r)
		return r;
	for (size_t i = 0; i < json_length(keys); i++) {
		if (read_jwk(json_element(keys, i), &m))
			return 0;
	}
	return V_MALFORMED;
}

int
jwks_find(struct arena *mem, const char *bytes, size_t len, const char *kid,
    struct jwt_key *key)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *keys, *jwk;
	const struct kind *kind;
	struct material m;
	int r;

	r = parse_set(bytes, len, &root, &keys);
	if (r)
		return r;
	for (size_t i = 0; i < json_length(keys); i++) {
		jwk = json_element(keys, i);
		kind = is_text(jwk, "kid", kid, false) ? read_jwk(jwk, &m) : NULL;
		if (kind) {
			key->algorithm = kind->algorithm;
			return make_pem(mem, kind, &m, &key->bytes);
		}
	}
	return V_NOT_FOUND;
}
