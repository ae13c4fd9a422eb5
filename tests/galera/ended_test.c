// SPDX-License-Identifier: ISC
/*
 * tests/galera/ended_test.c - three services, one at each node: a login, token or user that
 * ended at one of them is refused by the next request at any other.
 */
#include <string.h>

#include "contract/contract.h"
#include "galera/cluster.h"
#include "galera/galera_tests.h"
#include "galera/together.h"

#undef NOW_MS		/* the box has its own */
#include "auth/user_jwt.h"
#include "service/ask.h"

#define TIMES_MAX 500

static struct box boxes[NODES];
static const char *admin;		/* the JWT of an administrator */

static unsigned
times(void)
{
	return together_rounds() < TIMES_MAX ? together_rounds() : TIMES_MAX;
}

static void
open_boxes(void)
{
	const uint64_t role = contract_bit(&user_kind, "role");
	struct identity who;

	cluster_new_database();
	for (unsigned n = 0; n < NODES; n++) {
		struct conf *conf = box_conf(test_directory());

		conf->admin_api = true;
		box_conf_at(conf, cluster_where(n + 1));
		if (n == 0) {
			box_open_empty(&boxes[n], conf);
			continue;
		}
		conf->key_file = boxes[0].conf->key_file;
		boxes[n] = (struct box){ .conf = conf, .now_ms = NOW_MS };
		box_serve(&boxes[n]);
	}
	who = box_user(&boxes[0], BOB, PASSWORD);
	strcpy(who.user.role, "Admin");
	EXPECT_VERDICT("role", store_user_set(boxes[0].auth->store, &who.user, role, NOW_MS,
	    &who.user), 0);
	admin = box_jwt(&boxes[0], &who);
}

static void
close_boxes(void)
{
	for (unsigned n = 0; n < NODES; n++)
		box_close(&boxes[n]);
}

static struct identity
add_user(struct box *box, unsigned i, const char *password)
{
	return box_user(box, arena_printf(&box->mem, "user%u@example.com", i), password);
}

/* Its status for a credential that is presented there. */
static int
use(struct box *box, const char *credential)
{
	return box_ask(box, &(struct ask){ .path = "/rest/verify",
	    .x_auth_token = credential }).status;
}

static int
ask(struct box *box, const char *method, const char *path, const char *credential)
{
	return box_ask(box, &(struct ask){ .method = method, .path = path,
	    .x_auth_token = credential }).status;
}

/* The JWT of a login of its own. */
static const char *
log_in(struct box *box, unsigned i, const char *agent)
{
	struct reply reply = box_ask(box, &(struct ask){ .password = PASSWORD,
	    .email = arena_printf(&box->mem, "user%u@example.com", i), .params = { agent } });

	EXPECT_INT("log in", reply.status, 200);
	return ask_jwt(box, &reply);
}

/* The path of the login that a JWT comes from. */
static const char *
session_of(struct box *box, const char *jwt)
{
	struct user_claims claims = { .login = { { 0 } } };
	char id[UUID_TEXT_SIZE];
	struct identity who;

	EXPECT_VERDICT("JWT", user_jwt_inspect(box->auth, jwt, NOW_MS, &who, &claims), 0);
	return arena_printf(&box->mem, "/rest/session/%s", uuid_text(id, &claims.login));
}

/* A login is ended by another one, on the machine that saw it and elsewhere; then all are. */
static void
logins(void)
{
	unsigned refused = 0, accepted = 0;

	open_boxes();
	for (unsigned i = 0; i < times(); i++) {
		struct box *a = &boxes[i % 3], *b = &boxes[(i + 1 + i / 3 % 2) % 3];
		const char *one, *two, *three;

		add_user(a, i, PASSWORD);
		one = log_in(a, i, "HTTP_USER_AGENT=one");
		two = log_in(a, i, "HTTP_USER_AGENT=two");
		three = log_in(b, i, "HTTP_USER_AGENT=three");
		refused += use(b, one) != 204;
		refused += use(b, two) != 204;
		refused += use(a, three) != 204;
		EXPECT_INT("end", ask(a, "DELETE", session_of(a, two), one), 200);
		accepted += use(b, two) != 401;
		refused += use(b, one) != 204;
		refused += use(a, three) != 204;
		EXPECT_INT("end", ask(b, "DELETE", session_of(b, one), three), 200);
		accepted += use(a, one) != 401;
		refused += use(a, three) != 204;
		one = log_in(a, i, "HTTP_USER_AGENT=one");
		EXPECT_INT("end all", ask(b, "DELETE", "/rest/auth", three), 200);
		accepted += use(a, one) != 401;
		accepted += use(a, three) != 401;
	}
	EXPECT_INT("valid, and refused elsewhere", refused, 0);
	EXPECT_INT("ended, and accepted elsewhere", accepted, 0);
	close_boxes();
}

/* Whatever ends what a user has, by an administrator or the user. */
static void
users(void)
{
	static const struct {
		const char *row, *method, *path;	/* NULL: the own ones */
		bool by_user;
		int jwt, token;		/* the status of what the user has, afterwards */
	} t[] = {
		{ "delete",  "DELETE", "",           false, 401, 401 },
		{ "disable", "POST",   "/disable",   false, 401, 401 },
		{ "logout",  "POST",   "/logout",    false, 401, 401 },
		{ "tokens",  "DELETE", "/token/all", false, 204, 401 },
		{ "own",     "DELETE", NULL,         true,  204, 401 },
	};
	unsigned wrong[NELEM(t)] = { 0 }, refused = 0;

	open_boxes();
	for (unsigned i = 0; i < times(); i++) {
		struct box *a = &boxes[i % 3], *b = &boxes[(i + 1 + i / 3 % 2) % 3];
		const size_t k = i % NELEM(t);
		struct identity who = add_user(a, i, NULL);
		const char *jwt = box_jwt(a, &who), *secret, *path = "/rest/token/all";
		char id[UUID_TEXT_SIZE];
		struct token token;

		secret = box_token(b, &who, 600, &token);
		refused += use(b, jwt) != 204;
		refused += use(a, secret) != 204;
		if (t[k].path)
			path = arena_printf(&a->mem, "/rest/user/%s%s",
			    uuid_text(id, &who.user.id), t[k].path);
		EXPECT_INT(t[k].row, ask(a, t[k].method, path, t[k].by_user ? jwt : admin), 200);
		wrong[k] += use(b, jwt) != t[k].jwt;
		wrong[k] += use(b, secret) != t[k].token;
	}
	EXPECT_INT("valid, and refused elsewhere", refused, 0);
	for (size_t k = 0; k < NELEM(t); k++)
		EXPECT_INT(t[k].row, wrong[k], 0);
	close_boxes();
}

CU_TestInfo ended_tests[] = {
	{ "logins", logins },
	{ "users", users },
	CU_TEST_INFO_NULL,
};
