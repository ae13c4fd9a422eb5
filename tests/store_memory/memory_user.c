// SPDX-License-Identifier: ISC
/* store_memory/memory_user.c - users, their passwords and accounts of the plainest store. */
#include "store_memory/memory.h"

#include <errno.h>
#include <string.h>

#include "base/verdict.h"

/* Has user a name of that kind? */
static bool
has_name(const struct user *user, enum identity_kind kind, const char *name)
{
	for (size_t i = 0; i < USER_NAMES; i++) {
		if (*name && user_names[i].kind == kind && strcmp(user_name_at(user, i), name) == 0)
			return true;
	}
	return false;
}

/* Would two users share a name? */
static bool
clash(const struct user *a, const struct user *b)
{
	for (size_t i = 0; i < USER_NAMES; i++) {
		if (has_name(a, user_names[i].kind, user_name_at(b, i)))
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
		if (has_name(user, kind, name))
			return user;
	}
	return NULL;
}

static bool
account_missing(const struct memory *db, const struct user *user)
{
	return !uuid_is_none(&user->account) && !records_find(&db->accounts, &user->account);
}

static void
password_remove(struct memory *db, const struct uuid *user)
{
	struct password *old = records_find(&db->passwords, user);

	if (old)
		records_remove(&db->passwords, old);
}

/* Puts the operation's password in place of a former one; room has been made. */
static void
password_put(struct memory *db, const struct op *op)
{
	struct password password = op->password;

	password.user = op->id;
	password_remove(db, &op->id);
	if (password.hash[0])
		records_add(&db->passwords, &password);
}

/* Is the user there as the operation would add it? */
static bool
is_repeat(const struct memory *db, const struct op *op, const struct user *old)
{
	const struct password *password = records_find(&db->passwords, &op->id);

	if (!record_same(&user_kind, old, &op->u.user))
		return false;
	if (!password)
		return !op->password.hash[0];
	return strcmp(password->hash, op->password.hash) == 0 &&
	    password->set_ms == op->password.set_ms;
}

int
memory_user_add(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct user *user = &op->u.user, *old = records_find(&db->users, &op->id);

	(void)result;
	if (old)
		return is_repeat(db, op, old) ? 0 : V_EXISTS;
	if (clashes(db, user))
		return V_EXISTS;
	if (account_missing(db, user))
		return V_NOT_FOUND;
	if (records_reserve(&db->users) || records_reserve(&db->passwords))
		return -ENOMEM;
	records_add(&db->users, user);
	password_put(db, op);
	return 0;
}

int
memory_user_set(struct memory *db, const struct op *op, struct op_result *result)
{
	struct user *old = records_find(&db->users, &op->id), *user = &result->u.user;

	if (!old)
		return V_NOT_FOUND;
	*user = *old;
	if (op->flag && record_has_any(&user_kind, old, op->mask))
		return V_CHANGED;
	record_merge(&user_kind, user, &op->u.user, op->mask);
	user_forget_ha1b(old, user);
	user->modified_ms = op->now_ms;
	if (account_missing(db, user))
		return V_NOT_FOUND;
	if (clashes(db, user))
		return V_EXISTS;
	*old = *user;
	return 0;
}

/* Has another user the operation's HA1B? */
static bool
ha1b_taken(const struct memory *db, const struct op *op)
{
	const struct user *user = memory_user_named(db, IDENTITY_HA1B, op->u.user.ha1b);

	return user && !uuid_equal(&user->id, &op->id);
}

int
memory_user_password(struct memory *db, const struct op *op, struct op_result *result)
{
	struct user *user = records_find(&db->users, &op->id);

	if (!user || user->deleted_ms)
		return V_NOT_FOUND;
	if (records_reserve(&db->passwords))
		return -ENOMEM;
	if (ha1b_taken(db, op))
		return V_EXISTS;
	password_put(db, op);
	memcpy(user->ha1b, op->u.user.ha1b, sizeof user->ha1b);
	if (op->flag)
		result->count = memory_tokens_of_user_drop(db, &op->id, true, op->now_ms);
	user->gen = op->gen;
	user->modified_ms = op->now_ms;
	return 0;
}

int
memory_user_rehash(struct memory *db, const struct op *op, struct op_result *result)
{
	struct password *old = records_find(&db->passwords, &op->id);
	struct user *user = records_find(&db->users, &op->id);

	(void)result;
	if (!user || !old || strcmp(old->hash, op->old_hash) != 0)
		return V_CHANGED;
	if (ha1b_taken(db, op))
		return V_EXISTS;
	password_put(db, op);
	memcpy(user->ha1b, op->u.user.ha1b, sizeof user->ha1b);
	return 0;
}

int
memory_user_disable(struct memory *db, const struct op *op, struct op_result *result)
{
	struct user *user = records_find(&db->users, &op->id);

	(void)result;
	if (!user)
		return V_NOT_FOUND;
	if (!user->disabled_ms)
		user->disabled_ms = op->now_ms;
	user->ha1b[0] = '\0';
	user->gen = op->gen;
	user->modified_ms = op->now_ms;
	return 0;
}

int
memory_user_enable(struct memory *db, const struct op *op, struct op_result *result)
{
	struct user *user = records_find(&db->users, &op->id);

	(void)result;
	if (!user)
		return V_NOT_FOUND;
	user->disabled_ms = 0;
	user->modified_ms = op->now_ms;
	return 0;
}

int
memory_user_logout(struct memory *db, const struct op *op, struct op_result *result)
{
	struct user *user = records_find(&db->users, &op->id);

	if (!user)
		return V_NOT_FOUND;
	user->gen = op->gen;
	result->count = memory_tokens_of_user_drop(db, &op->id, true, op->now_ms);
	return 0;
}

int
memory_user_delete(struct memory *db, const struct op *op, struct op_result *result)
{
	struct user *user = records_find(&db->users, &op->id);

	if (!user)
		return V_NOT_FOUND;
	password_remove(db, &op->id);
	result->count = memory_tokens_of_user_drop(db, &op->id, true, op->now_ms);
	user->ha1b[0] = '\0';
	if (!op->flag)
		records_remove(&db->users, user);
	else if (!user->deleted_ms)
		user->deleted_ms = user->modified_ms = op->now_ms;
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
	const struct account *account = &op->u.account;
	const struct account *old = records_find(&db->accounts, &op->id);

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
	struct account *old = records_find(&db->accounts, &op->id);
	struct account *account = &result->u.account, *namesake;

	if (!old)
		return V_NOT_FOUND;
	*account = *old;
	record_merge(&account_kind, account, &op->u.account, op->mask);
	account->modified_ms = op->now_ms;
	namesake = memory_account_named(db, account->name);
	if (namesake && namesake != old)
		return V_EXISTS;
	*old = *account;
	return 0;
}

int
memory_account_delete(struct memory *db, const struct op *op, struct op_result *result)
{
	struct account *account = records_find(&db->accounts, &op->id);
	struct user *user;

	(void)result;
	if (!account)
		return V_NOT_FOUND;
	for (size_t i = 0; (user = records_at(&db->users, i)); i++) {
		if (uuid_equal(&user->account, &op->id))
			return V_EXISTS;
	}
	records_remove(&db->accounts, account);
	return 0;
}
