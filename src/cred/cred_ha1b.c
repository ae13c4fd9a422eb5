// SPDX-License-Identifier: ISC
/* cred/cred_ha1b.c - HA1B tokens, as SIP servers keep them. */
#include "auth/ha1b.h"
#include "cred/cred.h"

static int
verify(struct attempt *a)
{
	return ha1b_verify(a->auth, a->value, a->now_ms, a->who);
}

const struct scheme scheme_ha1b = { "ha1b", false, verify };
