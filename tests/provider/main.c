// SPDX-License-Identifier: ISC
/* tests/provider/main.c - CONTRACT 2, against providers spoken to over TLS. */
#include "base/descriptors.h"
#include "bench.h"
#include "suites.h"

static void
start(void)
{
	bench_start("");
}

int
main(void)
{
	CU_SuiteInfo suites[] = {
		{ "forged ID tokens", provider_start, NULL, start, bench_end, forged_tests },
		{ "Google", NULL, NULL, NULL, bench_end, google_tests },
		{ "Apple and others", NULL, NULL, NULL, bench_end, openid_tests },
		{ "Facebook", NULL, NULL, start, bench_end, facebook_tests },
		{ "failures", NULL, NULL, NULL, bench_end, failure_tests },
		{ "workers", NULL, NULL, NULL, bench_end, worker_tests },
		{ "upstream", NULL, provider_stop, start, bench_end, upstream_tests },
		CU_SUITE_INFO_NULL,
	};
	int status;

	if (descriptors_fill())
		return 99;
	status = test_run(suites);
	arena_free(test_mem());
	return status;
}
