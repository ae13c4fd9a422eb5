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
#include "ctl/progress.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"
#include "ctl/target.h"

/* Users of one write: the service waits that long. */
#define BATCH 5000

/* How many rows pass before the bar is looked at. */
#define DRAW_ROWS 256

enum outcome { ADDED, UPDATED, SKIPPED, PRESENT, REFUSED, OUTCOMES };

static const char *const outcome_names[OUTCOMES] = {
	[ADDED]   = "added",
	[UPDATED] = "updated",
	[SKIPPED] = "skipped",
	[PRESENT] = "present",		/* by an earlier run of this import */
	[REFUSED] = "refused",
};

/* Where a row is in the source, and the id of its user. */
struct spot {
	struct uuid id;
	size_t at, line, next;
};

struct import {
	struct ctl *ctl;
	struct import_rules rules;
	struct import_source source;
	enum { FAIL, SKIP, UPDATE } on_conflict;
	FILE *report;
	bool is_dry;
	bool writes;			/* the second time through the file */
	struct arena mem;		/* of one row */
	struct import_seen seen;
	struct spot *spots;		/* of the rows that are to be written */
	size_t spot_room, spot_count, spots_done;
	uint64_t rows;			/* read so far, for the bar */
	uint64_t noted;			/* rows of which there is something to be said */
	struct user_write *batch;
	size_t batch_count;
	struct import_accounts accounts;	/* to be added before their users */
	uint64_t counts[OUTCOMES];
};

/* --- what becomes of a row ----------------------------------------------------------------- */

static void
say(struct import *im, const struct import_row *row, enum outcome outcome)
{
	const char *shown = row->wrong ? record_show_clean(&im->mem, row->wrong) : NULL;
	struct json_out o;
	struct text out;
	const char *json, *note = NULL;

	im->counts[outcome]++;
	if (outcome == ADDED || outcome == UPDATED)
		note = import_secret_note(&im->mem, row, im->ctl->conf->ha1b);
	/* a user who is there keeps the password, unless the row has one */
	if (outcome == UPDATED && row->secrets < 2)
		note = NULL;
	im->noted += note != NULL;
	if (outcome == REFUSED) {
		progress_end();
		fprintf(stderr, "line %zu: %s\n", row->line, shown ? shown : "refused");
	}
	if (!im->report || (!im->writes && !im->is_dry && outcome != REFUSED))
		return;
	text_init(&out, &im->mem);
	json_open(&o, &out);
	json_add_integer(&o, "line", (int64_t)row->line);
	json_add_string(&o, "email", *row->user.email ? row->user.email : NULL);
	json_add_string(&o, "result", outcome_names[outcome]);
	json_add_string(&o, "reason", shown);
	json_add_string(&o, "note", note);
	json_close(&o);
	if (text_done(&out, &json, NULL) == 0)
		fprintf(im->report, "%s\n", json);
}

/* Whom the row would change or add.  V_EXISTS with row->wrong: it may not. */
static int
decide(struct import *im, struct import_row *row, struct user *other, enum outcome *outcome)
{
	const char *taken;
	int r;

	r = user_import_find(im->ctl->auth, &row->user, other, &taken);
	if (r != V_EXISTS) {
		*outcome = ADDED;
		return r;
	}
	if (im->on_conflict == UPDATE && !other->deleted_ms) {
		*outcome = UPDATED;
		r = user_import_fits(im->ctl->auth, &row->user, &other->id, &taken);
		if (r > 0)
			row->wrong = arena_printf(&im->mem, "%s: another user has it",
			    import_seen_as(row, taken));
		return r;
	}
	*outcome = uuid_equal(&other->id, &row->user.id) ? PRESENT : SKIPPED;
	if (*outcome == SKIPPED)
		row->wrong = arena_printf(&im->mem, "%s: exists already",
		    import_seen_as(row, taken));
	return *outcome == PRESENT || im->on_conflict == SKIP ? 0 : V_EXISTS;
}

static int
flush(struct import *im)
{
	int r;

	r = user_import_write(im->ctl->auth, im->batch, im->batch_count, im->ctl->now_ms);
	secret_wipe(im->batch, im->batch_count * sizeof *im->batch);
	im->batch_count = 0;
	if (r == V_EXISTS)
		im->ctl->why = "a name was taken meanwhile; run the same command again";
	return r;
}

