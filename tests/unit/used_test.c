// SPDX-License-Identifier: ISC
#include "auth/used.h"

#include <string.h>
#include <unistd.h>

#include "service/ask.h"
#include "service/box.h"
#include "unit.h"

#define STEP USED_STEP_MS

static struct token
token_of(const struct uuid *id)
{
	return (struct token){ .id = *id };
}

static void
expect(const char *row, const struct used *used, const struct uuid *id, int64_t ms,
    const char *ip)
{
	struct token token = token_of(id);

	used_merge(used, &token);
	EXPECT_INT(row, token.last_used_ms, ms);
	EXPECT_STRING(row, token.last_used_ip, ip);
}

static void
noted(void)
{
	static const struct { const char *row, *ip; int64_t ms, want_ms; const char *want_ip; }
	    t[] = {
		{ "first", "192.0.2.1", NOW_MS, NOW_MS, "192.0.2.1" },
		{ "in the same second", "192.0.2.2", NOW_MS + STEP - 1, NOW_MS, "192.0.2.1" },
		{ "later", "192.0.2.2", NOW_MS + STEP, NOW_MS + STEP, "192.0.2.2" },
		{ "IPv6", "2001:db8::1", NOW_MS + 2 * STEP, NOW_MS + 2 * STEP, "2001:db8::1" },
		{ "mapped", "::ffff:192.0.2.9", NOW_MS + 3 * STEP, NOW_MS + 3 * STEP,
		    "192.0.2.9" },
		{ "none", "", NOW_MS + 4 * STEP, NOW_MS + 4 * STEP, "" },
		{ "no address", "unix:", NOW_MS + 5 * STEP, NOW_MS + 5 * STEP, "" },
		{ "clock set back", "192.0.2.1", NOW_MS - DAY, NOW_MS - DAY, "192.0.2.1" },
	};
	GUARD(used_close) struct used *used = NULL;
	GUARD(used_close) struct used *other = NULL;
	const char *dir = test_directory();
	struct uuid id = uuid_new(), unknown = uuid_new();
	struct token token;

	used_open_if_there(&other, dir);
	EXPECT_TRUE("not there", other == NULL);
	used_note(NULL, &id, "192.0.2.1", NOW_MS);
	EXPECT_VERDICT("open", used_open(&used, dir), 0);
	used_open_if_there(&other, dir);
	for (size_t i = 0; i < NELEM(t); i++) {
		used_note(used, &id, t[i].ip, t[i].ms);
		expect(t[i].row, used, &id, t[i].want_ms, t[i].want_ip);
		expect(t[i].row, other, &id, t[i].want_ms, t[i].want_ip);
	}
	expect("another", used, &unknown, 0, "");
	token = token_of(&id);
	token.last_used_ms = NOW_MS;
	used_merge(used, &token);
	EXPECT_INT("what is recorded is later", token.last_used_ms, NOW_MS);
	used_merge(NULL, &token);
}

/* Most of as many tokens as there are cells have one, and the last ones all do. */
static void
crowded(void)
{
	enum { MANY = USED_MAX + USED_MAX / 2 };
	static struct uuid ids[MANY];
	GUARD(used_close) struct used *used = NULL;
	struct token token;
	int known = 0;

	EXPECT_VERDICT("open", used_open(&used, test_directory()), 0);
	for (int i = 0; i < MANY; i++) {
		ids[i] = uuid_new_at(NOW_MS + i);
		used_note(used, &ids[i], "192.0.2.1", NOW_MS + i);
	}
	for (int i = 0; i < MANY; i++) {
		token = token_of(&ids[i]);
		used_merge(used, &token);
		EXPECT_TRUE("its own time", !token.last_used_ms || token.last_used_ms == NOW_MS + i);
		known += token.last_used_ms != 0;
	}
	EXPECT_TRUE("nearly full", known > USED_MAX * 9 / 10 && known <= USED_MAX);
	expect("the last", used, &ids[MANY - 1], NOW_MS + MANY - 1, "192.0.2.1");
}

static int64_t
stored_ms(struct box *my, const struct token *token)
{
	struct token found = { .last_used_ms = -1 };

	EXPECT_VERDICT("get", store_token_get(my->auth->store, &token->id, NOW_MS, &found), 0);
	return found.last_used_ms;
}

