// SPDX-License-Identifier: ISC
/* tests/provider/suites.h - the tables of tests with a provider on loopback. */
#ifndef PROVIDER_SUITES_H
#define PROVIDER_SUITES_H

#include "test.h"

extern CU_TestInfo forged_tests[], google_tests[], openid_tests[], facebook_tests[],
    failure_tests[], worker_tests[], upstream_tests[];

#endif
