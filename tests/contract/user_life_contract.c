// SPDX-License-Identifier: ISC
/* tests/contract/user_life_contract.c - users are disabled, logged out and deleted. */
#include "contract.h"

#include <string.h>

static void
disable(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), found;
	struct uuid id = contract_uuid(1);
	struct user user;

	contract_add_user(st, 1);
	EXPECT_VERDICT("token", store_token_add(st, &token, 5, NOW_MS), 0);
	EXPECT_VERDICT("disable", store_user_disable(st, &id, 5, 50), 0);
	EXPECT_VERDICT("again", store_user_disable(st, &id, 6, 60), 0);
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), 0);
	EXPECT_INT("first time", user.disabled_ms, 50);
	EXPECT_INT("modified then", user.modified_ms, 50);
	EXPECT_INT("generation", user.gen, 5);
	EXPECT_VERDICT("is found", store_user_find(st, IDENTITY_LOGIN, "user1@example.org", &user),
	    0);
	EXPECT_VERDICT("token stays", store_token_find(st, token.digest, NOW_MS, &found), 0);
	EXPECT_VERDICT("enable", store_user_enable(st, &id, 70), 0);
	EXPECT_VERDICT("again", store_user_enable(st, &id, 80), 0);
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), 0);
	EXPECT_INT("not disabled", user.disabled_ms, 0);
	EXPECT_INT("modified then", user.modified_ms, 70);
	EXPECT_INT("generation stays", user.gen, 5);
}

static void
logout(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct uuid id = contract_uuid(1);
	struct token token, found;
	uint64_t count = 99;
	struct user user;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	for (unsigned i = 1; i <= 5; i++) {
		token = contract_token(i, i == 5 ? 2 : 1);
		token.expires_ms = i == 1 ? 1500 : END_MS;
		EXPECT_VERDICT("token", store_token_add(st, &token, 5, NOW_MS), 0);
	}
	EXPECT_VERDICT("logout", store_user_logout(st, &id, 7, 1500, &count), 0);
	EXPECT_INT("live ones", count, 3);
	EXPECT_VERDICT("again", store_user_logout(st, &id, 8, 1500, &count), 0);
	EXPECT_INT("none", count, 0);
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), 0);
	EXPECT_INT("generation", user.gen, 8);
	EXPECT_INT("not modified", user.modified_ms, 0);
	EXPECT_VERDICT("another's", store_token_find(st, token.digest, NOW_MS, &found), 0);
}

/* Of some users at once: one may be gone, and one may have more tokens than a write drops. */
static void
logout_several(void)
{
	static const struct {
		const char *row;
		size_t count;
		unsigned first;		/* the number of the first user: 1 to 4 are there */
		unsigned tokens;	/* of user 2; the other users have one each */
		int64_t live;
	} t[] = {
		{ "nobody",         0, 1, 1,  0 },
		{ "all",            4, 1, 1,  4 },
		{ "some",           2, 2, 1,  2 },
		{ "one is gone",    4, 3, 1,  2 },
		{ "all are gone",   2, 5, 1,  0 },
		{ "one has many",   4, 1, 40, 43 },
		{ "many, and gone", 4, 2, 40, 42 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct token token, found;
		struct uuid ids[4];
		uint64_t count = 99;
		unsigned n = 0, most;
		struct user user;

		for (unsigned id = 1; id <= 4; id++) {
			contract_add_user(st, id);
			most = n + (id == 2 ? t[i].tokens : 1);
			for (; n < most; n++) {
				token = contract_token(1 + n, id);
				EXPECT_VERDICT("token", store_token_add(st, &token, 50, NOW_MS), 0);
			}
		}
		for (unsigned id = 0; id < NELEM(ids); id++)
			ids[id] = contract_uuid(t[i].first + id);
		EXPECT_VERDICT(t[i].row, store_users_logout(st, ids, t[i].count, 7, NOW_MS, &count), 0);
		EXPECT_INT(t[i].row, (int64_t)count, t[i].live);
		EXPECT_VERDICT(t[i].row, store_users_logout(st, ids, t[i].count, 8, NOW_MS, &count), 0);
		EXPECT_INT(t[i].row, (int64_t)count, 0);
		for (unsigned id = 1; id <= 4; id++) {
			const bool meant = id >= t[i].first && id < t[i].first + t[i].count;
			struct uuid uuid = contract_uuid(id);

			EXPECT_VERDICT(t[i].row, store_user_get(st, &uuid, &user), 0);
			EXPECT_INT(t[i].row, (int64_t)user.gen, meant ? 8 : contract_user(id).gen);
			EXPECT_INT(t[i].row, (int64_t)user.token_gen, meant ? 8 :
			    contract_user(id).token_gen);
		}
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, NOW_MS, &found),
		    t[i].first + t[i].count > 4 && t[i].first <= 4 ? V_NOT_FOUND : 0);
	}
}

