// SPDX-License-Identifier: ISC
/* Lists of tokens: which are on them, and that they take bounded memory. */
#include "auth/token_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/domain_token.h"
#include "auth/token.h"
#include "base/setback.h"
#include "base/verdict.h"
#include "rows.h"
#include "unit.h"

#define MANY 620
#define WORKER_ROOM ((size_t)16 * 1024 * 1024)

/* What a list visited. */
struct seen {
	size_t count;
	struct uuid last;
};

static int
see(const void *token, void *arg)
{
	struct seen *seen = arg;

	seen->last = ((const struct token *)token)->id;
	seen->count++;
	return 0;
}

static void
expect(struct box *my, const char *row, const struct token_wanted *wanted, int64_t now_ms,
    int verdict, size_t count)
{
	struct seen seen = { .count = 0 };

	EXPECT_VERDICT(row, token_list(my->auth, &my->alice.user, wanted, now_ms, see, &seen),
	    verdict);
	EXPECT_INT(row, (int64_t)seen.count, (int64_t)count);
}

static void
listing(void)
{
	struct token first, second, gone, foreign;
	struct identity bob;
	struct box my;

	box_open(&my, test_directory());
	bob = box_user(&my, "bob@example.com", NULL);
	box_token(&my, &my.alice, 600, &first);
	box_token(&my, &my.alice, 600, &second);
	box_token(&my, &my.alice, 60, &gone);
	box_token(&my, &bob, 600, &foreign);
	{
		const struct uuid *last = memcmp(&first.id, &second.id, sizeof first.id) < 0 ?
		    &second.id : &first.id;
		const struct uuid *before = last == &first.id ? &second.id : &first.id;
		const struct {
			const char *row;
			struct token_wanted wanted;
			int64_t later_ms;
			int verdict;
			size_t count;
		} t[] = {
			{ "all", { NULL, 1000, -1 }, 0, 0, 3 },
			{ "live", { NULL, 1000, -1 }, 60000, 0, 2 },
			{ "one", { NULL, 1, -1 }, 60000, 0, 1 },
			{ "after it", { before, 9, -1 }, 60000, 0, 1 },
			{ "after the last", { last, 9, -1 }, 60000, 0, 0 },
			{ "after an expired one", { &gone.id, 9, -1 }, 60000, V_NOT_FOUND, 0 },
			{ "after someone else's", { &foreign.id, 9, -1 }, 0, V_NOT_FOUND, 0 },
			{ "unused", { NULL, 9, 0 }, 0, 0, 3 },
			{ "one unused", { NULL, 1, 0 }, 0, 0, 1 },
			{ "unused for a day", { NULL, 9, 1 }, 0, 0, 0 },
		};

		for (size_t i = 0; i < NELEM(t); i++)
			expect(&my, t[i].row, &t[i].wanted, NOW_MS + t[i].later_ms, t[i].verdict,
			    t[i].count);
	}
	box_close(&my);
}

static int
enough(const void *token, void *arg)
{
	return see(token, arg) ? 0 : PAGES_ENOUGH;
}

static int
fail(const void *token, void *arg)
{
	return see(token, arg) ? 0 : -EIO;
}

/* A visitor may end the list. */
static void
visitors(void)
{
	static const struct { const char *row; pages_visit *visit; int want; } t[] = {
		{ "enough", enough, 0 },
		{ "fault",  fail,   -EIO },
	};
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	for (int i = 0; i < 3; i++)
		box_token(&my, &my.alice, 600, &token);
	for (size_t i = 0; i < NELEM(t); i++) {
		const struct token_wanted wanted = { NULL, 9, -1 };
		struct seen seen = { .count = 0 };

		EXPECT_VERDICT(t[i].row, token_list(my.auth, &my.alice.user, &wanted, NOW_MS,
		    t[i].visit, &seen), t[i].want);
		EXPECT_INT(t[i].row, (int64_t)seen.count, 1);
	}
	box_close(&my);
}

/* What a failed removal of all tokens left is not valid, so it is not on a list. */
static void
left_over(void)
{
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	box_token(&my, &my.alice, 600, &token);
	my.alice.user.token_gen++;
	expect(&my, "of another generation", &(struct token_wanted){ NULL, 9, -1 }, NOW_MS, 0, 0);
	box_close(&my);
}

/* How many the next page has, which follows the token last; that is then its own last one. */
static size_t
page(struct box *my, const char *query, char last[UUID_TEXT_SIZE])
{
	struct reply reply = box_ask(my, &(struct ask){ .path = "/rest/token/list",
	    .authorization = GOOD_BASIC, .query = *last ? arena_printf(&my->mem, "%s&after=%s",
	    query, last) : query });
	size_t count = 0;

	EXPECT_INT(query, reply.status, 200);
	if (reply.status != 200)
		return 0;
	for (const char *at = reply.body; (at = strstr(at, "\"uuid\":\"")); count++) {
		at += strlen("\"uuid\":\"");
		snprintf(last, UUID_TEXT_SIZE, "%.*s", UUID_TEXT_SIZE - 1, at);
	}
	return count;
}

static size_t
pages(struct box *my, const char *query)
{
	char last[UUID_TEXT_SIZE] = "";
	size_t sum = 0, count;

	do {
		count = page(my, query, last);
		sum += count;
	} while (count);
	return sum;
}

