// SPDX-License-Identifier: ISC
/* ctl/arguments.c - the command line, read by getopt_long from tables. */
#include "ctl/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "auth/field.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"

/* What getopt_long returns for the first option; beyond any character. */
#define FIRST_OPTION 1000

/* Every command has these. */
static const struct argument globals[] = {
	{ "config",  "FILE", "Read the configuration from FILE." },
	{ "help",    NULL,   "Show help." },
	{ "version", NULL,   "Print the version." },
};

static int
add_field(struct ctl *ctl, const struct field_rule *rule, const struct field *f)
{
	char *name = arena_strdup(&ctl->mem, f->name);
	struct given *g = &ctl->given[ctl->given_count];

	if (!name)
		return -ENOMEM;
	for (char *at = name; *at; at++) {
		if (*at == '_')
			*at = '-';
	}
	g->argument = (struct argument){ name, rule->takes, rule->meaning };
	g->field = f;
	ctl->given_count++;
	return 0;
}

static void
add_argument(struct ctl *ctl, const struct argument *argument)
{
	ctl->given[ctl->given_count++].argument = *argument;
}

static int
add_fields(struct ctl *ctl, const struct command *command)
{
	const struct record_kind *kind = command->kind;
	const struct field_rule *rule;
	int r = 0;

	for (size_t i = 0; !r && i < kind->count; i++) {
		const char *name = kind->fields[i].name;

		rule = field_rule_of(kind, name);
		/* one is the operand instead */
		if (rule && !(command->named && strcmp(name, command->named) == 0))
			r = add_field(ctl, rule, &kind->fields[i]);
	}
	return r;
}

/* Fills ctl->given with all options there are, none of them given yet. */
static int
collect(struct ctl *ctl)
{
	const struct command *command = ctl->command;
	size_t room = NELEM(globals);
	int r = 0;

	for (const struct argument *a = command ? command->arguments : NULL; a && a->name; a++)
		room++;
	if (command && command->kind)
		room += command->kind->count;
	ctl->given = arena_alloc(&ctl->mem, room * sizeof *ctl->given);
	ctl->given_count = 0;
	if (!ctl->given)
		return -ENOMEM;
	for (const struct argument *a = command ? command->arguments : NULL; a && a->name; a++)
		add_argument(ctl, a);
	if (command && command->kind)
		r = add_fields(ctl, command);
	for (size_t i = 0; i < NELEM(globals); i++)
		add_argument(ctl, &globals[i]);
	return r;
}

static struct option *
long_options(struct ctl *ctl)
{
	struct option *rows;

	rows = arena_alloc(&ctl->mem, (ctl->given_count + 1) * sizeof *rows);
	for (size_t i = 0; rows && i < ctl->given_count; i++) {
		rows[i].name = ctl->given[i].argument.name;
		rows[i].has_arg = ctl->given[i].argument.takes ? required_argument : no_argument;
		rows[i].val = FIRST_OPTION + (int)i;
	}
	return rows;
}

/* The option that getopt_long has found; -h and -V are what people try first. */
static struct given *
found_option(const struct ctl *ctl, int found)
{
	const char *name = found == 'h' ? "help" : found == 'V' ? "version" : "";

	if (found >= FIRST_OPTION)
		return &ctl->given[found - FIRST_OPTION];
	for (size_t i = 0; i < ctl->given_count; i++) {
		if (strcmp(ctl->given[i].argument.name, name) == 0)
			return &ctl->given[i];
	}
	return NULL;
}

/* Of a repeated option the last counts; a list goes on. */
static void
take_value(struct ctl *ctl, struct given *given, const char *value)
{
	const char *takes = given->argument.takes;

	if (given->value && takes && strstr(takes, "..."))
		value = arena_printf(&ctl->mem, "%s,%s", given->value, value);
	given->value = value ? value : "";
}

