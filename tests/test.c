// SPDX-License-Identifier: ISC
/* tests/test.c - CUnit with rows: a check that fails prints its row. */
#include "test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/Basic.h>

#include "base/log.h"
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

/* "fault (Permission denied)", "not-found" */
static const char *
result_name(int r, char *out, size_t size)
{
	if (r >= 0)
		return verdict_name(r);
	snprintf(out, size, "fault (%s)", strerror(-r));
	return out;
}

bool
test_verdict(struct test_place at, int got, int want)
{
	char is[128], not[128];

	if (got != want)
		printf("\n    row \"%s\": %s is %s, not %s", at.row, at.what,
		    result_name(got, is, sizeof is), result_name(want, not, sizeof not));
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

/* Up to 16 bytes from start. */
static void
print_bytes(const char *label, const uint8_t *bytes, size_t start, size_t len)
{
	printf("\n\t%s", label);
	for (size_t i = start; i < len && i < start + 16; i++)
		printf(" %02x", bytes[i]);
}

bool
test_bytes(struct test_place at, const void *got, const void *want, size_t len)
{
	const uint8_t *is = got, *should = want;
	size_t same = 0, start;

	while (same < len && is[same] == should[same])
		same++;
	if (same < len) {
		start = same < 4 ? 0 : same - 4;
		printf("\n    row \"%s\": %s differs at byte %zu of %zu; from byte %zu:", at.row,
		    at.what, same, len, start);
		print_bytes("got ", is, start, len);
		print_bytes("want", should, start, len);
	}
	return report(at, same == len);
}

bool
test_true(struct test_place at, bool got)
{
	if (!got)
		printf("\n    row \"%s\": %s is false", at.row, at.what);
	return report(at, got);
}

static struct arena mem;		/* zero is an empty one without a limit */

struct arena *
test_mem(void)
{
	return &mem;
}

void
test_wipe(void)
{
	arena_wipe(&mem);
}

static char directory[64];
static pid_t directory_owner;
static bool has_failed;

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void
test_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A child that ends leaves what its parent still uses. */
static void
remove_directories(void)
{
	const char *keep = getenv("KEEP");

	if (getpid() != directory_owner)
		return;
	if (keep && (has_failed || strcmp(keep, "all") == 0))
		printf("kept: %s\n", directory);
	else
		test_remove(directory);
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
		directory_owner = getpid();
		atexit(remove_directories);
	}
	snprintf(path, sizeof path, "%s/%u", directory, count++);
	if (mkdir(path, 0700) != 0) {
		perror(path);
		exit(99);
	}
	return path;
}

static char log_path[112];

void
test_log_clear(void)
{
	if (!log_path[0])
		snprintf(log_path, sizeof log_path, "%s/log", test_directory());
	remove(log_path);
	log_open(log_path, LOG_LEVEL_INFO);
}

bool
test_logged(const char *text)
{
	char line[2048];
	bool found = false;
	FILE *file;

	file = fopen(log_path, "r");
	while (file && !found && fgets(line, sizeof line, file))
		found = strstr(line, text) != NULL;
	if (file)
		fclose(file);
	return found;
}

#define SUITES_MAX 128

static struct test_suite *registered;

static bool
is_before(const struct test_suite *a, const struct test_suite *b)
{
	return a->order != b->order ? a->order < b->order :
	    strcmp(a->info.pName, b->info.pName) < 0;
}

void
test_suite_add(struct test_suite *suite)
{
	struct test_suite **at = &registered;

	while (*at && is_before(*at, suite))
		at = &(*at)->next;
	suite->next = *at;
	*at = suite;
}

static void
list_registered(CU_SuiteInfo out[SUITES_MAX])
{
	const struct test_suite *suite = registered;
	size_t count = 0;

	for (; suite && count < SUITES_MAX - 1; suite = suite->next)
		out[count++] = suite->info;
	if (suite) {
		fprintf(stderr, "more than %d suites\n", SUITES_MAX - 1);
		exit(99);
	}
}

static bool
is_wanted(const char *name, char *const *words)
{
	for (; *words; words++) {
		if (strstr(name, *words))
			return true;
	}
	return false;
}

/* Takes out the suites that no word is part of. */
static void
keep_wanted(CU_SuiteInfo *suites, char *const *words)
{
	CU_SuiteInfo *to = suites;

	for (; suites->pName; suites++) {
		if (is_wanted(suites->pName, words))
			*to++ = *suites;
	}
	*to = (CU_SuiteInfo)CU_SUITE_INFO_NULL;
}

static int
run(CU_SuiteInfo *suites)
{
	unsigned failed;

	if (secret_init() || CU_initialize_registry() != CUE_SUCCESS ||
	    CU_register_suites(suites) != CUE_SUCCESS) {
		fprintf(stderr, "CUnit cannot start: %s\n", CU_get_error_msg());
		return 99;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	has_failed = failed > 0;
	CU_cleanup_registry();
	arena_free(&mem);
	return failed ? 1 : 0;
}

int
test_run(CU_SuiteInfo *suites, int argc, char **argv)
{
	CU_SuiteInfo all[SUITES_MAX] = { CU_SUITE_INFO_NULL };
	char *from_environment[] = { getenv("SUITE"), NULL };
	char *const *words = argc > 1 ? argv + 1 : from_environment;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!suites) {
		list_registered(all);
		suites = all;
	}
	if (argc == 2 && strcmp(argv[1], "-l") == 0) {
		for (; suites->pName; suites++)
			puts(suites->pName);
		return 0;
	}
	if (*words && **words)
		keep_wanted(suites, words);
	if (!suites->pName) {
		fprintf(stderr, "no suite's name contains that; -l lists them\n");
		return argc > 1 ? 1 : SKIPPED;
	}
	return run(suites);
}
