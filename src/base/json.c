// SPDX-License-Identifier: ISC
/* base/json.c - reads JSON with json-c, after strict checks. */
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/guard.h"
#include "base/json_ascii.h"
#include "base/starved.h"
#include "base/verdict.h"

#define NUMBER_SIZE 320

/* A JSON text being looked at; only what json-c is lax about is checked. */
struct scan {
	const char *at, *end;
	size_t members;			/* as written: of repeated names json-c keeps the last */
};

static bool
is_digit(const struct scan *s)
{
	return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool
skip_digits(struct scan *s)
{
	if (!is_digit(s))
		return false;
	while (is_digit(s))
		s->at++;
	return true;
}

static bool
skip_one_of(struct scan *s, const char *set)
{
	if (s->at == s->end || !*s->at || !strchr(set, *s->at))
		return false;
	s->at++;
	return true;
}

/* 1e999 has the form of a number, but no value; nor does one of 300 digits. */
static bool
is_finite(const char *number, size_t len)
{
	char copy[NUMBER_SIZE];

	if (len >= sizeof copy)
		return false;
	memcpy(copy, number, len);
	copy[len] = '\0';
	return isfinite(strtod(copy, NULL));
}

/* RFC 8259, 6; an integer must fit int64_t, a fraction be finite. */
static bool
scan_number(struct scan *s)
{
	const char *first = s->at;
	bool integer = true;
	int64_t value;
	size_t len;

	skip_one_of(s, "-");
	if (skip_one_of(s, "0") ? is_digit(s) : !skip_digits(s))
		return false;
	if (skip_one_of(s, ".")) {
		integer = false;
		if (!skip_digits(s))
			return false;
	}
	if (skip_one_of(s, "eE")) {
		integer = false;
		skip_one_of(s, "+-");
		if (!skip_digits(s))
			return false;
	}
	len = (size_t)(s->at - first);
	if (!integer || (len == 2 && first[1] == '0' && first[0] == '-'))
		return is_finite(first, len);
	return text_integer(first, len, &value) == 0;
}

static bool
scan_hex4(struct scan *s, unsigned *unit)
{
	uint8_t bytes[2];

	if (s->end - s->at < 4 || text_unhex(s->at, 4, bytes, sizeof bytes))
		return false;
	*unit = (unsigned)bytes[0] << 8 | bytes[1];
	s->at += 4;
	return true;
}

/* RFC 8259, 7: \uD800 to \uDBFF only before \uDC00 to \uDFFF, those never alone. */
static bool
scan_escape(struct scan *s)
{
	unsigned unit;

	if (skip_one_of(s, "\"\\/bfnrt"))
		return true;
	if (!skip_one_of(s, "u") || !scan_hex4(s, &unit))
		return false;
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (unit > 0xdbff || !skip_one_of(s, "\\") || !skip_one_of(s, "u"))
		return false;
	return scan_hex4(s, &unit) && unit >= 0xdc00 && unit <= 0xdfff;
}

static bool
scan_string(struct scan *s)
{
	while (s->at < s->end) {
		unsigned char c = (unsigned char)*s->at++;

		if (c == '"')
			return true;
		if (c < 0x20 || (c == '\\' && !scan_escape(s)))
			return false;
	}
	return false;
}

/* json-c checks the grammar; this, what it lets through inside of it. */
static bool
scan_text(const char *bytes, size_t len, size_t *members)
{
	struct scan s = { .at = bytes, .end = bytes + len };

	if (!text_is_utf8(bytes, len))
		return false;
	while (s.at < s.end) {
		if (is_digit(&s) || *s.at == '-') {
			if (!scan_number(&s))
				return false;
		} else if (skip_one_of(&s, "\"")) {
			if (!scan_string(&s))
				return false;
		} else if (skip_one_of(&s, ":")) {
			s.members++;
		} else if (!skip_one_of(&s, " \t\r\n{}[],truefalsn")) {
			return false;
		}
	}
	*members = s.members;
	return true;
}

static struct json_object *
object_of(const struct json *value)
{
	return (struct json_object *)value;
}

static void
tokener_drop(struct json_tokener **tok)
{
	if (*tok)
		json_tokener_free(*tok);
}

/* The longest text that it may hold: json-c cuts off what it cannot make room for. */
static int
make_room(struct json_tokener *tok, size_t len)
{
	if (printbuf_memset(tok->pb, 0, 0, (int)len + 1) < 0)
		return -ENOMEM;
	printbuf_reset(tok->pb);
	return 0;
}

static int
parse_ascii(const char *bytes, size_t len, struct json **root)
{
	GUARD(tokener_drop) struct json_tokener *tok = NULL;
	struct json_object *value;

	tok = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (!tok || make_room(tok, len))
		return -ENOMEM;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	starved_watch();
	value = json_tokener_parse_ex(tok, bytes, (int)len);
	if (starved()) {
		json_object_put(value);
		return -ENOMEM;
	}
	if (json_tokener_get_error(tok) != json_tokener_success ||
	    json_tokener_get_parse_end(tok) != len ||
	    !json_object_is_type(value, json_type_object)) {
		json_object_put(value);
		return V_MALFORMED;
	}
	*root = (struct json *)value;
	return 0;
}

static int
parse_utf8(const char *bytes, size_t len, struct json **root)
{
	size_t ascii_len;
	char *ascii;
	int r;

	ascii = malloc(len * JSON_ASCII_GROWTH);
	if (!ascii)
		return -ENOMEM;
	ascii_len = json_ascii(bytes, len, ascii);
	r = parse_ascii(ascii, ascii_len, root);
	explicit_bzero(ascii, ascii_len);
	free(ascii);
	return r;
}

/* How many members all objects in value have; no deeper than JSON_DEPTH_MAX. */
static size_t
count_members(struct json_object *value)
{
	size_t count = 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += count_members(json_object_array_get_idx(value, i));
	}
	if (!json_object_is_type(value, json_type_object))
		return count;
	json_object_object_foreach(value, name, member) {
		(void)name;
		count += 1 + count_members(member);
	}
	return count;
}

