// SPDX-License-Identifier: ISC
#include <errno.h>
#include <string.h>

#include "unit.h"

static void
names(void)
{
	for (int r = 0; r < VERDICTS; r++) {
		EXPECT_TRUE("no holes", strcmp(verdict_name(r), "unnamed") != 0);
		EXPECT_TRUE("no fault", strcmp(verdict_name(r), "fault") != 0);
		for (int other = 0; other < r; other++)
			EXPECT_TRUE(verdict_name(r), strcmp(verdict_name(r),
			    verdict_name(other)) != 0);
	}
	EXPECT_STRING("done", verdict_name(0), "ok");
	EXPECT_STRING("fault", verdict_name(-EIO), "fault");
	EXPECT_STRING("after the last", verdict_name(VERDICTS), "unnamed");
	EXPECT_STRING("far after", verdict_name(INT32_MAX), "unnamed");
}

static CU_TestInfo tests[] = {
	{ "names", names },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/verdict", tests);
