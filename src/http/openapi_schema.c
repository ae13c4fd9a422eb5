// SPDX-License-Identifier: ISC
/* http/openapi_schema.c - the schemas of answers, by their tables. */
#include <string.h>

#include "base/guard.h"
#include "http/answer.h"
#include "http/dialect.h"
#include "http/envelope.h"
#include "http/openapi_parts.h"

#define REFERENCE "#/components/schemas/"

/* How many shapes there may be. */
#define SHAPES_MAX 64

static void
put_reference(struct json_out *schema, const char *name)
{
	json_name(schema, "$ref");
	text_printf(schema->out, "\"" REFERENCE "%s\"", name);
}

void
openapi_put_types(struct json_out *schema, const char *one, const char *other)
{
	struct json_out types;

	json_add_array(schema, "type", &types);
	json_next(&types);
	json_put_string(schema->out, one);
	json_next(&types);
	json_put_string(schema->out, other);
	json_array_close(&types);
}

void
openapi_put_type(struct json_out *schema, const char *type, bool is_nullable)
{
	if (is_nullable)
		openapi_put_types(schema, type, "null");
	else
		json_add_string(schema, "type", type);
}

void
openapi_put_text(struct json_out *o, const char *name, struct text *text)
{
	const char *value;

	if (text_done(text, &value, NULL))
		o->out->failed = true;
	else
		json_add_string(o, name, value);
}

static void
put_formatted(struct json_out *schema, const struct answer_field *f, const char *format)
{
	openapi_put_type(schema, "string", f->is_nullable);
	json_add_string(schema, "format", format);
}

static void
put_list(struct json_out *schema, const struct answer_shape *shape)
{
	struct json_out items;

	json_add_string(schema, "type", "array");
	json_add_object(schema, "items", &items);
	put_reference(&items, shape->name);
	json_close(&items);
}

static void
put_choice(struct json_out *choices, const struct answer_shape *shape)
{
	struct json_out choice;

	json_next(choices);
	json_open(&choice, choices->out);
	put_reference(&choice, shape->name);
	json_close(&choice);
}

/* A reference, or null beside it. */
static void
put_object(struct json_out *schema, const struct answer_field *f)
{
	struct json_out choices;

	if (!f->is_nullable) {
		put_reference(schema, f->shape->name);
		return;
	}
	json_add_array(schema, "anyOf", &choices);
	put_choice(&choices, f->shape);
	json_next(&choices);
	text_puts(schema->out, "{\"type\":\"null\"}");
	json_array_close(&choices);
}

static void
put_words(struct json_out *schema, const struct answer_field *f)
{
	struct json_out items;

	openapi_put_type(schema, "array", f->is_nullable);
	json_add_object(schema, "items", &items);
	json_add_string(&items, "type", "string");
	json_close(&items);
}

static void
put_member_type(struct json_out *schema, const struct answer_field *f)
{
	switch (f->type) {
	case ANSWER_FIXED:
		json_add_raw(schema, "const", f->json);
		break;
	case ANSWER_BOOL:
		json_add_string(schema, "type", "boolean");
		break;
	case ANSWER_INTEGER:
		json_add_string(schema, "type", "integer");
		break;
	case ANSWER_TIME:
		put_formatted(schema, f, "date-time");
		break;
	case ANSWER_UUID:
		put_formatted(schema, f, "uuid");
		break;
	case ANSWER_TEXT:
	case ANSWER_STRING:
		openapi_put_type(schema, "string", f->is_nullable);
		break;
	case ANSWER_DECIMAL:
		json_add_string(schema, "type", "number");
		break;
	case ANSWER_JSON:
		break;
	case ANSWER_WORDS:
		put_words(schema, f);
		break;
	case ANSWER_OBJECT:
		put_object(schema, f);
		break;
	case ANSWER_LIST:
		put_list(schema, f->shape);
		break;
	}
}

static void
put_member(struct json_out *properties, const struct answer_field *f)
{
	struct json_out schema;

	json_name(properties, f->name);
	if (f->type == ANSWER_JSON) {
		text_puts(properties->out, f->json);
		return;
	}
	json_open(&schema, properties->out);
	put_member_type(&schema, f);
	if (f->summary)
		json_add_string(&schema, "description", f->summary);
	json_close(&schema);
}

