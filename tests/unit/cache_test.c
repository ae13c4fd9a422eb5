// SPDX-License-Identifier: ISC
/* cache/cache.h: what all workers share: entries, expiry, turns, places. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "cache/cache.h"
#include "test.h"

#define PATH_SIZE 256

static struct arena mem;		/* zero is an empty one without a limit */

static const char *
new_directory(void)
{
	return arena_strdup(&mem, test_directory());
}

static void
end(void)
{
	arena_free(&mem);
}

static int
open_one(struct cache **cache, const char *directory)
{
	static const struct cache_table table = { "entries", 0 };

	return cache_open(cache, directory, &table, 1);
}

static struct cache *
open_in(const char *directory)
{
	struct cache *cache = NULL;

	EXPECT_INT("open", open_one(&cache, directory), 0);
	return cache;
}

/* The entry as text at that time; NULL if there is none. */
static const char *
got(struct cache *cache, const char *name, int64_t now_ms)
{
	const void *bytes = "untouched";
	size_t len = 77;
	int r;

	r = cache_get(cache, 0, &mem, name, now_ms, 5000, &bytes, &len);
	if (r) {
		EXPECT_VERDICT(name, r, V_NOT_FOUND);
		EXPECT_STRING(name, bytes, "untouched");
		EXPECT_INT(name, (int64_t)len, 77);
		return NULL;
	}
	EXPECT_INT(name, (int64_t)strlen(bytes), (int64_t)len);
	return bytes;
}

static int
put(struct cache *cache, const char *name, const char *text, int64_t now_ms, int64_t ends_ms)
{
	return cache_put(cache, 0, name, text, strlen(text), now_ms, ends_ms);
}

static void
entries(void)
{
	GUARD(cache_close) struct cache *cache = open_in(new_directory());

	EXPECT_STRING("none", got(cache, "a", 100), NULL);
	EXPECT_INT("put", put(cache, "a", "one", 100, 200), 0);
	EXPECT_STRING("got", got(cache, "a", 100), "one");
	EXPECT_STRING("other name", got(cache, "A", 100), NULL);
	EXPECT_STRING("longer name", got(cache, "aa", 100), NULL);
	EXPECT_INT("over it", put(cache, "a", "another", 100, 300), 0);
	EXPECT_STRING("over it", got(cache, "a", 100), "another");
	EXPECT_INT("second", put(cache, "aa", "", 100, 300), 0);
	EXPECT_STRING("empty", got(cache, "aa", 100), "");
	EXPECT_VERDICT("drop", cache_drop(cache, 0, "a"), 0);
	EXPECT_STRING("dropped", got(cache, "a", 100), NULL);
	EXPECT_STRING("left alone", got(cache, "aa", 100), "");
	EXPECT_VERDICT("drop again", cache_drop(cache, 0, "a"), 0);
	EXPECT_VERDICT("drop nobody", cache_drop(cache, 0, "never"), 0);
	EXPECT_VERDICT("claim after a drop", cache_claim(cache, 0, "a", 100, 300, 200), 0);
}

static void
ends(void)
{
	static const struct { int64_t ends_ms, now_ms; bool there; } t[] = {
		{ 200, 100, true }, { 200, 199, true }, { 200, 200, false }, { 200, 201, false },
		{ 200, INT64_MAX, false }, { 100, 100, false }, { 50, 100, false },
		{ INT64_MAX, INT64_MAX - 1, true }, { INT64_MAX, INT64_MAX, false },
	};
	char row[64];

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(cache_close) struct cache *cache = open_in(new_directory());

		snprintf(row, sizeof row, "until %lld at %lld", (long long)t[i].ends_ms,
		    (long long)t[i].now_ms);
		EXPECT_INT(row, put(cache, "a", "one", 100, t[i].ends_ms), 0);
		EXPECT_STRING(row, got(cache, "a", t[i].now_ms), t[i].there ? "one" : NULL);
	}
}

