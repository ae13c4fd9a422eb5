// SPDX-License-Identifier: ISC
/*
 * http/input.h - what a route reads from body and query, by its fields[].
 *
 * Errors are worded as API 3.3 says: one message for each wrong field, all of them
 * reported, with the value if it is short.
 */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call;
struct json;

enum media { MEDIA_JSON, MEDIA_FORM, MEDIA_MULTIPART, MEDIA_OTHER };

/* The kind of body that a Content-Type names; none means JSON (API 3.5). */
enum media media_parse(const char *content_type);

/* The same of a call; MEDIA_OTHER too for a Content-Encoding, but identity. */
enum media media_of(const struct call *c);

/* The body as JSON, which may begin with a byte order mark.  V_MALFORMED. */
int input_json(const struct call *c, struct json **body);

/* Is a body that is said to be a form JSON, as curl -d without a type sends it? */
bool input_is_json_form(const struct call *c);

/*
 * Fills c->in.values, once.  V_MEDIA_TYPE, V_BAD_JSON, V_JSON_AS_FORM;
 * V_BAD_FIELDS with c->in.errors.
 */
int input_read(struct call *c);

/* Adds an error that a handler found to c->in.errors; V_BAD_FIELDS. */
int input_refuse(struct call *c, size_t field, const char *message);

/* The same with a number at the end of the message, as in "minLength 8". */
int input_refuse_bound(struct call *c, size_t field, const char *message, int64_t bound);

#endif
