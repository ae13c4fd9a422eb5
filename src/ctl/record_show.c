// SPDX-License-Identifier: ISC
/* ctl/record_show.c - a record as people and programs are shown it. */
#include "ctl/record_show.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/account.h"
#include "auth/token_text.h"
#include "auth/user.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/unicode.h"
#include "base/verdict.h"
#include "ctl/arguments.h"

/* A field of a record that is being shown. */
struct shown {
	struct ctl *ctl;
	const struct field *field;	/* NULL: not one of the kind's */
	const void *record;
};

static const void *
member(const struct shown *s)
{
	return (const char *)s->record + s->field->offset;
}

const char *
record_show_clean(struct arena *mem, const char *string)
{
	const char *shown;
	struct text out;

	text_init(&out, mem);
	unicode_put_shown(&out, string);
	return text_done(&out, &shown, NULL) ? NULL : shown;
}

static int
done(const char *text, const char **out)
{
	*out = text;
	return text ? 0 : -ENOMEM;
}

static int
text_uuid(const struct shown *s, struct arena *mem, const char **out)
{
	char text[UUID_TEXT_SIZE];

	uuid_text(text, member(s));
	return done(arena_strdup(mem, uuid_is_none(member(s)) ? "" : text), out);
}

static int
text_time(const struct shown *s, struct arena *mem, const char **out)
{
	int64_t ms = *(const int64_t *)member(s);
	char iso[CLOCK_ISO_SIZE];

	clock_iso(iso, ms);
	return done(arena_strdup(mem, ms ? iso : ""), out);
}

static int
text_number(const struct shown *s, struct arena *mem, const char **out)
{
	return done(arena_printf(mem, "%lld", (long long)*(const int64_t *)member(s)), out);
}

static int
text_bool(const struct shown *s, struct arena *mem, const char **out)
{
	return done(arena_strdup(mem, *(const bool *)member(s) ? "yes" : "no"), out);
}

static int
text_text(const struct shown *s, struct arena *mem, const char **out)
{
	return done(record_show_clean(mem, member(s)), out);
}

static int
json_uuid(const struct shown *s, struct json_out *o)
{
	char text[UUID_TEXT_SIZE];

	uuid_text(text, member(s));
	json_add_string(o, s->field->name, uuid_is_none(member(s)) ? NULL : text);
	return 0;
}

static int
json_time(const struct shown *s, struct json_out *o)
{
	json_add_time(o, s->field->name, *(const int64_t *)member(s));
	return 0;
}

static int
json_number(const struct shown *s, struct json_out *o)
{
	json_add_integer(o, s->field->name, *(const int64_t *)member(s));
	return 0;
}

static int
json_bool(const struct shown *s, struct json_out *o)
{
	json_add_bool(o, s->field->name, *(const bool *)member(s));
	return 0;
}

static int
json_text_field(const struct shown *s, struct json_out *o)
{
	const char *text = member(s);

	json_add_string(o, s->field->name, *text ? text : NULL);
	return 0;
}

static int
json_words(const struct shown *s, struct json_out *o)
{
	json_add_words(o, s->field->name, member(s));
	return 0;
}

/* The account of a user; 0 and an empty name for none. */
static int
account_of(const struct shown *s, struct account *account)
{
	const struct user *user = s->record;
	int r;

	memset(account, 0, sizeof *account);
	if (uuid_is_none(&user->account))
		return 0;
	r = account_of_user(s->ctl->auth, user, account);
	return r == V_NOT_FOUND ? 0 : r;
}

static int
text_account(const struct shown *s, struct arena *mem, const char **out)
{
	struct account account;
	int r;

	r = account_of(s, &account);
	return r ? r : done(record_show_clean(mem, account.name), out);
}

static int
json_account(const struct shown *s, struct json_out *o)
{
	struct account account;
	int r;

	r = account_of(s, &account);
	if (r)
		return r;
	json_name(o, s->field->name);
	if (account.name[0])
		return record_show_json(s->ctl, o->out, &account_kind, &account);
	text_puts(o->out, "null");
	return 0;
}

