// SPDX-License-Identifier: ISC
#include "base/log.h"

#include <errno.h>
#include <regex.h>
#include <string.h>
#include <sys/stat.h>

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

static CU_TestInfo tests[] = {
	{ "lines", lines },
	{ "refused", refused },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/log", tests);
