// SPDX-License-Identifier: ISC
/* Logins one by one (API 12.3 and 12.4): which are one, how they are listed, and how they end. */
#include "auth/login.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "auth/session.h"
#include "auth/token.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "rows.h"
#include "store_memory/memory.h"
#include "unit.h"

#define HOME	"192.0.2.1"
#define WORK	"198.51.100.7"
#define AGENT	"curl/8.5"

/* A login or exchange at that address and time; its JWT. */
static const char *
log_in(struct box *my, const char *jwt, const char *source, const char *agent, int64_t later_ms)
{
	struct ask ask = { .authorization = jwt ? NULL : GOOD_BASIC, .x_auth_token = jwt,
	    .source = source };
	char header[512];
	struct reply reply;

	snprintf(header, sizeof header, "HTTP_USER_AGENT=%s", agent);
	ask.params[0] = header;
	my->now_ms = NOW_MS + later_ms;
	reply = box_ask(my, &ask);
	EXPECT_INT("login", reply.status, 200);
	return ask_jwt(my, &reply);
}

static struct uuid
login_of(struct box *my, const char *jwt)
{
	struct identity who = { .login_until_s = 0 };

	EXPECT_VERDICT("JWT", user_jwt_verify(my->auth, jwt, my->now_ms, &who), 0);
	return who.login;
}

static size_t
count(struct box *my, int64_t now_ms)
{
	struct user alice = box_alice(my);
	struct login_seen *list;
	size_t n = 0;

	EXPECT_VERDICT("list", login_list(my->auth, &my->mem, &alice, now_ms, &list, &n), 0);
	return n;
}

/* A client that repeats its login, and exchanges of a JWT, are one. */
static void
same(void)
{
	struct uuid first, other;
	const char *jwt;
	struct box my;

	box_open(&my, test_directory());
	jwt = log_in(&my, NULL, HOME, AGENT, 0);
	first = login_of(&my, jwt);
	EXPECT_TRUE("has one", !uuid_is_none(&first));
	for (int i = 1; i <= 50; i++) {
		other = login_of(&my, log_in(&my, NULL, HOME, AGENT, i * SECOND));
		EXPECT_TRUE("again", uuid_equal(&other, &first));
	}
	other = login_of(&my, log_in(&my, jwt, WORK, "other", 60 * SECOND));
	EXPECT_TRUE("exchanged elsewhere", uuid_equal(&other, &first));
	EXPECT_INT("one", count(&my, NOW_MS + 60 * SECOND), 1);
	other = login_of(&my, log_in(&my, NULL, HOME, AGENT, 61 * SECOND));
	EXPECT_TRUE("still the same client", uuid_equal(&other, &first));
	other = login_of(&my, log_in(&my, NULL, WORK, AGENT, 62 * SECOND));
	EXPECT_TRUE("another address", !uuid_equal(&other, &first));
	other = login_of(&my, log_in(&my, NULL, HOME, "Firefox", 63 * SECOND));
	EXPECT_TRUE("another program", !uuid_equal(&other, &first));
	EXPECT_INT("three", count(&my, NOW_MS + 70 * SECOND), 3);
	EXPECT_INT("none that has expired", count(&my, NOW_MS + 3 * DAY), 0);
	other = login_of(&my, log_in(&my, NULL, HOME, AGENT, 2 * DAY));
	EXPECT_TRUE("a new one after that", !uuid_equal(&other, &first));
	EXPECT_VERDICT("logout", user_end_logins(my.auth, &my.alice.user.id, NOW_MS), 0);
	EXPECT_INT("all have ended", count(&my, NOW_MS + 2 * DAY), 0);
	box_close(&my);
}

static struct reply
list(struct box *my, const char *jwt)
{
	return box_ask(my, &(struct ask){ .path = "/rest/session/list", .x_auth_token = jwt,
	    .source = HOME, .params = { "HTTP_USER_AGENT=" AGENT }, .later_ms = 90 * SECOND });
}

static int
end(struct box *my, const char *jwt, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	return box_ask(my, &(struct ask){ .method = "DELETE", .x_auth_token = jwt,
	    .path = arena_printf(&my->mem, "/rest/session/%s", uuid_text(text, id)) }).status;
}

static int
status(struct box *my, const char *jwt)
{
	return box_ask(my, &(struct ask){ .x_auth_token = jwt }).status;
}

