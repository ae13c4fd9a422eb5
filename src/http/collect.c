// SPDX-License-Identifier: ISC
/* http/collect.c - which credentials a request presents, from all the places it has. */
#include "http/collect.h"

#include <string.h>

#include "base/multipart.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/gate.h"
#include "http/input.h"

static bool
reads_query_fields(const struct call *c)
{
	const struct input_field *field = c->route->fields;

	while (field && field->name && field->place != INPUT_QUERY)
		field++;
	return field && field->name;
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

static int
collect_query(struct call *c)
{
	int r;

	if (!c->conf->accept_query_credentials && !reads_query_fields(c))
		return 0;
	r = form_parse(c->mem, c->query, strlen(c->query), &c->sources.in[PLACE_QUERY]);
	return r == V_MALFORMED ? V_BAD_FORM : r;
}

/* Both kinds of forms result in pairs.  An empty one needs no boundary (API 3.5). */
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
	enum media media = media_of(c);
	bool is_form = media == MEDIA_FORM || media == MEDIA_MULTIPART;
	int r;

	if (!c->has_body)
		return 0;
	if (c->req->body_state == BODY_BROKEN)
		return is_form ? V_BAD_FORM : V_BAD_JSON;
	r = is_form ? parse_form(c, media) : 0;
	if (r == V_MALFORMED)
		return media == MEDIA_FORM && input_is_json_form(c) ? V_JSON_AS_FORM : V_BAD_FORM;
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
	return r ? r : check_fields_once(c);
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
	if (!c->conf->accept_query_credentials)
		sources.in[PLACE_QUERY].count = 0;
	return c->gate->collect(c, &sources);
}
