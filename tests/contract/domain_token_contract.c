// SPDX-License-Identifier: ISC
/* tests/contract/domain_token_contract.c - static tokens of domains. */
#include "contract.h"

#include <stdio.h>
#include <string.h>

#define LIMIT 100

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

/* Only live tokens of the domain count; an addition drops those that ended a day ago. */
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
	EXPECT_VERDICT("none is too many", store_domain_token_add(st, &token[0], 0, 10),
	    V_TOO_MANY);
	EXPECT_VERDICT("first", store_domain_token_add(st, &token[0], 2, 10), 0);
	EXPECT_VERDICT("second", store_domain_token_add(st, &token[1], 2, 10), 0);
	EXPECT_VERDICT("again", store_domain_token_add(st, &token[1], 2, 10), 0);
	EXPECT_VERDICT("third", store_domain_token_add(st, &token[2], 2, 10), V_TOO_MANY);
	EXPECT_VERDICT("not there", store_domain_token_get(st, "a", &token[2].id, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("another domain", store_domain_token_add(st, &token[3], 1, 10), 0);
	EXPECT_VERDICT("one is expired", store_domain_token_add(st, &token[2], 2, 100), 0);
	EXPECT_VERDICT("and stays a day", store_domain_token_get(st, "a", &token[0].id, &out), 0);
	EXPECT_VERDICT("prune", store_domain_tokens_prune(st, 9, 100, &count), 0);
	EXPECT_INT("which it is not for", (int64_t)count, 1);
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

/* As the clock goes on, so that it is believed. */
static void
domain_tokens_end(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct domain_token ended = contract_domain_token(1, "a"), more, out;
	const int64_t end_ms = 100 + STORE_GRACE_MS;

	ended.expires_ms = 100;
	EXPECT_VERDICT("add", store_domain_token_add(st, &ended, 9, 10), 0);
	for (unsigned i = 2; i < 5; i++) {
		more = contract_domain_token(i, "a");
		more.expires_ms = 2 * end_ms;
		EXPECT_VERDICT("more", store_domain_token_add(st, &more, 9, end_ms * (i - 1) / 3), 0);
		EXPECT_VERDICT("gone after a day", store_domain_token_get(st, "a", &ended.id, &out),
		    i < 4 ? 0 : V_NOT_FOUND);
	}
}

/* The same id in two domains is two tokens. */
static void
domains_apart(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct domain_token a = contract_domain_token(1, "a"), b = contract_domain_token(1, "b"),
	    out;

	EXPECT_VERDICT("add", store_domain_token_add(st, &a, LIMIT, 50), 0);
	EXPECT_VERDICT("add", store_domain_token_add(st, &b, LIMIT, 50), 0);
	EXPECT_VERDICT("switch", store_domain_token_enable(st, "a", &a.id, false), 0);
	EXPECT_VERDICT("get", store_domain_token_get(st, "b", &b.id, &out), 0);
	EXPECT_TRUE("untouched", out.enabled);
	EXPECT_VERDICT("drop", store_domain_token_drop(st, "a", &a.id), 0);
	EXPECT_VERDICT("get", store_domain_token_get(st, "b", &b.id, &out), 0);
}

CU_TestInfo domain_token_tests[] = {
	{ "end", domain_tokens_end },
	{ "life", domain_tokens },
	{ "list", domain_token_list },
	{ "pages", domain_token_pages },
	{ "many", many_domain_tokens },
	{ "limit", domain_token_limit },
	{ "apart", domains_apart },
	CU_TEST_INFO_NULL,
};
