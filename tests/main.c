// SPDX-License-Identifier: ISC
/* tests/main.c - main of a program whose suites are named by TEST_SUITE. */
#include "base/descriptors.h"
#include "base/log.h"
#include "test.h"

int
main(int argc, char **argv)
{
	if (descriptors_fill())
		return 99;
	if (log_open(TEST_LOG, LOG_LEVEL_ERROR))
		return 99;
	return test_run(NULL, argc, argv);
}