/* What is kept of a client, by track_logins. */
static void
shown(void)
{
	static const struct { const char *track, *want; } t[] = {
		{ "yes", "\"kind\":\"jwt\",\"began_on\":\"2023-11-14T22:13:20.000Z\","
		    "\"last_seen_on\":\"2023-11-14T22:14:50.000Z\","
		    "\"last_seen_ip\":\"192.0.2.1\",\"user_agent\":\"curl/8.5\","
		    "\"current\":true}]}" },
		{ "time", "\"last_seen_on\":\"2023-11-14T22:14:50.000Z\",\"last_seen_ip\":null,"
		    "\"user_agent\":null,\"current\":true}]}" },
		{ "no", "\"payload\":[]}" },
	};
	struct reply reply;
	struct uuid id;
	const char *jwt;
	struct box my;

	for (size_t i = 0; i < NELEM(t); i++) {
		box_open(&my, test_directory());
		my.conf->track_logins = t[i].track;
		unlink(arena_printf(&my.mem, "%s/logins.1", my.conf->run_dir));
		box_reopen(&my);
		jwt = log_in(&my, NULL, HOME, AGENT, 0);
		id = login_of(&my, jwt);
		EXPECT_INT(t[i].track, uuid_is_none(&id), i == 2);
		reply = list(&my, jwt);
		EXPECT_INT(t[i].track, reply.status, 200);
		if (!EXPECT_TRUE(t[i].track, strstr(reply.body, t[i].want) != NULL))
			EXPECT_STRING(t[i].track, reply.body, t[i].want);
		box_close(&my);
	}
}

/* At most LOGIN_AGENT_LEN bytes, whole characters, and text. */
static void
agents(void)
{
	char most[400] = "", want[400];
	struct box my;
	const char *jwt;

	box_open(&my, test_directory());
	memset(most, 'x', 119);
	strcat(most, "\xc3\xa9\xc3\xa9");
	jwt = log_in(&my, NULL, HOME, most, 0);
	snprintf(want, sizeof want, "\"user_agent\":\"%.119s\"", most);
	(void)jwt;
	{
		struct user alice = box_alice(&my);
		struct login_seen *seen;
		size_t n;

		EXPECT_VERDICT("list", login_list(my.auth, &my.mem, &alice, NOW_MS, &seen, &n), 0);
		EXPECT_INT("one", n, 1);
		EXPECT_INT("cut between characters", strlen(seen[0].agent), 119);
		log_in(&my, NULL, WORK, "\xff\xfe", 0);
		EXPECT_VERDICT("list", login_list(my.auth, &my.mem, &alice, NOW_MS, &seen, &n), 0);
		EXPECT_INT("two", n, 2);
		EXPECT_TRUE("not what is no text", !seen[0].agent[0] != !seen[1].agent[0]);
		log_in(&my, NULL, "203.0.113.9", "a\033[2Jb", 0);
		EXPECT_VERDICT("list", login_list(my.auth, &my.mem, &alice, NOW_MS, &seen, &n), 0);
		EXPECT_INT("three", n, 3);
		for (size_t i = 0; i < n; i++)
			EXPECT_TRUE("nor what moves the cursor", !strchr(seen[i].agent, '\033'));
	}
	box_close(&my);
}

/* The end of one is felt by the next request, and by nobody else. */
static void
ended(void)
{
	struct uuid here, there, none;
	const char *home, *work, *later;
	struct box my;

	box_open(&my, test_directory());
	box_names_make(&my);
	home = log_in(&my, NULL, HOME, AGENT, 0);
	work = log_in(&my, NULL, WORK, AGENT, 0);
	later = log_in(&my, work, WORK, AGENT, 5 * SECOND);
	here = login_of(&my, home);
	there = login_of(&my, work);
	EXPECT_INT("known", status(&my, later), 200);
	EXPECT_INT("a bearer token may not", end(&my, "$b", &there), 403);
	EXPECT_INT("nor list", box_ask(&my, &(struct ask){ .path = "/rest/session/list",
	    .x_auth_token = "$t" }).status, 403);
	EXPECT_INT("end", end(&my, home, &there), 200);
	EXPECT_INT("the JWT", status(&my, work), 401);
	EXPECT_INT("what it was exchanged for", status(&my, later), 401);
	EXPECT_INT("the other", status(&my, home), 200);
	my.now_ms += SECOND;
	EXPECT_INT("again", end(&my, home, &there), 404);
	EXPECT_INT("it is no longer listed", count(&my, NOW_MS), 1);
	none = login_of(&my, log_in(&my, NULL, WORK, AGENT, 10 * SECOND));
	EXPECT_TRUE("a new one", !uuid_equal(&none, &there));
	none = uuid_new();
	EXPECT_INT("nobody's", end(&my, home, &none), 404);
	EXPECT_INT("oneself", end(&my, home, &here), 200);
	EXPECT_INT("at once", status(&my, home), 401);
	EXPECT_INT("the token", status(&my, "$b"), 200);
	box_close(&my);
}

