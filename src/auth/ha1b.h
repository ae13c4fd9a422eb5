// SPDX-License-Identifier: ISC
/*
 * auth/ha1b.h - HA1B, md5(<login>@<domain>:<domain>:<password>), of SIP servers.
 *
 * It is worth as much as the password, and is plain MD5, so only a keyed digest
 * of it is stored, by which the user is found (API 2.7).
 */
#ifndef AUTH_HA1B_H
#define AUTH_HA1B_H

#include "auth/auth.h"
#include "auth/identity.h"

#define HA1B_LEN 32

/* The HA1B of a login and the form of a password, lower-case hex and a NUL.  -ENOMEM. */
int ha1b_make(const char *login, const char *password, size_t len, char out[HA1B_LEN + 1]);

/*
 * What is stored for the HA1B of user's SIP login, or e-mail, and password, with that
 * login; none if HA1B is off.
 */
int ha1b_index(const struct auth *auth, const struct user *user, const char *password,
    size_t len, struct ha1b *out);

/* What is stored for a HA1B that is known, in lower-case hex. */
void ha1b_index_of(const struct auth *auth, const char ha1b[HA1B_LEN + 1],
    char out[HA1B_SIZE]);

/* Is what user has for a HA1B, made at made_ms, missing or made with an older key? */
bool ha1b_is_outdated(const struct auth *auth, const struct user *user, int64_t made_ms);

/* The live user whose HA1B this is.  V_WRONG_CREDENTIAL. */
int ha1b_verify(struct auth *auth, const char *ha1b, int64_t now_ms, struct identity *who);

#endif
