// SPDX-License-Identifier: ISC
/* http/handle_auth.c - GET /rest/auth: the caller, and a JWT (API 4.1). */
#include "auth/account.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/shown.h"

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
	shown_put_caller(&c->payload, user, found ? NULL : &account, jwt);
	return 0;
}
