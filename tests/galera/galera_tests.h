// SPDX-License-Identifier: ISC
/* tests/galera/galera_tests.h - the tests of a cluster. */
#ifndef TESTS_GALERA_GALERA_TESTS_H
#define TESTS_GALERA_GALERA_TESTS_H

#include "test.h"

extern CU_TestInfo agree_tests[], ended_tests[], nodes_tests[];

#endif
