// SPDX-License-Identifier: ISC
#include "base/log.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "unit.h"

static bool
matches(const char *text, const char *pattern)
{
	regex_t regex;
	bool found;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	found = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void
lines(void)
{
	GUARD(arena_free) struct arena mem;
	const char *path, *text;
	char longest[5000];
	struct stat st;

	arena_init(&mem, 0);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	path = arena_printf(&mem, "%s/log", test_directory());
	EXPECT_VERDICT("open", log_open(path, LOG_LEVEL_INFO), 0);
	log_info("name=%s", "a\nb\r\t\x1b[0m\x7f");
	log_error("%d%%", 5);
	log_debug("dropped");
	EXPECT_VERDICT("passed on", log_fault(-ENOSPC, "writing %s", "it"), -ENOSPC);
	log_info("%s", longest);
	EXPECT_VERDICT("open again", log_open(path, LOG_LEVEL_ERROR), 0);
	log_info("dropped too");
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);

	text = unit_read(&mem, path);
	EXPECT_INT("one line a call", (int64_t)count_lines(text), 4);
	EXPECT_TRUE("form", matches(text,
	    "^[0-9-]{10}T[0-9:]{8}Z [^ ]+ doorward\\[[0-9]+\\]: name="));
	EXPECT_TRUE("nothing forged", strstr(text, ": name=a?b???[0m?\n") != NULL);
	EXPECT_TRUE("per cent", strstr(text, ": 5%\n") != NULL);
	EXPECT_TRUE("fault", strstr(text, ": writing it: No space left on device\n") != NULL);
	EXPECT_TRUE("levels", strstr(text, "dropped") == NULL);
	EXPECT_TRUE("cut, and ended", strstr(text, "xxx\n") != NULL);
	EXPECT_INT("mode", stat(path, &st), 0);
	EXPECT_INT("mode", st.st_mode & 0137, 0);
}

static void
refused(void)
{
	GUARD(arena_free) struct arena mem;
	const char *path, *text;

	arena_init(&mem, 0);
	path = arena_printf(&mem, "%s/log", test_directory());
	EXPECT_VERDICT("open", log_open(path, LOG_LEVEL_INFO), 0);
	EXPECT_VERDICT("no directory", log_open("/nonexistent/log", LOG_LEVEL_INFO), -ENOENT);
	EXPECT_VERDICT("a directory", log_open(test_directory(), LOG_LEVEL_INFO), -EISDIR);
	log_info("still here");
	EXPECT_VERDICT("elsewhere", log_open(TEST_LOG, LOG_LEVEL_ERROR), 0);
	text = unit_read(&mem, path);
	EXPECT_TRUE("the former target stays", strstr(text, ": still here\n") != NULL);
}

/* In a child, where log_gather is not for the other tests. */
static void
gather_lines(const char *path)
{
	GUARD(arena_free) struct arena mem;
	bool good;

	arena_init(&mem, 0);
	good = log_open(path, LOG_LEVEL_INFO) == 0 && log_gather() == 0;
	log_info("at once");
	good &= count_lines(unit_read(&mem, path)) == 1 && !log_has_gathered();
	log_later("first");
	log_later("second");
	good &= log_has_gathered();
	if (fork() == 0) {
		log_info("a child's");	/* writes nothing of ours, and at once */
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	good &= count_lines(unit_read(&mem, path)) == 2;
	log_info("third");
	good &= strstr(unit_read(&mem, path), ": third\n") != NULL;
	for (int i = 0; i < 300; i++)
		log_later("many %d %040d", i, i);
	good &= count_lines(unit_read(&mem, path)) > 100;
	log_flush();
	good &= count_lines(unit_read(&mem, path)) == 305 && !log_has_gathered();
	_exit(good ? 0 : 1);
}

static void
gathered(void)
{
	GUARD(arena_free) struct arena mem;
	const char *path, *text, *at = NULL;
	int status = -1;
	pid_t pid;

	arena_init(&mem, 0);
	path = arena_printf(&mem, "%s/gathered", test_directory());
	fflush(NULL);			/* or the child would write it too */
	pid = fork();
	if (pid == 0)
		gather_lines(path);
	EXPECT_INT("ended", waitpid(pid, &status, 0), pid);
	EXPECT_INT("wrote when it had to", status, 0);
	text = unit_read(&mem, path);
	EXPECT_INT("all, and once", (int64_t)count_lines(text), 305);
	at = strstr(text, ": first\n");
	at = at ? strstr(at, ": second\n") : NULL;
	at = at ? strstr(at, ": third\n") : NULL;
	at = at ? strstr(at, ": many 299 ") : NULL;
	EXPECT_TRUE("in order", at);
}

static CU_TestInfo tests[] = {
	{ "gathered", gathered },
	{ "lines", lines },
	{ "refused", refused },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/log", tests);
