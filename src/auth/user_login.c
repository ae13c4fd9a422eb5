// SPDX-License-Identifier: ISC
/* auth/user_login.c - logging in with a password. */
#include "auth/user_login.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "auth/checks.h"
#include "auth/decoy.h"
#include "auth/foreign.h"
#include "auth/ha1b.h"
#include "auth/remembered.h"
#include "auth/throttle.h"
#include "auth/user.h"
#include "base/counter.h"
#include "base/secret.h"
#include "base/verdict.h"

/* A login on its way: whom it names, and what the password is to fit. */
struct candidate {
	struct user user;		/* as far as there is one */
	struct password stored;		/* the decoy's hash where there is none */
	int may;			/* 0, or why not: V_NOT_FOUND, V_WRONG_CREDENTIAL */
	enum why why;			/* the same, for the log */
};

/* V_NOT_FOUND: no user, or a deleted one. */
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

/* Whom it names, whether that user may log in, and the stored hash. */
static int
find(struct auth *auth, const struct login *login, struct candidate *who)
{
	int r;

	*who = (struct candidate){ .may = V_WRONG_CREDENTIAL, .why = WHY_UNKNOWN };
	r = find_named(auth, login, &who->user);
	if (r == V_NOT_FOUND)
		who->may = r;
	if (r)
		return r < 0 ? r : 0;
	r = store_password_get(auth->store, &who->user.id, &who->stored);
	who->why = user_is_live(&who->user) ? WHY_NO_PASSWORD : why_not_live(&who->user);
	if (r == 0 && user_is_live(&who->user))
		who->may = 0;
	return r < 0 ? r : 0;
}

/*
 * From here on a name that may not log in takes the time of one that may: the
 * decoy is looked for in any case, and a disabled user keeps the own hash.
 */
static int
find_decoy(struct auth *auth, const struct login *login, struct candidate *who)
{
	char hash[HASH_SIZE];
	int r;

	r = decoy_find(auth, login->name, hash);
	if (!r && !who->stored.hash[0])
		memcpy(who->stored.hash, hash, sizeof hash);
	return r;
}

/* Is there something that only the password itself can renew? */
static bool
needs_refresh(const struct auth *auth, const struct candidate *who)
{
	return password_is_outdated(&auth->cost, who->stored.hash) ||
	    ha1b_is_outdated(auth, &who->user, who->stored.set_ms);
}

/* A login on its way.  All of it stays where it is while a thread hashes. */
struct login_wait {
	struct login login;		/* with copies of name and password */
	struct guess guess;		/* borrows from login */
	struct candidate who;
	struct check check;
	const struct auth *auth;
	bool is_known;			/* remembered: there is nothing to hash */
	bool is_recalled;		/* it was refused a moment ago, and is not hashed again */
	int verified, renewed, made;	/* results of hash() */
	bool as_typed;			/* the stored hash is not of the password's form */
	struct password fresh;		/* with 0 in both: the hash that is to be stored */
	char next_hash[HASH_SIZE];	/* with 0 in made, of the next password */
};

/* In a thread: it reads what was given, and writes results alone. */
static void
hash(void *arg)
{
	struct login_wait *w = arg;
	const struct password_cost *cost = &w->auth->cost;

	w->fresh = w->who.stored;
	w->verified = password_verify(w->who.stored.hash, w->login.password, w->login.len,
	    &w->as_typed);
	if (w->verified || w->who.may)
		return;
	if (w->login.next) {
		w->made = password_hash(cost, w->login.next, w->login.next_len, w->next_hash);
		return;
	}
	if (!foreign_is_exact(w->who.stored.hash, w->login.password, w->login.len))
		w->renewed = V_INVALID;
	else if (w->as_typed || password_is_outdated(cost, w->who.stored.hash))
		w->renewed = password_hash(cost, w->login.password, w->login.len, w->fresh.hash);
}

/* A login is the one moment at which an old hash and a missing HA1B can be made anew. */
static void
refresh(struct auth *auth, struct login_wait *w, int64_t now_ms)
{
	struct candidate *who = &w->who;
	struct ha1b ha1b;

	/* the login is valid even if this fails; faults are in the log */
	if (!(w->as_typed || needs_refresh(auth, who)) || w->renewed)
		return;
	w->fresh.set_ms = now_ms;
	if (ha1b_index(auth, &who->user, w->login.password, w->login.len, &ha1b) == 0 &&
	    store_user_rehash(auth->store, &w->fresh, &ha1b, who->stored.hash) == 0)
		who->stored = w->fresh;
}

static bool
is_remembered(const struct auth *auth, const struct login_wait *w, int64_t now_ms)
{
	return !w->who.may && remembered_has(auth->remembered, &w->who.user, &w->who.stored,
	    w->login.password, w->login.len, now_ms) && !needs_refresh(auth, &w->who);
}

