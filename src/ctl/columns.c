// SPDX-License-Identifier: ISC
/* ctl/columns.c - a record on a terminal, its fields side by side. */
#include "ctl/columns.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/record_show.h"

#define COLUMNS_MAX 4
#define GAP 3			/* between columns */

struct line {
	const char *name, *text;
};

struct table {
	const struct line *lines;
	size_t count, rows;		/* rows: of a column; the last may have fewer */
};

/* How many lines a column has, the first of which is at rows * column. */
static size_t
lines_of(const struct table *t, size_t column)
{
	const size_t before = t->rows * column;

	if (before >= t->count)
		return 0;
	return t->count - before < t->rows ? t->count - before : t->rows;
}

/* The widest name and text of a column. */
static void
measure(const struct table *t, size_t column, size_t *name, size_t *text)
{
	const struct line *line = t->lines + t->rows * column;

	*name = *text = 0;
	for (size_t i = 0; i < lines_of(t, column); i++, line++) {
		*name = strlen(line->name) > *name ? strlen(line->name) : *name;
		*text = strlen(line->text) > *text ? strlen(line->text) : *text;
	}
}

static bool
fits(const struct table *t, size_t columns, unsigned width)
{
	size_t total = 0, name, text;

	for (size_t c = 0; c < columns; c++) {
		measure(t, c, &name, &text);
		total += name + 2 + text + (c ? GAP : 0);
	}
	return total <= width;
}

static void
print_row(const struct table *t, size_t row)
{
	size_t name, text;

	for (size_t c = 0; row < lines_of(t, c); c++) {
		const struct line *line = &t->lines[t->rows * c + row];

		measure(t, c, &name, &text);
		printf("%-*s  ", (int)name, line->name);
		if (row < lines_of(t, c + 1))
			printf("%-*s", (int)(text + GAP), line->text);
		else
			fputs(line->text, stdout);
	}
	puts("");
}

static struct table
arrange(const struct line *lines, size_t count, unsigned width)
{
	struct table t = { .lines = lines, .count = count, .rows = count };

	for (size_t columns = COLUMNS_MAX; columns > 1; columns--) {
		t.rows = (count + columns - 1) / columns;
		if (fits(&t, columns, width))
			return t;
	}
	t.rows = count;
	return t;
}

int
columns_show(struct ctl *ctl, const struct record_kind *kind, const void *record,
    unsigned width)
{
	struct line *lines = arena_alloc(&ctl->mem, (kind->count + 1) * sizeof *lines);
	struct table t;
	int r;

	if (!lines)
		return -ENOMEM;
	for (size_t i = 0; i < kind->count; i++) {
		lines[i].name = kind->fields[i].name;
		r = record_show_text(ctl, &ctl->mem, kind, lines[i].name, record, &lines[i].text);
		if (r)
			return r;
		lines[i].text = *lines[i].text ? lines[i].text : "-";
	}
	t = arrange(lines, kind->count, width);
	for (size_t row = 0; row < t.rows; row++)
		print_row(&t, row);
	return 0;
}
