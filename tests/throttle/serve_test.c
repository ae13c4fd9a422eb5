// SPDX-License-Identifier: ISC
/* Whole requests: the statuses that clients see while one guesses, and what is hashed. */
#include <string.h>

#include "story.h"

static void
start(struct box *box)
{
	box_open_guarded(box, test_directory());
}

static void
passwords(void)
{
	static const struct step rows[] = {
		{ "right",        { HOME, BASIC(ALICE, PASSWORD) }, 200, 0, 1 },
		{ "remembered",   { HOME, BASIC(ALICE, PASSWORD) }, 200, 0, 0 },
		{ "from elsewhere it is hashed", { OFFICE, BASIC(ALICE, PASSWORD) }, 200, 0, 1 },
		{ "one",          { EVIL, BASIC(ALICE, "wrong-1") }, 401, 0, 1 },
		{ "again",        { EVIL, BASIC(ALICE, "wrong-1") }, 401, 0, 0 },
		{ "two",          { EVIL, BASIC(ALICE, "wrong-2") }, 401, 0, 1 },
		{ "three",        { EVIL, BASIC(ALICE, "wrong-3") }, 401, 0, 1 },
		{ "four",         { EVIL, BASIC(ALICE, "wrong-4") }, 401, 0, 1 },
		{ "five",         { EVIL, BASIC(ALICE, "wrong-5") }, 401, 0, 1 },
		{ "no hash",      { EVIL, BASIC(ALICE, "wrong-6") }, 429, 1, 0 },
		{ "nor a look at what is remembered", { EVIL, BASIC(ALICE, PASSWORD) }, 429, 1, 0 },
		{ "at home all is well", { HOME, BASIC(ALICE, PASSWORD) }, 200, 0, 0 },
		{ "after a second", { EVIL, BASIC(ALICE, "wrong-6"), .later_ms = SECOND }, 401, 0,
		    1 },
		{ "two",          { EVIL, BASIC(ALICE, "wrong-7"), .later_ms = SECOND }, 429, 2,
		    0 },
		{ "forgiven",     { EVIL, BASIC(ALICE, PASSWORD), .later_ms = 16 * MINUTE }, 200, 0,
		    1 },
		{ "not remembered for ever", { HOME, BASIC(ALICE, PASSWORD),
		    .later_ms = 16 * MINUTE + 61 * SECOND }, 200, 0, 1 },
		{ "nobody",       { EVIL, BASIC("nobody@example.com", "wrong") }, 401, 0, 1 },
		{ "no password",  { EVIL, .authorization = "Basic YWxpY2U=" }, 401, 0, 0 },
		{ "no base64",    { EVIL, .authorization = "Basic ???" }, 401, 0, 0 },
		{ "nothing at all", { EVIL }, 401, 0, 0 },
	};
	struct box box;

	start(&box);
	TELL(&box, rows);
	box_close(&box);
}

static const char *
jwt_of_bob(struct box *box)
{
	struct reply reply = box_ask(box, &(struct ask){ HOME, BASIC(BOB, PASSWORD) });

	return ask_jwt(box, &reply);
}

/* A wrong HA1B, another for each n. */
static const char *
wrong_ha1b(struct box *box, int n)
{
	return arena_printf(&box->mem, "%032x", n + 1);
}

/* API 2.2: the one that verifies decides; 429 only if none does. */
static void
beside_another(void)
{
	struct box box;

	start(&box);
	{
		const char *jwt = jwt_of_bob(&box);
		const struct step rows[] = {
			{ "one",   { EVIL, BASIC(ALICE, "1"), .x_auth_token = jwt }, 200, 0, 1 },
			{ "two",   { EVIL, BASIC(ALICE, "2"), .x_auth_token = jwt }, 200, 0, 1 },
			{ "three", { EVIL, BASIC(ALICE, "3"), .x_auth_token = jwt }, 200, 0, 1 },
			{ "four",  { EVIL, BASIC(ALICE, "4"), .x_auth_token = jwt }, 200, 0, 1 },
			{ "five",  { EVIL, BASIC(ALICE, "5"), .x_auth_token = jwt }, 200, 0, 1 },
			{ "an own JWT makes guessing no freer",
			    { EVIL, BASIC(ALICE, "6"), .x_auth_token = jwt },
			    200, 0, 0 },
			{ "as is seen without it", { EVIL, BASIC(ALICE, "6") }, 429, 1, 0 },
			{ "nor does a bad one",
			    { EVIL, BASIC(ALICE, "6"), .x_auth_token = "a.b.c" }, 429, 1, 0 },
			{ "a good one alone", { EVIL, .x_auth_token = jwt }, 200, 0, 0 },
		};

		TELL(&box, rows);
	}
	box_close(&box);
}

