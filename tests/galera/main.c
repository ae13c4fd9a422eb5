// SPDX-License-Identifier: ISC
/*
 * tests/galera/main.c - the contract of store/store.h asked of a Galera cluster, with each
 * call at another node; and what a cluster is for.
 */
#include <stdio.h>
#include <string.h>

#include "base/descriptors.h"
#include "contract/contract.h"
#include "galera/cluster.h"
#include "galera/galera_tests.h"
#include "galera/hop.h"

static int
use_cluster(void)
{
	contract_use(hop_open);
	return cluster_need();
}

static CU_SuiteInfo suites[] = {
	{ "galera: users",          use_cluster,  NULL, NULL, NULL, user_tests },
	{ "galera: lives of users", use_cluster,  NULL, NULL, NULL, user_life_tests },
	{ "galera: identities",     use_cluster,  NULL, NULL, NULL, identity_tests },
	{ "galera: accounts",       use_cluster,  NULL, NULL, NULL, account_tests },
	{ "galera: tokens",         use_cluster,  NULL, NULL, NULL, token_tests },
	{ "galera: rotation",       use_cluster,  NULL, NULL, NULL, rotate_tests },
	{ "galera: ended logins",   use_cluster,  NULL, NULL, NULL, login_tests },
	{ "galera: keys",           use_cluster,  NULL, NULL, NULL, key_tests },
	{ "galera: Webitel",        use_cluster,  NULL, NULL, NULL, webitel_tests },
	{ "galera: domain tokens",  use_cluster,  NULL, NULL, NULL, domain_token_tests },
	{ "galera: agreement",      cluster_need, NULL, NULL, NULL, agree_tests },
	{ "galera: what ended",     cluster_need, NULL, NULL, NULL, ended_tests },
	{ "galera: nodes",          cluster_need, NULL, NULL, NULL, nodes_tests },
	CU_SUITE_INFO_NULL,
};

int
main(int argc, char **argv)
{
	if (descriptors_fill())
		return 99;
	test_log_clear();
	if (!(argc == 2 && strcmp(argv[1], "-l") == 0) && cluster_need()) {
		fputs("three database servers cannot be started here: skipped\n", stderr);
		return SKIPPED;
	}
	return test_run(suites, argc, argv);
}
