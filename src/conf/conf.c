// SPDX-License-Identifier: ISC
/* conf/conf.c - reads a file into struct conf, with libconfuse and the option table. */
#include "conf/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <confuse.h>

#include "base/endpoint.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "conf/conf_text.h"

/* libconfuse's callbacks have no room for an argument. */
static struct text *error_lines;
static unsigned *option_lines;

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

/*
 * The choice that value means; NULL for none.  Where "yes" and "no" are
 * choices, the other words for them are read as in options of yes or no alone.
 */
static const char *
choice_of(const struct option_row *row, const char *value)
{
	static const struct { const char *word, *choice; } words[] = {
		{ "yes", "yes" }, { "on", "yes" }, { "true", "yes" },
		{ "no", "no" }, { "off", "no" }, { "false", "no" },
	};

	if (is_choice(row->choices, value))
		return value;
	for (size_t i = 0; i < NELEM(words); i++) {
		if (strcasecmp(words[i].word, value) == 0 &&
		    is_choice(row->choices, words[i].choice))
			return words[i].choice;
	}
	return NULL;
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

/* FastCGI has no authentication: other machines must not reach the socket. */
static bool
is_loopback(const char *value)
{
	struct endpoint endpoint;

	return endpoint_parse(value, &endpoint) == 0 && endpoint_is_loopback(&endpoint);
}

/* One string: the value of an option, or an element of a list. */
static int
check_string(cfg_t *cfg, const struct option_row *row, const char *value)
{
	size_t len = strlen(value);

	if (row->type == OPTION_CHOICE && !choice_of(row, value))
		cfg_error(cfg, "%s must be one of %s", row->name, row->choices);
	else if (text_has_control(value, len) || strpbrk(value, "\"\\"))
		cfg_error(cfg, "%s must not contain quotes, backslashes or control characters",
		    row->name);
	else if (row->type == OPTION_PATH && len && value[0] != '/')
		cfg_error(cfg, "%s must be an absolute path", row->name);
	else if (row->type == OPTION_SOCKET && len && value[0] != '/' && !is_loopback(value))
		cfg_error(cfg, "%s must be an absolute path, or a loopback address with a port such"
		    " as 127.0.0.1:9000", row->name);
	else if (row->type != OPTION_CHOICE && (len < (size_t)row->min || len > (size_t)row->max))
		cfg_error(cfg, "%s must have from %lld to %lld characters", row->name,
		    (long long)row->min, (long long)row->max);
	else
		return 0;
	return -1;
}

static int
check_strings(cfg_t *cfg, cfg_opt_t *opt, const struct option_row *row)
{
	int r = 0;

	for (unsigned i = 0; i < cfg_opt_size(opt) && !r; i++)
		r = check_string(cfg, row, cfg_opt_getnstr(opt, i));
	return r;
}

static int
check_row(cfg_t *cfg, cfg_opt_t *opt, const struct option_row *row)
{
	switch (row->type) {
	case OPTION_NUMBER:
		return check_number(cfg, opt, row);
	case OPTION_BOOL:
		return 0;
	default:
		return check_strings(cfg, opt, row);
	}
}

/* libconfuse reads "" as 0 and 010 as 8. */
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

static int
check_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct option_row *row = option_find(opt->name);

	option_lines[row - options] = (unsigned)cfg->line;
	return check_row(cfg, opt, row);
}

static int
check_oidc_value(cfg_t *cfg, cfg_opt_t *opt)
{
	size_t i = 0;

	while (strcmp(oidc_options[i].name, opt->name) != 0)
		i++;
	return check_row(cfg, opt, &oidc_options[i]);
}

/* An option as libconfuse needs it, with its default. */
static cfg_opt_t
option_of(const struct option_row *row)
{
	switch (row->type) {
	case OPTION_NUMBER:
		return (cfg_opt_t)CFG_INT_CB(row->name, strtol(row->preset, NULL, 10), CFGF_NONE,
		    parse_number);
	case OPTION_BOOL:
		return (cfg_opt_t)CFG_BOOL(row->name, strcmp(row->preset, "yes") == 0, CFGF_NONE);
	case OPTION_LIST:
		return (cfg_opt_t)CFG_STR_LIST(row->name, NULL, CFGF_NONE);
	default:
		return (cfg_opt_t)CFG_STR(row->name, row->preset, CFGF_NONE);
	}
}