/* Where the file was lost, or on another machine. */
static void
unknown_here(void)
{
	const char *home, *work, *bob_jwt;
	struct uuid here, there, bobs;
	struct identity bob;
	struct box my;
	char path[4096];

	box_open(&my, test_directory());
	home = log_in(&my, NULL, HOME, AGENT, 0);
	work = log_in(&my, NULL, WORK, AGENT, 0);
	bob = box_user(&my, "bob2@example.com", PASSWORD);
	here = login_of(&my, home);
	there = login_of(&my, work);
	EXPECT_VERDICT("Bob", login_begin(my.auth, &bob, &(struct client){ HOME, AGENT }, NOW_MS),
	    0);
	bob_jwt = box_jwt(&my, &bob);
	bobs = login_of(&my, bob_jwt);
	snprintf(path, sizeof path, "%s/logins.1", my.conf->run_dir);
	EXPECT_INT("lost", unlink(path), 0);
	box_reopen(&my);
	EXPECT_INT("none is known", count(&my, NOW_MS), 0);
	EXPECT_INT("still valid", status(&my, home), 200);
	EXPECT_INT("known again", count(&my, NOW_MS), 1);
	EXPECT_INT("another's", end(&my, home, &bobs), 404);
	EXPECT_INT("which is valid", status(&my, bob_jwt), 200);
	EXPECT_INT("one that is not known", end(&my, home, &there), 200);
	EXPECT_INT("has ended", status(&my, work), 401);
	my.now_ms += SECOND;
	EXPECT_INT("again", end(&my, home, &there), 404);
	EXPECT_TRUE("the same", uuid_equal(&here, &(struct uuid[]){ login_of(&my, home) }[0]));
	box_close(&my);
}

/* Sessions of Webitel beside them. */
static void
sessions(void)
{
	struct session_secrets secrets;
	struct caller caller;
	struct reply reply;
	const char *jwt;
	struct box my;

	box_open(&my, test_directory());
	jwt = log_in(&my, NULL, HOME, AGENT, SECOND);
	EXPECT_VERDICT("begin", session_begin(my.auth, &my.mem, &my.alice.user, ALICE, NOW_MS,
	    &secrets, &caller), 0);
	reply = list(&my, jwt);
	EXPECT_TRUE("not seen yet", strstr(reply.body, "\"kind\":\"webitel\","
	    "\"began_on\":\"2023-11-14T22:13:20.000Z\",\"last_seen_on\":null,"
	    "\"last_seen_ip\":null,\"user_agent\":null,\"current\":false},{") != NULL);
	EXPECT_INT("whoami", box_ask(&my, &(struct ask){ .path = "/api/v2/whoami",
	    .source = WORK, .later_ms = 5 * SECOND, .params = {
	    arena_printf(&my.mem, "HTTP_X_KEY=%s", secrets.key),
	    arena_printf(&my.mem, "HTTP_X_ACCESS_TOKEN=%s", secrets.token),
	    "HTTP_USER_AGENT=phone" } }).status, 200);
	reply = list(&my, jwt);
	EXPECT_TRUE("seen", strstr(reply.body, "\"last_seen_on\":\"2023-11-14T22:13:26.000Z\","
	    "\"last_seen_ip\":\"198.51.100.7\",\"user_agent\":\"phone\"") != NULL);
	EXPECT_INT("end", end(&my, jwt, &caller.session), 200);
	EXPECT_INT("whoami", box_ask(&my, &(struct ask){ .path = "/api/v2/whoami", .params = {
	    arena_printf(&my.mem, "HTTP_X_KEY=%s", secrets.key),
	    arena_printf(&my.mem, "HTTP_X_ACCESS_TOKEN=%s", secrets.token) } }).status, 401);
	EXPECT_INT("again", end(&my, jwt, &caller.session), 404);
	EXPECT_INT("the JWT stays", status(&my, jwt), 200);
	box_close(&my);
}

/* Ended while the clock is behind, and put right: it was no end in the past. */
static void
clock_behind(void)
{
	struct identity who = { .by_token = false };
	enum login_kind kind;
	struct uuid login;
	const char *jwt;
	struct box my;

	box_open(&my, test_directory());
	jwt = log_in(&my, NULL, HOME, AGENT, 0);
	login = login_of(&my, jwt);
	EXPECT_VERDICT("end", login_revoke(my.auth, &my.alice.user, &login, NOW_MS - 90 * DAY,
	    &kind), 0);
	for (int64_t later_ms = 0; later_ms < DAY; later_ms += DAY / 8)
		EXPECT_VERDICT("put right", user_jwt_verify(my.auth, jwt, NOW_MS + later_ms, &who),
		    V_ENDED);
	box_close(&my);
}

