// SPDX-License-Identifier: ISC
/* ctl/ctl_config.c - doorwardctl config ... */
#include <errno.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/resources.h"

static const char heading[] =
    "# doorward.conf - configuration of doorward.  doorward.conf(5) tells more.\n"
    "#\n"
    "# Every option is here, commented out, at its default.  Text stands in double\n"
    "# quotes.  'doorwardctl config check' tells whether a changed file is good.\n";

int
ctl_config_check(struct ctl *ctl)
{
	printf("%s: OK\n", ctl->config_path);
	return 0;
}

/* Which values an option may have. */
static void
put_range(struct text *out, const struct option_row *row)
{
	switch (row->type) {
	case OPTION_NUMBER:
		text_printf(out, "# From %lld to %lld %s.\n", (long long)row->min,
		    (long long)row->max, row->unit);
		break;
	case OPTION_BOOL:
		text_puts(out, "# yes or no.\n");
		break;
	case OPTION_CHOICE:
		text_printf(out, "# One of %s.\n", row->unit);
		break;
	case OPTION_TEXT:
		text_printf(out, "# From %lld to %lld characters.\n", (long long)row->min,
		    (long long)row->max);
		break;
	case OPTION_PATH:
		text_puts(out, "# An absolute path.\n");
		break;
	}
}

static void
put_shipped(struct text *out, const struct conf *conf)
{
	text_puts(out, heading);
	for (const struct option_row *row = options; row < options + options_count; row++) {
		text_printf(out, "\n# %s\n", row->meaning);
		put_range(out, row);
		text_printf(out, "#%s = ", row->name);
		option_put(out, row, conf);
		text_puts(out, "\n");
	}
}

static void
put_lines(struct text *out, const struct conf *conf)
{
	for (const struct option_row *row = options; row < options + options_count; row++) {
		text_printf(out, "%s = ", row->name);
		option_put(out, row, conf);
		text_puts(out, "\n");
	}
}

static void
put_json(struct text *out, const struct conf *conf)
{
	struct json_out o;

	json_open(&o, out);
	for (const struct option_row *row = options; row < options + options_count; row++) {
		const char *member = (const char *)conf + row->offset;

		switch (row->type) {
		case OPTION_NUMBER:
			json_add_integer(&o, row->name, *(const int64_t *)(const void *)member);
			break;
		case OPTION_BOOL:
			json_add_bool(&o, row->name, *(const bool *)member);
			break;
		default:
			json_add_string(&o, row->name,
			    *(const char *const *)(const void *)member);
			break;
		}
	}
	json_close(&o);
	text_puts(out, "\n");
}

int
ctl_config_show(struct ctl *ctl)
{
	bool defaults = arguments_has(ctl, "defaults"), json = arguments_has(ctl, "json");
	const char *shown;
	struct text out;
	int r;

	if (defaults && json)
		return arguments_refuse(ctl, "--defaults and --json exclude each other");
	r = defaults ? conf_defaults(&ctl->conf) : resources_open(ctl, NEED_CONF);
	if (r)
		return r;
	text_init(&out, &ctl->mem);
	if (defaults)
		put_shipped(&out, ctl->conf);
	else if (json)
		put_json(&out, ctl->conf);
	else
		put_lines(&out, ctl->conf);
	r = text_done(&out, &shown, NULL);
	if (r)
		return r;
	fputs(shown, stdout);
	return 0;
}
