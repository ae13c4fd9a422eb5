// SPDX-License-Identifier: ISC
/* tests/contract/token_used_contract.c - when and from where bearer tokens were used last. */
#include <errno.h>
#include <string.h>

#include "contract.h"

#define LATE_MS 1000

static void
add(struct store *st, unsigned n, enum token_use use)
{
	struct token token = contract_token(n, 1);

	token.expires_ms = LATE_MS;
	token.use = use;
	if (use == TOKEN_SESSION)
		EXPECT_VERDICT("add", store_session_add(st, &token, 9, 100), 0);
	else
		EXPECT_VERDICT("add", store_token_add(st, &token, 9, 100), 0);
}

static int
note(struct store *st, unsigned n, int64_t used_ms, const char *ip)
{
	struct token_used used = { .token = contract_uuid(n), .used_ms = used_ms };

	strcpy(used.ip, ip);
	return store_tokens_used(st, &used, 1, 200);
}

static void
expect(const char *row, struct store *st, unsigned n, int64_t used_ms, const char *ip)
{
	struct token token, want = contract_token(n, 1);

	EXPECT_VERDICT(row, store_token_get(st, &want.id, 200, &token), 0);
	EXPECT_INT(row, token.last_used_ms, used_ms);
	EXPECT_STRING(row, token.last_used_ip, ip);
	want.expires_ms = LATE_MS;
	want.last_used_ms = used_ms;
	strcpy(want.last_used_ip, ip);
	EXPECT_TRUE(row, record_same(&token_kind, &token, &want));
	EXPECT_VERDICT(row, store_token_find(st, want.digest, LATE_MS - 1, &token), 0);
}

static void
one_after_another(void)
{
	static const struct { const char *row; int64_t ms; const char *ip; int64_t want_ms;
	    const char *want_ip; } t[] = {
		{ "first",        150, "192.0.2.1",  150, "192.0.2.1" },
		{ "the same",     150, "192.0.2.1",  150, "192.0.2.1" },
		{ "as late",      150, "192.0.2.2",  150, "192.0.2.1" },
		{ "before",       149, "192.0.2.2",  150, "192.0.2.1" },
		{ "later",        151, "2001:db8::1", 151, "2001:db8::1" },
		{ "no address",   152, "",           152, "" },
		{ "the longest",  153, "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
		    153, "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" },
	};
	GUARD(store_close) struct store *st = contract_open();

	contract_add_user(st, 1);
	add(st, 1, TOKEN_BEARER);
	expect("none", st, 1, 0, "");
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, note(st, 1, t[i].ms, t[i].ip), 0);
		expect(t[i].row, st, 1, t[i].want_ms, t[i].want_ip);
	}
}

/* Tokens that are gone, and sessions, do not disturb the others. */
static void
many(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token_used uses[TOKENS_USED_MAX] = { { .used_ms = 0 } };
	struct token session = contract_token(2, 1), out;

	contract_add_user(st, 1);
	for (unsigned i = 1; i <= TOKENS_USED_MAX; i++) {
		uses[i - 1].token = contract_uuid(i);
		uses[i - 1].used_ms = 100 + i;
		strcpy(uses[i - 1].ip, "192.0.2.1");
		if (i == 1 || i == 3 || i == TOKENS_USED_MAX)
			add(st, i, TOKEN_BEARER);
	}
	add(st, 2, TOKEN_SESSION);
	EXPECT_VERDICT("none", store_tokens_used(st, uses, 0, 200), 0);
	expect("none", st, 1, 0, "");
	EXPECT_VERDICT("all", store_tokens_used(st, uses, TOKENS_USED_MAX, 200), 0);
	expect("first", st, 1, 101, "192.0.2.1");
	expect("third", st, 3, 103, "192.0.2.1");
	expect("last", st, TOKENS_USED_MAX, 100 + TOKENS_USED_MAX, "192.0.2.1");
	EXPECT_VERDICT("session", store_session_find(st, session.digest, 200, &out), 0);
	EXPECT_INT("session", out.last_used_ms, 0);
	EXPECT_VERDICT("too many", store_tokens_used(st, uses, TOKENS_USED_MAX + 1, 200), -EINVAL);
}

/* Neither does away with what the other has written. */
static void
beside_changes(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token to = contract_token(1, 1), after;
	struct uuid owner = contract_uuid(1);

	contract_add_user(st, 1);
	add(st, 1, TOKEN_BEARER);
	EXPECT_VERDICT("use", note(st, 1, 150, "192.0.2.1"), 0);
	strcpy(to.name, "renamed");
	to.expires_ms = 2 * LATE_MS;
	EXPECT_VERDICT("set", store_token_set(st, &owner, &to, field_bit(&token_kind, "name") |
	    field_bit(&token_kind, "expired_on") | field_bit(&token_kind, "last_used_on"), 160,
	    &after), 0);
	EXPECT_INT("kept", after.last_used_ms, 150);
	EXPECT_STRING("kept", after.last_used_ip, "192.0.2.1");
	EXPECT_VERDICT("use", note(st, 1, 170, "192.0.2.2"), 0);
	EXPECT_VERDICT("get", store_token_get(st, &to.id, LATE_MS, &after), 0);
	EXPECT_STRING("name", after.name, "renamed");
	EXPECT_INT("modified", after.modified_ms, 160);
	EXPECT_INT("used", after.last_used_ms, 170);
	EXPECT_VERDICT("drop", store_token_drop_id(st, &owner, &to.id, LATE_MS, &after), 0);
	EXPECT_VERDICT("gone", note(st, 1, 180, "192.0.2.2"), 0);
	EXPECT_VERDICT("still gone", store_token_get(st, &to.id, 200, &after), V_NOT_FOUND);
}

CU_TestInfo token_used_tests[] = {
	{ "one after another", one_after_another },
	{ "many", many },
	{ "beside changes", beside_changes },
	CU_TEST_INFO_NULL,
};
