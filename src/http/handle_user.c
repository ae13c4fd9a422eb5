// SPDX-License-Identifier: ISC
/* http/handle_user.c - users, for administrators: /rest/user and below (API 11). */
#include <errno.h>
#include <string.h>

#include "auth/account.h"
#include "auth/admin.h"
#include "auth/user.h"
#include "auth/user_search.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/input.h"
#include "http/shown.h"

/* The log has from now on who does it, and to whom. */
int
may_administer(struct call *c)
{
	int r;

	r = admin_may(&c->id);
	if (!r)
		outcome_act(&c->outcome);
	return r;
}

int
find_user(struct call *c)
{
	struct user *user = arena_alloc(c->mem, sizeof *user);
	int r;

	if (!user)
		return -ENOMEM;
	r = user_get(c->auth, &c->named.id, user);
	if (r)
		return r;
	c->user = user;
	outcome_know(&c->outcome, c->outcome.via, &user->id);
	return 0;
}

static int
put_whole(struct call *c, const struct user *user)
{
	struct account account;
	int64_t password_ms;
	int found, r;

	found = account_of_user(c->auth, user, &account);
	if (found < 0)
		return found;
	r = user_password_time(c->auth, &user->id, &password_ms);
	if (r)
		return r;
	shown_put_user(&c->payload, user, found ? NULL : &account, &password_ms);
	return 0;
}

/* GET /rest/user/{uuid} */
int
on_user_show(struct call *c)
{
	return put_whole(c, c->user);
}

/* Many users have the same account: the last ones are kept while a list is written. */
#define ACCOUNTS_KEPT 16

struct list {
	struct call *call;
	struct json_out json;
	struct account accounts[ACCOUNTS_KEPT];
	size_t count;			/* of accounts that were read */
};

/* *account is that of user, or NULL. */
static int
find_account_of(struct list *list, const struct user *user, const struct account **account)
{
	const size_t kept = list->count < ACCOUNTS_KEPT ? list->count : ACCOUNTS_KEPT;
	struct account *place = &list->accounts[list->count % ACCOUNTS_KEPT];
	int r;

	*account = NULL;
	if (uuid_is_none(&user->account))
		return 0;
	for (size_t i = 0; i < kept; i++) {
		*account = &list->accounts[i];
		if (uuid_equal(&(*account)->id, &user->account))
			return 0;
	}
	r = account_of_user(list->call->auth, user, place);
	list->count += !r;
	*account = r ? NULL : place;
	return r == V_NOT_FOUND ? 0 : r;
}

static int
list_user(const void *record, void *arg)
{
	const struct user *user = record;
	const struct account *account;
	struct list *list = arg;
	int r;

	r = find_account_of(list, user, &account);
	if (r)
		return r;
	json_next(&list->json);
	shown_put_user(&list->call->payload, user, account, NULL);
	return 0;
}

/* The one with that login, if there is one. */
static int
list_login(struct list *list, const char *login)
{
	struct user user;
	int r;

	r = user_by_login(list->call->auth, login, &user);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	return list_user(&user, list);
}

/* GET /rest/user/list */
int
on_user_list(struct call *c)
{
	const struct input_value *in = c->in.values;
	struct user_search search = { .text = in[USERS_SEARCH].text, .limit = STORE_LIST_MAX,
	    .after = in[USERS_AFTER].id, .goes_on = in[USERS_AFTER].present };
	struct list *list = arena_alloc(c->mem, sizeof *list);
	char id[UUID_TEXT_SIZE];
	struct json_out o;
	int r;

	if (!list)
		return -ENOMEM;
	list->call = c;
	list->count = 0;
	if (in[USERS_LIMIT].present)
		search.limit = (size_t)in[USERS_LIMIT].number;
	json_open(&o, &c->payload);
	json_name(&o, "users");
	json_array_open(&list->json, &c->payload);
	r = in[USERS_LOGIN].present ? list_login(list, in[USERS_LOGIN].text) :
	    user_search(c->auth, &search, list_user, list);
	json_array_close(&list->json);
	json_add_string(&o, "next", search.more ? uuid_text(id, &search.after) : NULL);
	json_close(&o);
	return r;
}
