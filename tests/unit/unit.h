// SPDX-License-Identifier: ISC
/* tests/unit/unit.h - the tables of unit tests, alphabetically by folder and file. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "test.h"

extern CU_TestInfo address_tests[];
extern CU_TestInfo arena_tests[];
extern CU_TestInfo ha1b_tests[];
extern CU_TestInfo json_tests[];
extern CU_TestInfo multipart_tests[];
extern CU_TestInfo private_file_tests[];
extern CU_TestInfo slots_tests[];
extern CU_TestInfo text_tests[];
extern CU_TestInfo listen_tests[];
extern CU_TestInfo codec_tests[];
extern CU_TestInfo record_tests[];

#endif
