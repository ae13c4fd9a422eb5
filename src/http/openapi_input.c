// SPDX-License-Identifier: ISC
/* http/openapi_input.c - what a route reads: path, query and body, by its fields[]. */
#include <string.h>

#include "auth/field.h"
#include "auth/limit.h"
#include "base/guard.h"
#include "http/input.h"
#include "http/openapi_parts.h"

/* "{token}" as "token". */
static void
put_type_name(struct text *out, const char *name)
{
	json_put_bytes(out, name + 1, strcspn(name, "}") - 1);
}

static void
put_segment(struct json_out *parameters, const char *name, const struct path_type *type)
{
	struct json_out parameter, schema;

	json_next(parameters);
	json_open(&parameter, parameters->out);
	json_name(&parameter, "name");
	put_type_name(parameters->out, name);
	json_add_string(&parameter, "in", "path");
	json_add_bool(&parameter, "required", true);
	json_add_string(&parameter, "description", type->summary);
	json_add_object(&parameter, "schema", &schema);
	json_add_string(&schema, "type", "string");
	if (type->format)
		json_add_string(&schema, "format", type->format);
	json_close(&schema);
	json_close(&parameter);
}

/* The names are those of pattern, the types those of the row. */
static void
put_segments(struct json_out *parameters, const char *path, const char *pattern)
{
	path = strchr(path, '{');
	pattern = strchr(pattern, '{');
	while (path && pattern) {
		put_segment(parameters, pattern, path_type_at(path));
		path = strchr(path + 1, '{');
		pattern = strchr(pattern + 1, '{');
	}
}

static int64_t
max_of(const struct conf *conf, const struct input_field *field)
{
	if (!field->max_option)
		return field->max;
	return *(const int64_t *)((const char *)conf + field->max_option);
}

static void
put_bounds(struct json_out *schema, const char *min_name, int64_t min, const char *max_name,
    int64_t max)
{
	if (min != INT64_MIN && !(min == 0 && strcmp(min_name, "minLength") == 0))
		json_add_integer(schema, min_name, min);
	if (max != INT64_MAX)
		json_add_integer(schema, max_name, max);
}

/* A list, or a text of them. */
static void
put_limit(struct json_out *schema, const struct limit_kind *kind)
{
	struct json_out items;

	openapi_put_types(schema, "array", "string");
	json_add_object(schema, "items", &items);
	json_add_string(&items, "type", "string");
	json_close(&items);
	json_add_integer(schema, "minItems", 1);
	json_add_integer(schema, "maxItems", (int64_t)kind->words_max);
}

static void
put_type(struct json_out *schema, const struct conf *conf, const struct input_field *field)
{
	const int64_t max = max_of(conf, field);

	switch (field->type) {
	case INPUT_INTEGER:
		json_add_string(schema, "type", "integer");
		put_bounds(schema, "minimum", field->min, "maximum", max);
		break;
	case INPUT_BOOL:
		json_add_string(schema, "type", "boolean");
		break;
	case INPUT_UUID:
		json_add_string(schema, "type", "string");
		json_add_string(schema, "format", "uuid");
		break;
	case INPUT_SCOPE:
		put_limit(schema, &limit_scope);
		break;
	case INPUT_ADDRESSES:
		put_limit(schema, &limit_addresses);
		break;
	case INPUT_PASSWORD:
		openapi_put_type(schema, "string", true);
		break;
	default:
		json_add_string(schema, "type", "string");
		put_bounds(schema, "minLength", field->min, "maxLength", max);
		break;
	}
}

static void
put_query(struct json_out *parameters, const struct conf *conf, const struct input_field *field)
{
	struct json_out parameter, schema;

	json_next(parameters);
	json_open(&parameter, parameters->out);
	json_add_string(&parameter, "name", field->name);
	json_add_string(&parameter, "in", "query");
	json_add_bool(&parameter, "required", field->need == INPUT_REQUIRED);
	json_add_string(&parameter, "description", field->summary);
	json_add_object(&parameter, "schema", &schema);
	put_type(&schema, conf, field);
	json_close(&schema);
	json_close(&parameter);
}

