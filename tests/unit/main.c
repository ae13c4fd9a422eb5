// SPDX-License-Identifier: ISC
/* tests/unit/main.c - the tables of unit tests, one for each file with logic. */
#include "unit.h"

int
main(void)
{
	CU_SuiteInfo suites[] = {
		{ "auth/ha1b", NULL, NULL, NULL, NULL, ha1b_tests },
		{ "base/address", NULL, NULL, NULL, NULL, address_tests },
		{ "base/arena", NULL, NULL, NULL, NULL, arena_tests },
		{ "base/json", NULL, NULL, NULL, NULL, json_tests },
		{ "base/multipart", NULL, NULL, NULL, NULL, multipart_tests },
		{ "base/private_file", NULL, NULL, NULL, NULL, private_file_tests },
		{ "base/slots", NULL, NULL, NULL, NULL, slots_tests },
		{ "base/text", NULL, NULL, NULL, NULL, text_tests },
		{ "server/listen", NULL, NULL, NULL, NULL, listen_tests },
		{ "store/codec", NULL, NULL, NULL, NULL, codec_tests },
		{ "store/record", NULL, NULL, NULL, NULL, record_tests },
		CU_SUITE_INFO_NULL,
	};

	return test_run(suites);
}
