// SPDX-License-Identifier: ISC
/*
 * ctl/arguments.h - the command line: words that name a command, options from
 * its row and from the fields of its record, operands.
 */
#ifndef CTL_ARGUMENTS_H
#define CTL_ARGUMENTS_H

#include "ctl/ctl.h"

/* How many leading words of argv are those of the path of a command, or its first ones? */
int arguments_words_in_common(const char *path, char **argv);
int arguments_words_of(const char *path);

/*
 * Reads the options that every command has from argv[1] on, and stops at the first
 * word, whose index is *next.  V_MALFORMED.
 */
int arguments_read_global(struct ctl *ctl, int argc, char **argv, int *next);

/*
 * Reads options and operands of ctl->command from argv[1] on, in any order;
 * "--" ends the options.  argv[0] is what messages begin with.  V_MALFORMED.
 */
int arguments_read(struct ctl *ctl, int argc, char **argv);

/* Are there as many operands as the command needs?  V_MALFORMED. */
int arguments_check(struct ctl *ctl);

/* The value of an option, "" if it has none, NULL if it was not given. */
const char *arguments_value(const struct ctl *ctl, const char *name);
bool arguments_has(const struct ctl *ctl, const char *name);

/*
 * The value as a whole number within these bounds; preset if not given.  V_MALFORMED: it
 * is no number.  V_INVALID: it is out of bounds.
 */
int arguments_number(struct ctl *ctl, const char *name, int64_t preset, int64_t min,
    int64_t max, int64_t *out);

/* The same for a number from 1 on. */
int arguments_count(struct ctl *ctl, const char *name, uint64_t preset, uint64_t *out);

/* Sets why, the reason why the command line is wrong; V_MALFORMED. */
int arguments_refuse(struct ctl *ctl, const char *why);

#endif
