// SPDX-License-Identifier: ISC
/* tests/provider/key.c - keys of a provider, and ID tokens signed with them. */
#include "key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include "base/openssl.h"
#include "service/encode.h"

#define BITS 2048
#define COORDINATE 32

void
give_up(const char *what)
{
	perror(what);
	exit(99);
}

static EVP_PKEY *
key_make(const char *path)
{
	const char *name = strrchr(path, '/');
	EVP_PKEY *key = name && name[1] == 'e' ? EVP_EC_gen("P-256") : EVP_RSA_gen(BITS);
	FILE *file = fopen(path, "wx");

	if (!key || !file || !PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) ||
	    fclose(file))
		give_up(path);
	return key;
}

EVP_PKEY *
key_get(const char *path)
{
	FILE *file = fopen(path, "r");
	EVP_PKEY *key;

	if (!file)
		return key_make(path);
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	if (!key)
		give_up(path);
	return key;
}

/* In size bytes; in as few as it takes with 0. */
static const char *
number64(struct arena *mem, EVP_PKEY *key, const char *name, int size)
{
	unsigned char bytes[BITS / 8];
	BIGNUM *number = NULL;
	int len;

	if (!EVP_PKEY_get_bn_param(key, name, &number))
		give_up(name);
	len = size ? BN_bn2binpad(number, bytes, size) : BN_bn2bin(number, bytes);
	BN_free(number);
	return encode_base64url(mem, bytes, (size_t)len);
}

const char *
key_method(EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "EC") ? "ES256" : "RS256";
}

const char *
key_jwk(struct arena *mem, EVP_PKEY *key, const char *kid)
{
	if (EVP_PKEY_is_a(key, "EC"))
		return arena_printf(mem, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\","
		    "\"x\":\"%s\",\"y\":\"%s\"}", kid,
		    number64(mem, key, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE),
		    number64(mem, key, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE));
	return arena_printf(mem, "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\","
	    "\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}", kid,
	    number64(mem, key, OSSL_PKEY_PARAM_RSA_N, 0),
	    number64(mem, key, OSSL_PKEY_PARAM_RSA_E, 0));
}

const char *
key_pem(struct arena *mem, EVP_PKEY *key)
{
	GUARD(bio_drop) BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long len;

	if (!bio || !PEM_write_bio_PUBKEY(bio, key))
		give_up("PEM");
	len = BIO_get_mem_data(bio, &bytes);
	return arena_strndup(mem, bytes, (size_t)len);
}

/* RFC 7518, 3.1: what the names of algorithms for RSA keys mean. */
static const struct method {
	const char *name;
	const EVP_MD *(*digest)(void);
	int padding;
} methods[] = {
	{ "RS256", EVP_sha256, RSA_PKCS1_PADDING },
	{ "RS384", EVP_sha384, RSA_PKCS1_PADDING },
	{ "RS512", EVP_sha512, RSA_PKCS1_PADDING },
	{ "PS256", EVP_sha256, RSA_PKCS1_PSS_PADDING },
};

static const char *
sign_rsa(struct arena *mem, EVP_PKEY *key, const struct method *method, const char *text)
{
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[BITS / 8];
	size_t len = sizeof signature;
	EVP_PKEY_CTX *options;

	if (!context || !EVP_DigestSignInit(context, &options, method->digest(), NULL, key) ||
	    EVP_PKEY_CTX_set_rsa_padding(options, method->padding) <= 0 ||
	    !EVP_DigestSign(context, signature, &len, (const unsigned char *)text, strlen(text)))
		give_up(method->name);
	return encode_base64url(mem, signature, len);
}

/* RFC 7518, 3.4: the two numbers side by side, not in DER. */
static const char *
sign_p256(struct arena *mem, EVP_PKEY *key, const char *text)
{
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char der[2 * COORDINATE + 16], raw[2 * COORDINATE];
	const unsigned char *at = der;
	size_t len = sizeof der;
	ECDSA_SIG *signature;

	if (!context || !EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) ||
	    !EVP_DigestSign(context, der, &len, (const unsigned char *)text, strlen(text)))
		give_up("ES256");
	signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
	if (!signature ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, COORDINATE) != COORDINATE ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + COORDINATE, COORDINATE) != COORDINATE)
		give_up("ES256");
	ECDSA_SIG_free(signature);
	return encode_base64url(mem, raw, sizeof raw);
}

static const char *
sign_hmac(struct arena *mem, const char *secret, const char *text)
{
	crypto_auth_hmacsha256_state state;
	unsigned char tag[crypto_auth_hmacsha256_BYTES];

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, tag);
	return encode_base64url(mem, tag, sizeof tag);
}

static const char *
sign_ed25519(struct arena *mem, EVP_PKEY *key, const char *text)
{
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[64];
	size_t len = sizeof signature;

	if (!context || !EVP_DigestSignInit(context, NULL, NULL, NULL, key) ||
	    !EVP_DigestSign(context, signature, &len, (const unsigned char *)text, strlen(text)))
		give_up("EdDSA");
	return encode_base64url(mem, signature, len);
}

static const char *
sign(struct arena *mem, EVP_PKEY *key, const char *method, const char *text)
{
	for (size_t i = 0; i < NELEM(methods); i++) {
		if (strcmp(methods[i].name, method) == 0)
			return sign_rsa(mem, key, &methods[i], text);
	}
	if (strcmp(method, "ES256") == 0)
		return sign_p256(mem, key, text);
	if (strcmp(method, "EdDSA") == 0)
		return sign_ed25519(mem, key, text);
	if (strcmp(method, "HS256") == 0)
		return sign_hmac(mem, key_pem(mem, key), text);
	return "";
}

const char *
key_sign(struct arena *mem, EVP_PKEY *key, const char *method, const char *header,
    const char *claims)
{
	char *text = arena_printf(mem, "%s.%s", encode_base64url(mem, header, strlen(header)),
	    encode_base64url(mem, claims, strlen(claims)));

	return arena_printf(mem, "%s.%s", text, sign(mem, key, method, text));
}