/* Options for libconfuse, with room for one more and the end; the caller frees them. */
static cfg_opt_t *
rows_new(const struct option_row *from, size_t count)
{
	cfg_opt_t *rows;

	rows = calloc(count + 2, sizeof *rows);
	if (!rows)
		return NULL;
	for (size_t i = 0; i < count; i++)
		rows[i] = option_of(&from[i]);
	rows[count] = (cfg_opt_t)CFG_END();
	rows[count + 1] = (cfg_opt_t)CFG_END();
	return rows;
}

static void
watch_values(cfg_t *cfg)
{
	char path[64];

	for (size_t i = 0; i < options_count; i++)
		cfg_set_validate_func(cfg, options[i].name, check_value);
	for (size_t i = 0; i < oidc_options_count; i++) {
		snprintf(path, sizeof path, "oidc|%s", oidc_options[i].name);
		cfg_set_validate_func(cfg, path, check_oidc_value);
	}
}

static cfg_t *
parser_new(void)
{
	cfg_opt_t *rows = rows_new(options, options_count);
	cfg_opt_t *section = rows_new(oidc_options, oidc_options_count);
	cfg_t *cfg = NULL;

	if (rows && section) {
		rows[options_count] = (cfg_opt_t)CFG_SEC("oidc", section,
		    CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
		cfg = cfg_init(rows, CFGF_NONE);	/* copies them */
	}
	free(section);
	free(rows);
	if (!cfg)
		return NULL;
	cfg_set_error_function(cfg, collect_error);
	watch_values(cfg);
	return cfg;
}

static void
parser_drop(cfg_t **cfg)
{
	if (*cfg)
		cfg_free(*cfg);
}

static int
read_text(struct arena *mem, const char *value, const char **member)
{
	*member = arena_strdup(mem, value ? value : "");
	return *member ? 0 : -ENOMEM;
}

static int
read_list(struct arena *mem, cfg_t *cfg, const char *name, struct conf_list *list)
{
	int r = 0;

	list->count = cfg_size(cfg, name);
	list->at = arena_alloc(mem, list->count * sizeof *list->at);
	if (!list->at)
		return -ENOMEM;
	for (unsigned i = 0; i < list->count && !r; i++)
		r = read_text(mem, cfg_getnstr(cfg, name, i), &list->at[i]);
	return r;
}

/* Stores the value of an option in its member of to. */
static int
read_value(struct arena *mem, void *to, cfg_t *cfg, const struct option_row *row)
{
	char *member = (char *)to + row->offset;

	switch (row->type) {
	case OPTION_NUMBER:
		*(int64_t *)member = cfg_getint(cfg, row->name);
		return 0;
	case OPTION_BOOL:
		*(bool *)member = cfg_getbool(cfg, row->name);
		return 0;
	case OPTION_LIST:
		return read_list(mem, cfg, row->name, (struct conf_list *)member);
	case OPTION_CHOICE:
		return read_text(mem, choice_of(row, cfg_getstr(cfg, row->name)),
		    (const char **)member);
	default:
		return read_text(mem, cfg_getstr(cfg, row->name), (const char **)member);
	}
}

static int
read_values(struct arena *mem, void *to, cfg_t *cfg, const struct option_row *rows, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && !r; i++)
		r = read_value(mem, to, cfg, &rows[i]);
	return r;
}

static int
read_sections(struct conf *conf, cfg_t *cfg)
{
	cfg_t *section;
	int r = 0;

	conf->oidc_count = cfg_size(cfg, "oidc");
	conf->oidc = arena_alloc(&conf->mem, conf->oidc_count * sizeof *conf->oidc);
	if (!conf->oidc)
		return -ENOMEM;
	for (unsigned i = 0; i < conf->oidc_count && !r; i++) {
		section = cfg_getnsec(cfg, "oidc", i);
		r = read_text(&conf->mem, cfg_title(section), &conf->oidc[i].name);
		if (!r)
			r = read_values(&conf->mem, &conf->oidc[i], section, oidc_options,
			    oidc_options_count);
	}
	return r;
}

