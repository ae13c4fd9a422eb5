// SPDX-License-Identifier: ISC
/* base/setback.h: what ends when a clock is set back, and what does not. */
#include "base/setback.h"

#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/guard.h"
#include "test.h"

#define NOW	INT64_C(1700000000000)
#define SECOND	INT64_C(1000)
#define HOUR	(3600 * SECOND)
#define DAY	(24 * HOUR)
#define YEAR	(365 * DAY)

/* The clock at moments, by the steady clock; and credentials that are asked for at the last. */
struct story {
	const char *row;
	struct { int64_t steady_ms, wall_ms; } at[6];
	int64_t issued_ms, ends_ms;
	bool ended;
};

#define YEAR_AHEAD { HOUR, NOW + HOUR }, { 2 * HOUR, NOW + YEAR }, { 3 * HOUR, NOW + 3 * HOUR }
#define DAY_AHEAD { HOUR, NOW + HOUR }, { 2 * HOUR, NOW + DAY }, { 3 * HOUR, NOW + 3 * HOUR }

static const struct story stories[] = {
	{ "nothing happens", { { 1, NOW }, { HOUR, NOW + HOUR } }, NOW, NOW + HOUR + 1, false },
	{ "it ends", { { 1, NOW }, { HOUR, NOW + HOUR } }, NOW, NOW + HOUR, true },
	{ "ahead by a year, of before", { YEAR_AHEAD }, NOW, NOW + DAY, true },
	{ "ahead by a year, to its last moment", { YEAR_AHEAD }, NOW, NOW + YEAR + HOUR, true },
	{ "ahead by a year, longer", { YEAR_AHEAD }, NOW, NOW + YEAR + HOUR + 1, false },
	{ "ahead by a year, fresh", { YEAR_AHEAD }, NOW + 3 * HOUR, NOW + 4 * HOUR, false },
	{ "in whole seconds", { { 1, NOW }, { 2, NOW + YEAR }, { 9, NOW + 1999 } },
	    NOW + 1000, NOW + HOUR, false },
	{ "fresh, by a clock a little ahead", { YEAR_AHEAD }, NOW + 3 * HOUR + 59 * SECOND,
	    NOW + 4 * HOUR, false },
	{ "of the time ahead", { YEAR_AHEAD }, NOW + YEAR, NOW + YEAR + HOUR, true },
	{ "of the time ahead, longer", { YEAR_AHEAD }, NOW + YEAR, NOW + YEAR + DAY, false },
	{ "fresh, days later", { YEAR_AHEAD, { 3 * DAY, NOW + 3 * DAY } },
	    NOW + 2 * DAY, NOW + 4 * DAY, false },
	{ "of before, days later", { YEAR_AHEAD, { 3 * DAY, NOW + 3 * DAY } },
	    NOW, NOW + 4 * DAY, true },
	{ "twice: of before both", { YEAR_AHEAD, { 4 * HOUR, NOW + DAY }, { 5 * HOUR,
	    NOW + 5 * HOUR } }, NOW, NOW + 2 * DAY, true },
	{ "twice: of between, reached", { YEAR_AHEAD, { 4 * HOUR, NOW + DAY }, { 5 * HOUR,
	    NOW + 5 * HOUR } }, NOW + 3 * HOUR, NOW + DAY + HOUR, true },
	{ "twice: of between, not reached", { { 1, NOW }, { 2, NOW + YEAR }, { 3, NOW }, { HOUR,
	    NOW + HOUR + 30 * SECOND }, { HOUR + 1, NOW + HOUR } }, NOW + 1000, NOW + DAY, false },
	{ "twice: fresh", { YEAR_AHEAD, { 4 * HOUR, NOW + DAY }, { 5 * HOUR, NOW + 5 * HOUR } },
	    NOW + 5 * HOUR, NOW + DAY, false },
	{ "twice: the later farther", { DAY_AHEAD, { 4 * HOUR, NOW + YEAR }, { 5 * HOUR,
	    NOW + 5 * HOUR } }, NOW + 3 * HOUR, NOW + 2 * DAY, true },
	{ "behind, and right again", { { 1, NOW }, { HOUR, NOW - YEAR }, { 2 * HOUR,
	    NOW + HOUR / 2 } }, NOW - HOUR, NOW + 3 * HOUR / 4, true },
	{ "behind, of before", { { 1, NOW }, { HOUR, NOW - YEAR } }, NOW - DAY, NOW, true },
	{ "behind, longer", { { 1, NOW }, { HOUR, NOW - YEAR } }, NOW - DAY, NOW + DAY, false },
	{ "behind, fresh", { { 1, NOW }, { HOUR, NOW - YEAR } }, NOW - YEAR, NOW - YEAR + DAY,
	    false },
	{ "to 1970", { { 1, NOW }, { HOUR, 1 } }, NOW - DAY, NOW, true },
	{ "past 2038", { { 1, NOW }, { HOUR, INT32_MAX * SECOND + DAY }, { 2 * HOUR, NOW } },
	    NOW - DAY, INT32_MAX * SECOND, true },
	{ "replaced at once, then back", { { 1, NOW }, { 2, NOW - 60 * SECOND } },
	    NOW - 10 * SECOND, NOW - 10 * SECOND, true },
	{ "short, ended, then back", { { 1, NOW }, { 2, NOW - 100 * SECOND } },
	    NOW - 90 * SECOND, NOW - 30 * SECOND, true },
	{ "short, ended, then far back", { { 1, NOW }, { HOUR, NOW - YEAR } },
	    NOW - YEAR + 200 * SECOND, NOW - YEAR + 260 * SECOND, true },
	{ "short, of a machine that is ahead", { { 1, NOW }, { HOUR, NOW - YEAR } },
	    NOW - YEAR + SECOND, NOW - YEAR + 61 * SECOND, false },
	{ "long, of a machine that is ahead", { { 1, NOW }, { HOUR, NOW - YEAR } },
	    NOW - YEAR + 200 * SECOND, NOW - YEAR + DAY, false },
	{ "short, fresh", { { 1, NOW }, { 2, NOW - 100 * SECOND } },
	    NOW - 100 * SECOND, NOW - 40 * SECOND, false },
	{ "a hiccup", { { 1, NOW }, { HOUR, NOW + HOUR }, { HOUR + 100, NOW + HOUR } },
	    NOW, NOW + HOUR + 50, false },
};

