// SPDX-License-Identifier: ISC
/*
 * base/secret.h - random bytes, keyed digests, sealing and comparing.
 *
 * All of it comes from libsodium: BLAKE2b (RFC 7693) for digests,
 * XSalsa20-Poly1305 for sealing, the system's generator for random bytes.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_KEY_LEN	32
#define SECRET_SEAL_LEN	(24 + 16)	/* nonce and tag that sealing adds */
#define DIGEST_LEN	32
#define CHECKSUM_LEN	8

/* Call once before all else.  -EIO if there is no generator. */
int secret_init(void);

void secret_random(void *out, size_t len);

/* len characters of [0-9A-Za-z], uniform, and a NUL. */
void secret_base62(char *out, size_t len);

/* Keyed BLAKE2b-256 of label, a NUL, and len bytes: one key, many purposes. */
void secret_digest(uint8_t out[DIGEST_LEN], const uint8_t key[SECRET_KEY_LEN],
    const char *label, const void *bytes, size_t len);

/* Unkeyed, over two pieces: detects a damaged file, not an attack. */
void secret_checksum(uint8_t out[CHECKSUM_LEN], const void *first, size_t first_len,
    const void *second, size_t second_len);

/* sealed has len + SECRET_SEAL_LEN bytes. */
void secret_seal(uint8_t *sealed, const uint8_t key[SECRET_KEY_LEN], const void *plain, size_t len);

/* plain has len - SECRET_SEAL_LEN bytes.  V_MALFORMED: another key, or changed. */
int secret_unseal(void *plain, const uint8_t key[SECRET_KEY_LEN], const uint8_t *sealed,
    size_t len);

/* Takes the same time, wherever the first difference is. */
bool secret_equal(const void *a, const void *b, size_t len);

void secret_wipe(void *bytes, size_t len);

#endif
