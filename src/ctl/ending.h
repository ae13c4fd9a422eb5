// SPDX-License-Identifier: ISC
/*
 * ctl/ending.h - the exit code of a run, and one line on stderr unless it
 * succeeded.
 *
 *	0 done  1 fault  2 wrong command line  3 not found  4 exists already
 *	5 refused: a value or a password violates a rule
 */
#ifndef CTL_ENDING_H
#define CTL_ENDING_H

#include "ctl/ctl.h"

/* Prints why the command that returned r failed; returns the exit code. */
int ending_report(struct ctl *ctl, int r);

/* The exit codes, for --help. */
void ending_print_codes(void);

#endif
