// SPDX-License-Identifier: ISC
#include "http/tally.h"

#include "base/scoreboard.h"
#include "base/verdict.h"
#include "unit.h"

static void
begin(void)
{
	EXPECT_VERDICT("open", scoreboard_open(test_directory()), 0);
	EXPECT_VERDICT("join", scoreboard_join(), 0);
}

static void
results(void)
{
	static const struct { const char *row; const struct route *route; int result; } t[] = {
		{ "the first route",       &routes[0],        0 },
		{ "its last verdict",      &routes[0],        VERDICTS - 1 },
		{ "a fault",               &routes[0],        -5 },
		{ "the second route",      &routes[1],        0 },
		{ "a refusal",             &routes[1],        V_WRONG_CREDENTIAL },
		{ "authorizer",            &route_authorizer, V_FORBIDDEN },
		{ "no route",              NULL,              V_NO_ROUTE },
		{ "its last verdict",      NULL,              VERDICTS - 1 },
		{ "a fault without route", NULL,              -12 },
	};

	begin();
	for (size_t i = 0; i < NELEM(t); i++) {
		for (size_t k = 0; k <= i; k++)
			tally_call(t[i].route, t[i].result, 0);
	}
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, (int64_t)tally_calls(t[i].route, t[i].result),
		    (int64_t)i + 1);
	EXPECT_INT("faults are one", (int64_t)tally_calls(&routes[0], -1), 3);
	EXPECT_INT("no other", (int64_t)tally_calls(&routes[1], -1), 0);
	scoreboard_close();
}

/* Each route and verdict has a counter of its own: there is room for all. */
static void
room(void)
{
	uint64_t before;

	begin();
	for (size_t i = 0; i < routes_count; i++) {
		before = tally_calls(&routes[i], -1);
		tally_call(&routes[i], -1, 0);
		EXPECT_INT(routes[i].event, (int64_t)(tally_calls(&routes[i], -1) - before), 1);
	}
	tally_call(NULL, -1, 0);
	EXPECT_INT("the last of all", (int64_t)tally_calls(NULL, -1), 1);
	scoreboard_close();
}

static void
times(void)
{
	static const struct { const char *row; int64_t ms; size_t bucket; } t[] = {
		{ "at once",       0,      0 },
		{ "one",           1,      0 },
		{ "two",           2,      1 },
		{ "more",          3,      2 },
		{ "the last",      5000,   11 },
		{ "beyond",        5001,   12 },
		{ "far beyond",    900000, 12 },
	};
	uint64_t before;

	begin();
	for (size_t i = 0; i < NELEM(t); i++) {
		before = tally_times(t[i].bucket);
		tally_call(&routes[0], 0, t[i].ms);
		EXPECT_INT(t[i].row, (int64_t)(tally_times(t[i].bucket) - before), 1);
	}
	scoreboard_close();
}

static CU_TestInfo tests[] = {
	{ "results", results },
	{ "room", room },
	{ "times", times },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/tally", tests);
