// SPDX-License-Identifier: ISC
/* Every call of the store fails once, in every request. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/user.h"
#include "fault.h"
#include "http/routes.h"
#include "store_memory/memory.h"

static const struct { const char *row; int error, status; } errors[] = {
	{ "EIO", -EIO, 503 },
	{ "EROFS", -EROFS, 503 },
	{ "EBADMSG", -EBADMSG, 500 },
	{ "ENOSPC", -ENOSPC, 503 },
	{ "EAGAIN", -EAGAIN, 503 },
	{ "ENOMEM", -ENOMEM, 503 },
};

/* Has the call that was to fail been made? */
static bool
has_failed(const struct box *my)
{
	return ((const struct memory *)my->auth->store)->fail_call == 0;
}

/* Asks a row with its n-th call of the store failing; false if it makes fewer. */
static bool
fail_at(const struct fault_row *row, unsigned n, int error, int status)
{
	struct reply reply;
	struct box my;
	bool failed;

	fault_open(&my);
	store_memory_fail(my.auth->store, n, error);
	reply = box_ask(&my, &row->ask);
	failed = has_failed(&my);
	if (failed)
		fault_expect_refusal(row, &reply, status);
	else
		fault_expect_good(row, &reply);
	store_memory_fail(my.auth->store, 0, 0);
	if (failed) {
		reply = box_ask(&my, &row->ask);
		fault_expect_good(row, &reply);	/* nothing was done */
	}
	box_close(&my);
	return failed;
}

static void
every_call(void)
{
	unsigned n, total = 0;

	for (size_t i = 0; i < fault_rows_count; i++) {
		for (size_t k = 0; k < NELEM(errors); k++) {
			for (n = 1; fail_at(&fault_rows[i], n, errors[k].error,
			    errors[k].status); n++)
				total++;
			EXPECT_TRUE(fault_rows[i].row, n < 20);
		}
	}
	EXPECT_TRUE("calls failed", total > 100);
}

/* $u and so on stand for one segment, as x does. */
static bool
is_asked_by(const struct route *route, const struct ask *ask)
{
	const struct route *found;
	const char *pattern;
	struct named named;
	struct arena mem;
	char path[96];
	size_t len = 0;
	bool same;

	for (const char *p = ask->path; *p; p++) {
		path[len++] = *p == '$' ? 'x' : *p;
		p += *p == '$' && p[1];
	}
	path[len] = '\0';
	arena_init(&mem, 0);
	same = route_find(&mem, path, method_parse(ask->method ? ask->method : "GET"), &pattern,
	    &found, &named) == 0 && found == route;
	arena_free(&mem);
	return same;
}

/* One row for each route; a new route needs one too. */
static void
every_route(void)
{
	bool found;

	for (size_t i = 0; i < routes_count; i++) {
		found = false;
		for (size_t k = 0; k < fault_rows_count; k++)
			found |= is_asked_by(&routes[i], &fault_rows[k].ask);
		EXPECT_TRUE(routes[i].path, found);
	}
}

/* More calls of the store than a login needs. */
#define CALLS_OF_A_LOGIN 12

/* Is Alice's password stored at the new cost? */
static bool
is_renewed(struct box *my)
{
	struct password stored;

	EXPECT_VERDICT("hash", store_password_get(my->auth->store, &my->alice.user.id, &stored), 0);
	return strstr(stored.hash, ",t=2,") != NULL;
}

/* The call that fails is the renewal of a hash: the login is good, and the next one renews it. */
static bool
succeeds_later(unsigned call, const char *error_row, int error)
{
	const struct fault_row *basic = &fault_rows[0];
	struct reply reply;
	struct box my;
	bool late;

	fault_open(&my);
	my.auth->cost.iterations = 2;
	store_memory_fail(my.auth->store, call, error);
	reply = box_ask(&my, &basic->ask);
	late = has_failed(&my) && !is_renewed(&my) && reply.status == 200;
	if (late) {
		fault_expect_good(basic, &reply);
		reply = box_ask(&my, &basic->ask);
		fault_expect_good(basic, &reply);
		EXPECT_TRUE(error_row, is_renewed(&my));
	}
	box_close(&my);
	return late;
}

/*
 * What could be done better later does not stop a login.  Which of its calls is of
 * that kind depends on where among the users its decoy is (auth/decoy.h).
 */
static void
better_later(void)
{
	for (size_t k = 0; k < NELEM(errors); k++) {
		bool late = false;

		for (unsigned i = 0; i < 20 * CALLS_OF_A_LOGIN && !late; i++)
			late = succeeds_later(1 + i % CALLS_OF_A_LOGIN, errors[k].row,
			    errors[k].error);
		EXPECT_TRUE(errors[k].row, late);
	}
}

static CU_TestInfo tests[] = {
	{ "every call", every_call },
	{ "every route", every_route },
	{ "better later", better_later },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("store fails: requests", tests);
