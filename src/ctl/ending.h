// SPDX-License-Identifier: ISC
/*
 * ctl/ending.h - how a run ends: the exit code, and one line on stderr for all
 * but the good end.
 *
 *	0 done  1 fault  2 wrong usage  3 not found  4 exists already
 *	5 refused: a value or a password is against a rule
 */
#ifndef CTL_ENDING_H
#define CTL_ENDING_H

#include "ctl/ctl.h"

/* Says what went wrong with the command that returned r, and returns the exit code. */
int ending_report(const struct ctl *ctl, int r);

/* The exit codes, for --help. */
void ending_print_codes(void);

#endif
