// SPDX-License-Identifier: ISC
/* ctl/ctl_audit.c - doorwardctl audit: who did what, with which token, why did it fail? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/user.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/audit_files.h"
#include "ctl/audit_line.h"
#include "ctl/feeder.h"
#include "ctl/gunzip.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"

#define TIMES "2026-11-22, 2026-11-22T04:50:17Z or +01:00, or 2h: so long ago."

const struct argument ctl_audit_arguments[] = {
	{ "user", "USER", "Only what this user did or tried, or had done to it." },
	{ "since", "TIME", "Only from this time on: " TIMES },
	{ "until", "TIME", "Only before this time." },
	{ "token", "UUID", "Only where this bearer token was used, made, changed or ended." },
	{ "event", "EVENT", "Only this event; 'token.*' for all that begin so." },
	{ "json", NULL, "Print JSON, for programs." },
	{ NULL, NULL, NULL }
};

/* The names of a user, and what was given. */
#define NAMES_MAX 3

struct audit_search {
	struct ctl *ctl;
	char **files;
	bool json, has_user;
	char id[UUID_TEXT_SIZE];	/* of that user; "" if there is none in the database */
	const char *names[NAMES_MAX];
	size_t names_count;
	const char *event;		/* NULL: any */
	char token[UUID_TEXT_SIZE];	/* "": any */
	int64_t since_ms, until_ms;
	uint64_t shown;
	uint64_t undated;		/* else wanted, but not known to be of that span */
	struct arena mem;		/* of one line */
	struct gunzip gunzip;
	struct feeder_piece piece;
	char line[AUDIT_LINE_MAX];
	size_t len;
	bool is_too_long;
};

/* --- what is looked for ------------------------------------------------------------ */

/* "90s", "30m", "2h", "7d": so long ago.  V_MALFORMED. */
static int
read_ago(const char *text, int64_t now_ms, int64_t *ms)
{
	static const struct { char unit; int64_t unit_ms; } units[] = {
		{ 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 },
	};
	size_t len = strspn(text, TEXT_DIGITS);
	int64_t number;

	if (!len || !text[len] || text[len + 1] || text_integer(text, len, &number))
		return V_MALFORMED;
	for (size_t i = 0; i < NELEM(units); i++) {
		if (units[i].unit == text[len] && number <= now_ms / units[i].unit_ms) {
			*ms = now_ms - number * units[i].unit_ms;
			return 0;
		}
	}
	return V_MALFORMED;
}

static int
take_time(struct ctl *ctl, const char *option, int64_t preset_ms, int64_t *ms)
{
	const char *text = arguments_value(ctl, option);

	*ms = preset_ms;
	if (!text || read_ago(text, ctl->now_ms, ms) == 0 || clock_parse_iso(text, ms) == 0 ||
	    audit_line_time(text, ms) == 0)
		return 0;
	return arguments_refuse(ctl, arena_printf(&ctl->mem, "--%s is a time such as 2026-11-22, "
	    "2026-11-22T04:50:17Z, 2026-11-22T05:50:17+01:00, or 2h ago: 90s, 30m, 2h, 7d",
	    option));
}

static void
take_name(struct audit_search *s, const char *name)
{
	if (*name)
		s->names[s->names_count++] = name;
}

/* A user who was deleted is in the log still, by name or uuid. */
static int
find_user(struct audit_search *s, const char *name)
{
	struct ctl *ctl = s->ctl;
	struct user *user;
	struct uuid id;
	int r;

	s->has_user = true;
	take_name(s, name);
	if (uuid_parse(name, strlen(name), &id) == 0) {
		uuid_text(s->id, &id);
		return 0;
	}
	user = arena_alloc(&ctl->mem, sizeof *user);
	if (!user)
		return -ENOMEM;
	r = resources_open(ctl, NEED_STORE);
	if (!r)
		r = user_lookup(ctl->auth, name, user);
	if (r)
		return r < 0 ? r : 0;
	uuid_text(s->id, &user->id);
	take_name(s, user->email);
	take_name(s, user->sip_login);
	return 0;
}

static bool
is_id(const char *id, const char *field)
{
	return field && *id && strcasecmp(field, id) == 0;
}

static bool
is_of_user(const struct audit_search *s, const struct audit_line *line)
{
	const char *name = line->fields[FIELD_NAME];

	if (is_id(s->id, line->fields[FIELD_USER]) || is_id(s->id, line->fields[FIELD_BY]))
		return true;
	for (size_t i = 0; name && i < s->names_count; i++) {
		if (strcasecmp(name, s->names[i]) == 0)
			return true;
	}
	return false;
}

