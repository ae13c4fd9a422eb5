// SPDX-License-Identifier: ISC
/* http/input.c - what a route reads from body and query, by its fields[]. */
#include "http/input.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "auth/limit.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/unicode.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/input_record.h"
#include "http/stray_limit.h"
#include "http/wrong.h"

/* "application/problem+json" and the like (RFC 6839, 3.1). */
static bool
is_json_suffix(const char *type, size_t len)
{
	size_t before = strlen("application/"), after = strlen("+json");

	return len > before + after && strncasecmp(type, "application/", before) == 0 &&
	    strncasecmp(type + len - after, "+json", after) == 0;
}

enum media
media_parse(const char *content_type)
{
	static const struct { const char *type; enum media media; } rows[] = {
		{ "",					MEDIA_JSON },
		{ "application/json",			MEDIA_JSON },
		{ "application/x-www-form-urlencoded",	MEDIA_FORM },
		{ "multipart/form-data",		MEDIA_MULTIPART },
	};
	size_t len = strcspn(content_type, "; \t");

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (strlen(rows[i].type) == len &&
		    strncasecmp(rows[i].type, content_type, len) == 0)
			return rows[i].media;
	}
	return is_json_suffix(content_type, len) ? MEDIA_JSON : MEDIA_OTHER;
}

/* A compressed body is none that we read. */
enum media
media_of(const struct call *c)
{
	const char *encoding = request_get(c->req, PARAM_CONTENT_ENCODING);

	if (*encoding && strcasecmp(encoding, "identity") != 0)
		return MEDIA_OTHER;
	return media_parse(request_get(c->req, PARAM_CONTENT_TYPE));
}

/* The bytes of a byte order mark in front of the body. */
static size_t
mark_len(const struct request *req)
{
	size_t mark = strlen("\xef\xbb\xbf");

	return req->body_len >= mark && memcmp(req->body, "\xef\xbb\xbf", mark) == 0 ? mark : 0;
}

int
input_json(const struct call *c, struct json **body)
{
	size_t mark = mark_len(c->req);

	return json_parse(c->req->body + mark, c->req->body_len - mark, body);
}

/* No form begins so: browsers and programs encode a brace. */
bool
input_is_json_form(const struct call *c)
{
	GUARD(json_drop) struct json *body = NULL;
	size_t at = mark_len(c->req);

	while (at < c->req->body_len && memchr(" \t\r\n", c->req->body[at], 4))
		at++;
	return at < c->req->body_len && c->req->body[at] == '{' && input_json(c, &body) == 0;
}

static struct raw
raw_of_json(const struct json *body, const char *name)
{
	struct raw raw = { .is_json = true };

	raw.present = json_member(body, name, &raw.json);
	if (raw.present && json_kind(raw.json) == JSON_TEXT)
		raw.text = json_text(raw.json, &raw.len);
	return raw;
}

static struct raw
raw_of_pairs(const struct pairs *pairs, const char *name)
{
	const struct pair *pair = pairs_find(pairs, name);

	if (!pair)
		return (struct raw){ .present = false };
	return (struct raw){ .present = true, .text = pair->value, .len = pair->value_len };
}

static const char *
bound(struct call *c, const char *what, int64_t number)
{
	return wrong_made(c, arena_printf(c->mem, "%s %lld", what, (long long)number));
}

/* The integer in raw; V_MALFORMED.  A string must be of digits alone. */
static int
raw_integer(const struct raw *raw, int64_t *out)
{
	if (raw->text)
		return *raw->text == '-' ? V_MALFORMED : text_integer(raw->text, raw->len, out);
	return json_integer(raw->json, out);
}

/* The checks fill in value and return what is wrong; NULL if nothing is. */
static const char *
check_integer(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	if (raw_integer(raw, &value->number))
		return "invalid integer number";
	if (value->number < field->min)
		return bound(c, "min", field->min);
	return value->number > max ? bound(c, "max", max) : NULL;
}

static const char *
check_text(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	int64_t characters;

	if (!raw->text || strlen(raw->text) != raw->len)
		return "invalid string value";
	value->text = raw->text;
	characters = (int64_t)text_characters(raw->text, raw->len);
	if (characters < field->min)
		return bound(c, "minLength", field->min);
	return characters > max ? bound(c, "maxLength", max) : NULL;
}