/* *repeats: how many members of all objects have a name that comes again. */
static int
parse(const char *bytes, size_t len, struct json **root, size_t *repeats)
{
	size_t members;
	int r;

	if (len > INT32_MAX / JSON_ASCII_GROWTH || !scan_text(bytes, len, &members))
		return V_MALFORMED;
	r = text_is_ascii(bytes, len) ? parse_ascii(bytes, len, root) :
	    parse_utf8(bytes, len, root);
	if (!r)
		*repeats = members - count_members(object_of(*root));
	return r;
}

/*
 * json-c drops a member without a word if memory runs out, which looks like a name that
 * comes again: such a document is read twice, and believed if both times agree.
 */
static int
parse_surely(const char *bytes, size_t len, struct json **root, size_t *repeats)
{
	GUARD(json_drop) struct json *first = NULL, *again = NULL;
	size_t repeats_again;
	int r;

	r = parse(bytes, len, &first, repeats);
	if (!r && *repeats) {
		r = parse(bytes, len, &again, &repeats_again);
		if (!r && repeats_again != *repeats)
			r = -ENOMEM;
	}
	if (r)
		return r;
	*root = first;
	first = NULL;
	return 0;
}

int
json_parse(const char *bytes, size_t len, struct json **root)
{
	size_t repeats;

	return parse_surely(bytes, len, root, &repeats);
}

int
json_parse_unambiguous(const char *bytes, size_t len, struct json **root)
{
	GUARD(json_drop) struct json *value = NULL;
	size_t repeats;
	int r;

	r = parse_surely(bytes, len, &value, &repeats);
	if (r)
		return r;
	if (repeats)
		return V_MALFORMED;
	*root = value;
	value = NULL;
	return 0;
}

