// SPDX-License-Identifier: ISC
/* http/input_record.c - a user or an account in a body. */
#include "http/input_record.h"

#include <errno.h>
#include <string.h>

#include "auth/account.h"
#include "auth/admin.h"
#include "auth/field.h"
#include "auth/user.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/wrong.h"

struct reading {
	struct call *call;
	struct draft *draft;
	int r;
};

/* Does another field of the route read it? */
static bool
is_other(const struct call *c, const char *name)
{
	const struct input_field *field = c->route->fields;

	for (; field->name; field++) {
		if (field->type != INPUT_USER && field->type != INPUT_ACCOUNT &&
		    strcmp(field->name, name) == 0)
			return true;
	}
	return false;
}

/* The value as doorwardctl takes it: null empties a field.  NULL: *why says what is wrong. */
static const char *
text_of(struct call *c, const struct field *f, const struct json *value, const char **why)
{
	const enum json_kind kind = json_kind(value);
	const char *text = json_whole_text(value);
	struct text t;

	*why = f->type == FIELD_BOOL ? "invalid boolean value" : "invalid string value";
	if (f->type == FIELD_BOOL)
		return kind != JSON_BOOL ? NULL : json_is_true(value) ? "yes" : "no";
	if (kind == JSON_NULL)
		return "";
	if (kind != JSON_NUMBER || strcmp(f->name, "balance") != 0)
		return text;
	text_init(&t, c->mem);
	json_put_value(&t, value);
	if (text_done(&t, &text, NULL))
		return NULL;
	return text;
}

/* The field called name, if people set it. */
static const struct field *
field_of(const struct record_kind *kind, const char *name, const char **why)
{
	const int index = field_index(kind, name);

	*why = index < 0 ? "unknown field" : "cannot be set";
	return index < 0 || !field_rule_of(kind, name) ? NULL : &kind->fields[index];
}

static void
read_member(const char *name, const struct json *value, void *arg)
{
	struct reading *reading = arg;
	struct draft *draft = reading->draft;
	struct call *c = reading->call;
	const struct field *f;
	const char *why, *text;
	int r = V_INVALID;

	if (reading->r || is_other(c, name))
		return;
	f = field_of(draft->kind, name, &why);
	text = f ? text_of(c, f, value, &why) : NULL;
	if (text)
		r = admin_set_field(c->auth, draft->kind, &draft->user, name, text, &why);
	if (r > 0)
		wrong_member(c, name, why, value);
	else if (!r)
		draft->mask |= field_bit(draft->kind, name);
	reading->r = r < 0 ? r : 0;
}

/* What the path names; else a new one. */
static void
start(const struct call *c, const struct input_field *field, struct draft *draft)
{
	draft->mask = 0;
	draft->kind = field->type == INPUT_USER ? &user_kind : &account_kind;
	if (field->type == INPUT_USER)
		draft->user = c->user ? *c->user : user_new(c->now_ms);
	else
		draft->account = c->account ? *c->account : account_new(c->now_ms);
}

int
input_record(struct call *c, const struct input_field *field, const struct json *body)
{
	struct reading reading = { .call = c, .draft = arena_alloc(c->mem, sizeof *c->in.draft) };
	const struct json *unused;

	if (!reading.draft)
		return -ENOMEM;
	start(c, field, reading.draft);
	if (field->need == INPUT_REQUIRED && !json_member(body, field->name, &unused))
		wrong_missing(c, field->name);
	json_each(body, read_member, &reading);
	c->in.draft = reading.draft;
	return reading.r;
}
