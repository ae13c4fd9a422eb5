// SPDX-License-Identifier: ISC
/* base/log.h while the file is moved away: each line is in one of the files, once and whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "test.h"

#define WRITERS	2
#define LINES	20000
#define REOPEN	97		/* lines between two looks at the path */

static void
write_lines(const char *path, int writer)
{
	for (int i = 0; i < LINES; i++) {
		if (i % REOPEN == 0 && log_open(path, LOG_LEVEL_INFO) != 0)
			_exit(1);
		log_info("writer=%d line=%d end", writer, i);
	}
	_exit(0);
}

/* Ticks off the lines of one file. */
static void
read_lines(const char *path, unsigned char seen[WRITERS][LINES])
{
	FILE *in = fopen(path, "r");
	char text[512], rest[8];
	int writer, line;

	while (in && fgets(text, sizeof text, in)) {
		const char *at = strstr(text, "]: writer=");

		if (EXPECT_TRUE(text, at && sscanf(at, "]: writer=%d line=%d %7s", &writer, &line,
		    rest) == 3 && strcmp(rest, "end") == 0))
			seen[writer][line]++;
	}
	if (in)
		fclose(in);
}

static int
running(const pid_t *pids)
{
	int count = 0;

	for (int i = 0; i < WRITERS; i++)
		count += waitpid(pids[i], NULL, WNOHANG) == 0;
	return count;
}

static void
moving(void)
{
	static unsigned char seen[WRITERS][LINES];
	GUARD(arena_free) struct arena mem;
	const char *dir = test_directory(), *path;
	pid_t pids[WRITERS];
	int moves = 0, missing = 0, twice = 0;

	arena_init(&mem, 0);
	path = arena_printf(&mem, "%s/log", dir);
	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_lines(path, i);
	}
	while (running(pids) && moves < 1000000) {
		if (rename(path, arena_printf(&mem, "%s.%d", path, moves)) == 0)
			moves++;
	}
	for (int i = 0; i < WRITERS; i++)
		waitpid(pids[i], NULL, 0);
	EXPECT_TRUE("it was moved", moves > 0);
	read_lines(path, seen);
	for (int i = 0; i < moves; i++)
		read_lines(arena_printf(&mem, "%s.%d", path, i), seen);
	for (int i = 0; i < WRITERS * LINES; i++) {
		missing += seen[i / LINES][i % LINES] == 0;
		twice += seen[i / LINES][i % LINES] > 1;
	}
	EXPECT_INT("missing", missing, 0);
	EXPECT_INT("twice", twice, 0);
}

static CU_TestInfo tests[] = {
	{ "moving", moving },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/log: rotation", tests);