/* An entry that replaces one with a longer life expires at its own time. */
static void
ends_earlier(void)
{
	GUARD(cache_close) struct cache *cache = open_in(new_directory());

	EXPECT_INT("long", put(cache, "a", "one", 100, 900), 0);
	EXPECT_INT("short", put(cache, "a", "two", 100, 200), 0);
	EXPECT_STRING("ended", got(cache, "a", 200), NULL);
	EXPECT_INT("long again", put(cache, "a", "three", 200, 900), 0);
	for (int i = 0; i < 10; i++)
		EXPECT_INT("sweep", put(cache, "b", "", 300 + i, 900), 0);
	EXPECT_STRING("lives on", got(cache, "a", 899), "three");
}

static void
sizes(void)
{
	static const struct { size_t name, value; int want; } t[] = {
		{ 1, 0, 0 },
		{ CACHE_NAME_MAX, 1, 0 },
		{ CACHE_NAME_MAX + 1, 1, -E2BIG },
		{ 1, CACHE_VALUE_MAX, 0 },
		{ 1, CACHE_VALUE_MAX + 1, -E2BIG },
		{ 4000, 1, -E2BIG },
	};
	GUARD(cache_close) struct cache *cache = open_in(new_directory());
	const void *bytes;
	size_t len;

	for (size_t i = 0; i < NELEM(t); i++) {
		char *name = arena_alloc(&mem, t[i].name + 1);
		char *value = arena_alloc(&mem, t[i].value + 1), row[64];

		memset(name, 'n', t[i].name);
		memset(value, 'v', t[i].value);
		snprintf(row, sizeof row, "name of %zu, value of %zu", t[i].name, t[i].value);
		EXPECT_VERDICT(row, cache_put(cache, 0, name, value, t[i].value, 100, 200),
		    t[i].want);
		if (t[i].name > CACHE_NAME_MAX)
			EXPECT_INT(row, cache_claim(cache, 0, name, 100, 300, 200), -E2BIG);
		if (t[i].want)
			continue;
		EXPECT_VERDICT(row, cache_get(cache, 0, &mem, name, 100, 5000, &bytes, &len), 0);
		EXPECT_INT(row, (int64_t)len, (int64_t)t[i].value);
		EXPECT_BYTES(row, bytes, value, len);
	}
}

/* A reader may be asked for names that no writer could have written. */
static void
long_names(void)
{
	GUARD(cache_close) struct cache *cache = open_in(new_directory());
	char *name = arena_alloc(&mem, 5001);
	const void *bytes;
	size_t len;

	memset(name, 'n', 5000);
	EXPECT_VERDICT("get", cache_get(cache, 0, &mem, name, 100, 5000, &bytes, &len),
	    V_NOT_FOUND);
	EXPECT_VERDICT("drop", cache_drop(cache, 0, name), 0);
}

static void
claims(void)
{
	GUARD(cache_close) struct cache *cache = open_in(new_directory());

	EXPECT_VERDICT("first", cache_claim(cache, 0, "turn", 100, 300, 200), 0);
	EXPECT_VERDICT("second", cache_claim(cache, 0, "turn", 100, 300, 200), V_EXISTS);
	EXPECT_VERDICT("just before", cache_claim(cache, 0, "turn", 199, 300, 300), V_EXISTS);
	EXPECT_VERDICT("another", cache_claim(cache, 0, "other", 100, 300, 200), 0);
	EXPECT_STRING("is an entry", got(cache, "turn", 150), "");
	EXPECT_VERDICT("ended", cache_claim(cache, 0, "turn", 200, 300, 300), 0);
	EXPECT_VERDICT("once more", cache_claim(cache, 0, "turn", 250, 300, 400), V_EXISTS);
	EXPECT_VERDICT("given back", cache_drop(cache, 0, "turn"), 0);
	EXPECT_VERDICT("taken", cache_claim(cache, 0, "turn", 250, 300, 400), 0);
	EXPECT_INT("put", put(cache, "kept", "x", 100, 200), 0);
	EXPECT_VERDICT("of an entry", cache_claim(cache, 0, "kept", 150, 300, 400), V_EXISTS);
	EXPECT_STRING("left alone", got(cache, "kept", 150), "x");
	EXPECT_VERDICT("by a clock ahead", cache_claim(cache, 0, "turn", 9000, 300, 9300), 0);
	EXPECT_VERDICT("just so long", cache_claim(cache, 0, "turn", 9000, 300, 9300), V_EXISTS);
	EXPECT_VERDICT("set back", cache_claim(cache, 0, "turn", 8999, 300, 9200), 0);
	EXPECT_INT("put", put(cache, "kept", "x", 9000, 14000), 0);
	EXPECT_STRING("just so long", got(cache, "kept", 9000), "x");
	EXPECT_STRING("set back", got(cache, "kept", 8999), NULL);
}

