// SPDX-License-Identifier: ISC
/* tests/contract/webitel_contract.c - sessions beside bearer tokens, domain tokens, roles. */
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
	static const struct { const char *row; unsigned id; int64_t now_ms; int as_token, as_session; }
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
	EXPECT_VERDICT("behind a session", store_token_list(st, &mem, &user, &session, 9, NOW_MS,
	    &list, &count), V_NOT_FOUND);
	EXPECT_VERDICT("behind a token", store_session_list(st, &mem, &user, &bearer, 9, NOW_MS,
	    &list, &count), V_NOT_FOUND);
	EXPECT_INT("untouched", count, 99);
	EXPECT_VERDICT("page", store_session_list(st, &mem, &user, &session, 9, NOW_MS, &list,
	    &count), 0);
	EXPECT_INT("page", count, 1);
	EXPECT_VERDICT("another's", store_session_list(st, &mem, &other, NULL, 9, NOW_MS, &list,
	    &count), 0);
	EXPECT_INT("another's", count, 0);
}

/* Bearer tokens are refused at the cap, sessions push out the oldest; neither counts the other. */
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

/* An ended session leaves room by itself: a live one is not pushed out for it. */
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

	EXPECT_VERDICT("drop all", store_tokens_drop_of_user(st, &user, NOW_MS, &count), 0);
	EXPECT_INT("bearer tokens alone", count, 2);
	expect_list("bearer tokens", st, false, NOW_MS, NULL, 0);
	EXPECT_LIST("sessions", st, true, NOW_MS, 3, 4);
	/* a password change ends sessions by the generation they carry */
	EXPECT_VERDICT("password", store_user_password(st, &password, "", 8, false), 0);
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

/* --- static tokens of domains ------------------------------------------------ */

