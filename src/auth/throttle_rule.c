// SPDX-License-Identifier: ISC
/* auth/throttle_rule.c - how long failures make the next try wait. */
#include "auth/throttle_rule.h"

#define BUDGET_MS 1000

/* A clock that was set back must not lock users out until it has caught up. */
static bool
is_from_future(const struct throttle_count *count, int64_t now_ms)
{
	return count->failed_ms > now_ms;
}

uint32_t
throttle_failures(const struct throttle_rule *rule, const struct throttle_count *count,
    int64_t now_ms)
{
	int64_t forgiven;

	if (is_from_future(count, now_ms))
		return count->failures;
	forgiven = (now_ms - count->failed_ms) / rule->quiet_ms;
	return forgiven < count->failures ? count->failures - (uint32_t)forgiven : 0;
}

/* first, doubled for each failure beyond the free ones. */
static int64_t
wait_of(const struct throttle_rule *rule, uint32_t failures)
{
	int64_t wait_ms = rule->first_ms;

	if (failures < rule->free)
		return 0;
	for (int64_t n = rule->free; n < failures && wait_ms < rule->most_ms; n++)
		wait_ms *= 2;
	return wait_ms < rule->most_ms ? wait_ms : rule->most_ms;
}

int64_t
throttle_wait_ms(const struct throttle_rule *rule, const struct throttle_count *count,
    int64_t now_ms)
{
	int64_t until_ms = count->failed_ms + wait_of(rule, throttle_failures(rule, count, now_ms));

	if (is_from_future(count, now_ms) || until_ms <= now_ms)
		return 0;
	return until_ms - now_ms;
}

bool
throttle_failed_lately(const struct throttle_count *count, uint64_t secret)
{
	for (int i = 0; i < THROTTLE_RECENT; i++) {
		if (count->recent[i] == secret)
			return true;
	}
	return false;
}

void
throttle_add(const struct throttle_rule *rule, struct throttle_count *count,
    uint64_t secret, int64_t now_ms)
{
	uint32_t failures = throttle_failures(rule, count, now_ms);

	/* more than the longest wait needs would only take longer to be forgiven */
	if (wait_of(rule, failures) < rule->most_ms)
		failures++;
	count->failures = failures;
	count->failed_ms = now_ms;
	count->recent[count->added++ % THROTTLE_RECENT] = secret;
}

void
throttle_take_back(struct throttle_count *count, const struct throttle_count *before,
    uint64_t secret)
{
	for (int i = 0; i < THROTTLE_RECENT; i++) {
		if (count->recent[i] == secret)
			count->recent[i] = 0;
	}
	if (count->added != before->added + 1) {
		count->failures -= count->failures > 0;
		count->added++;		/* so that the others do not restore this one */
		return;
	}
	count->failures = before->failures;
	count->failed_ms = before->failed_ms;
}

int64_t
throttle_ends_ms(const struct throttle_rule *rule, const struct throttle_count *count)
{
	return count->failed_ms + count->failures * rule->quiet_ms;
}

int64_t
throttle_budget_wait_ms(int64_t per_second, const struct throttle_count *count, int64_t now_ms)
{
	int64_t ends_ms = count->failed_ms + BUDGET_MS;

	if (is_from_future(count, now_ms) || ends_ms <= now_ms || count->failures < per_second)
		return 0;
	return ends_ms - now_ms;
}

void
throttle_budget_add(struct throttle_count *count, int64_t now_ms)
{
	if (is_from_future(count, now_ms) || count->failed_ms + BUDGET_MS <= now_ms) {
		count->failed_ms = now_ms;
		count->failures = 0;
	}
	count->failures++;
}

void
throttle_budget_take_back(struct throttle_count *count)
{
	count->failures -= count->failures > 0;
}
