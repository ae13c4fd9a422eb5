// SPDX-License-Identifier: ISC
/* cache/cache.h: changes in one step, the bound, what goes first, and other processes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/cache.h"
#include "service/box.h"
#include "test.h"

#define LIMIT	10
#define EACH	200
#define CHILDREN 4

struct step {
	int add;
	int64_t ends_ms;
	int result;
};

static int
add_to(void *value, int64_t *ends_ms, void *arg)
{
	const struct step *step = arg;
	int64_t *number = value;

	*number += step->add;
	*ends_ms = step->ends_ms;
	return step->result;
}

static int
open_one(struct cache **cache, const char *dir)
{
	static const struct cache_table table = { "entries", LIMIT };

	return cache_open(cache, dir, &table, 1);
}

static int
update(struct cache *cache, const char *name, int add, int64_t ends_ms, int result)
{
	struct step step = { add, ends_ms, result };
	int64_t number;

	return cache_update(cache, 0, name, &number, sizeof number, NOW_MS, add_to, &step);
}

static int64_t
number_at(struct cache *cache, const char *name, int64_t now_ms)
{
	int64_t number;

	return cache_read(cache, 0, name, &number, sizeof number, now_ms) ? -1 : number;
}

static void
changes(void)
{
	GUARD(cache_close) struct cache *cache = NULL;
	int32_t small;

	EXPECT_INT("open", open_one(&cache, test_directory()), 0);
	EXPECT_INT("none", number_at(cache, "a", NOW_MS), -1);
	EXPECT_INT("from zeros", update(cache, "a", 2, NOW_MS + 10, 0), 0);
	EXPECT_INT("from there", update(cache, "a", 3, NOW_MS + 10, 0), 0);
	EXPECT_INT("both", number_at(cache, "a", NOW_MS), 5);
	EXPECT_VERDICT("refused", update(cache, "a", 100, NOW_MS + 10, V_THROTTLED), V_THROTTLED);
	EXPECT_VERDICT("a fault", update(cache, "a", 100, NOW_MS + 10, -EIO), -EIO);
	EXPECT_INT("nothing was written", number_at(cache, "a", NOW_MS), 5);
	EXPECT_INT("ended", number_at(cache, "a", NOW_MS + 10), -1);
	EXPECT_VERDICT("another size", cache_read(cache, 0, "a", &small, sizeof small, NOW_MS),
	    V_NOT_FOUND);
	EXPECT_INT("dropped by its end", update(cache, "a", 1, NOW_MS, 0), 0);
	EXPECT_INT("gone", number_at(cache, "a", NOW_MS), -1);
	EXPECT_INT("dropping none", update(cache, "a", 1, 0, 0), 0);
	EXPECT_INT("two", update(cache, "a", 1, NOW_MS + 9, 0), 0);
	EXPECT_INT("two", update(cache, "b", 1, NOW_MS + 9, 0), 0);
	EXPECT_VERDICT("clear", cache_clear(cache, 0), 0);
	EXPECT_INT("none", number_at(cache, "a", NOW_MS), -1);
	EXPECT_VERDICT("clear nothing", cache_clear(cache, 0), 0);
}

static int
count_one(const char *name, const void *bytes, size_t len, void *arg)
{
	int64_t *total = arg;

	(void)name, (void)bytes, (void)len;
	(*total)++;
	return 0;
}

static int64_t
entries_in(struct cache *cache, unsigned table, int64_t now_ms)
{
	int64_t total = 0;

	EXPECT_VERDICT("walk", cache_walk(cache, table, now_ms, count_one, &total), 0);
	return total;
}

static int64_t
entries(struct cache *cache, int64_t now_ms)
{
	return entries_in(cache, 0, now_ms);
}

/* Beyond the limit the entries that expire first are dropped, in whatever order they came. */
static void
bound(void)
{
	GUARD(cache_close) struct cache *cache = NULL;
	char name[32];

	EXPECT_INT("open", open_one(&cache, test_directory()), 0);
	for (int i = 0; i < 3 * LIMIT; i++) {
		snprintf(name, sizeof name, "entry %d", i);
		EXPECT_INT(name, update(cache, name, i, NOW_MS + 1000 + (i % 3 == 0 ? 500 : i), 0),
		    0);
		EXPECT_TRUE(name, number_at(cache, name, NOW_MS) == i);
		EXPECT_TRUE(name, entries(cache, NOW_MS) <= LIMIT);
	}
	EXPECT_INT("full", entries(cache, NOW_MS), LIMIT);
	EXPECT_INT("early, but of use for longest", number_at(cache, "entry 6", NOW_MS), 6);
	EXPECT_INT("late, but of least use", number_at(cache, "entry 26", NOW_MS), -1);
	EXPECT_INT("a change of one makes no room", update(cache, "entry 6", 1, NOW_MS + 2000, 0),
	    0);
	EXPECT_INT("still full", entries(cache, NOW_MS), LIMIT);
	EXPECT_INT("ended are not walked", entries(cache, NOW_MS + 1500), 1);
}