void
json_drop(struct json **root)
{
	json_object_put(object_of(*root));
}

enum json_kind
json_kind(const struct json *value)
{
	static const enum json_kind kinds[] = {
		[json_type_null] = JSON_NULL,
		[json_type_boolean] = JSON_BOOL,
		[json_type_double] = JSON_NUMBER,
		[json_type_int] = JSON_NUMBER,
		[json_type_object] = JSON_OBJECT,
		[json_type_array] = JSON_ARRAY,
		[json_type_string] = JSON_TEXT,
	};

	return kinds[json_object_get_type(object_of(value))];
}

bool
json_member(const struct json *object, const char *name, const struct json **value)
{
	struct json_object *found;

	if (!json_object_object_get_ex(object_of(object), name, &found))
		return false;
	*value = (const struct json *)found;
	return true;
}

const char *
json_member_text(const struct json *object, const char *name)
{
	const struct json *value;

	return json_member(object, name, &value) ? json_whole_text(value) : NULL;
}

bool
json_member_is(const struct json *object, const char *name, const char *text)
{
	const char *found = json_member_text(object, name);

	return found && strcmp(found, text) == 0;
}

bool
json_member_integer(const struct json *object, const char *name, int64_t *out)
{
	const struct json *value;

	return json_member(object, name, &value) && json_integer(value, out) == 0;
}

bool
json_member_number(const struct json *object, const char *name, double *out)
{
	const struct json *value;

	if (!json_member(object, name, &value) || json_kind(value) != JSON_NUMBER)
		return false;
	*out = json_object_get_double(object_of(value));
	return true;
}

bool
json_member_uuid(const struct json *object, const char *name, struct uuid *out)
{
	const char *text = json_member_text(object, name);

	return text && uuid_parse(text, strlen(text), out) == 0;
}

void
json_each(const struct json *object,
    void (*each)(const char *name, const struct json *value, void *arg), void *arg)
{
	json_object_object_foreach(object_of(object), name, value)
		each(name, (const struct json *)value, arg);
}

bool
json_is_true(const struct json *value)
{
	return json_kind(value) == JSON_BOOL && json_object_get_boolean(object_of(value));
}

size_t
json_length(const struct json *array)
{
	if (!json_object_is_type(object_of(array), json_type_array))
		return 0;
	return json_object_array_length(object_of(array));
}

const struct json *
json_element(const struct json *array, size_t i)
{
	/* json-c asserts that it is an array */
	if (i >= json_length(array))
		return NULL;
	return (const struct json *)json_object_array_get_idx(object_of(array), i);
}

const char *
json_text(const struct json *value, size_t *len)
{
	*len = (size_t)json_object_get_string_len(object_of(value));
	return json_object_get_string(object_of(value));
}

const char *
json_whole_text(const struct json *value)
{
	const char *text;
	size_t len;

	if (json_kind(value) != JSON_TEXT)
		return NULL;
	text = json_text(value, &len);
	return strlen(text) == len ? text : NULL;
}

int
json_integer(const struct json *value, int64_t *out)
{
	struct json_object *number = object_of(value);
	double real;

	if (json_object_is_type(number, json_type_int)) {
		*out = json_object_get_int64(number);
		return 0;
	}
	if (!json_object_is_type(number, json_type_double))
		return V_MALFORMED;
	real = json_object_get_double(number);
	/* 2^53: beyond it a double no longer names one integer */
	if (real != trunc(real) || fabs(real) > 9007199254740992.0)
		return V_MALFORMED;
	*out = (int64_t)real;
	return 0;
}

void
json_put_value(struct text *out, const struct json *value)
{
	const char *text;

	starved_watch();
	text = json_object_to_json_string_ext(object_of(value),
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	/* NULL, or a text that lacks something */
	if (!text || starved())
		out->failed = true;
	else
		text_puts(out, text);
}
