// SPDX-License-Identifier: ISC
/*
 * auth/throttle.h - against guessing: failures are counted before a secret is
 * looked at, and make the next try wait (CONTRACT 2, "what the throttle is
 * charged"; the rule itself is auth/throttle_rule.h).
 *
 *	struct guess guess = { .kind = GUESS_PASSWORD, .source = ..., ... };
 *
 *	r = throttle_look(throttle, &guess, now_ms);
 *	if (r)
 *		return r;			V_THROTTLED: guess.wait_s
 *	if (guess.clear && it is remembered as right)
 *		return 0;
 *	r = throttle_enter(throttle, &guess, now_ms);
 *	if (r)
 *		return r;
 *	r = is it right?
 *	return throttle_leave(throttle, &guess, r, now_ms);
 *
 * throttle_enter counts the guess as a failure, and throttle_leave takes that
 * back unless it was one: of many guesses at once no more get through than of
 * one after the other, and a process that is killed between leaves it counted.
 *
 * Counts are shared by all workers and survive them, in the volatile store.  A
 * fault of it is passed up: nothing is guessed while nothing can be counted.
 * A throttle that is NULL, and a source in throttle_exempt, lets all through.
 */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/throttle_rule.h"
#include "base/arena.h"
#include "conf/conf.h"
#include "cache/cache.h"

#define THROTTLE_NAME_SIZE (1 + 2 * 16 + 1)

/* A password of an account, a HA1B, which names nobody, or a token. */
enum guess_kind { GUESS_PASSWORD, GUESS_HA1B, GUESS_TOKEN };

/* One count that a guess is charged to. */
struct throttle_charge {
	unsigned table;
	const struct throttle_rule *rule;	/* NULL: the budget of all HA1B */
	bool waits;			/* its wait holds for this guess; else it is only counted */
	bool made;
	char name[THROTTLE_NAME_SIZE];
	struct throttle_count before;
};

#define THROTTLE_CHARGES 2

struct guess {
	/* given */
	enum guess_kind kind;
	const char *source;		/* the client's address, as the web server has it */
	const char *name;		/* GUESS_PASSWORD: the user's e-mail; of nobody, as tried */
	const char *secret;
	size_t secret_len;

	/* out */
	int64_t wait_s;			/* with V_THROTTLED: how long until the next try */
	bool clear;			/* this source succeeded here, and has not failed since */

	/* the throttle's own */
	bool exempt, known;
	uint64_t digest;		/* of name and secret, keyed */
	uint64_t source_digest;
	struct address address;		/* of the source, an IPv6 one without its last 64 bits */
	uint8_t account[THROTTLE_DIGEST_LEN];
	struct throttle_charge charges[THROTTLE_CHARGES];
	size_t charge_count;
};

struct throttle;

/*
 * Opens the counts in run_dir, after fork; conf is borrowed, key is copied.
 * -errno, logged.
 */
int throttle_open(struct throttle **throttle, const struct conf *conf, const uint8_t *key);
void throttle_close(struct throttle **throttle);

/* May this be tried now?  Reads alone.  V_THROTTLED. */
int throttle_look(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/* Counts the guess, unless the same one failed lately.  V_THROTTLED: too many others just were. */
int throttle_enter(struct throttle *throttle, struct guess *guess, int64_t now_ms);

/*
 * result: what the check said.  V_WRONG_CREDENTIAL leaves the guess counted; 0
 * takes it back and remembers the source; anything else takes it back.  Passes
 * result on, or the fault that came of it.
 */
int throttle_leave(struct throttle *throttle, struct guess *guess, int result, int64_t now_ms);

/* A count, for the administrator. */
struct throttle_entry {
	const char *kind;		/* "account", "source" or "pair" */
	struct throttle_count count;	/* account and source as far as kind has them */
	uint32_t failures;
	int64_t wait_ms;
};

/* All counts, in mem. */
int throttle_list(struct throttle *throttle, struct arena *mem, int64_t now_ms,
    struct throttle_entry **entries, size_t *count);

/* The account of a name within struct throttle_count. */
void throttle_account(const struct throttle *throttle, const char *name,
    uint8_t out[THROTTLE_DIGEST_LEN]);

/*
 * Forgets the counts of an account, of a source, or all if both are NULL;
 * *dropped says how many.  V_MALFORMED: source is no address.
 */
int throttle_clear(struct throttle *throttle, const char *name, const char *source,
    int64_t now_ms, size_t *dropped);

#endif
