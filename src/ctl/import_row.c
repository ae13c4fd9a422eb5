// SPDX-License-Identifier: ISC
/* ctl/import_row.c - cells become a user. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "auth/field.h"
#include "auth/foreign.h"
#include "auth/ha1b.h"
#include "auth/user.h"
#include "auth/user_import.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/import.h"

/* What a field of a row needs to be taken. */
struct taking {
	struct ctl *ctl;
	const struct import_rules *rules;
	struct arena *mem;
	struct import_row *row;
	const char *faults;		/* so far */
};

static int
refuse(struct import_row *row, const char *why)
{
	if (!row->wrong)
		row->wrong = why;
	return V_INVALID;
}

static bool
is_no(const char *value)
{
	static const char *const words[] = { "", "0", "no", "false", "f", "n", "FALSE", "False" };

	for (size_t i = 0; i < NELEM(words); i++) {
		if (strcmp(value, words[i]) == 0)
			return true;
	}
	return false;
}

/* --- fields that are not those of a user ------------------------------------------------- */

static int
take_login(struct taking *t, const char *value)
{
	t->row->login = value;
	return 0;
}

static int
take_sip(struct taking *t, const char *value)
{
	t->row->sip = value;
	return 0;
}

static int
take_domain(struct taking *t, const char *value)
{
	t->row->domain = value;
	return 0;
}

static int
take_hash(struct taking *t, const char *value)
{
	import_secret_hash(t->row, value, t->rules->allowed);
	return 0;
}

static int
take_password(struct taking *t, const char *value)
{
	import_secret_plain(t->row, value);
	return 0;
}

/* Nothing that we have can be made of it. */
static int
take_ha1(struct taking *t, const char *value)
{
	(void)value;
	t->row->has_ha1 = true;
	return 0;
}

static int
take_ha1b(struct taking *t, const char *value)
{
	uint8_t bytes[HA1B_LEN / 2];
	char *lower = arena_alloc(t->mem, HA1B_LEN + 1);

	if (!lower)
		return -ENOMEM;
	if (text_unhex(value, strlen(value), bytes, sizeof bytes))
		return refuse(t->row, "ha1b: not 32 hex digits");
	text_hex(lower, bytes, sizeof bytes);
	t->row->ha1b = lower;
	return 0;
}

static int
take_enabled(struct taking *t, const char *value)
{
	t->row->is_disabled |= is_no(value);
	t->row->is_enabled |= !is_no(value);
	return 0;
}

static int
take_disabled(struct taking *t, const char *value)
{
	t->row->is_disabled |= !is_no(value);
	t->row->is_enabled |= is_no(value);
	return 0;
}

static int
take_uuid(struct taking *t, const char *value)
{
	if (uuid_parse(value, strlen(value), &t->row->user.id) || uuid_is_none(&t->row->user.id))
		return refuse(t->row, "uuid: not a uuid");
	t->row->has_id = true;
	return 0;
}

int
import_time(const char *value, int64_t *ms)
{
	char iso[CLOCK_ISO_SIZE];
	int64_t number;

	if (text_integer(value, strlen(value), &number) == 0 && number >= 0 &&
	    number < INT64_C(1) << 36) {
		*ms = number * 1000;
		return 0;
	}
	if (strncmp(value, "0000-00-00", 10) == 0)
		return 0;
	if (strlen(value) == 19 && value[10] == ' ') {
		memcpy(iso, value, 19);
		iso[10] = 'T';
		memcpy(iso + 19, "Z", 2);
		value = iso;
	}
	return clock_parse_iso(value, ms) ? V_INVALID : 0;
}

static int
take_created(struct taking *t, const char *value)
{
	return import_time(value, &t->row->user.created_ms) ?
	    refuse(t->row, "created_on: not a time") : 0;
}

static int
take_modified(struct taking *t, const char *value)
{
	return import_time(value, &t->row->user.modified_ms) ?
	    refuse(t->row, "modified_on: not a time") : 0;
}

static int
take_disabled_on(struct taking *t, const char *value)
{
	t->row->is_disabled = true;
	return import_time(value, &t->row->user.disabled_ms) ?
	    refuse(t->row, "disabled_on: not a time") : 0;
}

