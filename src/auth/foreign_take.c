// SPDX-License-Identifier: ISC
/* auth/foreign_take.c - from the spelling of another system to the stored form. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "auth/foreign.h"
#include "auth/foreign_kind.h"
#include "base/b64.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"

#define B64 sodium_base64_VARIANT_ORIGINAL

/* One hash on its way. */
struct taking {
	unsigned allowed;
	const struct password_cost *cost;
	char *out;
	const char **why;
};

static int
refuse(const struct taking *t, const char *why)
{
	*t->why = why;
	return V_INVALID;
}

/* Text that is in its stored form already. */
static int
take_stored(const struct taking *t, const char *text)
{
	const struct foreign_kind *kind = foreign_kind_of(text);

	if (!kind)
		return refuse(t, "no hash of a known kind");
	if (strlen(text) >= HASH_SIZE || !kind->form(text))
		return refuse(t, "the hash is malformed");
	if (!kind->cost(text, t->allowed & FOREIGN_COSTLY))
		return refuse(t, kind->cost(text, true) ?
		    "the hash costs too much for each login; --allow-costly takes it" :
		    "the hash costs more than a login may");
	memset(t->out, 0, HASH_SIZE);
	strcpy(t->out, text);
	return 0;
}

static int
take_weak(const struct taking *t, const char *digest, const void *salt, size_t salt_len,
    const void *value, size_t len)
{
	if (!(t->allowed & FOREIGN_WEAK))
		return refuse(t, "a weak digest; --allow-weak takes it, inside Argon2id");
	if (salt_len > WRAP_SALT_MAX)
		return refuse(t, "the salt is too long");
	if (!t->cost)
		return 0;
	return foreign_wrap(t->cost, digest, salt, salt_len, value, len, t->out);
}

static int
take_pbkdf2(const struct taking *t, const char *digest, unsigned long iterations,
    const void *salt, size_t salt_len, const char *key)
{
	char stored[2 * HASH_SIZE], salt_text[HASH_SIZE];

	if (salt_len > 64)
		return refuse(t, "the salt is too long");
	sodium_bin2base64(salt_text, sizeof salt_text, salt, salt_len, B64);
	snprintf(stored, sizeof stored, "$pbkdf2-%s$i=%lu$%s$%s", digest, iterations, salt_text,
	    key);
	return take_stored(t, stored);
}

/* --- spellings, each of what follows its prefix --------------------------------------- */

static int
take_rest(const struct taking *t, const char *rest, const char *arg)
{
	(void)arg;
	return take_stored(t, rest);
}

/* Django: "ITERATIONS$SALT$KEY" */
static int
take_django(const struct taking *t, const char *rest, const char *digest)
{
	unsigned long iterations = foreign_number(&rest, '$');
	const char *key = strchr(rest, '$');

	if (!iterations || !key)
		return refuse(t, "the hash is malformed");
	return take_pbkdf2(t, digest, iterations, rest, (size_t)(key - rest), key + 1);
}

/* Django: the prefix is part of the stored form */
static int
take_bcrypt_sha256(const struct taking *t, const char *rest, const char *arg)
{
	char stored[HASH_SIZE];

	(void)arg;
	if (snprintf(stored, sizeof stored, "bcrypt_sha256$$%s", rest) >= HASH_SIZE)
		return refuse(t, "the hash is malformed");
	return take_stored(t, stored);
}

/* Dovecot: "$1$SALT$ITERATIONS$KEY in hex" */
static int
take_dovecot_pbkdf2(const struct taking *t, const char *rest, const char *arg)
{
	const char *salt = strncmp(rest, "$1$", 3) == 0 ? rest + 3 : "", *at = strchr(salt, '$');
	unsigned char key[20];
	char key_text[64];
	unsigned long iterations;

	(void)arg;
	if (!at)
		return refuse(t, "the hash is malformed");
	rest = at + 1;
	iterations = foreign_number(&rest, '$');
	if (!iterations || text_unhex(rest, strlen(rest), key, sizeof key))
		return refuse(t, "the hash is malformed");
	sodium_bin2base64(key_text, sizeof key_text, key, sizeof key, B64);
	return take_pbkdf2(t, "sha1", iterations, salt, (size_t)(at - salt), key_text);
}

/* LDAP: base64 or hex of a digest, and of the salt behind it */
static int
take_digest(const struct taking *t, const char *rest, const char *digest)
{
	static const struct { const char *name; size_t len; } lengths[] = {
		{ "md5", 16 }, { "sha1", 20 }, { "sha256", 32 }, { "sha512", 64 },
	};
	unsigned char bytes[64 + WRAP_SALT_MAX];
	size_t len = 0, wanted = 0, n = strlen(rest);

	for (size_t i = 0; i < NELEM(lengths); i++) {
		if (strcmp(lengths[i].name, digest) == 0)
			wanted = lengths[i].len;
	}
	if (n >= 2 * wanted && n % 2 == 0 && n / 2 <= sizeof bytes &&
	    text_unhex(rest, n, bytes, n / 2) == 0)
		len = n / 2;
	else if (b64_decode(B64_PADDED, rest, n, bytes, sizeof bytes, &len) != 0)
		len = 0;
	if (len < wanted)
		return refuse(t, "the hash is malformed");
	return take_weak(t, digest, bytes + wanted, len - wanted, bytes, wanted);
}

/* DES: 11 characters behind the salt; bigcrypt has 11 for each 8 of the password */
static int
take_des(const struct taking *t, const char *rest, const char *arg)
{
	const size_t len = strlen(rest);

	(void)arg;
	if (len < 13 || len > 57 || len % 11 != 2 || strspn(rest, "./" TEXT_ALNUM) != len)
		return refuse(t, "the hash is malformed");
	return take_weak(t, len == 13 ? "des" : "bigcrypt", rest, 2, rest + 2, len - 2);
}