static void
domain_tokens(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct domain_token token = contract_domain_token(1, "a.example"), other = token, out;

	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("get", store_domain_token_get(st, "a.example", &token.id, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("enable", store_domain_token_enable(st, "a.example", &token.id, true),
	    V_NOT_FOUND);
	EXPECT_VERDICT("drop", store_domain_token_drop(st, "a.example", &token.id), V_NOT_FOUND);
	EXPECT_VERDICT("add", store_domain_token_add(st, &token, LIMIT, 50), 0);
	EXPECT_VERDICT("again", store_domain_token_add(st, &token, LIMIT, 50), 0);
	strcpy(other.role, "root");
	EXPECT_VERDICT("another", store_domain_token_add(st, &other, LIMIT, 50), V_EXISTS);
	EXPECT_VERDICT("no such", store_domain_token_get(st, "b.example", &token.id, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("part of it", store_domain_token_get(st, "a.exampl", &token.id, &out),
	    V_NOT_FOUND);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
	EXPECT_VERDICT("enable there", store_domain_token_enable(st, "b.example", &token.id, false),
	    V_NOT_FOUND);
	EXPECT_VERDICT("drop there", store_domain_token_drop(st, "b.example", &token.id),
	    V_NOT_FOUND);
	EXPECT_VERDICT("get", store_domain_token_get(st, "a.example", &token.id, &out), 0);
	EXPECT_TRUE("as added", record_same(&domain_token_kind, &out, &token));
	for (int on = 0; on < 2; on++) {
		EXPECT_VERDICT("switch", store_domain_token_enable(st, "a.example", &token.id, on),
		    0);
		EXPECT_VERDICT("again", store_domain_token_enable(st, "a.example", &token.id, on),
		    0);
		EXPECT_VERDICT("get", store_domain_token_get(st, "a.example", &token.id, &out), 0);
		token.enabled = on;
		EXPECT_TRUE("that alone", record_same(&domain_token_kind, &out, &token));
	}
	EXPECT_VERDICT("drop", store_domain_token_drop(st, "a.example", &token.id), 0);
	EXPECT_VERDICT("again", store_domain_token_drop(st, "a.example", &token.id), V_NOT_FOUND);
}

static void
domain_token_list(void)
{
	static const struct { const char *row, *domain; size_t count; unsigned ids[5]; } t[] = {
		{ "all",            NULL,  5, { 3, 1, 5, 2, 4 } },
		{ "one domain",     "a",   1, { 3 } },
		{ "begins alike",   "a.b", 2, { 1, 5 } },
		{ "another",        "b",   2, { 2, 4 } },
		{ "half of a name", "a.",  0, { 0 } },
		{ "none",           "c",   0, { 0 } },
		{ "no name",        "",    0, { 0 } },
	};
	static const struct { unsigned id; const char *domain; } tokens[] = {
		{ 4, "b" }, { 5, "a.b" }, { 3, "a" }, { 1, "a.b" }, { 2, "b" },
	};
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct domain_token *list, token;
	struct uuid id;
	size_t count;

	for (size_t i = 0; i < NELEM(tokens); i++) {
		token = contract_domain_token(tokens[i].id, tokens[i].domain);
		EXPECT_VERDICT("add", store_domain_token_add(st, &token, LIMIT, 50), 0);
	}
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, store_domain_token_list(st, &mem, t[i].domain, NULL,
		    STORE_LIST_MAX, 0, &list, &count), 0);
		if (!EXPECT_INT(t[i].row, count, t[i].count))
			continue;
		for (size_t k = 0; k < count; k++) {
			id = contract_uuid(t[i].ids[k]);
			EXPECT_TRUE(t[i].row, uuid_equal(&list[k].id, &id));
		}
	}
}

/* The soonest to expire comes first, and a page follows the token it is to follow. */
static void
domain_token_pages(void)
{
	static const struct { unsigned id; const char *domain; int64_t expires_ms; } tokens[] = {
		{ 1, "b", 300 }, { 2, "b", 100 }, { 3, "a", 900 }, { 4, "b", 200 },
		{ 5, "b", 200 }, { 6, "c", 50 }, { 7, "a", 60 },
	};
	static const struct {
		const char *row, *domain;
		unsigned after;			/* 0: none */
		size_t limit;
		int64_t now_ms;
		int want;
		size_t count;
		unsigned ids[7];
	} t[] = {
		{ "all",           NULL, 0, 9, 0,   0, 7, { 7, 3, 2, 4, 5, 1, 6 } },
		{ "live",          NULL, 0, 9, 100, 0, 4, { 3, 4, 5, 1 } },
		{ "one domain",    "b",  0, 9, 0,   0, 4, { 2, 4, 5, 1 } },
		{ "a page",        NULL, 0, 3, 0,   0, 3, { 7, 3, 2 } },
		{ "the next",      NULL, 2, 3, 0,   0, 3, { 4, 5, 1 } },
		{ "the last",      NULL, 1, 3, 0,   0, 1, { 6 } },
		{ "after the last", NULL, 6, 3, 0,  0, 0, { 0 } },
		{ "of a domain",   "b",  4, 1, 0,   0, 1, { 5 } },
		{ "after one that is not live", "b", 2, 9, 100, 0, 3, { 4, 5, 1 } },
		{ "of another domain", "b", 3, 9, 0, V_NOT_FOUND, 0, { 0 } },
		{ "unknown",       NULL, 9, 9, 0,   V_NOT_FOUND, 0, { 0 } },
		{ "no room",       "b",  0, 0, 0,   0, 0, { 0 } },
	};
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct domain_token *list = NULL, token;
	struct uuid after, id;
	size_t count;

	for (size_t i = 0; i < NELEM(tokens); i++) {
		token = contract_domain_token(tokens[i].id, tokens[i].domain);
		token.expires_ms = tokens[i].expires_ms;
		EXPECT_VERDICT("add", store_domain_token_add(st, &token, LIMIT, 10), 0);
	}
	for (size_t i = 0; i < NELEM(t); i++) {
		after = contract_uuid(t[i].after);
		count = 0;
		EXPECT_VERDICT(t[i].row, store_domain_token_list(st, &mem, t[i].domain,
		    t[i].after ? &after : NULL, t[i].limit, t[i].now_ms, &list, &count), t[i].want);
		EXPECT_INT(t[i].row, count, t[i].count);
		for (size_t k = 0; k < count && k < t[i].count; k++) {
			id = contract_uuid(t[i].ids[k]);
			EXPECT_TRUE(t[i].row, uuid_equal(&list[k].id, &id));
		}
	}
}

/* Whatever their number, a list is a page of them. */
static void
many_domain_tokens(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct domain_token *list, token;
	const struct uuid *after = NULL;
	int64_t former_ms = 0;
	struct uuid last;
	size_t count, seen = 0;

	for (unsigned n = 0; n < 2500; n++) {
		token = contract_domain_token(n, "a");
		token.expires_ms = 1000 + (int64_t)(n * 7919 % 2500);
		if (store_domain_token_add(st, &token, 9999, 10) != 0)
			EXPECT_TRUE("add", false);
	}
	do {
		if (!EXPECT_VERDICT("list", store_domain_token_list(st, &mem, "a", after,
		    SIZE_MAX, 10, &list, &count), 0))
			return;
		EXPECT_TRUE("no more than a page", count <= STORE_LIST_MAX);
		for (size_t i = 0; i < count; i++) {
			EXPECT_TRUE("in order", list[i].expires_ms > former_ms);
			former_ms = list[i].expires_ms;
			last = list[i].id;
		}
		seen += count;
		after = &last;
	} while (count);
	EXPECT_INT("each once", seen, 2500);
}

/* Only live tokens of the domain count; an addition drops those that are not. */
static void
domain_token_limit(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct domain_token token[4], out;
	uint64_t count;

	for (unsigned n = 0; n < NELEM(token); n++) {
		token[n] = contract_domain_token(n, n < 3 ? "a" : "b");
		token[n].expires_ms = 100 + n;
	}
	EXPECT_VERDICT("none is too many", store_domain_token_add(st, &token[0], 0, 10), V_TOO_MANY);
	EXPECT_VERDICT("first", store_domain_token_add(st, &token[0], 2, 10), 0);
	EXPECT_VERDICT("second", store_domain_token_add(st, &token[1], 2, 10), 0);
	EXPECT_VERDICT("again", store_domain_token_add(st, &token[1], 2, 10), 0);
	EXPECT_VERDICT("third", store_domain_token_add(st, &token[2], 2, 10), V_TOO_MANY);
	EXPECT_VERDICT("not there", store_domain_token_get(st, "a", &token[2].id, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("another domain", store_domain_token_add(st, &token[3], 1, 10), 0);
	EXPECT_VERDICT("one is expired", store_domain_token_add(st, &token[2], 2, 100), 0);
	EXPECT_VERDICT("and gone", store_domain_token_get(st, "a", &token[0].id, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("prune", store_domain_tokens_prune(st, 9, 100, &count), 0);
	EXPECT_INT("nothing", (int64_t)count, 0);
	EXPECT_VERDICT("prune", store_domain_tokens_prune(st, 1, 103, &count), 0);
	EXPECT_INT("no more than that", (int64_t)count, 1);
	EXPECT_VERDICT("the first", store_domain_token_get(st, "a", &token[1].id, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("not the next", store_domain_token_get(st, "a", &token[2].id, &out), 0);
	EXPECT_VERDICT("prune", store_domain_tokens_prune(st, 9, 103, &count), 0);
	EXPECT_INT("the rest", (int64_t)count, 2);
	EXPECT_VERDICT("prune", store_domain_tokens_prune(st, 9, 103, &count), 0);
	EXPECT_INT("nothing", (int64_t)count, 0);
}

/* The same id in two domains is two tokens. */
static void
domains_apart(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct domain_token a = contract_domain_token(1, "a"), b = contract_domain_token(1, "b"), out;

	EXPECT_VERDICT("add", store_domain_token_add(st, &a, LIMIT, 50), 0);
	EXPECT_VERDICT("add", store_domain_token_add(st, &b, LIMIT, 50), 0);
	EXPECT_VERDICT("switch", store_domain_token_enable(st, "a", &a.id, false), 0);
	EXPECT_VERDICT("get", store_domain_token_get(st, "b", &b.id, &out), 0);
	EXPECT_TRUE("untouched", out.enabled);
	EXPECT_VERDICT("drop", store_domain_token_drop(st, "a", &a.id), 0);
	EXPECT_VERDICT("get", store_domain_token_get(st, "b", &b.id, &out), 0);
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
	{ "domain tokens", domain_tokens },
	{ "domain tokens: list", domain_token_list },
	{ "domain tokens: pages", domain_token_pages },
	{ "domain tokens: many", many_domain_tokens },
	{ "domain tokens: limit", domain_token_limit },
	{ "domain tokens: apart", domains_apart },
	{ "roles", roles },
	CU_TEST_INFO_NULL,
};