static int
conf_new(struct conf **out)
{
	struct conf *conf = calloc(1, sizeof *conf);

	if (!conf)
		return -ENOMEM;
	arena_init(&conf->mem, 0);
	*out = conf;
	conf->lines = arena_alloc(&conf->mem, options_count * sizeof *conf->lines);
	return conf->lines ? 0 : -ENOMEM;
}

static int
read_all(struct conf *conf, cfg_t *cfg)
{
	int r = read_values(&conf->mem, conf, cfg, options, options_count);

	return r ? r : read_sections(conf, cfg);
}

/* libconfuse exits when it cannot read a file that it could open. */
static int
check_file(const char *path)
{
	struct stat st;

	if (access(path, R_OK) != 0 || stat(path, &st) != 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? -EISDIR : 0;
}

static void
file_close(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* Some editors put a byte order mark before UTF-8; it is skipped. */
static size_t
mark_len(const char *text, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf";

	return len >= sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0 ?
	    sizeof mark - 1 : 0;
}

/* All of the file, in mem; a pipe can be read only once.  -errno. */
static int
read_file(const char *path, struct arena *mem, char **text, size_t *len)
{
	GUARD(file_close) FILE *file = fopen(path, "re");
	char part[4096];
	struct text all;
	size_t got, mark;

	if (!file)
		return -errno;
	text_init(&all, mem);
	while ((got = fread(part, 1, sizeof part, file)) > 0)
		text_put(&all, part, got);
	if (ferror(file))
		return errno ? -errno : -EIO;
	if (all.failed)
		return -ENOMEM;
	mark = mark_len(all.data, all.len);
	*len = all.len - mark;
	*text = mark ? all.data + mark : all.data;
	return 0;
}

/* -errno, or above 0: something in it is wrong. */
static int
parse(cfg_t *cfg, const char *path, struct text *errors)
{
	GUARD(arena_free) struct arena mem;
	GUARD(file_close) FILE *file = NULL;
	char *text;
	unsigned line;
	size_t len;
	int r;

	arena_init(&mem, 0);
	r = read_file(path, &mem, &text, &len);
	if (r || len == 0)
		return r;
	line = conf_text_nul(text, len);
	if (line) {
		text_printf(errors, "%s:%u: a NUL byte\n", path, line);
		return V_INVALID;
	}
	line = conf_text_blank(text, len);
	if (line) {
		text_printf(errors, "%s:%u: a comment without an end\n", path, line);
		return V_INVALID;
	}
	file = fmemopen(text, len, "r");
	if (!file)
		return -errno;
	cfg->filename = strdup(path);		/* the parser's; messages name it */
	if (!cfg->filename)
		return -ENOMEM;
	r = cfg_parse_fp(cfg, file);
	/* libconfuse 3.3 says nothing about "" = 1, or an unset variable in place of a name */
	if (r > 0 && !errors->len)
		text_printf(errors, "%s:%d: an option without a name\n", path, cfg->line);
	return r;
}

int
conf_load(struct conf **out, const char *path, struct text *errors)
{
	GUARD(parser_drop) cfg_t *cfg = NULL;
	GUARD(conf_drop) struct conf *conf = NULL;
	int r;

	r = check_file(path);
	if (!r)
		r = conf_new(&conf);
	if (r)
		return r;
	cfg = parser_new();
	if (!cfg)
		return -ENOMEM;
	error_lines = errors;
	option_lines = conf->lines;
	r = parse(cfg, path, errors);
	if (r)
		return r < 0 ? r : V_INVALID;
	r = read_all(conf, cfg);
	if (!r)
		r = conf_check_rules(conf, path, errors);
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
	GUARD(conf_drop) struct conf *conf = NULL;
	int r;

	r = conf_new(&conf);
	cfg = parser_new();
	if (!r)
		r = cfg ? read_all(conf, cfg) : -ENOMEM;
	if (r)
		return r;
	*out = conf;
	conf = NULL;
	return 0;
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
