// SPDX-License-Identifier: ISC
#include "base/path.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "unit.h"

/* A directory of len letters, and a name of one. */
static const struct {
	const char *name;
	size_t len;
	int result;
} rows[] = {
	{ "short",        3,            0 },
	{ "longest",      PATH_MAX - 3, 0 },
	{ "one too long", PATH_MAX - 2, -ENAMETOOLONG },
	{ "far too long", PATH_MAX * 2, -ENAMETOOLONG },
};

static void
lengths(void)
{
	char dir[PATH_MAX * 2 + 1], path[PATH_MAX];

	log_open("/dev/null", LOG_LEVEL_ERROR);
	for (size_t i = 0; i < NELEM(rows); i++) {
		memset(dir, 'd', rows[i].len);
		dir[rows[i].len] = '\0';
		EXPECT_VERDICT(rows[i].name, path_in(path, dir, "n"), rows[i].result);
		if (rows[i].result)
			continue;
		EXPECT_INT(rows[i].name, strlen(path), rows[i].len + 2);
		EXPECT_INT(rows[i].name, strncmp(path, dir, rows[i].len), 0);
		EXPECT_STRING(rows[i].name, path + rows[i].len, "/n");
	}
}

static CU_TestInfo tests[] = {
	{ "lengths", lengths },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/path", tests);