void
openapi_put_parameters(struct json_out *operation, const struct conf *conf,
    const struct route *route, const char *pattern)
{
	const struct input_field *field = route->fields;
	struct json_out parameters;

	json_add_array(operation, "parameters", &parameters);
	put_segments(&parameters, route->path, pattern);
	for (; field && field->name; field++) {
		if (field->place == INPUT_QUERY)
			put_query(&parameters, conf, field);
	}
	json_array_close(&parameters);
}

static void
put_words(struct json_out *schema, const char *const *words, bool may_be_null)
{
	struct json_out list;

	json_add_array(schema, "enum", &list);
	for (; *words; words++) {
		json_next(&list);
		json_put_string(schema->out, *words);
	}
	if (may_be_null) {
		json_next(&list);
		text_puts(schema->out, "null");
	}
	json_array_close(&list);
}

/* A field of a record, as http/input_record.c takes it: null empties one that may be empty. */
static void
put_member(struct json_out *properties, const struct record_kind *kind, const struct field *f)
{
	const struct field_rule *rule = field_rule_of(kind, f->name);
	const char *const *words = field_words(rule);
	const bool may_be_null = field_may_be_empty(kind, f->name);
	struct json_out schema;

	json_add_object(properties, f->name, &schema);
	if (f->type == FIELD_BOOL)
		json_add_string(&schema, "type", "boolean");
	else if (strcmp(f->name, "balance") == 0)
		openapi_put_types(&schema, "string", "number");
	else
		openapi_put_type(&schema, "string", may_be_null);
	if (words)
		put_words(&schema, words, may_be_null);
	json_add_string(&schema, "description", rule->meaning);
	json_close(&schema);
}

static void
put_record(struct json_out *properties, const struct record_kind *kind)
{
	for (size_t i = 0; i < kind->count; i++) {
		if (field_rule_of(kind, kind->fields[i].name))
			put_member(properties, kind, &kind->fields[i]);
	}
}

static void
put_property(struct json_out *properties, const struct conf *conf,
    const struct input_field *field)
{
	struct json_out schema;

	if (field->type == INPUT_USER || field->type == INPUT_ACCOUNT) {
		put_record(properties, field->type == INPUT_USER ? &user_kind : &account_kind);
		return;
	}
	if (field->place == INPUT_QUERY || field->type == INPUT_STRAY)
		return;
	json_add_object(properties, field->name, &schema);
	put_type(&schema, conf, field);
	json_add_string(&schema, "description", field->summary);
	json_close(&schema);
}

static void
put_schema(struct json_out *media, const struct conf *conf, const struct input_field *fields)
{
	struct json_out schema, properties, required;

	json_add_object(media, "schema", &schema);
	json_add_string(&schema, "type", "object");
	json_add_object(&schema, "properties", &properties);
	for (const struct input_field *field = fields; field->name; field++)
		put_property(&properties, conf, field);
	json_close(&properties);
	json_add_array(&schema, "required", &required);
	for (const struct input_field *field = fields; field->name; field++) {
		if (field->need != INPUT_REQUIRED || field->place == INPUT_QUERY)
			continue;
		json_next(&required);
		json_put_string(media->out, field->name);
	}
	json_array_close(&required);
	if (fields->type == INPUT_USER || fields->type == INPUT_ACCOUNT)
		json_add_bool(&schema, "additionalProperties", false);
	json_close(&schema);
}

void
openapi_put_body(struct json_out *operation, const struct conf *conf, const struct route *route)
{
	static const char *const types[] = { "application/json",
	    "application/x-www-form-urlencoded", "multipart/form-data" };
	struct json_out body, content, media;

	if (!route->fields || route->fields[0].place == INPUT_QUERY)
		return;
	json_add_object(operation, "requestBody", &body);
	json_add_bool(&body, "required", true);
	json_add_object(&body, "content", &content);
	for (size_t i = 0; i < (route->fields[0].place == INPUT_JSON ? 1 : NELEM(types)); i++) {
		json_add_object(&content, types[i], &media);
		put_schema(&media, conf, route->fields);
		json_close(&media);
	}
	json_close(&content);
	json_close(&body);
}
