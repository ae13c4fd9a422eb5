// SPDX-License-Identifier: ISC
/* auth/foreign_digest.c - hashes made of repeated digests: phpass, Drupal, apr1, PBKDF2. */
#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "auth/foreign_kind.h"
#include "base/b64.h"
#include "base/log.h"
#include "base/openssl.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

/* The alphabet of crypt(3), in its order. */
static const char itoa64[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* log2 of how often; Drupal itself goes up to 30 */
static const struct foreign_bound log2_bound = { 7, 18, 22 };
static const struct foreign_bound iterations_bound = { 1, 2000000, 10000000 };

static int
digest_with(EVP_MD_CTX *context, const EVP_MD *md, const void *first, size_t first_len,
    const void *second, size_t second_len, unsigned char *out, size_t *len)
{
	unsigned int made;

	if (EVP_DigestInit_ex(context, md, NULL) != 1 ||
	    EVP_DigestUpdate(context, first, first_len) != 1 ||
	    EVP_DigestUpdate(context, second, second_len) != 1 ||
	    EVP_DigestFinal_ex(context, out, &made) != 1)
		return -ENOMEM;
	*len = made;
	return 0;
}

static const struct {
	const char *name;
	const EVP_MD *(*md)(void);
} digests[] = {
	{ "md5",    EVP_md5 },
	{ "sha1",   EVP_sha1 },
	{ "sha256", EVP_sha256 },
	{ "sha512", EVP_sha512 },
};

int
foreign_digest(const char *name, const void *first, size_t first_len, const void *second,
    size_t second_len, unsigned char out[64], size_t *len)
{
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	const EVP_MD *md = NULL;

	for (size_t i = 0; i < NELEM(digests); i++) {
		if (strcmp(digests[i].name, name) == 0)
			md = digests[i].md();
	}
	return context && md ? digest_with(context, md, first, first_len, second, second_len,
	    out, len) : -ENOMEM;
}

/* Little-endian groups of 24 bits; as many characters as the bytes need. */
static void
encode64(const unsigned char *bytes, size_t len, char *out)
{
	for (size_t i = 0; i < len; i += 3) {
		unsigned long group = bytes[i];
		size_t many = 2;

		if (i + 1 < len)
			group |= (unsigned long)bytes[i + 1] << 8, many = 3;
		if (i + 2 < len)
			group |= (unsigned long)bytes[i + 2] << 16, many = 4;
		for (size_t k = 0; k < many; k++, group >>= 6)
			*out++ = itoa64[group & 63];
	}
	*out = '\0';
}

static bool
same(const char *made, const char *wanted)
{
	return strlen(made) == strlen(wanted) && secret_equal(made, wanted, strlen(wanted));
}

/* --- phpass: "$P$", log2 of the count, 8 of salt, the digest; Drupal: cut to 55 --- */

bool
phpass_form(const char *hash)
{
	const size_t wanted = hash[1] == 'S' ? 55 : 34;

	return strlen(hash) == wanted && strspn(hash + 3, itoa64) == wanted - 3;
}

bool
phpass_cost(const char *hash, bool costly)
{
	return foreign_in_bound(&log2_bound, (unsigned long)(strchr(itoa64, hash[3]) - itoa64),
	    costly);
}

int
phpass_verify(const char *hash, const char *password, size_t len)
{
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	const EVP_MD *md = hash[1] == 'S' ? EVP_sha512() : EVP_md5();
	unsigned long count = 1ul << (strchr(itoa64, hash[3]) - itoa64);
	unsigned char digest[EVP_MAX_MD_SIZE];
	char made[2 * EVP_MAX_MD_SIZE];
	size_t n = 0;
	int r;

	if (!context)
		return -ENOMEM;
	r = digest_with(context, md, hash + 4, 8, password, len, digest, &n);
	while (!r && count--)
		r = digest_with(context, md, digest, n, password, len, digest, &n);
	encode64(digest, n, made);
	made[strlen(hash) - 12] = '\0';
	if (!r && !same(made, hash + 12))
		r = V_WRONG_CREDENTIAL;
	secret_wipe(digest, sizeof digest);
	secret_wipe(made, sizeof made);
	return r;
}

/* Drupal made them from the MD5 of Drupal 6, in hex. */
bool
phpass_of_md5_form(const char *hash)
{
	return (strncmp(hash + 1, "$S$", 3) == 0 || strncmp(hash + 1, "$P$", 3) == 0 ||
	    strncmp(hash + 1, "$H$", 3) == 0) && phpass_form(hash + 1);
}

bool
phpass_of_md5_cost(const char *hash, bool costly)
{
	return phpass_cost(hash + 1, costly);
}

int
phpass_of_md5_verify(const char *hash, const char *password, size_t len)
{
	unsigned char md5[64];
	char hex[2 * sizeof md5 + 1];
	size_t n;
	int r;

	r = foreign_digest("md5", password, len, "", 0, md5, &n);
	if (r)
		return r;
	text_hex(hex, md5, n);
	r = phpass_verify(hash + 1, hex, strlen(hex));
	secret_wipe(hex, sizeof hex);
	return r;
}

/* --- apr1: the MD5 of Apache, 1,000 times ------------------------------------------ */

bool
apr1_form(const char *hash)
{
	size_t len = strspn(hash + 6, itoa64);

	return len <= 8 && hash[6 + len] == '$' && strlen(hash + 7 + len) == 22 &&
	    strspn(hash + 7 + len, itoa64) == 22;
}

/* The first digest: the password, magic and salt, and pieces chosen by the length. */
static int
apr1_first(EVP_MD_CTX *context, const char *salt, size_t salt_len, const char *password,
    size_t len, unsigned char md5[EVP_MAX_MD_SIZE])
{
	unsigned char second[EVP_MAX_MD_SIZE];
	bool good;

	good = EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1 &&
	    EVP_DigestUpdate(context, password, len) == 1 &&
	    EVP_DigestUpdate(context, salt, salt_len) == 1 &&
	    EVP_DigestUpdate(context, password, len) == 1 &&
	    EVP_DigestFinal_ex(context, second, NULL) == 1 &&
	    EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1 &&
	    EVP_DigestUpdate(context, password, len) == 1 &&
	    EVP_DigestUpdate(context, "$apr1$", 6) == 1 &&
	    EVP_DigestUpdate(context, salt, salt_len) == 1;
	for (size_t left = len; good && left; left -= left < 16 ? left : 16)
		good = EVP_DigestUpdate(context, second, left < 16 ? left : 16) == 1;
	for (size_t bits = len; good && bits; bits >>= 1)
		good = EVP_DigestUpdate(context, bits & 1 ? "" : password, 1) == 1;
	return good && EVP_DigestFinal_ex(context, md5, NULL) == 1 ? 0 : -ENOMEM;
}

static int
apr1_round(EVP_MD_CTX *context, unsigned i, const char *salt, size_t salt_len,
    const char *password, size_t len, unsigned char md5[EVP_MAX_MD_SIZE])
{
	const void *password_or_md5 = i & 1 ? (const void *)password : md5;
	const void *md5_or_password = i & 1 ? (const void *)md5 : password;
	bool good;

	good = EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1 &&
	    EVP_DigestUpdate(context, password_or_md5, i & 1 ? len : 16) == 1 &&
	    (i % 3 == 0 || EVP_DigestUpdate(context, salt, salt_len) == 1) &&
	    (i % 7 == 0 || EVP_DigestUpdate(context, password, len) == 1) &&
	    EVP_DigestUpdate(context, md5_or_password, i & 1 ? 16 : len) == 1;
	return good && EVP_DigestFinal_ex(context, md5, NULL) == 1 ? 0 : -ENOMEM;
}

int
apr1_verify(const char *hash, const char *password, size_t len)
{
	static const unsigned char order[] = { 12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3,
	    5, 10, 4, 11 };
	GUARD(context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
	const char *salt = hash + 6;
	size_t salt_len = strcspn(salt, "$");
	unsigned char md5[EVP_MAX_MD_SIZE], shuffled[16];
	char made[32];
	int r;

	if (!context)
		return -ENOMEM;
	r = apr1_first(context, salt, salt_len, password, len, md5);
	for (unsigned i = 0; !r && i < 1000; i++)
		r = apr1_round(context, i, salt, salt_len, password, len, md5);
	for (size_t i = 0; !r && i < sizeof shuffled; i++)
		shuffled[i] = md5[order[i]];
	if (r)
		return r;
	encode64(shuffled, sizeof shuffled, made);
	r = same(made, salt + salt_len + 1) ? 0 : V_WRONG_CREDENTIAL;
	secret_wipe(md5, sizeof md5);
	secret_wipe(made, sizeof made);
	return r;
}

/* --- PBKDF2 (RFC 8018, 5.2): "$pbkdf2-sha256$i=ITERATIONS$SALT$KEY" ------------------ */

struct pbkdf2 {
	const EVP_MD *md;
	unsigned long iterations;
	unsigned char salt[HASH_SIZE], key[HASH_SIZE];
	size_t salt_len, key_len;
};

static bool
pbkdf2_parse(const char *hash, struct pbkdf2 *p)
{
	const char *at = hash + 8, *key;

	p->md = strncmp(at, "sha1$i=", 7) == 0 ? EVP_sha1() :
	    strncmp(at, "sha256$i=", 9) == 0 ? EVP_sha256() :
	    strncmp(at, "sha512$i=", 9) == 0 ? EVP_sha512() : NULL;
	if (!p->md)
		return false;
	at = strchr(at, '=') + 1;
	p->iterations = foreign_number(&at, '$');
	key = strchr(at, '$');
	if (!p->iterations || !key)
		return false;
	key++;
	return b64_decode(B64_PADDED, at, (size_t)(key - 1 - at), p->salt, sizeof p->salt,
	    &p->salt_len) == 0 && b64_decode(B64_PADDED, key, strlen(key), p->key,
	    sizeof p->key, &p->key_len) == 0 && p->key_len >= 16 && p->key_len <= 64;
}

bool
pbkdf2_form(const char *hash)
{
	struct pbkdf2 p;

	return pbkdf2_parse(hash, &p);
}

/* A key of two blocks of the digest costs twice as much. */
bool
pbkdf2_cost(const char *hash, bool costly)
{
	struct pbkdf2 p;
	size_t block;

	if (!pbkdf2_parse(hash, &p))
		return false;
	block = (size_t)EVP_MD_get_size(p.md);
	return foreign_in_bound(&iterations_bound, p.iterations *
	    ((p.key_len + block - 1) / block), costly);
}

int
pbkdf2_verify(const char *hash, const char *password, size_t len)
{
	unsigned char key[HASH_SIZE];
	struct pbkdf2 p;
	int r = 0;

	if (!pbkdf2_parse(hash, &p))
		return -EBADMSG;
	if (PKCS5_PBKDF2_HMAC(password, (int)len, p.salt, (int)p.salt_len, (int)p.iterations,
	    p.md, (int)p.key_len, key) != 1)
		return -ENOMEM;
	if (!secret_equal(key, p.key, p.key_len))
		r = V_WRONG_CREDENTIAL;
	secret_wipe(key, sizeof key);
	return r;
}