/* A hash of crypt(3): with "$" any of the kinds here, without DES */
static int
take_crypt(const struct taking *t, const char *rest, const char *arg)
{
	return *rest == '$' ? take_stored(t, rest) : take_des(t, rest, arg);
}

static int
take_nothing(const struct taking *t, const char *rest, const char *arg)
{
	(void)rest;
	return refuse(t, arg);
}

#define NEVER "hashes of this kind cannot be verified by a password, or not in a bounded time"

static const struct {
	const char *prefix;		/* in any case, if it begins with a brace */
	int (*take)(const struct taking *t, const char *rest, const char *arg);
	const char *arg;
} spellings[] = {
	{ "pbkdf2_sha256$",      take_django,         "sha256" },
	{ "pbkdf2_sha1$",        take_django,         "sha1" },
	{ "bcrypt$",             take_rest,           NULL },
	{ "bcrypt_sha256$$",     take_bcrypt_sha256,  NULL },
	{ "1|",                  take_rest,           NULL },
	{ "2|",                  take_rest,           NULL },
	{ "3|",                  take_rest,           NULL },
	{ "{CRYPT}",             take_crypt,          NULL },
	{ "{BLF-CRYPT}",         take_rest,           NULL },
	{ "{SHA256-CRYPT}",      take_rest,           NULL },
	{ "{SHA512-CRYPT}",      take_rest,           NULL },
	{ "{MD5-CRYPT}",         take_rest,           NULL },
	{ "{DES-CRYPT}",         take_des,            NULL },
	{ "{ARGON2}",            take_rest,           NULL },
	{ "{ARGON2I}",           take_rest,           NULL },
	{ "{ARGON2ID}",          take_rest,           NULL },
	{ "{PBKDF2}",            take_dovecot_pbkdf2, NULL },
	{ "{SHA}",               take_digest,         "sha1" },
	{ "{SHA1}",              take_digest,         "sha1" },
	{ "{SSHA}",              take_digest,         "sha1" },
	{ "{SHA256}",            take_digest,         "sha256" },
	{ "{SSHA256}",           take_digest,         "sha256" },
	{ "{SHA512}",            take_digest,         "sha512" },
	{ "{SSHA512}",           take_digest,         "sha512" },
	{ "{PLAIN-MD5}",         take_digest,         "md5" },
	{ "{LDAP-MD5}",          take_digest,         "md5" },
	{ "{SMD5}",              take_digest,         "md5" },
	{ "{",                   take_nothing,        NEVER },
};

/* "{SSHA.HEX}" and "{SSHA.B64}" say in which form the rest is, which it shows itself. */
static bool
begins_with(const char *text, const char *prefix, const char **rest)
{
	size_t len = strlen(prefix);

	if (*prefix != '{' || !prefix[1]) {
		*rest = text + len;
		return strncmp(text, prefix, len) == 0;
	}
	if (strncasecmp(text, prefix, len - 1) != 0)
		return false;
	text += len - 1;
	if (strncasecmp(text, ".HEX", 4) == 0 || strncasecmp(text, ".B64", 4) == 0)
		text += 4;
	*rest = text + 1;
	return *text == '}';
}

/* glewlwyd: base64(key of 32, salt of 16) "," iterations */
static int
take_glewlwyd(const struct taking *t, const char *text)
{
	const char *comma = strchr(text, ','), *at = comma ? comma + 1 : "1000";
	unsigned char bytes[48];
	char key[64];
	unsigned long iterations = foreign_number(&at, '\0');
	size_t len;

	if (b64_decode(B64_PADDED, text, comma ? (size_t)(comma - text) : strlen(text), bytes,
	    sizeof bytes, &len) != 0 || len != sizeof bytes || !iterations)
		return refuse(t, "no hash of a known kind");
	sodium_bin2base64(key, sizeof key, bytes, 32, B64);
	return take_pbkdf2(t, "sha256", iterations, bytes + 32, 16, key);
}

/* What has no prefix is known by its shape: MD5 or SHA-1 in hex, Joomla's, DES. */
static int
take_by_shape(const struct taking *t, const char *text)
{
	const size_t len = strlen(text), hex = strspn(text, TEXT_DIGITS "abcdefABCDEF");
	unsigned char md5[16];

	if (len == 32 && hex == 32)
		return take_digest(t, text, "md5");
	if (len == 40 && hex == 40)
		return take_digest(t, text, "sha1");
	if (hex == 32 && text[32] == ':' && text_unhex(text, 32, md5, sizeof md5) == 0)
		return take_weak(t, "md5", text + 33, len - 33, md5, sizeof md5);
	if (len == 13)
		return take_des(t, text, NULL);
	return take_glewlwyd(t, text);
}

int
foreign_take(const char *text, unsigned allowed, const struct password_cost *cost,
    char out[HASH_SIZE], const char **why)
{
	const struct taking t = { allowed, cost, out, why };
	const char *rest;

	if (!text_is_ascii(text, strlen(text)) && *text != '{')
		return refuse(&t, "no hash of a known kind");
	if (*text == '$' || strncmp(text, "U$", 2) == 0)
		return take_stored(&t, text);
	if (strncmp(text, "argon2$argon2", 13) == 0)	/* Django: PHC form behind its name */
		return take_stored(&t, text + 6);
	for (size_t i = 0; i < NELEM(spellings); i++) {
		if (begins_with(text, spellings[i].prefix, &rest))
			return spellings[i].take(&t, rest, spellings[i].arg);
	}
	return take_by_shape(&t, text);
}
