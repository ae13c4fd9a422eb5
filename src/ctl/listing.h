// SPDX-License-Identifier: ISC
/*
 * ctl/listing.h - prints a list of records: an aligned table with a header, or
 * with --json an array.
 *
 *	struct listing l;
 *	listing_open(&l, ctl, &user_kind, columns, NELEM(columns));
 *	... listing_add(&l, &user) ...
 *	listing_close(&l);
 *
 * The array is printed at once, the table at the end, when the widths of its
 * columns are known.
 */
#ifndef CTL_LISTING_H
#define CTL_LISTING_H

#include "ctl/ctl.h"

#define LISTING_COLUMNS_MAX 9

struct column {
	const char *heading;
	const char *name;		/* the name for record_show_text */
};

struct listing {
	struct ctl *ctl;
	const struct record_kind *kind;
	const struct column *columns;
	size_t column_count, row_count;
	size_t widths[LISTING_COLUMNS_MAX];
	struct listing_row *first, **last;
	struct arena scratch;		/* JSON of one record */
	bool json;
};

void listing_open(struct listing *l, struct ctl *ctl, const struct record_kind *kind,
    const struct column *columns, size_t count);

int listing_add(struct listing *l, const void *record);

/* The same for a walk (ctl/walk.h), whose arg is the listing. */
int listing_visit(struct ctl *ctl, const void *record, void *listing);

/* Prints the rest and frees the listing. */
void listing_close(struct listing *l);

#endif