/* Sessions are compared with the generation when they are used. */
static void
end_logins(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct uuid id = contract_uuid(1);
	struct token token = contract_token(1, 1), found;
	struct user before, user;

	EXPECT_VERDICT("nobody", store_user_end_logins(st, &id, 7, 1500), V_NOT_FOUND);
	contract_add_user(st, 1);
	EXPECT_VERDICT("token", store_token_add(st, &token, 5, NOW_MS), 0);
	EXPECT_VERDICT("get", store_user_get(st, &id, &before), 0);
	EXPECT_VERDICT("end", store_user_end_logins(st, &id, 7, 1500), 0);
	EXPECT_VERDICT("again", store_user_end_logins(st, &id, 8, 1500), 0);
	EXPECT_VERDICT("get", store_user_get(st, &id, &user), 0);
	EXPECT_INT("generation", user.gen, 8);
	EXPECT_INT("of tokens", user.token_gen, before.token_gen);
	EXPECT_INT("not modified", user.modified_ms, before.modified_ms);
	EXPECT_VERDICT("token", store_token_find(st, token.digest, NOW_MS, &found), 0);
}

static void
delete_gone(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), found;
	struct password out;
	struct user user = contract_user(1), other = contract_user(2);

	contract_add_user(st, 1);
	EXPECT_VERDICT("token", store_token_add(st, &token, 5, NOW_MS), 0);
	EXPECT_VERDICT("delete", store_user_delete(st, &user.id, false, NOW_MS), 0);
	EXPECT_VERDICT("again", store_user_delete(st, &user.id, false, NOW_MS), V_NOT_FOUND);
	EXPECT_VERDICT("get", store_user_get(st, &user.id, &user), V_NOT_FOUND);
	EXPECT_VERDICT("find", store_user_find(st, IDENTITY_GOOGLE, "g1", &user), V_NOT_FOUND);
	EXPECT_VERDICT("password", store_password_get(st, &user.id, &out), V_NOT_FOUND);
	EXPECT_VERDICT("by digest", store_token_find(st, token.digest, NOW_MS, &found),
	    V_NOT_FOUND);
	EXPECT_VERDICT("by id", store_token_get(st, &token.id, NOW_MS, &found), V_NOT_FOUND);
	EXPECT_VERDICT("new token", store_token_add(st, &token, 5, NOW_MS), V_NOT_FOUND);
	strcpy(other.email, user.email);
	out = contract_password(2);
	EXPECT_VERDICT("name is free", store_user_add(st, &other, &out), 0);
	contract_add_user(st, 3);
}

static void
delete_kept(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct token token = contract_token(1, 1), found;
	struct user user = contract_user(1), other = contract_user(2), out;
	struct password password = contract_password(1);

	contract_add_user(st, 1);
	EXPECT_VERDICT("token", store_token_add(st, &token, 5, NOW_MS), 0);
	EXPECT_VERDICT("delete", store_user_delete(st, &user.id, true, 50), 0);
	EXPECT_VERDICT("again", store_user_delete(st, &user.id, true, 60), 0);
	user.deleted_ms = user.modified_ms = 50;
	user.token_gen = 1;
	EXPECT_VERDICT("find", store_user_find(st, IDENTITY_LOGIN, user.email, &out), 0);
	EXPECT_TRUE("first time counts", record_same(&user_kind, &out, &user));
	EXPECT_VERDICT("password", store_password_get(st, &user.id, &password), V_NOT_FOUND);
	EXPECT_VERDICT("token", store_token_find(st, token.digest, NOW_MS, &found), V_NOT_FOUND);
	EXPECT_VERDICT("new token", store_token_add(st, &token, 5, NOW_MS), V_NOT_FOUND);
	EXPECT_VERDICT("new password", store_user_password(st, &password, NULL, 3, true),
	    V_NOT_FOUND);
	strcpy(other.email, user.email);
	EXPECT_VERDICT("name is kept", store_user_add(st, &other, &password), V_EXISTS);
	EXPECT_VERDICT("for good", store_user_delete(st, &user.id, false, 70), 0);
	EXPECT_VERDICT("name is free", store_user_add(st, &other, &password), 0);
}

