// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_user.c - users, with their names and passwords. */
#include "store/lmdb/lmdb_user.h"

#include <string.h>

#include "base/verdict.h"
#include "store/change.h"
#include "store/lmdb/lmdb_read.h"
#include "store/lmdb/lmdb_token.h"

/* --- names: an entry of TABLE_IDENTITY refers from each to its user ------------- */

/* Does user have the i-th name of other, perhaps in another place? */
static bool
shares_name(const struct user *user, const struct user *other, size_t i)
{
	return user_has_name(user, user_names[i].kind, user_name_at(other, i));
}

/* Calls apply for each name of user that other, which may be NULL, does not have. */
static int
names_apply(struct txn *tx, const struct user *user, const struct user *other,
    int (*apply)(struct txn *tx, const struct place *at, const struct uuid_link *link))
{
	const struct uuid_link link = { user->id };
	struct place at;
	int r = 0;

	for (size_t i = 0; i < USER_NAMES && !r; i++) {
		if (!user_name_at(user, i)[0] || (other && shares_name(other, user, i)))
			continue;
		at = at_identity(user_names[i].kind, user_name_at(user, i));
		r = apply(tx, &at, &link);
	}
	return r;
}

/* V_EXISTS if another user has the name. */
static int
name_check(struct txn *tx, const struct place *at, const struct uuid_link *link)
{
	struct uuid_link taken;
	int r;

	r = place_get(tx, at, &taken);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	return uuid_equal(&taken.id, &link->id) ? 0 : V_EXISTS;
}

static int
name_put(struct txn *tx, const struct place *at, const struct uuid_link *link)
{
	return place_put(tx, at, link);
}

static int
name_drop(struct txn *tx, const struct place *at, const struct uuid_link *link)
{
	(void)link;
	return place_drop(tx, at);
}

/* --- accounts: an entry of TABLE_ACCOUNT_USER for each user of one -------------- */

/* V_NOT_FOUND: the account of user does not exist. */
static int
account_check(struct txn *tx, const struct user *user)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, &user->account);
	struct account account;

	return uuid_is_none(&user->account) ? 0 : place_get(tx, &at, &account);
}

static int
account_join(struct txn *tx, const struct user *user)
{
	const struct place member = at_account_user(&user->account, &user->id);
	const struct uuid_link link = { user->id };

	return uuid_is_none(&user->account) ? 0 : place_put(tx, &member, &link);
}

static int
account_leave(struct txn *tx, const struct user *user)
{
	const struct place member = at_account_user(&user->account, &user->id);

	return uuid_is_none(&user->account) ? 0 : place_drop(tx, &member);
}

/* --- records ------------------------------------------------------------------ */

static int
user_put(struct txn *tx, const struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, &user->id);

	return place_put(tx, &at, user);
}

/* Writes the password that user has after the operation. */
static int
password_put(struct txn *tx, const struct op *op, const struct uuid *user)
{
	const struct place at = at_uuid(TABLE_PASSWORD, user);
	const struct password *password = op_password(op);

	if (!password)
		return 0;
	return password->hash[0] ? place_put(tx, &at, password) : place_drop(tx, &at);
}

/* *found is password, or NULL if the user has none. */
static int
password_get(struct txn *tx, const struct uuid *user, struct password *password,
    const struct password **found)
{
	const struct place at = at_uuid(TABLE_PASSWORD, user);
	int r;

	r = place_get(tx, &at, password);
	*found = r ? NULL : password;
	return r == V_NOT_FOUND ? 0 : r;
}

/* --- operations --------------------------------------------------------------- */

/* 0 if the stored user is identical to the operation's; else V_EXISTS. */
static int
user_repeat(struct txn *tx, const struct op *op, const struct user *old)
{
	const struct password *found;
	struct password password;
	int r;

	r = password_get(tx, &old->id, &password, &found);
	if (r)
		return r;
	return change_repeats_user(op, old, found) ? 0 : V_EXISTS;
}

