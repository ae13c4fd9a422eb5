// SPDX-License-Identifier: ISC
/* tests/contract/token_contract.c - tokens: owners, expiry, caps, order and sweeping. */
#include "contract.h"

#include <string.h>

#define LIMIT 100

static void
add_token(struct store *st, unsigned n, unsigned user, int64_t created_ms, int64_t expires_ms)
{
	struct token token = contract_token(n, user);

	token.created_ms = created_ms;
	token.expires_ms = expires_ms;
	EXPECT_VERDICT("add a token", store_token_add(st, &token, LIMIT, 1), 0);
}

static void
absent(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct token token = contract_token(1, 1), out, *list;
	struct uuid user = contract_uuid(1);
	uint64_t sum = 7;
	size_t count;

	contract_taint(&out, sizeof out);
	for (unsigned i = 0; i < 2; i++) {
		EXPECT_VERDICT("find", store_token_find(st, token.digest, 1, &out), V_NOT_FOUND);
		EXPECT_VERDICT("get", store_token_get(st, &token.id, 1, &out), V_NOT_FOUND);
		EXPECT_VERDICT("set", store_token_set(st, &user, &token, 0, 1, &out), V_NOT_FOUND);
		EXPECT_VERDICT("drop", store_token_drop(st, &user, token.digest, 1, &out),
		    V_NOT_FOUND);
		EXPECT_VERDICT("drop by id", store_token_drop_id(st, &user, &token.id, 1, &out),
		    V_NOT_FOUND);
		EXPECT_VERDICT("list", store_token_list(st, &mem, &user, NULL, 5, 1, &list, &count),
		    0);
		EXPECT_INT("empty", count, 0);
		if (i == 0)
			contract_add_user(st, 1);
	}
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
	EXPECT_VERDICT("drop all", store_tokens_drop_of_user(st, &user, 77, 1, &sum), 0);
	EXPECT_INT("none", sum, 0);
	EXPECT_VERDICT("prune", store_tokens_prune(st, 5, 1, &sum), 0);
	EXPECT_INT("none", sum, 0);
}

static void
add(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), other, out;

	EXPECT_VERDICT("no user", store_token_add(st, &token, LIMIT, NOW_MS), V_NOT_FOUND);
	contract_add_user(st, 1);
	contract_add_user(st, 2);
	EXPECT_VERDICT("add", store_token_add(st, &token, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("again", store_token_add(st, &token, LIMIT, NOW_MS), 0);
	EXPECT_VERDICT("again at the cap", store_token_add(st, &token, 1, NOW_MS), 0);
	other = token;
	strcpy(other.name, "another");
	EXPECT_VERDICT("other name", store_token_add(st, &other, LIMIT, NOW_MS), V_EXISTS);
	other = contract_token(2, 1);
	other.id = token.id;
	EXPECT_VERDICT("id taken", store_token_add(st, &other, LIMIT, NOW_MS), V_EXISTS);
	other = contract_token(2, 2);
	memcpy(other.digest, token.digest, sizeof other.digest);
	EXPECT_VERDICT("digest taken", store_token_add(st, &other, LIMIT, NOW_MS), V_EXISTS);
	EXPECT_VERDICT("taken at the cap", store_token_add(st, &other, 0, NOW_MS), V_EXISTS);
	EXPECT_VERDICT("find", store_token_find(st, token.digest, NOW_MS, &out), 0);
	EXPECT_TRUE("as added", record_same(&token_kind, &out, &token));
	EXPECT_VERDICT("get", store_token_get(st, &token.id, NOW_MS, &out), 0);
	EXPECT_TRUE("as added", record_same(&token_kind, &out, &token));
	EXPECT_VERDICT("not there", store_token_get(st, &other.id, NOW_MS, &out), V_NOT_FOUND);
}

/* What a new token meets that expired does not stand in its way. */
static void
add_over_expired(void)
{
	static const struct { const char *row; unsigned id, digest; } t[] = {
		{ "same id",           1, 9 },
		{ "same digest",       9, 1 },
		{ "both",              1, 1 },
		{ "one each of two",   1, 2 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token token = contract_token(t[i].digest, 2), out;

		contract_add_user(st, 1);
		contract_add_user(st, 2);
		add_token(st, 1, 1, 100, 150);
		add_token(st, 2, 1, 100, 150);
		token.id = contract_uuid(t[i].id);
		EXPECT_VERDICT(t[i].row, store_token_add(st, &token, LIMIT, 149), V_EXISTS);
		EXPECT_VERDICT(t[i].row, store_token_add(st, &token, LIMIT, 150), 0);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, 150, &out), 0);
		EXPECT_VERDICT(t[i].row, store_token_get(st, &token.id, 150, &out), 0);
		EXPECT_TRUE(t[i].row, record_same(&token_kind, &out, &token));
	}
}

