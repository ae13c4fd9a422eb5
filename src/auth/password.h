// SPDX-License-Identifier: ISC
/*
 * auth/password.h - password hashes: Argon2id of libsodium (RFC 9106).
 *
 * A password of more than PASSWORD_MAX bytes is a wrong one (API 2.4), and is
 * not hashed.
 *
 * The password is hashed in a form that does not depend on the keyboard and the
 * system: NFC, with ASCII blanks for all others, as in the profile OpaqueString
 * (RFC 8265, 4.2).  ASCII, and nearly everything that people type, is in this
 * form already.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/argon2id.h"
#include "base/unicode.h"
#include "store/record.h"

#define PASSWORD_MAX 1024

struct password_form {
	char bytes[UNICODE_NFC_GROWTH * PASSWORD_MAX + 1];
	size_t len;
};

/*
 * The form of a password, which the caller must wipe; its own bytes if it is not
 * UTF-8.  V_INVALID: it is longer than PASSWORD_MAX bytes.  -ENOMEM.
 */
int password_form_make(struct password_form *form, const char *password, size_t len);

/* A new hash, salted, into out.  -ENOMEM if there is no memory for one hash. */
int password_hash(const struct password_cost *cost, const char *password, size_t len,
    char out[HASH_SIZE]);

/*
 * 0 if password is the hashed one, V_WRONG_CREDENTIAL if not, in a time that
 * depends on the hash, and on whether the password was typed in this form.  If
 * not, it is also tried as typed, at the cost of a second hash, because older
 * hashes were computed so.  *as_typed: it matched as typed, and the hash should
 * be replaced.  A stored hash that needs more than 1 GiB or is of no known kind
 * (auth/foreign.h) is -EBADMSG.  -ENOMEM: there is no memory for the hash.
 */
int password_verify(const char *hash, const char *password, size_t len, bool *as_typed);

/* Does hash have another cost? */
bool password_is_outdated(const struct password_cost *cost, const char *hash);

/* What is wrong with a new password. */
struct password_flaw {
	const char *why;		/* a sentence */
	const char *message;		/* the same, as a message of API 3.3 */
	int64_t bound;			/* the number at the end of that; 0: none */
};

/*
 * May this be a new password?  V_INVALID: shorter than min_characters,
 * longer than PASSWORD_MAX bytes, not UTF-8, or with control characters; *flaw
 * then says which.
 */
int password_check_new(const char *password, size_t len, int64_t min_characters,
    struct password_flaw *flaw);

#endif
