// SPDX-License-Identifier: ISC
/* auth/throttle_rule.c: waits, forgiveness, repetition, the budget; and names of sources. */
#include <string.h>

#include "auth/throttle_rule.h"
#include "auth/throttle_state.h"
#include "base/address.h"
#include "service/box.h"
#include "test.h"

static const struct throttle_rule rule = { .free = 5, .first_ms = SECOND,
	.most_ms = 15 * MINUTE, .quiet_ms = 15 * MINUTE };

static void
waits(void)
{
	static const struct { const char *row; uint32_t failures; int64_t later_ms,
	    wait_ms; } rows[] = {
		{ "none", 0, 0, 0 },
		{ "free", 1, 0, 0 },
		{ "the last but one that is free", 4, 0, 0 },
		{ "the fifth", 5, 0, SECOND },
		{ "most of it is over", 5, 999, 1 },
		{ "over", 5, 1000, 0 },
		{ "the sixth", 6, 0, 2 * SECOND },
		{ "the seventh", 7, 500, 3500 },
		{ "the fourteenth", 14, 0, 512 * SECOND },
		{ "no longer than most", 15, 0, 15 * MINUTE },
		{ "whatever comes", 4000000000, 0, 15 * MINUTE },
		{ "one is forgiven, and the wait of the rest over", 15, 15 * MINUTE, 0 },
		{ "just not", 15, 15 * MINUTE - 1, 1 },
		{ "the clock was put back: nobody is shut out until it is there again", 15, -1, 0 },
		{ "far back", 15, -DAY, 0 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct throttle_count count = { .failed_ms = NOW_MS, .failures = rows[i].failures };

		EXPECT_INT(rows[i].row, throttle_wait_ms(&rule, &count, NOW_MS + rows[i].later_ms),
		    rows[i].wait_ms);
	}
}

static void
forgiveness(void)
{
	static const struct { const char *row; uint32_t failures; int64_t later_ms; uint32_t left; }
	rows[] = {
		{ "at once none", 7, 0, 7 },
		{ "not before 15 minutes", 7, 15 * MINUTE - 1, 7 },
		{ "one", 7, 15 * MINUTE, 6 },
		{ "two", 7, 30 * MINUTE, 5 },
		{ "all", 7, 105 * MINUTE, 0 },
		{ "more than there are", 7, 400 * DAY, 0 },
		{ "nothing to forgive", 0, DAY, 0 },
		{ "backwards", 7, -DAY, 7 },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct throttle_count count = { .failed_ms = NOW_MS, .failures = rows[i].failures };

		EXPECT_INT(rows[i].row, throttle_failures(&rule, &count, NOW_MS + rows[i].later_ms),
		    rows[i].left);
	}
}

/* A client that guesses whenever its wait is over: guesses in a day, and no wait without end. */
static void
a_day_of_guessing(void)
{
	struct throttle_count count = { .failures = 0 };
	int64_t now_ms = NOW_MS, wait_ms;
	uint64_t guesses = 0;

	for (; now_ms < NOW_MS + DAY; now_ms += wait_ms) {
		throttle_add(&rule, &count, ++guesses, now_ms);
		wait_ms = throttle_wait_ms(&rule, &count, now_ms);
		EXPECT_TRUE("bounded", wait_ms <= rule.most_ms);
	}
	EXPECT_TRUE("about a hundred", guesses > 90 && guesses < 115);
	EXPECT_INT("forgiven in four hours", throttle_failures(&rule, &count,
	    now_ms + 4 * 60 * MINUTE), 0);
	EXPECT_TRUE("no longer kept then", throttle_ends_ms(&rule,
	    &count) <= now_ms + 4 * 60 * MINUTE);
}

static void
repetition(void)
{
	struct throttle_count count = { .failures = 0 };

	EXPECT_TRUE("nothing yet", !throttle_failed_lately(&count, 1));
	for (uint64_t secret = 1; secret <= THROTTLE_RECENT; secret++)
		throttle_add(&rule, &count, secret, NOW_MS);
	EXPECT_TRUE("the first", throttle_failed_lately(&count, 1));
	EXPECT_TRUE("the last", throttle_failed_lately(&count, THROTTLE_RECENT));
	EXPECT_TRUE("another", !throttle_failed_lately(&count, THROTTLE_RECENT + 1));
	throttle_add(&rule, &count, THROTTLE_RECENT + 1, NOW_MS);
	EXPECT_TRUE("the oldest gives way", !throttle_failed_lately(&count, 1));
	EXPECT_TRUE("to the newest", throttle_failed_lately(&count, THROTTLE_RECENT + 1));
}

static void
taking_back(void)
{
	struct throttle_count count = { .failures = 0 }, before, other;

	for (uint64_t secret = 1; secret <= 3; secret++)
		throttle_add(&rule, &count, secret, NOW_MS);
	before = count;
	throttle_add(&rule, &count, 9, NOW_MS + 40 * MINUTE);
	EXPECT_INT("two forgiven, one added", count.failures, 2);
	throttle_take_back(&count, &before, 9);
	EXPECT_INT("as it was", count.failures, 3);
	EXPECT_INT("and when", count.failed_ms, NOW_MS);
	EXPECT_TRUE("not known as wrong", !throttle_failed_lately(&count, 9));
	EXPECT_TRUE("the others are", throttle_failed_lately(&count, 3));

	before = count;
	throttle_add(&rule, &count, 10, NOW_MS + 1);
	other = count;
	throttle_add(&rule, &count, 11, NOW_MS + 1);
	throttle_take_back(&count, &before, 10);
	EXPECT_INT("that of another stays", count.failures, 4);
	EXPECT_INT("and its time", count.failed_ms, NOW_MS + 1);
	throttle_take_back(&count, &other, 11);
	EXPECT_INT("both are back", count.failures, 3);

	memset(&count, 0, sizeof count);
	throttle_take_back(&count, &before, 10);
	EXPECT_INT("of what was forgotten", count.failures, 0);
}

static void
budget(void)
{
	struct throttle_count count = { .failures = 0 };

	for (int i = 0; i < 20; i++) {
		EXPECT_INT("within", throttle_budget_wait_ms(20, &count, NOW_MS + i), 0);
		throttle_budget_add(&count, NOW_MS + i);
	}
	EXPECT_INT("used up", throttle_budget_wait_ms(20, &count, NOW_MS + 20), 980);
	EXPECT_INT("still", throttle_budget_wait_ms(20, &count, NOW_MS + 999), 1);
	EXPECT_INT("the next second", throttle_budget_wait_ms(20, &count, NOW_MS + 1000), 0);
	EXPECT_INT("put back", throttle_budget_wait_ms(20, &count, NOW_MS - 5000), 0);
	throttle_budget_take_back(&count);
	EXPECT_INT("one was right", throttle_budget_wait_ms(20, &count, NOW_MS + 20), 0);
	throttle_budget_add(&count, NOW_MS + 1000);
	EXPECT_INT("a new count", count.failures, 1);
	throttle_budget_take_back(&count);
	throttle_budget_take_back(&count);
	EXPECT_INT("never below none", count.failures, 0);
}

static void
widths(void)
{
	static const struct { const char *row, *address, *source, *site, *network; } rows[] = {
		{ "IPv4 as it is", "192.0.2.77", "192.0.2.77", NULL, NULL },
		{ "within IPv6 too", "::ffff:192.0.2.77", "192.0.2.77", NULL, NULL },
		{ "IPv6", "2001:db8:1:234:3:4:5:6", "2001:db8:1:234::", "2001:db8:1:200::",
		    "2001:db8:1::" },
		{ "all of it", "2001:db8:1:2ff:ffff:ffff:ffff:ffff", "2001:db8:1:2ff::",
		    "2001:db8:1:200::", "2001:db8:1::" },
		{ "loopback", "::1", "::", "::", "::" },
		{ "link-local", "fe80::1:2", "fe80::1:2", "fe80::", NULL },
		{ "with a zone", "fe80::1:2%eth0", "fe80::1:2", "fe80::", NULL },
	};
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *want[] = { rows[i].source, rows[i].site, rows[i].network };

		for (enum count_kind kind = COUNT_SOURCE; kind <= COUNT_NETWORK; kind++) {
			struct address address;

			EXPECT_VERDICT(rows[i].row, address_parse(rows[i].address, &address), 0);
			EXPECT_STRING(rows[i].row, throttle_narrow(kind, &address) ?
			    address_text(text, &address) : NULL, want[kind]);
		}
	}
}

static CU_TestInfo tests[] = {
	{ "waits", waits },
	{ "forgiveness", forgiveness },
	{ "a day of guessing", a_day_of_guessing },
	{ "repetition", repetition },
	{ "taking back", taking_back },
	{ "budget", budget },
	{ "widths", widths },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/throttle_rule", tests);
