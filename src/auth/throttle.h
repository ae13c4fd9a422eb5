// SPDX-License-Identifier: ISC
/*
 * auth/throttle.h - slows down guessing: failures are counted before a secret is
 * evaluated, and make the next attempt wait (API 2.9; auth/throttle_rule.h).
 *
 *	struct guess guess = { .kind = GUESS_PASSWORD, .source = ..., ... };
 *
 *	r = throttle_look(throttle, &guess, now_ms);
 *	if (!r && guess.clear && it is remembered as right)
 *		return 0;
 *	if (!r)
 *		r = throttle_recall(throttle, &guess, now_ms);
 *	if (!r)
 *		r = throttle_enter(throttle, &guess, now_ms);
 *	if (r)
 *		return r;			V_THROTTLED: guess.wait_s
 *	r = is it right?			may take long
 *	return throttle_leave(throttle, &guess, r, now_ms);
 *
 * throttle_enter counts the guess as a failure, and throttle_leave takes that
 * back unless it was one.  Many guesses at once get no further than the same
 * guesses one by one, and a process that is killed in between leaves it counted.
 * Each of the two is one transaction: a guess is charged to all its counts or to
 * none of them.
 *
 * All workers share the counts, which survive them in the cache.  A fault of the
 * cache is passed up: nothing can be guessed while nothing can be counted.  If
 * the throttle is NULL or the source is in throttle_exempt, nothing waits.
 */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include <stdint.h>

#include "auth/guess.h"

struct throttle;

/* May this be tried now?  Only reads.  V_THROTTLED. */
int throttle_look(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/*
 * Was the same secret refused here within the last minutes?  Then it is not a new
 * failure, and need not be evaluated: V_WRONG_CREDENTIAL, and V_THROTTLED from
 * the fifth repetition on, which stops clients that repeat the request at once
 * on 401.  Call it after throttle_look.
 */
int throttle_recall(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/* Counts the guess, unless the same one failed recently.  V_THROTTLED: too many others did. */
int throttle_enter(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/*
 * result: what the check said.  V_WRONG_CREDENTIAL keeps the count and
 * remembers the refusal; 0 takes it back and remembers the source; anything else
 * takes it back.  Returns result, or a fault.
 */
int throttle_leave(struct throttle *throttle, struct guess *guess, int result, int64_t now_ms);

/* Counts a secret that has been found wrong.  V_WRONG_CREDENTIAL, or V_THROTTLED. */
int throttle_fail(struct throttle *throttle, struct guess *guess, int64_t now_ms);

#endif
