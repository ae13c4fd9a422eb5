// SPDX-License-Identifier: ISC
/* http/answer.c - prints answers by their tables. */
#include "http/answer.h"

#include "base/json.h"
#include "base/uuid.h"

const struct answer answer_nothing = { .shape = NULL };

/* A text of another length than 0, or null. */
static void
add_text(struct json_out *o, const struct answer_field *f, const char *text)
{
	json_add_string(o, f->name, f->is_nullable && text && !*text ? NULL : text);
}

static void
add_uuid(struct json_out *o, const struct answer_field *f, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	json_add_string(o, f->name,
	    f->is_nullable && uuid_is_none(id) ? NULL : uuid_text(text, id));
}

static void
add_object(struct json_out *o, const struct answer_field *f, const void *record)
{
	json_name(o, f->name);
	if (record)
		answer_put_one(o->out, f->shape, record, 0);
	else
		text_puts(o->out, "null");
}

static void
add_member(struct json_out *o, const struct answer_field *f, const void *at)
{
	switch (f->type) {
	case ANSWER_FIXED:
		json_add_raw(o, f->name, f->json);
		break;
	case ANSWER_BOOL:
		json_add_bool(o, f->name, *(const bool *)at);
		break;
	case ANSWER_INTEGER:
		json_add_integer(o, f->name, *(const int64_t *)at);
		break;
	case ANSWER_TIME:
		json_add_time(o, f->name, *(const int64_t *)at);
		break;
	case ANSWER_UUID:
		add_uuid(o, f, at);
		break;
	case ANSWER_TEXT:
		add_text(o, f, at);
		break;
	case ANSWER_STRING:
		add_text(o, f, *(const char *const *)at);
		break;
	case ANSWER_DECIMAL:
		json_add_raw(o, f->name, at);
		break;
	case ANSWER_JSON:
		json_add_raw(o, f->name, *(const char *const *)at);
		break;
	case ANSWER_WORDS:
		json_add_words(o, f->name, at);
		break;
	case ANSWER_OBJECT:
		add_object(o, f, *(const void *const *)at);
		break;
	case ANSWER_LIST:
		break;
	}
}

void
answer_put(struct text *out, const struct answer_shape *shape,
    const void *const records[ANSWER_RECORDS_MAX], unsigned more)
{
	const unsigned parts = shape->has | more;
	struct json_out o;

	json_open(&o, out);
	for (const struct answer_field *f = shape->fields; f->name; f++) {
		if (!f->part || f->part & parts)
			add_member(&o, f, (const char *)records[f->record] + f->offset);
	}
	json_close(&o);
}

void
answer_put_one(struct text *out, const struct answer_shape *shape, const void *record,
    unsigned more)
{
	const void *const records[ANSWER_RECORDS_MAX] = { record, record, record };

	answer_put(out, shape, records, more);
}
