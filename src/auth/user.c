// SPDX-License-Identifier: ISC
/* auth/user.c - users and their passwords: life and death. */
#include "auth/user.h"

#include <string.h>

#include "auth/common_password.h"
#include "auth/ha1b.h"
#include "auth/login_name.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

struct user
user_new(int64_t now_ms)
{
	return (struct user){ .id = uuid_new_at(now_ms), .created_ms = now_ms,
	    .modified_ms = now_ms, .gen = user_new_generation(), .role = "User" };
}

/* What is stored for a password: its hash, and what HA1B tokens made from it lead to. */
struct credentials {
	struct password password;
	struct ha1b ha1b;
};

/* Is it a login name of the user, or what comes before the '@' of one, however it is spelt? */
static bool
is_login(const struct user *user, const char *password, size_t len)
{
	char typed[LOGIN_SIZE], name[LOGIN_SIZE];
	size_t local_len;
	bool is_one = false;

	if (strlen(password) != len || len >= LOGIN_SIZE)
		return false;
	login_name_fold(password, typed);
	for (size_t i = 0; !is_one && i < USER_NAMES; i++) {
		if (user_names[i].kind != IDENTITY_LOGIN || !*user_name_at(user, i))
			continue;
		login_name_fold(user_name_at(user, i), name);
		local_len = strcspn(name, "@");
		is_one = strcmp(typed, name) == 0 ||
		    (strlen(typed) == local_len && memcmp(typed, name, local_len) == 0);
	}
	secret_wipe(typed, sizeof typed);
	return is_one;
}

/* Is it on one of the lists of passwords that are refused?  V_INVALID. */
static int
check_listed(const struct auth *auth, const struct user *user, const char *password,
    size_t len, struct password_flaw *flaw)
{
	const char *path = auth->conf->password_refuse_file;
	int r = 0;

	if (auth->conf->password_refuse_common && common_password_is(password, len)) {
		*flaw = (struct password_flaw){
		    "it is one of the most common passwords, which are tried first",
		    "common password", 0 };
		return V_INVALID;
	}
	if (auth->conf->password_refuse_common && is_login(user, password, len)) {
		*flaw = (struct password_flaw){ "it is the login name, which is tried first",
		    "login name", 0 };
		return V_INVALID;
	}
	if (*path)
		r = auth->refused_fd ?
		    common_password_find_in(auth->refused_fd, path, password, len) :
		    common_password_find(path, password, len);
	if (r != V_EXISTS)
		return r;
	*flaw = (struct password_flaw){ "it is on the list of passwords that are refused here",
	    "refused password", 0 };
	return V_INVALID;
}

int
user_check_password(const struct auth *auth, const struct user *user, const char *password,
    size_t len, struct password_flaw *flaw)
{
	int r;

	r = password_check_new(password, len, auth->conf->password_min_length, flaw);
	return r ? r : check_listed(auth, user, password, len, flaw);
}

/* Checks a new password of user and fills *out. */
static int
make_credentials(struct auth *auth, const struct user *user, const struct new_password *next,
    int64_t now_ms, struct credentials *out, const char **why)
{
	struct password_flaw flaw;
	int r;

	r = user_check_password(auth, user, next->text, next->len, &flaw);
	if (r == V_INVALID)
		*why = flaw.why;
	if (r)
		return r;
	out->password.user = user->id;
	out->password.set_ms = now_ms;
	r = ha1b_index(auth, user, next->text, next->len, &out->ha1b);
	if (r)
		return r;
	if (!next->hash[0])
		return password_hash(&auth->cost, next->text, next->len, out->password.hash);
	memcpy(out->password.hash, next->hash, sizeof next->hash);
	return 0;
}

int
user_add_next(struct auth *auth, const struct user *user, const struct new_password *next,
    const char **why)
{
	struct credentials made = { .password.user = user->id };
	struct user whole = *user;
	const char *taken;
	struct user other;
	int r;

	if (!user->email[0]) {
		*why = "a user needs an e-mail";
		return V_INVALID;
	}
	r = user_find_taken(auth, user, &taken, &other);
	if (r)
		return r;
	if (next->text) {
		r = make_credentials(auth, user, next, user->created_ms, &made, why);
		if (r)
			return r;
	}
	memcpy(whole.ha1b, made.ha1b.index, sizeof whole.ha1b);
	return store_user_add(auth->store, &whole, &made.password);
}

int
user_add(struct auth *auth, const struct user *user, const char *password, size_t len,
    const char **why)
{
	return user_add_next(auth, user, &(struct new_password){ .text = password, .len = len },
	    why);
}

/* *form is the one under which the user was found, by e-mail or SIP login. */
static int
find_by_forms(struct auth *auth, const char *name, struct login_forms *forms, size_t *form,
    struct user *user)
{
	int r;

	r = login_name_forms(name, forms);
	if (r)
		return r;
	r = V_NOT_FOUND;
	for (size_t i = 0; i < forms->count && r == V_NOT_FOUND; i++) {
		r = store_user_find(auth->store, IDENTITY_LOGIN, forms->at[i], user);
		*form = i;
	}
	return r;
}

int
user_get(struct auth *auth, const struct uuid *id, struct user *user)
{
	return store_user_get(auth->store, id, user);
}

int
user_password_time(struct auth *auth, const struct uuid *id, int64_t *set_ms)
{
	struct password password;
	int r;

	r = store_password_get(auth->store, id, &password);
	*set_ms = r ? 0 : password.set_ms;
	secret_wipe(&password, sizeof password);
	return r == V_NOT_FOUND ? 0 : r;
}