static int
count_up(const char *dir)
{
	GUARD(cache_close) struct cache *cache = NULL;
	int r;

	r = open_one(&cache, dir);
	for (int i = 0; i < EACH && !r; i++)
		r = update(cache, "counter", 1, NOW_MS + 1000, 0);
	return r;
}

/* Nothing is lost between processes, and nothing when all of them have gone. */
static void
processes(void)
{
	GUARD(cache_close) struct cache *cache = NULL;
	const char *dir = test_directory();
	int status;

	for (int i = 0; i < CHILDREN; i++) {
		if (fork() == 0)
			_exit(count_up(dir) != 0);
	}
	for (int i = 0; i < CHILDREN; i++) {
		wait(&status);
		EXPECT_INT("a child", status, 0);
	}
	EXPECT_INT("open", open_one(&cache, dir), 0);
	EXPECT_INT("all", number_at(cache, "counter", NOW_MS), CHILDREN * EACH);
}

enum { ONE, OTHER, TABLES };

static void
open_two(struct cache **cache, const char *dir)
{
	static const struct cache_table tables[TABLES] = {
		[ONE] = { "first", 2 }, [OTHER] = { "second", 0 },
	};

	EXPECT_VERDICT("open", cache_open(cache, dir, tables, TABLES), 0);
}

static int64_t
number_in(struct cache *cache, unsigned table, const char *name)
{
	int64_t number;

	return cache_read(cache, table, name, &number, sizeof number, NOW_MS) ? -1 : number;
}

static int
put_in(struct cache *cache, unsigned table, const char *name, int64_t number, int64_t ends_ms)
{
	return cache_put(cache, table, name, &number, sizeof number, NOW_MS, ends_ms);
}

/* Tables share an environment, but not names, room or expiry. */
static void
tables(void)
{
	static const struct cache_table many[CACHE_TABLES_MAX + 1];
	GUARD(cache_close) struct cache *cache = NULL;
	const char *dir = test_directory();
	char name[32];

	EXPECT_VERDICT("too many", cache_open(&cache, dir, many, NELEM(many)), -EINVAL);
	open_two(&cache, dir);
	EXPECT_INT("a", put_in(cache, ONE, "a", 1, NOW_MS + 5), 0);
	EXPECT_INT("a", put_in(cache, OTHER, "a", 2, NOW_MS + 1), 0);
	EXPECT_INT("its own", number_in(cache, ONE, "a"), 1);
	EXPECT_INT("its own", number_in(cache, OTHER, "a"), 2);
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "entry %d", i);
		EXPECT_INT(name, put_in(cache, ONE, name, i, NOW_MS + 10 + i), 0);
	}
	EXPECT_INT("crowded out", number_in(cache, ONE, "a"), -1);
	EXPECT_INT("the last", number_in(cache, ONE, "entry 9"), 9);
	EXPECT_INT("not by another table", number_in(cache, OTHER, "a"), 2);
	EXPECT_VERDICT("drop", cache_drop(cache, ONE, "entry 9"), 0);
	EXPECT_VERDICT("clear", cache_clear(cache, ONE), 0);
	EXPECT_INT("cleared", number_in(cache, ONE, "entry 8"), -1);
	EXPECT_INT("stays", number_in(cache, OTHER, "a"), 2);
	cache_close(&cache);
	open_two(&cache, dir);
	EXPECT_INT("found again", number_in(cache, OTHER, "a"), 2);
}

/* A change of several entries: adds to each; seen is the expiry that each had. */
struct steps {
	const struct step *steps;
	int64_t seen_ms[3];
	int result;
};

static int
add_to_all(struct cache_item *items, size_t count, void *arg)
{
	struct steps *all = arg;

	for (size_t i = 0; i < count; i++) {
		all->seen_ms[i] = items[i].ends_ms;
		*(int64_t *)items[i].value += all->steps[i].add;
		if (all->steps[i].ends_ms)
			items[i].ends_ms = all->steps[i].ends_ms;
	}
	return all->result;
}