static void
cap(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token, out;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	for (unsigned i = 1; i <= 3; i++)
		add_token(st, i, 1, 100, i == 1 ? 150 : END_MS);
	add_token(st, 4, 2, 100, END_MS);
	token = contract_token(5, 1);
	EXPECT_VERDICT("none allowed", store_token_add(st, &token, 0, 149), V_TOO_MANY);
	EXPECT_VERDICT("fewer allowed", store_token_add(st, &token, 2, 149), V_TOO_MANY);
	EXPECT_VERDICT("three live", store_token_add(st, &token, 3, 149), V_TOO_MANY);
	EXPECT_VERDICT("not there", store_token_get(st, &token.id, 149, &out), V_NOT_FOUND);
	EXPECT_VERDICT("another user's", store_token_get(st, &token.id, 149, &out), V_NOT_FOUND);
	EXPECT_VERDICT("one expired", store_token_add(st, &token, 3, 150), 0);
	token = contract_token(6, 1);
	EXPECT_VERDICT("three live again", store_token_add(st, &token, 3, 150), V_TOO_MANY);
	EXPECT_VERDICT("four allowed", store_token_add(st, &token, 4, 150), 0);
}

static void
expiry(void)
{
	static const struct { const char *row; int64_t now_ms; int want; } t[] = {
		{ "long before", 1,              0 },
		{ "before",      END_MS - 1,     0 },
		{ "at",          END_MS,         V_NOT_FOUND },
		{ "after",       END_MS + 1,     V_NOT_FOUND },
		{ "for ever",    INT64_MAX,      V_NOT_FOUND },
	};
	struct token token = contract_token(1, 1), out;
	struct uuid user = contract_uuid(1);

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		GUARD(arena_free) struct arena mem = { 0 };
		struct token *list;
		size_t count = 99;

		contract_add_user(st, 1);
		add_token(st, 1, 1, 100, END_MS);
		contract_taint(&out, sizeof out);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, t[i].now_ms, &out),
		    t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_get(st, &token.id, t[i].now_ms, &out),
		    t[i].want);
		EXPECT_INT(t[i].row, contract_untouched(&out, sizeof out), t[i].want != 0);
		EXPECT_VERDICT(t[i].row, store_token_list(st, &mem, &user, NULL, 5, t[i].now_ms,
		    &list, &count), 0);
		EXPECT_INT(t[i].row, count, !t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_list(st, &mem, &user, &token.id, 5,
		    t[i].now_ms, &list, &count), t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_set(st, &user, &token, 0, t[i].now_ms, &out),
		    t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_drop(st, &user, token.digest, t[i].now_ms,
		    &out), t[i].want);
	}
}

static void
ownership(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid other = contract_uuid(2), nobody = contract_uuid(3);
	struct token token = contract_token(1, 1), out, *list;
	size_t count = 99;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	add_token(st, 1, 1, 100, END_MS);
	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("set", store_token_set(st, &other, &token, 0, 1, &out), V_NOT_FOUND);
	EXPECT_VERDICT("drop", store_token_drop(st, &other, token.digest, 1, &out), V_NOT_FOUND);
	EXPECT_VERDICT("by id", store_token_drop_id(st, &other, &token.id, 1, &out), V_NOT_FOUND);
	EXPECT_VERDICT("nobody", store_token_drop_id(st, &nobody, &token.id, 1, &out), V_NOT_FOUND);
	EXPECT_VERDICT("after", store_token_list(st, &mem, &other, &token.id, 5, 1, &list, &count),
	    V_NOT_FOUND);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out) && count == 99);
	EXPECT_VERDICT("still there", store_token_find(st, token.digest, 1, &out), 0);
	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("its owner", store_token_drop_id(st, &token.user, &token.id, 1, &out), 0);
	token.expires_ms = END_MS;
	EXPECT_TRUE("what is gone", record_same(&token_kind, &out, &token));
	EXPECT_VERDICT("again", store_token_drop(st, &token.user, token.digest, 1, &out),
	    V_NOT_FOUND);
}