static void
recorded(void)
{
	static const struct { const char *row; int64_t use_ms, now_ms, want_ms; bool at_once; }
	    t[] = {
		{ "the first at once",  NOW_MS,             NOW_MS,         NOW_MS,             false },
		{ "not again so soon",  NOW_MS + STEP,      NOW_MS + 59999, NOW_MS,             false },
		{ "in time",            NOW_MS + 2 * STEP,  NOW_MS + 60000, NOW_MS + 2 * STEP,  false },
		{ "not so soon",        NOW_MS + 4 * STEP,  NOW_MS + 60001, NOW_MS + 2 * STEP,  false },
		{ "at once",            NOW_MS + 6 * STEP,  NOW_MS + 60002, NOW_MS + 6 * STEP,  true },
		{ "clock set back",     NOW_MS + 8 * STEP,  NOW_MS - DAY,   NOW_MS + 8 * STEP,  false },
	};
	GUARD(used_close) struct used *used = NULL;
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	box_token(&my, &my.alice, 3600, &token);
	EXPECT_VERDICT("open", used_open(&used, test_directory()), 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		used_note(used, &token.id, "192.0.2.1", t[i].use_ms);
		EXPECT_VERDICT(t[i].row, used_record(used, my.auth->store, 60000, t[i].at_once,
		    t[i].now_ms), 0);
		EXPECT_INT(t[i].row, stored_ms(&my, &token), t[i].want_ms);
	}
	EXPECT_VERDICT("none", used_record(NULL, my.auth->store, 60000, true, NOW_MS), 0);
	box_close(&my);
}

/* A part at a time; what the store fails to take is taken the next time. */
static void
in_parts(void)
{
	enum { TOKENS = 10 * TOKENS_USED_MAX };
	GUARD(used_close) struct used *used = NULL;
	struct token tokens[TOKENS];
	struct box my;
	int count = 0;

	box_open(&my, test_directory());
	EXPECT_VERDICT("open", used_open(&used, test_directory()), 0);
	for (int i = 0; i < TOKENS; i++) {
		box_token(&my, &my.alice, 3600, &tokens[i]);
		used_note(used, &tokens[i].id, "192.0.2.1", NOW_MS);
	}
	EXPECT_VERDICT("a part", used_record(used, my.auth->store, 60000, false, NOW_MS), 0);
	for (int i = 0; i < TOKENS; i++)
		count += stored_ms(&my, &tokens[i]) == NOW_MS;
	EXPECT_INT("a part", count, 8 * TOKENS_USED_MAX);
	EXPECT_VERDICT("not at once", used_record(used, my.auth->store, 60000, false,
	    NOW_MS + 999), 0);
	EXPECT_VERDICT("the rest", used_record(used, my.auth->store, 60000, false,
	    NOW_MS + 1000), 0);
	for (int i = 0; i < TOKENS; i++)
		EXPECT_INT("the rest", stored_ms(&my, &tokens[i]), NOW_MS);
	box_close(&my);
}

/* A use by that client; what the list then says. */
static void
expect_listed(struct box *my, const char *row, const char *text, const char *want)
{
	const char *header = arena_printf(&my->mem, "Bearer %s", text);
	struct reply reply;

	reply = box_ask(my, &(struct ask){ .path = "/rest/token/list", .query = "limit=1",
	    .authorization = header, .source = "198.51.100.7", .later_ms = DAY / 2 });
	EXPECT_INT(row, reply.status, 200);
	reply = box_ask(my, &(struct ask){ .path = "/rest/token/list", .query = "detail=1",
	    .email = ALICE, .password = PASSWORD, .later_ms = DAY / 2 + SECOND });
	EXPECT_INT(row, reply.status, 200);
	if (!EXPECT_TRUE(row, strstr(reply.body, want) != NULL))
		EXPECT_STRING(row, reply.body, want);
}

/* What track_last_used permits.  A request writes nothing into the store; a worker does later. */
static void
tracked(void)
{
#define AT "\"last_used_on\":\"2023-11-15T10:13:20.000Z\",\"last_used_ip\":"
	static const struct { const char *track, *want, *ip; int64_t stored_ms; } t[] = {
		{ "yes", AT "\"198.51.100.7\",", "198.51.100.7", NOW_MS + DAY / 2 },
		{ "time", AT "null,", "", NOW_MS + DAY / 2 },
		{ "no", "\"last_used_on\":null,\"last_used_ip\":null,", "", 0 },
	};
	struct token token, found;
	const char *text;
	struct box my;

	for (size_t i = 0; i < NELEM(t); i++) {
		box_open(&my, test_directory());
		my.conf->track_last_used = t[i].track;
		my.conf->last_used_precision_s = 600;
		box_reopen(&my);
		EXPECT_INT(t[i].track, my.auth->used != NULL, t[i].stored_ms != 0);
		text = box_token(&my, &my.alice, 2 * DAY / SECOND, &token);
		expect_listed(&my, t[i].track, text, t[i].want);
		EXPECT_INT(t[i].track, stored_ms(&my, &token), 0);
		auth_record_uses(my.auth, false, NOW_MS + DAY / 2 + SECOND);
		EXPECT_INT(t[i].track, stored_ms(&my, &token), t[i].stored_ms);
		EXPECT_VERDICT(t[i].track, store_token_get(my.auth->store, &token.id, NOW_MS,
		    &found), 0);
		EXPECT_STRING(t[i].track, found.last_used_ip, t[i].ip);
		expect_listed(&my, t[i].track, text, t[i].want);
		box_close(&my);
	}
}

static CU_TestInfo tests[] = {
	{ "noted", noted },
	{ "crowded", crowded },
	{ "recorded", recorded },
	{ "in parts", in_parts },
	{ "tracked", tracked },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/used", tests);
