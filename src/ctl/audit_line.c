// SPDX-License-Identifier: ISC
/* ctl/audit_line.c - a line of the log of requests, read back. */
#include "ctl/audit_line.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/text.h"
#include "base/verdict.h"

const char *const audit_field_names[AUDIT_FIELDS] = {
	[FIELD_EVENT] = "event",
	[FIELD_RESULT] = "result",
	[FIELD_STEP] = "step",
	[FIELD_IP] = "ip",
	[FIELD_VIA] = "via",
	[FIELD_USER] = "user",
	[FIELD_BY] = "by",
	[FIELD_OBJECT] = "object",
	[FIELD_TOKEN] = "token",
	[FIELD_MS] = "ms",
	[FIELD_RID] = "rid",
	[FIELD_FAILED] = "failed",
	[FIELD_WHY] = "why",
	[FIELD_UA] = "ua",
	[FIELD_NAME] = "name",
};

/* Between the process that wrote a line of text and what it says of a request. */
#define CALL "]: call "
#define ENTRY_CALL "call "		/* what the journal has of it */

static int
find_field(const char *name, size_t len)
{
	for (int i = 0; i < AUDIT_FIELDS; i++) {
		if (strlen(audit_field_names[i]) == len &&
		    memcmp(audit_field_names[i], name, len) == 0)
			return i;
	}
	return -1;
}

/*
 * A line that was cut has no event, result or name.  One that has bytes which the service
 * does not write is damaged, or another program's.
 */
static int
check_whole(const struct audit_line *line)
{
	const char *ms = line->fields[FIELD_MS];
	int64_t number;

	if (!line->fields[FIELD_EVENT] || !line->fields[FIELD_RESULT] || !ms ||
	    text_integer(ms, strlen(ms), &number) || number < 0)
		return V_MALFORMED;
	for (int i = 0; i < AUDIT_FIELDS; i++) {
		const char *value = line->fields[i];

		if (value && !text_is_utf8(value, strlen(value)))
			return V_MALFORMED;
	}
	return 0;
}

/* --- time ------------------------------------------------------------------------- */

/* Of those that at begins with; -1: it does not. */
static int
two_digits(const char *at)
{
	return strspn(at, TEXT_DIGITS) < 2 ? -1 : 10 * (at[0] - '0') + at[1] - '0';
}

/* "+01:00" and its like, in minutes; Z is 0.  V_MALFORMED. */
static int
read_zone(const char *text, int *minutes)
{
	const char *at = text + 1;
	int hour, minute = -1;

	*minutes = 0;
	if (strcmp(text, "Z") == 0)
		return 0;
	if (*text != '+' && *text != '-')
		return V_MALFORMED;
	hour = two_digits(at);
	if (hour >= 0) {
		at += at[2] == ':' ? 3 : 2;	/* the journal writes it without */
		minute = two_digits(at);
	}
	if (hour > 23 || minute < 0 || minute > 59 || at[2])
		return V_MALFORMED;
	*minutes = (*text == '-' ? -1 : 1) * (60 * hour + minute);
	return 0;
}

/* With or without a fraction of a second, which is not looked at. */
int
audit_line_time(const char *text, int64_t *ms)
{
	const size_t len = sizeof "2026-11-22T04:50:17" - 1;
	char second[sizeof "2026-11-22T04:50:17Z"];
	const char *zone = text + len;
	int minutes, r;

	if (strlen(text) <= len)
		return V_MALFORMED;
	snprintf(second, sizeof second, "%.*sZ", (int)len, text);
	if (*zone == '.' && strspn(zone + 1, TEXT_DIGITS))
		zone += 1 + strspn(zone + 1, TEXT_DIGITS);
	r = clock_parse_iso(second, ms);
	if (!r)
		r = read_zone(zone, &minutes);
	if (!r)
		*ms -= INT64_C(60000) * minutes;
	return r;
}

/* The stamp is two words before the one that CALL ends: "STAMP HOST doorward[123]: call". */
static void
take_time(const char *line, char *end, struct audit_line *out)
{
	char *at = end;

	*end = '\0';
	for (int words = 0; at > line; at--) {
		if (at[-1] == ' ' && ++words == 3)
			break;
		if (at[-1] == ' ')
			at[-1] = '\0';
	}
	out->time = audit_line_time(at, &out->time_ms) == 0 ? at : NULL;
}

/* --- text ------------------------------------------------------------------------- */

