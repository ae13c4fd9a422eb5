// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/child.h - a fuzz target whose work is done in child processes.
 *
 * What these reach counts as reached by the target, unless they die of a signal.  That
 * they may do, where a library fails, but what a sanitizer finds in them breaks the target.
 * Link with --wrap=_exit and --wrap=__sanitizer_cov_8bit_counters_init.
 */
#ifndef TESTS_FUZZ_CHILD_H
#define TESTS_FUZZ_CHILD_H

/* All that this process forks from now on. */
void child_follow(void);

/* At the end of an input, whose children have ended. */
void child_reached(void);

#endif
