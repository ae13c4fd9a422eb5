// SPDX-License-Identifier: ISC
/* ctl/import_lines.c - reads files of lines: htpasswd, passwd-file of Dovecot, LDIF. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/b64.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/import.h"

/* The next line without its end.  V_NOT_FOUND. */
static int
next_line(struct import_source *s, struct arena *mem, const char **text, const char **wrong)
{
	const char *at = s->bytes + s->at, *end;
	size_t len;

	if (s->at == s->len)
		return V_NOT_FOUND;
	end = memchr(at, '\n', s->len - s->at);
	len = end ? (size_t)(end - at) : s->len - s->at;
	s->at += len + (end != NULL);
	s->line++;
	if (len && at[len - 1] == '\r')
		len--;
	if (memchr(at, '\0', len))
		*wrong = "a NUL";
	*text = arena_strndup(mem, at, len);
	return *text ? 0 : -ENOMEM;
}

/* LOGIN:HASH, and with more fields after a colon. */
static int
read_colons(struct import_source *s, struct arena *mem, struct import_cells *row)
{
	const char *text, *colon;
	int r;

	do {
		row->wrong = NULL;
		r = next_line(s, mem, &text, &row->wrong);
		if (r)
			return r;
	} while (!row->wrong && (!*text || *text == '#'));
	row->line = s->line;
	row->count = 0;
	colon = strchr(text, ':');
	if (!colon) {
		row->wrong = row->wrong ? row->wrong : "it has no colon";
		return 0;
	}
	row->count = 2;
	row->at[0] = (struct import_cell){ "login",
	    arena_strndup(mem, text, (size_t)(colon - text)) };
	row->at[1] = (struct import_cell){ "hash", colon + 1 };
	return row->at[0].value ? 0 : -ENOMEM;
}

int
import_read_htpasswd(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why)
{
	(void)why;
	return read_colons(s, mem, row);
}

int
import_read_dovecot(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why)
{
	char *rest;
	int r;

	(void)why;
	r = read_colons(s, mem, row);
	if (r || row->count < 2)
		return r;
	/* what has no scheme is a hash of crypt(3) */
	rest = arena_strndup(mem, row->at[1].value, strcspn(row->at[1].value, ":"));
	row->at[1].value = rest;
	return rest ? 0 : -ENOMEM;
}

/* --- LDIF (RFC 2849) --------------------------------------------------------------------- */

/* A line with those that continue it, which begin with a blank. */
static int
logical_line(struct import_source *s, struct arena *mem, const char **text, const char **wrong)
{
	const char *more;
	int r;

	r = next_line(s, mem, text, wrong);
	while (!r && **text && s->at < s->len && s->bytes[s->at] == ' ') {
		r = next_line(s, mem, &more, wrong);
		if (!r)
			*text = arena_printf(mem, "%s%s", *text, more + 1);
		if (!*text)
			return -ENOMEM;
	}
	return r;
}

/* "name: value" or "name:: base64"; the options of a name, ";lang-en", are dropped. */
static int
attribute(struct arena *mem, const char *text, struct import_cells *row)
{
	const char *colon = strchr(text, ':'), *value;
	struct import_cell *c = &row->at[row->count];
	char *bytes;
	size_t len, room;

	if (!colon || row->count == IMPORT_CELLS_MAX) {
		row->wrong = colon ? "too many attributes" : "a line without a colon";
		return 0;
	}
	c->name = arena_strndup(mem, text, strcspn(text, ":;"));
	value = colon + 1 + (colon[1] == ':');
	value += strspn(value, " ");
	c->value = value;
	if (colon[1] == ':') {
		room = strlen(value) + 1;
		bytes = arena_alloc(mem, room);
		if (!bytes)
			return -ENOMEM;
		if (b64_decode(B64_PADDED, value, room - 1, bytes, room - 1, &len) != 0 ||
		    memchr(bytes, '\0', len)) {
			row->wrong = "a value that is no base64 of text";
			return 0;
		}
		bytes[len] = '\0';
		c->value = bytes;
	}
	row->count++;
	return c->name ? 0 : -ENOMEM;
}

/* An entry with a password or an address is a user; organizations and groups are not. */
static bool
is_user(const struct import_cells *row)
{
	for (size_t i = 0; i < row->count; i++) {
		if (strcasecmp(row->at[i].name, "userPassword") == 0 ||
		    strcasecmp(row->at[i].name, "uid") == 0)
			return true;
	}
	return row->wrong != NULL;
}

static int
read_entry(struct import_source *s, struct arena *mem, struct import_cells *row)
{
	const char *text;
	int r;

	row->count = 0;
	row->wrong = NULL;
	row->line = s->line + 1;
	while ((r = logical_line(s, mem, &text, &row->wrong)) == 0 && *text) {
		if (*text != '#' && strncasecmp(text, "version:", 8) != 0)
			r = attribute(mem, text, row);
		if (r)
			return r;
	}
	return r == V_NOT_FOUND && (row->count || row->wrong) ? 0 : r;
}

int
import_read_ldif(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why)
{
	int r;

	(void)why;
	do
		r = read_entry(s, mem, row);
	while (!r && !is_user(row));
	return r;
}
