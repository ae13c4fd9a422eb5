// SPDX-License-Identifier: ISC
/*
 * A secret that was refused a moment ago (API 2.9): it is answered without a
 * hash, costs its user nothing, and from the fifth repetition on ends a client's loop.
 */
#include <string.h>

#include "auth/user.h"
#include "story.h"

#define NOBODY	"nobody@example.com"

static void
start(struct box *box)
{
	box_open_guarded(box, test_directory());
}

/* A client that repeats an old password, and what its user sees meanwhile. */
static void
loops(void)
{
	static const struct step rows[] = {
		{ "wrong",  { HOME, BASIC(ALICE, "old") }, 401, 0, 1 },
		{ "first repetition", { HOME, BASIC(ALICE, "old") }, 401, 0, 0 },
		{ "second", { HOME, BASIC(ALICE, "old") }, 401, 0, 0 },
		{ "third",  { HOME, BASIC("Alice@Example.com", "old") }, 401, 0, 0 },
		{ "fourth", { HOME, BASIC(ALICE, "old"), .path = "/rest/verify" }, 401, 0, 0 },
		{ "fifth",  { HOME, BASIC(ALICE, "old") }, 429, 300, 0 },
		{ "a web server understands 401 alone", { HOME, BASIC(ALICE, "old"),
		    .path = "/rest/verify" }, 401, 300, 0 },
		{ "the next, later", { HOME, BASIC(ALICE, "old"), AT(100) }, 429, 200, 0 },
		{ "elsewhere it is hashed", { OFFICE, BASIC(ALICE, "old"), AT(100) }, 401, 0, 1 },
		{ "for another name too", { HOME, BASIC(BOB, "old"), AT(100) }, 401, 0, 1 },
		{ "two", { HOME, BASIC(ALICE, "2"), AT(100) }, 401, 0, 1 },
		{ "three", { HOME, BASIC(ALICE, "3"), AT(100) }, 401, 0, 1 },
		{ "four", { HOME, BASIC(ALICE, "4"), AT(100) }, 401, 0, 1 },
		{ "she gets in", { HOME, BASIC(ALICE, PASSWORD), AT(100) }, 200, 0, 1 },
		{ "the loop does not", { HOME, BASIC(ALICE, "old"), AT(100) }, 429, 200, 0 },
		{ "and she still does", { HOME, BASIC(ALICE, PASSWORD), AT(100) }, 200, 0, 0 },
		{ "minutes later it is hashed", { HOME, BASIC(ALICE, "old"), AT(300) }, 401, 0, 1 },
		{ "and begins anew", { HOME, BASIC(ALICE, "old"), AT(300) }, 401, 0, 0 },
	};
	struct box box;

	start(&box);
	TELL(&box, rows);
	box_close(&box);
}

/* An unknown name gets the same answer. */
static void
nobodies(void)
{
	static const struct step rows[] = {
		{ "wrong",  { EVIL, BASIC(NOBODY, "x") }, 401, 0, 1 },
		{ "first",  { EVIL, BASIC(NOBODY, "x") }, 401, 0, 0 },
		{ "second", { EVIL, BASIC(NOBODY, "x") }, 401, 0, 0 },
		{ "third",  { EVIL, BASIC(NOBODY, "x") }, 401, 0, 0 },
		{ "fourth", { EVIL, BASIC(NOBODY, "x") }, 401, 0, 0 },
		{ "fifth",  { EVIL, BASIC(NOBODY, "x") }, 429, 300, 0 },
	};
	struct box box;

	start(&box);
	TELL(&box, rows);
	box_close(&box);
}

/* A secret that becomes right is right at once, and its refusals stay forgotten. */
static void
becomes_right(void)
{
	static const struct step before[] = {
		{ "wrong", { HOME, BASIC(ALICE, "new-password") }, 401, 0, 1 },
		{ "wrong", { HOME, BASIC(ALICE, "new-password") }, 401, 0, 0 },
	}, after[] = {
		{ "set", { HOME, BASIC(ALICE, "new-password") }, 200, 0, 1 },
		{ "the former is wrong", { HOME, BASIC(ALICE, PASSWORD) }, 401, 0, 1 },
	}, disabled[] = {
		{ "disabled", { HOME, BASIC(BOB, PASSWORD) }, 401, 0, 1 },
		{ "disabled", { HOME, BASIC(BOB, PASSWORD) }, 401, 0, 0 },
	}, enabled[] = {
		{ "enabled", { HOME, BASIC(BOB, PASSWORD) }, 200, 0, 1 },
	}, absent[] = {
		{ "absent", { HOME, BASIC(NOBODY, PASSWORD) }, 401, 0, 1 },
		{ "absent", { HOME, BASIC(NOBODY, PASSWORD) }, 401, 0, 0 },
	}, added[] = {
		{ "added", { HOME, BASIC(NOBODY, PASSWORD) }, 200, 0, 1 },
	};
	struct user user;
	const char *why;
	struct box box;
	struct auth *auth;

	start(&box);
	auth = box.auth;
	TELL(&box, before);
	EXPECT_VERDICT("Alice", user_by_email(auth, ALICE, &user), 0);
	EXPECT_VERDICT("set", user_set_password(auth, &user.id, "new-password", 12, false, NOW_MS,
	    &why), 0);
	TELL(&box, after);
	EXPECT_VERDICT("Bob", user_by_email(auth, BOB, &user), 0);
	EXPECT_VERDICT("disable", user_disable(auth, &user.id, NOW_MS), 0);
	TELL(&box, disabled);
	EXPECT_VERDICT("enable", store_user_enable(auth->store, &user.id, NOW_MS), 0);
	TELL(&box, enabled);
	TELL(&box, absent);
	user = user_new(NOW_MS);
	strcpy(user.email, NOBODY);
	EXPECT_VERDICT("add", user_add(auth, &user, PASSWORD, strlen(PASSWORD), &why), 0);
	TELL(&box, added);
	box_close(&box);
}

