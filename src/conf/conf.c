// SPDX-License-Identifier: ISC
/* conf/conf.c - file → struct conf, by libconfuse and the option table. */
#include "conf/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <confuse.h>

#include "base/guard.h"
#include "base/verdict.h"

/* libconfuse's error callback has no room for an argument. */
static struct text *error_lines;

static void __attribute__((format(printf, 2, 0)))
collect_error(cfg_t *cfg, const char *format, va_list args)
{
	char what[512];

	vsnprintf(what, sizeof what, format, args);
	text_printf(error_lines, "%s:%d: %s\n", cfg && cfg->filename ? cfg->filename : "doorward",
	    cfg ? cfg->line : 0, what);
}

static bool
is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = choices; *at; at += at[strcspn(at, "|")] == '|') {
		if (strcspn(at, "|") == len && strncmp(at, value, len) == 0)
			return true;
		at += strcspn(at, "|");
	}
	return false;
}

static int
check_number(cfg_t *cfg, cfg_opt_t *opt, const struct option_row *row)
{
	long value = cfg_opt_getnint(opt, cfg_opt_size(opt) - 1);

	if (value >= row->min && value <= row->max)
		return 0;
	cfg_error(cfg, "%s must be from %lld to %lld %s", row->name,
	    (long long)row->min, (long long)row->max, row->unit);
	return -1;
}

static int
check_string(cfg_t *cfg, cfg_opt_t *opt, const struct option_row *row)
{
	const char *value = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	size_t len = strlen(value);

	if (row->type == OPTION_CHOICE && !is_choice(row->unit, value))
		cfg_error(cfg, "%s must be one of %s", row->name, row->unit);
	else if (text_has_control(value, len) || strpbrk(value, "\"\\"))
		cfg_error(cfg, "%s must not contain quotes, backslashes or control characters",
		    row->name);
	else if (row->type == OPTION_PATH && len && value[0] != '/')
		cfg_error(cfg, "%s must be an absolute path", row->name);
	else if (row->type != OPTION_CHOICE && (len < (size_t)row->min || len > (size_t)row->max))
		cfg_error(cfg, "%s must have from %lld to %lld characters", row->name,
		    (long long)row->min, (long long)row->max);
	else
		return 0;
	return -1;
}

static int
check_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct option_row *row = option_find(opt->name);

	switch (row->type) {
	case OPTION_NUMBER:
		return check_number(cfg, opt, row);
	case OPTION_BOOL:
		return 0;
	default:
		return check_string(cfg, opt, row);
	}
}

/* libconfuse alone takes "" for 0 and 010 for 8. */
static int
parse_number(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	int64_t number;

	if (text_integer(value, strlen(value), &number)) {
		cfg_error(cfg, "invalid integer value for option '%s'", opt->name);
		return -1;
	}
	*(long *)result = (long)number;
	return 0;
}

/* A row as libconfuse wants it, with its default. */
static cfg_opt_t
option_of(const struct option_row *row)
{
	switch (row->type) {
	case OPTION_NUMBER:
		return (cfg_opt_t)CFG_INT_CB(row->name, strtol(row->preset, NULL, 10), CFGF_NONE,
		    parse_number);
	case OPTION_BOOL:
		return (cfg_opt_t)CFG_BOOL(row->name, strcmp(row->preset, "yes") == 0, CFGF_NONE);
	default:
		return (cfg_opt_t)CFG_STR(row->name, row->preset, CFGF_NONE);
	}
}

static cfg_t *
parser_new(void)
{
	cfg_opt_t *rows;
	cfg_t *cfg;

	rows = calloc(options_count + 1, sizeof *rows);
	if (!rows)
		return NULL;
	for (size_t i = 0; i < options_count; i++)
		rows[i] = option_of(&options[i]);
	rows[options_count] = (cfg_opt_t)CFG_END();
	cfg = cfg_init(rows, CFGF_NONE);	/* keeps a copy of its own */
	free(rows);
	if (!cfg)
		return NULL;
	cfg_set_error_function(cfg, collect_error);
	for (size_t i = 0; i < options_count; i++)
		cfg_set_validate_func(cfg, options[i].name, check_value);
	return cfg;
}

static void
parser_drop(cfg_t **cfg)
{
	if (*cfg)
		cfg_free(*cfg);
}

static int
take_value(struct conf *conf, cfg_t *cfg, const struct option_row *row)
{
	char *member = (char *)conf + row->offset;
	const char *text;

	switch (row->type) {
	case OPTION_NUMBER:
		*(int64_t *)member = cfg_getint(cfg, row->name);
		return 0;
	case OPTION_BOOL:
		*(bool *)member = cfg_getbool(cfg, row->name);
		return 0;
	default:
		text = arena_strdup(&conf->mem, cfg_getstr(cfg, row->name));
		*(const char **)member = text;
		return text ? 0 : -ENOMEM;
	}
}

/* What no single row can say. */
static int
check_together(const struct conf *conf, const char *path, struct text *errors)
{
	if (conf->token_ttl_default_s <= conf->token_ttl_max_s)
		return 0;
	text_printf(errors, "%s: token_ttl_default_s must not be above token_ttl_max_s\n", path);
	return V_INVALID;
}

static int
take_all(struct conf **out, cfg_t *cfg)
{
	GUARD(conf_drop) struct conf *conf = NULL;
	int r;

	conf = calloc(1, sizeof *conf);
	if (!conf)
		return -ENOMEM;
	arena_init(&conf->mem, 0);
	for (size_t i = 0; i < options_count; i++) {
		r = take_value(conf, cfg, &options[i]);
		if (r)
			return r;
	}
	*out = conf;
	conf = NULL;
	return 0;
}

/* libconfuse ends the process when it cannot read what it could open. */
static int
check_file(const char *path)
{
	struct stat st;

	if (access(path, R_OK) != 0 || stat(path, &st) != 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? -EISDIR : 0;
}

int
conf_load(struct conf **out, const char *path, struct text *errors)
{
	GUARD(parser_drop) cfg_t *cfg = NULL;
	GUARD(conf_drop) struct conf *conf = NULL;
	int r;

	r = check_file(path);
	if (r)
		return r;
	cfg = parser_new();
	if (!cfg)
		return -ENOMEM;
	error_lines = errors;
	r = cfg_parse(cfg, path);
	error_lines = NULL;
	if (r == CFG_FILE_ERROR)
		return -EIO;
	if (r != CFG_SUCCESS)
		return V_INVALID;
	r = take_all(&conf, cfg);
	if (r)
		return r;
	r = check_together(conf, path, errors);
	if (r)
		return r;
	*out = conf;
	conf = NULL;
	return 0;
}

int
conf_defaults(struct conf **out)
{
	GUARD(parser_drop) cfg_t *cfg = NULL;

	cfg = parser_new();
	return cfg ? take_all(out, cfg) : -ENOMEM;
}

void
conf_drop(struct conf **conf)
{
	if (!*conf)
		return;
	arena_free(&(*conf)->mem);
	free(*conf);
	*conf = NULL;
}
