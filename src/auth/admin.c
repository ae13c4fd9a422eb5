// SPDX-License-Identifier: ISC
/* auth/admin.c - what an administrator does to users and accounts from afar. */
#include "auth/admin.h"

#include <string.h>

#include "auth/account.h"
#include "auth/field.h"
#include "auth/login.h"
#include "auth/pages.h"
#include "auth/role.h"
#include "base/verdict.h"

/* How often another administrator is looked for while each one found goes at that moment. */
#define TRIES 5

int
admin_may(const struct identity *who)
{
	return strcmp(who->user.role, "Admin") == 0 && !who->by_token ? 0 : V_FORBIDDEN;
}

int
admin_set_field(struct auth *auth, const struct record_kind *kind, void *record,
    const char *field, const char *text, const char **why)
{
	if (kind == &account_kind)
		return account_set_field(record, field, text, why);
	if (strcmp(field, "account") == 0)
		return account_set_for(auth, record, text, why);
	return user_set_field(record, field, text, why);
}

/* --- somebody remains ------------------------------------------------------------ */

struct look {
	struct auth *auth;
	const struct uuid *but;		/* not this one */
	struct uuid found;
};

/* V_EXISTS, which ends the walk: this one can go on. */
static int
look_at(const void *record, void *arg)
{
	const struct user *user = record;
	struct look *look = arg;
	int64_t password_ms = 0;
	int r = 0;

	if (strcmp(user->role, "Admin") != 0 || uuid_equal(&user->id, look->but))
		return 0;
	r = user_password_time(look->auth, &user->id, &password_ms);
	if (r)
		return r;
	if (!user_administers(user, password_ms != 0))
		return 0;
	look->found = user->id;
	return V_EXISTS;
}

/* An administrator besides user.  V_LAST_ADMIN: there is none. */
static int
find_other(struct auth *auth, const struct uuid *user, struct uuid *other)
{
	struct look look = { .auth = auth, .but = user };
	int r;

	r = pages_users(auth, UINT64_MAX, look_at, &look);
	if (r == V_EXISTS)
		*other = look.found;
	return r == V_EXISTS ? 0 : r ? r : V_LAST_ADMIN;
}

/* What is done to user, when somebody is to be left. */
struct deed {
	const struct uuid *user;
	int (*run)(struct auth *auth, const struct deed *deed, int64_t now_ms);
	const struct user_change *change;
	const char **why;
	bool keep;
};

/*
 * Done while the caller, or another administrator, can go on; the store decides in the
 * same step whether that one still can.  Nobody is looked for unless that matters.
 */
static int
do_kept(struct auth *auth, const struct identity *who, const struct deed *deed, int64_t now_ms)
{
	struct uuid keeper = who->user.id;
	int r = V_LAST_ADMIN, looked = 0;

	for (int i = 0; i < TRIES && r == V_LAST_ADMIN && !looked; i++) {
		store_keep_admin(auth->store, &keeper);
		r = deed->run(auth, deed, now_ms);
		store_keep_admin(auth->store, NULL);
		if (r == V_LAST_ADMIN)
			looked = find_other(auth, deed->user, &keeper);
	}
	return looked ? looked : r;
}

/* --- what is not given ----------------------------------------------------------- */

/* V_FORBIDDEN: the Webitel role of user permits what that of the caller does not. */
static int
is_within(struct auth *auth, const struct identity *who, const struct user *user)
{
	const char *name = role_name_of(user), *own_name = role_name_of(&who->user);
	struct role role, own;
	int r;

	if (strcmp(name, own_name) == 0)
		return 0;
	r = role_hold(auth, own_name, &own);
	if (!r)
		r = role_hold(auth, name, &role);
	if (r)
		return r;
	return role_check_within(&role, &own);
}

/* A name or an id at a provider that before did not have; NULL: none. */
static const char *
new_name(const struct user *before, const struct user *after)
{
	for (size_t i = 0; i < USER_NAMES; i++) {
		const char *name = user_name_at(after, i);

		if (*name && strcmp(name, user_name_at(before, i)) != 0)
			return user_name_field(i);
	}
	return NULL;
}

/* V_FORBIDDEN, which another result replaces, becomes V_INVALID with what is wrong. */
static int
refuse(int r, struct admin_flaw *flaw, const char *field, const char *message)
{
	if (r == V_FORBIDDEN)
		*flaw = (struct admin_flaw){ field, message };
	return r == V_FORBIDDEN ? V_INVALID : r;
}

/* A way into a user who may do more, or the caller's own. */
static int
check_way_in(struct auth *auth, const struct identity *who, const struct user *before,
    const char *field, struct admin_flaw *flaw)
{
	if (uuid_equal(&before->id, &who->user.id))
		return refuse(V_FORBIDDEN, flaw, field,
		    "your own is changed by another administrator or by doorwardctl");
	return refuse(is_within(auth, who, before), flaw, field,
	    "the role of this user permits more than yours");
}