/* Far more than fits at a time: each write drops what has expired. */
static void
sweeping(void)
{
	GUARD(cache_close) struct cache *cache = open_in(new_directory());
	char *value = arena_alloc(&mem, CACHE_VALUE_MAX), name[32];
	int r = 0;

	for (int i = 0; i < 3000 && !r; i++) {
		snprintf(name, sizeof name, "entry %d", i);
		r = cache_put(cache, 0, name, value, CACHE_VALUE_MAX, i, i + 100);
	}
	EXPECT_VERDICT("all fit", r, 0);
	EXPECT_VERDICT("the last", cache_get(cache, 0, &mem, "entry 2999", 3000, 5000,
	    &(const void *){ NULL }, &(size_t){ 0 }), 0);
}

/* Full of live entries: adding is a fault, but they can be read and dropped. */
static void
full(void)
{
	GUARD(cache_close) struct cache *cache = open_in(new_directory());
	char *value = arena_alloc(&mem, CACHE_VALUE_MAX), name[32];
	int r = 0;

	EXPECT_INT("first", put(cache, "first", "one", 0, 5000), 0);
	for (int i = 0; i < 3000 && !r; i++) {
		snprintf(name, sizeof name, "entry %d", i);
		r = cache_put(cache, 0, name, value, CACHE_VALUE_MAX, 0, 5000 + i);
	}
	EXPECT_VERDICT("full", r, -ENOSPC);
	EXPECT_STRING("still there", got(cache, "first", 0), "one");
	EXPECT_INT("ends", put(cache, "second", "two", 6000, 9000), 0);
	EXPECT_STRING("room again", got(cache, "second", 6000), "two");
}

/* --- several processes -------------------------------------------------------- */

/* Runs work in a child; 0 if the child reports success. */
static int
in_child(int (*work)(const char *directory), const char *directory)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(work(directory));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int
child_writes(const char *directory)
{
	struct cache *cache;

	if (open_one(&cache, directory) || put(cache, "a", "of a child", 100, 200) ||
	    cache_claim(cache, 0, "turn", 100, 300, 200))
		return 1;
	cache_close(&cache);
	return 0;
}

static int
child_reads(const char *directory)
{
	struct cache *cache;
	const void *bytes;
	size_t len;

	if (open_one(&cache, directory) ||
	    cache_claim(cache, 0, "turn", 100, 300, 200) != V_EXISTS ||
	    cache_get(cache, 0, &mem, "a", 100, 5000, &bytes, &len) ||
	    strcmp(bytes, "of a child") != 0)
		return 1;
	return 0;	/* without cache_close, as if killed */
}

