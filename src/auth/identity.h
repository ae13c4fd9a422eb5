// SPDX-License-Identifier: ISC
/*
 * auth/identity.h - the caller, after a credential has been verified.
 *
 * The verifying functions of auth/ fill it in, and the schemes of cred/ pass it
 * on; nothing else may, because all later steps trust it.
 */
#ifndef AUTH_IDENTITY_H
#define AUTH_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"

/* May this user be the caller?  Not when deleted or disabled. */
static inline bool
user_is_live(const struct user *user)
{
	return !user->deleted_ms && !user->disabled_ms;
}

struct identity {
	struct user user;
	bool by_token;			/* a bearer token, or a JWT made from one */
	bool as_password;		/* that token itself, in place of a password */
	struct uuid token;		/* which one */
	int64_t token_expires_ms;
	/* of that token: its limits (auth/limit.h), and what its use means (auth/token_admit.h) */
	char scope[SCOPE_SIZE], addresses[NETWORKS_SIZE];
	bool replaces, was_replaced;
	int64_t authenticated_s;	/* time of the original login: auth_time */
	/* the login that its JWTs have in common (auth/login.h), or none, and when they end */
	struct uuid login;
	int64_t login_until_s;
	uint64_t login_client;
};

#endif
