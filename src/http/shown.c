// SPDX-License-Identifier: ISC
/* http/shown.c - users and accounts as clients of the REST family see them. */
#include "http/shown.h"

/* A member of the record: what it is, and where; those that may be empty are null then. */
#define OF(type, member)	.offset = offsetof(struct type, member)
#define TIME(name, member) { #name, ANSWER_TIME, OF(user, member), NULL, .is_nullable = true }
#define TEXT(name) { #name, ANSWER_TEXT, OF(user, name), NULL, .is_nullable = true }

static const struct answer_field account_fields[] = {
	{ "created_on",  ANSWER_TIME,    OF(account, created_ms),  NULL },
	{ "modified_on", ANSWER_TIME,    OF(account, modified_ms), NULL },
	{ "uuid",        ANSWER_UUID,    OF(account, id),          NULL },
	{ "email",       ANSWER_TEXT,    OF(account, email),       NULL, .is_nullable = true },
	{ "name",        ANSWER_TEXT,    OF(account, name),        NULL },
	{ "level",       ANSWER_TEXT,    OF(account, level),
	    "ServiceAccount, Level0, Level1 or Level2" },
	{ "deleted_on",  ANSWER_TIME,    OF(account, deleted_ms),  NULL, .is_nullable = true },
	{ "balance",     ANSWER_DECIMAL, OF(account, balance),     "With the digits as stored" },
	{ .name = NULL },
};

const struct answer_shape shown_account = { .name = "Account", .fields = account_fields };

/* What a user is shown with. */
struct beside {
	const char *jwt;
	const struct account *account;
	int64_t password_ms;
};

enum part { PART_JWT = 1, PART_ADMIN = 2, PART_PASSWORD = 4 };

#define BESIDE(member)	.record = 1, .offset = offsetof(struct beside, member)
#define FOR_ADMIN	.part = PART_ADMIN

/* S0's keys in S0's order; the JWT, which only the caller is shown, has a place among them. */
static const struct answer_field user_fields[] = {
	{ "created_on",  ANSWER_TIME, OF(user, created_ms),  NULL },
	{ "modified_on", ANSWER_TIME, OF(user, modified_ms), NULL },
	{ "uuid",        ANSWER_UUID, OF(user, id),          NULL },
	{ "email",       ANSWER_TEXT, OF(user, email),       NULL },
	TEXT(phone_number),
	TEXT(first_name),
	TEXT(last_name),
	{ "dob", ANSWER_TEXT, OF(user, dob), "Date of birth", .is_nullable = true },
	TEXT(gmail_user_id),
	TEXT(facebook_user_id),
	TEXT(apple_user_id),
	TEXT(wechat_user_id),
	{ "role", ANSWER_TEXT, OF(user, role), "Admin, User or Provider" },
	{ "gender", ANSWER_TEXT, OF(user, gender), "Male, Female or Other", .is_nullable = true },
	TIME(deleted_on, deleted_ms),
	{ "token", ANSWER_STRING, BESIDE(jwt), "A JWT", .part = PART_JWT },
	/* those that only S1 and S2 have */
	{ "wss_online", ANSWER_BOOL, OF(user, wss_online), NULL },
	TEXT(avatar),
	{ "account", ANSWER_OBJECT, BESIDE(account), NULL, .is_nullable = true,
	    .shape = &shown_account },
	/* without which an administrator could not see what was set */
	{ "sip_login", ANSWER_TEXT, OF(user, sip_login), NULL, .is_nullable = true, FOR_ADMIN },
	{ "oidc_user_id", ANSWER_TEXT, OF(user, oidc_user_id), NULL, .is_nullable = true,
	    FOR_ADMIN },
	{ "oidc_user_id_2", ANSWER_TEXT, OF(user, oidc_user_id_2), NULL, .is_nullable = true,
	    FOR_ADMIN },
	{ "oidc_user_id_3", ANSWER_TEXT, OF(user, oidc_user_id_3), NULL, .is_nullable = true,
	    FOR_ADMIN },
	{ "oidc_user_id_4", ANSWER_TEXT, OF(user, oidc_user_id_4), NULL, .is_nullable = true,
	    FOR_ADMIN },
	{ "webitel_role", ANSWER_TEXT, OF(user, webitel_role), NULL, .is_nullable = true,
	    FOR_ADMIN },
	{ "disabled_on", ANSWER_TIME, OF(user, disabled_ms), NULL, .is_nullable = true,
	    FOR_ADMIN },
	{ "password_set_on", ANSWER_TIME, BESIDE(password_ms), "null: it has none",
	    .is_nullable = true, .part = PART_PASSWORD },
	{ .name = NULL },
};

const struct answer_shape shown_caller = { .name = "Caller", .fields = user_fields,
    .has = PART_JWT };
const struct answer_shape shown_user = { .name = "User", .fields = user_fields,
    .has = PART_ADMIN, .may = PART_PASSWORD };

void
shown_put_account(struct text *out, const struct account *account)
{
	answer_put_one(out, &shown_account, account, 0);
}

void
shown_put_caller(struct text *out, const struct user *user, const struct account *account,
    const char *jwt)
{
	const struct beside beside = { .jwt = jwt, .account = account };

	answer_put(out, &shown_caller, (const void *[ANSWER_RECORDS_MAX]){ user, &beside }, 0);
}

void
shown_put_user(struct text *out, const struct user *user, const struct account *account,
    const int64_t *password_ms)
{
	const struct beside beside = { .account = account,
	    .password_ms = password_ms ? *password_ms : 0 };

	answer_put(out, &shown_user, (const void *[ANSWER_RECORDS_MAX]){ user, &beside },
	    password_ms ? PART_PASSWORD : 0);
}
