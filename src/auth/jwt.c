// SPDX-License-Identifier: ISC
/* auth/jwt.c - signs and verifies tokens; the only use of libjwt. */
#include "auth/jwt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/b64.h"
#include "base/log.h"
#include "base/openssl.h"
#include "base/starved.h"
#include "base/verdict.h"

#define SIGNATURE_LEN 32		/* RFC 7518, 3.2 */
#define ED25519_LEN 64			/* RFC 8032, 5.1.6 */

/* The name of an algorithm in a header, and in libjwt. */
static const struct {
	const char *name;
	jwt_alg_t alg;
} algorithms[JWT_ALGORITHMS] = {
	[JWT_HS256] = { "HS256", JWT_ALG_HS256 },
	[JWT_RS256] = { "RS256", JWT_ALG_RS256 },
	[JWT_ES256] = { "ES256", JWT_ALG_ES256 },
	[JWT_EDDSA] = { "EdDSA", JWT_ALG_NONE },	/* RFC 8037, 3.1; not for libjwt */
};

const char *
jwt_algorithm_name(enum jwt_algorithm algorithm)
{
	return algorithms[algorithm].name;
}

static void
jwt_drop(jwt_t **jwt)
{
	jwt_free(*jwt);
}

static void
text_drop(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
}

int
jwt_hs256_sign(struct arena *mem, const uint8_t key[SECRET_KEY_LEN], const char *kid,
    const char *claims, const char **out)
{
	GUARD(jwt_drop) jwt_t *jwt = NULL;
	GUARD(text_drop) char *text = NULL;

	if (jwt_new(&jwt) || jwt_set_alg(jwt, JWT_ALG_HS256, key, SECRET_KEY_LEN) ||
	    (kid && jwt_add_header(jwt, "kid", kid)) || jwt_add_grants_json(jwt, claims))
		return -ENOMEM;
	text = jwt_encode_str(jwt);
	if (!text)
		return -ENOMEM;
	*out = arena_strdup(mem, text);
	return *out ? 0 : -ENOMEM;
}

/*
 * HMAC-SHA-256.  The key is kept between calls, because OpenSSL takes longer to look
 * up an algorithm and take a key than to sign.
 */
static int
hmac(const uint8_t key[SECRET_KEY_LEN], const char *bytes, size_t len,
    uint8_t out[SIGNATURE_LEN])
{
	static struct { EVP_MAC_CTX *mac; uint8_t key[SECRET_KEY_LEN]; } kept;
	const OSSL_PARAM digest[] = { OSSL_PARAM_construct_utf8_string("digest",
	    (char *)(uintptr_t)"SHA256", 0), OSSL_PARAM_construct_end() };
	const bool same = kept.mac && secret_equal(kept.key, key, sizeof kept.key);
	EVP_MAC *kind;
	size_t made;

	if (!kept.mac) {
		kind = EVP_MAC_fetch(NULL, "HMAC", NULL);
		kept.mac = kind ? EVP_MAC_CTX_new(kind) : NULL;
		EVP_MAC_free(kind);
	}
	if (!kept.mac)
		return -ENOMEM;
	memcpy(kept.key, key, sizeof kept.key);
	if (EVP_MAC_init(kept.mac, same ? NULL : key, same ? 0 : SECRET_KEY_LEN,
	    same ? NULL : digest) != 1 ||
	    EVP_MAC_update(kept.mac, (const uint8_t *)bytes, len) != 1 ||
	    EVP_MAC_final(kept.mac, out, &made, SIGNATURE_LEN) != 1) {
		EVP_MAC_CTX_free(kept.mac);
		kept.mac = NULL;
		return -ENOMEM;
	}
	return 0;
}

/*
 * What is signed: header and claims, encoded; *end is where the signature of at most
 * ED25519_LEN bytes follows.  NULL: no memory.
 */
static char *
put_signed(struct arena *mem, const char *algorithm, const char *kid, const char *claims,
    char **end)
{
	const char *header = arena_printf(mem, "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}",
	    algorithm, kid);
	const size_t claims_len = strlen(claims);
	char *token, *at;

	if (!header)
		return NULL;
	token = arena_alloc(mem, B64_URL_SIZE(strlen(header)) + B64_URL_SIZE(claims_len) +
	    B64_URL_SIZE(ED25519_LEN));
	if (!token)
		return NULL;
	at = token + b64_url_encode(token, header, strlen(header));
	*at++ = '.';
	*end = at + b64_url_encode(at, claims, claims_len);
	return token;
}

static void
put_signature(char *end, const uint8_t *signature, size_t len)
{
	*end = '.';
	b64_url_encode(end + 1, signature, len);
}

