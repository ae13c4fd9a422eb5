// SPDX-License-Identifier: ISC
/*
 * ctl/ctl_import.c - doorwardctl import: the whole file is checked, then it is
 * written in batches.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/field.h"
#include "auth/foreign.h"
#include "auth/user_import.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/import.h"
#include "ctl/interrupted.h"
#include "ctl/progress.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"
#include "ctl/target.h"

/* Users of one write: the service waits that long. */
#define BATCH 5000

/* How many rows pass before the bar is looked at. */
#define DRAW_ROWS 256

/* Where a row is in the source and in the report, and the id of its user. */
struct spot {
	struct uuid id;
	size_t at, line, next, reported;
};

/* A row of the batch, in the report. */
struct pending {
	size_t reported;
	enum import_outcome outcome;
};

struct import {
	struct ctl *ctl;
	struct import_rules rules;
	struct import_source source;
	enum { FAIL, SKIP, UPDATE } on_conflict;
	struct import_report report;
	struct import_columns columns;
	bool columns_are_checked;
	bool is_dry;
	bool writes;			/* the second time through the file */
	struct arena mem;		/* of one row */
	struct import_seen seen;
	struct spot *spots;		/* of the rows that are to be written */
	size_t spot_room, spot_count, spots_done;
	uint64_t rows;			/* read so far, for the bar */
	struct user_write *batch;
	struct pending *pending;
	size_t batch_count;
	struct import_accounts accounts;	/* to be added before their users */
};

/* --- what becomes of a row ----------------------------------------------------------------- */

/* A row is checked: it may be refused, and is only planned otherwise. */
static int
note(struct import *im, const struct import_row *row, enum import_outcome outcome)
{
	const char *shown = row->wrong ? record_show_clean(&im->mem, row->wrong) : NULL;
	const char *note = NULL;

	if (import_is_written(outcome))
		note = import_secret_note(&im->mem, row, im->ctl->conf);
	/* a user who is there keeps the password, unless the row has one */
	if (outcome == IMPORT_UPDATED && !row->secrets)
		note = NULL;
	if (outcome == IMPORT_REFUSED) {
		progress_end();
		fprintf(stderr, "line %zu: %s\n", row->line, shown ? shown : "refused");
	}
	return import_report_add(&im->report, row, outcome, shown, note);
}

/* The row is about a user who is there already, and whom it may not change. */
static void
explain_conflict(struct import *im, struct import_row *row, const struct user *other,
    const char *taken, enum import_outcome *outcome)
{
	const char *differs = uuid_equal(&other->id, &row->user.id) && !other->deleted_ms ?
	    import_row_differs(row, other) : taken;

	*outcome = differs ? IMPORT_SKIPPED : IMPORT_PRESENT;
	if (!differs)
		return;
	if (other->deleted_ms)
		row->wrong = arena_printf(&im->mem, "%s: reserved by a deleted user",
		    import_seen_as(row, taken));
	else if (differs != taken)
		row->wrong = arena_printf(&im->mem, "%s: differs from that of the user, who is "
		    "there already", differs);
	else
		row->wrong = arena_printf(&im->mem, "%s: exists already",
		    import_seen_as(row, taken));
}

/* Whom the row would change or add.  V_EXISTS with row->wrong: it may not. */
static int
decide(struct import *im, struct import_row *row, struct user *other,
    enum import_outcome *outcome)
{
	const char *taken;
	int r;

	r = user_import_find(im->ctl->auth, &row->user, other, &taken);
	if (r != V_EXISTS) {
		*outcome = IMPORT_ADDED;
		return r;
	}
	if (im->on_conflict == UPDATE && !other->deleted_ms) {
		*outcome = IMPORT_UPDATED;
		r = user_import_fits(im->ctl->auth, &row->user, &other->id, &taken);
		if (r > 0)
			row->wrong = arena_printf(&im->mem, "%s: another user has it",
			    import_seen_as(row, taken));
		return r;
	}
	explain_conflict(im, row, other, taken, outcome);
	return *outcome == IMPORT_PRESENT || im->on_conflict == SKIP ? 0 : V_EXISTS;
}