static int
digit(char c)
{
	const char *digits = "0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* In place.  What was no UTF-8 stays encoded. */
static void
decode(char *value)
{
	size_t len = 0, size = strlen(value) + 1;
	char plain[AUDIT_LINE_MAX + 1];

	for (const char *at = value; *at; at++) {
		bool is_escape = *at == '%' && digit(at[1]) >= 0 && digit(at[2]) >= 0;

		plain[len++] = is_escape ? (char)(16 * digit(at[1]) + digit(at[2])) : *at;
		at += is_escape ? 2 : 0;
	}
	plain[len] = '\0';
	if (strlen(plain) == len && text_is_utf8(plain, len) && len < size)
		memcpy(value, plain, len + 1);
}

static void
take_field(char *pair, struct audit_line *out)
{
	char *value = strchr(pair, '=');
	int field;

	if (!value)
		return;
	field = find_field(pair, (size_t)(value - pair));
	value++;
	if (field < 0 || !*value || strcmp(value, "-") == 0)
		return;
	if (field == FIELD_IP || field == FIELD_UA || field == FIELD_NAME)
		decode(value);
	out->fields[field] = value;
}

static void
take_fields(char *rest, struct audit_line *out)
{
	char *pair;

	while ((pair = strsep(&rest, " ")))
		take_field(pair, out);
}

static int
read_text(char *line, char *call, struct audit_line *out)
{
	take_fields(call + strlen(CALL), out);
	take_time(line, call, out);
	return check_whole(out);
}

/* --- JSON ------------------------------------------------------------------------- */

static int
copy_member(struct arena *mem, const struct json *root, enum audit_field field,
    struct audit_line *out)
{
	const char *name = audit_field_names[field], *text = json_member_text(root, name);
	int64_t number;

	if (field == FIELD_MS && json_member_integer(root, name, &number))
		out->fields[field] = arena_printf(mem, "%lld", (long long)number);
	else if (field != FIELD_MS && text && *text)
		out->fields[field] = arena_strdup(mem, text);
	else
		return 0;
	return out->fields[field] ? 0 : -ENOMEM;
}

static int
take_members(struct arena *mem, const struct json *root, struct audit_line *out)
{
	const char *stamp;
	int r = 0;

	if (!json_member_is(root, "message", "call"))
		return V_MALFORMED;
	for (int i = 0; !r && i < AUDIT_FIELDS; i++)
		r = copy_member(mem, root, (enum audit_field)i, out);
	stamp = json_member_text(root, "time");
	if (r || !stamp || audit_line_time(stamp, &out->time_ms))
		return r ? r : check_whole(out);
	out->time = arena_strdup(mem, stamp);
	return out->time ? check_whole(out) : -ENOMEM;
}

/* The time at which the journal took a line, in us. */
static int
take_journal_time(struct arena *mem, const struct json *entry, struct audit_line *out)
{
	const char *us = json_member_text(entry, "__REALTIME_TIMESTAMP");
	char time[CLOCK_ISO_SIZE];
	int64_t number;

	if (!us || text_integer(us, strlen(us), &number))
		return 0;
	out->time_ms = number / 1000;
	clock_iso(time, out->time_ms);
	out->time = arena_strdup(mem, time);
	return out->time ? 0 : -ENOMEM;
}

/* An entry of "journalctl -o json", whose message is what the service wrote, in either form. */
static int
read_entry(struct arena *mem, const struct json *entry, const char *message,
    struct audit_line *out)
{
	GUARD(json_drop) struct json *root = NULL;
	const size_t len = strlen(ENTRY_CALL);
	char *copy;
	int r;

	if (*message == '{') {
		r = json_parse(message, strlen(message), &root);
		return r ? r : take_members(mem, root, out);
	}
	if (strncmp(message, ENTRY_CALL, len) != 0)
		return V_MALFORMED;
	copy = arena_strdup(mem, message + len);
	if (!copy)
		return -ENOMEM;
	take_fields(copy, out);
	r = take_journal_time(mem, entry, out);
	return r ? r : check_whole(out);
}

static int
read_json(struct arena *mem, const char *text, size_t len, struct audit_line *out)
{
	GUARD(json_drop) struct json *root = NULL;
	const char *message;
	int r;

	r = json_parse(text, len, &root);
	if (r)
		return r;
	message = json_member_text(root, "MESSAGE");
	return message ? read_entry(mem, root, message, out) : take_members(mem, root, out);
}

/* Names in text are encoded, so that the first CALL is the service's own. */
int
audit_line_read(struct arena *mem, const char *line, size_t len, struct audit_line *out)
{
	struct audit_line found = { .time = NULL };
	const char *object;
	char *copy, *call;
	int r;

	if (len > AUDIT_LINE_MAX || memchr(line, '\0', len))
		return V_MALFORMED;
	copy = arena_strndup(mem, line, len);
	if (!copy)
		return -ENOMEM;
	call = strstr(copy, CALL);
	object = strchr(copy, '{');
	if (!call && !object)
		return V_MALFORMED;
	if (object && (!call || object < call))
		r = read_json(mem, object, strlen(object), &found);
	else
		r = read_text(copy, call, &found);
	if (!r)
		*out = found;
	return r;
}
