// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_user.c - users, with their names and passwords. */
#include "store/lmdb/lmdb_user.h"

#include <string.h>

#include "base/verdict.h"
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_token.h"

/* Gives user one of its names.  V_EXISTS if another user has it. */
static int
name_claim(struct txn *tx, const struct user *user, size_t i)
{
	const struct place at = at_identity(user_names[i].kind, user_name_at(user, i));

	return place_claim(tx, &at, &user->id);
}

static int
names_claim(struct txn *tx, const struct user *user)
{
	int r = 0;

	for (size_t i = 0; i < USER_NAMES && !r; i++) {
		if (user_name_at(user, i)[0])
			r = name_claim(tx, user, i);
	}
	return r;
}

/* Takes away the names of old that differ in user; all of them if user is NULL. */
static int
names_release(struct txn *tx, const struct user *old, const struct user *user)
{
	struct place at;
	int r = 0;

	for (size_t i = 0; i < USER_NAMES && !r; i++) {
		if (user && strcmp(user_name_at(old, i), user_name_at(user, i)) == 0)
			continue;
		at = at_identity(user_names[i].kind, user_name_at(old, i));
		if (user_name_at(old, i)[0])
			r = place_drop(tx, &at);
	}
	return r;
}

static int
user_get(struct txn *tx, const struct uuid *id, struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, id);

	return place_get(tx, &at, user);
}

static int
user_put(struct txn *tx, const struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, &user->id);

	return place_put(tx, &at, user);
}

/* Writes user in place of old, with the names it has gained and lost. */
static int
user_replace(struct txn *tx, const struct user *old, const struct user *user)
{
	int r;

	r = names_release(tx, old, user);
	if (!r)
		r = names_claim(tx, user);
	return r ? r : user_put(tx, user);
}

/* Notes that user belongs to its account.  V_NOT_FOUND: there is no such account. */
static int
account_join(struct txn *tx, const struct user *user)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, &user->account);
	const struct place member = at_account_user(&user->account, &user->id);
	const struct uuid_link link = { user->id };
	struct account account;
	int r;

	if (uuid_is_none(&user->account))
		return 0;
	r = place_get(tx, &at, &account);
	return r ? r : place_put(tx, &member, &link);
}

static int
account_leave(struct txn *tx, const struct user *user)
{
	const struct place member = at_account_user(&user->account, &user->id);

	return uuid_is_none(&user->account) ? 0 : place_drop(tx, &member);
}

/* Writes the password of the operation for its user; the hash "" is none. */
static int
password_put(struct txn *tx, const struct op *op)
{
	const struct place at = at_uuid(TABLE_PASSWORD, &op->id);
	struct password password = op->password;

	password.user = op->id;
	return password.hash[0] ? place_put(tx, &at, &password) : place_drop(tx, &at);
}

/* Is the operation's user there already, to the last field?  V_EXISTS if it is another. */
static int
user_repeat(struct txn *tx, const struct op *op, const struct user *old)
{
	const struct place at = at_uuid(TABLE_PASSWORD, &op->id);
	struct password password, wanted = op->password;
	int r;

	wanted.user = op->id;
	if (!record_same(&user_kind, old, &op->u.user))
		return V_EXISTS;
	r = place_get(tx, &at, &password);
	if (r == V_NOT_FOUND)
		return wanted.hash[0] ? V_EXISTS : 0;
	if (r)
		return r;
	return record_same(&password_kind, &password, &wanted) ? 0 : V_EXISTS;
}

int
lmdb_user_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct user old;
	int r;

	(void)result;
	r = user_get(tx, &op->id, &old);
	if (!r)
		return user_repeat(tx, op, &old);
	if (r != V_NOT_FOUND)
		return r;
	r = names_claim(tx, &op->u.user);
	if (r)
		return r;
	r = account_join(tx, &op->u.user);
	if (r)
		return r;
	r = password_put(tx, op);
	if (r)
		return r;
	return user_put(tx, &op->u.user);
}

int
lmdb_user_set(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct user old, *user = &result->u.user;
	int r;

	r = user_get(tx, &op->id, &old);
	if (r)
		return r;
	*user = old;
	if (op->flag && record_has_any(&user_kind, &old, op->mask))
		return V_CHANGED;
	record_merge(&user_kind, user, &op->u.user, op->mask);
	user_forget_ha1b(&old, user);
	user->modified_ms = op->now_ms;
	r = account_leave(tx, &old);
	if (r)
		return r;
	r = account_join(tx, user);
	return r ? r : user_replace(tx, &old, user);
}

