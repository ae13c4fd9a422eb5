// SPDX-License-Identifier: ISC
/* ctl/import_tell.c - what an import prints at its end. */
#include <errno.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "ctl/arguments.h"
#include "ctl/import.h"
#include "ctl/record_show.h"

static int
tell_json(struct ctl *ctl, const struct import_end *end)
{
	struct json_out o, array;
	struct text out;
	const char *json;
	int r;

	text_init(&out, &ctl->mem);
	json_open(&o, &out);
	json_add_bool(&o, "dry_run", end->is_dry);
	for (int i = 0; i < IMPORT_REFUSED; i++)
		json_add_integer(&o, import_outcome_name(i), (int64_t)end->totals.counts[i]);
	json_add_integer(&o, "accounts", (int64_t)end->accounts);
	json_add_integer(&o, "noted", (int64_t)end->totals.noted);
	for (int i = IMPORT_REFUSED; i < IMPORT_OUTCOMES; i++)
		json_add_integer(&o, import_outcome_name(i), (int64_t)end->totals.counts[i]);
	json_name(&o, "ignored_columns");
	json_array_open(&array, &out);
	for (size_t i = 0; i < end->columns->count; i++) {
		if (!end->columns->at[i].is_ignored)
			continue;
		json_next(&array);
		json_put_string(&out, end->columns->at[i].name);
	}
	json_array_close(&array);
	json_close(&o);
	r = text_done(&out, &json, NULL);
	return r ? r : puts(json) < 0 ? -EIO : 0;
}

static void
tell_ignored(struct ctl *ctl, const struct import_end *end, FILE *to)
{
	const char *ignored = import_columns_ignored(end->columns, &ctl->mem);

	if (ignored)
		fprintf(to, "ignored columns: %s\n", record_show_clean(&ctl->mem, ignored));
}

/* How many rows there are of each outcome. */
static void
tell_text(struct ctl *ctl, const struct import_end *end)
{
	const char *report = arguments_value(ctl, "report");

	for (int i = 0; i < IMPORT_REFUSED; i++)
		printf("%s: %llu\n", import_outcome_name(i),
		    (unsigned long long)end->totals.counts[i]);
	if (end->accounts)
		printf("accounts added: %zu\n", end->accounts);
	if (end->totals.noted)
		printf("noted: %llu; %s%s\n", (unsigned long long)end->totals.noted,
		    report ? "see " : "--report FILE says what",
		    report ? record_show_clean(&ctl->mem, report) : "");
	tell_ignored(ctl, end, stdout);
	if (end->is_dry)
		puts("dry run: nothing was written");
}

/* Of an import that ended early: what is there, and how it goes on. */
static void
tell_unfinished(struct ctl *ctl, const struct import_end *end)
{
	const uint64_t left = end->totals.counts[IMPORT_UNWRITTEN];
	const uint64_t done = end->totals.counts[IMPORT_ADDED] + end->totals.counts[IMPORT_UPDATED];

	tell_ignored(ctl, end, stderr);
	if (end->has_begun)
		fprintf(stderr, "written: %llu of %llu rows; run the same command again%s to write "
		    "the others\n", (unsigned long long)done, (unsigned long long)(done + left),
		    arguments_has(ctl, "report") ? ", with a new file for its report," : "");
}

int
import_tell(struct ctl *ctl, const struct import_end *end, int r)
{
	int told = 0;

	if (arguments_has(ctl, "json"))
		told = tell_json(ctl, end);
	else if (!r)
		tell_text(ctl, end);
	if (r)
		tell_unfinished(ctl, end);
	return told;
}