/* A keeper of a change is asked whether somebody is left who can administer. */
static void
administrators(void)
{
	GUARD(store_close) struct store *st = contract_open();
	const struct uuid one = contract_uuid(1), two = contract_uuid(2);
	const struct uuid three = contract_uuid(3), none = contract_uuid(9);
	const uint64_t role = contract_bit(&user_kind, "role");
	const uint64_t ids = contract_bit(&user_kind, "gmail_user_id") |
	    contract_bit(&user_kind, "facebook_user_id") |
	    contract_bit(&user_kind, "apple_user_id");
	struct password password = { .user = two, .set_ms = NOW_MS };
	struct user_write write = { .user = contract_user(1), .mask = role, .turn = DISABLE };
	struct user user, after;

	for (unsigned i = 1; i <= 3; i++) {
		contract_add_user(st, i);
		user = contract_user(i);
		strcpy(user.role, i < 3 ? "Admin" : "User");
		*user.gmail_user_id = *user.facebook_user_id = *user.apple_user_id = '\0';
		EXPECT_VERDICT("role", store_user_set(st, &user, role | ids, NOW_MS, &after), 0);
	}
	user = contract_user(1);
	strcpy(user.role, "User");
	store_keep_admin(st, &one);
	EXPECT_VERDICT("itself", store_user_disable(st, &one, 5, NOW_MS), V_LAST_ADMIN);
	EXPECT_VERDICT("itself", store_user_delete(st, &one, false, NOW_MS), V_LAST_ADMIN);
	EXPECT_VERDICT("itself", store_user_delete(st, &one, true, NOW_MS), V_LAST_ADMIN);
	EXPECT_VERDICT("itself", store_user_set(st, &user, role, NOW_MS, &after), V_LAST_ADMIN);
	EXPECT_VERDICT("itself", store_users_write(st, &write, 1, NOW_MS), V_LAST_ADMIN);
	store_keep_admin(st, &none);
	EXPECT_VERDICT("nobody", store_user_disable(st, &one, 5, NOW_MS), V_LAST_ADMIN);
	store_keep_admin(st, &three);
	EXPECT_VERDICT("another role", store_user_disable(st, &one, 5, NOW_MS), V_LAST_ADMIN);
	EXPECT_VERDICT("of somebody else", store_user_disable(st, &none, 5, NOW_MS), V_NOT_FOUND);
	store_keep_admin(st, &one);
	EXPECT_VERDICT("no password", store_user_password(st, &password, NULL, 6, false), 0);
	store_keep_admin(st, &two);
	EXPECT_VERDICT("one without", store_user_disable(st, &one, 5, NOW_MS), V_LAST_ADMIN);
	EXPECT_VERDICT("is unchanged", store_user_get(st, &one, &after), 0);
	EXPECT_TRUE("is unchanged", !after.disabled_ms && strcmp(after.role, "Admin") == 0);
	password = contract_password(2);
	EXPECT_VERDICT("a password", store_user_password(st, &password, NULL, 6, false), 0);
	EXPECT_VERDICT("one with", store_user_set(st, &user, role, NOW_MS, &after), 0);
	EXPECT_VERDICT("is none any more", store_user_disable(st, &one, 5, NOW_MS), 0);
	store_keep_admin(st, &one);
	EXPECT_VERDICT("the other", store_user_disable(st, &two, 5, NOW_MS), V_LAST_ADMIN);
	store_keep_admin(st, NULL);
	EXPECT_VERDICT("nobody is left", store_user_disable(st, &two, 5, NOW_MS), 0);
}

CU_TestInfo user_life_tests[] = {
	{ "disable and enable", disable },
	{ "logout", logout },
	{ "logout of several", logout_several },
	{ "end logins", end_logins },
	{ "delete", delete_gone },
	{ "delete, kept", delete_kept },
	{ "administrators", administrators },
	CU_TEST_INFO_NULL,
};
