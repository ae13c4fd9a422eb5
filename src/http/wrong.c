// SPDX-License-Identifier: ISC
/* http/wrong.c - what is wrong with the fields of a request. */
#include "http/wrong.h"

#include <errno.h>

#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"

/* A longer string is not echoed in an error. */
#define ECHO_MAX 64

/* In place of a value that is not there, or not sent back. */
static const struct raw untold;

/* Only short values are sent back (API 3.3). */
static void
put_echo(struct text *out, const struct raw *raw)
{
	enum json_kind kind = raw->is_json ? json_kind(raw->json) : JSON_TEXT;

	if (kind == JSON_ARRAY || kind == JSON_OBJECT)
		return;
	if (kind == JSON_TEXT && raw->len > ECHO_MAX)
		return;
	text_puts(out, ",\"value\":");
	if (raw->is_json)
		json_put_value(out, raw->json);
	else
		json_put_bytes(out, raw->text, raw->len);
}

void
wrong_put(struct call *c, const char *name, const char *message, const struct raw *raw)
{
	struct text *out = &c->in.errors;
	const char *key = arena_printf(out->mem, "params.%s", name);
	struct json_out o = { out, out->len > 0 };

	if (!key) {
		out->failed = true;
		return;
	}
	json_name(&o, key);
	text_puts(out, "{\"message\":");
	json_put_string(out, message);
	if (raw->present && !raw->is_secret)
		put_echo(out, raw);
	text_puts(out, "}");
}

const char *
wrong_made(struct call *c, const char *message)
{
	c->in.errors.failed |= !message;
	return message ? message : "";
}

void
wrong_member(struct call *c, const char *name, const char *message,
    const struct json *value)
{
	struct raw raw = { .present = true, .is_json = true, .json = value };

	if (json_kind(value) == JSON_TEXT)
		raw.text = json_text(value, &raw.len);
	wrong_put(c, name, message, &raw);
}

void
wrong_missing(struct call *c, const char *name)
{
	wrong_put(c, name, wrong_made(c, arena_printf(c->mem, "'%s' is required", name)),
	    &untold);
}

static int
put_untold(struct call *c, const char *name, const char *message, int verdict)
{
	wrong_put(c, name, message, &untold);
	return c->in.errors.failed ? -ENOMEM : verdict;
}

int
wrong_untold(struct call *c, const char *name, const char *message)
{
	return put_untold(c, name, message, V_BAD_FIELDS);
}

int
wrong_taken(struct call *c, const char *name, const char *message)
{
	return put_untold(c, name, message, V_TAKEN);
}
