// SPDX-License-Identifier: ISC
/* tests/contract/main.c - the tables of contract tests, for each back end. */
#include "base/descriptors.h"
#include "contract.h"

int
main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
		{ "memory: users",    contract_memory, NULL, NULL, NULL, user_tests },
		{ "memory: accounts", contract_memory, NULL, NULL, NULL, account_tests },
		{ "memory: tokens",   contract_memory, NULL, NULL, NULL, token_tests },
		{ "memory: identities", contract_memory, NULL, NULL, NULL, identity_tests },
		{ "memory: Webitel",  contract_memory, NULL, NULL, NULL, webitel_tests },
		{ "memory: failures", contract_memory, NULL, NULL, NULL, failure_tests },
		{ "lmdb: users",      contract_lmdb,   NULL, NULL, NULL, user_tests },
		{ "lmdb: identities",   contract_lmdb,   NULL, NULL, NULL, identity_tests },
		{ "lmdb: accounts",   contract_lmdb,   NULL, NULL, NULL, account_tests },
		{ "lmdb: tokens",     contract_lmdb,   NULL, NULL, NULL, token_tests },
		{ "lmdb: Webitel",    contract_lmdb,   NULL, NULL, NULL, webitel_tests },
		{ "lmdb: the file",   contract_lmdb,   NULL, NULL, NULL, lmdb_tests },
		{ "lmdb: upgrade",    contract_lmdb,   NULL, NULL, NULL, upgrade_tests },
		{ "lmdb: damage",     contract_lmdb,   NULL, NULL, NULL, damage_tests },
		{ "lmdb: processes",  contract_lmdb,   NULL, NULL, NULL, process_tests },
		{ "memory against lmdb", NULL,         NULL, NULL, NULL, random_tests },
		{ "cache",            NULL, contract_cache_end, NULL, NULL, cache_tests },
		CU_SUITE_INFO_NULL,
	};

	if (descriptors_fill())
		return 99;
	contract_log_clear();
	return test_run(suites, argc, argv);
}
