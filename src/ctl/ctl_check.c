// SPDX-License-Identifier: ISC
/* ctl/ctl_check.c - doorwardctl check: what is wrong in the database, and its repair. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/care.h"
#include "auth/where.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/apart.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"

struct checking {
	struct apart apart;		/* first; both processes share all of it */
	struct store_check check;
	struct ctl *ctl;
	char file[PATH_MAX];		/* where what is dropped goes */
	struct store_restore mend;	/* if the database fell back to a former state */
	char kept[PATH_MAX];		/* and this is it */
	bool is_json;
	FILE *out;			/* the file, once something was dropped */
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct checking, member), sizeof ((struct checking *)0)->member }

static const struct field fields[] = {
	FIELD(check.records, "records",  FIELD_NUMBER),
	FIELD(check.expired, "expired",  FIELD_NUMBER),
	FIELD(check.future,  "future",   FIELD_NUMBER),
	FIELD(check.mended,  "repaired", FIELD_NUMBER),
	FIELD(check.dropped, "dropped",  FIELD_NUMBER),
	FIELD(check.faults,  "faults",   FIELD_NUMBER),
	FIELD(file,          "file",     FIELD_TEXT),
	FIELD(kept,          "kept",     FIELD_TEXT),
};

static const struct record_kind check_kind = { "check", 0, sizeof(struct checking), fields,
    NELEM(fields) };

/* A finding as a JSON object, to which the caller may add. */
static void
open_finding(struct json_out *o, struct text *out, const struct store_finding *f)
{
	json_open(o, out);
	json_add_string(o, "table", f->table);
	json_add_string(o, "key", f->key);
	json_add_string(o, "fault", store_defect_text(f->defect));
	if (*f->lacks_table) {
		json_add_string(o, "entry_table", f->lacks_table);
		json_add_string(o, "entry_key", f->lacks_key);
	}
}

/* The bytes of a finding as text; NULL: no memory. */
static const char *
bytes_text(struct checking *c, const struct store_finding *f)
{
	char *hex;

	if (f->is_statement)
		return f->bytes;
	hex = arena_alloc(&c->ctl->mem, 2 * f->len + 1);
	if (hex)
		text_hex(hex, f->bytes, f->len);
	return hex;
}

