// SPDX-License-Identifier: ISC
/* cred/cred_basic.c - Basic: e-mail and password (RFC 7617). */
#include <errno.h>
#include <string.h>

#include "auth/user_login.h"
#include "base/b64.h"
#include "base/text.h"
#include "base/verdict.h"
#include "cred/scheme.h"

/* Splits at the first colon: an e-mail has none, a password may. */
static int
verify(struct attempt *a)
{
	struct identity who = { .authenticated_s = a->now_ms / 1000 };
	struct login login = { .source = a->source, .names = LOGIN_BY_EMAIL,
	    .outcome = a->outcome, .mem = a->mem, .wait = a->wait };
	size_t encoded_len = strlen(a->value), len;
	char *pair, *colon;
	int r;

	pair = arena_alloc(a->mem, encoded_len + 1);
	if (!pair)
		return -ENOMEM;
	if (b64_decode(B64_PADDED, a->value, encoded_len, pair, encoded_len, &len))
		return V_WRONG_CREDENTIAL;
	colon = memchr(pair, ':', len);
	/* RFC 7617, 2: no control characters; charset="UTF-8" is what we ask for */
	if (!colon || text_has_control(pair, len) || !text_is_utf8(pair, len))
		return V_WRONG_CREDENTIAL;
	*colon = '\0';
	login.name = pair;
	login.password = colon + 1;
	login.len = len - (size_t)(colon + 1 - pair);
	a->charged = true;
	r = user_login(a->auth, &login, a->now_ms, &who.user);
	if (r)
		return r == V_NOT_FOUND ? V_WRONG_CREDENTIAL : r;
	*a->who = who;
	return 0;
}

const struct scheme scheme_basic = { .name = "basic", .is_ambient = true, .verify = verify };
