// SPDX-License-Identifier: ISC
/* tests/contract/main.c - tests of every back end, and of one alone. */
#include <stdio.h>

#include "base/descriptors.h"
#include "contract.h"

static const struct {
	const char *name;
	CU_InitializeFunc use;
} backends[] = {
	{ "memory", contract_memory },
	{ "lmdb",   contract_lmdb },
#ifdef WITH_MARIADB
	{ "mariadb", contract_mariadb },
#endif
};

static const struct {
	const char *name;
	CU_TestInfo *tests;
} contracts[] = {
	{ "users",          user_tests },
	{ "lives of users", user_life_tests },
	{ "identities",     identity_tests },
	{ "accounts",       account_tests },
	{ "tokens",         token_tests },
	{ "rotation",       rotate_tests },
	{ "uses of tokens", token_used_tests },
	{ "ended logins",   login_tests },
	{ "keys",           key_tests },
	{ "Webitel",        webitel_tests },
	{ "domain tokens",  domain_token_tests },
};

static const CU_SuiteInfo others[] = {
	{ "memory: failures",    contract_memory, NULL,               NULL, NULL, failure_tests },
	{ "lmdb: the file",      contract_lmdb,   NULL,               NULL, NULL, lmdb_tests },
	{ "lmdb: no room",       contract_lmdb,   NULL,               NULL, NULL, room_tests },
	{ "lmdb: its files",     NULL,            NULL,               NULL, NULL, files_tests },
	{ "maps on a full disk", NULL,            NULL,               NULL, NULL, map_tests },
	{ "lmdb: what hangs",    NULL,            NULL,               NULL, NULL, stall_tests },
	{ "lmdb: what is lost",  NULL,            NULL,               NULL, NULL, lost_tests },
	{ "lmdb: upgrade",       contract_lmdb,   NULL,               NULL, NULL, upgrade_tests },
	{ "lmdb: damage",        contract_lmdb,   NULL,               NULL, NULL, damage_tests },
	{ "lmdb: former states", contract_lmdb,   NULL,               NULL, NULL, commit_tests },
	{ "lmdb: revocation",    contract_lmdb,   NULL,               NULL, NULL, revoked_tests },
	{ "lmdb: the clock",     contract_lmdb,   NULL,               NULL, NULL, clock_tests },
	{ "lmdb: flipped bits",  contract_lmdb,   NULL,               NULL, NULL, flip_tests },
	{ "lmdb: files cut off", contract_lmdb,   NULL,               NULL, NULL, cut_tests },
	{ "lmdb: disorder",      contract_lmdb,   NULL,               NULL, NULL, disorder_tests },
	{ "lmdb: restore",       contract_lmdb,   NULL,               NULL, NULL, restore_tests },
	{ "lmdb: check",         contract_lmdb,   NULL,               NULL, NULL, check_tests },
	{ "lmdb: lost ends",     contract_lmdb,   NULL,               NULL, NULL, ended_tests },
	{ "lmdb: processes",     contract_lmdb,   NULL,               NULL, NULL, process_tests },
	{ "lmdb: administrators", contract_lmdb,  NULL,               NULL, NULL, keeper_tests },
	{ "lmdb: shared commits", contract_lmdb,  NULL,               NULL, NULL, share_tests },
#ifdef WITH_MARIADB
	{ "mariadb: the server", contract_mariadb, NULL,              NULL, NULL, mariadb_tests },
	{ "mariadb: which server", contract_mariadb, NULL,            NULL, NULL, hosts_tests },
	{ "mariadb: statements", contract_mariadb, NULL,              NULL, NULL, statements_tests },
	{ "mariadb: lost answers", contract_mariadb, NULL,            NULL, NULL, answer_tests },
	{ "mariadb: machines",   contract_mariadb, NULL,              NULL, NULL, machines_tests },
	{ "mariadb: kept ends",  contract_mariadb, NULL,              NULL, NULL, kept_tests },
	{ "mariadb: forged JWTs", contract_mariadb, NULL,             NULL, NULL, forged_tests },
	{ "mariadb: TLS",        contract_tls,    NULL,               NULL, NULL, tls_tests },
	{ "mariadb: transactions", contract_mariadb, NULL,            NULL, NULL, txn_tests },
	{ "mariadb: older programs", contract_mariadb, NULL,          NULL, NULL, reader_tests },
#endif
	{ "memory against others", NULL,            NULL,               NULL, NULL, random_tests },
};

int
main(int argc, char **argv)
{
	static char names[NELEM(backends)][NELEM(contracts)][32];
	CU_SuiteInfo suites[NELEM(backends) * NELEM(contracts) + NELEM(others) + 1];
	size_t count = 0;

	if (descriptors_fill())
		return 99;
	for (size_t i = 0; i < NELEM(backends); i++) {
		for (size_t k = 0; k < NELEM(contracts); k++) {
			snprintf(names[i][k], sizeof names[i][k], "%s: %s", backends[i].name,
			    contracts[k].name);
			suites[count++] = (CU_SuiteInfo){ names[i][k], backends[i].use, NULL, NULL,
			    NULL, contracts[k].tests };
		}
	}
	for (size_t i = 0; i < NELEM(others); i++)
		suites[count++] = others[i];
	suites[count] = (CU_SuiteInfo)CU_SUITE_INFO_NULL;
	test_log_clear();
	return test_run(suites, argc, argv);
}