/* What is kept of "a" and "b" in one table and "a" in the other, after each step; -1: nothing. */
static void
many(void)
{
	static const struct {
		const char *row;
		struct step steps[3];
		int result;
		int64_t want[3];
	} t[] = {
		{ "none made",        { { 0 }, { 0 }, { 0 } },                      0,
		    { -1, -1, -1 } },
		{ "all made",         { { 1, NOW_MS + 9, 0 }, { 2, NOW_MS + 9, 0 },
		    { 3, NOW_MS + 9, 0 } },                                        0, { 1, 2, 3 } },
		{ "refused",          { { 1, NOW_MS + 9, 0 }, { 1, NOW_MS, 0 },
		    { 1, NOW_MS + 9, 0 } },                             V_THROTTLED, { 1, 2, 3 } },
		{ "a fault",          { { 1, NOW_MS + 9, 0 }, { 1, NOW_MS, 0 },
		    { 1, NOW_MS + 9, 0 } },                                     -EIO, { 1, 2, 3 } },
		{ "the end stays",    { { 1, 0, 0 }, { 0 }, { 0 } },                0,
		    { 2, 2, 3 } },
		{ "one dropped",      { { 0 }, { 0, NOW_MS, 0 }, { 1, 0, 0 } },     0,
		    { 2, -1, 4 } },
		{ "one made",         { { 0 }, { 7, NOW_MS + 9, 0 }, { 0 } },       0,
		    { 2, 7, 4 } },
		{ "all dropped",      { { 0, NOW_MS, 0 }, { 0, NOW_MS, 0 },
		    { 0, NOW_MS - 1, 0 } },                                        0,
		    { -1, -1, -1 } },
	};
	GUARD(cache_close) struct cache *cache = NULL;
	int64_t number[3] = { 77, 77, 77 };
	struct cache_item items[] = {
		{ ONE,  "a", &number[0], sizeof number[0], 0 },
		{ ONE,  "b", &number[1], sizeof number[1], 0 },
		{ OTHER, "a", &number[2], sizeof number[2], 0 },
	};

	open_two(&cache, test_directory());
	for (size_t i = 0; i < NELEM(t); i++) {
		struct steps all = { t[i].steps, { -1, -1, -1 }, t[i].result };

		EXPECT_INT(t[i].row, cache_update_many(cache, items, NELEM(items), NOW_MS,
		    add_to_all, &all), t[i].result);
		for (size_t k = 0; k < NELEM(items); k++) {
			EXPECT_INT(t[i].row, number_in(cache, items[k].table, items[k].name),
			    t[i].want[k]);
			if (i)
				EXPECT_INT(t[i].row, all.seen_ms[k],
				    t[i - 1].want[k] < 0 ? 0 : NOW_MS + 9);
		}
	}
}

/* A full table keeps its limit, but a step never drops its own entry. */
static void
many_in_little_room(void)
{
	static const struct step steps[] = { { 1, NOW_MS + 3, 0 }, { 1, NOW_MS + 2, 0 } };
	GUARD(cache_close) struct cache *cache = NULL;
	int64_t number[2];
	struct cache_item items[] = {
		{ ONE, "old", &number[0], sizeof number[0], 0 },
		{ ONE, "new", &number[1], sizeof number[1], 0 },
	};
	struct steps all = { steps, { 0 }, 0 };

	open_two(&cache, test_directory());
	EXPECT_INT("put", put_in(cache, ONE, "old", 10, NOW_MS + 1), 0);
	EXPECT_INT("put", put_in(cache, ONE, "other", 20, NOW_MS + 9), 0);
	EXPECT_VERDICT("both", cache_update_many(cache, items, NELEM(items), NOW_MS, add_to_all,
	    &all), 0);
	EXPECT_INT("the value that it had", number[0], 11);
	EXPECT_INT("one more would be too many", entries_in(cache, ONE, NOW_MS), 2);
	EXPECT_INT("kept for longest", number_in(cache, ONE, "other"), 20);
	EXPECT_INT("made last", number_in(cache, ONE, "new"), 1);
}

static CU_TestInfo tests[] = {
	{ "changes", changes },
	{ "bound", bound },
	{ "processes", processes },
	{ "tables", tables },
	{ "several in one step", many },
	{ "several in little room", many_in_little_room },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cache/cache: changes", tests);
