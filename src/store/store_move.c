// SPDX-License-Identifier: ISC
/*
 * store/store_move.c - makes one store equal to another.
 *
 * First goes from the target what the source has not or has otherwise, so that no name
 * is in the way of what is added then.
 */
#include "store/store_move.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"
#include "store/store_move_part.h"

bool
move_differs(struct move *m)
{
	if (m->writes)
		m->how->written++;
	else
		m->how->differ++;
	return m->writes;
}

bool
move_goes(struct move *m, int r)
{
	return r == V_NOT_FOUND ? move_differs(m) : m->writes;
}

int
move_flush(struct move *m)
{
	int r = m->count ? m->to->ops->submit_all(m->to, m->ops, m->count) : 0;

	m->count = 0;
	return r;
}

int
move_make(struct move *m, const struct op *op)
{
	m->ops[m->count++] = *op;
	return m->count == MOVE_PAGE ? move_flush(m) : 0;
}

bool
move_same(int r, const struct record_kind *kind, const void *a, const void *b)
{
	return r == 0 && record_same(kind, a, b);
}

/* --- users and accounts ------------------------------------------------------------ */

/* With the password; V_NOT_FOUND: no user.  A user without one has the hash "". */
static int
user_and_password(struct store *st, const struct uuid *id, struct user *user,
    struct password *password)
{
	int r;

	r = store_user_get(st, id, user);
	if (r)
		return r;
	*password = (struct password){ .user = *id };
	r = store_password_get(st, id, password);
	return r == V_NOT_FOUND ? 0 : r;
}

/* The user of that id in both; *is_same: is there one in both, and the same? */
static int
look_at_user(struct move *m, const struct uuid *id, struct user *user,
    struct password *password, bool *is_same)
{
	struct password other_password;
	struct user other;
	int r, other_r;

	r = user_and_password(m->from, id, user, password);
	other_r = user_and_password(m->to, id, &other, &other_password);
	*is_same = !r && move_same(other_r, &user_kind, user, &other) &&
	    record_same(&password_kind, password, &other_password);
	return r < 0 ? r : other_r < 0 ? other_r : r;
}

static int
user_remove(struct move *m, const struct user *user)
{
	struct op op = { .kind = OP_USER_DELETE, .u.user_delete = { user->id, false } };
	struct password password;
	struct user wanted;
	bool is_same;
	int r;

	r = look_at_user(m, &user->id, &wanted, &password, &is_same);
	if (r < 0 || is_same)
		return r < 0 ? r : 0;
	return move_goes(m, r) ? move_make(m, &op) : 0;
}

static int
user_put(struct move *m, const struct user *user)
{
	struct op op = { .kind = OP_USER_ADD };
	bool is_same;
	int r;

	m->how->users++;
	r = look_at_user(m, &user->id, &op.u.user_add.user, &op.u.user_add.password, &is_same);
	if (r || is_same)
		return r == V_NOT_FOUND ? 0 : r;
	return move_differs(m) ? move_make(m, &op) : 0;
}

/* Calls apply for each user of st. */
static int
each_user(struct move *m, struct store *st, int (*apply)(struct move *, const struct user *))
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid last, *after = NULL;
	struct user *users;
	size_t count;
	int r;

	do {
		arena_wipe(&mem);
		r = store_user_list(st, &mem, after, MOVE_PAGE, &users, &count);
		for (size_t i = 0; i < count && !r; i++)
			r = apply(m, &users[i]);
		if (!r)
			r = move_flush(m);
		if (r || !count)
			return r;
		last = users[count - 1].id;
		after = &last;
	} while (count == MOVE_PAGE);
	return 0;
}

/* Removes the name of one that differs, which another one may have now. */
static int
account_remove(struct move *m, const struct account *account)
{
	struct op op = { .kind = OP_ACCOUNT_SET, .now_ms = account->modified_ms };
	struct account wanted;
	int r;

	r = store_account_get(m->from, &account->id, &wanted);
	if (r < 0 || move_same(r, &account_kind, &wanted, account))
		return r < 0 ? r : 0;
	if (!move_goes(m, r))
		return 0;
	if (r == V_NOT_FOUND) {
		op = (struct op){ .kind = OP_ACCOUNT_DELETE, .u.account_delete = { account->id } };
	} else {
		op.u.account_set.to.id = account->id;
		op.u.account_set.mask = field_bit(&account_kind, "name");
	}
	return move_make(m, &op);
}

