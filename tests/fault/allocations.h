// SPDX-License-Identifier: ISC
/*
 * tests/fault/allocations.h - a chosen allocation of the process fails, whether it is ours
 * or a library's.
 *
 * Needs glibc, which lets a program put something before its malloc; a sanitizer has a
 * malloc of its own.
 */
#ifndef FAULT_ALLOCATIONS_H
#define FAULT_ALLOCATIONS_H

#include <stdbool.h>

#include "service/ask.h"

bool allocations_can_fail(void);

/*
 * Asks while the n-th allocation of the service fails, and none after it.  *failed: there
 * were so many.
 */
struct reply allocations_ask(struct box *my, const struct ask *ask, long n, bool *failed);

/*
 * Calls attempt(n, arg) for each n from 1 on, until it answers false: there are fewer.  Each
 * call has a process of its own, which may end inside of four libraries: without memory json-c
 * before 0.17, libjwt and libmariadb read through NULL, and jansson asserts; *ended counts
 * these.  An end anywhere else, and other faults, are those of row.  Returns how many n there
 * were.
 */
long allocations_each(const char *row, bool (*attempt)(long n, const void *arg),
    const void *arg, long *ended);

/* How many live that were not freed. */
long allocations_live(void);

#endif
