// SPDX-License-Identifier: ISC
/* auth/user.c - users and their passwords: logins, life and death. */
#include "auth/user.h"

#include <string.h>
#include <strings.h>

#include "auth/ha1b.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

/* JSON readers elsewhere keep 53 bits of an integer (RFC 8259, 6). */
#define GENERATION_BITS 53

static uint64_t
new_generation(void)
{
	uint64_t gen;

	secret_random(&gen, sizeof gen);
	return gen >> (64 - GENERATION_BITS);
}

struct user
user_new(int64_t now_ms)
{
	return (struct user){ .id = uuid_new(), .created_ms = now_ms, .modified_ms = now_ms,
	    .gen = new_generation(), .role = "User" };
}

struct account
account_new(int64_t now_ms)
{
	return (struct account){ .id = uuid_new(), .created_ms = now_ms, .modified_ms = now_ms,
	    .level = "Level0", .balance = "0" };
}

/* What is stored for a password: its hash, and what HA1B tokens made from it lead to. */
struct credentials {
	struct password password;
	char ha1b[HA1B_INDEX_SIZE];
};

/* Checks a new password of user and fills *out. */
static int
make_credentials(struct auth *auth, const struct user *user, const char *password, size_t len,
    int64_t now_ms, struct credentials *out, const char **why)
{
	int r;

	r = password_check_new(password, len, auth->conf->password_min_length, why);
	if (r)
		return r;
	out->password.user = user->id;
	out->password.set_ms = now_ms;
	r = ha1b_index(auth, user, password, len, out->ha1b);
	return r ? r : password_hash(&auth->cost, password, len, out->password.hash);
}

int
user_add(struct auth *auth, const struct user *user, const char *password, size_t len,
    const char **why)
{
	struct credentials made = { .password.user = user->id };
	struct user whole = *user;
	int r;

	if (!user->email[0]) {
		*why = "a user needs an e-mail";
		return V_INVALID;
	}
	if (password) {
		r = make_credentials(auth, user, password, len, user->created_ms, &made, why);
		if (r)
			return r;
	}
	memcpy(whole.ha1b, made.ha1b, sizeof whole.ha1b);
	return store_user_add(auth->store, &whole, &made.password);
}

int
user_by_login(struct auth *auth, const char *name, struct user *user)
{
	char login[LOGIN_SIZE];

	if (text_copy(login, sizeof login, name))
		return V_NOT_FOUND;
	text_lower(login);
	return store_user_find(auth->store, IDENTITY_LOGIN, login, user);
}

int
user_by_email(struct auth *auth, const char *email, struct user *out)
{
	struct user user;
	int r;

	r = user_by_login(auth, email, &user);
	if (r)
		return r;
	/* a SIP login names a user too, but is no e-mail */
	if (strcasecmp(user.email, email) != 0)
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
user_account(struct auth *auth, const struct user *user, struct account *account)
{
	if (uuid_is_none(&user->account))
		return V_NOT_FOUND;
	return store_account_get(auth->store, &user->account, account);
}

int
user_set_password(struct auth *auth, const struct uuid *id, const char *password, size_t len,
    bool drop_tokens, int64_t now_ms, const char **why)
{
	struct credentials made = { .ha1b = "" };
	struct user user;
	int r;

	r = store_user_get(auth->store, id, &user);
	if (!r)
		r = make_credentials(auth, &user, password, len, now_ms, &made, why);
	if (r)
		return r;
	if (user.disabled_ms)
		made.ha1b[0] = '\0';	/* not before enable (CONTRACT 8.9) */
	return store_user_password(auth->store, &made.password, made.ha1b, new_generation(),
	    drop_tokens);
}

int
user_disable(struct auth *auth, const struct uuid *id, int64_t now_ms)
{
	return store_user_disable(auth->store, id, new_generation(), now_ms);
}

int
user_logout(struct auth *auth, const struct uuid *id, int64_t now_ms, uint64_t *tokens)
{
	return store_user_logout(auth->store, id, new_generation(), now_ms, tokens);
}

bool
user_is_live(const struct user *user)
{
	return !user->deleted_ms && !user->disabled_ms;
}

static int
find_named(struct auth *auth, enum login_names names, const char *name, struct user *user)
{
	struct user found;
	int r;

	if (names == LOGIN_BY_EMAIL)
		r = user_by_email(auth, name, &found);
	else
		r = user_by_login(auth, name, &found);
	if (r)
		return r;
	if (found.deleted_ms)
		return V_NOT_FOUND;
	*user = found;
	return 0;
}

/*
 * The user called name and its hash.  V_NOT_FOUND: nobody; V_WRONG_CREDENTIAL:
 * nobody who may log in with a password.  *password is then the dummy's, so
 * that the caller can go on and spend the same time.
 */
static int
find_login(struct auth *auth, enum login_names names, const char *name, struct user *user,
    struct password *password)
{
	int r;

	memcpy(password->hash, auth->dummy_hash, sizeof password->hash);
	r = find_named(auth, names, name, user);
	if (r)
		return r;
	if (!user_is_live(user))
		return V_WRONG_CREDENTIAL;
	r = store_password_get(auth->store, &user->id, password);
	return r == V_NOT_FOUND ? V_WRONG_CREDENTIAL : r;
}

/* Is there something that only the password itself can renew? */
static bool
needs_refresh(const struct auth *auth, const struct user *user, const struct password *stored)
{
	return password_is_outdated(&auth->cost, stored->hash) ||
	    (auth->conf->ha1b && !user->ha1b[0]);
}

/* A login is the one moment at which an old hash and a missing HA1B can be made anew. */
static void
refresh(struct auth *auth, const struct user *user, const struct password *old,
    const char *password, size_t len, int64_t now_ms)
{
	struct password fresh = *old;
	char ha1b[HA1B_INDEX_SIZE];

	if (!needs_refresh(auth, user, old))
		return;
	fresh.set_ms = now_ms;
	/* the login is good whatever comes of this; faults are in the log */
	if (password_is_outdated(&auth->cost, old->hash) &&
	    password_hash(&auth->cost, password, len, fresh.hash))
		return;
	if (ha1b_index(auth, user, password, len, ha1b) == 0)
		(void)store_user_rehash(auth->store, &fresh, ha1b, old->hash);
}

int
user_login(struct auth *auth, enum login_names names, const char *name,
    const char *password, size_t len, int64_t now_ms, struct user *out)
{
	struct password stored = { .set_ms = 0 };
	struct user user;
	int found, r;

	found = find_login(auth, names, name, &user, &stored);
	if (found < 0)
		return found;
	r = password_verify(stored.hash, password, len);
	if (r < 0 || found)
		return r < 0 ? r : found;
	if (r)
		return r;
	refresh(auth, &user, &stored, password, len, now_ms);
	*out = user;
	return 0;
}