int
lmdb_user_add(struct txn *tx, const struct op *op, struct op_result *result)
{
	const struct user *user = &op->u.user_add.user;
	const struct place at = at_uuid(TABLE_USER, &user->id);
	struct user old;
	int r;

	(void)result;
	r = place_get(tx, &at, &old);
	if (!r)
		return user_repeat(tx, op, &old);
	if (r == V_NOT_FOUND)
		r = names_apply(tx, user, NULL, name_check);
	if (!r)
		r = account_check(tx, user);
	if (!r)
		r = names_apply(tx, user, NULL, name_put);
	if (!r)
		r = account_join(tx, user);
	if (!r)
		r = password_put(tx, op, &user->id);
	return r ? r : user_put(tx, user);
}

/* The user before and after the operation. */
static int
user_change(struct txn *tx, const struct op *op, struct user *old, struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, op_user(op));
	const bool rehashes = op->kind == OP_USER_REHASH;
	const struct password *found = NULL;
	struct password password;
	int r;

	r = place_get(tx, &at, old);
	if (!r && rehashes)
		r = password_get(tx, &old->id, &password, &found);
	if (r)
		return r == V_NOT_FOUND && rehashes ? V_CHANGED : r;
	return change_user(op, old, found, user);
}

/* Writes user in place of old, if they differ. */
static int
user_replace(struct txn *tx, const struct user *old, const struct user *user)
{
	int r;

	if (record_same(&user_kind, old, user))
		return 0;
	r = names_apply(tx, old, user, name_drop);
	if (!r)
		r = names_apply(tx, user, old, name_put);
	if (!r)
		r = account_leave(tx, old);
	if (!r)
		r = account_join(tx, user);
	return r ? r : user_put(tx, user);
}

static int
user_remove(struct txn *tx, const struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, &user->id);
	int r;

	r = names_apply(tx, user, NULL, name_drop);
	if (!r)
		r = account_leave(tx, user);
	return r ? r : place_drop(tx, &at);
}

/* Nothing of the user is valid any more, though the record is still needed. */
static int
user_end(struct txn *tx, const struct user *user)
{
	struct user ended = *user;

	ended.gen++;
	ended.token_gen++;
	return user_put(tx, &ended);
}

/* V_LAST_ADMIN: the operation takes an administrator away, and its keeper is none any more. */
static int
admin_keep(struct txn *tx, const struct op *op, const struct user *old, const struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, &op->keeper);
	const struct password *found;
	struct password password;
	struct user keeper;
	int r;

	if (uuid_is_none(&op->keeper))
		return 0;
	r = password_get(tx, &old->id, &password, &found);
	if (r || !change_ends_admin(op, old, found, user))
		return r;
	r = uuid_equal(&op->keeper, &old->id) ? V_NOT_FOUND : place_get(tx, &at, &keeper);
	if (!r)
		r = password_get(tx, &op->keeper, &password, &found);
	if (r)
		return r == V_NOT_FOUND ? V_LAST_ADMIN : r;
	return user_administers(&keeper, found) ? 0 : V_LAST_ADMIN;
}

int
lmdb_user_change(struct txn *tx, const struct op *op, struct op_result *result)
{
	struct user old, user;
	int r;

	r = user_change(tx, op, &old, &user);
	if (!r && !uuid_equal(&old.account, &user.account))
		r = account_check(tx, &user);
	if (!r)
		r = names_apply(tx, &user, &old, name_check);
	if (!r)
		r = admin_keep(tx, op, &old, &user);
	if (!r && op_drops_tokens(op))
		r = lmdb_tokens_of_user_drop(tx, &old.id, ALL_USES, op->now_ms, &result->count);
	if (!r)
		r = password_put(tx, op, &old.id);
	if (r)
		return r;
	result->u.user = user;
	if (op->kind != OP_USER_DELETE || op->u.user_delete.keep)
		return user_replace(tx, &old, &user);
	return tx->unfinished ? user_end(tx, &old) : user_remove(tx, &old);
}

/* --- reads -------------------------------------------------------------------- */

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

	r = lmdb_read_list(st, mem, lmdb_after(TABLE_USER, after), &all, limit,
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
