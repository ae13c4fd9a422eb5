// SPDX-License-Identifier: ISC
/* ctl/import_columns.c - the columns of a file, and the fields that they are. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "auth/field.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/import.h"

/* Fields in any case, with "-" as options have it or "_" as JSON has it.  NULL: no memory. */
static char *
spelled(struct arena *mem, const char *text, size_t len)
{
	char *name = arena_strndup(mem, text, len);

	for (char *at = name; at && *at; at++)
		*at = (char)(*at == '-' ? '_' : tolower((unsigned char)*at));
	return name;
}

/* The field of a cell in "CELL=FIELD CELL=FIELD", separated by any of ends.  NULL: none. */
static const char *
mapped(struct arena *mem, const char *map, const char *ends, const char *cell)
{
	size_t len = strlen(cell);

	while (map && *map) {
		size_t whole = strcspn(map, ends);

		if (whole > len && strncasecmp(map, cell, len) == 0 && map[len] == '=')
			return spelled(mem, map + len + 1, whole - len - 1);
		map += whole + (map[whole] != '\0');
	}
	return NULL;
}

static bool
is_field(const char *name)
{
	return !*name || import_row_has_field(name) || field_rule_of(&user_kind, name) ||
	    import_account_is_field(name);
}

const char *
import_field_of(struct arena *mem, const struct import_rules *rules, const char *cell)
{
	const char *field = mapped(mem, rules->map, ",", cell);

	if (!field)
		field = mapped(mem, rules->preset->map, " ", cell);
	return field || *rules->preset->map ? field : spelled(mem, cell, strlen(cell));
}

int
import_map_check(struct ctl *ctl, const char *map)
{
	while (map && *map) {
		size_t whole = strcspn(map, ",");
		const char *equal = memchr(map, '=', whole);
		const char *field = equal ? spelled(&ctl->mem, equal + 1,
		    (size_t)(map + whole - equal - 1)) : NULL;

		if (!field || !is_field(field)) {
			ctl->about = "--map";
			ctl->why = field ? arena_printf(&ctl->mem, "there is no field '%s'",
			    field) : "needs COLUMN=FIELD";
			return V_MALFORMED;
		}
		map += whole + (map[whole] != '\0');
	}
	return 0;
}

/* --- the columns there are ---------------------------------------------------------------- */

int
import_columns_see(struct import_columns *columns, const struct import_rules *rules,
    const char *name)
{
	struct import_column *at = &columns->at[columns->count];
	const char *field;

	for (size_t i = 0; i < columns->count; i++) {
		if (strcmp(columns->at[i].name, name) == 0)
			return 0;
	}
	if (columns->count == IMPORT_CELLS_MAX)
		return 0;
	field = import_field_of(&columns->mem, rules, name);
	at->name = arena_strdup(&columns->mem, name);
	at->is_ignored = *name && (!field || !is_field(field)) &&
	    !(rules->sip_from && strcasecmp(rules->sip_from, name) == 0);
	columns->count += at->name != NULL;
	return at->name ? 0 : -ENOMEM;
}

/* The names of all columns, or of those that are ignored.  NULL: none. */
static const char *
listed(const struct import_columns *columns, struct arena *mem, bool ignored)
{
	const char *list = NULL;
	struct text out;

	text_init(&out, mem);
	for (size_t i = 0, put = 0; i < columns->count; i++) {
		if (!ignored || columns->at[i].is_ignored)
			text_printf(&out, "%s%s", put++ ? ", " : "", columns->at[i].name);
	}
	return text_done(&out, &list, NULL) == 0 && list && *list ? list : NULL;
}

const char *
import_columns_ignored(const struct import_columns *columns, struct arena *mem)
{
	return listed(columns, mem, true);
}

static bool
has(const struct import_columns *columns, const char *name, size_t len)
{
	for (size_t i = 0; i < columns->count; i++) {
		if (strlen(columns->at[i].name) == len &&
		    strncasecmp(columns->at[i].name, name, len) == 0)
			return true;
	}
	return columns->count == IMPORT_CELLS_MAX;
}

static int
refuse(struct ctl *ctl, const struct import_columns *columns, const char *option,
    const char *name, size_t len)
{
	const char *all = listed(columns, &ctl->mem, false);

	ctl->about = option;
	ctl->why = arena_printf(&ctl->mem, "the file has no column '%.*s'; its columns are: %s",
	    (int)len, name, all ? all : "none");
	return V_INVALID;
}

int
import_columns_check(struct ctl *ctl, const struct import_columns *columns,
    const struct import_rules *rules)
{
	const char *map = rules->map, *sip = rules->sip_from;

	while (map && *map) {
		size_t len = strcspn(map, "="), whole = strcspn(map, ",");

		if (!has(columns, map, len))
			return refuse(ctl, columns, "--map", map, len);
		map += whole + (map[whole] != '\0');
	}
	return sip && !has(columns, sip, strlen(sip)) ?
	    refuse(ctl, columns, "--sip-login-from", sip, strlen(sip)) : 0;
}
