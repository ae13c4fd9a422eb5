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
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/input.h"
#include "http/input_record.h"
#include "http/shown.h"
#include "http/wrong.h"

static const struct answer_field users_fields[] = {
	{ "users", ANSWER_LIST,   .shape = &shown_user },
	{ "next",  ANSWER_STRING, .summary = "For after; null: there are no more",
	    .is_nullable = true },
	{ .name = NULL },
};
static const struct answer_shape users_shape = { .name = "Users", .fields = users_fields };

struct ended {
	int64_t tokens;
};

static const struct answer_field ended_fields[] = {
	{ "tokens", ANSWER_INTEGER, .offset = offsetof(struct ended, tokens), "How many ended" },
	{ .name = NULL },
};
static const struct answer_shape ended_shape = { .name = "Ended", .fields = ended_fields };

const struct answer answer_caller = { .shape = &shown_caller };
const struct answer answer_user = { .shape = &shown_user };
const struct answer answer_users = { .shape = &users_shape };
const struct answer answer_user_logout = { .shape = &ended_shape };

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

/*
 * A write is answered before it is done, with the user as it will be: a fault then means
 * that nothing was done, however often the store must be read for the answer.
 */
static int
put_user(struct call *c, const struct user *user, int64_t password_ms)
{
	struct account account;
	int found;

	found = account_of_user(c->auth, user, &account);
	if (found < 0)
		return found;
	shown_put_user(&c->payload, user, found ? NULL : &account, &password_ms);
	return c->payload.failed ? -ENOMEM : 0;
}

/* With the password that it has. */
static int
put_whole(struct call *c, const struct user *user)
{
	int64_t password_ms;
	int r;

	r = user_password_time(c->auth, &user->id, &password_ms);
	return r ? r : put_user(c, user, password_ms);
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

/* A password that the body has, which is to be hashed. */
static struct new_password
password_of(struct call *c)
{
	const char *text = c->in.values[USER_PASSWORD].text;

	return (struct new_password){ .text = text, .len = text ? strlen(text) : 0,
	    .mem = c->mem, .wait = c->wait, .outcome = &c->outcome };
}

/* V_TAKEN: another user has one of the names; which one is said. */
static int
check_names(struct call *c, const struct user *user)
{
	const char *taken;
	struct user other;
	int r;

	r = user_find_taken(c->auth, user, &taken, &other);
	if (r != V_EXISTS)
		return r;
	return wrong_taken(c, user_field_of(user, taken), other.deleted_ms ?
	    "reserved by a deleted user" : "another user has it");
}

/* May it be a password?  A user whose password goes, or stays, needs none. */
static int
check_password(struct call *c, const struct new_password *next)
{
	struct password_flaw flaw;
	int r;

	if (!next->text)
		return 0;
	r = user_check_password(c->auth, &c->in.draft->user, next->text, next->len, &flaw);
	if (r != V_INVALID)
		return r;
	return flaw.bound ? input_refuse_bound(c, USER_PASSWORD, flaw.message, flaw.bound) :
	    input_refuse(c, USER_PASSWORD, flaw.message);
}

/* What the write found wrong, also by what others did at this very moment. */
static int
refuse(struct call *c, int r, const struct admin_flaw *flaw)
{
	const struct draft *draft = c->in.draft;
	struct account account;

	if (r == V_INVALID)
		return wrong_untold(c, flaw->field, flaw->message);
	if (r == V_NOT_FOUND && (draft->mask & field_bit(&user_kind, "account")) &&
	    account_of_user(c->auth, &draft->user, &account) == V_NOT_FOUND)
		return wrong_untold(c, "account", "there is no such account");
	return r == V_EXISTS ? V_TAKEN : r;
}

/* POST /rest/user */
int
on_user_add(struct call *c)
{
	const struct user *user = &c->in.draft->user;
	struct new_password next = password_of(c);
	struct admin_flaw flaw;
	int r;

	r = check_password(c, &next);
	if (!r)
		r = check_names(c, user);
	if (r)
		return r;
	r = admin_prepare_add(c->auth, &c->id, user, &next, &flaw);
	if (!r)
		r = put_user(c, user, next.text ? user->created_ms : 0);
	if (!r)
		r = admin_add(c->auth, user, &next, &flaw);
	if (r)
		return refuse(c, r, &flaw);
	outcome_know(&c->outcome, c->outcome.via, &user->id);
	return 0;
}

static int
put_changed(struct call *c, const struct user_change *change)
{
	struct user after = change->user;

	record_touch(&user_kind, c->user, &after, c->now_ms);
	if (!change->next.text && !change->ends_password)
		return put_whole(c, &after);
	after.modified_ms = c->now_ms;
	return put_user(c, &after, change->next.text ? c->now_ms : 0);
}

/* PATCH /rest/user/{uuid} */
int
on_user_change(struct call *c)
{
	const struct input_value *in = c->in.values;
	struct user_change change = { .user = c->in.draft->user, .mask = c->in.draft->mask,
	    .next = password_of(c),
	    .ends_password = in[USER_PASSWORD].present && !in[USER_PASSWORD].text,
	    .drops_tokens = in[USER_REVOKE].present && in[USER_REVOKE].number };
	struct admin_flaw flaw;
	int r;

	if (c->user->deleted_ms)
		return V_NOT_FOUND;	/* its names stay reserved */
	if (!change.mask && !in[USER_PASSWORD].present)
		return put_whole(c, c->user);
	r = check_password(c, &change.next);
	if (!r)
		r = check_names(c, &change.user);
	if (r)
		return r;
	r = admin_prepare_change(c->auth, &c->id, c->user, &change, c->now_ms, &flaw);
	if (!r)
		r = put_changed(c, &change);
	if (!r)
		r = admin_change(c->auth, &c->id, &change, c->now_ms, &flaw);
	return r ? refuse(c, r, &flaw) : 0;
}

/* POST /rest/user/{uuid}/disable */
int
on_user_disable(struct call *c)
{
	struct user after = *c->user;
	int r;

	user_mark_disabled(&after, c->now_ms);
	r = put_whole(c, &after);
	return r ? r : admin_disable(c->auth, &c->id, &c->user->id, c->now_ms);
}

/* POST /rest/user/{uuid}/enable */
int
on_user_enable(struct call *c)
{
	struct user after = *c->user;
	int r;

	if (c->user->deleted_ms)
		return V_NOT_FOUND;
	user_mark_enabled(&after, c->now_ms);
	r = put_whole(c, &after);
	return r ? r : user_enable(c->auth, &c->user->id, c->now_ms);
}

/* POST /rest/user/{uuid}/logout */
int
on_user_logout(struct call *c)
{
	uint64_t tokens;
	int r;

	r = user_logout(c->auth, &c->user->id, c->now_ms, &tokens);
	if (r)
		return r;
	answer_put_one(&c->payload, &ended_shape, &(struct ended){ (int64_t)tokens }, 0);
	return 0;
}

/* DELETE /rest/user/{uuid}: the user as it was, for the last time, or as it is kept. */
int
on_user_delete(struct call *c)
{
	const struct input_value *keep = &c->in.values[DELETE_KEEP];
	const bool kept = keep->present && keep->number;
	struct user after = *c->user;
	int r;

	if (kept && !after.deleted_ms)
		after.modified_ms = c->now_ms;
	if (!kept || !after.deleted_ms)
		after.deleted_ms = c->now_ms;
	r = put_user(c, &after, 0);
	return r ? r : admin_delete(c->auth, &c->id, &c->user->id, kept, c->now_ms);
}
