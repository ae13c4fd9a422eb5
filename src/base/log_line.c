// SPDX-License-Identifier: ISC
/* base/log_line.c - a line of the log, as text or as JSON, made of the same fields. */
#include "base/log_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/guard.h"
#include "base/text.h"

/* What the longest text of a line may take of it; the rest is for fields. */
#define WHAT_SIZE	2048
#define END_LEN		(sizeof "}\n" - 1)

struct line {
	char *at;
	size_t len;
	size_t size;			/* as much as may be used now */
	bool is_full;			/* something did not fit */
};

static void
put(struct line *l, const char *bytes, size_t len)
{
	l->is_full |= len > l->size - l->len;
	if (l->is_full)
		return;
	memcpy(l->at + l->len, bytes, len);
	l->len += len;
}

static void
put_string(struct line *l, const char *string)
{
	put(l, string, strlen(string));
}

static void
put_number(struct line *l, int64_t number)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)number);
	put_string(l, digits);
}

static bool
is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* --- text ------------------------------------------------------------------------ */

static void
put_clean(struct line *l, const char *string)
{
	for (; *string; string++)
		put(l, is_control((unsigned char)*string) ? "?" : string, 1);
}

static void
put_percent(struct line *l, const char *string)
{
	char escape[4];

	for (; *string; string++) {
		if (strchr(TEXT_PATH, *string)) {
			put(l, string, 1);
			continue;
		}
		snprintf(escape, sizeof escape, "%%%02X", (unsigned char)*string);
		put(l, escape, 3);
	}
}

static void
put_text_field(struct line *l, const struct log_field *field)
{
	bool has_text = field->text && *field->text;

	put_string(l, " ");
	put_string(l, field->name);
	put_string(l, "=");
	if (field->kind == LOG_NUMBER)
		put_number(l, field->number);
	else if (!has_text)
		put_string(l, field->kind == LOG_TAIL ? "" : "-");
	else if (field->kind == LOG_WORD)
		put_clean(l, field->text);
	else
		put_percent(l, field->text);
}

static void
put_text_head(struct line *l, const struct log_head *head)
{
	put_string(l, head->stamp);
	put_string(l, " ");
	put_clean(l, head->host);
	put_string(l, " doorward[");
	put_number(l, head->pid);
	put_string(l, "]: ");
}

/* --- JSON ------------------------------------------------------------------------ */

/* The length of the UTF-8 character at the front; 0 if it is none. */
static size_t
character_len(const char *string)
{
	unsigned char first = (unsigned char)*string;
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	return strnlen(string, len) == len && text_is_utf8(string, len) ? len : 0;
}

/* Neither in JSON nor on a terminal may these be as they are: C0, DEL and C1. */
static void
put_control(struct line *l, unsigned int c)
{
	char escape[8];

	snprintf(escape, sizeof escape, "\\u%04x", c);
	put_string(l, escape);
}

static size_t
put_character(struct line *l, const char *at)
{
	const unsigned char *bytes = (const unsigned char *)at;
	size_t len = character_len(at);

	if (!len)
		put_string(l, "\xef\xbf\xbd");		/* U+FFFD */
	else if (is_control(bytes[0]))
		put_control(l, bytes[0]);
	else if (bytes[0] == 0xc2 && bytes[1] < 0xa0)
		put_control(l, bytes[1]);
	else if (*at == '"' || *at == '\\')
		put(l, *at == '"' ? "\\\"" : "\\\\", 2);
	else
		put(l, at, len);
	return len ? len : 1;
}

static void
put_quoted(struct line *l, const char *string)
{
	put_string(l, "\"");
	while (*string && !l->is_full)
		string += put_character(l, string);
	put_string(l, "\"");
}

/* What is too long ends where the next character would not fit. */
static void
put_quoted_cut(struct line *l, const char *string, size_t max)
{
	size_t whole = l->size;

	put_string(l, "\"");
	if (l->len + max < whole)
		l->size = l->len + max;
	while (*string && !l->is_full)
		string += put_character(l, string);
	l->size = whole;
	l->is_full = false;
	put_string(l, "\"");
}

static void
put_json_name(struct line *l, const char *name)
{
	put_string(l, l->len > 1 ? ",\"" : "\"");
	put_string(l, name);
	put_string(l, "\":");
}

static void
put_json_field(struct line *l, const struct log_field *field)
{
	put_json_name(l, field->name);
	if (field->kind == LOG_NUMBER)
		put_number(l, field->number);
	else if (field->text && *field->text)
		put_quoted(l, field->text);
	else
		put_string(l, "null");
}

static void
put_json_head(struct line *l, const struct log_head *head)
{
	static const char *const levels[] = {
		[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};
	const struct log_field fields[] = {
		{ "time", LOG_WORD, head->stamp, 0 },
		{ "host", LOG_WORD, head->host, 0 },
		{ "pid", LOG_NUMBER, NULL, head->pid },
		{ "level", LOG_WORD, levels[head->level], 0 },
	};

	for (size_t i = 0; i < NELEM(fields); i++)
		put_json_field(l, &fields[i]);
}

/* --- both ------------------------------------------------------------------------ */

static void
put_fields(struct line *l, struct log_fields fields,
    void (*put_field)(struct line *l, const struct log_field *field))
{
	size_t len;

	for (size_t i = 0; i < fields.count; i++) {
		len = l->len;
		put_field(l, &fields.at[i]);
		if (l->is_full) {
			l->len = len;
			l->is_full = false;
			return;
		}
	}
}

size_t
log_line_make(enum log_format format, const struct log_head *head, const char *what,
    struct log_fields fields, char line[LOG_LINE_SIZE])
{
	struct line l = { .at = line, .size = LOG_LINE_SIZE - END_LEN };

	if (format == LOG_FORMAT_JSON) {
		put_string(&l, "{");
		put_json_head(&l, head);
		put_json_name(&l, "message");
		put_quoted_cut(&l, what, WHAT_SIZE);
		put_fields(&l, fields, put_json_field);
	} else {
		if (head)
			put_text_head(&l, head);
		put_clean(&l, what);
		put_fields(&l, fields, put_text_field);
	}
	l.size = LOG_LINE_SIZE;
	l.is_full = false;
	put_string(&l, format == LOG_FORMAT_JSON ? "}\n" : "\n");
	return l.len;
}