/* A Webitel role that permits more than that of the caller. */
static int
check_role(struct auth *auth, const struct identity *who, const struct user *before,
    const struct user *after, struct admin_flaw *flaw)
{
	if (strcmp(role_name_of(before), role_name_of(after)) == 0)
		return 0;
	return refuse(is_within(auth, who, after), flaw,
	    after->webitel_role[0] ? "webitel_role" : "role", "permits more than your own role");
}

/* --- what is done ---------------------------------------------------------------- */

static int
run_change(struct auth *auth, const struct deed *deed, int64_t now_ms)
{
	return user_change_all(auth, deed->change, now_ms, deed->why);
}

static int
run_disable(struct auth *auth, const struct deed *deed, int64_t now_ms)
{
	return user_disable(auth, deed->user, now_ms);
}

static int
run_delete(struct auth *auth, const struct deed *deed, int64_t now_ms)
{
	return user_delete(auth, deed->user, deed->keep, now_ms);
}

/* The last administrator is told that before anything else. */
static int
refuse_own(struct auth *auth, const struct user_change *change, struct admin_flaw *flaw)
{
	struct uuid unused;
	int r = 0;

	if (change->ends_password)
		r = find_other(auth, &change->user.id, &unused);
	if (r)
		return r;
	return refuse(V_FORBIDDEN, flaw, "password",
	    "your own password is changed by POST /rest/password");
}

/* Hashes a password.  Afterwards the caller may not be what it was. */
static int
make_hash(struct auth *auth, struct identity *who, struct new_password *next, int64_t now_ms)
{
	int r;

	r = new_password_hash(auth, next);
	if (!r)
		r = login_again(auth, who, now_ms);
	return r ? r : admin_may(who);
}

int
admin_prepare_add(struct auth *auth, struct identity *who, const struct user *user,
    struct new_password *next, struct admin_flaw *flaw)
{
	const struct user plain = user_new(user->created_ms);
	int r;

	flaw->field = "password";
	r = check_role(auth, who, &plain, user, flaw);
	if (!r && next->text) {
		r = make_hash(auth, who, next, user->created_ms);
		if (!r)
			r = check_role(auth, who, &plain, user, flaw);
	}
	return r;
}

int
admin_add(struct auth *auth, const struct user *user, const struct new_password *next,
    struct admin_flaw *flaw)
{
	flaw->field = "password";
	return user_add_next(auth, user, next, &flaw->message);
}

static int
check_change(struct auth *auth, const struct identity *who, const struct user *before,
    const struct user_change *change, struct admin_flaw *flaw)
{
	const char *way_in;
	int r = 0;

	flaw->field = "password";
	if ((change->next.text || change->ends_password) &&
	    uuid_equal(&change->user.id, &who->user.id))
		return refuse_own(auth, change, flaw);
	way_in = change->next.text ? "password" : new_name(before, &change->user);
	if (way_in)
		r = check_way_in(auth, who, before, way_in, flaw);
	return r ? r : check_role(auth, who, before, &change->user, flaw);
}

/* The same change of the user as it is now. */
static int
read_again(struct auth *auth, struct user *before, struct user_change *change)
{
	struct user after;
	int r;

	r = user_get(auth, &change->user.id, &after);
	if (r || after.deleted_ms)
		return r ? r : V_NOT_FOUND;
	*before = after;
	record_merge(&user_kind, &after, &change->user, change->mask);
	change->user = after;
	return 0;
}

int
admin_prepare_change(struct auth *auth, struct identity *who, struct user *before,
    struct user_change *change, int64_t now_ms, struct admin_flaw *flaw)
{
	int r;

	r = check_change(auth, who, before, change, flaw);
	if (!r && change->next.text) {
		r = make_hash(auth, who, &change->next, now_ms);
		if (!r)
			r = read_again(auth, before, change);
		if (!r)
			r = check_change(auth, who, before, change, flaw);
	}
	return r;
}

int
admin_change(struct auth *auth, const struct identity *who,
    const struct user_change *change, int64_t now_ms, struct admin_flaw *flaw)
{
	const struct deed deed = { .user = &change->user.id, .run = run_change, .change = change,
	    .why = &flaw->message };

	flaw->field = "password";
	return do_kept(auth, who, &deed, now_ms);
}

int
admin_disable(struct auth *auth, const struct identity *who, const struct uuid *user,
    int64_t now_ms)
{
	const struct deed deed = { .user = user, .run = run_disable };

	return do_kept(auth, who, &deed, now_ms);
}

int
admin_delete(struct auth *auth, const struct identity *who, const struct uuid *user, bool keep,
    int64_t now_ms)
{
	const struct deed deed = { .user = user, .run = run_delete, .keep = keep };

	return do_kept(auth, who, &deed, now_ms);
}
