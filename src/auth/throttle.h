// SPDX-License-Identifier: ISC
/*
 * auth/throttle.h - against guessing: failures are counted before a secret is
 * looked at, and make the next try wait (API 2.9; the rule itself is auth/throttle_rule.h).
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
 *	r = is it right?			may take its time
 *	return throttle_leave(throttle, &guess, r, now_ms);
 *
 * throttle_enter counts the guess as a failure, and throttle_leave takes that
 * back unless it was one: of many guesses at once no more get through than of
 * one after the other, and a process that is killed between leaves it counted.
 * Each of the two is one transaction: a guess is charged to all its counts or to
 * none of them.
 *
 * Counts are shared by all workers and survive them, in the volatile store.  A
 * fault of it is passed up: nothing is guessed while nothing can be counted.
 * A throttle that is NULL, and a source in throttle_exempt, lets all through.
 */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include <stdint.h>

#include "auth/guess.h"

struct throttle;

/* May this be tried now?  Writes nothing.  V_THROTTLED. */
int throttle_look(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/*
 * Was this very secret refused here within the last minutes?  Then it is no new
 * failure, and need not be looked at: V_WRONG_CREDENTIAL, and V_THROTTLED from
 * the fifth repetition on, which ends the loop of a client that takes 401 for a
 * reason to try again at once.  After throttle_look.
 */
int throttle_recall(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/* Counts the guess, unless the same one failed lately.  V_THROTTLED: too many others just were. */
int throttle_enter(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/*
 * result: what the check said.  V_WRONG_CREDENTIAL leaves the guess counted and
 * remembers the refusal; 0 takes it back and remembers the source; anything else
 * takes it back.  Passes result on, or the fault that came of it.
 */
int throttle_leave(struct throttle *throttle, struct guess *guess, int result, int64_t now_ms);

/* Counts what has been looked at and is wrong.  V_WRONG_CREDENTIAL, or V_THROTTLED. */
int throttle_fail(struct throttle *throttle, struct guess *guess, int64_t now_ms);

#endif
