// SPDX-License-Identifier: ISC
/* tests/unit/main.c - the tables of unit tests, one for each file with logic. */
#include "unit.h"

int
main(void)
{
	CU_SuiteInfo suites[] = {
		{ "auth/person", NULL, NULL, person_start, person_end, person_tests },
		{ "base/arena", NULL, NULL, NULL, NULL, arena_tests },
		{ "base/json", NULL, NULL, NULL, NULL, json_tests },
		{ "base/text", NULL, NULL, NULL, NULL, text_tests },
		{ "cred/jwks", NULL, NULL, NULL, NULL, jwks_tests },
		{ "cred/upstream", NULL, NULL, NULL, NULL, upstream_tests },
		{ "server/listen", NULL, NULL, NULL, NULL, listen_tests },
		{ "store/codec", NULL, NULL, NULL, NULL, codec_tests },
		{ "store/record", NULL, NULL, NULL, NULL, record_tests },
		CU_SUITE_INFO_NULL,
	};

	return test_run(suites);
}
