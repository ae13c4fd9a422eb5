// SPDX-License-Identifier: ISC
/* cred/cred_ha1b.c - HA1B tokens, as SIP servers keep them. */
#include <string.h>

#include "auth/ha1b.h"
#include "auth/throttle.h"
#include "base/verdict.h"
#include "cred/scheme.h"

static int
verify_counted(struct attempt *a, struct guess *guess)
{
	struct throttle *throttle = a->auth->throttle;
	int r;

	r = throttle_enter(throttle, guess, a->now_ms);
	if (r)
		return r;
	r = ha1b_verify(a->auth, a->value, a->now_ms, a->who);
	return throttle_leave(throttle, guess, r, a->now_ms);
}

/* It is as good as a password, but costs no hash: counting is all that guards it. */
static int
verify(struct attempt *a)
{
	struct guess guess = { .kind = GUESS_HA1B, .source = a->source, .secret = a->value,
	    .secret_len = strlen(a->value) };
	int r;

	a->charged = true;
	r = throttle_look(a->auth->throttle, &guess, a->now_ms);
	if (!r && guess.clear)
		r = ha1b_verify(a->auth, a->value, a->now_ms, a->who);
	if ((!r && !guess.clear) || r == V_WRONG_CREDENTIAL)
		r = verify_counted(a, &guess);
	outcome_wait(a->outcome, guess.wait_s);
	return r;
}

static bool
is_on(const struct conf *conf)
{
	return conf->ha1b;
}

const struct scheme scheme_ha1b = { .name = "ha1b", .is_on = is_on, .verify = verify };
