// SPDX-License-Identifier: ISC
/*
 * http/shown.h - users and accounts as clients of the REST family see them (API 4.1, 11.1).
 */
#ifndef HTTP_SHOWN_H
#define HTTP_SHOWN_H

#include "auth/auth.h"
#include "base/text.h"
#include "http/answer.h"

/* The user as it sees itself, with a JWT.  account NULL: it has none. */
void shown_put_caller(struct text *out, const struct user *user, const struct account *account,
    const char *jwt);

/* The user as an administrator sees it.  password_ms: as in user_password_time; NULL: left out. */
void shown_put_user(struct text *out, const struct user *user, const struct account *account,
    const int64_t *password_ms);

void shown_put_account(struct text *out, const struct account *account);

extern const struct answer_shape shown_caller, shown_user, shown_account;

#endif
