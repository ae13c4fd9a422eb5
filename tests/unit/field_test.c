// SPDX-License-Identifier: ISC
#include <string.h>

#include "auth/account.h"
#include "auth/field.h"
#include "auth/user.h"
#include "unit.h"

/* The text that a record has in a field. */
static const char *
member(const struct record_kind *kind, const void *record, const char *field)
{
	return (const char *)record + kind->fields[field_index(kind, field)].offset;
}

static void
taken(void)
{
	static const struct { const char *field, *in, *want; } rows[] = {
		{ "email", "Alice@Example.COM", "alice@example.com" },
		{ "email", "\xc3\x89va@example.com", "\xc3\x89va@example.com" },
		{ "email", "o'neil@example.com", "o'neil@example.com" },
		{ "email", "a@example.com ", "a@example.com" },
		{ "email", "a@B\xc3\xbc" "cher.example", "a@xn--bcher-kva.example" },
		{ "email", "e\xcc\x81" "va@example.com", "\xc3\xa9va@example.com" },
		{ "sip_login", "100@b\xc3\xbc" "cher.example", "100@xn--bcher-kva.example" },
		{ "sip_login", "100@MyDomain.com", "100@mydomain.com" },
		{ "sip_login", "", "" },
		{ "phone_number", "+1 555 0100", "+1 555 0100" },
		{ "first_name", "Zo\xc3\xab", "Zo\xc3\xab" },
		{ "last_name", "", "" },
		{ "dob", "1990-05-01", "1990-05-01T00:00:00.000Z" },
		{ "dob", "1990-05-01T01:02:03.004Z", "1990-05-01T01:02:03.004Z" },
		{ "dob", "", "" },
		{ "role", "Provider", "Provider" },
		{ "gender", "Other", "Other" },
		{ "gender", "", "" },
		{ "webitel_role", "root", "root" },
	};
	struct user user = user_new(0);
	const char *why;

	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i].in, user_set_field(&user, rows[i].field, rows[i].in, &why),
		    0);
		EXPECT_STRING(rows[i].in, member(&user_kind, &user, rows[i].field), rows[i].want);
	}
	EXPECT_VERDICT("yes", user_set_field(&user, "wss_online", "yes", &why), 0);
	EXPECT_TRUE("yes", user.wss_online);
	EXPECT_VERDICT("no", user_set_field(&user, "wss_online", "no", &why), 0);
	EXPECT_TRUE("no", !user.wss_online);
}

static void
refused(void)
{
	static const struct { const char *field, *in; } rows[] = {
		{ "email", "" }, { "email", "alice" }, { "email", "@" }, { "email", "alice@" },
		{ "email", "@example.com" }, { "email", "a@b@c" }, { "email", "a@@b" },
		{ "email", "a:b@c" }, { "email", "a b@c" }, { "email", "a\"b@c" },
		{ "email", "a@b\xc3\xbc..example" }, { "email", "a@b\xc3\xbc example" },
		{ "email", "a\xc2\xa0" "b@c" }, { "email", "a\xc2\x85@c" },
		{ "email", "a\xe2\x80\xae@c" }, { "email", " a@c" }, { "email", " " },
		{ "sip_login", "100@b\xc3\xbc:x" },
		{ "email", "a@b\n" }, { "email", "a@b\t" }, { "email", "a@b\x7f" },
		{ "email", "a@\xff" },
		{ "sip_login", "100" }, { "sip_login", "1:0@x" }, { "sip_login", "100@a@b" },
		{ "first_name", "a\xe2\x80\xae" "b" }, { "last_name", "\xe2\x81\xa6x" },
		{ "phone_number", "\xe2\x80\x8e+1" }, { "avatar", "https://a/\xe2\x80\xab" },
		{ "gmail_user_id", "1\xe2\x80\xa8" }, { "webitel_role", "\xd8\x9croot" },
		{ "last_name", "\xc2\x9b" "1m" },
		{ "first_name", "a\nb" }, { "first_name", "\xc3" }, { "last_name", "\x1b[0m" },
		{ "dob", "yesterday" }, { "dob", "1990-02-30" }, { "dob", "1990-5-1" },
		{ "dob", "0000-01-01" },
		{ "role", "" }, { "role", "admin" }, { "role", "root" }, { "role", "Admin " },
		{ "gender", "female" }, { "gender", "X" },
		{ "wss_online", "" }, { "wss_online", "true" }, { "wss_online", "yes " },
		{ "uuid", "00000000-0000-4000-8000-000000000000" }, { "created_on", "2020-01-01" },
		{ "deleted_on", "2020-01-01" }, { "gen", "1" }, { "account", "x" },
		{ "password", "x" },
		{ "", "x" }, { "emails", "a@b" },
	};
	struct user user = user_new(0), before = user;
	const char *why;

	for (size_t i = 0; i < NELEM(rows); i++) {
		why = NULL;
		EXPECT_VERDICT(rows[i].in, user_set_field(&user, rows[i].field, rows[i].in, &why),
		    V_INVALID);
		EXPECT_TRUE(rows[i].in, why != NULL);
	}
	EXPECT_BYTES("left alone", &user, &before, sizeof user);
}

