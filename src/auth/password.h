// SPDX-License-Identifier: ISC
/*
 * auth/password.h - password hashes: Argon2id of libsodium (RFC 9106).
 *
 * At most PASSWORD_MAX bytes are looked at; a longer password is a wrong one
 * (API 2.4), found so before any hashing.
 *
 * What is hashed is a form of the password that does not depend on the keyboard
 * and the system it was typed on: NFC, with foreign blanks as ASCII ones, as in
 * the profile OpaqueString (RFC 8265, 4.2).  ASCII, and nearly all that people
 * type, is in that form already.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/unicode.h"
#include "store/record.h"

#define PASSWORD_MAX 1024

struct password_cost {
	uint64_t iterations;
	size_t memory_bytes;
};

struct password_form {
	char bytes[UNICODE_NFC_GROWTH * PASSWORD_MAX + 1];
	size_t len;
};

/*
 * The form of a password, which the caller wipes; its own bytes if it is no
 * UTF-8.  V_INVALID: it is longer than PASSWORD_MAX bytes.  -ENOMEM.
 */
int password_form_make(struct password_form *form, const char *password, size_t len);

/* A new hash, salted, into out.  -ENOMEM when the memory of one hash cannot be had. */
int password_hash(const struct password_cost *cost, const char *password, size_t len,
    char out[HASH_SIZE]);

/*
 * 0 if password is the one hashed, V_WRONG_CREDENTIAL if not, in a time that
 * depends on the hash, and on whether the password is typed in its form: one
 * that is not is tried as typed too, at the cost of a second hash, for older
 * hashes were made so.  *as_typed: that one fitted, and the hash is due for
 * another.  A stored hash that asks for more than 1 GiB or is
 * no Argon2id hash is -EBADMSG.
 */
int password_verify(const char *hash, const char *password, size_t len, bool *as_typed);

/* Was hash made at another cost? */
bool password_is_outdated(const struct password_cost *cost, const char *hash);

/*
 * May this be somebody's new password?  V_INVALID: shorter than min_characters,
 * longer than PASSWORD_MAX bytes, not UTF-8, or with control characters; *why
 * then says so.
 */
int password_check_new(const char *password, size_t len, int64_t min_characters,
    const char **why);

#endif