static int
read_options(struct ctl *ctl, int argc, char **argv, const char *mode)
{
	struct option *rows;
	struct given *given;
	const char *config;
	int found, r;

	r = collect(ctl);
	if (r)
		return r;
	rows = long_options(ctl);
	if (!rows)
		return -ENOMEM;
	optind = 0;		/* resets getopt */
	while ((found = getopt_long(argc, argv, mode, rows, NULL)) != -1) {
		given = found_option(ctl, found);
		if (!given)
			return V_MALFORMED;
		take_value(ctl, given, optarg);
	}
	config = arguments_value(ctl, "config");
	if (config)
		ctl->config_path = config;
	ctl->operands = argv + optind;
	return 0;
}

int
arguments_words_in_common(const char *path, char **argv)
{
	int words = 0;
	size_t len;

	for (; *path && argv[words]; path += len + (path[len] == ' ')) {
		len = strcspn(path, " ");
		if (strncmp(path, argv[words], len) != 0 || argv[words][len])
			break;
		words++;
	}
	return words;
}

int
arguments_words_of(const char *path)
{
	int words = 1;

	for (; *path; path++)
		words += *path == ' ';
	return words;
}

int
arguments_read_global(struct ctl *ctl, int argc, char **argv, int *next)
{
	int r;

	r = read_options(ctl, argc, argv, "+hV");
	if (r)
		return r;
	*next = optind;
	return 0;
}

int
arguments_read(struct ctl *ctl, int argc, char **argv)
{
	return read_options(ctl, argc, argv, "hV");
}

/* "FILE..." or "[FILE...]"? */
static bool
takes_several(const char *want, size_t len)
{
	size_t end = len - (want[len - 1] == ']');

	return end >= 3 && strncmp(want + end - 3, "...", 3) == 0;
}

int
arguments_check(struct ctl *ctl)
{
	char **have = ctl->operands;
	const char *want = ctl->command->operands;
	size_t len;

	for (; *want; want += len + (want[len] == ' ')) {
		len = strcspn(want, " ");
		if (*want == '-') {	/* an option that is needed, and its value */
			len += 1 + strcspn(want + len + 1, " ");
			continue;
		}
		if (*have) {
			have++;
			while (*have && takes_several(want, len))
				have++;
			continue;
		}
		if (*want != '[')
			return arguments_refuse(ctl, arena_printf(&ctl->mem, "%.*s is missing",
			    (int)len, want));
	}
	if (*have)
		return arguments_refuse(ctl, arena_printf(&ctl->mem,
		    "'%s' is one argument too many", *have));
	return 0;
}

const char *
arguments_value(const struct ctl *ctl, const char *name)
{
	for (size_t i = 0; i < ctl->given_count; i++) {
		if (strcmp(ctl->given[i].argument.name, name) == 0)
			return ctl->given[i].value;
	}
	return NULL;
}

bool
arguments_has(const struct ctl *ctl, const char *name)
{
	return arguments_value(ctl, name) != NULL;
}

int
arguments_number(struct ctl *ctl, const char *name, int64_t preset, int64_t min, int64_t max,
    int64_t *out)
{
	const char *text = arguments_value(ctl, name);

	bool is_number;

	*out = preset;
	if (!text)
		return 0;
	is_number = text_integer(text, strlen(text), out) == 0;
	if (is_number && *out >= min && *out <= max)
		return 0;
	ctl->about = arena_printf(&ctl->mem, "--%s", name);
	ctl->why = arena_printf(&ctl->mem, "must be a whole number from %lld to %lld",
	    (long long)min, (long long)max);
	return is_number ? V_INVALID : V_MALFORMED;
}

int
arguments_count(struct ctl *ctl, const char *name, uint64_t preset, uint64_t *out)
{
	const char *text = arguments_value(ctl, name);
	bool is_number;
	int64_t value;

	if (!text) {
		*out = preset;
		return 0;
	}
	is_number = text_integer(text, strlen(text), &value) == 0;
	if (is_number && value >= 1) {
		*out = (uint64_t)value;
		return 0;
	}
	ctl->about = arena_printf(&ctl->mem, "--%s", name);
	ctl->why = "must be a whole number of at least 1";
	return is_number ? V_INVALID : V_MALFORMED;
}

int
arguments_refuse(struct ctl *ctl, const char *why)
{
	ctl->why = why;
	return why ? V_MALFORMED : -ENOMEM;
}
