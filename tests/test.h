// SPDX-License-Identifier: ISC
/*
 * tests/test.h - CUnit with rows: a check that fails prints its row.
 *
 * Each file of tests has a table of tests, and main() of its program gives
 * the list of tables to test_run, which prints CUnit's totals.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <CUnit/CUnit.h>

#include "base/guard.h"
#include "base/verdict.h"

struct test_place {
	const char *file, *row, *what;
	unsigned line;
};

bool test_int(struct test_place at, int64_t got, int64_t want);
bool test_string(struct test_place at, const char *got, const char *want);
bool test_bytes(struct test_place at, const void *got, const void *want, size_t len);
bool test_true(struct test_place at, bool got);

#define TEST_AT(row, what) ((struct test_place){ __FILE__, row, what, __LINE__ })
#define EXPECT_INT(row, got, want) test_int(TEST_AT(row, #got), (int64_t)(got), (int64_t)(want))
#define EXPECT_STRING(row, got, want) test_string(TEST_AT(row, #got), got, want)
#define EXPECT_BYTES(row, got, want, len) test_bytes(TEST_AT(row, #got), got, want, len)
#define EXPECT_TRUE(row, got) test_true(TEST_AT(row, #got), got)

/* Runs all suites, prints the totals, and returns the exit code for main. */
int test_run(CU_SuiteInfo *suites);

/* A new empty directory that is removed, with all in it, when the program ends. */
const char *test_directory(void);

#endif
