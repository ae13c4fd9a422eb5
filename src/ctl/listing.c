// SPDX-License-Identifier: ISC
/* ctl/listing.c - a list of records as a table or a JSON array. */
#include "ctl/listing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"

struct listing_row {
	struct listing_row *next;
	const char *cells[LISTING_COLUMNS_MAX];
};

static size_t
width_of(const char *cell)
{
	return text_characters(cell, strlen(cell));
}

void
listing_open(struct listing *l, struct ctl *ctl, const struct record_kind *kind,
    const struct column *columns, size_t count)
{
	*l = (struct listing){ .ctl = ctl, .kind = kind, .columns = columns,
	    .column_count = count, .json = arguments_has(ctl, "json") };
	l->last = &l->first;
	arena_init(&l->scratch, 0);
	for (size_t i = 0; i < count; i++)
		l->widths[i] = width_of(columns[i].heading);
}

static int
print_json(struct listing *l, const void *record)
{
	const char *json;
	struct text out;
	int r;

	text_init(&out, &l->scratch);
	r = record_show_json(l->ctl, &out, l->kind, record);
	if (!r)
		r = text_done(&out, &json, NULL);
	if (!r)
		printf("%s%s", l->row_count ? ",\n" : "[\n", json);
	arena_wipe(&l->scratch);
	return r;
}

static int
keep_row(struct listing *l, const void *record)
{
	struct listing_row *row;
	size_t width;
	int r;

	row = arena_alloc(&l->ctl->mem, sizeof *row);
	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < l->column_count; i++) {
		r = record_show_text(l->ctl, &l->ctl->mem, l->kind, l->columns[i].name, record,
		    &row->cells[i]);
		if (r)
			return r;
		if (!*row->cells[i])
			row->cells[i] = "-";
		width = width_of(row->cells[i]);
		l->widths[i] = width > l->widths[i] ? width : l->widths[i];
	}
	*l->last = row;
	l->last = &row->next;
	return 0;
}

int
listing_add(struct listing *l, const void *record)
{
	int r = l->json ? print_json(l, record) : keep_row(l, record);

	if (!r)
		l->row_count++;
	return r;
}

int
listing_visit(struct ctl *ctl, const void *record, void *listing)
{
	(void)ctl;
	return listing_add(listing, record);
}

/* printf pads bytes, not characters; nothing follows the last column. */
static void
print_cell(const struct listing *l, size_t column, const char *cell)
{
	int pad = (int)(l->widths[column] - width_of(cell)) + 2;

	if (column + 1 == l->column_count)
		printf("%s\n", cell);
	else
		printf("%s%*s", cell, pad, "");
}

static void
print_table(const struct listing *l)
{
	for (size_t i = 0; i < l->column_count; i++)
		print_cell(l, i, l->columns[i].heading);
	for (const struct listing_row *row = l->first; row; row = row->next) {
		for (size_t i = 0; i < l->column_count; i++)
			print_cell(l, i, row->cells[i]);
	}
}

void
listing_close(struct listing *l)
{
	if (l->json)
		fputs(l->row_count ? "\n]\n" : "[]\n", stdout);
	else
		print_table(l);
	arena_free(&l->scratch);
}
