// SPDX-License-Identifier: ISC
/* tests/test.c - CUnit with rows: a check that fails prints its row. */
#include "test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <CUnit/Basic.h>

#include "base/secret.h"

static bool
report(struct test_place at, bool good)
{
	return CU_assertImplementation(good, at.line, at.what, at.file, "", CU_FALSE);
}

bool
test_int(struct test_place at, int64_t got, int64_t want)
{
	if (got != want)
		printf("\n    row \"%s\": %s is %lld, not %lld", at.row, at.what,
		    (long long)got, (long long)want);
	return report(at, got == want);
}

bool
test_string(struct test_place at, const char *got, const char *want)
{
	bool same = got && want ? strcmp(got, want) == 0 : got == want;

	if (!same)
		printf("\n    row \"%s\": %s is\n\t%s\n      not\n\t%s", at.row, at.what,
		    got ? got : "(null)", want ? want : "(null)");
	return report(at, same);
}

bool
test_bytes(struct test_place at, const void *got, const void *want, size_t len)
{
	bool same = memcmp(got, want, len) == 0;

	if (!same)
		printf("\n    row \"%s\": %s has other bytes", at.row, at.what);
	return report(at, same);
}

bool
test_true(struct test_place at, bool got)
{
	if (!got)
		printf("\n    row \"%s\": %s is false", at.row, at.what);
	return report(at, got);
}

static char directory[64];

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void
remove_directories(void)
{
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
test_directory(void)
{
	static unsigned count;
	static char path[96];

	if (!directory[0]) {
		strcpy(directory, "/tmp/doorward-test-XXXXXX");
		if (!mkdtemp(directory)) {
			perror(directory);
			exit(99);
		}
		atexit(remove_directories);
	}
	snprintf(path, sizeof path, "%s/%u", directory, count++);
	if (mkdir(path, 0700) != 0) {
		perror(path);
		exit(99);
	}
	return path;
}

int
test_run(CU_SuiteInfo *suites)
{
	unsigned failed;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (secret_init() || CU_initialize_registry() != CUE_SUCCESS ||
	    CU_register_suites(suites) != CUE_SUCCESS) {
		fprintf(stderr, "CUnit cannot start: %s\n", CU_get_error_msg());
		return 99;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	if (CU_get_number_of_tests_run() == 0)
		failed++;
	CU_cleanup_registry();
	return failed ? 1 : 0;
}
