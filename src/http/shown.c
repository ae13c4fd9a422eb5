// SPDX-License-Identifier: ISC
/* http/shown.c - users and accounts as clients of the REST family see them. */
#include "http/shown.h"

#include "base/json.h"

/* An absent text is null, never "". */
static void
add_text(struct json_out *o, const char *name, const char *value)
{
	json_add_string(o, name, *value ? value : NULL);
}

void
shown_put_account(struct text *out, const struct account *account)
{
	char id[UUID_TEXT_SIZE];
	struct json_out o;

	json_open(&o, out);
	json_add_time(&o, "created_on", account->created_ms);
	json_add_time(&o, "modified_on", account->modified_ms);
	json_add_string(&o, "uuid", uuid_text(id, &account->id));
	add_text(&o, "email", account->email);
	json_add_string(&o, "name", account->name);
	json_add_string(&o, "level", account->level);
	json_add_time(&o, "deleted_on", account->deleted_ms);
	json_add_raw(&o, "balance", account->balance);
	json_close(&o);
}

/* S0's keys in S0's order; the JWT, which only the caller is shown, has a place among them. */
static void
add_user(struct json_out *o, const struct user *user, const struct account *account,
    const char *jwt)
{
	char id[UUID_TEXT_SIZE];

	json_add_time(o, "created_on", user->created_ms);
	json_add_time(o, "modified_on", user->modified_ms);
	json_add_string(o, "uuid", uuid_text(id, &user->id));
	json_add_string(o, "email", user->email);
	add_text(o, "phone_number", user->phone_number);
	add_text(o, "first_name", user->first_name);
	add_text(o, "last_name", user->last_name);
	add_text(o, "dob", user->dob);
	add_text(o, "gmail_user_id", user->gmail_user_id);
	add_text(o, "facebook_user_id", user->facebook_user_id);
	add_text(o, "apple_user_id", user->apple_user_id);
	add_text(o, "wechat_user_id", user->wechat_user_id);
	json_add_string(o, "role", user->role);
	add_text(o, "gender", user->gender);
	json_add_time(o, "deleted_on", user->deleted_ms);
	if (jwt)
		json_add_string(o, "token", jwt);
	/* those that only S1 and S2 have */
	json_add_bool(o, "wss_online", user->wss_online);
	add_text(o, "avatar", user->avatar);
	json_name(o, "account");
	if (account)
		shown_put_account(o->out, account);
	else
		text_puts(o->out, "null");
}

void
shown_put_caller(struct text *out, const struct user *user, const struct account *account,
    const char *jwt)
{
	struct json_out o;

	json_open(&o, out);
	add_user(&o, user, account, jwt);
	json_close(&o);
}

/* Fields without which an administrator could not see what was set. */
void
shown_put_user(struct text *out, const struct user *user, const struct account *account,
    const int64_t *password_ms)
{
	struct json_out o;

	json_open(&o, out);
	add_user(&o, user, account, NULL);
	add_text(&o, "sip_login", user->sip_login);
	add_text(&o, "oidc_user_id", user->oidc_user_id);
	add_text(&o, "oidc_user_id_2", user->oidc_user_id_2);
	add_text(&o, "oidc_user_id_3", user->oidc_user_id_3);
	add_text(&o, "oidc_user_id_4", user->oidc_user_id_4);
	add_text(&o, "webitel_role", user->webitel_role);
	json_add_time(&o, "disabled_on", user->disabled_ms);
	if (password_ms)
		json_add_time(&o, "password_set_on", *password_ms);
	json_close(&o);
}
