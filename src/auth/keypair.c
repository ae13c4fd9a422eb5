// SPDX-License-Identifier: ISC
/* auth/keypair.c - private keys of asymmetric algorithms, made and written by OpenSSL. */
#include "auth/keypair.h"

#include <errno.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/b64.h"
#include "base/json.h"
#include "base/openssl.h"
#include "base/starved.h"
#include "base/text.h"
#include "base/verdict.h"

#define RSA_BITS	2048		/* RFC 7518, 3.3 wants no fewer */
#define COORDINATE	32		/* of P-256 and Ed25519 (RFC 7518, 6.2.1.2; RFC 8037, 2) */
#define NUMBER_MAX	(RSA_BITS / 8)

static EVP_PKEY *
make_rsa(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS);
}

static EVP_PKEY *
make_p256(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

static EVP_PKEY *
make_ed25519(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

/* A number of the key as a member of its JWK, in size bytes; in as few as it takes with 0. */
static bool
add_number(struct json_out *o, const char *name, EVP_PKEY *key, const char *parameter, int size)
{
	GUARD(bn_drop) BIGNUM *number = NULL;
	unsigned char bytes[NUMBER_MAX];
	char text[B64_URL_SIZE(NUMBER_MAX)];
	int len;

	if (!EVP_PKEY_get_bn_param(key, parameter, &number) || BN_num_bytes(number) > NUMBER_MAX)
		return false;
	len = size ? BN_bn2binpad(number, bytes, size) : BN_bn2bin(number, bytes);
	if (len <= 0)
		return false;
	b64_url_encode(text, bytes, (size_t)len);
	json_add_string(o, name, text);
	return true;
}

static bool
add_rsa(struct json_out *o, EVP_PKEY *key)
{
	return EVP_PKEY_get_bits(key) == RSA_BITS &&
	    add_number(o, "n", key, OSSL_PKEY_PARAM_RSA_N, 0) &&
	    add_number(o, "e", key, OSSL_PKEY_PARAM_RSA_E, 0);
}

static bool
add_p256(struct json_out *o, EVP_PKEY *key)
{
	json_add_string(o, "crv", "P-256");
	return add_number(o, "x", key, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE) &&
	    add_number(o, "y", key, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE);
}

static bool
add_ed25519(struct json_out *o, EVP_PKEY *key)
{
	unsigned char bytes[COORDINATE];
	char text[B64_URL_SIZE(COORDINATE)];
	size_t len = sizeof bytes;

	json_add_string(o, "crv", "Ed25519");
	if (!EVP_PKEY_get_raw_public_key(key, bytes, &len) || len != sizeof bytes)
		return false;
	b64_url_encode(text, bytes, len);
	json_add_string(o, "x", text);
	return true;
}

static const struct kind {
	const char *name;		/* in OpenSSL */
	const char *kty, *alg;		/* in a JWK */
	EVP_PKEY *(*make)(void);
	bool (*add)(struct json_out *o, EVP_PKEY *key);
} kinds[JWT_ALGORITHMS] = {
	[JWT_RS256] = { "RSA",     "RSA", "RS256", make_rsa,     add_rsa },
	[JWT_ES256] = { "EC",      "EC",  "ES256", make_p256,    add_p256 },
	[JWT_EDDSA] = { "ED25519", "OKP", "EdDSA", make_ed25519, add_ed25519 },
};

static int
make(const struct kind *kind, struct keypair *out)
{
	GUARD(key_drop) EVP_PKEY *key = kind->make();
	unsigned char *at = out->der;
	int len = key ? i2d_PrivateKey(key, NULL) : 0;

	if (len <= 0 || len > KEYPAIR_DER_MAX || i2d_PrivateKey(key, &at) != len)
		return -ENOMEM;
	out->len = (size_t)len;
	return 0;
}

_Static_assert(KEY_PRIVATE_SIZE >= B64_URL_SIZE(KEYPAIR_DER_MAX + SECRET_SEAL_LEN),
    "a sealed private key fits its field");

int
keypair_make(enum jwt_algorithm algorithm, const uint8_t key[SECRET_KEY_LEN],
    char sealed[KEY_PRIVATE_SIZE])
{
	uint8_t bytes[KEYPAIR_DER_MAX + SECRET_SEAL_LEN];
	struct keypair pair;
	int r;

	if (!kinds[algorithm].make)
		return -EINVAL;
	r = make(&kinds[algorithm], &pair);
	if (!r) {
		secret_seal(bytes, key, pair.der, pair.len);
		b64_url_encode(sealed, bytes, pair.len + SECRET_SEAL_LEN);
	}
	secret_wipe(&pair, sizeof pair);
	return r;
}

int
keypair_unseal(struct keypair *out, const uint8_t key[SECRET_KEY_LEN], const char *sealed)
{
	uint8_t bytes[KEYPAIR_DER_MAX + SECRET_SEAL_LEN];
	size_t len;

	if (b64_decode(B64_URL, sealed, strlen(sealed), bytes, sizeof bytes, &len) ||
	    len <= SECRET_SEAL_LEN)
		return V_MALFORMED;
	out->len = len - SECRET_SEAL_LEN;
	return secret_unseal(out->der, key, bytes, len);
}

/* What has been written to a BIO, in mem. */
static int
take(struct arena *mem, BIO *bio, const char **out)
{
	char *bytes;
	long len = BIO_get_mem_data(bio, &bytes);

	*out = len > 0 ? arena_strndup(mem, bytes, (size_t)len) : NULL;
	if (len > 0)
		OPENSSL_cleanse(bytes, (size_t)len);
	return *out ? 0 : -ENOMEM;
}

static int
put_private(struct arena *mem, EVP_PKEY *key, const char **pem)
{
	GUARD(bio_drop) BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || !PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))
		return -ENOMEM;
	return take(mem, bio, pem);
}

static int
put_public(struct arena *mem, EVP_PKEY *key, const char **pem)
{
	GUARD(bio_drop) BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || !PEM_write_bio_PUBKEY(bio, key))
		return -ENOMEM;
	return take(mem, bio, pem);
}

static int
put_jwk(struct arena *mem, const struct kind *kind, EVP_PKEY *key, const char *kid,
    const char **jwk)
{
	struct json_out o;
	struct text t;
	bool done;

	text_init(&t, mem);
	json_open(&o, &t);
	json_add_string(&o, "kty", kind->kty);
	json_add_string(&o, "use", "sig");
	json_add_string(&o, "alg", kind->alg);
	json_add_string(&o, "kid", kid);
	starved_watch();
	done = kind->add(&o, key);
	if (!done)
		return starved() ? -ENOMEM : -EBADMSG;
	json_close(&o);
	return text_done(&t, jwk, NULL);
}

int
keypair_write(struct arena *mem, enum jwt_algorithm algorithm, const struct keypair *pair,
    const char *kid, struct keypair_texts *out)
{
	const struct kind *kind = &kinds[algorithm];
	const unsigned char *at = pair->der;
	GUARD(key_drop) EVP_PKEY *key = NULL;
	int r;

	if (!kind->name)
		return -EBADMSG;
	starved_watch();
	key = d2i_AutoPrivateKey(NULL, &at, (long)pair->len);
	if (!key && starved())
		return -ENOMEM;
	if (!key || at != pair->der + pair->len || !EVP_PKEY_is_a(key, kind->name))
		return -EBADMSG;
	r = put_jwk(mem, kind, key, kid, &out->jwk);
	if (!r)
		r = put_private(mem, key, &out->private_pem);
	return r ? r : put_public(mem, key, &out->public_pem);
}