static int
json_raw(const struct shown *s, struct json_out *o)
{
	const char *number = member(s);

	json_add_raw(o, s->field->name, *number ? number : "null");
	return 0;
}

static int
text_head(const struct shown *s, struct arena *mem, const char **out)
{
	char shown[TOKEN_SHOWN_SIZE];

	return done(arena_strdup(mem, token_text_shown(s->record, shown)), out);
}

static int
json_head(const struct shown *s, struct json_out *o)
{
	const char *text;
	int r;

	r = text_head(s, o->out->mem, &text);
	if (r)
		return r;
	json_add_string(o, "token", text);
	return 0;
}

static int
text_state(const struct shown *s, struct arena *mem, const char **out)
{
	const struct user *user = s->record;

	return done(arena_strdup(mem, user->deleted_ms ? "deleted" :
	    user->disabled_ms ? "disabled" : "live"), out);
}

static int
json_state(const struct shown *s, struct json_out *o)
{
	const char *text;
	int r;

	r = text_state(s, o->out->mem, &text);
	if (r)
		return r;
	json_add_string(o, "state", text);
	return 0;
}

/* Whose token it is, by e-mail. */
static int
text_owner(const struct shown *s, struct arena *mem, const char **out)
{
	struct user user;
	int r;

	r = user_get(s->ctl->auth, member(s), &user);
	if (r == V_NOT_FOUND)
		return text_uuid(s, mem, out);
	return r ? r : done(record_show_clean(mem, user.email), out);
}

static int
json_password(const struct shown *s, struct json_out *o)
{
	const struct user *user = s->record;
	int64_t set_ms;
	int r;

	r = user_password_time(s->ctl->auth, &user->id, &set_ms);
	if (r)
		return r;
	json_add_time(o, "password_set_on", set_ms);
	return 0;
}

static int
text_password(const struct shown *s, struct arena *mem, const char **out)
{
	const struct user *user = s->record;
	char iso[CLOCK_ISO_SIZE];
	int64_t set_ms;
	int r;

	r = user_password_time(s->ctl->auth, &user->id, &set_ms);
	if (r)
		return r;
	clock_iso(iso, set_ms);
	return done(arena_strdup(mem, set_ms ? iso : ""), out);
}

/* How a thing is put into words and into JSON; NULL: it is not. */
struct way {
	int (*text)(const struct shown *s, struct arena *mem, const char **out);
	int (*json)(const struct shown *s, struct json_out *o);
};

static const struct way ways[] = {
	[FIELD_UUID]   = { text_uuid,   json_uuid },
	[FIELD_TIME]   = { text_time,   json_time },
	[FIELD_NUMBER] = { text_number, json_number },
	[FIELD_BOOL]   = { text_bool,   json_bool },
	[FIELD_TEXT]   = { text_text,   json_text_field },
	[FIELD_BYTES]  = { NULL,        NULL },
};

/* Members not shown by their type; also those that are no field, last in the object. */
static const struct special {
	const struct record_kind *kind;
	const char *name;
	struct way way;
} specials[] = {
	{ &user_kind,    "account",         { text_account,  json_account } },
	{ &user_kind,    "gen",             { NULL,          NULL } },
	{ &user_kind,    "ha1b",            { NULL,          NULL } },
	{ &user_kind,    "token_gen",     { NULL,          NULL } },
	{ &user_kind,    "logins_ended_on", { NULL,        NULL } },
	{ &account_kind, "balance",         { text_text,     json_raw } },
	{ &role_kind,    "acl",             { text_text,     json_raw } },
	{ &domain_token_kind, "maker",      { NULL,          NULL } },
	{ &domain_token_kind, "key",        { NULL,          NULL } },
	{ &token_kind,   "hash_key",        { NULL,          NULL } },
	{ &token_kind,   "gen",             { NULL,          NULL } },
	{ &token_kind,   "head",            { text_head,     json_head } },
	{ &token_kind,   "prefix",          { NULL,          NULL } },
	{ &token_kind,   "use",             { NULL,          NULL } },
	{ &token_kind,   "user",            { text_owner,    json_uuid } },
	{ &token_kind,   "scope",           { text_text,     json_words } },
	{ &token_kind,   "addresses",       { text_text,     json_words } },
	{ &token_kind,   "successor",       { NULL,          NULL } },
	{ &token_kind,   "predecessor",     { NULL,          NULL } },
	{ &token_kind,   "replaced_on",     { NULL,          NULL } },
	{ &user_kind,    "state",           { text_state,    json_state } },
	{ &user_kind,    "password_set_on", { text_password, json_password } },
};