/* A list that passes over many tokens, or over none, keeps few of them. */
static void
many(void)
{
	static const struct { const char *query; size_t count; } t[] = {
		{ "unused_days=1", 0 },
		{ "unused_days=0&limit=1000", MANY },
		{ "unused_days=0&limit=7", MANY },
		{ "limit=1000", MANY },
		{ "limit=200", MANY },
		{ "limit=201", MANY },
	};
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	for (int i = 0; i < MANY; i++)
		box_token(&my, &my.alice, 600, &token);
	my.room = MANY * sizeof token / 2;
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].query, (int64_t)pages(&my, t[i].query), (int64_t)t[i].count);
	box_close(&my);
}

/* Elements that are as long as can be: a list ends before it fills the memory of a worker. */
static void
longest(void)
{
	struct token token = { .ttl_s = 600, .expires_ms = NOW_MS + 600 * SECOND,
	    .head = "abcd", .prefix = "a12345678901234_", .created_ms = NOW_MS };
	struct box my;

	for (size_t i = 0; i + 4 < sizeof token.name; i += 4)
		memcpy(token.name + i, "\xf0\x9f\x98\x80", 4);
	memset(token.scope, 's', sizeof token.scope - 1);
	for (size_t i = SCOPE_NAME_LEN; i < sizeof token.scope - 1; i += SCOPE_NAME_LEN + 1)
		token.scope[i] = ' ';
	memset(token.addresses, 'f', sizeof token.addresses - 1);
	for (size_t i = 43; i < sizeof token.addresses - 1; i += 44)
		token.addresses[i] = ' ';
	box_open(&my, test_directory());
	token.user = my.alice.user.id;
	token.gen = my.alice.user.token_gen;
	for (int i = 0; i < STORE_LIST_MAX; i++) {
		token.id = uuid_new_at(NOW_MS);
		memcpy(token.digest, &token.id, sizeof token.id);
		box_must(store_token_add(my.auth->store, &token, STORE_LIST_MAX, NOW_MS), "token");
	}
	my.room = WORKER_ROOM;
	EXPECT_INT("detail", (int64_t)pages(&my, "detail=1"), STORE_LIST_MAX);
	EXPECT_INT("no detail", (int64_t)pages(&my, ""), STORE_LIST_MAX);
	box_close(&my);
}

static void
make_three(struct box *my, int64_t now_ms)
{
	char secret[TOKEN_SIZE];
	struct token token;
	struct domain_token domain;
	const char *jwt;

	for (int i = 0; i < 3; i++) {
		EXPECT_VERDICT("token", token_create(my->auth, &my->alice, "a", DAY / 1000,
		    now_ms, &token, secret), 0);
		EXPECT_VERDICT("domain token", domain_token_create(my->auth, &my->mem, NULL,
		    i ? "a.example" : "b.example", "user", now_ms + DAY + i, now_ms, &domain, &jwt),
		    0);
	}
}

static int
see_domain(const void *token, void *arg)
{
	struct seen *seen = arg;

	seen->last = ((const struct domain_token *)token)->id;
	seen->count++;
	return 0;
}

/* How many of the domain, by pages of limit. */
static size_t
domain_pages(struct box *my, const char *domain, size_t limit, int64_t now_ms)
{
	struct seen seen = { .count = 0 };
	size_t before;
	struct uuid after;

	do {
		before = seen.count;
		after = seen.last;
		EXPECT_VERDICT("a page", domain_tokens_list(my->auth, domain,
		    before ? &after : NULL, limit, now_ms, see_domain, &seen), 0);
		EXPECT_TRUE("at most", seen.count - before <= limit);
	} while (seen.count > before);
	return seen.count;
}

/* Tokens that ended by a clock that was set back end no list before its end. */
static void
set_back(void)
{
	static const char *const queries[] = { "limit=1", "limit=2", "limit=1000",
	    "limit=1&unused_days=0" };
	struct box my;

	box_open(&my, test_directory());
	setbacks_now(my.auth->setbacks, NOW_MS, 1);
	make_three(&my, NOW_MS);
	for (size_t i = 0; i < NELEM(queries); i++)
		EXPECT_INT("before", (int64_t)pages(&my, queries[i]), 3);
	EXPECT_INT("before", (int64_t)domain_pages(&my, NULL, 1, NOW_MS), 3);
	setbacks_now(my.auth->setbacks, NOW_MS + 2 * DAY, 2);
	my.now_ms = setbacks_now(my.auth->setbacks, NOW_MS + MINUTE, 3);
	for (size_t i = 0; i < NELEM(queries); i++)
		EXPECT_INT("none is left", (int64_t)pages(&my, queries[i]), 0);
	make_three(&my, my.now_ms);
	for (size_t i = 0; i < NELEM(queries); i++)
		EXPECT_INT("fresh ones", (int64_t)pages(&my, queries[i]), 3);
	for (size_t limit = 1; limit < 5; limit++) {
		EXPECT_INT("of all domains", (int64_t)domain_pages(&my, NULL, limit, my.now_ms), 3);
		EXPECT_INT("of one domain", (int64_t)domain_pages(&my, "a.example", limit,
		    my.now_ms), 2);
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "listing", listing },
	{ "visitors", visitors },
	{ "left over", left_over },
	{ "many", many },
	{ "longest", longest },
	{ "set back", set_back },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/token_list", tests);
