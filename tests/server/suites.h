// SPDX-License-Identifier: ISC
/* tests/server/suites.h - the tables of tests of the server layer. */
#ifndef TESTS_SERVER_SUITES_H
#define TESTS_SERVER_SUITES_H

#include "server_test.h"
#include "test.h"

extern CU_TestInfo request_tests[];
int request_start(void);
int request_end(void);

extern CU_TestInfo process_tests[];
extern CU_TestInfo program_tests[];
extern CU_TestInfo overdue_tests[];
extern CU_TestInfo reload_tests[];
extern CU_TestInfo sandbox_tests[];
extern CU_TestInfo start_tests[];

#endif