/* One line of the file, and on the disk before the database changes. */
static int
keep(struct checking *c, const struct store_finding *f)
{
	const char *kept = bytes_text(c, f);
	struct json_out o;
	const char *line;
	struct text out;
	int fd, r;

	if (!kept)
		return -ENOMEM;
	c->ctl->about = c->file;
	if (!c->out) {
		fd = open(c->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		c->out = fd < 0 ? NULL : fdopen(fd, "w");
	}
	if (!c->out)
		return -errno;
	text_init(&out, &c->ctl->mem);
	open_finding(&o, &out, f);
	json_add_string(&o, f->is_statement ? "statement" : "bytes", kept);
	json_close(&o);
	text_puts(&out, "\n");
	r = text_done(&out, &line, NULL);
	if (r)
		return r;
	if (fputs(line, c->out) < 0 || fflush(c->out) != 0 || fdatasync(fileno(c->out)) != 0)
		return -errno;
	return 0;
}

static int
show(struct checking *c, const struct store_finding *f)
{
	struct json_out o;
	const char *line;
	struct text out;
	int r;

	text_init(&out, &c->ctl->mem);
	if (c->is_json) {
		open_finding(&o, &out, f);
		json_add_bool(&o, "repaired", f->mended);
		json_add_bool(&o, "dropped", f->dropped);
		json_close(&o);
		text_puts(&out, "\n");
	} else {
		text_printf(&out, "%s/%s %s", f->table, f->key, store_defect_text(f->defect));
		if (*f->lacks_table)
			text_printf(&out, ": %s/%s", f->lacks_table, f->lacks_key);
		text_puts(&out, f->mended ? " (repaired)\n" : f->dropped ? " (dropped)\n" : "\n");
	}
	r = text_done(&out, &line, NULL);
	if (!r)
		fputs(line, stdout);
	return r;
}

static int
found(void *arg, const struct store_finding *f)
{
	struct checking *c = arg;
	int r = 0;

	if (f->len)
		r = keep(c, f);
	return r ? r : show(c, f);
}

/* A name in data_dir, with the time between what, such as "dropped", and its suffix. */
static int
name_file(const struct ctl *ctl, const char *what, const char *suffix, char path[PATH_MAX])
{
	time_t now = (time_t)(ctl->now_ms / 1000);
	char stamp[32], name[64];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
	snprintf(name, sizeof name, "%s-%s.%s", what, stamp, suffix);
	return path_in(path, ctl->conf->data_dir, name);
}

/* A database that fell back to a former state cannot be opened: it is restored from itself. */
static int
mend(struct ctl *ctl, struct checking *c)
{
	int r;

	r = name_file(ctl, "replaced", "mdb", c->kept);
	if (r)
		return r;
	c->mend = (struct store_restore){ .now_ms = ctl->now_ms, .kept = c->kept,
	    .progress = apart_progress, .arg = c };
	atomic_store(&c->apart.what, "copying");
	r = care_mend(ctl->conf, &c->mend);
	if (r)
		*c->kept = '\0';
	if (r == -EBUSY)
		ctl->why = "other processes have the database open; stop the service first";
	return r ? r : auth_open_store(ctl->auth);
}

static void
say_what_came_back(const struct checking *c)
{
	if (!*c->kept || c->is_json)
		return;
	printf("the database fell back to a former state, and goes on from it: all JWTs and "
	    "sessions have ended, and it has %llu bearer and domain tokens, of which some may have "
	    "been revoked since\n",
	    (unsigned long long)(c->mend.tokens + c->mend.domain_tokens));
}

static int
check_all(struct ctl *ctl, struct apart *apart)
{
	struct checking *c = (struct checking *)apart;
	int r;

	r = resources_open(ctl, NEED_STORE);
	if (r == -EUCLEAN && c->check.repair)
		r = mend(ctl, c);
	if (!r || r == -EUCLEAN)
		ctl->about = where_name(ctl->conf);
	if (!r)
		r = name_file(ctl, "dropped", "jsonl", c->file);
	if (r)
		return r;
	atomic_store(&apart->what, "checking");
	r = care_check(ctl->auth, &c->check);
	if (!c->out)
		*c->file = '\0';
	else if (fclose(c->out) != 0 && !r)
		r = -errno;
	return r;
}

/* What was found until more than a record was damaged, which is one fault more. */
static int
report_cut(struct ctl *ctl, struct checking *c)
{
	c->check.faults++;
	if (access(c->file, F_OK) != 0)
		*c->file = '\0';
	say_what_came_back(c);
	record_show(ctl, &check_kind, c);
	ctl->about = where_name(ctl->conf);
	ctl->why = arena_printf(&ctl->mem, "at least %llu fault%s; the rest is so damaged that it "
	    "cannot be read; restore a backup", (unsigned long long)c->check.faults,
	    c->check.faults == 1 ? "" : "s");
	return -EBADMSG;
}

int
ctl_check(struct ctl *ctl)
{
	struct checking *c = apart_new(sizeof *c);
	int r;

	if (!c)
		return -ENOMEM;
	c->ctl = ctl;
	c->is_json = arguments_has(ctl, "json");
	c->check = (struct store_check){ .now_ms = ctl->now_ms, .found = found,
	    .repair = arguments_has(ctl, "repair"), .progress = apart_progress, .arg = c };
	r = apart_run(ctl, &c->apart, check_all, NULL);
	if (r == -EBADMSG && c->check.records)
		return report_cut(ctl, c);
	if (r == -EBADMSG) {
		ctl->about = where_name(ctl->conf);
		ctl->why = "the database is so damaged that it cannot be read; 'doorwardctl "
		    "restore' puts a backup in its place";
	}
	if (r)
		return r;
	say_what_came_back(c);
	r = record_show(ctl, &check_kind, c);
	if (r || !c->check.faults)
		return r;
	ctl->about = where_name(ctl->conf);
	ctl->why = arena_printf(&ctl->mem, "%llu fault%s", (unsigned long long)c->check.faults,
	    c->check.faults == 1 ? "" : "s");
	return -EBADMSG;
}