static void
ha1bs(void)
{
	struct user user;
	const char *why;
	struct box box;

	start(&box);
	{
		const char *wrong = "00000000000000000000000000000002", *right = box_ha1b(&box);
		const struct step rows[] = {
			{ "wrong",  { HOME, .ha1b = wrong }, 401, 0, 0 },
			{ "first",  { HOME, .ha1b = wrong }, 401, 0, 0 },
			{ "second", { HOME, .ha1b = wrong }, 401, 0, 0 },
			{ "third",  { HOME, .ha1b = wrong }, 401, 0, 0 },
			{ "fourth", { HOME, .ha1b = wrong }, 401, 0, 0 },
			{ "fifth",  { HOME, .ha1b = wrong }, 429, 300, 0 },
			{ "elsewhere", { OFFICE, .ha1b = wrong }, 401, 0, 0 },
			{ "the right one", { HOME, .ha1b = right }, 200, 0, 0 },
			{ "and again the wrong one", { HOME, .ha1b = wrong }, 429, 300, 0 },
		}, former[] = {
			{ "wrong now", { HOME, .ha1b = right }, 401, 0, 0 },
			{ "wrong now", { HOME, .ha1b = right }, 401, 0, 0 },
		}, again[] = {
			{ "right again", { HOME, .ha1b = right }, 200, 0, 0 },
		};

		TELL(&box, rows);
		EXPECT_VERDICT("Alice", user_by_email(box.auth, ALICE, &user), 0);
		EXPECT_VERDICT("set", user_set_password(box.auth, &user.id, "another-one",
		    11, false, NOW_MS, &why), 0);
		TELL(&box, former);
		EXPECT_VERDICT("set", user_set_password(box.auth, &user.id, PASSWORD,
		    strlen(PASSWORD), false, NOW_MS, &why), 0);
		TELL(&box, again);
	}
	box_close(&box);
}

/* A token of no user may be repeated without limit: its client can only log in again. */
static void
tokens(void)
{
	struct box box;

	start(&box);
	for (int i = 0; i < 50; i++)
		EXPECT_INT("401 for ever", box_ask(&box, &(struct ask){ HOME,
		    .x_auth_token = "a.b.c" }).status, 401);
	box_close(&box);
}

static void
shared(void)
{
	static const struct step first[] = {
		{ "wrong", { HOME, BASIC(ALICE, "old") }, 401, 0, 1 },
	}, other[] = {
		{ "known to another worker", { HOME, BASIC(ALICE, "old") }, 401, 0, 0 },
	};
	struct box box;

	start(&box);
	TELL(&box, first);
	box_reopen(&box);
	TELL(&box, other);
	box_close(&box);
}

static void
exempt(void)
{
	static const char *const networks[] = { "192.0.2.1" };
	struct box box;

	box_open_guarded(&box, test_directory());
	box.conf->throttle_exempt = (struct conf_list){ (const char **)networks, 1 };
	box_reopen(&box);
	for (int i = 0; i < 8; i++)
		EXPECT_INT("401", box_ask(&box, &(struct ask){ HOME, BASIC(ALICE, "old") }).status,
		    401);
	EXPECT_INT("each was hashed", box_hashes(&box), 8);
	box_close(&box);
}

/* A refusal by a clock that was ahead is not remembered until that time comes. */
static void
set_back(void)
{
	static const struct step ahead[] = {
		{ "wrong",    { EVIL, BASIC(ALICE, "x") }, 401, 0, 1 },
		{ "repeated", { EVIL, BASIC(ALICE, "x") }, 401, 0, 0 },
	}, back[] = {
		{ "evaluated again", { EVIL, BASIC(ALICE, "x") }, 401, 0, 1 },
		{ "remembered", { EVIL, BASIC(ALICE, "x") }, 401, 0, 0 },
	};
	struct box box;

	start(&box);
	box.now_ms = NOW_MS + DAY;
	TELL(&box, ahead);
	box.now_ms = NOW_MS;
	TELL(&box, back);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "set back", set_back },
	{ "loops", loops },
	{ "nobodies", nobodies },
	{ "becomes right", becomes_right },
	{ "HA1B", ha1bs },
	{ "tokens", tokens },
	{ "shared", shared },
	{ "exempt", exempt },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("refused secrets", tests);
