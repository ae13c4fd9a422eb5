// SPDX-License-Identifier: ISC
/* cred/jwks.c - JWK to PEM by OpenSSL. */
#include "cred/jwks.h"

#include <errno.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "base/b64.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/text.h"
#include "base/verdict.h"

#define MODULUS_MIN	256		/* bytes: RFC 7518, 3.3 wants 2048 bits */
#define MODULUS_MAX	512
#define EXPONENT_MAX	8

static void
bn_drop(BIGNUM **n)
{
	BN_free(*n);
}

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
context_drop(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
}

static void
key_drop(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void
bio_drop(BIO **bio)
{
	BIO_free(*bio);
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

struct rsa {
	unsigned char n[MODULUS_MAX], e[EXPONENT_MAX];
	size_t n_len, e_len;
};

/* Both without zeros in front (RFC 7518, 6.3.1), which would make a small e look long. */
static bool
is_sound(const struct rsa *rsa)
{
	if (rsa->n_len < MODULUS_MIN || rsa->n[0] == 0 || rsa->e_len == 0 || rsa->e[0] == 0)
		return false;
	if (rsa->n_len == MODULUS_MIN && rsa->n[0] < 0x80)
		return false;
	if (!(rsa->n[rsa->n_len - 1] & 1) || !(rsa->e[rsa->e_len - 1] & 1))
		return false;
	return rsa->e_len > 1 || rsa->e[0] >= 3;
}

/* RFC 7517, 4: for signing with RS256, and whole. */
static bool
take_rsa(const struct json *jwk, struct rsa *rsa)
{
	if (!is_text(jwk, "kty", "RSA", false) || !is_text(jwk, "use", "sig", true) ||
	    !is_text(jwk, "alg", "RS256", true))
		return false;
	rsa->n_len = member_bytes(jwk, "n", rsa->n, sizeof rsa->n);
	rsa->e_len = member_bytes(jwk, "e", rsa->e, sizeof rsa->e);
	return is_sound(rsa);
}

static int
put_pem(struct arena *mem, EVP_PKEY *key, const char **pem)
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

static int
rsa_pem(struct arena *mem, const struct rsa *rsa, const char **pem)
{
	GUARD(bn_drop) BIGNUM *n = BN_bin2bn(rsa->n, (int)rsa->n_len, NULL);
	GUARD(bn_drop) BIGNUM *e = BN_bin2bn(rsa->e, (int)rsa->e_len, NULL);
	GUARD(builder_drop) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	GUARD(params_drop) OSSL_PARAM *params = NULL;
	GUARD(context_drop) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	GUARD(key_drop) EVP_PKEY *key = NULL;

	if (!n || !e || !builder || !context ||
	    !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) ||
	    !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e))
		return -ENOMEM;
	params = OSSL_PARAM_BLD_to_param(builder);
	if (!params || EVP_PKEY_fromdata_init(context) <= 0)
		return -ENOMEM;
	if (EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		return V_NOT_FOUND;
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
	struct rsa rsa;
	int r;

	r = parse_set(bytes, len, &root, &keys);
	if (r)
		return r;
	for (size_t i = 0; i < json_length(keys); i++) {
		if (take_rsa(json_element(keys, i), &rsa))
			return 0;
	}
	return V_MALFORMED;
}

int
jwks_find(struct arena *mem, const char *bytes, size_t len, const char *kid, const char **pem)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *keys, *jwk;
	struct rsa rsa;
	int r;

	r = parse_set(bytes, len, &root, &keys);
	if (r)
		return r;
	for (size_t i = 0; i < json_length(keys); i++) {
		jwk = json_element(keys, i);
		if (is_text(jwk, "kid", kid, false) && take_rsa(jwk, &rsa))
			return rsa_pem(mem, &rsa, pem);
	}
	return V_NOT_FOUND;
}