static void
processes(void)
{
	const char *directory = new_directory();
	GUARD(cache_close) struct cache *cache = NULL;

	EXPECT_INT("one writes", in_child(child_writes, directory), 0);
	EXPECT_INT("another reads", in_child(child_reads, directory), 0);
	cache = open_in(directory);
	EXPECT_STRING("we too", got(cache, "a", 100), "of a child");
	EXPECT_VERDICT("no turn for us", cache_claim(cache, 0, "turn", 150, 300, 200), V_EXISTS);
	EXPECT_VERDICT("then", cache_claim(cache, 0, "turn", 200, 300, 300), 0);
}

#define RACERS	6
#define TURNS	200

/* How often this racer was first, over a pipe. */
static void
race(const char *directory, int start_fd, int out)
{
	struct cache *cache;
	char byte, name[32];
	int won = 0, r;

	if (open_one(&cache, directory) || read(start_fd, &byte, 1) != 0)
		_exit(1);
	for (int i = 0; i < TURNS; i++) {
		snprintf(name, sizeof name, "turn %d", i);
		r = cache_claim(cache, 0, name, 100, 300, 200);
		if (r && r != V_EXISTS)
			_exit(1);
		won += r == 0;
	}
	_exit(write(out, &won, sizeof won) != sizeof won);
}

/* One process gets each turn, however many want it at the same time. */
static void
one_turn_each(void)
{
	const char *directory = new_directory();
	int start_pipe[2], results[2], won, sum = 0, status;
	pid_t pids[RACERS];

	EXPECT_INT("pipes", pipe(start_pipe) | pipe(results), 0);
	fflush(stdout);
	for (int i = 0; i < RACERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			close(start_pipe[1]);
			race(directory, start_pipe[0], results[1]);
		}
	}
	close(start_pipe[0]);
	close(start_pipe[1]);
	for (int i = 0; i < RACERS; i++) {
		EXPECT_INT("end", waitpid(pids[i], &status, 0), pids[i]);
		EXPECT_INT("end", status, 0);
		if (status == 0 && read(results[0], &won, sizeof won) == sizeof won)
			sum += won;
	}
	close(results[0]);
	close(results[1]);
	EXPECT_INT("turns", sum, TURNS);
}

/* --- what may be found in its place ------------------------------------------- */

static void
write_file(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	EXPECT_INT(path, write(fd, bytes, len), (int64_t)len);
	close(fd);
}

static void
places(void)
{
	struct cache *cache;
	const char *directory = new_directory();
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "%s/new", directory);
	cache = open_in(path);
	EXPECT_INT("made", put(cache, "a", "one", 100, 200), 0);
	cache_close(&cache);
	EXPECT_TRUE("closed", cache == NULL);
	cache_close(&cache);
	cache = open_in(path);
	EXPECT_STRING("kept", got(cache, "a", 100), "one");
	cache_close(&cache);
	snprintf(path, sizeof path, "%s/none/new", directory);
	EXPECT_VERDICT("no directory above", open_one(&cache, path), -ENOENT);
	snprintf(path, sizeof path, "%s/file", directory);
	write_file(path, "x", 1);
	EXPECT_VERDICT("a file", open_one(&cache, path), -ENOTDIR);
	EXPECT_TRUE("output untouched", cache == NULL);
}

static void
unreadable(void)
{
	const char *directory = new_directory();
	struct cache *cache = NULL;

	if (geteuid() == 0)
		return;		/* root may */
	EXPECT_INT("chmod", chmod(directory, 0), 0);
	EXPECT_VERDICT("unreadable", open_one(&cache, directory), -EACCES);
	EXPECT_TRUE("output untouched", cache == NULL);
	chmod(directory, 0700);
}

static CU_TestInfo tests[] = {
	{ "entries", entries },
	{ "ends", ends },
	{ "an earlier end", ends_earlier },
	{ "sizes", sizes },
	{ "long names", long_names },
	{ "claims", claims },
	{ "sweeping", sweeping },
	{ "full", full },
	{ "processes", processes },
	{ "one turn each", one_turn_each },
	{ "places", places },
	{ "unreadable", unreadable },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cache/cache", tests, .info.pTearDownFunc = end);
