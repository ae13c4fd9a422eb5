// SPDX-License-Identifier: ISC
/* store_memory/memory_user.c - users, passwords and accounts of the memory store. */
#include "store_memory/memory.h"

#include <errno.h>
#include <string.h>

#include "base/verdict.h"
#include "store/change.h"

/* Would two users share a name? */
static bool
clash(const struct user *a, const struct user *b)
{
	for (size_t i = 0; i < USER_NAMES; i++) {
		const char *name = user_name_at(b, i);

		if (*name && user_has_name(a, user_names[i].kind, name))
			return true;
	}
	return false;
}

static bool
clashes(const struct memory *db, const struct user *user)
{
	struct user *other;

	for (size_t i = 0; (other = records_at(&db->users, i)); i++) {
		if (!uuid_equal(&other->id, &user->id) && clash(other, user))
			return true;
	}
	return false;
}

struct user *
memory_user_named(const struct memory *db, enum identity_kind kind, const char *name)
{
	struct user *user;

	for (size_t i = 0; (user = records_at(&db->users, i)); i++) {
		if (user_has_name(user, kind, name))
			return user;
	}
	return NULL;
}

static bool
account_missing(const struct memory *db, const struct user *user)
{
	return !uuid_is_none(&user->account) && !records_find(&db->accounts, &user->account);
}

/* Puts the operation's password in place of a former one; room has been made. */
static void
password_put(struct memory *db, const struct op *op, const struct uuid *user)
{
	const struct password *password = op_password(op);
	struct password *old = records_find(&db->passwords, user);

	if (password && old)
		records_remove(&db->passwords, old);
	if (password && password->hash[0])
		records_add(&db->passwords, password);
}

int
memory_user_add(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct user *user = &op->u.user_add.user, *old = records_find(&db->users, &user->id);

	(void)result;
	if (old)
		return change_repeats_user(op, old, records_find(&db->passwords, &user->id)) ? 0 :
		    V_EXISTS;
	if (clashes(db, user))
		return V_EXISTS;
	if (account_missing(db, user))
		return V_NOT_FOUND;
	if (records_reserve(&db->users) || records_reserve(&db->passwords))
		return -ENOMEM;
	records_add(&db->users, user);
	password_put(db, op, &user->id);
	return 0;
}

/* Would the operation take the last administrator away, as far as its keeper says? */
static bool
ends_last_admin(const struct memory *db, const struct op *op, const struct user *old,
    const struct user *user)
{
	const struct user *keeper = records_find(&db->users, &op->keeper);

	if (uuid_is_none(&op->keeper) ||
	    !change_ends_admin(op, old, records_find(&db->passwords, &old->id), user))
		return false;
	return !keeper || uuid_equal(&keeper->id, &old->id) ||
	    !user_administers(keeper, records_find(&db->passwords, &keeper->id));
}

int
memory_user_change(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct uuid *id = op_user(op);
	struct user *old = records_find(&db->users, id), user;
	int r;

	if (!old)
		return op->kind == OP_USER_REHASH ? V_CHANGED : V_NOT_FOUND;
	r = change_user(op, old, records_find(&db->passwords, id), &user);
	if (r)
		return r;
	if (account_missing(db, &user))
		return V_NOT_FOUND;
	if (clashes(db, &user))
		return V_EXISTS;
	if (ends_last_admin(db, op, old, &user))
		return V_LAST_ADMIN;
	if (records_reserve(&db->passwords))
		return -ENOMEM;
	if (op_drops_tokens(op))
		result->count = memory_tokens_of_user_drop(db, id, true, op->now_ms);
	password_put(db, op, id);
	*old = result->u.user = user;
	if (op->kind == OP_USER_DELETE && !op->u.user_delete.keep)
		records_remove(&db->users, old);
	return 0;
}

/* --- accounts ------------------------------------------------------------ */

struct account *
memory_account_named(const struct memory *db, const char *name)
{
	struct account *account;

	for (size_t i = 0; (account = records_at(&db->accounts, i)); i++) {
		if (*name && strcmp(account->name, name) == 0)
			return account;
	}
	return NULL;
}

int
memory_account_add(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct account *account = &op->u.account_add;
	const struct account *old = records_find(&db->accounts, &account->id);

	(void)result;
	if (old)
		return record_same(&account_kind, old, account) ? 0 : V_EXISTS;
	if (memory_account_named(db, account->name))
		return V_EXISTS;
	if (records_reserve(&db->accounts))
		return -ENOMEM;
	records_add(&db->accounts, account);
	return 0;
}

int
memory_account_set(struct memory *db, const struct op *op, struct op_result *result)
{
	struct account *old = records_find(&db->accounts, &op->u.account_set.to.id);
	struct account *account = &result->u.account, *namesake;

	if (!old)
		return V_NOT_FOUND;
	change_account(op, old, account);
	namesake = memory_account_named(db, account->name);
	if (namesake && namesake != old)
		return V_EXISTS;
	*old = *account;
	return 0;
}

int
memory_account_delete(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct uuid *id = &op->u.account_delete.id;
	struct account *account = records_find(&db->accounts, id);
	struct user *user;

	(void)result;
	if (!account)
		return V_NOT_FOUND;
	for (size_t i = 0; (user = records_at(&db->users, i)); i++) {
		if (uuid_equal(&user->account, id))
			return V_EXISTS;
	}
	records_remove(&db->accounts, account);
	return 0;
}
