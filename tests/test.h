// SPDX-License-Identifier: ISC
/*
 * tests/test.h - CUnit with rows: a check that fails prints its row.
 *
 * A file of tests ends with its table and the name of its suite, which begins
 * with what it tests:
 *
 *	static CU_TestInfo tests[] = {
 *		{ "one guess", one_guess },
 *		CU_TEST_INFO_NULL,
 *	};
 *
 *	TEST_SUITE("auth/throttle", tests);
 *
 * No other list has to name it; tests/README says how to run it.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <CUnit/CUnit.h>

#include "base/arena.h"
#include "base/guard.h"
#include "base/verdict.h"

struct test_place {
	const char *file, *row, *what;
	unsigned line;
};

bool test_int(struct test_place at, int64_t got, int64_t want);
bool test_verdict(struct test_place at, int got, int want);
bool test_string(struct test_place at, const char *got, const char *want);
bool test_bytes(struct test_place at, const void *got, const void *want, size_t len);
bool test_true(struct test_place at, bool got);

#define TEST_AT(row, what) ((struct test_place){ __FILE__, row, what, __LINE__ })
#define EXPECT_INT(row, got, want) test_int(TEST_AT(row, #got), (int64_t)(got), (int64_t)(want))
#define EXPECT_VERDICT(row, got, want) test_verdict(TEST_AT(row, #got), got, want)
#define EXPECT_STRING(row, got, want) test_string(TEST_AT(row, #got), got, want)
#define EXPECT_BYTES(row, got, want, len) test_bytes(TEST_AT(row, #got), got, want, len)
#define EXPECT_TRUE(row, got) test_true(TEST_AT(row, #got), got)

struct test_suite {
	CU_SuiteInfo info;
	int order;		/* suites run by order, and within one by name */
	struct test_suite *next;
};

void test_suite_add(struct test_suite *suite);

/* Further arguments are members of struct test_suite: .info.pSetUpFunc = start. */
#define TEST_SUITE(name, table, ...) \
	static struct test_suite suite_of_##table = { \
		.info = { .pName = name, .pTests = table }, __VA_ARGS__ \
	}; \
	__attribute__((constructor)) static void \
	add_##table(void) \
	{ \
		test_suite_add(&suite_of_##table); \
	} \
	_Static_assert(true, "for the semicolon")

#define SKIPPED 77		/* of a program or script, to automake */

/*
 * Runs the given suites, or if suites is NULL all that TEST_SUITE named; of these, if
 * the program has arguments, only suites whose name contains one of them.  -l lists
 * the names instead.  The environment's SUITE is an argument too.  Prints the totals,
 * and returns the exit code for main.
 */
int test_run(CU_SuiteInfo *suites, int argc, char **argv);

/* Where lines of the log go unless a test looks at them. */
#define TEST_LOG "/dev/null"

/* A new log, in a file; was text written to it since? */
void test_log_clear(void);
bool test_logged(const char *text);

/* For what a test makes; with test_wipe as its .pTearDownFunc a suite empties it each time. */
struct arena *test_mem(void);
void test_wipe(void);

/*
 * A new empty directory that is removed, with all in it, when the program ends; unless
 * the environment has KEEP=1 and a test failed, or KEEP=all.
 */
const char *test_directory(void);

/* Removes a file, or a directory with all in it. */
void test_remove(const char *path);

/*
 * Is AddressSanitizer or ThreadSanitizer in the program?  They need memory and system calls of
 * their own, and handle signals.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZER true
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZER true
#endif
#ifndef SANITIZER
#define SANITIZER false
#endif

#endif
