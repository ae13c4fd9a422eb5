// SPDX-License-Identifier: ISC
/* store/cache.h: changes in one step, the bound, what goes first, and other processes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box.h"
#include "store/cache.h"

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
update(struct cache *cache, const char *name, int add, int64_t ends_ms, int result)
{
	struct step step = { add, ends_ms, result };
	int64_t number;

	return cache_update(cache, name, &number, sizeof number, NOW_MS, add_to, &step);
}

static int64_t
number_at(struct cache *cache, const char *name, int64_t now_ms)
{
	int64_t number;

	return cache_read(cache, name, &number, sizeof number, now_ms) ? -1 : number;
}

static void
changes(void)
{
	GUARD(cache_close) struct cache *cache = NULL;
	int32_t small;

	EXPECT_INT("open", cache_open(&cache, test_directory(), LIMIT), 0);
	EXPECT_INT("none", number_at(cache, "a", NOW_MS), -1);
	EXPECT_INT("from zeros", update(cache, "a", 2, NOW_MS + 10, 0), 0);
	EXPECT_INT("from there", update(cache, "a", 3, NOW_MS + 10, 0), 0);
	EXPECT_INT("both", number_at(cache, "a", NOW_MS), 5);
	EXPECT_INT("refused", update(cache, "a", 100, NOW_MS + 10, V_THROTTLED), V_THROTTLED);
	EXPECT_INT("a fault", update(cache, "a", 100, NOW_MS + 10, -EIO), -EIO);
	EXPECT_INT("nothing was written", number_at(cache, "a", NOW_MS), 5);
	EXPECT_INT("ended", number_at(cache, "a", NOW_MS + 10), -1);
	EXPECT_INT("another size", cache_read(cache, "a", &small, sizeof small, NOW_MS),
	    V_NOT_FOUND);
	EXPECT_INT("dropped by its end", update(cache, "a", 1, NOW_MS, 0), 0);
	EXPECT_INT("gone", number_at(cache, "a", NOW_MS), -1);
	EXPECT_INT("dropping none", update(cache, "a", 1, 0, 0), 0);
	EXPECT_INT("two", update(cache, "a", 1, NOW_MS + 9, 0), 0);
	EXPECT_INT("two", update(cache, "b", 1, NOW_MS + 9, 0), 0);
	EXPECT_INT("clear", cache_clear(cache), 0);
	EXPECT_INT("none", number_at(cache, "a", NOW_MS), -1);
	EXPECT_INT("clear nothing", cache_clear(cache), 0);
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
entries(struct cache *cache, int64_t now_ms)
{
	int64_t total = 0;

	EXPECT_INT("walk", cache_walk(cache, now_ms, count_one, &total), 0);
	return total;
}

/* Of more than the limit those go that would end first, whatever came when. */
static void
bound(void)
{
	GUARD(cache_close) struct cache *cache = NULL;
	char name[32];

	EXPECT_INT("open", cache_open(&cache, test_directory(), LIMIT), 0);
	for (int i = 0; i < 3 * LIMIT; i++) {
		snprintf(name, sizeof name, "entry %d", i);
		EXPECT_INT(name, update(cache, name, i, NOW_MS + 1000 + (i % 3 == 0 ? 500 : i), 0), 0);
		EXPECT_TRUE(name, number_at(cache, name, NOW_MS) == i);
		EXPECT_TRUE(name, entries(cache, NOW_MS) <= LIMIT);
	}
	EXPECT_INT("full", entries(cache, NOW_MS), LIMIT);
	EXPECT_INT("early, but of use for longest", number_at(cache, "entry 6", NOW_MS), 6);
	EXPECT_INT("late, but of least use", number_at(cache, "entry 26", NOW_MS), -1);
	EXPECT_INT("a change of one makes no room", update(cache, "entry 6", 1, NOW_MS + 2000, 0), 0);
	EXPECT_INT("still full", entries(cache, NOW_MS), LIMIT);
	EXPECT_INT("ended are not walked", entries(cache, NOW_MS + 1500), 1);
}

static int
count_up(const char *dir)
{
	GUARD(cache_close) struct cache *cache = NULL;
	int r;

	r = cache_open(&cache, dir, LIMIT);
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
	EXPECT_INT("open", cache_open(&cache, dir, LIMIT), 0);
	EXPECT_INT("all", number_at(cache, "counter", NOW_MS), CHILDREN * EACH);
}

CU_TestInfo cache_tests[] = {
	{ "changes", changes },
	{ "bound", bound },
	{ "processes", processes },
	CU_TEST_INFO_NULL,
};