static void
set(void)
{
	GUARD(store_close) struct store *st = contract_open();
	uint64_t name = contract_bit(&token_kind, "name"), ttl = contract_bit(&token_kind, "ttl"),
	    end = contract_bit(&token_kind, "expired_on"), count;
	struct token token = contract_token(1, 1), want = token, out;

	contract_add_user(st, 1);
	EXPECT_VERDICT("add", store_token_add(st, &token, LIMIT, NOW_MS), 0);
	token.created_ms = 1;
	token.user = contract_uuid(2);
	token.digest[0]++;
	strcpy(token.name, "new");
	token.ttl_s = 60;
	token.expires_ms = 5000;
	EXPECT_VERDICT("name", store_token_set(st, &want.user, &token, name, 1100, &out), 0);
	strcpy(want.name, "new");
	want.modified_ms = 1100;
	EXPECT_TRUE("only the name", record_same(&token_kind, &out, &want));
	EXPECT_VERDICT("end", store_token_set(st, &want.user, &token, end | ttl, 1200, &out), 0);
	want.modified_ms = 1200;
	want.ttl_s = 60;
	want.expires_ms = 5000;
	EXPECT_TRUE("later", record_same(&token_kind, &out, &want));
	EXPECT_VERDICT("lives", store_token_find(st, want.digest, END_MS, &out), 0);
	EXPECT_VERDICT("prune", store_tokens_prune(st, 9, 4999, &count), 0);
	EXPECT_INT("nothing", count, 0);
	EXPECT_VERDICT("all bits", store_token_set(st, &want.user, &token, UINT64_MAX, 1300, &out),
	    0);
	EXPECT_TRUE("none but what may change", record_same(&token_kind, &out, &want));
	token.expires_ms = 1500;
	EXPECT_VERDICT("sooner", store_token_set(st, &want.user, &token, end, 1400, &out), 0);
	EXPECT_VERDICT("ended", store_token_find(st, want.digest, 1500, &out), V_NOT_FOUND);
	EXPECT_VERDICT("revived", store_token_set(st, &want.user, &token, end, 1500, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("prune", store_tokens_prune(st, 9, 1500, &count), 0);
	EXPECT_INT("one", count, 1);
}

static void
list(void)
{
	static const struct {
		const char *row;
		unsigned after;
		size_t limit;
		int64_t now_ms;
		int want;
		unsigned count, ids[5];
	} t[] = {
		{ "all",             0, SIZE_MAX, 149, 0,           5, { 5, 3, 1, 2, 4 } },
		{ "one expired",     0, 9,        150, 0,           4, { 5, 1, 2, 4 } },
		{ "none wanted",     0, 0,        149, 0,           0, { 0 } },
		{ "first two",       0, 2,        149, 0,           2, { 5, 3 } },
		{ "two live",        0, 2,        150, 0,           2, { 5, 1 } },
		{ "after the tie",  1, 2,        149, 0,           2, { 2, 4 } },
		{ "after the last", 4, 2,        149, 0,           0, { 0 } },
		{ "after live 3",    3, 1,        149, 0,           1, { 1 } },
		{ "after expired 3", 3, 1,        150, V_NOT_FOUND, 0, { 0 } },
		{ "after another's", 6, 1,        149, V_NOT_FOUND, 0, { 0 } },
		{ "after nothing",   7, 1,        149, V_NOT_FOUND, 0, { 0 } },
		{ "all expired",     0, 9,        END_MS, 0,        0, { 0 } },
	};
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1), after, id;
	struct token *tokens;
	size_t count;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	add_token(st, 4, 1, 130, END_MS);
	add_token(st, 2, 1, 120, END_MS);
	add_token(st, 1, 1, 120, END_MS);
	add_token(st, 3, 1, 110, 150);
	add_token(st, 5, 1, -50, END_MS);
	add_token(st, 6, 2, 115, END_MS);
	for (size_t i = 0; i < NELEM(t); i++) {
		after = contract_uuid(t[i].after);
		count = 99;
		EXPECT_VERDICT(t[i].row, store_token_list(st, &mem, &user,
		    t[i].after ? &after : NULL, t[i].limit, t[i].now_ms, &tokens, &count),
		    t[i].want);
		EXPECT_INT(t[i].row, count, t[i].want ? 99 : t[i].count);
		for (unsigned k = 0; k < t[i].count && k < count; k++) {
			id = contract_uuid(t[i].ids[k]);
			EXPECT_TRUE(t[i].row, uuid_equal(&tokens[k].id, &id));
		}
	}
}

static void
drop_of_user(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct uuid user = contract_uuid(1), other = contract_uuid(2);
	struct store_counts sums;
	uint64_t count = 99;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	for (unsigned i = 1; i <= 40; i++)
		add_token(st, i, i % 2 ? 1 : 2, 100 + i, i <= 10 ? 150 : END_MS);
	EXPECT_VERDICT("drop", store_tokens_drop_of_user(st, &user, 77, 150, &count), 0);
	EXPECT_INT("live ones", count, 15);
	EXPECT_INT("the other's, live", contract_live(st, 150), 15);
	EXPECT_VERDICT("again", store_tokens_drop_of_user(st, &user, 77, 150, &count), 0);
	EXPECT_INT("none", count, 0);
	EXPECT_VERDICT("other", store_tokens_drop_of_user(st, &other, 77, END_MS, &count), 0);
	EXPECT_INT("all expired", count, 0);
	EXPECT_VERDICT("counts", store_counts(st, &sums), 0);
	EXPECT_INT("nothing left", sums.tokens, 0);
}

static void
prune(void)
{
	static const struct {
		const char *row;
		uint64_t limit;
		int64_t now_ms;
		uint64_t want;
	} t[] = {
		{ "too early",  99,         199, 0 },
		{ "none",       0,          300, 0 },
		{ "at the end", 99,         200, 1 },
		{ "again",      99,         200, 0 },
		{ "two",        2,          210, 2 },
		{ "the rest",   UINT64_MAX, 230, 28 },
		{ "is empty",   UINT64_MAX, 999, 9 },
	};
	GUARD(store_close) struct store *st = contract_open();
	struct token token, out;
	uint64_t count;

	contract_add_user(st, 1);
	for (unsigned i = 0; i < 40; i++)
		add_token(st, 100 - i, 1, 100, 200 + i);
	for (size_t i = 0; i < NELEM(t); i++) {
		count = 99;
		EXPECT_VERDICT(t[i].row, store_tokens_prune(st, t[i].limit, t[i].now_ms, &count),
		    0);
		EXPECT_INT(t[i].row, count, t[i].want);
	}
	token = contract_token(100, 1);
	EXPECT_VERDICT("gone even then", store_token_find(st, token.digest, 1, &out), V_NOT_FOUND);
}

/* A back end may sweep in passing, but never removes a live token. */
static void
sweep(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), out;
	struct uuid user = contract_uuid(1);
	uint64_t count;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	add_token(st, 1, 1, 100, END_MS);
	add_token(st, 300, 1, 100, 151);
	for (unsigned i = 2; i <= 81; i++)
		add_token(st, i, 2, 100, 150);
	EXPECT_VERDICT("set", store_token_set(st, &user, &token, 0, 150, &out), 0);
	token = contract_token(200, 1);
	EXPECT_VERDICT("refused", store_token_add(st, &token, 1, 150), V_TOO_MANY);
	EXPECT_VERDICT("add", store_token_add(st, &token, 3, 150), 0);
	EXPECT_VERDICT("drop", store_token_drop(st, &user, token.digest, 150, &out), 0);
	EXPECT_INT("live", contract_live(st, 150), 2);
	EXPECT_VERDICT("drop all", store_tokens_drop_of_user(st, &user, 77, 151, &count), 0);
	EXPECT_INT("only live ones count", count, 1);
	EXPECT_INT("nothing left", contract_live(st, 151), 0);
}

