// SPDX-License-Identifier: ISC
/* tests/fault/main.c - what fails in turn: the store, memory, keys and files. */
#include "base/descriptors.h"
#include "base/log.h"
#include "fault.h"

int
main(void)
{
	CU_SuiteInfo suites[] = {
		{ "store", NULL, NULL, NULL, NULL, store_fault_tests },
		{ "domain", NULL, NULL, NULL, NULL, domain_fault_tests },
		{ "memory", NULL, NULL, NULL, NULL, memory_fault_tests },
		{ "keys", NULL, NULL, NULL, NULL, key_fault_tests },
		CU_SUITE_INFO_NULL,
	};

	if (descriptors_fill())
		return 99;
	if (log_open("/dev/null", LOG_LEVEL_ERROR))
		return 99;
	return test_run(suites);
}
