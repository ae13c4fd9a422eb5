// SPDX-License-Identifier: ISC
/* base/json_write.c - writes JSON as text. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/words.h"

static void
put_character(struct text *out, unsigned char c)
{
	static const char escapes[] = "\bb\tt\nn\ff\rr\"\"\\\\";
	char plain = (char)c;

	for (const char *e = escapes; *e; e += 2) {
		if (*e == plain) {
			text_printf(out, "\\%c", e[1]);
			return;
		}
	}
	if (c < 0x20 || c == 0x7f)
		text_printf(out, "\\u%04x", c);
	else
		text_put(out, &plain, 1);
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

#define EACH(byte)	(UINT64_MAX / 255 * (byte))
#define HIGH_BITS(word)	((word) & EACH(0x80))

/*
 * How many bytes at the front are plain.  Eight at a time, as long as none of them has its
 * high bit set: nearly all that is written is plain, and a JWT is long.
 */
static size_t
plain_len(const char *bytes, size_t len)
{
	uint64_t word, special;
	size_t at;

	for (at = 0; len - at >= sizeof word; at += sizeof word) {
		memcpy(&word, bytes + at, sizeof word);
		/* subtraction borrows into the high bit of a byte that is 0, or below 0x20 */
		special = (word - EACH(0x20)) | ((word ^ EACH('"')) - EACH(1)) |
		    ((word ^ EACH('\\')) - EACH(1)) | ((word ^ EACH(0x7f)) - EACH(1)) | word;
		if (HIGH_BITS(special))
			break;
	}
	while (at < len && is_plain((unsigned char)bytes[at]))
		at++;
	return at;
}

static void
put_escaped(struct text *out, const char *bytes, size_t len)
{
	size_t plain;

	for (;;) {
		plain = plain_len(bytes, len);
		text_put(out, bytes, plain);
		if (plain == len)
			return;
		put_character(out, (unsigned char)bytes[plain]);
		bytes += plain + 1;
		len -= plain + 1;
	}
}

void
json_put_bytes(struct text *out, const char *bytes, size_t len)
{
	char *place;

	if (plain_len(bytes, len) < len) {
		text_puts(out, "\"");
		put_escaped(out, bytes, len);
		text_puts(out, "\"");
		return;
	}
	place = text_take(out, len + 2);
	if (!place)
		return;
	place[0] = '"';
	memcpy(place + 1, bytes, len);
	place[len + 1] = '"';
}

void
json_put_string(struct text *out, const char *string)
{
	if (string)
		json_put_bytes(out, string, strlen(string));
	else
		text_puts(out, "null");
}

void
json_open(struct json_out *o, struct text *out)
{
	*o = (struct json_out){ .out = out };
	text_puts(out, "{");
}

void
json_close(struct json_out *o)
{
	text_puts(o->out, "}");
}

void
json_name(struct json_out *o, const char *name)
{
	if (o->more)
		text_puts(o->out, ",");
	o->more = true;
	json_put_string(o->out, name);
	text_puts(o->out, ":");
}

void
json_add_string(struct json_out *o, const char *name, const char *value)
{
	json_name(o, name);
	json_put_string(o->out, value);
}

void
json_add_integer(struct json_out *o, const char *name, int64_t value)
{
	json_name(o, name);
	text_put_integer(o->out, value);
}

void
json_add_bool(struct json_out *o, const char *name, bool value)
{
	json_name(o, name);
	text_puts(o->out, value ? "true" : "false");
}

void
json_add_time(struct json_out *o, const char *name, int64_t ms)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(iso, ms);
	json_add_string(o, name, ms ? iso : NULL);
}

void
json_add_raw(struct json_out *o, const char *name, const char *text)
{
	json_name(o, name);
	text_puts(o->out, text);
}

void
json_array_open(struct json_out *o, struct text *out)
{
	*o = (struct json_out){ .out = out };
	text_puts(out, "[");
}

void
json_next(struct json_out *o)
{
	text_puts(o->out, o->more ? "," : "");
	o->more = true;
}

void
json_array_close(struct json_out *o)
{
	text_puts(o->out, "]");
}

void
json_add_words(struct json_out *o, const char *name, const char *words)
{
	struct json_out array;
	struct word word;

	if (!*words) {
		json_add_string(o, name, NULL);
		return;
	}
	json_name(o, name);
	json_array_open(&array, o->out);
	while (words_next(&words, &word)) {
		json_next(&array);
		json_put_bytes(o->out, word.at, word.len);
	}
	json_array_close(&array);
}

void
json_add_object(struct json_out *o, const char *name, struct json_out *child)
{
	json_name(o, name);
	json_open(child, o->out);
}

void
json_add_array(struct json_out *o, const char *name, struct json_out *child)
{
	json_name(o, name);
	json_array_open(child, o->out);
}