static int
take_password_set(struct taking *t, const char *value)
{
	return import_time(value, &t->row->password_set_ms) ?
	    refuse(t->row, "password_set_on: not a time") : 0;
}

static int
take_account(struct taking *t, const char *value)
{
	t->row->account_name = value;
	return 0;
}

static const struct {
	const char *field;
	int (*take)(struct taking *t, const char *value);
} others[] = {
	{ "account",     take_account },
	{ "created_on",  take_created },
	{ "disabled",    take_disabled },
	{ "disabled_on", take_disabled_on },
	{ "domain",      take_domain },
	{ "enabled",     take_enabled },
	{ "ha1",         take_ha1 },
	{ "ha1b",        take_ha1b },
	{ "hash",        take_hash },
	{ "login",       take_login },
	{ "modified_on", take_modified },
	{ "password",    take_password },
	{ "password_set_on", take_password_set },
	{ "sip",         take_sip },
	{ "uuid",        take_uuid },
};

bool
import_row_has_field(const char *name)
{
	for (size_t i = 0; i < NELEM(others); i++) {
		if (strcmp(others[i].field, name) == 0)
			return true;
	}
	return false;
}

static int
take(struct taking *t, const char *field, const char *value)
{
	struct import_row *row = t->row;
	const char *why;
	int r;

	for (size_t i = 0; i < NELEM(others); i++) {
		if (strcmp(others[i].field, field) == 0)
			return others[i].take(t, value);
	}
	if (import_account_is_field(field))
		return import_account_take(t->mem, row, field, value);
	if (!field_rule_of(&user_kind, field) || row->mask & field_bit(&user_kind, field))
		return 0;
	r = user_set_field(&row->user, field, value, &why);
	if (r > 0)
		return refuse(row, arena_printf(t->mem, "%s: %s", field, why));
	row->mask |= field_bit(&user_kind, field);
	return r;
}

/* --- the whole row ------------------------------------------------------------------------ */

/* A login, if there is one, as it is, or with the domain of the row or of the command behind it. */
static int
complete(struct taking *t, const char **login)
{
	const char *domain = t->row->domain ? t->row->domain : t->rules->domain;

	if (!*login || strchr(*login, '@') || !domain)
		return 0;
	*login = arena_printf(t->mem, "%s@%s", *login, domain);
	return *login ? 0 : -ENOMEM;
}

/* SIP login and e-mail, each from what there is. */
static int
take_names(struct taking *t)
{
	struct import_row *row = t->row;
	const uint64_t email = field_bit(&user_kind, "email");
	const char *sip = row->sip, *login = row->login ? row->login : row->sip;
	int r;

	r = complete(t, &sip);
	if (!r)
		r = complete(t, &login);
	if (!r && sip)
		r = take(t, "sip_login", sip);
	if (!r && !(row->mask & email) && !login)
		return refuse(row, "it has no e-mail and no login");
	if (!r && !(row->mask & email) && !strchr(login, '@'))
		return refuse(row, "the login has no domain; --domain gives it one");
	if (!r && !(row->mask & email))
		r = take(t, "email", login);
	return r;
}

/* A fault of the row; the others are looked for too. */
static int
go_on(struct taking *t, int r)
{
	struct import_row *row = t->row;

	if (r <= 0)
		return r;
	t->faults = t->faults ? arena_printf(t->mem, "%s; %s", t->faults, row->wrong) : row->wrong;
	row->wrong = NULL;
	return t->faults ? 0 : -ENOMEM;
}

static int
take_cells(struct taking *t, const struct import_cells *cells)
{
	int r = 0;

	for (size_t i = 0; !r && i < cells->count; i++) {
		const char *name = cells->at[i].name, *value = cells->at[i].value;
		const char *field = import_field_of(t->mem, t->rules, name);

		if (!value || !*value) {
			t->row->is_enabled |= field && strcmp(field, "disabled_on") == 0;
			continue;
		}
		if (t->rules->sip_from && strcasecmp(t->rules->sip_from, name) == 0)
			r = take_sip(t, value);
		if (!r && field && *field)
			r = go_on(t, take(t, field, value));
	}
	return r;
}

