// SPDX-License-Identifier: ISC
#include "base/counter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/verdict.h"
#include "unit.h"

static const char *dir;

static void
begin(void)
{
	log_open("/dev/null", LOG_LEVEL_ERROR);
	dir = test_directory();
	EXPECT_VERDICT("open", counters_open(dir), 0);
}

/* A process of its own that counts; killed, or it exits. */
static void
in_another(void (*act)(void), int signum)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (counters_join() != 0)
			_exit(1);
		act();
		if (signum)
			raise(signum);
		_exit(0);
	}
	EXPECT_INT("ended", waitpid(pid, &status, 0), pid);
	EXPECT_INT("as it should", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	    signum);
}

static struct counter apples = { .name = "apples" };
static struct counter pears = { .name = "pears green" };
static struct counter waits = { .name = "waits", .kind = COUNTER_TIMES };
static struct counter crowds = { .name = "crowds", .kind = COUNTER_SIZES };

static void
count_some(void)
{
	counter_add(&apples, 3);
	counter_add(&pears, 1);
	counter_measure(&waits, 60);
}

static const struct counted *
find(const char *name)
{
	struct counted *list;
	size_t count;

	EXPECT_VERDICT("list", counters_list(test_mem(), &list, &count), 0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	}
	return NULL;
}

/* --- sums ------------------------------------------------------------------------- */

static void
outlive(void)
{
	static const struct { const char *row; int signum; int64_t want; } t[] = {
		{ "one that exits",     0,       3 },
		{ "one that is killed", SIGKILL, 6 },
		{ "and the next",       SIGKILL, 9 },
	};
	const struct counted *found;

	begin();
	EXPECT_INT("at first", (int64_t)counter_total("apples"), 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		in_another(count_some, t[i].signum);
		EXPECT_INT(t[i].row, (int64_t)counter_total("apples"), t[i].want);
	}
	EXPECT_INT("another name", (int64_t)counter_total("pears green"), 3);
	EXPECT_INT("no name", (int64_t)counter_total("pears"), 0);
	EXPECT_INT("a time is no sum", (int64_t)counter_total("waits"), 0);
	found = find("waits");
	EXPECT_TRUE("it is there", found && found->kind == COUNTER_TIMES);
	EXPECT_INT("up to 100 us", (int64_t)found->values[1], 3);
	counters_close();
	EXPECT_INT("closed", (int64_t)counter_total("apples"), 0);
}

/* The file stays when all have gone, as over a reload. */
static void
opened_again(void)
{
	begin();
	in_another(count_some, 0);
	counters_close();
	EXPECT_VERDICT("open", counters_open(dir), 0);
	EXPECT_VERDICT("join", counters_join(), 0);
	count_some();
	EXPECT_INT("goes on", (int64_t)counter_total("apples"), 6);
	in_another(count_some, 0);
	EXPECT_INT("and a child beside it", (int64_t)counter_total("apples"), 9);
	count_some();
	EXPECT_INT("and its parent", (int64_t)counter_total("apples"), 12);
	counters_close();
}

/* A counter that was used with one file starts anew with another one. */
static void
another_file(void)
{
	begin();
	EXPECT_VERDICT("join", counters_join(), 0);
	counter_add(&pears, 1);
	count_some();
	counters_close();
	begin();
	EXPECT_VERDICT("join", counters_join(), 0);
	counter_add(&apples, 1);
	EXPECT_INT("its own", (int64_t)counter_total("apples"), 1);
	EXPECT_INT("no other", (int64_t)counter_total("pears green"), 0);
	counters_close();
}

static void
nowhere(void)
{
	struct counted *list;
	size_t count;

	counter_add(&apples, 1);
	counter_measure(&waits, 1);
	EXPECT_VERDICT("list", counters_list(test_mem(), &list, &count), 0);
	EXPECT_INT("nothing", (int64_t)count, 0);
	EXPECT_VERDICT("no file", counters_find(test_directory()), V_NOT_FOUND);
	begin();
	count_some();
	EXPECT_INT("without a row", (int64_t)counter_total("apples"), 0);
	counters_close();
	EXPECT_VERDICT("found", counters_find(dir), 0);
	counters_close();
}

/* --- times and sizes ---------------------------------------------------------------- */

