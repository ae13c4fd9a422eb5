// SPDX-License-Identifier: ISC
/*
 * auth/throttle_rule.h - how long failures make the next try wait: arithmetic
 * on counts, without clock or store.
 */
#ifndef AUTH_THROTTLE_RULE_H
#define AUTH_THROTTLE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"

#define THROTTLE_RECENT		8	/* wrong secrets remembered of each count */
#define THROTTLE_DIGEST_LEN	16	/* of names */

/* After so many failures each costs a wait, which doubles; quiet takes them back. */
struct throttle_rule {
	int64_t free;
	int64_t first_ms, most_ms;
	int64_t quiet_ms;		/* for one failure */
};

/* What is kept of a source, an account, or the two together; all zeros: nothing yet. */
struct throttle_count {
	int64_t failed_ms;		/* when the last failure was counted */
	uint32_t failures;
	uint32_t added;			/* ever: says which of recent is next */
	uint64_t recent[THROTTLE_RECENT];	/* keyed digests of secrets that failed */
	struct address source;
	uint8_t account[THROTTLE_DIGEST_LEN];
};

/* The failures that count now: quiet has taken back some. */
uint32_t throttle_failures(const struct throttle_rule *rule, const struct throttle_count *count,
    int64_t now_ms);

/* How long until the next try, 0 for none.  A count from the future makes nobody wait. */
int64_t throttle_wait_ms(const struct throttle_rule *rule, const struct throttle_count *count,
    int64_t now_ms);

/* Is this secret, never 0, one of those that failed here lately? */
bool throttle_failed_lately(const struct throttle_count *count, uint64_t secret);

/* Counts a failure. */
void throttle_add(const struct throttle_rule *rule, struct throttle_count *count,
    uint64_t secret, int64_t now_ms);

/* Takes back what was added to *before.  Failures that others added since stay. */
void throttle_take_back(struct throttle_count *count, const struct throttle_count *before,
    uint64_t secret);

/* When quiet will have taken back all. */
int64_t throttle_ends_ms(const struct throttle_rule *rule, const struct throttle_count *count);

/* The rule of a budget that all share: so many failures in a second, and no more. */
int64_t throttle_budget_wait_ms(int64_t per_second, const struct throttle_count *count,
    int64_t now_ms);
void throttle_budget_add(struct throttle_count *count, int64_t now_ms);
void throttle_budget_take_back(struct throttle_count *count);

#endif