static int
check_secrets(struct taking *t)
{
	struct import_row *row = t->row;
	struct password_flaw flaw;
	char stored[HASH_SIZE];
	const char *why;

	if (row->hash && !row->password &&
	    foreign_take(row->hash, t->rules->allowed, NULL, stored, &why))
		return refuse(row, arena_printf(t->mem, "hash: %s", why));
	if (row->password && password_check_new(row->password, strlen(row->password), 1, &flaw))
		return refuse(row, arena_printf(t->mem, "password: %s", flaw.why));
	return 0;
}

static int
make(struct ctl *ctl, const struct import_rules *rules, struct arena *mem,
    const struct import_cells *cells, struct import_row *row)
{
	struct taking t = { ctl, rules, mem, row, NULL };
	int r;

	*row = (struct import_row){ .line = cells->line, .user = user_new(ctl->now_ms),
	    .wrong = cells->wrong };
	if (row->wrong)
		return V_INVALID;
	if (rules->role)
		(void)user_set_field(&row->user, "role", rules->role, &row->wrong);
	r = take_cells(&t, cells);
	/* a login that is refused is not one that is missing */
	if (!r && !t.faults)
		r = go_on(&t, take_names(&t));
	if (!r)
		r = go_on(&t, import_account_find(ctl, row));
	if (!r)
		r = go_on(&t, check_secrets(&t));
	row->wrong = t.faults;
	if (r || t.faults)
		return r ? r : V_INVALID;
	if (!row->has_id)
		row->user.id = user_import_id(ctl->auth, row->user.email);
	if (row->ha1b && !row->password && !row->is_disabled && ctl->conf->ha1b) {
		ha1b_index_of(ctl->auth, row->ha1b, row->user.ha1b);
		row->mask |= field_bit(&user_kind, "ha1b");
	}
	if (row->is_disabled && !row->user.disabled_ms)
		row->user.disabled_ms = ctl->now_ms;
	return 0;
}

/* What could not be printed is neither a fault of the row nor a value that is not there. */
int
import_row_make(struct ctl *ctl, const struct import_rules *rules, struct arena *mem,
    const struct import_cells *cells, struct import_row *row)
{
	const int r = make(ctl, rules, mem, cells, row);

	return mem->ran_out ? -ENOMEM : r;
}

static bool
is_equal(const struct field *f, const struct user *a, const struct user *b)
{
	const char *left = (const char *)a + f->offset, *right = (const char *)b + f->offset;

	return f->type == FIELD_TEXT ? strcmp(left, right) == 0 : memcmp(left, right, f->size) == 0;
}

const char *
import_row_differs(const struct import_row *row, const struct user *user)
{
	/* the key that the index of a HA1B is made with may have been replaced since */
	const uint64_t mask = row->mask & ~field_bit(&user_kind, "ha1b");

	for (size_t i = 0; i < user_kind.count; i++) {
		const struct field *f = &user_kind.fields[i];

		if (mask & UINT64_C(1) << i && !is_equal(f, &row->user, user))
			return f->name;
	}
	if (row->is_disabled && !user->disabled_ms)
		return "disabled";
	return row->is_enabled && !row->is_disabled && user->disabled_ms ? "enabled" : NULL;
}

int
import_row_seal(struct ctl *ctl, const struct import_rules *rules, struct import_row *row,
    struct user_write *write)
{
	struct password *password = &write->password;
	struct ha1b ha1b;
	int r = 0;

	*password = (struct password){ .user = write->user.id, .set_ms = ctl->now_ms };
	if (row->password) {
		r = password_hash(&ctl->auth->cost, row->password, strlen(row->password),
		    password->hash);
		if (!r && !row->is_disabled)
			r = ha1b_index(ctl->auth, &write->user, row->password,
			    strlen(row->password), &ha1b);
		if (!r && !row->is_disabled)
			memcpy(write->user.ha1b, ha1b.index, sizeof ha1b.index);
	} else if (row->hash) {
		r = foreign_take(row->hash, rules->allowed, &ctl->auth->cost, password->hash,
		    &row->wrong);
		if (row->password_set_ms && !row->ha1b)
			password->set_ms = row->password_set_ms;
	}
	return r;
}