static int
account_put(struct move *m, const struct account *account)
{
	struct op op = { .kind = OP_ACCOUNT_ADD, .u.account_add = *account };
	struct account other;
	int r;

	m->how->accounts++;
	r = store_account_get(m->to, &account->id, &other);
	if (r < 0 || move_same(r, &account_kind, account, &other))
		return r < 0 ? r : 0;
	if (!r)
		op = (struct op){ .kind = OP_ACCOUNT_SET, .now_ms = account->modified_ms,
		    .u.account_set = { *account, UINT64_MAX } };
	return move_differs(m) ? move_make(m, &op) : 0;
}

static int
each_account(struct move *m, struct store *st,
    int (*apply)(struct move *, const struct account *))
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid last, *after = NULL;
	struct account *accounts;
	size_t count;
	int r;

	do {
		arena_wipe(&mem);
		r = store_account_list(st, &mem, after, MOVE_PAGE, &accounts, &count);
		for (size_t i = 0; i < count && !r; i++)
			r = apply(m, &accounts[i]);
		if (!r)
			r = move_flush(m);
		if (r || !count)
			return r;
		last = accounts[count - 1].id;
		after = &last;
	} while (count == MOVE_PAGE);
	return 0;
}

/* --- all of it ------------------------------------------------------------------------ */

static int
pass(struct move *m, bool writes)
{
	struct store_move *how = m->how;
	int r;

	m->writes = writes;
	how->users = how->accounts = how->tokens = how->sessions = 0;
	how->domain_tokens = how->roles = how->keys = 0;
	r = move_keys(m);
	if (!r)
		r = each_user(m, m->to, user_remove);
	if (!r)
		r = each_account(m, m->to, account_remove);
	if (!r)
		r = each_account(m, m->from, account_put);
	if (!r)
		r = each_user(m, m->from, user_put);
	how->users = 0;
	if (!r)
		r = each_user(m, m->to, move_tokens_remove);
	if (!r)
		r = each_user(m, m->from, move_tokens_put);
	if (!r)
		r = move_domain_tokens(m);
	return r ? r : move_roles(m);
}

/* V_EXISTS: to is another store.  *has: it is complete. */
static int
check_pair(struct store *from, struct store *to, struct meta *meta, bool *has)
{
	struct meta other;
	int r;

	r = store_meta(from, meta);
	if (r)
		return r;
	r = store_meta(to, &other);
	*has = r == 0;
	if (!r && !uuid_equal(&meta->instance, &other.instance))
		return V_EXISTS;
	return r == V_NOT_FOUND ? 0 : r;
}

static int
run(struct store *from, struct store *to, struct store_move *how, bool writes)
{
	struct move m = { .from = from, .to = to, .how = how };
	struct store_counts counts;
	struct meta meta;
	bool has;
	int r;

	how->written = how->differ = 0;
	r = check_pair(from, to, &meta, &has);
	if (!r)
		r = store_counts(from, &counts);
	if (r)
		return r;
	m.total = counts.users;
	m.ops = calloc(MOVE_PAGE, sizeof *m.ops);
	if (!m.ops)
		return -ENOMEM;
	if (writes)
		r = pass(&m, true);
	/* what a service would start with is complete */
	if (!r && writes && !has)
		r = store_init(to, &meta.instance, meta.created_ms);
	if (!r)
		r = pass(&m, false);
	secret_wipe(m.ops, MOVE_PAGE * sizeof *m.ops);
	free(m.ops);
	return r;
}

int
store_move(struct store *from, struct store *to, struct store_move *how)
{
	return run(from, to, how, true);
}

int
store_compare(struct store *from, struct store *to, struct store_move *how)
{
	return run(from, to, how, false);
}
