// SPDX-License-Identifier: ISC
/* auth/account.c - accounts, which group users. */
#include "auth/account.h"

#include <string.h>

#include "base/verdict.h"

struct account
account_new(int64_t now_ms)
{
	return (struct account){ .id = uuid_new_at(now_ms), .created_ms = now_ms,
	    .modified_ms = now_ms, .level = "Level0", .balance = "0" };
}

int
account_add(struct auth *auth, const struct account *account)
{
	return store_account_add(auth->store, account);
}

int
account_lookup(struct auth *auth, const char *name, struct account *account)
{
	struct uuid id;

	if (uuid_parse(name, strlen(name), &id) == 0)
		return store_account_get(auth->store, &id, account);
	if (strlen(name) >= NAME_SIZE)
		return V_NOT_FOUND;
	return store_account_find(auth->store, name, account);
}

int
account_get(struct auth *auth, const struct uuid *id, struct account *account)
{
	return store_account_get(auth->store, id, account);
}

int
account_set_for(struct auth *auth, struct user *user, const char *name, const char **why)
{
	struct account account = { .created_ms = 0 };
	int r = 0;

	if (*name)
		r = account_lookup(auth, name, &account);
	if (r == V_NOT_FOUND)
		*why = "there is no such account";
	if (r)
		return r;
	user->account = account.id;
	return 0;
}

int
account_of_user(struct auth *auth, const struct user *user, struct account *account)
{
	if (uuid_is_none(&user->account))
		return V_NOT_FOUND;
	return store_account_get(auth->store, &user->account, account);
}

void
account_expect(struct auth *auth, bool expected)
{
	store_expect_account(auth->store, expected);
}

int
account_change(struct auth *auth, const struct account *account, uint64_t mask, int64_t now_ms,
    struct account *after)
{
	return store_account_set(auth->store, account, mask, now_ms, after);
}

int
account_delete(struct auth *auth, const struct uuid *id)
{
	return store_account_delete(auth->store, id);
}