static void
tokens(void)
{
	struct box box;
	struct reply reply;
	const char *jwt;

	start(&box);
	jwt = jwt_of_bob(&box);
	for (int i = 0; i < 29; i++) {
		reply = box_ask(&box, &(struct ask){ EVIL,
		    .x_auth_token = arena_printf(&box.mem, "a.b.%d", i) });
		EXPECT_INT("wrong", reply.status, 401);
	}
	{
		const struct step rows[] = {
			{ "a stale one", { EVIL, .x_auth_token = "stale" }, 401, 0, 0 },
			{ "the source waits", { EVIL, .x_auth_token = "stale.r.still" }, 429, 1,
			    0 },
			{ "for passwords too", { EVIL, BASIC(ALICE, PASSWORD) }, 429, 1, 0 },
			{ "a good token is let through", { EVIL, .x_auth_token = jwt }, 200, 0, 0 },
			{ "the stale one makes it no worse", { EVIL, .x_auth_token = "stale",
			    .later_ms = SECOND }, 401, 0, 0 },
			{ "at all", { EVIL, .x_auth_token = "stale", .later_ms = SECOND }, 401, 0,
			    0 },
			{ "beside a good password it is free", { EVIL, BASIC(ALICE, PASSWORD),
			    .x_auth_token = "stale.but.new", .later_ms = SECOND }, 200, 0, 1 },
			{ "so this is the 31st", { EVIL, .x_auth_token = "a.b.31",
			    .later_ms = SECOND }, 401, 0, 0 },
			{ "and doubles", { EVIL, .x_auth_token = "a.b.32", .later_ms = SECOND },
			    429, 2, 0 },
		};

		TELL(&box, rows);
	}
	box_close(&box);
}

static void
ha1b(void)
{
	struct box box;
	struct reply reply;

	start(&box);
	for (int i = 0; i < 20; i++) {
		reply = box_ask(&box,
		    &(struct ask){ .source = arena_printf(&box.mem, "203.0.113.%d", i),
		    .ha1b = wrong_ha1b(&box, i) });
		EXPECT_INT("wrong", reply.status, 401);
	}
	{
		const char *jwt = jwt_of_bob(&box);
		const char *right = box_ha1b(&box), *wrong = wrong_ha1b(&box, 100);
		const struct step rows[] = {
			{ "the budget is used up", { EVIL, .ha1b = wrong }, 429, 1, 0 },
			{ "for right ones too", { EVIL, .ha1b = right }, 429, 1, 0 },
			{ "not for a source that logged in", { HOME, .ha1b = right }, 200, 0, 0 },
			{ "beside a token", { EVIL, .ha1b = wrong, .x_auth_token = jwt }, 200, 0,
			    0 },
			{ "the next second", { EVIL, .ha1b = right, .later_ms = SECOND },
			    200, 0, 0 },
			{ "wrong, and wrong", { EVIL, BASIC(ALICE, "wrong"), .ha1b = wrong,
			    .later_ms = SECOND }, 401, 0, 1 },
			{ "no HA1B at all", { EVIL, .ha1b = "xyz", .later_ms = SECOND }, 401, 0,
			    0 },
		};

		TELL(&box, rows);
	}
	box_close(&box);
}

static void
switched_off(void)
{
	struct box box;
	struct reply reply;

	box_open_guarded(&box, test_directory());
	box.conf->throttle = false;
	box.conf->password_cache_s = 0;
	box_reopen(&box);
	for (int i = 0; i < 40; i++) {
		reply = box_ask(&box, &(struct ask){ EVIL,
		    BASIC(ALICE, arena_printf(&box.mem, "wrong-%d", i)) });
		EXPECT_INT("nobody waits", reply.status, 401);
	}
	reply = box_ask(&box, &(struct ask){ EVIL, BASIC(ALICE, PASSWORD) });
	EXPECT_INT("right", reply.status, 200);
	reply = box_ask(&box, &(struct ask){ EVIL, BASIC(ALICE, PASSWORD) });
	EXPECT_INT("nothing is remembered", box_hashes(&box), 42);
	box_close(&box);
}

/* A web server's question allows as many guesses, and is answered yes or no (API 9.1). */
static void
sub_requests(void)
{
	struct box box;

	start(&box);
	{
		const char *jwt = jwt_of_bob(&box);
		const struct step rows[] = {
			{ "one",   { EVIL, BASIC(ALICE, "1"), .path = "/rest/verify" }, 401, 0, 1 },
			{ "two",   { EVIL, BASIC(ALICE, "2"), .path = "/rest/verify" }, 401, 0, 1 },
			{ "three", { EVIL, BASIC(ALICE, "3"), .path = "/rest/verify" }, 401, 0, 1 },
			{ "four",  { EVIL, BASIC(ALICE, "4") }, 401, 0, 1 },
			{ "five",  { EVIL, BASIC(ALICE, "5") }, 401, 0, 1 },
			{ "no more", { EVIL, BASIC(ALICE, "6"), .path = "/rest/verify" }, 401, 1,
			    0 },
			{ "by the other way", { EVIL, BASIC(ALICE, "6") }, 429, 1, 0 },
			{ "beside a token", { EVIL, BASIC(ALICE, "6"), .x_auth_token = jwt,
			    .path = "/rest/verify" }, 204, 0, 0 },
		};

		TELL(&box, rows);
	}
	box_close(&box);
}

/* A wrong credential gets the same answer for every user. */
static void
same_answers(void)
{
	struct box box;
	const char *first = NULL;
	static const struct { const char *row, *email; } rows[] = {
		{ "wrong password", ALICE },
		{ "unknown", "nobody@example.com" },
		{ "no e-mail", "" },
	};

	start(&box);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct reply reply = box_ask(&box,
		    &(struct ask){ EVIL, BASIC(rows[i].email, "wrong") });

		EXPECT_INT(rows[i].row, reply.status, 401);
		if (!first)
			first = arena_strdup(&box.mem, reply.body);
		EXPECT_STRING(rows[i].row, arena_strdup(&box.mem, reply.body), first);
	}
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "passwords", passwords },
	{ "beside another", beside_another },
	{ "tokens", tokens },
	{ "HA1B", ha1b },
	{ "switched off", switched_off },
	{ "sub-requests", sub_requests },
	{ "same answers", same_answers },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/serve: throttled", tests);