/* "token.*" stands for all that begins so. */
static bool
is_event(const char *wanted, const char *event)
{
	size_t len = strlen(wanted);

	if (len && wanted[len - 1] == '*')
		return strncmp(wanted, event, len - 1) == 0;
	return strcmp(wanted, event) == 0;
}

static bool
is_wanted(struct audit_search *s, const struct audit_line *line)
{
	if (s->event && !is_event(s->event, line->fields[FIELD_EVENT]))
		return false;
	if (s->has_user && !is_of_user(s, line))
		return false;
	if (*s->token && !is_id(s->token, line->fields[FIELD_TOKEN]) &&
	    !is_id(s->token, line->fields[FIELD_OBJECT]))
		return false;
	if (line->time)
		return line->time_ms >= s->since_ms && line->time_ms < s->until_ms;
	if (s->since_ms == INT64_MIN && s->until_ms == INT64_MAX)
		return true;
	s->undated++;
	return false;
}

/* --- what is shown ----------------------------------------------------------------- */

static int
put_json(struct audit_search *s, const struct audit_line *line)
{
	const char *text;
	struct json_out o;
	struct text out;
	int r;

	text_init(&out, &s->mem);
	json_open(&o, &out);
	json_add_string(&o, "time", line->time);
	for (int i = 0; i < AUDIT_FIELDS; i++) {
		if (i == FIELD_MS)
			json_add_raw(&o, audit_field_names[i], line->fields[i]);
		else
			json_add_string(&o, audit_field_names[i], line->fields[i]);
	}
	json_close(&o);
	r = text_done(&out, &text, NULL);
	if (!r)
		printf("%s%s", s->shown ? ",\n" : "[\n", text);
	return r;
}

/* Values without blanks, so that columns remain; the last may have some. */
static int
put_text(struct audit_search *s, const struct audit_line *line)
{
	static const enum audit_field fields[] = { FIELD_VIA, FIELD_USER, FIELD_BY, FIELD_OBJECT,
	    FIELD_TOKEN, FIELD_FAILED, FIELD_WHY, FIELD_NAME };
	const char *text, *agent = line->fields[FIELD_UA];
	struct text out;
	int r;

	text_init(&out, &s->mem);
	text_puts(&out, line->time ? line->time : "-");
	text_puts(&out, " ");
	text_put_percent(&out, line->fields[FIELD_IP] ? line->fields[FIELD_IP] : "-", TEXT_PATH);
	text_puts(&out, " ");
	text_put_percent(&out, line->fields[FIELD_EVENT], TEXT_PATH);
	text_puts(&out, " ");
	text_put_percent(&out, line->fields[FIELD_RESULT], TEXT_PATH);
	for (size_t i = 0; i < NELEM(fields); i++) {
		if (!line->fields[fields[i]])
			continue;
		text_printf(&out, " %s=", audit_field_names[fields[i]]);
		text_put_percent(&out, line->fields[fields[i]], TEXT_PATH ",");
	}
	agent = agent ? record_show_clean(&s->mem, agent) : NULL;
	if (agent)
		text_printf(&out, " ua=%s", agent);
	r = text_done(&out, &text, NULL);
	if (!r)
		puts(text);
	return r;
}

/* --- reading ----------------------------------------------------------------------- */

static int
end_line(struct audit_search *s)
{
	struct audit_line line;
	int r = V_MALFORMED;

	if (!s->is_too_long)
		r = audit_line_read(&s->mem, s->line, s->len, &line);
	if (!r && is_wanted(s, &line)) {
		r = s->json ? put_json(s, &line) : put_text(s, &line);
		s->shown++;
	}
	arena_wipe(&s->mem);
	s->len = 0;
	s->is_too_long = false;
	return r < 0 ? r : 0;
}

static void
add_to_line(struct audit_search *s, const char *bytes, size_t len)
{
	s->is_too_long |= len > sizeof s->line - s->len;
	if (s->is_too_long)
		return;
	memcpy(s->line + s->len, bytes, len);
	s->len += len;
}

static int
take_bytes(const char *bytes, size_t len, void *arg)
{
	struct audit_search *s = arg;
	const char *end;
	int r = 0;

	while (!r && (end = memchr(bytes, '\n', len))) {
		add_to_line(s, bytes, (size_t)(end - bytes));
		len -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
		r = end_line(s);
	}
	add_to_line(s, bytes, len);
	return r;
}

static const char *
why_unread(int r)
{
	if (r == -ENOTSUP)
		return "it is compressed, but not by gzip: name - and pipe what it contains";
	return r == -EBADMSG ? "it is damaged, or cut" : strerror(-r);
}