int
lmdb_user_password(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct user old, user;
	int r;

	r = user_get(tx, &op->id, &old);
	if (r)
		return r;
	if (old.deleted_ms)
		return V_NOT_FOUND;
	user = old;
	user.gen = op->gen;
	user.modified_ms = op->now_ms;
	memcpy(user.ha1b, op->u.user.ha1b, sizeof user.ha1b);
	r = password_put(tx, op);
	if (!r && op->flag)
		r = lmdb_tokens_of_user_drop(tx, &op->id, ALL_USES, op->now_ms, &result->count);
	return r ? r : user_replace(tx, &old, &user);
}

int
lmdb_user_rehash(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place at = at_uuid(TABLE_PASSWORD, &op->id);
	struct user old_user, user;
	struct password old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		r = user_get(tx, &op->id, &old_user);
	if (r)
		return r == V_NOT_FOUND ? V_CHANGED : r;
	if (strcmp(old.hash, op->old_hash) != 0)
		return V_CHANGED;
	user = old_user;
	memcpy(user.ha1b, op->u.user.ha1b, sizeof user.ha1b);
	r = password_put(tx, op);
	return r ? r : user_replace(tx, &old_user, &user);
}

int
lmdb_user_disable(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct user old, user;
	int r;

	(void)result;
	r = user_get(tx, &op->id, &old);
	if (r)
		return r;
	user = old;
	if (!user.disabled_ms)
		user.disabled_ms = op->now_ms;
	user.gen = op->gen;
	user.modified_ms = op->now_ms;
	user.ha1b[0] = '\0';
	return user_replace(tx, &old, &user);
}

int
lmdb_user_enable(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct user user;
	int r;

	(void)result;
	r = user_get(tx, &op->id, &user);
	if (r)
		return r;
	user.disabled_ms = 0;
	user.modified_ms = op->now_ms;
	return user_put(tx, &user);
}

int
lmdb_user_logout(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct user user;
	int r;

	r = user_get(tx, &op->id, &user);
	if (r)
		return r;
	user.gen = op->gen;
	r = lmdb_tokens_of_user_drop(tx, &op->id, ALL_USES, op->now_ms, &result->count);
	if (r)
		return r;
	return user_put(tx, &user);
}

/* The user keeps its record, names and account; a second time changes nothing. */
static int
user_bury(struct txn *tx, const struct user *old, int64_t now_ms)
{
	struct user user = *old;

	if (user.deleted_ms)
		return 0;
	user.deleted_ms = now_ms;
	user.modified_ms = now_ms;
	user.ha1b[0] = '\0';
	return user_replace(tx, old, &user);
}

static int
user_remove(struct txn *tx, const struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, &user->id);
	int r;

	r = names_release(tx, user, NULL);
	if (r)
		return r;
	r = account_leave(tx, user);
	if (r)
		return r;
	return place_drop(tx, &at);
}

int
lmdb_user_delete(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct place password = at_uuid(TABLE_PASSWORD, &op->id);
	struct user user;
	int r;

	r = user_get(tx, &op->id, &user);
	if (r)
		return r;
	r = lmdb_tokens_of_user_drop(tx, &op->id, ALL_USES, op->now_ms, &result->count);
	if (r)
		return r;
	r = place_drop(tx, &password);
	if (r)
		return r;
	return op->flag ? user_bury(tx, &user, op->now_ms) : user_remove(tx, &user);
}

int
lmdb_user_get(struct store *st, const struct uuid *id, struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, id);

	return lmdb_read_one(st, &at, user);
}

int
lmdb_user_find(struct store *st, enum identity_kind kind, const char *name, struct user *user)
{
	const struct place from = at_identity(kind, name);

	return lmdb_read_linked(st, &from, TABLE_USER, user);
}

int
lmdb_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count)
{
	const struct place all = { .table = TABLE_USER };
	void *list;
	int r;

	r = lmdb_read_list(st, mem, lmdb_behind(TABLE_USER, after), &all, limit,
	    sizeof **users, &list, count);
	if (r)
		return r;
	*users = list;
	return 0;
}

int
lmdb_password_get(struct store *st, const struct uuid *user, struct password *password)
{
	const struct place at = at_uuid(TABLE_PASSWORD, user);

	return lmdb_read_one(st, &at, password);
}
