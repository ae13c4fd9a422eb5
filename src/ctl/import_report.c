// SPDX-License-Identifier: ISC
/* ctl/import_report.c - what became of each row: the totals, and the file of --report. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "ctl/import.h"

static const char *const outcome_names[IMPORT_OUTCOMES] = {
	[IMPORT_ADDED]     = "added",
	[IMPORT_UPDATED]   = "updated",
	[IMPORT_SKIPPED]   = "skipped",
	[IMPORT_PRESENT]   = "present",
	[IMPORT_REFUSED]   = "refused",
	[IMPORT_UNWRITTEN] = "unwritten",
};

/* One row; the text is there only if there is a file. */
struct import_line {
	size_t line;
	enum import_outcome outcome;
	bool is_noted;
	const char *email, *reason, *note;
};

bool
import_is_written(enum import_outcome outcome)
{
	return outcome == IMPORT_ADDED || outcome == IMPORT_UPDATED;
}

static int
keep(struct arena *mem, const char **at, const char *text)
{
	*at = text && *text ? arena_strdup(mem, text) : NULL;
	return text && *text && !*at ? -ENOMEM : 0;
}

int
import_report_add(struct import_report *report, const struct import_row *row,
    enum import_outcome outcome, const char *reason, const char *note)
{
	struct import_line *more, *at;
	int r = 0;

	if (report->count == report->room) {
		report->room = report->room ? 2 * report->room : 1024;
		more = realloc(report->lines, report->room * sizeof *more);
		if (!more)
			return -ENOMEM;
		report->lines = more;
	}
	at = &report->lines[report->count++];
	*at = (struct import_line){ .line = row->line, .outcome = outcome,
	    .is_noted = note != NULL };
	if (report->file)
		r = keep(&report->mem, &at->email, row->user.email);
	if (!r && report->file)
		r = keep(&report->mem, &at->reason, reason);
	if (!r && report->file)
		r = keep(&report->mem, &at->note, note);
	return r;
}

void
import_report_settle(struct import_report *report, size_t at, enum import_outcome outcome)
{
	report->lines[at].outcome = outcome;
}

void
import_report_await(struct import_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		if (import_is_written(report->lines[i].outcome))
			report->lines[i].outcome = IMPORT_UNWRITTEN;
	}
}

struct import_totals
import_report_totals(const struct import_report *report)
{
	struct import_totals totals = { .noted = 0 };

	for (size_t i = 0; i < report->count; i++) {
		const struct import_line *at = &report->lines[i];

		totals.counts[at->outcome]++;
		totals.noted += at->is_noted && import_is_written(at->outcome);
	}
	return totals;
}

const char *
import_outcome_name(enum import_outcome outcome)
{
	return outcome_names[outcome];
}

int
import_report_write(struct import_report *report, const char *unwritten)
{
	struct arena mem;
	int r = 0;

	if (!report->file)
		return 0;
	arena_init(&mem, 0);
	for (size_t i = 0; !r && i < report->count; i++) {
		const struct import_line *at = &report->lines[i];
		struct json_out o;
		struct text out;
		const char *json;

		arena_wipe(&mem);
		text_init(&out, &mem);
		json_open(&o, &out);
		json_add_integer(&o, "line", (int64_t)at->line);
		json_add_string(&o, "email", at->email);
		json_add_string(&o, "result", outcome_names[at->outcome]);
		json_add_string(&o, "reason", at->outcome == IMPORT_UNWRITTEN ? unwritten :
		    at->reason);
		json_add_string(&o, "note", import_is_written(at->outcome) ? at->note : NULL);
		json_close(&o);
		r = text_done(&out, &json, NULL);
		if (!r && fprintf(report->file, "%s\n", json) < 0)
			r = -errno;
	}
	arena_free(&mem);
	return r;
}

int
import_report_close(struct import_report *report)
{
	FILE *file = report->file;

	free(report->lines);
	report->lines = NULL;
	report->file = NULL;
	arena_free(&report->mem);
	return file && fclose(file) != 0 ? -errno : 0;
}