static void
bounds(void)
{
	static const struct {
		const char *row;
		struct counter *counter;
		uint64_t value;
		size_t at;
	} t[] = {
		{ "at once",        &waits,  0,           0 },
		{ "the first",      &waits,  50,          0 },
		{ "above it",       &waits,  51,          1 },
		{ "in the middle",  &waits,  1000,        4 },
		{ "the last",       &waits,  10000000,    16 },
		{ "beyond",         &waits,  10000001,    17 },
		{ "far beyond",     &waits,  UINT32_MAX,  17 },
		{ "one",            &crowds, 1,           0 },
		{ "two",            &crowds, 2,           1 },
		{ "three",          &crowds, 3,           2 },
		{ "sixty-four",     &crowds, 64,          6 },
		{ "more",           &crowds, 65,          7 },
	};
	const struct counted *found;
	uint64_t before, sum;
	size_t count;

	begin();
	EXPECT_VERDICT("join", counters_join(), 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		found = find(t[i].counter->name);
		counter_bounds(t[i].counter->kind, &count);
		before = found ? found->values[t[i].at] : 0;
		sum = found ? found->values[count + 1] : 0;
		counter_measure(t[i].counter, t[i].value);
		found = find(t[i].counter->name);
		EXPECT_INT(t[i].row, (int64_t)(found->values[t[i].at] - before), 1);
		EXPECT_INT(t[i].row, (int64_t)(found->values[count + 1] - sum),
		    (int64_t)t[i].value);
	}
	counters_close();
}

/* --- names --------------------------------------------------------------------------- */

static void
by_name(void)
{
	static const char *const names[] = { "b", "a c", "d", "a" };
	static const char *const sorted[] = { "a", "a c", "b", "d" };
	struct counted *list;
	size_t count;

	begin();
	EXPECT_VERDICT("join", counters_join(), 0);
	for (size_t i = 0; i < NELEM(names); i++)
		counter_add_at(counter_place(names[i], COUNTER_SUM), i + 1);
	EXPECT_INT("the same again", counter_place("d", COUNTER_SUM),
	    counter_place("d", COUNTER_SUM));
	EXPECT_TRUE("of another kind", counter_place("d", COUNTER_SUM) !=
	    counter_place("d", COUNTER_SIZES));
	EXPECT_VERDICT("list", counters_list(test_mem(), &list, &count), 0);
	EXPECT_INT("with that", (int64_t)count, NELEM(sorted) + 1);
	for (size_t i = 0; i < NELEM(sorted); i++)
		EXPECT_STRING(sorted[i], list[i].name, sorted[i]);
	counters_close();
}

/* What finds no room is counted as missed, and nothing else is touched. */
static void
no_room(void)
{
	char name[COUNTER_NAME_SIZE + 1];
	uint32_t place, last = 0;
	int added = 0;

	begin();
	EXPECT_VERDICT("join", counters_join(), 0);
	memset(name, 'x', sizeof name);
	name[COUNTER_NAME_SIZE] = '\0';
	EXPECT_INT("too long", counter_place(name, COUNTER_SUM), 0);
	name[COUNTER_NAME_SIZE - 1] = '\0';
	EXPECT_TRUE("just so", counter_place(name, COUNTER_SUM) > 0);
	for (;; added++) {
		snprintf(name, sizeof name, "times %d", added);
		place = counter_place(name, COUNTER_TIMES);
		if (!place)
			break;
		last = place;
	}
	EXPECT_TRUE("many", added > 150);
	EXPECT_TRUE("within the row", last + 19 <= COUNTERS_MAX);
	counter_add_at(place, 2);
	counter_measure_at(place, COUNTER_TIMES, 70);
	EXPECT_INT("missed", (int64_t)counters_missed(), 3);
	for (added = 0; counter_place(name, COUNTER_SUM) && added < COUNTERS_MAX; added++)
		snprintf(name, sizeof name, "sum %d", added);
	EXPECT_INT("nor for one", counter_place("one more", COUNTER_SUM), 0);
	EXPECT_TRUE("those that are there", counter_place("times 0", COUNTER_TIMES) > 0);
	counters_close();
}

/* Two that add a name at the same moment. */
static void
add_same(void)
{
	char name[COUNTER_NAME_SIZE];

	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "shared %d", i);
		counter_add_at(counter_place(name, COUNTER_SUM), 1);
	}
}

static void
together(void)
{
	struct counted *list;
	size_t count, shared = 0;
	pid_t pids[4];
	char name[COUNTER_NAME_SIZE];
	int status;

	begin();
	for (size_t i = 0; i < NELEM(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			if (counters_join() != 0)
				_exit(1);
			add_same();
			_exit(0);
		}
	}
	for (size_t i = 0; i < NELEM(pids); i++) {
		EXPECT_INT("ended", waitpid(pids[i], &status, 0), pids[i]);
		EXPECT_INT("well", status, 0);
	}
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "shared %d", i);
		EXPECT_INT(name, (int64_t)counter_total(name), NELEM(pids));
	}
	EXPECT_VERDICT("list", counters_list(test_mem(), &list, &count), 0);
	for (size_t i = 0; i < count; i++)
		shared += strncmp(list[i].name, "shared ", 7) == 0;
	EXPECT_INT("each once", (int64_t)shared, 200);
	counters_close();
}