/*
 * What a refusal is bound to: as soon as it would be hashed with another result,
 * it is forgotten.
 */
static void
digest_bound(const struct auth *auth, const struct candidate *who, uint8_t out[DIGEST_LEN])
{
	struct {
		struct uuid user;
		uint64_t gen;
		char hash[HASH_SIZE];
		bool may;
	} whole;

	memset(&whole, 0, sizeof whole);
	whole.user = who->user.id;
	whole.gen = who->user.gen;
	strcpy(whole.hash, who->stored.hash);
	whole.may = !who->may;
	secret_digest(out, keyring_oldest(&auth->keys, KEY_HASH)->bytes, "login", &whole,
	    sizeof whole);
}

/* Logins that were ended while the hash was made: what is made now is none of them. */
static int
look_at_ended(struct auth *auth, struct user *user)
{
	struct user now;
	int r;

	r = store_user_get(auth->store, &user->id, &now);
	if (!r && now.gen == user->gen)
		user->logins_ended_ms = now.logins_ended_ms;
	return r == V_NOT_FOUND ? 0 : r;
}

/* What hashing said, and what follows from that. */
static int
conclude(struct auth *auth, struct login_wait *w, int64_t now_ms)
{
	if (w->verified)
		return w->verified;
	if (w->who.may)
		return V_WRONG_CREDENTIAL;
	if (w->login.next)		/* the old one is of no use any more */
		return w->made;
	refresh(auth, w, now_ms);
	remembered_add(auth->remembered, &w->who.user, &w->who.stored, w->login.password,
	    w->login.len, now_ms);
	return look_at_ended(auth, &w->who.user);
}

/*
 * Whom it names and whether it may be tried: looked at again after each wait.
 * The name is counted as it was tried, not as the user whom it names: a count
 * that several names share would tell that they are one person.
 */
static int
look(struct auth *auth, struct login_wait *w, int64_t now_ms)
{
	static struct counter hits = { .name = "cache password hit" };
	uint8_t bound[DIGEST_LEN];
	int r;

	r = find(auth, &w->login, &w->who);
	if (r)
		return r;
	w->guess = (struct guess){ .kind = GUESS_PASSWORD, .source = w->login.source,
	    .name = w->login.name, .secret = w->login.password, .secret_len = w->login.len };
	r = throttle_look(auth->throttle, &w->guess, now_ms);
	w->is_known = !r && w->guess.clear && !w->login.next && is_remembered(auth, w, now_ms);
	if (w->is_known)
		counter_add(&hits, 1);
	if (r || w->is_known)
		return r;
	r = find_decoy(auth, &w->login, &w->who);
	if (r)
		return r;
	digest_bound(auth, &w->who, bound);
	w->guess.bound = bound;
	w->guess.bound_len = sizeof bound;
	r = throttle_recall(auth->throttle, &w->guess, now_ms);
	w->is_recalled = r == V_WRONG_CREDENTIAL;
	w->guess.bound = NULL;		/* it was borrowed for that call */
	return r;
}

/* When its turn has come the guess is counted, and the hash begins. */
static int
take_turn(struct auth *auth, struct login_wait *w, int64_t now_ms)
{
	static struct counter misses = { .name = "cache password miss" };
	int r;

	r = checks_turn(auth->checks, &w->check);
	if (r)
		return r;
	r = throttle_enter(auth->throttle, &w->guess, now_ms);
	if (r) {
		checks_leave(auth->checks, &w->check);
		return r;
	}
	/* counted here, since it is looked for after each wait */
	counter_add(&misses, auth->conf->password_cache_s && !w->login.next);
	r = checks_begin(auth->checks, &w->check);
	return r < 0 ? throttle_leave(auth->throttle, &w->guess, r, now_ms) : r;
}

/* One step further with a login in the queue.  V_WAITING: there is another. */
static int
go_on(struct auth *auth, struct login_wait *w, int64_t now_ms)
{
	int r = 0;

	if (w->check.state == CHECK_WAITING) {
		r = look(auth, w, now_ms);
		if (r || w->is_known) {
			checks_leave(auth->checks, &w->check);
			return r;
		}
	}
	if (w->check.state == CHECK_NEW || w->check.state == CHECK_WAITING)
		r = take_turn(auth, w, now_ms);
	if (r)
		return r;
	if (!check_is_done(&w->check))
		return V_WAITING;
	return throttle_leave(auth->throttle, &w->guess, conclude(auth, w, now_ms), now_ms);
}

/* --- waiting --------------------------------------------------------------- */