int
user_by_login(struct auth *auth, const char *name, struct user *user)
{
	struct login_forms forms;
	size_t form;

	return find_by_forms(auth, name, &forms, &form, user);
}

int
user_by_email(struct auth *auth, const char *email, struct user *out)
{
	struct login_forms forms;
	struct user user;
	size_t form;
	int r;

	r = find_by_forms(auth, email, &forms, &form, &user);
	if (r)
		return r;
	/* a SIP login names a user too, but is not an e-mail address */
	if (strcmp(user.email, forms.at[form]) != 0)
		return V_NOT_FOUND;
	*out = user;
	return 0;
}

int
user_lookup(struct auth *auth, const char *name, struct user *user)
{
	struct uuid id;

	if (uuid_parse(name, strlen(name), &id) == 0)
		return store_user_get(auth->store, &id, user);
	return user_by_login(auth, name, user);
}

int
user_set_password(struct auth *auth, const struct uuid *id, const char *password, size_t len,
    bool drop_tokens, int64_t now_ms, const char **why)
{
	const struct new_password next = { .text = password, .len = len };
	struct credentials made = { .password.set_ms = now_ms };
	struct user user;
	int r;

	r = store_user_get(auth->store, id, &user);
	if (!r)
		r = make_credentials(auth, &user, &next, now_ms, &made, why);
	if (r)
		return r;
	return store_user_password(auth->store, &made.password, &made.ha1b, user_new_generation(),
	    drop_tokens);
}

/* What is stored for the password that the user has afterwards. */
static int
make_next(struct auth *auth, const struct user_change *change, int64_t now_ms,
    struct credentials *made, const char **why)
{
	const struct user *user = &change->user;
	int r = 0;

	*made = (struct credentials){ .password = { .user = user->id, .set_ms = now_ms } };
	if (change->next.text)
		r = make_credentials(auth, user, &change->next, now_ms, made, why);
	return r;
}

/* Fields and password together. */
static int
write_both(struct auth *auth, const struct user_change *change, const struct credentials *made,
    int64_t now_ms)
{
	struct user_write write = { .user = change->user, .password = made->password,
	    .mask = change->mask, .ends_password = change->ends_password,
	    .drops_tokens = change->drops_tokens };

	write.user.gen = user_new_generation();
	memcpy(write.user.ha1b, made->ha1b.index, sizeof write.user.ha1b);
	return store_users_write(auth->store, &write, 1, now_ms);
}

int
user_change_all(struct auth *auth, const struct user_change *change, int64_t now_ms,
    const char **why)
{
	struct credentials made;
	struct user after;
	int r;

	if (!change->next.text && !change->ends_password)
		return store_user_set(auth->store, &change->user, change->mask, now_ms, &after);
	r = make_next(auth, change, now_ms, &made, why);
	if (!r && change->mask)
		r = write_both(auth, change, &made, now_ms);
	else if (!r)
		r = store_user_password(auth->store, &made.password, &made.ha1b,
		    user_new_generation(), change->drops_tokens);
	secret_wipe(&made, sizeof made);
	return r;
}

/* Whom a name of that kind names; a login in any of its forms, of which a store knows one. */
static int
find_by_name(struct auth *auth, enum identity_kind kind, const char *name, struct user *user)
{
	if (kind == IDENTITY_LOGIN)
		return user_by_login(auth, name, user);
	return store_user_find(auth->store, kind, name, user);
}

int
user_find_taken(struct auth *auth, const struct user *user, const char **taken,
    struct user *other)
{
	int r;

	for (size_t i = 0; i < USER_NAMES; i++) {
		const char *name = user_name_at(user, i);

		r = find_by_name(auth, user_names[i].kind, name, other);
		if (r == V_NOT_FOUND || (r == 0 && uuid_equal(&other->id, &user->id)))
			continue;
		*taken = name;
		return r ? r : V_EXISTS;
	}
	return 0;
}

const char *
user_field_of(const struct user *user, const char *name)
{
	size_t i = 0;

	while (user_name_at(user, i) != name)
		i++;
	return user_name_field(i);
}

int
user_change(struct auth *auth, const struct user *user, uint64_t mask, int64_t now_ms,
    struct user *after)
{
	return store_user_set(auth->store, user, mask, now_ms, after);
}

int
user_disable(struct auth *auth, const struct uuid *id, int64_t now_ms)
{
	return store_user_disable(auth->store, id, user_new_generation(), now_ms);
}

int
user_enable(struct auth *auth, const struct uuid *id, int64_t now_ms)
{
	return store_user_enable(auth->store, id, now_ms);
}

int
user_delete(struct auth *auth, const struct uuid *id, bool keep, int64_t now_ms)
{
	return store_user_delete(auth->store, id, keep, now_ms);
}

int
user_logout(struct auth *auth, const struct uuid *id, int64_t now_ms, uint64_t *tokens)
{
	return store_user_logout(auth->store, id, user_new_generation(), now_ms, tokens);
}

int
user_logout_some(struct auth *auth, const struct uuid *ids, size_t count, int64_t now_ms,
    uint64_t *tokens)
{
	return store_users_logout(auth->store, ids, count, user_new_generation(), now_ms, tokens);
}

int
user_end_logins(struct auth *auth, const struct uuid *id, int64_t now_ms)
{
	return store_user_end_logins(auth->store, id, user_new_generation(), now_ms);
}
