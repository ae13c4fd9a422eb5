// SPDX-License-Identifier: ISC
/*
 * auth/token_password.h - a bearer token in place of a password, for clients that know
 * nothing but Basic: git, pip, npm, Maven, WebDAV (API 2.4).
 */
#ifndef AUTH_TOKEN_PASSWORD_H
#define AUTH_TOKEN_PASSWORD_H

#include <stddef.h>

#include "auth/auth.h"
#include "auth/identity.h"

/*
 * The user of that name with a live token as password; the name "", and those
 * that clients send with any token, stand for every user.  Nothing is hashed or counted.
 * V_WRONG_CREDENTIAL: the password is to be tried as one.  Others as of token_verify.
 */
int token_password_verify(struct auth *auth, const char *name, const char *password, size_t len,
    int64_t now_ms, struct identity *who);

#endif
