// SPDX-License-Identifier: ISC
/* tests/server/main.c - the server layer alone, with a stand-in for the domain. */
#include "base/descriptors.h"
#include "suites.h"

int
main(void)
{
	CU_SuiteInfo suites[] = {
		{ "overdue", NULL, NULL, NULL, NULL, overdue_tests },
		{ "request", request_start, request_end, NULL, NULL, request_tests },
		{ "process", NULL, NULL, NULL, NULL, process_tests },
		{ "program", NULL, NULL, NULL, NULL, program_tests },
		{ "start", NULL, NULL, NULL, NULL, start_tests },
		{ "sandbox", NULL, NULL, NULL, NULL, sandbox_tests },
		{ "reload", NULL, NULL, NULL, NULL, reload_tests },
		CU_SUITE_INFO_NULL,
	};

	if (descriptors_fill())
		return 99;
	return test_run(suites);
}