int
jwt_hs256_sign_ordered(struct arena *mem, const uint8_t key[SECRET_KEY_LEN],
    const char *kid, const char *claims, const char **out)
{
	uint8_t signature[SIGNATURE_LEN];
	char *end, *token = put_signed(mem, "HS256", kid, claims, &end);

	if (!token || hmac(key, token, (size_t)(end - token), signature))
		return -ENOMEM;
	put_signature(end, signature, sizeof signature);
	*out = token;
	return 0;
}

static int
ed25519_sign(struct arena *mem, const char *pem, const char *kid, const char *claims,
    const char **out)
{
	GUARD(bio_drop) BIO *bio = BIO_new_mem_buf(pem, -1);
	GUARD(key_drop) EVP_PKEY *key = bio ?
	    PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[ED25519_LEN];
	size_t len = sizeof signature;
	char *end, *token = put_signed(mem, "EdDSA", kid, claims, &end);

	if (!token || !key || !context || !EVP_DigestSignInit(context, NULL, NULL, NULL, key) ||
	    !EVP_DigestSign(context, signature, &len, (const uint8_t *)token,
	    (size_t)(end - token)))
		return -ENOMEM;
	put_signature(end, signature, len);
	*out = token;
	return 0;
}

/* V_WRONG_CREDENTIAL.  The key is ours, and one for Ed25519. */
static int
ed25519_verify(const char *token, const char *pem)
{
	GUARD(bio_drop) BIO *bio = BIO_new_mem_buf(pem, -1);
	GUARD(key_drop) EVP_PKEY *key = bio ?
	    PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	const char *dot = strrchr(token, '.');
	uint8_t signature[ED25519_LEN];
	size_t len;

	if (!key || !context || !EVP_DigestVerifyInit(context, NULL, NULL, NULL, key))
		return -ENOMEM;
	if (!dot || b64_decode(B64_URL, dot + 1, strlen(dot + 1), signature, sizeof signature,
	    &len))
		return V_WRONG_CREDENTIAL;
	starved_watch();
	if (EVP_DigestVerify(context, signature, len, (const uint8_t *)token,
	    (size_t)(dot - token)) == 1)
		return 0;
	return starved() ? -ENOMEM : V_WRONG_CREDENTIAL;
}

int
jwt_sign(struct arena *mem, enum jwt_algorithm algorithm, const char *pem, const char *kid,
    const char *claims, const char **out)
{
	GUARD(jwt_drop) jwt_t *jwt = NULL;
	GUARD(text_drop) char *text = NULL;

	if (algorithm == JWT_EDDSA)
		return ed25519_sign(mem, pem, kid, claims, out);
	if (jwt_new(&jwt) || jwt_set_alg(jwt, algorithms[algorithm].alg,
	    (const unsigned char *)pem, (int)strlen(pem)) ||
	    jwt_add_header(jwt, "kid", kid) || jwt_add_grants_json(jwt, claims))
		return -ENOMEM;
	text = jwt_encode_str(jwt);
	if (!text)
		return -ENOMEM;
	*out = arena_strdup(mem, text);
	return *out ? 0 : -ENOMEM;
}

#define PARTS 3

/* The parts of a token.  Decoded parts are shorter than encoded ones. */
struct parts {
	char bytes[JWT_LEN_MAX];
	struct { const char *at; size_t len; } of[PARTS];
};

enum { HEADER, CLAIMS, SIGNATURE };

/*
 * Three non-empty parts separated by dots, in the spelling that RFC 7515, 2
 * permits: libjwt is less strict.  V_MALFORMED.
 */
static int
split(const char *token, struct parts *parts)
{
	char *free_from = parts->bytes;
	size_t encoded;

	if (strnlen(token, JWT_LEN_MAX + 1) > JWT_LEN_MAX)
		return V_MALFORMED;
	for (int i = 0; i < PARTS; i++) {
		encoded = strcspn(token, ".");
		if (!encoded || token[encoded] != (i == SIGNATURE ? '\0' : '.') ||
		    b64_decode(B64_URL, token, encoded, free_from,
		    sizeof parts->bytes - (size_t)(free_from - parts->bytes), &parts->of[i].len))
			return V_MALFORMED;
		parts->of[i].at = free_from;
		free_from += parts->of[i].len;
		token += encoded + 1;
	}
	return 0;
}

/* One object without repeated names, which parsers could disagree about. */
static int
part_parse(const struct parts *parts, int i, struct json **object)
{
	return json_parse_unambiguous(parts->of[i].at, parts->of[i].len, object);
}

