// SPDX-License-Identifier: ISC
/* tests/contract/webitel_contract.c - sessions beside bearer tokens, roles. */
#include "contract.h"

#include <string.h>

#define LIMIT 100

static struct token
session_of(unsigned n, unsigned user)
{
	struct token session = contract_token(n, user);

	session.use = TOKEN_SESSION;
	session.gen = 7;
	memset(session.proof, (int)n, sizeof session.proof);
	return session;
}

/* Two users; the first has bearer tokens 1 and 2 and sessions 3 and 4, oldest first. */
static struct store *
open_both_uses(void)
{
	struct store *st = contract_open();

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	for (unsigned n = 1; n <= 4; n++) {
		struct token token = n <= 2 ? contract_token(n, 1) : session_of(n, 1);

		token.created_ms = 100 + n;
		EXPECT_INT("add", n <= 2 ? store_token_add(st, &token, LIMIT, NOW_MS) :
		    store_session_add(st, &token, LIMIT, NOW_MS), 0);
	}
	return st;
}

static void
expect_list(const char *row, struct store *st, bool sessions, int64_t now_ms,
    const unsigned *ids, size_t want)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1), id;
	struct token *list;
	size_t count;

	EXPECT_INT(row, (sessions ? store_session_list : store_token_list)(st, &mem, &user, NULL,
	    9, now_ms, &list, &count), 0);
	if (!EXPECT_INT(row, count, want))
		return;
	for (size_t i = 0; i < count; i++) {
		id = contract_uuid(ids[i]);
		EXPECT_TRUE(row, uuid_equal(&list[i].id, &id));
		EXPECT_INT(row, list[i].use, sessions ? TOKEN_SESSION : TOKEN_BEARER);
	}
}
#define EXPECT_LIST(row, st, sessions, now_ms, ...) expect_list(row, st, sessions, now_ms, \
	(const unsigned[]){ __VA_ARGS__ }, sizeof((const unsigned[]){ __VA_ARGS__ }) / \
	sizeof(unsigned))

static void
found(void)
{
	static const struct { const char *row; unsigned id; int64_t now_ms; int as_token,
	    as_session; }
	    t[] = {
		{ "bearer token",     1, NOW_MS,     0,           V_NOT_FOUND },
		{ "session",          3, NOW_MS,     V_NOT_FOUND, 0 },
		{ "session, last ms", 3, END_MS - 1, V_NOT_FOUND, 0 },
		{ "session, ended",   3, END_MS,     V_NOT_FOUND, V_NOT_FOUND },
		{ "neither",          9, NOW_MS,     V_NOT_FOUND, V_NOT_FOUND },
	};
	GUARD(store_close) struct store *st = open_both_uses();
	struct token out;

	for (size_t i = 0; i < NELEM(t); i++) {
		const struct token token = contract_token(t[i].id, 1);

		contract_taint(&out, sizeof out);
		EXPECT_INT(t[i].row, store_token_find(st, token.digest, t[i].now_ms, &out),
		    t[i].as_token);
		EXPECT_INT(t[i].row, contract_untouched(&out, sizeof out), t[i].as_token != 0);
		contract_taint(&out, sizeof out);
		EXPECT_INT(t[i].row, store_token_get(st, &token.id, t[i].now_ms, &out),
		    t[i].as_token);
		EXPECT_INT(t[i].row, contract_untouched(&out, sizeof out), t[i].as_token != 0);
		contract_taint(&out, sizeof out);
		EXPECT_INT(t[i].row, store_session_find(st, token.digest, t[i].now_ms, &out),
		    t[i].as_session);
		EXPECT_INT(t[i].row, contract_untouched(&out, sizeof out), t[i].as_session != 0);
	}
}

