// SPDX-License-Identifier: ISC
/* auth/foreign_crypt.c - hashes that crypt(3) verifies, some of them of a digest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth/foreign_kind.h"
#include "base/guard.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

#define CRYPT_SET "./" TEXT_ALNUM

static const struct foreign_bound bcrypt_bound = { 4, 14, 16 };
static const struct foreign_bound rounds_bound = { 1000, 1000000, 5000000 };
/* The characters for N in yescrypt: '6' is 2^9, 'C' is 2^15. */
#define YESCRYPT_N "6789ABC"
#define YESCRYPT_N_COSTLY "6789ABCD"

static void
data_drop(struct crypt_data **data)
{
	if (*data)
		secret_wipe(*data, sizeof **data);
	free(*data);
}

int
foreign_crypt(const char *hash, const char *password, size_t len, char out[HASH_SIZE])
{
	GUARD(data_drop) struct crypt_data *data = calloc(1, sizeof *data);
	const char *made;
	char *phrase;

	if (!data)
		return -ENOMEM;
	if (len >= CRYPT_MAX_PASSPHRASE_SIZE)
		return V_WRONG_CREDENTIAL;
	phrase = data->input;
	memcpy(phrase, password, len);
	phrase[len] = '\0';
	errno = 0;
	made = crypt_rn(phrase, hash, data, sizeof *data);
	if (!made)
		return errno == ENOMEM ? -ENOMEM : V_WRONG_CREDENTIAL;
	return text_copy(out, HASH_SIZE, made) ? -EBADMSG : 0;
}

int
crypt_verify(const char *hash, const char *password, size_t len)
{
	char made[HASH_SIZE];
	int r;

	r = foreign_crypt(hash, password, len, made);
	if (!r && (strlen(made) != strlen(hash) || !secret_equal(made, hash, strlen(hash))))
		r = V_WRONG_CREDENTIAL;
	secret_wipe(made, sizeof made);
	return r;
}

/* "$2y$10$", 22 characters of salt and 31 of the digest */
bool
bcrypt_form(const char *hash)
{
	return strlen(hash) == 60 && strspn(hash + 4, TEXT_DIGITS) == 2 && hash[6] == '$' &&
	    strspn(hash + 7, CRYPT_SET) == 53;
}

bool
bcrypt_cost(const char *hash, bool costly)
{
	return foreign_in_bound(&bcrypt_bound,
	    (unsigned long)(10 * (hash[4] - '0') + hash[5] - '0'), costly);
}

/* Where the salt begins, and the rounds; 0 if they are malformed. */
static const char *
sha_crypt_salt(const char *hash, unsigned long *rounds)
{
	const char *at = hash + 3;

	*rounds = 5000;
	if (strncmp(at, "rounds=", 7) == 0) {
		at += 7;
		*rounds = foreign_number(&at, '$');
	}
	return at;
}

bool
sha_crypt_form(const char *hash)
{
	const size_t wanted = hash[1] == '5' ? 43 : 86;
	unsigned long rounds;
	const char *salt = sha_crypt_salt(hash, &rounds);
	size_t len = strspn(salt, CRYPT_SET);

	return rounds && len <= 16 && salt[len] == '$' && strlen(salt + len + 1) == wanted &&
	    strspn(salt + len + 1, CRYPT_SET) == wanted;
}

bool
sha_crypt_cost(const char *hash, bool costly)
{
	unsigned long rounds;

	sha_crypt_salt(hash, &rounds);
	return foreign_in_bound(&rounds_bound, rounds, costly);
}

bool
md5_crypt_form(const char *hash)
{
	size_t len = strspn(hash + 3, CRYPT_SET);

	return len <= 8 && hash[3 + len] == '$' && strlen(hash + 4 + len) == 22 &&
	    strspn(hash + 4 + len, CRYPT_SET) == 22;
}

/* "$y$j9T$": flags, N, r, and nothing else, as Debian and Fedora have it */
bool
yescrypt_form(const char *hash)
{
	const char *at = strchr(hash + 1, '$') + 1;
	size_t len;

	if (at[0] != 'j' || !at[1] || at[2] != 'T' || at[3] != '$')
		return false;
	len = strspn(at + 4, CRYPT_SET);
	return len && at[4 + len] == '$' && strlen(at + 5 + len) == 43 &&
	    strspn(at + 5 + len, CRYPT_SET) == 43;
}

bool
yescrypt_cost(const char *hash, bool costly)
{
	const char *at = strchr(hash + 1, '$') + 1;

	return strchr(costly ? YESCRYPT_N_COSTLY : YESCRYPT_N, at[1]) != NULL;
}

/* WordPress 6.8: bcrypt of the base64 of a HMAC, "$wp" before it */
bool
wordpress_form(const char *hash)
{
	return bcrypt_form(hash + 3);
}

bool
wordpress_cost(const char *hash, bool costly)
{
	return bcrypt_cost(hash + 3, costly);
}

static bool
is_blank(char c)
{
	static const char blanks[] = " \t\n\r\0\v";

	return memchr(blanks, c, sizeof blanks - 1) != NULL;
}

bool
wordpress_trims(const char *password, size_t len)
{
	return len && (is_blank(password[0]) || is_blank(password[len - 1]));
}

int
wordpress_verify(const char *hash, const char *password, size_t len)
{
	static const char key[] = "wp-sha384";
	unsigned char mac[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
	unsigned int mac_len;
	int text_len, r;

	while (len && is_blank(password[0]))
		password++, len--;
	while (len && is_blank(password[len - 1]))
		len--;
	if (!HMAC(EVP_sha384(), key, sizeof key - 1, (const unsigned char *)password, len, mac,
	    &mac_len))
		return -ENOMEM;
	text_len = EVP_EncodeBlock(text, mac, (int)mac_len);
	r = crypt_verify(hash + 3, (const char *)text, (size_t)text_len);
	secret_wipe(text, sizeof text);
	secret_wipe(mac, sizeof mac);
	return r;
}

/* Django: bcrypt of the SHA-256 in hex */
bool
bcrypt_sha256_form(const char *hash)
{
	const char *inner = hash + 14;

	return (strncmp(inner, "$2b$", 4) == 0 || strncmp(inner, "$2a$", 4) == 0) &&
	    bcrypt_form(inner);
}

bool
bcrypt_sha256_cost(const char *hash, bool costly)
{
	return bcrypt_cost(hash + 14, costly);
}

int
bcrypt_sha256_verify(const char *hash, const char *password, size_t len)
{
	unsigned char digest[64];
	char hex[2 * sizeof digest + 1];
	size_t digest_len;
	int r;

	r = foreign_digest("sha256", password, len, "", 0, digest, &digest_len);
	if (r)
		return r;
	text_hex(hex, digest, digest_len);
	r = crypt_verify(hash + 14, hex, strlen(hex));
	secret_wipe(hex, sizeof hex);
	secret_wipe(digest, sizeof digest);
	return r;
}
