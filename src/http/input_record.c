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

/* *text is the value as doorwardctl takes it: null empties a field.  V_INVALID: *why. */
static int
text_of(struct call *c, const struct field *f, const struct json *value, const char **text,
    const char **why)
{
	const enum json_kind kind = json_kind(value);
	struct text t;

	*why = f->type == FIELD_BOOL ? "invalid boolean value" : "invalid string value";
	if (kind == JSON_NUMBER && strcmp(f->name, "balance") == 0) {
		text_init(&t, c->mem);
		json_put_value(&t, value);
		return text_done(&t, text, NULL);
	}
	if (f->type == FIELD_BOOL)
		*text = kind != JSON_BOOL ? NULL : json_is_true(value) ? "yes" : "no";
	else
		*text = kind == JSON_NULL ? "" : json_whole_text(value);
	return *text ? 0 : V_INVALID;
}

/* Takes the value of a member.  V_INVALID, V_NOT_FOUND: *why says what is wrong. */
static int
take(struct call *c, struct draft *draft, const struct field *f, const struct json *value,
    const char **why)
{
	const char *text;
	int r;

	r = text_of(c, f, value, &text, why);
	if (!r)
		r = admin_set_field(c->auth, draft->kind, &draft->user, f->name, text, why);
	if (!r)
		draft->mask |= field_bit(draft->kind, f->name);
	return r;
}

static void
read_member(const char *name, const struct json *value, void *arg)
{
	struct reading *reading = arg;
	const struct record_kind *kind = reading->draft->kind;
	struct call *c = reading->call;
	const int index = field_index(kind, name);
	const char *why = "cannot be set";
	int r = V_INVALID;

	if (reading->r || is_other(c, name))
		return;
	if (index < 0) {
		/* it may be a misspelt password: it is not sent back */
		wrong_untold(c, name, "unknown field");
		return;
	}
	if (field_rule_of(kind, name))
		r = take(c, reading->draft, &kind->fields[index], value, &why);
	if (r > 0)
		wrong_member(c, name, why, value);
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
