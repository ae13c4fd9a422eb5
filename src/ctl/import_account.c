// SPDX-License-Identifier: ISC
/* ctl/import_account.c - the accounts of imported users, as the file describes them. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/field.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/import.h"

#define PREFIX "account."

static const char *const times[] = { "created_on", "modified_on" };

/* The field of the account; NULL: it is none that an account takes from a file. */
static const char *
field_of(const char *field)
{
	const char *name = field + strlen(PREFIX);

	if (strncmp(field, PREFIX, strlen(PREFIX)) != 0)
		return NULL;
	for (size_t i = 0; i < NELEM(times); i++) {
		if (strcmp(name, times[i]) == 0)
			return name;
	}
	return strcmp(name, "uuid") == 0 || field_rule_of(&account_kind, name) ? name : NULL;
}

bool
import_account_is_field(const char *field)
{
	return field_of(field);
}

int
import_account_take(struct arena *mem, struct import_row *row, const char *field,
    const char *value)
{
	struct account *account = &row->account;
	const char *name = field_of(field), *why = "not a uuid";
	int r;

	row->account_is_described = true;
	if (strcmp(name, "uuid") == 0) {
		r = uuid_parse(value, strlen(value), &account->id) ? V_INVALID : 0;
	} else if (strcmp(name, times[0]) == 0 || strcmp(name, times[1]) == 0) {
		why = "not a time";
		r = import_time(value, strcmp(name, times[0]) == 0 ? &account->created_ms :
		    &account->modified_ms);
	} else {
		r = account_set_field(account, name, value, &why);
	}
	if (r > 0)
		row->wrong = arena_printf(mem, "%s: %s", field, why);
	return r;
}

/* The same account, even if it has another name by now; or another one of its name. */
static int
find(struct ctl *ctl, const struct import_row *row, struct account *found)
{
	char id[UUID_TEXT_SIZE];
	int r = V_NOT_FOUND;

	if (*row->account.name && !uuid_is_none(&row->account.id))
		r = account_lookup(ctl->auth, uuid_text(id, &row->account.id), found);
	if (r != V_NOT_FOUND)
		return r;
	return account_lookup(ctl->auth, *row->account.name ? row->account.name :
	    row->account_name, found);
}

/* What the file does not say of it. */
static void
complete(struct account *account, int64_t now_ms)
{
	const struct account fresh = account_new(now_ms);

	if (!*account->level)
		memcpy(account->level, fresh.level, sizeof account->level);
	if (!*account->balance)
		memcpy(account->balance, fresh.balance, sizeof account->balance);
	if (!account->created_ms)
		account->created_ms = now_ms;
	if (!account->modified_ms)
		account->modified_ms = now_ms;
}

int
import_account_find(struct ctl *ctl, struct import_row *row)
{
	struct account found;
	int r;

	if (row->account_is_described && !*row->account.name) {
		row->wrong = "account: it has no name";
		return V_INVALID;
	}
	if (!row->account_name && !*row->account.name)
		return 0;
	r = find(ctl, row, &found);
	if (r < 0)
		return r;
	if (r && !*row->account.name) {
		row->wrong = "account: there is none of this name";
		return V_INVALID;
	}
	row->account_is_new = r != 0;
	if (row->account_is_new)
		complete(&row->account, ctl->now_ms);
	row->user.account = row->account_is_new ? row->account.id : found.id;
	row->mask |= field_bit(&user_kind, "account");
	return 0;
}

/* --- those to be added ------------------------------------------------------------------ */

static int
by_id(const void *left, const void *right)
{
	const struct account *a = left, *b = right;

	return memcmp(&a->id, &b->id, sizeof a->id);
}

static int
by_name(const void *left, const void *right)
{
	const struct account *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/* Two accounts of one name, or two names of one account. */
static bool
is_other(void *const *at, const struct account *account)
{
	const struct account *known = at ? *at : account;

	return by_id(known, account) != 0 || by_name(known, account) != 0;
}

static int
remember(struct import_accounts *accounts, const struct account *account)
{
	struct account *mine = malloc(sizeof *mine);

	if (!mine)
		return -ENOMEM;
	*mine = *account;
	if (!tsearch(mine, &accounts->by_id, by_id)) {
		free(mine);
		return -ENOMEM;
	}
	accounts->count++;
	return tsearch(mine, &accounts->by_name, by_name) ? 0 : -ENOMEM;
}

int
import_accounts_remember(struct import_accounts *accounts, struct import_row *row)
{
	void **at;

	if (!row->account_is_new)
		return 0;
	/* it may be known by its name alone, and gets a uuid then */
	at = uuid_is_none(&row->account.id) ? NULL :
	    tfind(&row->account, &accounts->by_id, by_id);
	if (!at)
		at = tfind(&row->account, &accounts->by_name, by_name);
	if (uuid_is_none(&row->account.id))
		row->account.id = at ? (*(struct account **)at)->id :
		    uuid_new_at(row->account.created_ms);
	if (is_other(at, &row->account)) {
		row->wrong = "account: an earlier row has its name with another uuid, or its uuid "
		    "with another name";
		return V_INVALID;
	}
	return at ? 0 : remember(accounts, &row->account);
}

int
import_accounts_add(struct import_accounts *accounts, struct auth *auth)
{
	struct account *account;
	int r = 0;

	while (!r && accounts->by_id) {
		account = *(struct account **)accounts->by_id;
		r = account_add(auth, account);
		accounts->added += !r;
		tdelete(account, &accounts->by_name, by_name);
		tdelete(account, &accounts->by_id, by_id);
		free(account);
	}
	return r;
}

void
import_accounts_drop(struct import_accounts *accounts)
{
	struct account *account;

	while (accounts->by_id) {
		account = *(struct account **)accounts->by_id;
		tdelete(account, &accounts->by_name, by_name);
		tdelete(account, &accounts->by_id, by_id);
		free(account);
	}
}