static void
told(void)
{
	for (size_t i = 0; i < NELEM(stories); i++) {
		GUARD(setbacks_close) struct setbacks *mine = NULL, *other = NULL;
		const struct story *s = &stories[i];
		const char *dir = test_directory();
		int64_t now_ms = 0;

		EXPECT_VERDICT(s->row, setbacks_open(&mine, dir), 0);
		EXPECT_VERDICT(s->row, setbacks_open(&other, dir), 0);
		for (size_t n = 0; n < NELEM(s->at) && s->at[n].wall_ms; n++) {
			now_ms = s->at[n].wall_ms;
			EXPECT_INT(s->row, setbacks_now(n % 2 ? mine : other, now_ms,
			    s->at[n].steady_ms), now_ms);
		}
		EXPECT_TRUE(s->row, setbacks_ended(mine, s->issued_ms, s->ends_ms, now_ms) ==
		    s->ended);
		EXPECT_TRUE(s->row, setbacks_ended(other, s->issued_ms, s->ends_ms, now_ms) ==
		    s->ended);
	}
}

/* More than there is room for: none of before comes back, and fresh ones are valid. */
static void
many(void)
{
	GUARD(setbacks_close) struct setbacks *st = NULL;
	int64_t steady_ms = 1, now_ms = NOW;

	EXPECT_VERDICT("open", setbacks_open(&st, test_directory()), 0);
	for (int i = 20; i > 0; i--) {
		setbacks_now(st, now_ms, steady_ms);
		setbacks_now(st, now_ms + i * DAY, ++steady_ms);
		now_ms += 10 * SECOND;
		setbacks_now(st, now_ms, ++steady_ms);
		EXPECT_TRUE("of before", setbacks_ended(st, now_ms - 5 * SECOND, now_ms + i * DAY -
		    60 * SECOND, now_ms));
		EXPECT_TRUE("of before all", setbacks_ended(st, NOW - 1, NOW + 20 * DAY - 1,
		    now_ms));
		EXPECT_TRUE("fresh", !setbacks_ended(st, now_ms, now_ms + HOUR, now_ms));
	}
}

/* It is over when nobody has it open, and not before. */
static void
runs(void)
{
	GUARD(setbacks_close) struct setbacks *master = NULL, *worker = NULL;
	const char *dir = test_directory();

	EXPECT_VERDICT("open", setbacks_open(&master, dir), 0);
	EXPECT_VERDICT("open", setbacks_open(&worker, dir), 0);
	setbacks_now(worker, NOW + DAY, 1);
	setbacks_now(worker, NOW, 2);
	EXPECT_TRUE("noticed", setbacks_ended(master, NOW - 1, NOW + HOUR, NOW));
	setbacks_close(&worker);
	EXPECT_VERDICT("another worker", setbacks_open(&worker, dir), 0);
	EXPECT_TRUE("still", setbacks_ended(worker, NOW - 1, NOW + HOUR, NOW));
	setbacks_close(&master);
	setbacks_close(&worker);
	EXPECT_VERDICT("another run", setbacks_open(&worker, dir), 0);
	EXPECT_TRUE("forgotten", !setbacks_ended(worker, NOW - 1, NOW + HOUR, NOW));
	EXPECT_INT("without a file", setbacks_now(NULL, NOW, 1), NOW);
	EXPECT_TRUE("ended", setbacks_ended(NULL, NOW - 1, NOW, NOW));
	EXPECT_TRUE("valid", !setbacks_ended(NULL, NOW - 1, NOW + 1, NOW));
}