/* The end of one file.  What is damaged or cannot be read does not spare the others. */
static int
end_file(struct audit_search *s, int r)
{
	const char *shown = record_show_clean(&s->ctl->mem, s->files[s->piece.file]);

	if (!r)
		r = s->piece.r ? s->piece.r : gunzip_end(&s->gunzip);
	if (r)
		fprintf(stderr, "doorwardctl: audit: %s: %s\n", shown ? shown : "?", why_unread(r));
	if (s->len || s->is_too_long)
		end_line(s);
	gunzip_begin(&s->gunzip, take_bytes, s);
	return r;
}

static int
read_files(struct audit_search *s, struct feeder *feeder)
{
	int r, bad = 0, unread = 0;

	gunzip_begin(&s->gunzip, take_bytes, s);
	while ((r = feeder_next(feeder, &s->piece)) > 0) {
		if (s->piece.len && !bad)
			bad = gunzip_add(&s->gunzip, s->piece.bytes, s->piece.len);
		if (bad && bad != -EBADMSG && bad != -ENOTSUP)
			return bad;
		if (!s->piece.len) {
			bad = end_file(s, bad);
			unread = bad ? bad : unread;
			bad = 0;
		}
	}
	return r ? r : unread;
}

/* The files that were given; else the configured one, and what was made of it. */
static int
find_files(struct audit_search *s)
{
	struct ctl *ctl = s->ctl;
	int r;

	s->files = ctl->operands;
	if (*s->files)
		return 0;
	r = resources_open(ctl, NEED_CONF);
	if (r)
		return r;
	if (*ctl->conf->log_target != '/')
		return arguments_refuse(ctl, arena_printf(&ctl->mem, "log_target is %s: name "
		    "files, or run: journalctl -o short-iso -u doorward | doorwardctl audit - ...",
		    ctl->conf->log_target));
	ctl->about = ctl->conf->log_target;
	r = audit_files_find(&ctl->mem, ctl->conf->log_target, &s->files);
	if (!r)
		ctl->about = NULL;
	return r;
}

/* What would find nothing for certain is a mistake. */
static int
refuse_empty(struct ctl *ctl, const char *option)
{
	const char *text = arguments_value(ctl, option);

	if (!text || *text)
		return 0;
	return arguments_refuse(ctl, arena_printf(&ctl->mem, "--%s is empty", option));
}

static int
take_token(struct audit_search *s)
{
	const char *text = arguments_value(s->ctl, "token");
	struct uuid id;

	if (!text)
		return 0;
	if (uuid_parse(text, strlen(text), &id))
		return arguments_refuse(s->ctl, "--token is the uuid of a bearer token");
	uuid_text(s->token, &id);
	return 0;
}

static int
take_options(struct audit_search *s)
{
	struct ctl *ctl = s->ctl;
	int r;

	s->json = arguments_has(ctl, "json");
	s->event = arguments_value(ctl, "event");
	r = refuse_empty(ctl, "event");
	if (!r)
		r = refuse_empty(ctl, "user");
	if (!r)
		r = take_token(s);
	if (!r)
		r = take_time(ctl, "since", INT64_MIN, &s->since_ms);
	if (!r)
		r = take_time(ctl, "until", INT64_MAX, &s->until_ms);
	if (!r && s->since_ms >= s->until_ms)
		r = arguments_refuse(ctl, "--since is not before --until: nothing is between");
	return r;
}

/* Who looks for what happened in a span must not take silence for nothing. */
static int
tell_undated(const struct audit_search *s)
{
	struct ctl *ctl = s->ctl;

	ctl->why = arena_printf(&ctl->mem, "%llu line%s without a readable time left out",
	    (unsigned long long)s->undated, s->undated == 1 ? "" : "s");
	return -EBADMSG;
}

static void
drop(struct audit_search **s)
{
	if (*s) {
		gunzip_close(&(*s)->gunzip);
		arena_free(&(*s)->mem);
	}
	free(*s);
}

int
ctl_audit(struct ctl *ctl)
{
	GUARD(feeder_close) struct feeder feeder = { -1, -1 };
	GUARD(drop) struct audit_search *s = calloc(1, sizeof *s);
	const char *user = arguments_value(ctl, "user");
	int r;

	if (!s)
		return -ENOMEM;
	s->ctl = ctl;
	arena_init(&s->mem, 0);
	r = take_options(s);
	if (!r)
		r = find_files(s);
	/* the files are the caller's, who may be root */
	if (!r)
		r = feeder_open(&feeder, s->files);
	if (!r && user)
		r = find_user(s, user);
	if (r)
		return r;
	r = read_files(s, &feeder);
	if (s->json)
		fputs(s->shown ? "\n]\n" : "[]\n", stdout);
	if (r < 0)
		ctl->why = "not everything was read";
	return !r && s->undated ? tell_undated(s) : r;
}
