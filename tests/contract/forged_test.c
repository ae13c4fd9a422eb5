// SPDX-License-Identifier: ISC
/* tests/contract/forged_test.c - forged JWTs where the keys are in MariaDB. */
#include "contract.h"

#undef NOW_MS		/* the box has its own */
#include "mariadb.h"
#include "service/forged.h"

static void
forged(void)
{
	struct conf *conf = box_conf(test_directory());
	struct box box;

	box_conf_at(conf, mariadb_new());
	box_open_empty(&box, conf);
	box.alice = box_user(&box, ALICE, PASSWORD);
	forged_expect(&box);
	box_close(&box);
}

CU_TestInfo forged_tests[] = {
	{ "forged", forged },
	CU_TEST_INFO_NULL,
};