static const char *
check_uuid(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	const char *message = check_text(c, field, max, raw, value);

	if (message)
		return message;
	return uuid_parse(raw->text, raw->len, &value->id) ? "invalid string value" : NULL;
}

static const char *
check_label(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	const char *message = check_text(c, field, max, raw, value);

	if (message)
		return message;
	return unicode_is_label(raw->text, raw->len) ? NULL : "invalid string value";
}

/* A list has a word in each element, as a text has them between blanks and commas. */
static const char *
join_words(struct call *c, const struct json *array)
{
	const char *word, *joined;
	struct text t;

	text_init(&t, c->mem);
	for (size_t i = 0; i < json_length(array); i++) {
		word = json_whole_text(json_element(array, i));
		if (!word || !*word || word[strcspn(word, LIMIT_BETWEEN)])
			return NULL;
		text_puts(&t, i ? " " : "");
		text_puts(&t, word);
	}
	if (!t.len)
		return "";
	c->in.errors.failed |= text_done(&t, &joined, NULL) != 0;
	return c->in.errors.failed ? "" : joined;
}

static const char *
check_limit(struct call *c, const struct limit_kind *kind, const struct raw *raw,
    struct input_value *value)
{
	const bool is_list = raw->is_json && json_kind(raw->json) == JSON_ARRAY;
	const char *given = is_list ? join_words(c, raw->json) : raw->text;
	char *set = arena_alloc(c->mem, kind->size);

	c->in.errors.failed |= !set;
	if (!set)
		return "";
	if (!given || (!is_list && strlen(given) != raw->len))
		return is_list ? kind->invalid : "invalid string value";
	value->text = set;
	switch (limit_read(kind, given, set)) {
	case 0:			return NULL;
	case V_MALFORMED:	return bound(c, "minItems", 1);
	case V_TOO_MANY:	return bound(c, "maxItems", (int64_t)kind->words_max);
	default:		return kind->invalid;
	}
}

static const char *
check_scope(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	(void)field, (void)max;
	return check_limit(c, &limit_scope, raw, value);
}

static const char *
check_addresses(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	(void)field, (void)max;
	return check_limit(c, &limit_addresses, raw, value);
}

/* null: none, where that is possible. */
static const char *
check_password(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	(void)c, (void)field, (void)max;
	value->text = raw->text;
	if (raw->is_json && json_kind(raw->json) == JSON_NULL)
		return NULL;
	return raw->text && strlen(raw->text) == raw->len ? NULL : "invalid string value";
}

static bool
is_word(const struct raw *raw, const char *word)
{
	return !raw->is_json && raw->len == strlen(word) && memcmp(raw->text, word, raw->len) == 0;
}

static const char *
check_bool(struct call *c, const struct input_field *field, int64_t max,
    const struct raw *raw, struct input_value *value)
{
	(void)c, (void)field, (void)max;
	value->number = is_word(raw, "true");
	if (raw->is_json && json_kind(raw->json) == JSON_BOOL)
		value->number = json_is_true(raw->json);
	else if (!value->number && !is_word(raw, "false"))
		return "invalid boolean value";
	return NULL;
}

static const char *
check_value(struct call *c, const struct input_field *field, const struct raw *raw,
    struct input_value *value)
{
	static const char *(*const checks[])(struct call *, const struct input_field *, int64_t,
	    const struct raw *, struct input_value *) = {
		[INPUT_TEXT] = check_text,
		[INPUT_INTEGER] = check_integer,
		[INPUT_BOOL] = check_bool,
		[INPUT_UUID] = check_uuid,
		[INPUT_LABEL] = check_label,
		[INPUT_SCOPE] = check_scope,
		[INPUT_ADDRESSES] = check_addresses,
		[INPUT_SECRET] = check_text,
		[INPUT_PASSWORD] = check_password,
	};
	int64_t max = field->max;

	if (field->max_option)
		max = *(const int64_t *)((const char *)c->conf + field->max_option);
	return checks[field->type](c, field, max, raw, value);
}

