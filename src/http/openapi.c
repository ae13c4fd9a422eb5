// SPDX-License-Identifier: ISC
/* http/openapi.c - the description as a whole: its head, and an operation for each route. */
#include "http/openapi.h"

#include <string.h>

#include "base/guard.h"
#include "http/dialect.h"
#include "http/gate.h"
#include "http/openapi_parts.h"

#define OPENAPI_VERSION "3.1.0"

/* A description that is being written. */
struct description {
	const struct conf *conf;
	const struct cred_slots *slots;
};

const struct gate *
openapi_gate(const struct route *route)
{
	return route->gate ? route->gate : dialect_gate(dialect_of(route->path));
}

static bool
is_described(const struct conf *conf, const struct route *route)
{
	return !dialect_is_off(dialect_of(route->path), conf);
}

static void
put_info(struct json_out *o)
{
	struct json_out info;

	json_add_object(o, "info", &info);
	json_add_string(&info, "title", "doorward");
	json_add_string(&info, "version", PACKAGE_VERSION);
	json_add_string(&info, "description", "What is switched on of doorward-api(7), which says"
	    " more.  The web server answers some requests itself (section 3.2 there).");
	json_close(&info);
}

static void
put_servers(struct json_out *o, const struct conf *conf)
{
	struct json_out servers, server;
	struct text url;

	text_init(&url, o->out->mem);
	text_printf(&url, "https://%s", conf->host_name);
	json_add_array(o, "servers", &servers);
	json_next(&servers);
	json_open(&server, o->out);
	openapi_put_text(&server, "url", &url);
	json_close(&server);
	json_array_close(&servers);
}

static void
put_tags(struct json_out *o, const struct conf *conf)
{
	struct json_out tags, tag;

	json_add_array(o, "tags", &tags);
	for (enum dialect dialect = 0; dialect < DIALECTS; dialect++) {
		if (!dialect_title(dialect) || dialect_is_off(dialect, conf))
			continue;
		json_next(&tags);
		json_open(&tag, o->out);
		json_add_string(&tag, "name", dialect_title(dialect));
		json_close(&tag);
	}
	json_array_close(&tags);
}

/* The letters of text; each after another character, and the first if begins, as a capital. */
static void
put_camel(struct text *out, const char *text, bool begins)
{
	for (; *text; text++) {
		const bool is_letter = *text >= 'a' && *text <= 'z';
		const char c = begins ? (char)(*text - 'a' + 'A') : *text;

		if (is_letter)
			text_put(out, &c, 1);
		begins = !is_letter;
	}
}

/* Rows of one event do the same: the first has its name alone. */
static bool
is_first_of_event(const struct route *route)
{
	for (const struct route *row = routes; row < route; row++) {
		if (strcmp(row->event, route->event) == 0)
			return false;
	}
	return true;
}

/*
 * "token.delete-all" as "tokenDeleteAll", which is a name in any language; with the path and
 * the method where the event is not enough.
 */
static void
put_id(struct text *out, const struct route *route, enum method method, const char *name)
{
	text_puts(out, "\"");
	put_camel(out, route->event, false);
	if (!is_first_of_event(route)) {
		text_puts(out, "At");
		put_camel(out, route->path, true);
	}
	if (method != route->method && method != METHOD_GET) {
		text_puts(out, "By");
		put_camel(out, name, true);
	}
	text_puts(out, "\"");
}

static void
put_operation(struct json_out *path, const struct description *d, const struct route *route,
    enum method method, const char *pattern)
{
	char name[16];
	struct json_out operation, tags;

	(void)text_copy(name, sizeof name, method_name(method));
	text_lower(name);
	json_add_object(path, name, &operation);
	json_add_array(&operation, "tags", &tags);
	json_put_string(path->out, dialect_title(dialect_of(route->path)));
	json_array_close(&tags);
	json_add_string(&operation, "summary", route->summary);
	json_name(&operation, "operationId");
	put_id(path->out, route, method, name);
	openapi_put_security(&operation, d->conf, d->slots, route);
	openapi_put_parameters(&operation, d->conf, route, pattern);
	openapi_put_body(&operation, d->conf, route);
	openapi_put_responses(&operation, d->conf, route);
	json_close(&operation);
}

/* The rows of one path; it has the pattern of the first. */
static void
put_path(struct json_out *paths, const struct description *d, const char *pattern)
{
	struct json_out path;

	json_add_object(paths, pattern, &path);
	for (size_t i = 0; i < routes_count; i++) {
		if (!route_is_same_path(routes[i].path, pattern))
			continue;
		for (enum method method = 0; method < METHOD_OPTIONS; method++) {
			if (routes[i].method == method || routes[i].method == METHOD_ANY)
				put_operation(&path, d, &routes[i], method, pattern);
		}
	}
	json_close(&path);
}

static bool
is_first_of_path(const struct route *route)
{
	for (const struct route *row = routes; row < route; row++) {
		if (route_is_same_path(row->path, route->path))
			return false;
	}
	return true;
}

static void
put_paths(struct json_out *o, const struct description *d)
{
	struct json_out paths;

	json_add_object(o, "paths", &paths);
	for (size_t i = 0; i < routes_count; i++) {
		if (is_described(d->conf, &routes[i]) && is_first_of_path(&routes[i]))
			put_path(&paths, d, routes[i].path);
	}
	json_close(&paths);
}

int
openapi_put(struct text *out, const struct conf *conf)
{
	GUARD(cred_close) struct cred *cred = NULL;
	struct json_out o, components;
	struct description d;
	int r;

	r = cred_describe(&cred, conf);
	if (r)
		return r;
	d = (struct description){ .conf = conf, .slots = &cred->slots };
	json_open(&o, out);
	json_add_string(&o, "openapi", OPENAPI_VERSION);
	put_info(&o);
	put_servers(&o, conf);
	put_tags(&o, conf);
	put_paths(&o, &d);
	json_add_object(&o, "components", &components);
	openapi_put_schemes(&components, conf, &cred->slots);
	openapi_put_schemas(&components, conf);
	json_close(&components);
	json_close(&o);
	return 0;
}
