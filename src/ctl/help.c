// SPDX-License-Identifier: ISC
/* ctl/help.c - what --help prints, all of it from the tables. */
#include "ctl/help.h"

#include <string.h>

#include "ctl/ending.h"

void
help_print_usage(FILE *out, const struct command *command)
{
	if (!command) {
		fprintf(out, "usage: doorwardctl [--config FILE] COMMAND [ARGUMENT ...]\n"
		    "'doorwardctl --help' lists the commands\n");
		return;
	}
	fprintf(out, "usage: doorwardctl %s%s%s [OPTION ...]\n", command->path,
	    *command->operands ? " " : "", command->operands);
}

bool
help_is_in_group(const char *path, const char *group)
{
	size_t len = strlen(group);

	return !len || (strncmp(path, group, len) == 0 && path[len] == ' ');
}

static int
width_of(const struct command *command)
{
	return (int)(strlen(command->path) + 1 + strlen(command->operands));
}

static void
print_arguments(const struct ctl *ctl)
{
	int width = 0, len;

	for (size_t i = 0; i < ctl->given_count; i++) {
		const struct argument *a = &ctl->given[i].argument;

		len = (int)(strlen(a->name) + (a->takes ? 1 + strlen(a->takes) : 0));
		width = len > width ? len : width;
	}
	printf("\nOptions:\n");
	for (size_t i = 0; i < ctl->given_count; i++) {
		const struct argument *a = &ctl->given[i].argument;

		len = printf("  --%s%s%s", a->name, a->takes ? " " : "", a->takes ? a->takes : "");
		printf("%*s%s\n", width + 4 - len + 2, "", a->meaning);
	}
}

void
help_print_list(const struct ctl *ctl, const struct command *commands, size_t count,
    const char *group)
{
	int width = 0;

	for (size_t i = 0; i < count; i++) {
		if (help_is_in_group(commands[i].path, group) && width_of(&commands[i]) > width)
			width = width_of(&commands[i]);
	}
	printf("usage: doorwardctl [--config FILE] %s%sCOMMAND [ARGUMENT ...]\n"
	    "\nCommands:\n", group, *group ? " " : "");
	for (size_t i = 0; i < count; i++) {
		const struct command *c = &commands[i];

		if (help_is_in_group(c->path, group))
			printf("  %s %-*s  %s\n", c->path, width - (int)strlen(c->path) - 1,
			    c->operands, c->summary);
	}
	print_arguments(ctl);
	ending_print_codes();
	printf("\n'doorwardctl COMMAND --help' describes one command, with an example.\n"
	    "The configuration is that of --config, else of $DOORWARD_CONFIG, else\n"
	    "%s.\n", SYSCONFDIR "/doorward/doorward.conf");
}

void
help_print_command(const struct ctl *ctl)
{
	help_print_usage(stdout, ctl->command);
	printf("\n%s\n", ctl->command->summary);
	print_arguments(ctl);
	ending_print_codes();
	printf("\nExample:\n  doorwardctl %s\n", ctl->command->example);
}