static void
whole(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token session = session_of(1, 1), bearer = contract_token(2, 1), out;

	EXPECT_VERDICT("no user", store_session_add(st, &session, LIMIT, NOW_MS), V_NOT_FOUND);
	contract_add_user(st, 1);
	EXPECT_VERDICT("add", store_session_add(st, &session, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("again", store_session_add(st, &session, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("again at the cap", store_session_add(st, &session, 1, NOW_MS), 0);
	EXPECT_VERDICT("find", store_session_find(st, session.digest, NOW_MS, &out), 0);
	EXPECT_TRUE("as added", record_same(&token_kind, &out, &session));
	memcpy(bearer.digest, session.digest, sizeof bearer.digest);
	EXPECT_VERDICT("digest taken", store_token_add(st, &bearer, LIMIT, NOW_MS), V_EXISTS);
	bearer = contract_token(1, 1);
	bearer.digest[0]++;
	EXPECT_VERDICT("id taken", store_token_add(st, &bearer, LIMIT, NOW_MS), V_EXISTS);
	session.gen++;
	EXPECT_VERDICT("another", store_session_add(st, &session, LIMIT, NOW_MS), V_EXISTS);
}

static void
changed(void)
{
	GUARD(store_close) struct store *st = open_both_uses();
	struct uuid one = contract_uuid(1), two = contract_uuid(2);
	struct token bearer = contract_token(1, 1), session = session_of(3, 1), out;

	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("set a session", store_token_set(st, &one, &session, 0, NOW_MS, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("drop by digest", store_token_drop(st, &one, session.digest, NOW_MS, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("drop by id", store_token_drop_id(st, &one, &session.id, NOW_MS, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("a bearer token", store_session_drop(st, &one, &bearer.id, NOW_MS, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("another's", store_session_drop(st, &two, &session.id, NOW_MS, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("ended", store_session_drop(st, &one, &session.id, END_MS, &out),
	    V_NOT_FOUND);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
	EXPECT_LIST("all there", st, true, NOW_MS, 3, 4);
	EXPECT_VERDICT("drop", store_session_drop(st, &one, &session.id, NOW_MS, &out), 0);
	EXPECT_TRUE("what is gone", uuid_equal(&out.id, &session.id));
	EXPECT_VERDICT("again", store_session_drop(st, &one, &session.id, NOW_MS, &out),
	    V_NOT_FOUND);
	EXPECT_LIST("the other", st, true, NOW_MS, 4);
	EXPECT_LIST("bearer tokens", st, false, NOW_MS, 1, 2);
}

static void
listed(void)
{
	GUARD(store_close) struct store *st = open_both_uses();
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1), other = contract_uuid(2), bearer = contract_uuid(1),
	    session = contract_uuid(3);
	struct token *list;
	size_t count = 99;

	EXPECT_LIST("bearer tokens", st, false, NOW_MS, 1, 2);
	EXPECT_LIST("sessions", st, true, NOW_MS, 3, 4);
	expect_list("ended", st, true, END_MS, NULL, 0);
	EXPECT_VERDICT("after a session", store_token_list(st, &mem, &user, &session, 9, NOW_MS,
	    &list, &count), V_NOT_FOUND);
	EXPECT_VERDICT("after a token", store_session_list(st, &mem, &user, &bearer, 9, NOW_MS,
	    &list, &count), V_NOT_FOUND);
	EXPECT_INT("untouched", count, 99);
	EXPECT_VERDICT("page", store_session_list(st, &mem, &user, &session, 9, NOW_MS, &list,
	    &count), 0);
	EXPECT_INT("page", count, 1);
	EXPECT_VERDICT("another's", store_session_list(st, &mem, &other, NULL, 9, NOW_MS, &list,
	    &count), 0);
	EXPECT_INT("another's", count, 0);
}

/* At the cap bearer tokens are refused and sessions replace the oldest, each kind on its own. */
static void
cap(void)
{
	GUARD(store_close) struct store *st = open_both_uses();
	struct token token = contract_token(5, 1), session = session_of(6, 1);

	EXPECT_VERDICT("two tokens", store_token_add(st, &token, 2, NOW_MS), V_TOO_MANY);
	EXPECT_VERDICT("three allowed", store_token_add(st, &token, 3, NOW_MS), 0);
	session.created_ms = 200;
	EXPECT_VERDICT("third session", store_session_add(st, &session, 2, NOW_MS), 0);
	EXPECT_LIST("the oldest is gone", st, true, NOW_MS, 4, 6);
	session = session_of(7, 1);
	session.created_ms = 50;
	EXPECT_VERDICT("older than all", store_session_add(st, &session, 3, NOW_MS), 0);
	EXPECT_LIST("room for it", st, true, NOW_MS, 7, 4, 6);
	session = session_of(8, 1);
	session.created_ms = 201;
	EXPECT_VERDICT("fourth", store_session_add(st, &session, 3, NOW_MS), 0);
	EXPECT_LIST("the oldest again", st, true, NOW_MS, 4, 6, 8);
	session = session_of(9, 1);
	EXPECT_VERDICT("none allowed", store_session_add(st, &session, 0, NOW_MS), V_TOO_MANY);
	session = session_of(9, 2);
	EXPECT_VERDICT("another's first", store_session_add(st, &session, 1, NOW_MS), 0);
	EXPECT_LIST("untouched by it", st, true, NOW_MS, 4, 6, 8);
	EXPECT_LIST("bearer tokens", st, false, NOW_MS, 5, 1, 2);
}

/* An expired session leaves its place: no live one is replaced for it. */
static void
cap_with_ended(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token session = session_of(1, 1);

	contract_add_user(st, 1);
	EXPECT_VERDICT("live", store_session_add(st, &session, 2, NOW_MS), 0);
	session = session_of(2, 1);
	session.expires_ms = NOW_MS + 1;
	EXPECT_VERDICT("short", store_session_add(st, &session, 2, NOW_MS), 0);
	session = session_of(3, 1);
	EXPECT_VERDICT("third", store_session_add(st, &session, 2, NOW_MS + 1), 0);
	EXPECT_LIST("the live ones", st, true, NOW_MS + 1, 1, 3);
}

/* What happens to a user, and which of its tokens 1, 2 and sessions 3, 4 are left. */
static void
lives(void)
{
	GUARD(store_close) struct store *st = open_both_uses();
	struct uuid user = contract_uuid(1);
	struct password password = contract_password(1);
	struct store_counts sums;
	uint64_t count = 99;

	EXPECT_VERDICT("drop all", store_tokens_drop_of_user(st, &user, 77, NOW_MS, &count), 0);
	EXPECT_INT("bearer tokens alone", count, 2);
	expect_list("bearer tokens", st, false, NOW_MS, NULL, 0);
	EXPECT_LIST("sessions", st, true, NOW_MS, 3, 4);
	/* a password change ends sessions by the generation they carry */
	EXPECT_VERDICT("password", store_user_password(st, &password, NULL, 8, false), 0);
	EXPECT_LIST("stay as rows", st, true, NOW_MS, 3, 4);
	EXPECT_VERDICT("disable", store_user_disable(st, &user, 9, NOW_MS), 0);
	EXPECT_LIST("stay as rows", st, true, NOW_MS, 3, 4);
	EXPECT_VERDICT("enable", store_user_enable(st, &user, NOW_MS), 0);
	EXPECT_VERDICT("logout", store_user_logout(st, &user, 10, NOW_MS, &count), 0);
	EXPECT_INT("no bearer token", count, 0);
	expect_list("logged out", st, true, NOW_MS, NULL, 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("nothing left", sums.tokens, 0);
}

static void
ends_with_its_user(void)
{
	for (int keep = 0; keep < 2; keep++) {
		GUARD(store_close) struct store *st = open_both_uses();
		struct token session = session_of(3, 1), out;
		struct store_counts sums;

		EXPECT_VERDICT("delete", store_user_delete(st, &session.user, keep, NOW_MS), 0);
		EXPECT_VERDICT("gone", store_session_find(st, session.digest, NOW_MS, &out),
		    V_NOT_FOUND);
		EXPECT_VERDICT("no more", store_session_add(st, &session, LIMIT, NOW_MS),
		    V_NOT_FOUND);
		EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
		EXPECT_INT("nothing left", sums.tokens, 0);
	}
}

static void
swept(void)
{
	GUARD(store_close) struct store *st = open_both_uses();
	struct token session = session_of(9, 1);
	uint64_t count;

	session.expires_ms = END_MS + 1;
	EXPECT_VERDICT("prune", store_tokens_prune(st, 3, END_MS, &count), 0);
	EXPECT_INT("of both uses", count, 3);
	EXPECT_VERDICT("add", store_session_add(st, &session, LIMIT, END_MS), 0);
	EXPECT_INT("the rest is swept or pruned", contract_live(st, END_MS), 1);
}

/* --- roles -------------------------------------------------------------------- */

static void
roles(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct role role = contract_role(2), other = contract_role(1), out, *list;
	size_t count;

	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("get", store_role_get(st, role.name, &out), V_NOT_FOUND);
	EXPECT_VERDICT("drop", store_role_drop(st, role.name), V_NOT_FOUND);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
	EXPECT_VERDICT("list", store_role_list(st, &mem, &list, &count), 0);
	EXPECT_INT("empty", count, 0);
	EXPECT_VERDICT("set", store_role_set(st, &role), 0);
	EXPECT_VERDICT("another", store_role_set(st, &other), 0);
	strcpy(role.acl, "{\"book\":[\"*\"]}");
	role.modified_ms = 99;
	EXPECT_VERDICT("over it", store_role_set(st, &role), 0);
	role.modified_ms = 100;
	EXPECT_VERDICT("the same again", store_role_set(st, &role), 0);
	role.modified_ms = 99;
	EXPECT_VERDICT("get", store_role_get(st, role.name, &out), 0);
	EXPECT_TRUE("the last", record_same(&role_kind, &out, &role));
	EXPECT_VERDICT("list", store_role_list(st, &mem, &list, &count), 0);
	if (EXPECT_INT("two", count, 2)) {
		EXPECT_TRUE("by name", record_same(&role_kind, &list[0], &other));
		EXPECT_TRUE("by name", record_same(&role_kind, &list[1], &role));
	}
	EXPECT_VERDICT("another case", store_role_get(st, "Role 2", &out), V_NOT_FOUND);
	EXPECT_VERDICT("half a name", store_role_get(st, "role", &out), V_NOT_FOUND);
	EXPECT_VERDICT("drop", store_role_drop(st, role.name), 0);
	EXPECT_VERDICT("again", store_role_drop(st, role.name), V_NOT_FOUND);
	memset(role.acl, 'a', sizeof role.acl - 1);
	EXPECT_VERDICT("as long as can be", store_role_set(st, &role), 0);
	EXPECT_VERDICT("get", store_role_get(st, role.name, &out), 0);
	EXPECT_TRUE("all of it", record_same(&role_kind, &out, &role));
}

CU_TestInfo webitel_tests[] = {
	{ "sessions: find", found },
	{ "sessions: as they were added", whole },
	{ "sessions: change and drop", changed },
	{ "sessions: list", listed },
	{ "sessions: cap", cap },
	{ "sessions: cap with ended ones", cap_with_ended },
	{ "sessions: life of a user", lives },
	{ "sessions: end of a user", ends_with_its_user },
	{ "sessions: sweep", swept },
	{ "roles", roles },
	CU_TEST_INFO_NULL,
};
