// SPDX-License-Identifier: ISC
/*
 * base/json.h - JSON is read by json-c after strict checks, and written as text.
 *
 * json-c alone accepts single quotes, NaN, lone surrogates, control characters
 * and numbers that it then clamps; json_parse refuses them all (RFC 8259 and
 * API 3.5).  A parsed value belongs to its root, which the caller owns:
 * GUARD(json_drop) struct json *root = NULL.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/uuid.h"

#define JSON_DEPTH_MAX 32

struct json;

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

/* The whole of bytes as one object.  V_MALFORMED if it is anything else. */
int json_parse(const char *bytes, size_t len, struct json **root);

/* The same, but V_MALFORMED also if an object has two members of one name. */
int json_parse_unambiguous(const char *bytes, size_t len, struct json **root);
void json_drop(struct json **root);

/* A JSON null is a value of kind JSON_NULL, and its pointer is NULL. */
enum json_kind json_kind(const struct json *value);

/* Is there a member of that name?  *value is borrowed; of repeated ones the last. */
bool json_member(const struct json *object, const char *name, const struct json **value);

/* The text of a member; NULL if it is absent, is not text, or contains a NUL. */
const char *json_member_text(const struct json *object, const char *name);

/* Is there a member of that name with exactly that text? */
bool json_member_is(const struct json *object, const char *name, const char *text);

/* Is there a member of that name that is an integer?  Then *out is it. */
bool json_member_integer(const struct json *object, const char *name, int64_t *out);

/* Is there a member of that name that is a number, with or without a fraction? */
bool json_member_number(const struct json *object, const char *name, double *out);

/* Is there a member of that name that is a uuid as text?  Then *out is it. */
bool json_member_uuid(const struct json *object, const char *name, struct uuid *out);

/* Calls each member of an object, in order. */
void json_each(const struct json *object,
    void (*each)(const char *name, const struct json *value, void *arg), void *arg);

/* true itself, not "true" nor 1? */
bool json_is_true(const struct json *value);

/* How many elements a JSON_ARRAY has; 0 for anything else.  Elements are borrowed; NULL beyond. */
size_t json_length(const struct json *array);
const struct json *json_element(const struct json *array, size_t i);

/* The bytes of a JSON_TEXT, followed by a NUL; len includes NULs inside. */
const char *json_text(const struct json *value, size_t *len);

/* The same; NULL for anything else, and for a text with a NUL inside. */
const char *json_whole_text(const struct json *value);

/* A number without a fraction (60.0 is 60) in range of int64_t; else V_MALFORMED. */
int json_integer(const struct json *value, int64_t *out);

/* Writes a value as it would be sent: the echo in a field error.  No memory: *out has failed. */
void json_put_value(struct text *out, const struct json *value);

/* Writes one JSON string with its quotes; bytes are UTF-8 and may contain NULs. */
void json_put_bytes(struct text *out, const char *bytes, size_t len);

/* The same for a whole string; NULL gives null. */
void json_put_string(struct text *out, const char *string);

/*
 * An object being written: members in the order of the calls.
 *	struct json_out o;
 *	json_open(&o, out); ... json_close(&o);
 */
struct json_out {
	struct text *out;
	bool more;
};

void json_open(struct json_out *o, struct text *out);
void json_close(struct json_out *o);

/* Opens an object, or an array, as a member; the caller closes it. */
void json_add_object(struct json_out *o, const char *name, struct json_out *child);
void json_add_array(struct json_out *o, const char *name, struct json_out *child);

/* Writes only the name; the caller writes the value to o->out next. */
void json_name(struct json_out *o, const char *name);

void json_add_string(struct json_out *o, const char *name, const char *value);
void json_add_integer(struct json_out *o, const char *name, int64_t value);
void json_add_bool(struct json_out *o, const char *name, bool value);

/* An array of the words of base/words.h; "" gives null. */
void json_add_words(struct json_out *o, const char *name, const char *words);

/* ISO 8601 of ms; 0 gives null, since no time of ours is in 1970. */
void json_add_time(struct json_out *o, const char *name, int64_t ms);

/*
 * An array being written: json_next before each element, which the caller then
 * puts into o->out.
 */
void json_array_open(struct json_out *o, struct text *out);
void json_next(struct json_out *o);
void json_array_close(struct json_out *o);

/* Writes text unchanged: a decimal number, or finished JSON. */
void json_add_raw(struct json_out *o, const char *name, const char *text);

#endif
