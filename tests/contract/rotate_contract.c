// SPDX-License-Identifier: ISC
/* tests/contract/rotate_contract.c - tokens that replace others, and narrower limits. */
#include "contract.h"

#include <string.h>

#define LIMIT 100

/* Number n replaces number old, both of user 1. */
static struct token_rotation
rotation_of(unsigned old, unsigned n, int64_t until_ms)
{
	struct token_rotation rotation = { .old = contract_uuid(old), .owner = contract_uuid(1),
	    .fresh = contract_token(n, 1), .until_ms = until_ms, .ttl_max_s = INT32_MAX,
	    .limit = LIMIT };

	strcpy(rotation.fresh.name, "not this");
	strcpy(rotation.fresh.prefix, "new_");
	return rotation;
}

static struct token
add_token(struct store *st, unsigned n)
{
	struct token token = contract_token(n, 1);

	token.expires_ms = END_MS;
	token.ttl_s = 600;
	strcpy(token.scope, "guard a:b");
	strcpy(token.addresses, "192.0.2.0/24");
	token.last_used_ms = 7;
	strcpy(token.last_used_ip, "192.0.2.1");
	EXPECT_VERDICT("add", store_token_add(st, &token, LIMIT, 1), 0);
	return token;
}

static void
rotate(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token_rotation rotation = rotation_of(1, 2, NOW_MS + 50);
	struct token old, want, fresh, out;

	contract_add_user(st, 1);
	old = want = add_token(st, 1);
	EXPECT_VERDICT("rotate", store_token_rotate(st, &rotation, NOW_MS, &fresh), 0);
	want.id = rotation.fresh.id;
	memcpy(want.digest, rotation.fresh.digest, sizeof want.digest);
	strcpy(want.prefix, rotation.fresh.prefix);
	strcpy(want.head, rotation.fresh.head);
	want.hash_key = rotation.fresh.hash_key;
	want.created_ms = want.modified_ms = NOW_MS;
	want.expires_ms = NOW_MS + 600 * 1000;
	want.predecessor = old.id;
	want.last_used_ms = 0;
	want.last_used_ip[0] = '\0';
	EXPECT_TRUE("as the old one", record_same(&token_kind, &fresh, &want));
	EXPECT_VERDICT("is there", store_token_find(st, fresh.digest, NOW_MS, &out), 0);
	EXPECT_TRUE("in full", record_same(&token_kind, &out, &fresh));
	old.expires_ms = NOW_MS + 50;
	old.modified_ms = NOW_MS;
	old.successor = fresh.id;
	EXPECT_VERDICT("the old one", store_token_find(st, old.digest, NOW_MS + 49, &out), 0);
	EXPECT_TRUE("its end", record_same(&token_kind, &out, &old));
	EXPECT_VERDICT("ended", store_token_find(st, old.digest, NOW_MS + 50, &out), V_NOT_FOUND);
	EXPECT_VERDICT("repeated", store_token_rotate(st, &rotation, NOW_MS, &out), 0);
	EXPECT_TRUE("the same", record_same(&token_kind, &out, &fresh));
	EXPECT_VERDICT("repeated late", store_token_rotate(st, &rotation, NOW_MS + 60, &out), 0);
	EXPECT_TRUE("the same", record_same(&token_kind, &out, &fresh));
	rotation = rotation_of(1, 3, NOW_MS);
	EXPECT_VERDICT("twice", store_token_rotate(st, &rotation, NOW_MS, &out), V_ROTATED);
	EXPECT_VERDICT("none made", store_token_get(st, &rotation.fresh.id, NOW_MS, &out),
	    V_NOT_FOUND);
	rotation.old = fresh.id;
	EXPECT_VERDICT("the new one", store_token_rotate(st, &rotation, NOW_MS, &out), 0);
}

static void
ends(void)
{
	static const struct { const char *row; int64_t until_ms, want_ms; } t[] = {
		{ "at once",        NOW_MS,      NOW_MS },
		{ "before now",     1,           1 },
		{ "soon",           NOW_MS + 5,  NOW_MS + 5 },
		{ "after its end",  END_MS + 5,  END_MS },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token_rotation rotation = rotation_of(1, 2, t[i].until_ms);
		struct token old, fresh, out;

		contract_add_user(st, 1);
		old = add_token(st, 1);
		rotation.ttl_max_s = 60;
		EXPECT_VERDICT(t[i].row, store_token_rotate(st, &rotation, NOW_MS, &fresh), 0);
		EXPECT_INT(t[i].row, fresh.ttl_s, 60);
		EXPECT_INT(t[i].row, fresh.expires_ms, NOW_MS + 60 * 1000);
		EXPECT_VERDICT(t[i].row, store_token_find(st, old.digest, t[i].want_ms - 1, &out),
		    0);
		EXPECT_INT(t[i].row, out.expires_ms, t[i].want_ms);
		EXPECT_VERDICT(t[i].row, store_token_find(st, old.digest, t[i].want_ms, &out),
		    V_NOT_FOUND);
	}
}

