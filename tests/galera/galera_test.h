// SPDX-License-Identifier: ISC
/* tests/galera/galera_test.h - the tests of a cluster. */
#ifndef TESTS_GALERA_GALERA_TEST_H
#define TESTS_GALERA_GALERA_TEST_H

#include "test.h"

extern CU_TestInfo galera_tests[];

#endif