/* Killed while it was about to write, or stopped: the former clock goes on. */
static void
held(void)
{
	GUARD(setbacks_close) struct setbacks *st = NULL;
	const char *dir = test_directory();
	char path[4096];
	int fd;

	EXPECT_VERDICT("open", setbacks_open(&st, dir), 0);
	setbacks_now(st, NOW + DAY, 1);
	snprintf(path, sizeof path, "%s/setbacks.2", dir);
	fd = open(path, O_RDWR | O_CLOEXEC);
	EXPECT_INT("held", file_lock(fd, F_WRLCK, 1, 1), 0);
	EXPECT_INT("by the former clock", setbacks_now(st, NOW, 11), NOW + DAY + 10);
	close(fd);
	EXPECT_INT("by the new one", setbacks_now(st, NOW, 12), NOW);
	EXPECT_TRUE("noticed", setbacks_ended(st, NOW - 1, NOW + HOUR, NOW));
}

/* A file that is cut off is put back by whoever remembers, wherever it was cut. */
static void
cut(void)
{
	static const struct { const char *row; off_t bytes; } t[] = {
		{ "all", 0 }, { "most", 8 }, { "half", 80 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(setbacks_close) struct setbacks *one = NULL, *two = NULL, *late = NULL;
		const char *dir = test_directory();
		char path[4096];

		snprintf(path, sizeof path, "%s/setbacks.2", dir);
		EXPECT_VERDICT(t[i].row, setbacks_open(&one, dir), 0);
		EXPECT_VERDICT(t[i].row, setbacks_open(&two, dir), 0);
		setbacks_now(one, NOW + DAY, 1);
		setbacks_now(one, NOW, 11);
		setbacks_now(two, NOW, 11);
		EXPECT_INT(t[i].row, truncate(path, t[i].bytes), 0);
		EXPECT_TRUE(t[i].row, setbacks_ended(one, NOW - 1, NOW + HOUR, NOW));
		setbacks_now(one, NOW, 12);
		EXPECT_TRUE(t[i].row, setbacks_ended(one, NOW - 1, NOW + HOUR, NOW));
		EXPECT_VERDICT("renew", setbacks_renew(two, dir), 0);
		EXPECT_TRUE("renewed", setbacks_ended(two, NOW - 1, NOW + HOUR, NOW));
		EXPECT_VERDICT("late", setbacks_open(&late, dir), 0);
		EXPECT_TRUE("for others too", setbacks_ended(late, NOW - 1, NOW + HOUR, NOW));
	}
}

/* A reader beside the service sees what is remembered, and prolongs no run. */
static void
beside(void)
{
	GUARD(setbacks_close) struct setbacks *reader = NULL, *service = NULL;
	const char *dir = test_directory();

	setbacks_open_beside(&reader, dir);
	EXPECT_TRUE("no service ever", !reader);
	EXPECT_VERDICT("a service", setbacks_open(&service, dir), 0);
	setbacks_now(service, NOW, 1);
	setbacks_now(service, NOW + DAY, 2);
	setbacks_now(service, NOW + SECOND, 3);
	setbacks_open_beside(&reader, dir);
	EXPECT_TRUE("of before", setbacks_ended(reader, NOW, NOW + HOUR, NOW + SECOND));
	EXPECT_TRUE("fresh", !setbacks_ended(reader, NOW + SECOND, NOW + HOUR, NOW + SECOND));
	setbacks_close(&service);
	EXPECT_VERDICT("the next service", setbacks_open(&service, dir), 0);
	EXPECT_TRUE("a new run", !setbacks_ended(service, NOW, NOW + HOUR, NOW + SECOND));
	setbacks_close(&service);
	setbacks_close(&reader);
	setbacks_open_beside(&reader, dir);
	EXPECT_TRUE("no service any more", !reader);
}

/* A clock that is put right by a little is in order, though what ended has ended. */
static void
logged(void)
{
	static const struct { const char *row; int64_t by_ms; bool want; } t[] = {
		{ "a few milliseconds", 4, false },
		{ "what is noted", 251, false },
		{ "less than a second", 999, false },
		{ "a second", 1000, true },
		{ "a day", DAY, true },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(setbacks_close) struct setbacks *st = NULL;

		EXPECT_VERDICT("open", setbacks_open(&st, test_directory()), 0);
		setbacks_now(st, NOW, 1);
		test_log_clear();
		setbacks_now(st, NOW + 10 - t[i].by_ms, 11);
		EXPECT_TRUE(t[i].row, test_logged("the clock was set back") == t[i].want);
		EXPECT_TRUE(t[i].row, setbacks_ended(st, NOW - 2 * DAY, NOW + 10, NOW + 10 -
		    t[i].by_ms) == (t[i].by_ms > 250));
	}
}

static CU_TestInfo tests[] = {
	{ "told", told },
	{ "many", many },
	{ "runs", runs },
	{ "held", held },
	{ "cut off", cut },
	{ "beside", beside },
	{ "logged", logged },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/setback", tests);
