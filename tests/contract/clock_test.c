// SPDX-License-Identifier: ISC
/*
 * tests/contract/clock_test.c - a clock that is ahead, and is put right: what is live is
 * still there, and what has expired goes in the end.
 */
#include "contract.h"

#include "store/store_care.h"

#define YEAR_MS	(365 * DAY_MS)
#define NOW	(1700000000000)			/* in 2023 */
#define SINCE_2038 ((int64_t)INT32_MAX * 1000)

/* A write by that clock, which sweeps if it is believed. */
static void
write_at(struct store *st, unsigned n, int64_t now_ms)
{
	contract_add_token(st, n, 1, now_ms, now_ms + 10 * YEAR_MS);
}

static struct token
add(struct store *st, unsigned n, int64_t expires_ms)
{
	return contract_add_token(st, n, 1, NOW, expires_ms);
}

static bool
is_there(struct store *st, const struct token *token)
{
	struct token found;

	return store_token_find(st, token->digest, NOW, &found) == 0;
}

/* By how much, and for how long it writes in that time. */
static void
ahead_and_back(void)
{
	static const struct { const char *row; int64_t by_ms, for_ms; } t[] = {
		{ "an hour",                  HOUR_MS,          HOUR_MS },
		{ "a day",                    DAY_MS,           HOUR_MS },
		{ "a day and an hour",        DAY_MS + HOUR_MS, HOUR_MS },
		{ "a day, for most of a day", DAY_MS,           23 * HOUR_MS },
		{ "a year",                   YEAR_MS,          23 * HOUR_MS },
		{ "past 2038",                SINCE_2038 - NOW, 23 * HOUR_MS },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token token;
		unsigned n = 10;

		contract_add_user(st, 1);
		/* live for as long as all of it takes, by the right clock */
		token = add(st, 1, NOW + t[i].for_ms + HOUR_MS);
		for (int64_t at = 0; at < t[i].for_ms; at += HOUR_MS)
			write_at(st, n++, NOW + t[i].by_ms + at);
		EXPECT_TRUE(t[i].row, is_there(st, &token));
		write_at(st, n++, NOW + t[i].for_ms);
		EXPECT_TRUE(t[i].row, is_there(st, &token));
	}
}

/* Behind, and put right: nothing waits for ever. */
static void
swept_in_the_end(void)
{
	static const struct { const char *row; int64_t by_ms; } t[] = {
		{ "a right clock",       0 },
		{ "ahead by a year",     YEAR_MS },
		{ "behind by a year",    -YEAR_MS },
		{ "in 1970",             1 - NOW },
		{ "past 2038",           SINCE_2038 - NOW + DAY_MS },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token token;
		unsigned n = 10;

		contract_add_user(st, 1);
		token = add(st, 1, NOW + HOUR_MS);
		write_at(st, n++, NOW + t[i].by_ms);
		for (int64_t at = 0; at < 3 * DAY_MS; at += HOUR_MS)
			write_at(st, n++, NOW + at);
		EXPECT_TRUE(t[i].row, !is_there(st, &token));
	}
}

/* It stays that way for a day: then it was the former clock that was wrong. */
static void
believed(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct store_state state;
	struct token token;
	unsigned n = 10;

	contract_add_user(st, 1);
	token = add(st, 1, NOW + HOUR_MS);
	for (int64_t at = 0; at < DAY_MS; at += HOUR_MS)
		write_at(st, n++, NOW + YEAR_MS + at);
	EXPECT_TRUE("not yet", is_there(st, &token));
	EXPECT_VERDICT("state", store_state(st, NOW + YEAR_MS + 23 * HOUR_MS, &state), 0);
	EXPECT_INT("and it says so", state.settled_ms, NOW + YEAR_MS + DAY_MS);
	EXPECT_INT("and why", state.written_ms, NOW + YEAR_MS + 23 * HOUR_MS);
	write_at(st, n++, NOW + YEAR_MS + DAY_MS);
	EXPECT_TRUE("swept", !is_there(st, &token));
}

/* As the service would, a token that ended by its clock is refused, whatever year it is. */
static void
ended(void)
{
	static const struct { const char *row; int64_t now_ms; } t[] = {
		{ "now",                 NOW },
		{ "the last second",     SINCE_2038 },
		{ "after it",            SINCE_2038 + 1000 },
		{ "2106",                (int64_t)UINT32_MAX * 1000 + 1000 },
		{ "the year 9999",       253402300799000 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token token = contract_token(1, 1), found;

		contract_add_user(st, 1);
		token.created_ms = t[i].now_ms;
		token.expires_ms = t[i].now_ms + 1000;
		EXPECT_VERDICT(t[i].row, store_token_add(st, &token, 9, t[i].now_ms), 0);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, t[i].now_ms + 999,
		    &found), 0);
		EXPECT_INT(t[i].row, found.expires_ms, token.expires_ms);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, t[i].now_ms + 1000,
		    &found), V_NOT_FOUND);
	}
}

CU_TestInfo clock_tests[] = {
	{ "ahead and back", ahead_and_back },
	{ "swept in the end", swept_in_the_end },
	{ "believed", believed },
	{ "ended", ended },
	CU_TEST_INFO_NULL,
};
