// SPDX-License-Identifier: ISC
/* auth/field.c - what may stand in the fields of users and accounts, a rule each. */
#include "auth/field.h"

#include <string.h>

#include "auth/login_name.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

/* NULL if value is right, else what is wrong; may put it into its stored form. */
typedef const char *(*check)(char *value, size_t size);

struct rule {
	const char *field;
	check check;
	bool is_login;			/* checked in the form of auth/login_name.h */
};

/* doorwardctl(8), Users: exactly one '@', no colon, blank, double quote or control character. */
static const char *
check_login(char *value, size_t size)
{
	const char *at = strchr(value, '@');

	(void)size;
	if (!*value)
		return NULL;
	if (!at || at == value || !at[1] || strchr(at + 1, '@'))
		return "needs exactly one '@' with something before and after it";
	if (strpbrk(value, ":\"") || unicode_has_hidden(value, strlen(value)))
		return "must not contain colons, blanks, double quotes or invisible characters";
	return NULL;
}

static const char *
check_email(char *value, size_t size)
{
	return *value ? check_login(value, size) : "must not be empty";
}

static const char *
check_filled(char *value, size_t size)
{
	(void)size;
	return *value ? NULL : "must not be empty";
}

static const char *
check_text(char *value, size_t size)
{
	(void)value, (void)size;
	return NULL;
}

static bool
is_word(const char *value, const char *const *words)
{
	while (*words && strcmp(*words, value) != 0)
		words++;
	return *words;
}

bool
user_role_known(const char *role)
{
	static const char *const words[] = { "Admin", "User", "Provider", NULL };

	return is_word(role, words);
}

static const char *
check_role(char *value, size_t size)
{
	(void)size;
	return user_role_known(value) ? NULL : "must be Admin, User or Provider";
}

static const char *
check_gender(char *value, size_t size)
{
	static const char *const words[] = { "", "Male", "Female", "Other", NULL };

	(void)size;
	return is_word(value, words) ? NULL : "must be Male, Female or Other";
}

static const char *
check_level(char *value, size_t size)
{
	static const char *const words[] = { "ServiceAccount", "Level0", "Level1", "Level2", NULL };

	(void)size;
	return is_word(value, words) ? NULL : "must be ServiceAccount, Level0, Level1 or Level2";
}

static const char *
check_date(char *value, size_t size)
{
	char iso[CLOCK_ISO_SIZE];
	int64_t ms;

	if (!*value)
		return NULL;
	if (clock_parse_iso(value, &ms))
		return "must be a date such as 1990-05-01 or 1990-05-01T00:00:00Z";
	clock_iso(iso, ms);
	return text_copy(value, size, iso) ? "does not fit" : NULL;
}

/* A number as JSON writes it without exponent, for it is put into JSON as it stands. */
static const char *
check_decimal(char *value, size_t size)
{
	const char *at = value + (*value == '-');
	size_t whole = strspn(at, "0123456789"), part = 0;

	(void)size;
	if (at[whole] == '.')
		part = strspn(at + whole + 1, "0123456789");
	if (!whole || (whole > 1 && *at == '0') || (at[whole] && !part) ||
	    at[whole + (part ? part + 1 : 0)])
		return "must be a decimal number such as 99.87895";
	return NULL;
}

static const struct rule user_rules[] = {
	{ "email",		check_email,	true },
	{ "sip_login",		check_login,	true },
	{ "phone_number",	check_text,	false },
	{ "first_name",		check_text,	false },
	{ "last_name",		check_text,	false },
	{ "dob",		check_date,	false },
	{ "gmail_user_id",	check_text,	false },
	{ "facebook_user_id",	check_text,	false },
	{ "apple_user_id",	check_text,	false },
	{ "wechat_user_id",	check_text,	false },
	{ "role",		check_role,	false },
	{ "gender",		check_gender,	false },
	{ "avatar",		check_text,	false },
	{ "webitel_role",	check_text,	false },
	{ "oidc_user_id",	check_text,	false },
	{ "oidc_user_id_2",	check_text,	false },
	{ "oidc_user_id_3",	check_text,	false },
	{ "oidc_user_id_4",	check_text,	false },
};

static const struct rule account_rules[] = {
	{ "name",		check_filled,	false },
	{ "email",		check_login,	true },
	{ "level",		check_level,	false },
	{ "balance",		check_decimal,	false },
};

static const struct rule *
rule_find(const struct rule *rules, size_t count, const char *field)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rules[i].field, field) == 0)
			return &rules[i];
	}
	return NULL;
}

/* text into value of size bytes, in the form in which its field has it.  V_INVALID: *why. */
static int
shape(const struct rule *rule, const char *text, char *value, size_t size, const char **why)
{
	char login[LOGIN_SIZE];
	int r;

	if (text_copy(value, size, text)) {
		*why = "is too long";
		return V_INVALID;
	}
	if (!text_is_utf8(value, strlen(value)) || text_has_control(value, strlen(value))) {
		*why = "must be UTF-8 without control characters";
		return V_INVALID;
	}
	if (!rule->is_login)
		return 0;
	r = login_name_make(value, login);
	if (r > 0)
		*why = "has a domain that cannot be one, or is too long";
	return r ? r : text_copy(value, size, login);
}

/* text into the field called name of a record, if rule allows it. */
static int
take(const struct record_kind *kind, void *record, const struct rule *rule, const char *text,
    const char **why)
{
	const struct field *f;
	char value[1024];
	int r;

	if (!rule) {
		*why = "is not a field that can be set";
		return V_INVALID;
	}
	f = &kind->fields[field_index(kind, rule->field)];
	r = shape(rule, text, value, f->size < sizeof value ? f->size : sizeof value, why);
	if (r)
		return r;
	*why = rule->check(value, f->size);
	return *why ? V_INVALID : text_copy((char *)record + f->offset, f->size, value);
}

static int
take_bool(bool *member, const char *text, const char **why)
{
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0) {
		*why = "must be yes or no";
		return V_INVALID;
	}
	*member = *text == 'y';
	return 0;
}

bool
field_is_settable(const struct record_kind *kind, const char *name)
{
	if (kind == &user_kind)
		return rule_find(user_rules, NELEM(user_rules), name) ||
		    strcmp(name, "wss_online") == 0;
	return kind == &account_kind && rule_find(account_rules, NELEM(account_rules), name);
}

int
user_take_field(struct user *user, const char *name, const char *text, const char **why)
{
	if (strcmp(name, "wss_online") == 0)
		return take_bool(&user->wss_online, text, why);
	return take(&user_kind, user, rule_find(user_rules, NELEM(user_rules), name), text, why);
}

int
account_take_field(struct account *account, const char *name, const char *text, const char **why)
{
	return take(&account_kind, account,
	    rule_find(account_rules, NELEM(account_rules), name), text, why);
}
