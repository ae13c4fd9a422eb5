// SPDX-License-Identifier: ISC
/* http/handle_account.c - accounts, for administrators: /rest/account and below (API 11). */
#include <errno.h>

#include "auth/account.h"
#include "auth/pages.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/input_record.h"
#include "http/shown.h"
#include "http/wrong.h"

static const struct answer_field accounts_fields[] = {
	{ "accounts", ANSWER_LIST,   .shape = &shown_account },
	{ "next",     ANSWER_STRING, .summary = "For after; null: there are no more",
	    .is_nullable = true },
	{ .name = NULL },
};
static const struct answer_shape accounts_shape = { .name = "Accounts",
    .fields = accounts_fields };
const struct answer answer_account = { .shape = &shown_account };
const struct answer answer_accounts = { .shape = &accounts_shape };

int
find_account(struct call *c)
{
	struct account *account = arena_alloc(c->mem, sizeof *account);
	int r;

	if (!account)
		return -ENOMEM;
	r = account_get(c->auth, &c->named.id, account);
	if (r)
		return r;
	c->account = account;
	outcome_object(&c->outcome, &account->id);
	return 0;
}

/* GET /rest/account/{uuid} */
int
on_account_show(struct call *c)
{
	shown_put_account(&c->payload, c->account);
	return 0;
}

/* A page that is being written; it ends at the first account that is not on it. */
struct list {
	struct text *out;
	struct json_out json;
	size_t left;
	struct uuid last;
	bool more;
};

static int
list_account(const void *record, void *arg)
{
	const struct account *account = record;
	struct list *list = arg;

	list->more = list->left == 0;
	if (list->more)
		return PAGES_ENOUGH;
	list->left--;
	list->last = account->id;
	json_next(&list->json);
	shown_put_account(list->out, account);
	return 0;
}

/* GET /rest/account/list */
int
on_account_list(struct call *c)
{
	const struct input_value *in = c->in.values;
	const size_t limit = in[ACCOUNTS_LIMIT].present ? (size_t)in[ACCOUNTS_LIMIT].number :
	    STORE_LIST_MAX;
	const struct pages_part part = { in[ACCOUNTS_AFTER].present ? &in[ACCOUNTS_AFTER].id :
	    NULL, limit < STORE_LIST_MAX ? limit + 1 : limit };
	struct list list = { .out = &c->payload, .left = limit };
	char id[UUID_TEXT_SIZE];
	struct json_out o;
	int r;

	json_open(&o, &c->payload);
	json_name(&o, "accounts");
	json_array_open(&list.json, &c->payload);
	r = pages_accounts_part(c->auth, &part, list_account, &list);
	json_array_close(&list.json);
	json_add_string(&o, "next", list.more ? uuid_text(id, &list.last) : NULL);
	json_close(&o);
	return r;
}

static int
refuse(struct call *c, int r)
{
	return r == V_EXISTS ? wrong_taken(c, "name", "another account has it") : r;
}

/* Written before the account is, as with users: a fault means that nothing was done. */
static int
put_account(struct call *c, const struct account *account)
{
	shown_put_account(&c->payload, account);
	return c->payload.failed ? -ENOMEM : 0;
}

/* POST /rest/account */
int
on_account_add(struct call *c)
{
	const struct account *account = &c->in.draft->account;
	int r;

	r = put_account(c, account);
	if (!r)
		r = account_add(c->auth, account);
	if (r)
		return refuse(c, r);
	outcome_object(&c->outcome, &account->id);
	return 0;
}

/* PATCH /rest/account/{uuid} */
int
on_account_change(struct call *c)
{
	const struct draft *draft = c->in.draft;
	struct account after = draft->account;
	int r;

	if (!draft->mask)
		return put_account(c, c->account);
	record_touch(&account_kind, c->account, &after, c->now_ms);
	r = put_account(c, &after);
	if (!r)
		r = account_change(c->auth, &draft->account, draft->mask, c->now_ms, &after);
	return r ? refuse(c, r) : 0;
}

/* DELETE /rest/account/{uuid}: the account as it was, for the last time. */
int
on_account_delete(struct call *c)
{
	int r;

	c->account->deleted_ms = c->now_ms;
	r = put_account(c, c->account);
	if (!r)
		r = account_delete(c->auth, &c->account->id);
	return r == V_EXISTS ? V_IN_USE : r;
}