static void
the_file(void)
{
	const char *path;
	struct stat st;

	log_open("/dev/null", LOG_LEVEL_ERROR);
	dir = test_directory();
	path = arena_printf(test_mem(), "%s/counters.1", dir);
	EXPECT_VERDICT("open", counters_open(dir), 0);
	EXPECT_VERDICT("join", counters_join(), 0);
	EXPECT_INT("there", stat(path, &st), 0);
	EXPECT_INT("ours alone", st.st_mode & 0777, 0600);
	EXPECT_TRUE("most of it takes no room", st.st_blocks * 512 < st.st_size / 8);
	counters_close();
	EXPECT_INT("gone", unlink(path), 0);
	EXPECT_INT("a link", symlink("/dev/null", path), 0);
	EXPECT_VERDICT("is not followed", counters_open(dir), -ELOOP);
	EXPECT_VERDICT("join", counters_join(), -ELOOP);
	counter_add(&apples, 1);
	counters_close();
}

/* Cut off below a process that counts, and made whole by another that opens it. */
static void
count_around_cut(void)
{
	static struct counter plums = { .name = "plums" };
	char path[256];
	struct stat file;

	snprintf(path, sizeof path, "%s/counters.1", dir);
	counter_add(&apples, 1);
	counter_add(&plums, 1);
	counters_look();
	if (stat(path, &file) != 0 || truncate(path, 0) != 0 || truncate(path, file.st_size) != 0)
		_exit(9);
	counters_look();
	counter_add(&plums, 4);
	counter_add(&apples, 2);
}

static void
cut(void)
{
	begin();
	in_another(count_around_cut, 0);
	EXPECT_INT("apples", (int64_t)counter_total("apples"), 2);
	EXPECT_INT("plums", (int64_t)counter_total("plums"), 4);
	counters_close();
}

/* Where the file has that name; 0: nowhere. */
static off_t
offset_of(int fd, const char *name)
{
	static char bytes[65536];
	ssize_t len = pread(fd, bytes, sizeof bytes, 0);
	const char *found = len > 0 ? memmem(bytes, (size_t)len, name, strlen(name) + 1) : NULL;

	return found ? found - bytes : 0;
}

/* What others wrote into it is not believed: counting begins anew. */
static void
damaged(void)
{
	static const struct {
		const char *row, *at;	/* a name, or the beginning */
		off_t behind;
		int byte;
		size_t len;
		int64_t want;
	} t[] = {
		{ "as it was",              "",       0, 0,    0,    6 },
		{ "other bytes",            "",       0, 0xa5, 8192, 3 },
		{ "no number of names",     "",       0, 0xff, 4,    3 },
		{ "no number of counters",  "",       4, 0xff, 4,    3 },
		{ "no number of rows",      "",       8, 0xff, 4,    3 },
		{ "a name without text",    "apples", 0, 0,    1,    3 },
		{ "a byte that is no text", "apples", 0, 0xc3, 1,    3 },
		{ "a line feed",            "apples", 0, '\n', 1,    3 },
		{ "a name without end",     "apples", 0, 'x',  COUNTER_NAME_SIZE, 3 },
	};
	char bytes[8192];

	for (size_t i = 0; i < NELEM(t); i++) {
		int fd;

		begin();
		in_another(count_some, 0);
		counters_close();
		fd = open(arena_printf(test_mem(), "%s/counters.1", dir), O_RDWR);
		memset(bytes, t[i].byte, sizeof bytes);
		EXPECT_INT(t[i].row, pwrite(fd, bytes, t[i].len, t[i].behind +
		    (*t[i].at ? offset_of(fd, t[i].at) : 0)), (ssize_t)t[i].len);
		close(fd);
		EXPECT_VERDICT(t[i].row, counters_find(dir), t[i].want == 6 ? 0 : -EBADMSG);
		counters_close();
		EXPECT_VERDICT(t[i].row, counters_open(dir), 0);
		in_another(count_some, 0);
		EXPECT_INT(t[i].row, (int64_t)counter_total("apples"), t[i].want);
		EXPECT_INT(t[i].row, (int64_t)counters_missed(), 0);
		counters_close();
	}
}

static CU_TestInfo tests[] = {
	{ "outlive", outlive },
	{ "opened again", opened_again },
	{ "another file", another_file },
	{ "nowhere", nowhere },
	{ "bounds", bounds },
	{ "by name", by_name },
	{ "no room", no_room },
	{ "together", together },
	{ "the file", the_file },
	{ "cut off", cut },
	{ "damaged", damaged },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/counter", tests);