static int
flush(struct import *im)
{
	int r;

	r = user_import_write(im->ctl->auth, im->batch, im->batch_count, im->ctl->now_ms);
	secret_wipe(im->batch, im->batch_count * sizeof *im->batch);
	for (size_t i = 0; !r && i < im->batch_count; i++)
		import_report_settle(&im->report, im->pending[i].reported, im->pending[i].outcome);
	im->batch_count = 0;
	if (r == V_EXISTS)
		im->ctl->why = "a name was taken meanwhile; run the same command again";
	return r;
}

static int
add(struct import *im, struct import_row *row, const struct user *other,
    const struct pending *pending)
{
	struct user_write *write = &im->batch[im->batch_count];
	int r;

	*write = (struct user_write){ .user = row->user };
	if (pending->outcome == IMPORT_UPDATED) {
		if (row->password) {
			/* its HA1B is of the login that the user has afterwards */
			write->user = *other;
			record_merge(&user_kind, &write->user, &row->user, row->mask);
			write->user.gen = row->user.gen;
		}
		write->user.id = other->id;
		write->mask = row->mask;
		write->turn = row->is_disabled ? DISABLE : row->is_enabled ? ENABLE : AS_BEFORE;
	}
	r = import_row_seal(im->ctl, &im->rules, row, write);
	if (r)
		return r;
	im->pending[im->batch_count++] = *pending;
	return im->batch_count == BATCH ? flush(im) : 0;
}

static int
remember(struct import *im, const struct import_row *row, const struct spot *spot)
{
	struct spot *more;

	if (im->spot_count == im->spot_room) {
		im->spot_room = im->spot_room ? 2 * im->spot_room : 1024;
		more = realloc(im->spots, im->spot_room * sizeof *more);
		if (!more)
			return -ENOMEM;
		im->spots = more;
	}
	im->spots[im->spot_count] = *spot;
	im->spots[im->spot_count++].id = row->user.id;
	return 0;
}

/* The first time, a row is checked. */
static int
plan(struct import *im, const struct import_cells *cells, const struct spot *spot)
{
	enum import_outcome outcome = IMPORT_REFUSED;
	struct import_row row;
	struct user other;
	int r;

	r = import_row_make(im->ctl, &im->rules, &im->mem, cells, &row);
	if (!r)
		r = import_seen_all(&im->seen, &im->mem, &row);
	if (!r)
		r = decide(im, &row, &other, &outcome);
	if (!r && import_is_written(outcome))
		r = import_accounts_remember(&im->accounts, &row);
	if (!r && import_is_written(outcome))
		r = remember(im, &row, spot);
	return r < 0 ? r : note(im, &row, r ? IMPORT_REFUSED : outcome);
}

/* The second time, it is written, unless others have changed something meanwhile. */
static int
carry_out(struct import *im, const struct import_cells *cells, const struct spot *spot)
{
	struct pending pending = { .reported = spot->reported };
	struct import_row row;
	struct user other;
	int r;

	r = import_row_make(im->ctl, &im->rules, &im->mem, cells, &row);
	if (!r)
		r = decide(im, &row, &other, &pending.outcome);
	if (r > 0)
		im->ctl->why = arena_printf(&im->ctl->mem, "line %zu: %s", row.line, row.wrong);
	if (r)
		return r;
	if (import_is_written(pending.outcome))
		return add(im, &row, &other, &pending);
	import_report_settle(&im->report, pending.reported, pending.outcome);
	return 0;
}

