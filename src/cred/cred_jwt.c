// SPDX-License-Identifier: ISC
/* cred/cred_jwt.c - JWTs from GET /rest/auth (RFC 7519). */
#include "auth/user_jwt.h"
#include "cred/scheme.h"

static int
verify(struct attempt *a)
{
	return user_jwt_verify(a->auth, a->value, a->now_ms, a->who);
}

const struct scheme scheme_jwt = { .name = "jwt", .is_token = true, .verify = verify };