/* More sessions than the store lists at once. */
static void
many_sessions(void)
{
	const size_t most = 2 * STORE_LIST_MAX + 1;
	struct token session = { .ttl_s = 3600, .expires_ms = NOW_MS + DAY,
	    .hash_key = STORE_NO_KEY };
	struct login_seen *list;
	struct user alice;
	struct box my;
	size_t n = 0;

	box_open_memory(&my);
	alice = box_alice(&my);
	session.user = alice.id;
	session.gen = alice.gen;
	for (size_t i = 0; i < most; i++) {
		session.id = uuid_new();
		session.created_ms = NOW_MS + (int64_t)(i / 2) * SECOND;
		memcpy(session.digest, session.id.bytes, sizeof session.id.bytes);
		session.digest[DIGEST_LEN - 1] = 1;
		EXPECT_VERDICT("add", store_session_add(my.auth->store, &session, most, NOW_MS), 0);
	}
	EXPECT_VERDICT("list", login_list(my.auth, &my.mem, &alice, NOW_MS, &list, &n), 0);
	EXPECT_INT("all", n, most);
	for (size_t i = 1; i < n; i++)
		EXPECT_TRUE("oldest first", list[i - 1].began_s <= list[i].began_s &&
		    memcmp(&list[i - 1].id, &list[i].id, sizeof list[i].id) != 0);
	box_close(&my);
}

/* More than may be remembered as ended: all end. */
static void
too_many(void)
{
	const char *first, *jwt, *agents[] = { "a", "b", "c" };
	struct uuid id;
	struct box my;

	box_open(&my, test_directory());
	my.conf->max_tokens_per_user = 2;
	first = log_in(&my, NULL, HOME, AGENT, 0);
	for (size_t i = 0; i < NELEM(agents); i++) {
		jwt = log_in(&my, NULL, WORK, agents[i], 0);
		id = login_of(&my, jwt);
		EXPECT_INT(agents[i], end(&my, jwt, &id), 200);
		EXPECT_INT(agents[i], status(&my, jwt), 401);
		EXPECT_INT(agents[i], status(&my, first), i < 2 ? 200 : 401);
	}
	EXPECT_INT("all over", count(&my, NOW_MS), 0);
	box_close(&my);
}

/* A store that has no room to remember it still ends something: all logins. */
static void
full(void)
{
	struct identity who;
	struct uuid id;
	const char *jwt;
	struct box my;
	int all = 0, one = 0;

	for (unsigned n = 1; n < 12; n++) {
		int got;

		box_open_memory(&my);
		EXPECT_VERDICT("open", logins_open(&my.auth->logins, test_directory()), 0);
		who = my.alice;
		EXPECT_VERDICT("begin", login_begin(my.auth, &who, &(struct client){ HOME, AGENT },
		    NOW_MS), 0);
		id = who.login;
		jwt = box_jwt(&my, &who);
		store_memory_fail(my.auth->store, n, -ENOSPC);
		got = end(&my, jwt, &id);
		store_memory_fail(my.auth->store, 0, 0);
		EXPECT_INT("ended, or not", status(&my, jwt), got == 200 ? 401 : 200);
		EXPECT_TRUE("a fault is one", got == 200 || got == 503);
		all += got == 200 && box_alice(&my).gen != my.alice.user.gen;
		one += got == 200 && box_alice(&my).gen == my.alice.user.gen;
		box_close(&my);
	}
	EXPECT_INT("once all", all, 1);
	EXPECT_TRUE("else the one", one > 0);
}

/* A user with any number of programs does not drive out others. */
static void
crowd(void)
{
	struct logins *logins = NULL;
	struct login_seen seen, other = { .user = { { 9 } }, .until_s = 10, .seen_ms = 1 };

	EXPECT_VERDICT("open", logins_open(&logins, test_directory()), 0);
	for (int i = 0; i < 8; i++) {
		struct login_seen mine = { .id = { { 0, 1, [9] = (uint8_t)i } },
		    .user = { { (uint8_t)(i / 2 + 1) } }, .until_s = 10, .seen_ms = 5 + i };

		logins_note(logins, &mine);
	}
	for (int i = 0; i < 100; i++) {
		other.id = (struct uuid){ { 0, 1, [8] = 1, [9] = (uint8_t)i } };
		other.seen_ms = 100 + i;
		logins_note(logins, &other);
	}
	for (int i = 0; i < 8; i++) {
		struct uuid id = { { 0, 1, [9] = (uint8_t)i } };

		EXPECT_INT("kept", logins_find(logins, &id, LOGIN_BY_JWT, &seen), i >= 2);
	}
	logins_close(&logins);
}

static CU_TestInfo tests[] = {
	{ "same", same },
	{ "shown", shown },
	{ "agents", agents },
	{ "ended", ended },
	{ "unknown here", unknown_here },
	{ "sessions", sessions },
	{ "clock behind", clock_behind },
	{ "many sessions", many_sessions },
	{ "too many", too_many },
	{ "full", full },
	{ "crowd", crowd },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/login", tests);
