// SPDX-License-Identifier: ISC
/* auth/field.c - the rules for the fields of users and accounts. */
#include "auth/field.h"

#include <string.h>

#include "auth/login_name.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

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

/* A name stands where a uuid can: one that looks like another's would stand for that one. */
static const char *
check_account_name(char *value, size_t size)
{
	struct uuid unused;

	(void)size;
	if (!*value)
		return "must not be empty";
	if (!unicode_is_label(value, strlen(value)))
		return "must have visible characters";
	return uuid_parse(value, strlen(value), &unused) == 0 ? "must not be a uuid" : NULL;
}

static const char *
check_text(char *value, size_t size)
{
	(void)value, (void)size;
	return NULL;
}

static const char *const roles[] = { "Admin", "User", "Provider", NULL };
static const char *const genders[] = { "", "Male", "Female", "Other", NULL };
static const char *const levels[] = { "ServiceAccount", "Level0", "Level1", "Level2", NULL };

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
	return is_word(role, roles);
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
	(void)size;
	return is_word(value, genders) ? NULL : "must be Male, Female or Other";
}

static const char *
check_level(char *value, size_t size)
{
	(void)size;
	return is_word(value, levels) ? NULL : "must be ServiceAccount, Level0, Level1 or Level2";
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

/* A number as in JSON but without exponent, because it is copied to JSON unchanged. */
static const char *
check_decimal(char *value, size_t size)
{
	const char *at = value + (*value == '-');
	size_t whole = strspn(at, TEXT_DIGITS), part = 0;

	(void)size;
	if (at[whole] == '.')
		part = strspn(at + whole + 1, TEXT_DIGITS);
	if (!whole || (whole > 1 && *at == '0') || (at[whole] && !part) ||
	    at[whole + (part ? part + 1 : 0)])
		return "must be a decimal number such as 99.87895";
	return NULL;
}

static const char *
check_flag(char *value, size_t size)
{
	static const char *const words[] = { "yes", "no", NULL };

	(void)size;
	return is_word(value, words) ? NULL : "must be yes or no";
}

static const struct field_rule user_rules[] = {
	{ "account",          NULL,         false, "NAME",
	    "Account of the user, by name or uuid; \"\" for none." },
	{ "email",            check_email,  true,  "EMAIL",
	    "E-mail address, which is a login name." },
	{ "sip_login",        check_login,  true,  "LOGIN",
	    "Second login name, such as 100@example.org." },
	{ "phone_number",     check_text,   false, "NUMBER",  "Telephone number." },
	{ "first_name",       check_text,   false, "NAME",    "First name." },
	{ "last_name",        check_text,   false, "NAME",    "Last name." },
	{ "dob",              check_date,   false, "DATE",
	    "Date of birth, such as 1990-12-31." },
	{ "gmail_user_id",    check_text,   false, "ID",      "Id at Google." },
	{ "facebook_user_id", check_text,   false, "ID",      "Id at Facebook." },
	{ "apple_user_id",    check_text,   false, "ID",      "Id at Apple." },
	{ "wechat_user_id",   check_text,   false, "ID",      "Id at WeChat." },
	{ "oidc_user_id",     check_text,   false, "NAME:ID",
	    "Id at the OpenID provider that doorward.conf calls NAME." },
	{ "oidc_user_id_2",   check_text,   false, "NAME:ID", "Second id of that kind." },
	{ "oidc_user_id_3",   check_text,   false, "NAME:ID", "Third id of that kind." },
	{ "oidc_user_id_4",   check_text,   false, "NAME:ID", "Fourth id of that kind." },
	{ "role",             check_role,   false, "ROLE",    "Admin, User or Provider." },
	{ "gender",           check_gender, false, "GENDER",  "Male, Female or Other." },
	{ "wss_online",       check_flag,   false, "yes|no",
	    "The flag wss_online that clients see." },
	{ "avatar",           check_text,   false, "URL",     "Address of a picture." },
	{ "webitel_role",     check_text,   false, "NAME",
	    "Webitel role, if it does not follow from the role." },
};

static const struct field_rule account_rules[] = {
	{ "name",             check_account_name, false, "NAME", "Name of the account." },
	{ "email",            check_login,   true,  "EMAIL",  "E-mail address of the account." },
	{ "level",            check_level,   false, "LEVEL",
	    "ServiceAccount, Level0, Level1 or Level2." },
	{ "balance",          check_decimal, false, "NUMBER", "Balance, a decimal number." },
};

static const struct {
	const struct record_kind *kind;
	const struct field_rule *rules;
	size_t count;
} kinds[] = {
	{ &user_kind,    user_rules,    NELEM(user_rules) },
	{ &account_kind, account_rules, NELEM(account_rules) },
};

const struct field_rule *
field_rule_of(const struct record_kind *kind, const char *field)
{
	for (size_t i = 0; i < NELEM(kinds); i++) {
		for (size_t k = 0; kinds[i].kind == kind && k < kinds[i].count; k++) {
			if (strcmp(kinds[i].rules[k].field, field) == 0)
				return &kinds[i].rules[k];
		}
	}
	return NULL;
}

/* text into value of size bytes, in the form in which its field has it.  V_INVALID: *why. */
static int
shape(const struct field_rule *rule, const char *text, char *value, size_t size, const char **why)
{
	char login[LOGIN_SIZE];
	int r;

	if (text_copy(value, size, text)) {
		*why = "is too long";
		return V_INVALID;
	}
	if (!text_is_utf8(value, strlen(value)) || !unicode_is_plain(value, strlen(value))) {
		*why = "must be UTF-8 without control characters and changes of direction";
		return V_INVALID;
	}
	if (!rule->is_login)
		return 0;
	r = login_name_make(value, login);
	if (r > 0)
		*why = "has an invalid domain, or is too long";
	return r ? r : text_copy(value, size, login);
}

/* text into the field called name of a record, if its rule allows it. */
static int
set_field(const struct record_kind *kind, void *record, const char *name, const char *text,
    const char **why)
{
	const struct field_rule *rule = field_rule_of(kind, name);
	const struct field *f;
	char value[1024];
	void *member;
	int r;

	if (!rule || !rule->check) {
		*why = "is not a field that can be set";
		return V_INVALID;
	}
	f = &kind->fields[field_index(kind, name)];
	member = (char *)record + f->offset;
	r = shape(rule, text, value, f->type == FIELD_TEXT && f->size < sizeof value ? f->size :
	    sizeof value, why);
	if (r)
		return r;
	*why = rule->check(value, f->size);
	if (*why)
		return V_INVALID;
	if (f->type == FIELD_TEXT)
		return text_copy(member, f->size, value);
	*(bool *)member = *value == 'y';
	return 0;
}

int
user_set_field(struct user *user, const char *name, const char *text, const char **why)
{
	return set_field(&user_kind, user, name, text, why);
}

int
account_set_field(struct account *account, const char *name, const char *text, const char **why)
{
	return set_field(&account_kind, account, name, text, why);
}

bool
field_may_be_empty(const struct record_kind *kind, const char *name)
{
	union { struct user user; struct account account; } record = { 0 };
	const struct field_rule *rule = field_rule_of(kind, name);
	const char *why;

	return rule && (!rule->check || set_field(kind, &record, name, "", &why) == 0);
}

const char *const *
field_words(const struct field_rule *rule)
{
	static const struct { field_check *check; const char *const *words; } rows[] = {
		{ check_role, roles }, { check_gender, genders }, { check_level, levels },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (rows[i].check == rule->check)
			return rows[i].words;
	}
	return NULL;
}
