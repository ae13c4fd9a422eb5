// SPDX-License-Identifier: ISC
/*
 * auth/throttle_rule.h - how long failures make the next attempt wait: arithmetic
 * on counts, without a clock or store.
 */
#ifndef AUTH_THROTTLE_RULE_H
#define AUTH_THROTTLE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"

#define THROTTLE_RECENT		8	/* wrong secrets remembered of each count */
#define THROTTLE_DIGEST_LEN	16	/* of names */

/* After so many failures each costs a wait, which doubles; quiet time forgives them. */
struct throttle_rule {
	int64_t free;
	int64_t first_ms, most_ms;
	int64_t quiet_ms;		/* for one failure */
};

/* The count of a source, a login name, or both together; all zeros: nothing yet. */
struct throttle_count {
	int64_t failed_ms;		/* when the last failure was counted */
	uint32_t failures;
	uint32_t added;			/* ever: says which of recent is next */
	uint64_t recent[THROTTLE_RECENT];	/* keyed digests of secrets that failed */
	struct address source;
	uint8_t login[THROTTLE_DIGEST_LEN];
};

/* The failures without those that quiet time has forgiven. */
uint32_t throttle_failures(const struct throttle_rule *rule, const struct throttle_count *count,
    int64_t now_ms);

/* How long until the next attempt, or 0.  A count from the future causes no wait. */
int64_t throttle_wait_ms(const struct throttle_rule *rule, const struct throttle_count *count,
    int64_t now_ms);

/* Is this secret, which is not 0, one of those that failed here recently? */
bool throttle_failed_lately(const struct throttle_count *count, uint64_t secret);

/* Counts a failure. */
void throttle_add(const struct throttle_rule *rule, struct throttle_count *count,
    uint64_t secret, int64_t now_ms);

/* Undoes what was added to *before.  Failures that others have added since remain. */
void throttle_take_back(struct throttle_count *count, const struct throttle_count *before,
    uint64_t secret);

/* When quiet time will have forgiven all. */
int64_t throttle_ends_ms(const struct throttle_rule *rule, const struct throttle_count *count);

/* The rule of a shared budget: so many failures per second. */
int64_t throttle_budget_wait_ms(int64_t per_second, const struct throttle_count *count,
    int64_t now_ms);
void throttle_budget_add(struct throttle_count *count, int64_t now_ms);
void throttle_budget_take_back(struct throttle_count *count);

#endif