static void
lengths(void)
{
	static const char *const names[] = { "phone_number", "first_name", "last_name",
	    "gmail_user_id", "facebook_user_id", "apple_user_id", "wechat_user_id", "avatar",
	    "webitel_role" };
	char longest[1025];
	struct user user = user_new(0);
	const struct field *f;
	const char *why;

	for (size_t i = 0; i < NELEM(names); i++) {
		f = &user_kind.fields[field_index(&user_kind, names[i])];
		memset(longest, 'x', f->size);
		longest[f->size] = '\0';
		EXPECT_VERDICT(names[i], user_set_field(&user, names[i], longest, &why),
		    V_INVALID);
		EXPECT_STRING(names[i], why, "is too long");
		longest[f->size - 1] = '\0';
		EXPECT_VERDICT(names[i], user_set_field(&user, names[i], longest, &why), 0);
		EXPECT_STRING(names[i], member(&user_kind, &user, names[i]), longest);
	}
}

static void
accounts(void)
{
	static const struct { const char *field, *in; int want; } rows[] = {
		{ "name", "Acme", 0 }, { "name", "", V_INVALID }, { "name", "a\tb", V_INVALID },
		{ "name", "a\xe2\x80\xae" "b", V_INVALID }, { "name", "\xe2\x80\x8b", V_INVALID },
		{ "name", "0F1B7C0E-92F4-4A4F-8A53-4D6C1DE1A0B7", V_INVALID },
		{ "name", "0f1b7c0e-92f4-4a4f-8a53-4d6c1de1a0b7", V_INVALID },
		{ "name", "0f1b7c0e-92f4-4a4f-8a53-4d6c1de1a0b", 0 },
		{ "email", "a@b", 0 }, { "email", "", 0 }, { "email", "a", V_INVALID },
		{ "level", "ServiceAccount", 0 }, { "level", "Level2", 0 },
		{ "level", "Level3", V_INVALID },
		{ "level", "", V_INVALID }, { "level", "level0", V_INVALID },
		{ "balance", "0", 0 }, { "balance", "-5", 0 }, { "balance", "99.87895", 0 },
		{ "balance", "0.12345678901234567890123456789012345678901234", 0 },
		{ "balance", "0.123456789012345678901234567890123456789012345678", V_INVALID },
		{ "balance", "0.50", 0 }, { "balance", "-0.1", 0 },
		{ "balance", "", V_INVALID }, { "balance", "-", V_INVALID },
		{ "balance", ".5", V_INVALID },
		{ "balance", "5.", V_INVALID }, { "balance", "05", V_INVALID },
		{ "balance", "+5", V_INVALID },
		{ "balance", "1e5", V_INVALID }, { "balance", "1,5", V_INVALID },
		{ "balance", "1.5.2", V_INVALID }, { "balance", "5 ", V_INVALID },
		{ "balance", "NaN", V_INVALID }, { "balance", "0x5", V_INVALID },
		{ "balance", "--5", V_INVALID }, { "balance", "00", V_INVALID },
		{ "balance", "1.5,\"x\":1", V_INVALID },
		{ "uuid", "x", V_INVALID }, { "deleted_on", "2020-01-01", V_INVALID },
	};
	struct account account = account_new(0);
	const char *why;

	for (size_t i = 0; i < NELEM(rows); i++) {
		why = NULL;
		EXPECT_VERDICT(rows[i].in, account_set_field(&account, rows[i].field, rows[i].in,
		    &why),
		    rows[i].want);
		EXPECT_TRUE(rows[i].in, (why != NULL) == (rows[i].want != 0));
	}
	EXPECT_STRING("the last good one", account.balance, "-0.1");
}

static CU_TestInfo tests[] = {
	{ "taken", taken },
	{ "refused", refused },
	{ "lengths", lengths },
	{ "accounts", accounts },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/field", tests);