/* One of the algorithms from first to last.  V_MALFORMED. */
static int
read_algorithm(const struct json *header, enum jwt_algorithm first, enum jwt_algorithm last,
    enum jwt_algorithm *out)
{
	for (enum jwt_algorithm i = first; i <= last; i++) {
		if (json_member_is(header, "alg", algorithms[i].name)) {
			*out = i;
			return 0;
		}
	}
	return V_MALFORMED;
}

/*
 * Is it the header of a JWT that we understand?  "crit" requires what we do not
 * know (RFC 7515, 4.1.11).  Keys and certificates that it may bring are
 * ignored like any other member: the key is found by kid alone.
 */
static bool
is_header(const struct json *header)
{
	const char *typ = json_member_text(header, "typ"), *kid = json_member_text(header, "kid");
	const struct json *value;

	if (json_member(header, "typ", &value) && (!typ || strcasecmp(typ, "JWT") != 0))
		return false;
	return kid && strlen(kid) <= JWT_KID_MAX && !json_member(header, "crit", &value);
}

/* The key that the header names, if it is one of the header's algorithm. */
static int
find_key(const struct parts *parts, enum jwt_algorithm first, enum jwt_algorithm last,
    jwt_find_key *find, void *arg, struct jwt_key *key)
{
	GUARD(json_drop) struct json *header = NULL;
	enum jwt_algorithm algorithm = last;
	int r;

	r = part_parse(parts, HEADER, &header);
	if (!r)
		r = read_algorithm(header, first, last, &algorithm);
	if (!r && !is_header(header))
		r = V_MALFORMED;
	if (!r)
		r = find(arg, json_member_text(header, "kid"), key);
	if (r)
		return r;
	return key->bytes && key->algorithm == algorithm ? 0 : V_WRONG_CREDENTIAL;
}

/*
 * libjwt verifies the signature; it must have used the algorithm of the key.
 * V_WRONG_CREDENTIAL.
 */
static int
check_signature(const char *token, const struct jwt_key *key)
{
	GUARD(jwt_drop) jwt_t *jwt = NULL;
	size_t len = key->algorithm == JWT_HS256 ? SECRET_KEY_LEN : strlen(key->bytes);
	int r;

	if (key->algorithm == JWT_EDDSA)
		return ed25519_verify(token, key->bytes);
	starved_watch();
	r = jwt_decode(&jwt, token, key->bytes, (int)len);
	/* without memory for the key libjwt 1.10 answers 0, and has verified nothing */
	if (starved())
		return -ENOMEM;
	return r || jwt_get_alg(jwt) != algorithms[key->algorithm].alg ? V_WRONG_CREDENTIAL : 0;
}

/* The claims are read from the signed bytes, not from the output of libjwt. */
static int
open_as(const char *token, enum jwt_algorithm first, enum jwt_algorithm last,
    jwt_find_key *find, void *arg, struct json **claims)
{
	struct jwt_key key = { .bytes = NULL };
	struct parts parts;
	int r;

	r = split(token, &parts);
	if (!r)
		r = find_key(&parts, first, last, find, arg, &key);
	if (!r)
		r = check_signature(token, &key);
	return r ? r : part_parse(&parts, CLAIMS, claims);
}

int
jwt_hs256_open(const char *token, jwt_find_key *find, void *arg, struct json **claims)
{
	return open_as(token, JWT_HS256, JWT_HS256, find, arg, claims);
}

int
jwt_any_open(const char *token, jwt_find_key *find, void *arg, struct json **claims)
{
	return open_as(token, JWT_HS256, JWT_EDDSA, find, arg, claims);
}

int
jwt_try(const char *token, enum jwt_algorithm algorithm, const char *pem)
{
	return check_signature(token, &(struct jwt_key){ algorithm, pem });
}

int
jwt_public_open(const char *token, jwt_find_key *find, void *arg, struct json **claims)
{
	return open_as(token, JWT_RS256, JWT_ES256, find, arg, claims);
}

static int
find_only_key(void *arg, const char *kid, struct jwt_key *key)
{
	(void)kid;
	*key = (struct jwt_key){ JWT_HS256, arg };
	return 0;
}

int
jwt_prepare(void)
{
	GUARD(json_drop) struct json *claims = NULL;
	GUARD(arena_free) struct arena mem;
	uint8_t key[SECRET_KEY_LEN];
	const char *token;
	int r;

	arena_init(&mem, 0);
	secret_random(key, sizeof key);
	r = jwt_hs256_sign(&mem, key, "none", "{}", &token);
	if (!r)
		r = jwt_hs256_open(token, find_only_key, key, &claims);
	if (!r)
		r = jwt_hs256_sign_ordered(&mem, key, "none", "{}", &token);
	return r ? log_fault(-EIO, "libjwt cannot start") : 0;
}
