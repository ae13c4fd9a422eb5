// SPDX-License-Identifier: ISC
/* cred/cred_ha1b.c - HA1B tokens, as SIP servers store them. */
#include <string.h>

#include "auth/ha1b.h"
#include "auth/throttle.h"
#include "base/verdict.h"
#include "cred/scheme.h"

/*
 * It is worth as much as a password, but costs no hash: only counting protects it.
 * The result is not revealed before it has been counted.
 */
static int
verify_counted(struct attempt *a, struct guess *guess, struct identity *who)
{
	struct throttle *throttle = a->auth->throttle;
	int found, r = 0;

	found = ha1b_verify(a->auth, a->value, a->now_ms, who);
	if (found < 0 || (!found && guess->clear))
		return found;
	if (found)
		r = throttle_recall(throttle, guess, a->now_ms);
	if (!r)
		r = throttle_enter(throttle, guess, a->now_ms);
	return r ? r : throttle_leave(throttle, guess, found, a->now_ms);
}

static int
verify(struct attempt *a)
{
	struct guess guess = { .kind = GUESS_HA1B, .source = a->source, .secret = a->value,
	    .secret_len = strlen(a->value) };
	struct identity who;
	int r;

	a->charged = true;
	r = throttle_look(a->auth->throttle, &guess, a->now_ms);
	if (!r)
		r = verify_counted(a, &guess, &who);
	outcome_wait(a->outcome, guess.wait_s);
	if (r == V_THROTTLED)
		return refusal(&a->auth->refusal, r, WHY_THROTTLED);
	if (!r)
		*a->who = who;
	return r;
}

static bool
is_on(const struct conf *conf)
{
	return conf->ha1b;
}

const struct scheme scheme_ha1b = { .name = "ha1b", .is_on = is_on, .verify = verify };
