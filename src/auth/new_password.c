// SPDX-License-Identifier: ISC
/* auth/new_password.c - hashes a password that a user gets, in its turn. */
#include "auth/new_password.h"

#include <errno.h>
#include <string.h>

#include "auth/checks.h"
#include "base/secret.h"
#include "base/verdict.h"

/* A hash on its way.  It stays where it is while a thread works on it. */
struct hashing {
	struct check check;
	const struct password_cost *cost;
	const char *text;
	size_t len;
	int made;			/* result of the thread */
	char hash[HASH_SIZE];
};

/* In a thread: it reads what was given, and writes results alone. */
static void
hash(void *arg)
{
	struct hashing *h = arg;

	h->made = password_hash(h->cost, h->text, h->len, h->hash);
}

static struct hashing
start(const struct auth *auth, const struct new_password *next)
{
	return (struct hashing){ .cost = &auth->cost, .text = next->text, .len = next->len };
}

/* One step further.  V_WAITING: there is another. */
static int
go_on(struct auth *auth, struct hashing *h)
{
	int r = 0;

	if (h->check.state == CHECK_NEW || h->check.state == CHECK_WAITING) {
		r = checks_turn(auth->checks, &h->check);
		if (!r)
			r = checks_begin(auth->checks, &h->check);
	}
	if (r)
		return r;
	return check_is_done(&h->check) ? h->made : V_WAITING;
}

static int
go_on_to_the_end(struct auth *auth, struct hashing *h)
{
	int r;

	while ((r = go_on(auth, h)) == V_WAITING)
		checks_await(auth->checks);
	return r;
}

/* The hash of this password that was put aside, or a new one.  -ENOMEM. */
static int
take_up(struct auth *auth, const struct new_password *next, struct hashing **out)
{
	struct check *kept = *next->wait;
	struct hashing *h = kept && kept->work == hash ? kept->arg : NULL;

	if (h && h->len == next->len && secret_equal(h->text, next->text, next->len)) {
		*out = h;
		return 0;
	}
	checks_end(auth->checks, next->wait);	/* one before it would never go on */
	h = arena_alloc(next->mem, sizeof *h);
	if (!h)
		return -ENOMEM;
	*h = start(auth, next);
	h->check.work = hash;
	h->check.arg = h;
	*out = h;
	return 0;
}

int
new_password_hash(struct auth *auth, struct new_password *next)
{
	struct hashing here = start(auth, next), *h = &here;
	int r = 0;

	here.check = (struct check){ .work = hash, .arg = &here };
	if (next->wait)
		r = take_up(auth, next, &h);
	if (r)
		return r;
	r = next->wait ? go_on(auth, h) : go_on_to_the_end(auth, h);
	if (next->wait)
		*next->wait = r == V_WAITING ? &h->check : NULL;
	if (r == V_UNAVAILABLE && next->outcome)
		outcome_wait(next->outcome, checks_backlog_ms(auth->checks) / 1000 + 1);
	if (r == 0)
		memcpy(next->hash, h->hash, sizeof next->hash);
	secret_wipe(here.hash, sizeof here.hash);
	return r;
}