/* A table has the same columns in all rows; what has none can have others in each. */
static int
look_at_columns(struct import *im, const struct import_cells *cells)
{
	const bool is_table = im->source.columns > 0;
	int r = 0;

	if (im->columns_are_checked)
		return 0;
	for (size_t i = 0; !r && i < (is_table ? im->source.columns : cells->count); i++)
		r = import_columns_see(&im->columns, &im->rules, is_table ? im->source.names[i] :
		    cells->at[i].name);
	if (r || !is_table)
		return r;
	im->columns_are_checked = true;
	return import_columns_check(im->ctl, &im->columns, &im->rules);
}

/* The row at the place where the source is. */
static int
next(struct import *im, struct import_cells *cells)
{
	const struct spot spot = { .at = im->source.at, .line = im->source.line,
	    .next = im->source.next, .reported = im->writes ?
	    im->spots[im->spots_done - 1].reported : im->report.count };
	int r;

	if (interrupted_now())
		return -EINTR;

	arena_wipe(&im->mem);
	if (im->rows++ % DRAW_ROWS == 0)
		progress_draw(im->writes ? "writing" : "checking",
		    im->writes ? im->spots_done : im->source.at,
		    im->writes ? im->spot_count : im->source.len);
	r = im->rules.preset->read(&im->source, &im->mem, cells, &im->ctl->why);
	if (!r || (r == V_NOT_FOUND && im->source.columns)) {
		int wrong = look_at_columns(im, cells);

		r = wrong ? wrong : r;
	}
	if (r)
		return r;
	return im->writes ? carry_out(im, cells, &spot) : plan(im, cells, &spot);
}

static int
check(struct import *im)
{
	struct import_cells cells = { .count = 0 };
	int r;

	import_source_rewind(&im->source);
	while ((r = next(im, &cells)) == 0)
		continue;
	progress_end();
	if (r != V_NOT_FOUND)
		return r;
	return im->columns_are_checked || !im->report.count ? 0 :
	    import_columns_check(im->ctl, &im->columns, &im->rules);
}

static int
by_id(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct uuid));
}

/* In the order of ids, so that a write changes few pages of the database. */
static int
write_all(struct import *im)
{
	struct import_cells cells = { .count = 0 };
	int r;

	im->writes = true;
	im->rows = 0;
	r = import_accounts_add(&im->accounts, im->ctl->auth);
	if (im->spot_count)
		qsort(im->spots, im->spot_count, sizeof *im->spots, by_id);
	while (!r && im->spots_done < im->spot_count) {
		const struct spot *spot = &im->spots[im->spots_done++];

		/* the first row is read behind the header */
		if (spot->at > 3)
			im->source.at = spot->at;
		else
			import_source_rewind(&im->source);
		im->source.line = spot->line;
		im->source.next = spot->next;
		r = next(im, &cells);
	}
	/* what has been hashed is not lost by an interruption */
	if (!r || r == -EINTR) {
		int flushed = flush(im);

		r = flushed ? flushed : r;
	}
	progress_end();
	return r;
}

/* --- both passes -------------------------------------------------------------------------- */

static int
refuse_rows(struct import *im, uint64_t count)
{
	im->ctl->why = count == 1 ? "1 row cannot be imported; nothing was written" :
	    arena_printf(&im->ctl->mem, "%llu rows cannot be imported; nothing was written",
	    (unsigned long long)count);
	return im->ctl->why ? V_INVALID : -ENOMEM;
}

/* The report and the totals are of what was written, whatever ended the import. */
static int
tell(struct import *im, int r)
{
	struct import_end end = { .is_dry = im->is_dry, .has_begun = im->writes,
	    .columns = &im->columns, .accounts = im->is_dry ? im->accounts.count :
	    im->accounts.added };
	int lost, told;

	if (r && !im->writes)
		import_report_await(&im->report);
	lost = import_report_write(&im->report, im->writes ? "the import ended early" :
	    "nothing was written");
	end.totals = import_report_totals(&im->report);
	told = import_tell(im->ctl, &end, r);
	if (r == -EINTR)
		im->ctl->why = im->writes ? "interrupted" : "interrupted; nothing was written";
	return r ? r : lost ? lost : told;
}