static bool
is_same(const struct login *a, const struct login *b)
{
	if (a->next != b->next && !(a->next && b->next && strcmp(a->next, b->next) == 0))
		return false;
	return a->names == b->names && a->len == b->len && strcmp(a->name, b->name) == 0 &&
	    memcmp(a->password, b->password, a->len) == 0;
}

/* Of identical logins one is hashed at a time: the others may then be remembered. */
static uint64_t
likeness(const struct auth *auth, const struct login_wait *w)
{
	const struct ring_key *key = keyring_newest(&auth->keys, KEY_HASH);
	uint8_t name[DIGEST_LEN], both[DIGEST_LEN];
	uint64_t half;

	secret_digest(name, key->bytes, "login", w->guess.name, strlen(w->guess.name));
	secret_digest(both, name, "password", w->login.password, w->login.len);
	memcpy(&half, both, sizeof half);
	return half;
}

/* A copy that stays where it is, with all that a thread reads. */
static int
keep(const struct auth *auth, const struct login *login, struct login_wait *first,
    struct login_wait **out)
{
	struct login_wait *w = arena_alloc(login->mem, sizeof *w);
	struct login *kept;

	if (!w)
		return -ENOMEM;
	*w = *first;
	kept = &w->login;
	kept->source = arena_strdup(login->mem, login->source);
	kept->name = arena_strdup(login->mem, login->name);
	kept->password = arena_strndup(login->mem, login->password, login->len);
	if (login->next)
		kept->next = arena_strndup(login->mem, login->next, login->next_len);
	if (!kept->source || !kept->name || !kept->password || (login->next && !kept->next))
		return -ENOMEM;
	w->guess.source = kept->source;
	w->guess.name = kept->name;
	w->guess.secret = kept->password;
	w->check = (struct check){ .work = hash, .arg = w, .likeness = likeness(auth, first) };
	*out = w;
	return 0;
}

/* Until it is decided, for callers that can do nothing else meanwhile. */
static int
go_on_to_the_end(struct auth *auth, struct login_wait *w, int64_t now_ms)
{
	int r;

	w->check = (struct check){ .work = hash, .arg = w, .likeness = likeness(auth, w) };
	while ((r = go_on(auth, w, now_ms)) == V_WAITING)
		checks_await(auth->checks);
	return r;
}

/* Starts a login.  *kept: its state if it must wait. */
static int
begin(struct auth *auth, const struct login *login, struct login_wait *w,
    struct login_wait **kept, int64_t now_ms)
{
	int r;

	*w = (struct login_wait){ .login = *login, .auth = auth };
	r = look(auth, w, now_ms);
	if (r || w->is_known)
		return r;
	if (login->wait)		/* one before it in the queue would never continue */
		checks_end(auth->checks, login->wait);
	else
		return go_on_to_the_end(auth, w, now_ms);
	r = keep(auth, login, w, kept);
	return r ? r : go_on(auth, *kept, now_ms);
}

/* Retry-After: when the queue will about be done with. */
static void
report(const struct auth *auth, const struct login *login, const struct login_wait *w, int r)
{
	if (r == V_UNAVAILABLE)
		outcome_wait(login->outcome, checks_backlog_ms(auth->checks) / 1000 + 1);
	else
		outcome_wait(login->outcome, w->guess.wait_s);
	if (r > 0)
		login->outcome->name = login->name;
}

/* The login that was put aside; NULL if none was. */
static struct login_wait *
waiting(const struct login *login)
{
	const struct check *kept = login->wait ? *login->wait : NULL;

	return kept && kept->work == hash ? kept->arg : NULL;
}

static enum why
explain(const struct login_wait *w, int r)
{
	if (r == V_THROTTLED || r == V_UNAVAILABLE)
		return r == V_THROTTLED ? WHY_THROTTLED : WHY_BUSY;
	if (w->who.may)
		return w->who.why;
	return w->is_recalled ? WHY_REPEATED : WHY_PASSWORD;
}

int
user_login(struct auth *auth, const struct login *login, int64_t now_ms, struct user *out)
{
	struct login_wait first, *w = waiting(login);
	int r;

	if (w && is_same(&w->login, login)) {
		r = go_on(auth, w, now_ms);
	} else {
		w = &first;
		r = begin(auth, login, &first, &w, now_ms);
	}
	if (r == V_WAITING)
		*login->wait = &w->check;
	else if (login->wait && *login->wait == &w->check)
		*login->wait = NULL;
	if (r == V_WAITING)
		return r;
	report(auth, login, w, r);
	refusal_if(&auth->refusal, r, r > 0 ? explain(w, r) : WHY_NONE);
	if (r)
		return r == V_WRONG_CREDENTIAL && w->who.may ? w->who.may : r;
	*out = w->who.user;
	if (login->next)
		memcpy(login->next_hash, w->next_hash, HASH_SIZE);
	return 0;
}