/* A token that has expired when it is added is gone at once. */
static void
add_expired(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), out;

	contract_add_user(st, 1);
	EXPECT_VERDICT("add", store_token_add(st, &token, 1, END_MS), 0);
	EXPECT_VERDICT("again", store_token_add(st, &token, 1, END_MS), 0);
	EXPECT_VERDICT("find", store_token_find(st, token.digest, END_MS, &out), V_NOT_FOUND);
	EXPECT_INT("none", contract_live(st, END_MS), 0);
}

/* A token comes with its user, as both are. */
static void
with_user(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), session = contract_token(2, 1), found;
	struct user user, want = contract_user(1);

	contract_add_user(st, 1);
	EXPECT_VERDICT("add", store_token_add(st, &token, 9, NOW_MS), 0);
	EXPECT_VERDICT("add", store_session_add(st, &session, 9, NOW_MS), 0);
	EXPECT_VERDICT("find", store_token_find_user(st, token.digest, NOW_MS, &found, &user), 0);
	EXPECT_TRUE("token", record_same(&token_kind, &found, &token));
	EXPECT_TRUE("user", record_same(&user_kind, &user, &want));
	EXPECT_VERDICT("disable", store_user_disable(st, &want.id, 77, NOW_MS), 0);
	EXPECT_VERDICT("find", store_token_find_user(st, token.digest, NOW_MS, &found, &user), 0);
	EXPECT_INT("as the user is now", user.gen, 77);
	contract_taint(&found, sizeof found);
	contract_taint(&user, sizeof user);
	EXPECT_VERDICT("get", store_token_get_user(st, &token.id, NOW_MS, &found, &user), 0);
	EXPECT_TRUE("token", record_same(&token_kind, &found, &token));
	EXPECT_INT("as the user is now", user.gen, 77);
	contract_taint(&found, sizeof found);
	contract_taint(&user, sizeof user);
	EXPECT_VERDICT("ended", store_token_find_user(st, token.digest, END_MS, &found, &user),
	    V_NOT_FOUND);
	EXPECT_VERDICT("a session", store_token_find_user(st, session.digest, NOW_MS, &found,
	    &user), V_NOT_FOUND);
	EXPECT_VERDICT("ended", store_token_get_user(st, &token.id, END_MS, &found, &user),
	    V_NOT_FOUND);
	EXPECT_VERDICT("a session", store_token_get_user(st, &session.id, NOW_MS, &found, &user),
	    V_NOT_FOUND);
	token.digest[0]++;
	EXPECT_VERDICT("none", store_token_find_user(st, token.digest, NOW_MS, &found, &user),
	    V_NOT_FOUND);
	token.id = contract_uuid(99);
	EXPECT_VERDICT("none", store_token_get_user(st, &token.id, NOW_MS, &found, &user),
	    V_NOT_FOUND);
	EXPECT_TRUE("untouched", contract_untouched(&found, sizeof found) &&
	    contract_untouched(&user, sizeof user));
}