static int
both_passes(struct import *im)
{
	uint64_t refused;
	int r;

	secret_random(im->seen.key, sizeof im->seen.key);
	r = check(im);
	refused = import_report_totals(&im->report).counts[IMPORT_REFUSED];
	if (!r && refused)
		r = refuse_rows(im, refused);
	if (!r && !im->is_dry) {
		import_report_await(&im->report);
		r = write_all(im);
	}
	return tell(im, r);
}

/* --- the command ------------------------------------------------------------------------------ */

static int
take_options(struct ctl *ctl, struct import *im)
{
	static const char *const words[] = { "fail", "skip", "update" };
	const char *conflict = arguments_value(ctl, "on-conflict");
	size_t i = 0;

	im->rules = (struct import_rules){ .map = arguments_value(ctl, "map"),
	    .domain = arguments_value(ctl, "domain"), .role = arguments_value(ctl, "role"),
	    .sip_from = arguments_value(ctl, "sip-login-from"),
	    .allowed = (arguments_has(ctl, "allow-weak") ? FOREIGN_WEAK : 0) |
	    (arguments_has(ctl, "allow-costly") ? FOREIGN_COSTLY : 0) };
	im->rules.preset = import_preset_find(ctl->operands[0]);
	if (!im->rules.preset) {
		ctl->about = ctl->operands[0];
		return arguments_refuse(ctl, "no such preset; 'import formats' lists them");
	}
	while (conflict && i < NELEM(words) && strcmp(words[i], conflict) != 0)
		i++;
	if (i == NELEM(words))
		return arguments_refuse(ctl, "--on-conflict must be fail, skip or update");
	im->on_conflict = (int)i;
	if (im->rules.role && !user_role_known(im->rules.role)) {
		ctl->about = "--role";
		ctl->why = "must be Admin, User or Provider";
		return V_INVALID;
	}
	im->is_dry = arguments_has(ctl, "dry-run");
	return import_map_check(ctl, im->rules.map);
}

static int
open_report(struct ctl *ctl, struct import *im)
{
	const char *path = arguments_value(ctl, "report");
	int fd, r;

	if (!path)
		return 0;
	ctl->about = path;
	r = target_open(ctl, path, &fd);
	if (r)
		return r;
	im->report.file = fdopen(fd, "w");
	return im->report.file ? 0 : -errno;
}

static int
make_batch(struct import *im)
{
	im->batch = calloc(BATCH, sizeof *im->batch);
	im->pending = calloc(BATCH, sizeof *im->pending);
	return im->batch && im->pending ? 0 : -ENOMEM;
}

static void
drop(struct import *im)
{
	import_source_drop(&im->source);
	import_seen_drop(&im->seen);
	free(im->spots);
	free(im->batch);
	free(im->pending);
	import_accounts_drop(&im->accounts);
	arena_free(&im->columns.mem);
	arena_free(&im->mem);
}

int
ctl_import(struct ctl *ctl)
{
	struct import im = { .ctl = ctl };
	int lost, r;

	r = take_options(ctl, &im);
	/* the files are the caller's, who may be root */
	if (!r)
		r = import_source_read(ctl, ctl->operands[1], &im.source);
	if (!r)
		r = open_report(ctl, &im);
	if (!r)
		r = resources_open(ctl, NEED_AUTH);
	if (!r)
		r = make_batch(&im);
	if (!r) {
		ctl->about = ctl->operands[1];
		interrupted_catch();
		r = both_passes(&im);
	}
	lost = import_report_close(&im.report);
	if (lost && !r) {
		ctl->about = arguments_value(ctl, "report");
		r = lost;
	}
	drop(&im);
	return r;
}

int
ctl_import_formats(struct ctl *ctl)
{
	(void)ctl;
	for (const struct import_preset *p = import_presets; p->name; p++)
		printf("%-10s %s\n", p->name, p->reads);
	return 0;
}
