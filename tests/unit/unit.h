// SPDX-License-Identifier: ISC
/* tests/unit/unit.h - the tables of unit tests, alphabetically by folder and file. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "test.h"

void person_start(void);
void person_end(void);

extern CU_TestInfo person_tests[];
extern CU_TestInfo arena_tests[];
extern CU_TestInfo json_tests[];
extern CU_TestInfo text_tests[];
extern CU_TestInfo jwks_tests[];
extern CU_TestInfo upstream_tests[];
extern CU_TestInfo listen_tests[];
extern CU_TestInfo codec_tests[];
extern CU_TestInfo record_tests[];

#endif