static void
read_field(struct call *c, size_t i, const struct raw *raw)
{
	const struct input_field *field = &c->route->fields[i];
	struct input_value *value = &c->in.values[i];
	const char *message = NULL;

	value->present = raw->present;
	if (raw->present)
		message = check_value(c, field, raw, value);
	else if (field->need == INPUT_REQUIRED)
		message = wrong_made(c, arena_printf(c->mem, "'%s' is required", field->name));
	if (!message)
		return;
	if (field->need == INPUT_LOOSE)
		*value = (struct input_value){ .present = false };
	else
		wrong_put(c, field->name, message, raw);
}

static bool
is_secret(const struct input_field *field)
{
	return field->type == INPUT_SECRET || field->type == INPUT_PASSWORD;
}

static bool
is_record(const struct input_field *field)
{
	return field->type == INPUT_USER || field->type == INPUT_ACCOUNT;
}

/* What a field is in: the body, as JSON or a form, or the query. */
static struct raw
raw_of(const struct call *c, const struct input_field *field, const struct json *body)
{
	if (field->place == INPUT_QUERY)
		return raw_of_pairs(&c->sources.in[PLACE_QUERY], field->name);
	return body ? raw_of_json(body, field->name) :
	    raw_of_pairs(&c->sources.in[PLACE_FORM], field->name);
}

static bool
reads_body(const struct route *route)
{
	return route->fields[0].place != INPUT_QUERY;
}

/* The text of a JSON value lives as long as its root: the arena keeps a copy. */
static int
keep_texts(struct call *c)
{
	struct input_value *value;

	for (size_t i = 0; c->route->fields[i].name; i++) {
		value = &c->in.values[i];
		if (!value->text)
			continue;
		value->text = arena_strdup(c->mem, value->text);
		if (!value->text)
			return -ENOMEM;
	}
	return 0;
}

/* body: NULL, if there is none or it is a form. */
static int
read_fields(struct call *c, const struct json *body)
{
	const struct input_field *field = c->route->fields;
	struct raw raw;
	int r;

	for (size_t i = 0; field[i].name; i++) {
		if (is_record(&field[i]))
			continue;
		if (field[i].type == INPUT_STRAY) {
			stray_limits(c, body);
			continue;
		}
		raw = raw_of(c, &field[i], body);
		raw.is_secret = is_secret(&field[i]);
		read_field(c, i, &raw);
	}
	r = keep_texts(c);
	if (!r && body && is_record(field))
		r = input_record(c, field, body);
	if (r)
		return r;
	if (c->in.errors.failed)
		return -ENOMEM;
	return c->in.errors.len ? V_BAD_FIELDS : 0;
}

int
input_read(struct call *c)
{
	GUARD(json_drop) struct json *body = NULL;
	enum media media;
	int r;

	if (c->in.read)
		return 0;
	c->in.read = true;
	text_init(&c->in.errors, c->mem);
	if (!c->route->fields)
		return 0;
	if (!reads_body(c->route))
		return read_fields(c, NULL);
	media = media_of(c);
	if (c->route->fields[0].place == INPUT_JSON && media != MEDIA_JSON)
		return V_MEDIA_TYPE;
	switch (media) {
	case MEDIA_FORM:
		if (input_is_json_form(c))
			return V_JSON_AS_FORM;
		return read_fields(c, NULL);
	case MEDIA_MULTIPART:
		return read_fields(c, NULL);
	case MEDIA_JSON:
		r = input_json(c, &body);
		if (r)
			return r == V_MALFORMED ? V_BAD_JSON : r;
		return read_fields(c, body);
	default:
		return V_MEDIA_TYPE;
	}
}

int
input_refuse(struct call *c, size_t field, const char *message)
{
	const struct input_field *row = &c->route->fields[field];
	const char *text = c->in.values[field].text;
	struct raw raw = { .present = true, .text = text, .len = text ? strlen(text) : 0,
	    .is_secret = is_secret(row) };

	wrong_put(c, row->name, message, &raw);
	return c->in.errors.failed ? -ENOMEM : V_BAD_FIELDS;
}

int
input_refuse_bound(struct call *c, size_t field, const char *message, int64_t number)
{
	return input_refuse(c, field, bound(c, message, number));
}
