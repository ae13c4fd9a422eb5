// SPDX-License-Identifier: ISC
/*
 * auth/argon2id.h - Argon2id of libsodium (RFC 9106), of bytes as they are.
 */
#ifndef AUTH_ARGON2ID_H
#define AUTH_ARGON2ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/record.h"

struct password_cost {
	uint64_t iterations;
	size_t memory_bytes;
};

/* A new hash, salted.  -ENOMEM, logged. */
int argon2id_hash(const struct password_cost *cost, const char *password, size_t len,
    char out[HASH_SIZE]);

/* V_WRONG_CREDENTIAL.  -EBADMSG: no hash, or one of more than 1 GiB; -ENOMEM.  Both logged. */
int argon2id_verify(const char *hash, const char *password, size_t len);

/* Has it another cost? */
bool argon2id_is_outdated(const struct password_cost *cost, const char *hash);

#endif
