// SPDX-License-Identifier: ISC
/* auth/user_login.c - logging in with a password. */
#include "auth/user_login.h"

#include <stdbool.h>
#include <string.h>

#include "auth/checks.h"
#include "auth/decoy.h"
#include "auth/ha1b.h"
#include "auth/remembered.h"
#include "auth/throttle.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/verdict.h"

/* A login on its way: whom it names, and what the password is to fit. */
struct candidate {
	struct user user;		/* as far as there is one */
	struct password stored;		/* the decoy's hash where there is none */
	int may;			/* 0, or why not: V_NOT_FOUND, V_WRONG_CREDENTIAL */
};

/* V_NOT_FOUND: nobody, or somebody deleted. */
static int
find_named(struct auth *auth, const struct login *login, struct user *user)
{
	struct user found;
	int r;

	if (login->names == LOGIN_BY_EMAIL)
		r = user_by_email(auth, login->name, &found);
	else
		r = user_by_login(auth, login->name, &found);
	if (r)
		return r;
	if (found.deleted_ms)
		return V_NOT_FOUND;
	*user = found;
	return 0;
}

/*
 * From here on a name that may not log in takes the time of one that may: the
 * decoy is looked for in any case, and a disabled user keeps the own hash.
 */
static int
find(struct auth *auth, const struct login *login, struct candidate *who)
{
	int r;

	*who = (struct candidate){ .may = V_WRONG_CREDENTIAL };
	r = decoy_find(auth, login->name, who->stored.hash);
	if (!r)
		r = find_named(auth, login, &who->user);
	if (r == V_NOT_FOUND)
		who->may = r;
	if (r)
		return r < 0 ? r : 0;
	r = store_password_get(auth->store, &who->user.id, &who->stored);
	if (r == 0 && user_is_live(&who->user))
		who->may = 0;
	return r < 0 ? r : 0;
}

/* Is there something that only the password itself can renew? */
static bool
needs_refresh(const struct auth *auth, const struct candidate *who)
{
	return password_is_outdated(&auth->cost, who->stored.hash) ||
	    (auth->conf->ha1b && !who->user.ha1b[0]);
}

/* The hashing of one login, done in one go where there is a slot for it. */
struct hashing {
	const struct auth *auth;
	const struct login *login;
	const struct candidate *who;
	int verified, renewed;		/* results */
	struct password fresh;		/* with 0 in both: the hash that is to be stored */
};

static void
hash(void *arg)
{
	struct hashing *h = arg;
	const struct login *login = h->login;

	h->fresh = h->who->stored;
	h->verified = password_verify(h->who->stored.hash, login->password, login->len);
	if (h->verified || h->who->may ||
	    !password_is_outdated(&h->auth->cost, h->who->stored.hash))
		return;
	h->renewed = password_hash(&h->auth->cost, login->password, login->len, h->fresh.hash);
}

/* A login is the one moment at which an old hash and a missing HA1B can be made anew. */
static void
refresh(struct auth *auth, const struct login *login, struct candidate *who,
    struct hashing *hashed, int64_t now_ms)
{
	char ha1b[HA1B_INDEX_SIZE];

	/* the login is good whatever comes of this; faults are in the log */
	if (!needs_refresh(auth, who) || hashed->renewed)
		return;
	hashed->fresh.set_ms = now_ms;
	if (ha1b_index(auth, &who->user, login->password, login->len, ha1b) == 0 &&
	    store_user_rehash(auth->store, &hashed->fresh, ha1b, who->stored.hash) == 0)
		who->stored = hashed->fresh;
}

static int
check(struct auth *auth, const struct login *login, struct candidate *who, int64_t now_ms)
{
	struct hashing hashing = { .auth = auth, .login = login, .who = who };
	int r;

	r = checks_run(auth->checks, hash, &hashing);
	if (!r)
		r = hashing.verified;
	if (r)
		return r;
	if (who->may)
		return V_WRONG_CREDENTIAL;
	refresh(auth, login, who, &hashing, now_ms);
	remembered_add(auth->remembered, &who->user, &who->stored, login->password, login->len,
	    now_ms);
	return 0;
}

static bool
is_remembered(const struct auth *auth, const struct login *login, const struct candidate *who,
    int64_t now_ms)
{
	return !who->may && remembered_has(auth->remembered, &who->user, &who->stored,
	    login->password, login->len, now_ms) && !needs_refresh(auth, who);
}

/* Room first, for that costs the least to find out. */
static int
check_counted(struct auth *auth, const struct login *login, struct candidate *who,
    struct guess *guess, int64_t now_ms)
{
	GUARD(slot_leave) struct slot place = SLOT_NONE;
	int r;

	r = checks_admit(auth->checks, &place);
	if (!r)
		r = throttle_enter(auth->throttle, guess, now_ms);
	if (r)
		return r;
	return throttle_leave(auth->throttle, guess, check(auth, login, who, now_ms), now_ms);
}

/*
 * The name is counted as it was tried, not as the user whom it names: a count
 * that several names share would tell that they are one person.
 */
int
user_login(struct auth *auth, const struct login *login, int64_t now_ms, struct user *out)
{
	struct guess guess = { .kind = GUESS_PASSWORD, .source = login->source,
	    .name = login->name, .secret = login->password, .secret_len = login->len };
	struct candidate who;
	int r;

	r = find(auth, login, &who);
	if (r)
		return r;
	r = throttle_look(auth->throttle, &guess, now_ms);
	if (!r && !(guess.clear && is_remembered(auth, login, &who, now_ms)))
		r = check_counted(auth, login, &who, &guess, now_ms);
	outcome_wait(login->outcome, guess.wait_s);
	if (r > 0)
		login->outcome->name = login->name;
	if (r)
		return r == V_WRONG_CREDENTIAL && who.may ? who.may : r;
	*out = who.user;
	return 0;
}
