// SPDX-License-Identifier: ISC
/* ctl/import_table.c - reads tables: CSV (RFC 4180), "mysql --batch", dbtext. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "base/verdict.h"
#include "ctl/import.h"

/* The character that separates columns: the first of these in the header. */
static char
delimiter_of(const struct import_source *s)
{
	const char *at = s->bytes + s->at, *end = memchr(at, '\n', s->len - s->at);
	size_t len = end ? (size_t)(end - at) : s->len - s->at;

	return memchr(at, '\t', len) ? '\t' : memchr(at, ',', len) ? ',' :
	    memchr(at, ';', len) ? ';' : ',';
}

/* Behind the opening quote; doubled quotes stand for one. */
static void
quoted(struct import_source *s, struct text *out, const char **wrong)
{
	while (s->at < s->len) {
		char c = s->bytes[s->at++];

		if (c == '"' && (s->at == s->len || s->bytes[s->at] != '"'))
			return;
		if (c == '"')
			s->at++;
		s->line += c == '\n';
		text_put(out, &c, 1);
	}
	*wrong = "a quote is not closed";
}

static char
unescaped(char c)
{
	return c == 't' ? '\t' : c == 'n' ? '\n' : c == '0' ? '\0' : c == 'r' ? '\r' : c;
}

/* One cell, up to its delimiter or the end of the line. */
static int
cell(struct import_source *s, struct arena *mem, const char **value, const char **wrong)
{
	bool escapes = s->delimiter != ',' && s->delimiter != ';';
	struct text out;
	size_t len;
	int r;

	text_init(&out, mem);
	text_put(&out, "", 0);
	if (!escapes && s->at < s->len && s->bytes[s->at] == '"') {
		s->at++;
		quoted(s, &out, wrong);
	}
	while (s->at < s->len && s->bytes[s->at] != s->delimiter && s->bytes[s->at] != '\n') {
		char c = s->bytes[s->at++];

		if (escapes && c == '\\' && s->at < s->len)
			c = unescaped(s->bytes[s->at++]);
		if (c == '\r' && (s->at == s->len || s->bytes[s->at] == '\n'))
			break;
		text_put(&out, &c, 1);
	}
	r = text_done(&out, value, &len);
	if (r)
		return r;
	if (len != strlen(*value))
		*wrong = "a NUL";
	if (escapes && strcmp(*value, "NULL") == 0)
		*value = NULL;
	return 0;
}

/* The cells of one line; V_NOT_FOUND at the end. */
static int
line(struct import_source *s, struct arena *mem, struct import_cells *row)
{
	int r;

	while (s->at < s->len && (s->bytes[s->at] == '\n' || s->bytes[s->at] == '\r')) {
		s->line += s->bytes[s->at] == '\n';
		s->at++;
	}
	if (s->at == s->len)
		return V_NOT_FOUND;
	row->line = ++s->line;
	row->count = 0;
	row->wrong = NULL;
	for (;;) {
		struct import_cell *c = &row->at[row->count];

		r = cell(s, mem, &c->value, &row->wrong);
		if (r)
			return r;
		row->count++;
		if (s->at == s->len || s->bytes[s->at] == '\n')
			break;
		s->at++;
		if (row->count == IMPORT_CELLS_MAX) {
			row->wrong = "too many columns";
			row->count--;
		}
	}
	s->at += s->at < s->len;
	return 0;
}

/* The header: "name" or "name(type,flags)" of dbtext. */
static int
header(struct import_source *s, struct import_cells *row, const char **why)
{
	int r;

	r = line(s, &s->mem, row);
	if (r || row->wrong) {
		*why = r == V_NOT_FOUND ? "it is empty" : "its first line cannot be read";
		return r < 0 ? r : V_INVALID;
	}
	for (size_t i = 0; i < row->count; i++) {
		const char *name = row->at[i].value ? row->at[i].value : "";

		s->names[i] = arena_strndup(&s->mem, name, strcspn(name, "("));
		if (!s->names[i])
			return -ENOMEM;
	}
	s->columns = row->count;
	return 0;
}

static int
read_row(struct import_source *s, struct arena *mem, struct import_cells *row, const char **why)
{
	int r = 0;

	if (!s->columns)
		r = header(s, row, why);
	if (!r)
		r = line(s, mem, row);
	if (r)
		return r;
	if (!row->wrong && row->count != s->columns)
		row->wrong = arena_printf(mem, "%zu column%s, but the header has %zu", row->count,
		    row->count == 1 ? "" : "s", s->columns);
	for (size_t i = 0; i < row->count && i < s->columns; i++)
		row->at[i].name = s->names[i];
	return 0;
}

int
import_read_table(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why)
{
	if (!s->columns)
		s->delimiter = delimiter_of(s);
	return read_row(s, mem, row, why);
}

/* A file of dbtext has types in its header; everything else is a table. */
int
import_read_dbtext(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why)
{
	const char *at = s->bytes + s->at, *end = memchr(at, '\n', s->len - s->at);

	if (!s->columns)
		s->delimiter = memchr(at, '(', end ? (size_t)(end - at) : s->len - s->at) ?
		    (memchr(at, ' ', end ? (size_t)(end - at) : s->len - s->at) ? ' ' : ':') :
		    delimiter_of(s);
	if (!s->columns && s->delimiter == ' ') {
		int r = header(s, row, why);

		s->delimiter = ':';
		return r ? r : import_read_dbtext(s, mem, row, why);
	}
	return read_row(s, mem, row, why);
}
