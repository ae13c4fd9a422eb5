// SPDX-License-Identifier: ISC
/* http/handle_account.c - accounts, for administrators: /rest/account and below (API 11). */
#include <errno.h>

#include "auth/account.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"
#include "http/shown.h"

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

/* GET /rest/account/list */
int
on_account_list(struct call *c)
{
	const struct input_value *in = c->in.values;
	const size_t limit = in[ACCOUNTS_LIMIT].present ? (size_t)in[ACCOUNTS_LIMIT].number :
	    STORE_LIST_MAX;
	struct json_out o, list;
	struct account *accounts;
	char id[UUID_TEXT_SIZE];
	size_t count;
	int r;

	r = account_list(c->auth, c->mem,
	    in[ACCOUNTS_AFTER].present ? &in[ACCOUNTS_AFTER].id : NULL, limit, &accounts, &count);
	if (r)
		return r;
	json_open(&o, &c->payload);
	json_name(&o, "accounts");
	json_array_open(&list, &c->payload);
	for (size_t i = 0; i < count; i++) {
		json_next(&list);
		shown_put_account(&c->payload, &accounts[i]);
	}
	json_array_close(&list);
	json_add_string(&o, "next", count == limit ? uuid_text(id, &accounts[count - 1].id) : NULL);
	json_close(&o);
	return 0;
}
