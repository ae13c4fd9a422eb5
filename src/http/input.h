// SPDX-License-Identifier: ISC
/*
 * http/input.h - what a route reads from body and query, by its fields[].
 *
 * The answers are those of the original's validator (API 3.3): one message
 * for each failing field, all of them reported, the value echoed if small.
 */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct call;
struct json;

enum media { MEDIA_JSON, MEDIA_FORM, MEDIA_MULTIPART, MEDIA_OTHER };

/* What a Content-Type says; none is JSON (API 3.5). */
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

/* Adds an error of a handler's own finding to c->in.errors; V_BAD_FIELDS. */
int input_refuse(struct call *c, size_t field, const char *message);

#endif
