// SPDX-License-Identifier: ISC
/* Requests while the database has its permitted size: nothing is added, all can be revoked. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/token.h"
#include "auth/user.h"
#include "service/ask.h"
#include "store/lmdb/lmdb_place.h"
#include "test.h"

static void
name_role(struct role *role, unsigned n)
{
	snprintf(role->name, sizeof role->name, "filler %u", n);
}

/* Most of the store in one transaction. */
static void
fill_most(struct store *st)
{
	const unsigned most = 15 * 1024 * 1024 / 8192;	/* each takes two pages */
	struct role role = { .modified_ms = NOW_MS };
	GUARD(txn_drop) struct txn tx = { 0 };
	struct place at;
	int r;

	memset(role.acl, 'x', sizeof role.acl - 1);
	r = txn_begin((struct lmdb *)st, 0, &tx);
	for (unsigned i = 0; i < most && !r; i++) {
		name_role(&role, i);
		at = at_text(TABLE_ROLE, role.name);
		r = place_put(&tx, &at, &role);
	}
	EXPECT_VERDICT("fill", r ? r : txn_commit(&tx), 0);
}

/* The rest of it, one by one. */
static void
fill(struct store *st)
{
	static unsigned n = 100000;
	struct role role = { .modified_ms = NOW_MS };
	int r = 0;

	memset(role.acl, 'x', sizeof role.acl - 1);
	while (!r) {
		name_role(&role, n++);
		r = store_role_set(st, &role);
	}
	EXPECT_VERDICT("full", r, -ENOSPC);
}

/* Asked in this order, of a store to which nothing can be added. */
static void
requests(void)
{
	static const struct {
		const char *row;
		struct ask ask;
		int status;
	} t[] = {
		{ "reads go on",        { .path = "/rest/token/list", .x_auth_token = "$b" },
		       200 },
		{ "nothing is added",   { .method = "POST", .path = "/rest/token",
		    .type = "application/json", .body = "{\"name\":\"n\"}",
		    .email = ALICE, .password = PASSWORD },                             503 },
		{ "by a JWT neither",   { .method = "POST", .path = "/rest/token",
		    .type = "application/json", .body = "{\"name\":\"n\"}",
		    .authorization = "Bearer $j" },                                     503 },
		{ "nor changed",        { .method = "PATCH", .path = "/rest/token/$u",
		    .type = "application/json", .body = "{\"name\":\"a longer name\"}",
		    .x_auth_token = "$b" },                                             503 },
		{ "another goes",       { .method = "DELETE", .path = "/rest/token/$y",
		    .x_auth_token = "$b" },                                             200 },
		{ "it is gone",         { .x_auth_token = "$x" },
		                                  401 },
		{ "all go",             { .method = "DELETE", .path = "/rest/token/all",
		    .authorization = "Bearer $j" },                                     200 },
		{ "they are gone",      { .x_auth_token = "$b" },
		                                  401 },
		{ "again",              { .method = "DELETE", .path = "/rest/token/all",
		    .authorization = "Bearer $j" },                                     200 },
	};
	GUARD(arena_free) struct arena mem = { 0 };
	struct token other, *tokens;
	struct uuid alice, bob;
	struct reply reply;
	struct user user;
	const char *why;
	uint64_t ended = 99;
	size_t count = 99;
	struct box box;
	char id[UUID_TEXT_SIZE];

	box_open(&box, test_directory());
	box_names_make(&box);
	box.names.own['x'] = box_token(&box, &box.alice, 3600, &other);
	uuid_text(id, &other.id);
	box.names.own['y'] = id;
	alice = box.alice.user.id;
	fill_most(box.auth->store);
	fill(box.auth->store);
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&box, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].status);
		EXPECT_TRUE(t[i].row, (reply.status == 503) == (ask_retry_s(&reply) > 0));
		if (reply.status == 503)
			EXPECT_VERDICT(t[i].row, store_token_list(box.auth->store, &mem, &alice,
			    NULL, 9, NOW_MS, &tokens, &count), 0);
		if (reply.status == 503)
			EXPECT_INT("nothing is left of it", count, 2);
	}
	EXPECT_VERDICT("Bob", store_user_find(box.auth->store, IDENTITY_LOGIN, BOB, &user), 0);
	bob = user.id;
	fill(box.auth->store);
	EXPECT_VERDICT("password", user_set_password(box.auth, &alice, "another horse", 13, true,
	    NOW_MS, &why), 0);
	EXPECT_VERDICT("logout", user_logout(box.auth, &bob, NOW_MS, &ended), 0);
	EXPECT_INT("his token", ended, 1);
	EXPECT_INT("is gone", box_ask(&box, &(struct ask){ .x_auth_token = "$f" }).status, 401);
	EXPECT_VERDICT("disable", user_disable(box.auth, &alice, NOW_MS), 0);
	EXPECT_INT("shut out", box_ask(&box, &(struct ask){ .email = ALICE,
	    .password = "another horse" }).status, 401);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "a full store", requests },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("store/lmdb, full", tests);