/* Nothing else is in such an object, and the members are in this order. */
static void
put_shape(struct json_out *schemas, const struct answer_shape *shape)
{
	struct json_out schema, properties, required;

	json_add_object(schemas, shape->name, &schema);
	json_add_string(&schema, "type", "object");
	json_add_object(&schema, "properties", &properties);
	for (const struct answer_field *f = shape->fields; f->name; f++) {
		if (!f->part || f->part & (shape->has | shape->may))
			put_member(&properties, f);
	}
	json_close(&properties);
	json_add_array(&schema, "required", &required);
	for (const struct answer_field *f = shape->fields; f->name; f++) {
		if (f->part && !(f->part & shape->has))
			continue;
		json_next(&required);
		json_put_string(schemas->out, f->name);
	}
	json_array_close(&required);
	json_add_bool(&schema, "additionalProperties", false);
	json_close(&schema);
}

/* Those that are printed, or will be: each once. */
struct shapes {
	const struct answer_shape *at[SHAPES_MAX];
	size_t count;
};

static void
add_shape(struct shapes *shapes, const struct answer_shape *shape)
{
	for (size_t i = 0; i < shapes->count; i++) {
		if (shapes->at[i] == shape)
			return;
	}
	if (shape && shapes->count < SHAPES_MAX)
		shapes->at[shapes->count++] = shape;
}

void
openapi_put_schemas(struct json_out *components, const struct conf *conf)
{
	struct shapes shapes = { .count = 0 };
	struct json_out schemas;

	for (size_t i = 0; i < routes_count; i++) {
		const enum dialect dialect = dialect_of(routes[i].path);

		if (dialect_is_off(dialect, conf))
			continue;
		if (routes[i].answer)
			add_shape(&shapes, routes[i].answer->shape);
		add_shape(&shapes, envelope_of(dialect)->error);
		add_shape(&shapes, envelope_of(dialect)->ailing);
	}
	json_add_object(components, "schemas", &schemas);
	for (size_t i = 0; i < shapes.count; i++) {
		put_shape(&schemas, shapes.at[i]);
		for (const struct answer_field *f = shapes.at[i]->fields; f->name; f++) {
			if (f->shape)
				add_shape(&shapes, f->shape);
		}
	}
	json_close(&schemas);
}

/* {"success":true,"payload":…} of the REST family; others answer with the payload alone. */
static void
put_payload(struct json_out *schema, const struct answer *answer)
{
	if (!answer->shape) {
		json_add_string(schema, "type", "object");
		json_add_integer(schema, "maxProperties", 0);
	} else if (answer->is_list) {
		put_list(schema, answer->shape);
	} else {
		put_reference(schema, answer->shape->name);
	}
}

static void
put_enveloped(struct json_out *schema, const struct answer *answer)
{
	struct json_out properties, payload;

	json_add_string(schema, "type", "object");
	json_add_object(schema, "properties", &properties);
	json_add_raw(&properties, "success", "{\"const\":true}");
	json_add_object(&properties, "payload", &payload);
	put_payload(&payload, answer);
	json_close(&payload);
	json_close(&properties);
	json_add_raw(schema, "required", "[\"success\",\"payload\"]");
	json_add_bool(schema, "additionalProperties", false);
}

/* One of two, where the service may say how it is. */
static void
put_error(struct json_out *schema, const struct envelope *envelope)
{
	struct json_out choices;

	if (!envelope->ailing) {
		put_reference(schema, envelope->error->name);
		return;
	}
	json_add_array(schema, "anyOf", &choices);
	put_choice(&choices, envelope->error);
	put_choice(&choices, envelope->ailing);
	json_array_close(&choices);
}

static void
put_media(struct json_out *content, const struct route *route, const char *type, bool is_error)
{
	const struct envelope *envelope = envelope_of(dialect_of(route->path));
	struct json_out media, schema;

	json_add_object(content, type ? type : "application/json", &media);
	json_add_object(&media, "schema", &schema);
	if (is_error)
		put_error(&schema, envelope);
	else if (type)
		json_add_string(&schema, "type", "string");
	else if (*envelope->before)
		put_enveloped(&schema, route->answer);
	else
		put_payload(&schema, route->answer);
	json_close(&schema);
	json_close(&media);
}

void
openapi_put_content(struct json_out *response, const struct route *route, bool is_error)
{
	const struct answer *answer = route->answer;
	struct json_out content;

	if (!is_error && !answer)
		return;			/* no body */
	json_add_object(response, "content", &content);
	if (is_error || !answer->media_types[0])
		put_media(&content, route, NULL, is_error);
	for (size_t i = 0; !is_error && i < NELEM(answer->media_types); i++) {
		if (answer->media_types[i])
			put_media(&content, route, answer->media_types[i], false);
	}
	json_close(&content);
}