/* What a token makes, it makes while it lives and within its limits, as they are then. */
static void
add_by_another(void)
{
	static const struct {
		const char *row, *scope, *child_scope;
		int64_t expires_ms;
		uint64_t gen;
		unsigned user;
		bool is_session, is_dropped;
		int want;
	} t[] = {
		{ "a live one", "", "", END_MS, 1, 1, false, false, 0 },
		{ "revoked", "", "", END_MS, 1, 1, false, true, V_ENDED },
		{ "expired", "", "", NOW_MS, 1, 1, false, false, V_ENDED },
		{ "just not", "", "", NOW_MS + 1, 1, 1, false, false, 0 },
		{ "of another user", "", "", END_MS, 1, 2, false, false, V_ENDED },
		{ "of a former generation", "", "", END_MS, 7, 1, false, false, V_ENDED },
		{ "a session", "", "", END_MS, 1, 1, true, false, V_ENDED },
		{ "wider", "a b", "a c", END_MS, 1, 1, false, false, V_FORBIDDEN },
		{ "without limits", "a b", "", END_MS, 1, 1, false, false, V_FORBIDDEN },
		{ "narrower", "a b", "b", END_MS, 1, 1, false, false, 0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token parent = contract_token(1, t[i].user), child = contract_token(2, 1);
		struct token found;

		contract_add_user(st, 1);
		contract_add_user(st, 2);
		parent.expires_ms = t[i].expires_ms;
		parent.gen = t[i].gen;
		child.gen = 1;
		strcpy(parent.scope, t[i].scope);
		strcpy(child.scope, t[i].child_scope);
		EXPECT_VERDICT(t[i].row, t[i].is_session ? store_session_add(st, &parent, 9, 200) :
		    store_token_add(st, &parent, 9, 200), 0);
		if (t[i].is_dropped)
			EXPECT_VERDICT(t[i].row, store_token_drop(st, &parent.user, parent.digest,
			    NOW_MS, &found), 0);
		EXPECT_VERDICT(t[i].row, store_token_add_by(st, &parent.id, &child, 9, NOW_MS),
		    t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_find(st, child.digest, NOW_MS, &found),
		    t[i].want ? V_NOT_FOUND : 0);
		if (t[i].want)
			continue;
		EXPECT_VERDICT("ends", store_token_drop(st, &parent.user, parent.digest, NOW_MS, &found),
		    0);
		/* a repeat, whose first answer was lost */
		EXPECT_VERDICT("again", store_token_add_by(st, &parent.id, &child, 9, NOW_MS), 0);
	}
}

CU_TestInfo token_tests[] = {
	{ "with user", with_user },
	{ "absent", absent },
	{ "add", add },
	{ "add over expired ones", add_over_expired },
	{ "add an expired one", add_expired },
	{ "add by another one", add_by_another },
	{ "cap", cap },
	{ "expiry", expiry },
	{ "ownership", ownership },
	{ "set", set },
	{ "list", list },
	{ "drop all of a user", drop_of_user },
	{ "prune", prune },
	{ "sweep", sweep },
	CU_TEST_INFO_NULL,
};
