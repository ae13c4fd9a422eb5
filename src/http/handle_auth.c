// SPDX-License-Identifier: ISC
/* http/handle_auth.c - /rest/auth and /rest/password: the caller, and a JWT (API 4). */
#include <errno.h>
#include <string.h>

#include "auth/account.h"
#include "auth/own_logins.h"
#include "auth/own_password.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/input.h"
#include "http/shown.h"

static int
show(struct call *c, struct identity *who)
{
	const struct client client = call_client(c);
	struct account account;
	const char *jwt;
	int found, r;

	found = account_of_user(c->auth, &who->user, &account);
	if (found < 0)
		return found;
	r = login_begin(c->auth, who, &client, c->now_ms);
	if (!r)
		r = user_jwt_issue(c->auth, c->mem, who, c->now_ms, &jwt);
	if (r)
		return r;
	who->login_until_s = user_jwt_end(c->auth, who, c->now_ms);
	login_note(c->auth, who, &client, c->now_ms);
	shown_put_caller(&c->payload, &who->user, found ? NULL : &account, jwt);
	return 0;
}

/* GET /rest/auth */
int
on_auth_show(struct call *c)
{
	return show(c, &c->id);
}

/* DELETE /rest/auth */
int
on_auth_end(struct call *c)
{
	const struct input_value *tokens = &c->in.values[LOGOUT_TOKENS];
	int r;

	r = own_logins_end(c->auth, &c->id, tokens->present && tokens->number, c->now_ms);
	if (!r)
		text_puts(&c->payload, "{}");
	return r;
}

int
may_password_change(struct call *c)
{
	return own_password_may_change(&c->id);
}

/* The old password is a credential that failed, for the log and who reads it. */
static int
note_failure(struct call *c)
{
	const char *others = c->outcome.failed;

	c->outcome.failed = others && *others ?
	    arena_printf(c->mem, "%s,password", others) : "password";
	return c->outcome.failed ? 0 : -ENOMEM;
}

/* What is wrong with which of the two. */
static int
refuse_password(struct call *c, int r, const struct password_flaw *flaw)
{
	if (r == V_INVALID)
		return flaw->bound ?
		    input_refuse_bound(c, PASSWORD_NEW, flaw->message, flaw->bound) :
		    input_refuse(c, PASSWORD_NEW, flaw->message);
	if (r == V_WRONG_CREDENTIAL || r == V_THROTTLED || r == V_UNAVAILABLE)
		outcome_refuse(&c->outcome, "password", c->auth->refusal.why);
	if (r == V_WRONG_CREDENTIAL || r == V_THROTTLED) {
		if (note_failure(c))
			return -ENOMEM;
	}
	return r == V_WRONG_CREDENTIAL ? input_refuse(c, PASSWORD_OLD, "wrong password") : r;
}

/* POST /rest/password: not by 401, after which clients log in and try again (API 12.1). */
int
on_password_change(struct call *c)
{
	const struct input_value *values = c->in.values;
	struct own_password change = { .next = values[PASSWORD_NEW].text,
	    .drops_tokens = values[PASSWORD_REVOKE].present && values[PASSWORD_REVOKE].number,
	    .old = { .source = request_get(c->req, PARAM_REMOTE_ADDR),
		.password = values[PASSWORD_OLD].text,
		.len = strlen(values[PASSWORD_OLD].text), .mem = c->mem, .wait = c->wait,
		.outcome = &c->outcome } };
	struct password_flaw flaw;
	int r;

	r = own_password_prove(c->auth, &c->id, &change, c->now_ms, &flaw);
	if (r)
		return refuse_password(c, r, &flaw);
	r = show(c, &change.after);
	return r ? r : own_password_set(c->auth, &change);
}
