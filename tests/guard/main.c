// SPDX-License-Identifier: ISC
/* tests/guard/main.c - the tests of what stands against guessing and flooding. */
#include "base/descriptors.h"
#include "base/log.h"
#include "box.h"

int
main(void)
{
	CU_SuiteInfo suites[] = {
		{ "store/cache", NULL, NULL, NULL, NULL, cache_tests },
		{ "auth/throttle_rule", NULL, NULL, NULL, NULL, rule_tests },
		{ "auth/throttle", NULL, NULL, NULL, NULL, throttle_tests },
		{ "serving", NULL, NULL, NULL, NULL, serve_tests },
		{ "auth/checks", NULL, NULL, NULL, NULL, checks_tests },
		{ "auth/remembered", NULL, NULL, NULL, NULL, remembered_tests },
		{ "several workers", NULL, NULL, NULL, NULL, worker_tests },
		{ "auth/password", NULL, NULL, NULL, NULL, password_rule_tests },
		{ "base/log", NULL, NULL, NULL, NULL, rotate_tests },
		CU_SUITE_INFO_NULL,
	};

	if (descriptors_fill())
		return 99;
	log_open("/dev/null", LOG_LEVEL_ERROR);
	return test_run(suites);
}
