// SPDX-License-Identifier: ISC
/*
 * tests/contract/answer_test.c - requests whose commit, or the server's answer to it, is lost:
 * what was done is answered so, what cannot be known is a fault, and nothing is done twice.
 */
#include "contract.h"

#undef NOW_MS		/* the box has its own */
#include "auth/token.h"
#include "base/clock.h"
#include "lossy.h"
#include "mariadb.h"
#include "service/ask.h"

#define BACK_MS 10000

static void
open_box(struct box *box)
{
	struct conf *conf = box_conf(test_directory());
	struct store_where where = mariadb_new();
	static const char *hosts[1];

	if (!hosts[0])
		hosts[0] = lossy_start(mariadb_socket());
	where.sql_hosts = hosts;
	box_conf_at(conf, where);
	box_open_empty(box, conf);
	box->alice = box_user(box, ALICE, PASSWORD);
	box->names.jwt = box_jwt(box, &box->alice);
}

static size_t
count_tokens(struct box *box)
{
	struct token *list;
	size_t count = 0;

	EXPECT_VERDICT("list", store_token_list(box->auth->store, &box->mem, &box->alice.user.id,
	    NULL, 999, NOW_MS, &list, &count), 0);
	return count;
}

/* A server that was away is left alone for a moment. */
static void
await_server(struct box *box)
{
	const int64_t end_ms = clock_steady_ms() + BACK_MS;
	int status;

	lossy_next(LOSSY_NOT);
	do
		status = box_ask(box, &(struct ask){ .x_auth_token = "$j" }).status;
	while (status == 503 && clock_steady_ms() < end_ms);
	EXPECT_INT("the server is back", status, 200);
}

static const struct {
	const char *row;
	enum lossy lossy;
	int status;
	bool is_done;
} losses[] = {
	{ "nothing is lost",          LOSSY_NOT,               200, true },
	{ "the answer",               LOSSY_ANSWER,            200, true },
	{ "the commit",               LOSSY_COMMAND,            200, true },
	{ "the answer to a late one", LOSSY_LATE,              200, true },
	{ "the answer, and the server", LOSSY_ANSWER_AND_SERVER, 503, true },
	{ "the commit, and the server", LOSSY_COMMAND_AND_SERVER, 503, false },
};

static struct reply
ask_lossy(struct box *box, size_t i, const char *method, const char *path, const char *body)
{
	const struct ask ask = { .method = method, .path = path, .body = body,
	    .x_auth_token = "$j" };
	const unsigned before = lossy_count();
	struct reply reply;

	lossy_next(losses[i].lossy);
	reply = box_ask(box, &ask);
	EXPECT_INT(losses[i].row, reply.status, losses[i].status);
	EXPECT_TRUE(losses[i].row, (ask_retry_s(&reply) > 0) == (reply.status == 503));
	EXPECT_INT("lost", lossy_count() - before, losses[i].lossy != LOSSY_NOT);
	return reply;
}

/* Of a token that is made: it is there once, or the client is told of no success. */
static void
added(void)
{
	size_t before, wanted = 0;
	struct box box;

	open_box(&box);
	for (size_t i = 0; i < NELEM(losses); i++) {
		before = count_tokens(&box);
		ask_lossy(&box, i, "POST", "/rest/token", "{\"name\":\"a\"}");
		await_server(&box);
		wanted += losses[i].is_done;
		EXPECT_INT(losses[i].row, count_tokens(&box) - before, losses[i].is_done);
		EXPECT_INT(losses[i].row, count_tokens(&box), wanted);
	}
	box_close(&box);
}

/* Of one that is revoked: it has ended, or the client is told of no success. */
static void
dropped(void)
{
	struct token token;
	struct box box;

	open_box(&box);
	for (size_t i = 0; i < NELEM(losses); i++) {
		char id[UUID_TEXT_SIZE];

		box.names.bearer = box_token(&box, &box.alice, 600, &token);
		uuid_text(id, &token.id);
		ask_lossy(&box, i, "DELETE", arena_printf(&box.mem, "/rest/token/%s", id), NULL);
		await_server(&box);
		EXPECT_INT(losses[i].row, box_ask(&box, &(struct ask){
		    .x_auth_token = "$b" }).status, losses[i].is_done ? 401 : 200);
	}
	box_close(&box);
}

/* Of one that is replaced: there is one successor, or the client is told of no success. */
static void
rotated(void)
{
	struct token token, after;
	struct box box;

	open_box(&box);
	for (size_t i = 0; i < NELEM(losses); i++) {
		char id[UUID_TEXT_SIZE];
		size_t before;

		box_token(&box, &box.alice, 600, &token);
		before = count_tokens(&box);
		uuid_text(id, &token.id);
		ask_lossy(&box, i, "POST", arena_printf(&box.mem, "/rest/token/%s/rotate", id),
		    "{}");
		await_server(&box);
		EXPECT_INT(losses[i].row, count_tokens(&box) - before, losses[i].is_done);
		EXPECT_VERDICT(losses[i].row, store_token_get(box.auth->store, &token.id, NOW_MS,
		    &after), 0);
		EXPECT_TRUE(losses[i].row, uuid_is_none(&after.successor) != losses[i].is_done);
	}
	box_close(&box);
}

/* Of users who are logged out together: all their tokens are counted, once. */
static void
counted(void)
{
	struct box box;

	open_box(&box);
	for (size_t i = 0; i < NELEM(losses) && losses[i].status == 200; i++) {
		struct uuid ids[2];
		uint64_t count = 0;
		struct token token;

		for (size_t u = 0; u < NELEM(ids); u++) {
			const struct identity who = box_user(&box, arena_printf(&box.mem,
			    "user%zu.%zu@example.org", i, u), NULL);

			ids[u] = who.user.id;
			box_token(&box, &who, 600, &token);
		}
		lossy_next(losses[i].lossy);
		EXPECT_VERDICT(losses[i].row, store_users_logout(box.auth->store, ids, NELEM(ids),
		    9, NOW_MS, &count), 0);
		EXPECT_INT(losses[i].row, (int64_t)count, NELEM(ids));
	}
	box_close(&box);
}

CU_TestInfo answer_tests[] = {
	{ "counted", counted },
	{ "added", added },
	{ "dropped", dropped },
	{ "rotated", rotated },
	CU_TEST_INFO_NULL,
};
