// SPDX-License-Identifier: ISC
/* http/collect.c - which credentials a request presents, from all the places it has. */
#include "http/collect.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/multipart.h"
#include "base/verdict.h"
#include "http/call.h"

static bool
reads_query_fields(const struct call *c)
{
	return c->route->fields && c->route->fields[0].place == INPUT_QUERY;
}

/* A field of the route that came twice is as unclear as a credential. */
static int
check_fields_once(const struct call *c)
{
	const struct input_field *field = c->route->fields;
	enum place place;

	for (; field && field->name; field++) {
		place = field->place == INPUT_QUERY ? PLACE_QUERY : PLACE_FORM;
		if (pairs_count(&c->sources.in[place], field->name) > 1)
			return V_DUPLICATE_CREDENTIAL;
	}
	return 0;
}

/*
 * A sub-request has no query of its own; that of the client counts only if the
 * web server says it in a parameter that no client can send.
 */
static const char *
query_of(const struct call *c)
{
	return request_get(c->req, c->dialect == DIALECT_VERIFY ? PARAM_DOORWARD_QUERY :
	    PARAM_QUERY_STRING);
}

static int
collect_query(struct call *c)
{
	const char *query = query_of(c);
	int r;

	if (!c->auth->conf->accept_query_credentials && !reads_query_fields(c))
		return 0;
	r = form_parse(c->mem, query, strlen(query), &c->sources.in[PLACE_QUERY]);
	return r == V_MALFORMED ? V_BAD_FORM : r;
}

/* Both kinds of form give the same pairs.  An empty one needs no boundary (CONTRACT 8.4). */
static int
parse_form(struct call *c, enum media media)
{
	struct pairs *out = &c->sources.in[PLACE_FORM];
	char boundary[BOUNDARY_SIZE];
	int r;

	if (!c->req->body_len)
		return 0;
	if (media == MEDIA_FORM)
		return form_parse(c->mem, c->req->body, c->req->body_len, out);
	r = multipart_boundary(request_get(c->req, PARAM_CONTENT_TYPE), boundary);
	return r ? r : multipart_parse(c->mem, c->req->body, c->req->body_len, boundary, out);
}

static int
collect_form(struct call *c)
{
	enum media media = media_parse(request_get(c->req, PARAM_CONTENT_TYPE));
	bool is_form = media == MEDIA_FORM || media == MEDIA_MULTIPART;
	int r;

	if (!call_carries_body(c))
		return 0;
	if (c->req->body_state == BODY_BROKEN)
		return is_form ? V_BAD_FORM : V_BAD_JSON;
	r = is_form ? parse_form(c, media) : 0;
	return r == V_MALFORMED ? V_BAD_FORM : r;
}

/* Adds a member that is text to those of a form.  There is room in out. */
static int
take_text(struct arena *mem, const struct json *body, const char *name, struct pairs *out)
{
	struct pair *pair = &out->at[out->count];
	const struct json *value;
	const char *text;

	if (!json_member(body, name, &value) || json_kind(value) != JSON_TEXT)
		return 0;
	text = json_text(value, &pair->value_len);
	pair->name = name;
	pair->value = arena_strndup(mem, text, pair->value_len);
	out->count++;
	return pair->value ? 0 : -ENOMEM;
}

/* In this dialect alone a JSON body is searched for credentials [seen]. */
static int
collect_json(struct call *c)
{
	static const char *const names[] = { WEBITEL_TOKEN_NAME, WEBITEL_KEY_NAME };
	GUARD(json_drop) struct json *body = NULL;
	struct pairs *out = &c->sources.in[PLACE_FORM];
	int r;

	if (!call_carries_body(c) || !c->req->body_len ||
	    media_parse(request_get(c->req, PARAM_CONTENT_TYPE)) != MEDIA_JSON)
		return 0;
	r = json_parse(c->req->body, c->req->body_len, &body);
	if (r)
		return r < 0 ? r : 0;	/* then there is no credential in it */
	out->at = arena_alloc(c->mem, NELEM(names) * sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; !r && i < NELEM(names); i++)
		r = take_text(c->mem, body, names[i], out);
	return r;
}

static int
collect_sources(struct call *c)
{
	int r;

	c->sources.in[PLACE_HEADER] = c->req->credentials;
	r = collect_query(c);
	if (!r)
		r = collect_form(c);
	if (!r)
		r = check_fields_once(c);
	if (!r && c->dialect == DIALECT_WEBITEL && !(c->route->flags & ROUTE_OPEN))
		r = collect_json(c);
	return r;
}

int
collect(struct call *c)
{
	struct sources sources;
	int r;

	if (c->req->duplicate)
		return V_DUPLICATE_HEADER;
	r = collect_sources(c);
	if (r)
		return r;
	sources = c->sources;
	if (!c->auth->conf->accept_query_credentials)
		sources.in[PLACE_QUERY].count = 0;
	if (c->dialect == DIALECT_WEBITEL)
		return cred_webitel_collect(&sources, &c->webitel);
	return cred_collect(c->cred, &sources, &c->presented);
}
