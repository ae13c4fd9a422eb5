// SPDX-License-Identifier: ISC
/* base/secret.c - random bytes, keyed digests, sealing and comparing. */
#include "base/secret.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

_Static_assert(SECRET_KEY_LEN == crypto_secretbox_KEYBYTES, "key length");
_Static_assert(SECRET_SEAL_LEN == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES,
    "seal length");

/* Called before libsodium ends the process; of what it takes for misuse, only that occurs here. */
static void
tell(void)
{
	log_error("libsodium cannot go on, probably because the system gives no random bytes");
}

int
secret_init(void)
{
	sodium_set_misuse_handler(tell);
	return sodium_init() < 0 ? -EIO : 0;
}

void
secret_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

/* A byte of 248 or more is left out: 62 characters do not divide 256 evenly. */
void
secret_base62(char *out, size_t len)
{
	static const char alphabet[] = TEXT_ALNUM;
	const size_t count = sizeof alphabet - 1;
	uint8_t bytes[64];

	/* one system call for most secrets, instead of one for each character */
	for (size_t i = 0; i < len;) {
		randombytes_buf(bytes, sizeof bytes);
		for (size_t k = 0; k < sizeof bytes && i < len; k++) {
			if (bytes[k] < 256 / count * count)
				out[i++] = alphabet[bytes[k] % count];
		}
	}
	sodium_memzero(bytes, sizeof bytes);
	out[len] = '\0';
}

void
secret_digest(uint8_t out[DIGEST_LEN], const uint8_t key[SECRET_KEY_LEN],
    const char *label, const void *bytes, size_t len)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, key, SECRET_KEY_LEN, DIGEST_LEN);
	crypto_generichash_update(&state, (const unsigned char *)label, strlen(label) + 1);
	crypto_generichash_update(&state, bytes, len);
	crypto_generichash_final(&state, out, DIGEST_LEN);
	sodium_memzero(&state, sizeof state);
}

void
secret_checksum(uint8_t out[CHECKSUM_LEN], const void *first, size_t first_len,
    const void *second, size_t second_len)
{
	crypto_generichash_state state;
	uint8_t whole[crypto_generichash_BYTES_MIN];

	crypto_generichash_init(&state, NULL, 0, sizeof whole);
	crypto_generichash_update(&state, first, first_len);
	crypto_generichash_update(&state, second, second_len);
	crypto_generichash_final(&state, whole, sizeof whole);
	memcpy(out, whole, CHECKSUM_LEN);
}

void
secret_seal(uint8_t *sealed, const uint8_t key[SECRET_KEY_LEN], const void *plain, size_t len)
{
	randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, plain, len, sealed, key);
}

int
secret_unseal(void *plain, const uint8_t key[SECRET_KEY_LEN], const uint8_t *sealed, size_t len)
{
	if (len < SECRET_SEAL_LEN)
		return V_MALFORMED;
	if (crypto_secretbox_open_easy(plain, sealed + crypto_secretbox_NONCEBYTES,
	    len - crypto_secretbox_NONCEBYTES, sealed, key) != 0)
		return V_MALFORMED;
	return 0;
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
secret_wipe(void *bytes, size_t len)
{
	sodium_memzero(bytes, len);
}
