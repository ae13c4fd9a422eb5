// SPDX-License-Identifier: ISC
/*
 * auth/foreign_kind.h - the kinds of foreign hashes, for auth/foreign*.c.
 */
#ifndef AUTH_FOREIGN_KIND_H
#define AUTH_FOREIGN_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/argon2id.h"

/* What a parameter may be: at least, usually at most, and at most when that is allowed. */
struct foreign_bound {
	unsigned long least, usual, most;
};

bool foreign_in_bound(const struct foreign_bound *bound, unsigned long value, bool costly);

/*
 * A kind by the prefix of its stored form.  form: is it well formed?  cost: is its
 * cost in bounds?  costly: those of a login, else those of an import.  verify as
 * foreign_verify, of a hash that is both.
 */
struct foreign_kind {
	const char *prefix;
	bool (*form)(const char *hash);
	bool (*cost)(const char *hash, bool costly);
	int (*verify)(const char *hash, const char *password, size_t len);
};

/* NULL: there is none. */
const struct foreign_kind *foreign_kind_of(const char *hash);

/* Digits up to end, without leading zeros; 0 if it is no such number below 2^31. */
unsigned long foreign_number(const char **at, char end);

/* md5, sha1, sha256 or sha512 of two pieces.  -ENOMEM. */
int foreign_digest(const char *name, const void *first, size_t first_len, const void *second,
    size_t second_len, unsigned char out[64], size_t *len);

/* foreign_crypt.c: what crypt(3) makes of it.  V_WRONG_CREDENTIAL: it makes nothing. */
int foreign_crypt(const char *hash, const char *password, size_t len, char out[HASH_SIZE]);

bool bcrypt_form(const char *hash);
bool bcrypt_cost(const char *hash, bool costly);
bool sha_crypt_form(const char *hash);
bool sha_crypt_cost(const char *hash, bool costly);
bool md5_crypt_form(const char *hash);
bool yescrypt_form(const char *hash);
bool yescrypt_cost(const char *hash, bool costly);
int crypt_verify(const char *hash, const char *password, size_t len);
bool wordpress_form(const char *hash);
bool wordpress_cost(const char *hash, bool costly);
bool wordpress_trims(const char *password, size_t len);
int wordpress_verify(const char *hash, const char *password, size_t len);
bool bcrypt_sha256_form(const char *hash);
bool bcrypt_sha256_cost(const char *hash, bool costly);
int bcrypt_sha256_verify(const char *hash, const char *password, size_t len);

/* foreign_digest.c */
bool phpass_form(const char *hash);
bool phpass_cost(const char *hash, bool costly);
int phpass_verify(const char *hash, const char *password, size_t len);
bool phpass_of_md5_form(const char *hash);
bool phpass_of_md5_cost(const char *hash, bool costly);
int phpass_of_md5_verify(const char *hash, const char *password, size_t len);
bool apr1_form(const char *hash);
int apr1_verify(const char *hash, const char *password, size_t len);
bool pbkdf2_form(const char *hash);
bool pbkdf2_cost(const char *hash, bool costly);
int pbkdf2_verify(const char *hash, const char *password, size_t len);

/* foreign_argon2.c */
bool argon2_form(const char *hash);
bool argon2_cost(const char *hash, bool costly);
int argon2_verify(const char *hash, const char *password, size_t len);

/* foreign_wrap.c: a digest of foreign_digest, or des or bigcrypt, whose salt is two characters. */
#define WRAP_SALT_MAX 48
int foreign_wrap(const struct password_cost *cost, const char *digest, const void *salt,
    size_t salt_len, const void *value, size_t len, char out[HASH_SIZE]);
bool wrap_form(const char *hash);
int wrap_verify(const char *hash, const char *password, size_t len);

#endif