static void
refused(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token_rotation rotation = rotation_of(1, 2, NOW_MS);
	struct token session = contract_token(3, 1), out;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("none", store_token_rotate(st, &rotation, NOW_MS, &out), V_NOT_FOUND);
	add_token(st, 1);
	rotation.owner = contract_uuid(2);
	EXPECT_VERDICT("another's", store_token_rotate(st, &rotation, NOW_MS, &out), V_NOT_FOUND);
	rotation.owner = contract_uuid(1);
	EXPECT_VERDICT("expired", store_token_rotate(st, &rotation, END_MS, &out), V_NOT_FOUND);
	session.expires_ms = END_MS;
	EXPECT_VERDICT("session", store_session_add(st, &session, LIMIT, NOW_MS), 0);
	rotation.old = session.id;
	EXPECT_VERDICT("a session", store_token_rotate(st, &rotation, NOW_MS, &out), V_NOT_FOUND);
	rotation = rotation_of(1, 4, NOW_MS);
	add_token(st, 4);
	EXPECT_VERDICT("id and digest taken", store_token_rotate(st, &rotation, NOW_MS, &out),
	    V_EXISTS);
	rotation.fresh.id = contract_uuid(5);
	EXPECT_VERDICT("digest taken", store_token_rotate(st, &rotation, NOW_MS, &out), V_EXISTS);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
	rotation = rotation_of(1, 5, NOW_MS);
	EXPECT_VERDICT("revoked", store_token_drop_id(st, &rotation.owner, &rotation.old, NOW_MS,
	    &out), 0);
	EXPECT_VERDICT("so there is none", store_token_rotate(st, &rotation, NOW_MS, &out),
	    V_NOT_FOUND);
}

/* A user with as many tokens as may be can replace one, but not go on with that. */
static void
cap(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token_rotation rotation = rotation_of(1, 11, NOW_MS + 50);
	struct token out;

	contract_add_user(st, 1);
	for (unsigned i = 1; i <= 3; i++)
		add_token(st, i);
	rotation.limit = 2;
	EXPECT_VERDICT("above it", store_token_rotate(st, &rotation, NOW_MS, &out), V_TOO_MANY);
	rotation.limit = 3;
	EXPECT_VERDICT("at it", store_token_rotate(st, &rotation, NOW_MS, &out), 0);
	rotation = rotation_of(2, 12, NOW_MS + 50);
	rotation.limit = 3;
	EXPECT_VERDICT("one more", store_token_rotate(st, &rotation, NOW_MS, &out), V_TOO_MANY);
	rotation.old = contract_uuid(11);
	EXPECT_VERDICT("its successor", store_token_rotate(st, &rotation, NOW_MS, &out),
	    V_TOO_MANY);
	rotation.until_ms = NOW_MS;
	EXPECT_VERDICT("without overlap", store_token_rotate(st, &rotation, NOW_MS, &out), 0);
	rotation = rotation_of(2, 13, NOW_MS + 99);
	rotation.limit = 3;
	EXPECT_VERDICT("the first has ended", store_token_rotate(st, &rotation, NOW_MS + 50, &out),
	    0);
}

static void
first_use(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token_rotation rotation = rotation_of(1, 2, NOW_MS + 50);
	struct token old, fresh, out;

	contract_add_user(st, 1);
	old = add_token(st, 1);
	EXPECT_VERDICT("none", store_token_first_use(st, &rotation.fresh.id, NOW_MS), V_NOT_FOUND);
	EXPECT_VERDICT("not replacing", store_token_first_use(st, &old.id, NOW_MS), 0);
	EXPECT_VERDICT("rotate", store_token_rotate(st, &rotation, NOW_MS, &fresh), 0);
	EXPECT_VERDICT("used", store_token_first_use(st, &fresh.id, NOW_MS + 7), 0);
	EXPECT_VERDICT("again", store_token_first_use(st, &fresh.id, NOW_MS + 8), 0);
	fresh.predecessor = (struct uuid){ { 0 } };
	EXPECT_VERDICT("find", store_token_find(st, fresh.digest, NOW_MS, &out), 0);
	EXPECT_TRUE("nothing else changes", record_same(&token_kind, &out, &fresh));
	EXPECT_VERDICT("find", store_token_find(st, old.digest, NOW_MS, &out), 0);
	EXPECT_INT("replaced", out.replaced_ms, NOW_MS + 7);
	EXPECT_INT("not modified", out.modified_ms, NOW_MS);
	rotation = rotation_of(2, 3, NOW_MS);
	EXPECT_VERDICT("next", store_token_rotate(st, &rotation, NOW_MS, &fresh), 0);
	EXPECT_VERDICT("prune", store_tokens_prune(st, 9, NOW_MS, &(uint64_t){ 0 }), 0);
	EXPECT_VERDICT("of one that is gone", store_token_first_use(st, &fresh.id, NOW_MS), 0);
	EXPECT_VERDICT("expired", store_token_first_use(st, &fresh.id, INT64_MAX), V_NOT_FOUND);
}