static int
add(struct import *im, struct import_row *row, const struct user *other, enum outcome outcome)
{
	struct user_write *write = &im->batch[im->batch_count];
	int r;

	*write = (struct user_write){ .user = row->user };
	if (outcome == UPDATED) {
		write->user.id = other->id;
		write->mask = row->mask;
		write->turn = row->is_disabled ? DISABLE : row->is_enabled ? ENABLE : AS_BEFORE;
	}
	r = import_row_seal(im->ctl, &im->rules, row, write);
	if (r)
		return r;
	return ++im->batch_count == BATCH ? flush(im) : 0;
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

static bool
is_written(enum outcome outcome)
{
	return outcome == ADDED || outcome == UPDATED;
}

/* One row, when it is checked, and again when it is written. */
static int
visit(struct import *im, const struct import_cells *cells, const struct spot *spot)
{
	enum outcome outcome = REFUSED;
	struct import_row row;
	struct user other;
	int r;

	r = import_row_make(im->ctl, &im->rules, &im->mem, cells, &row);
	if (!r && !im->writes)
		r = import_seen_all(&im->seen, &im->mem, &row);
	if (!r)
		r = decide(im, &row, &other, &outcome);
	if (!r && !im->writes && is_written(outcome))
		r = import_accounts_remember(&im->accounts, &row);
	if (!r && !im->writes)
		r = remember(im, &row, spot);
	if (!r && im->writes && is_written(outcome))
		r = add(im, &row, &other, outcome);
	if (r < 0 || (r && im->writes))
		return r;
	say(im, &row, r ? REFUSED : outcome);
	return 0;
}

/* The row at the place where the source is. */
static int
next(struct import *im, struct import_cells *cells)
{
	const struct spot spot = { .at = im->source.at, .line = im->source.line,
	    .next = im->source.next };
	int r;

	arena_wipe(&im->mem);
	if (im->rows++ % DRAW_ROWS == 0)
		progress_draw(im->writes ? "writing" : "checking",
		    im->writes ? im->spots_done : im->source.at,
		    im->writes ? im->spot_count : im->source.len);
	r = im->rules.preset->read(&im->source, &im->mem, cells, &im->ctl->why);
	return r ? r : visit(im, cells, &spot);
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
	return r == V_NOT_FOUND ? 0 : r;
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
	memset(im->counts, 0, sizeof im->counts);
	im->noted = 0;
	im->rows = 0;
	r = import_accounts_add(&im->accounts, im->ctl->auth);
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
	if (!r)
		r = flush(im);
	progress_end();
	return r;
}

/* How many rows there are of each outcome. */
static int
tell(struct import *im)
{
	struct json_out o;
	struct text out;
	const char *json;
	int r;

	text_init(&out, &im->ctl->mem);
	json_open(&o, &out);
	json_add_bool(&o, "dry_run", im->is_dry);
	for (size_t i = 0; i < REFUSED; i++)
		json_add_integer(&o, outcome_names[i], (int64_t)im->counts[i]);
	json_add_integer(&o, "accounts", (int64_t)im->accounts.count);
	json_add_integer(&o, "noted", (int64_t)im->noted);
	json_close(&o);
	r = text_done(&out, &json, NULL);
	if (r)
		return r;
	if (arguments_has(im->ctl, "json"))
		return puts(json) < 0 ? -EIO : 0;
	for (size_t i = 0; i < REFUSED; i++)
		printf("%s: %llu\n", outcome_names[i], (unsigned long long)im->counts[i]);
	if (im->accounts.count)
		printf("accounts added: %zu\n", im->accounts.count);
	if (im->noted)
		printf("noted: %llu; --report says what\n", (unsigned long long)im->noted);
	return 0;
}

static int
both_passes(struct import *im)
{
	int r;

	secret_random(im->seen.key, sizeof im->seen.key);
	r = check(im);
	if (r)
		return r;
	if (im->counts[REFUSED]) {
		im->ctl->why = arena_printf(&im->ctl->mem, "%llu of the rows cannot be taken; "
		    "nothing was written", (unsigned long long)im->counts[REFUSED]);
		return V_INVALID;
	}
	if (!im->is_dry)
		r = write_all(im);
	return r ? r : tell(im);
}

/* --- the command ------------------------------------------------------------------------------ */

/* All of the file, or of standard input. */
static int
slurp(struct ctl *ctl, const char *path, struct import_source *s)
{
	GUARD(fd_close) int fd = -1;
	size_t room = 1 << 20;
	char *bytes = malloc(room), *more;
	ssize_t got;

	ctl->about = path;
	fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !bytes) {
		free(bytes);
		return fd < 0 ? -errno : -ENOMEM;
	}
	while ((got = read(fd, bytes + s->len, room - s->len)) > 0) {
		s->len += (size_t)got;
		if (s->len < room)
			continue;
		more = realloc(bytes, 2 * room);
		if (!more)
			break;
		bytes = more;
		room *= 2;
	}
	s->bytes = bytes;
	return got < 0 ? -errno : got ? -ENOMEM : 0;
}

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
	im->report = fdopen(fd, "w");
	return im->report ? 0 : -errno;
}

int
ctl_import(struct ctl *ctl)
{
	struct import im = { .ctl = ctl };
	int r;

	arena_init(&im.mem, 0);
	arena_init(&im.source.mem, 0);
	r = take_options(ctl, &im);
	/* the files are the caller's, who may be root */
	if (!r)
		r = slurp(ctl, ctl->operands[1], &im.source);
	if (!r)
		r = open_report(ctl, &im);
	if (!r)
		r = resources_open(ctl, NEED_AUTH);
	if (!r)
		ctl->about = ctl->operands[1];
	im.batch = r ? NULL : calloc(BATCH, sizeof *im.batch);
	if (!r)
		r = im.batch ? both_passes(&im) : -ENOMEM;
	if (im.report && fclose(im.report) != 0 && !r)
		r = -errno;
	json_drop(&im.source.root);
	secret_wipe((void *)(uintptr_t)im.source.bytes, im.source.len);
	free((void *)(uintptr_t)im.source.bytes);
	import_seen_drop(&im.seen);
	free(im.spots);
	free(im.batch);
	import_accounts_drop(&im.accounts);
	arena_free(&im.source.mem);
	arena_free(&im.mem);
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