static const struct way *
way_of(const struct record_kind *kind, const char *name)
{
	for (size_t i = 0; i < NELEM(specials); i++) {
		if (specials[i].kind == kind && strcmp(specials[i].name, name) == 0)
			return &specials[i].way;
	}
	return &ways[kind->fields[field_index(kind, name)].type];
}

int
record_show_text(struct ctl *ctl, struct arena *mem, const struct record_kind *kind,
    const char *name, const void *record, const char **out)
{
	int index = field_index(kind, name);
	struct shown s = { ctl, index < 0 ? NULL : &kind->fields[index], record };

	return way_of(kind, name)->text(&s, mem, out);
}

static int
put_member(struct ctl *ctl, struct json_out *o, const struct record_kind *kind,
    const char *name, const void *record)
{
	int index = field_index(kind, name);
	struct shown s = { ctl, index < 0 ? NULL : &kind->fields[index], record };
	const struct way *way = way_of(kind, name);

	return way->json ? way->json(&s, o) : 0;
}

/* Is it shown beside the fields, not in place of one? */
static bool
is_extra(const struct special *special, const struct record_kind *kind)
{
	return special->kind == kind && field_index(kind, special->name) < 0;
}

int
record_show_json(struct ctl *ctl, struct text *out, const struct record_kind *kind,
    const void *record)
{
	struct json_out o;
	int r = 0;

	json_open(&o, out);
	for (size_t i = 0; !r && i < kind->count; i++)
		r = put_member(ctl, &o, kind, kind->fields[i].name, record);
	for (size_t i = 0; !r && i < NELEM(specials); i++) {
		if (is_extra(&specials[i], kind))
			r = put_member(ctl, &o, kind, specials[i].name, record);
	}
	json_close(&o);
	return r;
}

/* The name of the next field that is shown as text, from *i on; NULL at the end. */
static const char *
next_name(const struct record_kind *kind, size_t *i)
{
	for (; *i < kind->count + NELEM(specials); ++*i) {
		size_t special = *i - kind->count;
		const char *name;

		if (*i >= kind->count && !is_extra(&specials[special], kind))
			continue;
		name = *i < kind->count ? kind->fields[*i].name : specials[special].name;
		if (way_of(kind, name)->text)
			return name;
	}
	return NULL;
}

static int
print_lines(struct ctl *ctl, const struct record_kind *kind, const void *record)
{
	const char *name, *text;
	int width = 0, r;

	for (size_t i = 0; (name = next_name(kind, &i)); i++)
		width = (int)strlen(name) > width ? (int)strlen(name) : width;
	for (size_t i = 0; (name = next_name(kind, &i)); i++) {
		r = record_show_text(ctl, &ctl->mem, kind, name, record, &text);
		if (r)
			return r;
		printf("%-*s  %s\n", width, name, *text ? text : "-");
	}
	return 0;
}

int
record_show(struct ctl *ctl, const struct record_kind *kind, const void *record)
{
	const char *json;
	struct text out;
	int r;

	if (!arguments_has(ctl, "json"))
		return print_lines(ctl, kind, record);
	text_init(&out, &ctl->mem);
	r = record_show_json(ctl, &out, kind, record);
	if (r)
		return r;
	r = text_done(&out, &json, NULL);
	if (r)
		return r;
	puts(json);
	return 0;
}
