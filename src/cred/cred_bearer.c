// SPDX-License-Identifier: ISC
/* cred/cred_bearer.c - bearer tokens from POST /rest/token (RFC 6750). */
#include "auth/token.h"
#include "cred/scheme.h"

static int
verify(struct attempt *a)
{
	return token_verify(a->auth, a->value, a->now_ms, a->who);
}

const struct scheme scheme_bearer = { .name = "bearer", .is_token = true, .verify = verify };