static void
narrow(void)
{
	static const struct { const char *row, *field, *from, *to; int want; } t[] = {
		{ "part",             "scope",     "a b",          "b",               0 },
		{ "the same",         "scope",     "a b",          "b a",             0 },
		{ "another",          "scope",     "a b",          "a c",             V_FORBIDDEN },
		{ "all",              "scope",     "a b",          "",                V_FORBIDDEN },
		{ "of all",           "scope",     "",             "a",               0 },
		{ "all of all",       "scope",     "",             "",                0 },
		{ "network",          "addresses", "192.0.2.0/24", "192.0.2.128/25",  0 },
		{ "address",          "addresses", "192.0.2.0/24", "192.0.2.7",       0 },
		{ "wider",            "addresses", "192.0.2.0/24", "192.0.0.0/16",    V_FORBIDDEN },
		{ "beside",           "addresses", "192.0.2.0/24", "192.0.3.0/24",    V_FORBIDDEN },
		{ "one of two",       "addresses", "10.0.0.0/8",   "10.1.0.0/16 ::1", V_FORBIDDEN },
		{ "other family",     "addresses", "::/0",         "192.0.2.1",       V_FORBIDDEN },
		{ "everywhere",       "addresses", "192.0.2.0/24", "",                V_FORBIDDEN },
		{ "of everywhere",    "addresses", "",             "::/0",            0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		const struct field *f = &token_kind.fields[field_index(&token_kind, t[i].field)];
		const uint64_t mask = contract_bit(&token_kind, t[i].field);
		struct token token = contract_token(1, 1), out;

		contract_add_user(st, 1);
		token.expires_ms = END_MS;
		strcpy((char *)&token + f->offset, t[i].from);
		EXPECT_VERDICT("add", store_token_add(st, &token, LIMIT, 1), 0);
		strcpy((char *)&token + f->offset, t[i].to);
		EXPECT_VERDICT(t[i].row, store_token_narrow(st, &token.user, &token, mask, NOW_MS,
		    &out), t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_get(st, &token.id, NOW_MS, &out), 0);
		EXPECT_STRING(t[i].row, (char *)&out + f->offset, t[i].want ? t[i].from : t[i].to);
		EXPECT_VERDICT(t[i].row, store_token_set(st, &token.user, &token, mask, NOW_MS,
		    &out), 0);
		EXPECT_STRING(t[i].row, (char *)&out + f->offset, t[i].to);
	}
}

/* What was replaced cannot be made to live longer; all else of it can be changed. */
static void
replaced(void)
{
	static const struct { const char *row; int64_t expires_ms; int want; } t[] = {
		{ "sooner", NOW_MS + 20, 0 },
		{ "the same", NOW_MS + 20, 0 },
		{ "later", NOW_MS + 21, V_ROTATED },
		{ "much later", END_MS * 2, V_ROTATED },
	};
	const uint64_t ends = contract_bit(&token_kind, "expired_on");
	const uint64_t name = contract_bit(&token_kind, "name");
	GUARD(store_close) struct store *st = contract_open();
	const struct token_rotation rotation = rotation_of(1, 2, NOW_MS + 50);
	struct token old, fresh, out;

	contract_add_user(st, 1);
	old = add_token(st, 1);
	EXPECT_VERDICT("rotate", store_token_rotate(st, &rotation, NOW_MS, &fresh), 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		old.expires_ms = t[i].expires_ms;
		EXPECT_VERDICT(t[i].row, store_token_set(st, &old.user, &old, ends, NOW_MS, &out),
		    t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_narrow(st, &old.user, &old, ends, NOW_MS,
		    &out), t[i].want);
		EXPECT_VERDICT(t[i].row, store_token_get(st, &old.id, NOW_MS, &out), 0);
		EXPECT_INT(t[i].row, out.expires_ms, NOW_MS + 20);
	}
	strcpy(old.name, "renamed");
	EXPECT_VERDICT("name", store_token_set(st, &old.user, &old, name, NOW_MS, &out), 0);
	EXPECT_STRING("name", out.name, "renamed");
}

CU_TestInfo rotate_tests[] = {
	{ "rotate", rotate },
	{ "ends", ends },
	{ "refused", refused },
	{ "cap", cap },
	{ "first use", first_use },
	{ "narrow", narrow },
	{ "replaced", replaced },
	CU_TEST_INFO_NULL,
};
