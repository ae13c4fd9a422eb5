// SPDX-License-Identifier: ISC
/* http/handle_auth.c - GET /rest/auth: the caller, and a JWT (API 4.1). */
#include "auth/account.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"

/* An absent text is null, never "". */
static void
add_text(struct json_out *o, const char *name, const char *value)
{
	json_add_string(o, name, *value ? value : NULL);
}

static void
put_account(struct text *out, const struct account *account)
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

/* S0's keys in S0's order, then those that only S1 and S2 have. */
static void
put_user(struct text *out, const struct user *user, const struct account *account,
    const char *jwt)
{
	char id[UUID_TEXT_SIZE];
	struct json_out o;

	json_open(&o, out);
	json_add_time(&o, "created_on", user->created_ms);
	json_add_time(&o, "modified_on", user->modified_ms);
	json_add_string(&o, "uuid", uuid_text(id, &user->id));
	json_add_string(&o, "email", user->email);
	add_text(&o, "phone_number", user->phone_number);
	add_text(&o, "first_name", user->first_name);
	add_text(&o, "last_name", user->last_name);
	add_text(&o, "dob", user->dob);
	add_text(&o, "gmail_user_id", user->gmail_user_id);
	add_text(&o, "facebook_user_id", user->facebook_user_id);
	add_text(&o, "apple_user_id", user->apple_user_id);
	add_text(&o, "wechat_user_id", user->wechat_user_id);
	json_add_string(&o, "role", user->role);
	add_text(&o, "gender", user->gender);
	json_add_time(&o, "deleted_on", user->deleted_ms);
	json_add_string(&o, "token", jwt);
	json_add_bool(&o, "wss_online", user->wss_online);
	add_text(&o, "avatar", user->avatar);
	json_name(&o, "account");
	if (account)
		put_account(out, account);
	else
		text_puts(out, "null");
	json_close(&o);
}

int
on_auth_show(struct call *c)
{
	const struct user *user = &c->id.user;
	struct account account;
	const char *jwt;
	int found, r;

	found = account_of_user(c->auth, user, &account);
	if (found < 0)
		return found;
	r = user_jwt_issue(c->auth, c->mem, &c->id, c->now_ms, &jwt);
	if (r)
		return r;
	put_user(&c->payload, user, found ? NULL : &account, jwt);
	return 0;
}
