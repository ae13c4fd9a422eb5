// SPDX-License-Identifier: ISC
/* ctl/help.h - what --help prints: of the program, of a group, of one command. */
#ifndef CTL_HELP_H
#define CTL_HELP_H

#include <stdio.h>

#include "ctl/ctl.h"

/* The usage line of a command, or with NULL of the program. */
void help_print_usage(FILE *out, const struct command *command);

/* All commands that begin with the words of group; "" for all. */
void help_print_list(const struct ctl *ctl, const struct command *commands, size_t count,
    const char *group);

/* Describes ctl->command. */
void help_print_command(const struct ctl *ctl);

/* Does path begin with the words of group? */
bool help_is_in_group(const char *path, const char *group);

#endif
