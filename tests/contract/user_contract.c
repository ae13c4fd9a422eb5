// SPDX-License-Identifier: ISC
/* tests/contract/user_contract.c - users, their names, passwords and generations. */
#include "contract.h"

#include <string.h>

#define AT(member) offsetof(struct user, member)

static void
absent(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct password password = contract_password(1);
	struct user user = contract_user(1), out;
	struct uuid id = contract_uuid(1);
	uint64_t count = 7;

	contract_taint(&out, sizeof out);
	EXPECT_VERDICT("get", store_user_get(st, &id, &out), V_NOT_FOUND);
	for (enum identity_kind i = 0; i < IDENTITY_KINDS; i++) {
		EXPECT_VERDICT("find", store_user_find(st, i, "x", &out), V_NOT_FOUND);
		EXPECT_VERDICT("find nobody", store_user_find(st, i, "", &out), V_NOT_FOUND);
	}
	EXPECT_VERDICT("set", store_user_set(st, &user, UINT64_MAX, 5, &out), V_NOT_FOUND);
	EXPECT_TRUE("no output", contract_untouched(&out, sizeof out));
	EXPECT_VERDICT("password", store_user_password(st, &password, NULL, 2, true), V_NOT_FOUND);
	EXPECT_VERDICT("rehash", store_user_rehash(st, &password, NULL, ""), V_CHANGED);
	EXPECT_VERDICT("disable", store_user_disable(st, &id, 2, 5), V_NOT_FOUND);
	EXPECT_VERDICT("enable", store_user_enable(st, &id, 5), V_NOT_FOUND);
	EXPECT_VERDICT("logout", store_user_logout(st, &id, 2, 5, &count), V_NOT_FOUND);
	EXPECT_VERDICT("delete", store_user_delete(st, &id, false, 5), V_NOT_FOUND);
	EXPECT_VERDICT("delete, keep", store_user_delete(st, &id, true, 5), V_NOT_FOUND);
	EXPECT_INT("count untouched", count, 7);
}

static void
find(void)
{
	GUARD(store_close) struct store *st = contract_open();
	static const struct {
		const char *row;
		enum identity_kind kind;
		const char *name;
		int want;
	} t[] = {
		{ "e-mail",          IDENTITY_LOGIN,    "user1@example.org", 0 },
		{ "SIP login",       IDENTITY_LOGIN,    "1@sip.example.org", 0 },
		{ "google",          IDENTITY_GOOGLE,   "g1",                0 },
		{ "facebook",        IDENTITY_FACEBOOK, "f1",                0 },
		{ "apple",           IDENTITY_APPLE,    "a1",                0 },
		{ "wechat",          IDENTITY_WECHAT,   "w1",                0 },
		{ "other kind",      IDENTITY_GOOGLE,   "f1",                V_NOT_FOUND },
		{ "login as google", IDENTITY_GOOGLE,   "user1@example.org", V_NOT_FOUND },
		{ "google as login", IDENTITY_LOGIN,    "g1",                V_NOT_FOUND },
		{ "with prefix",     IDENTITY_LOGIN,    "google:g1",         V_NOT_FOUND },
		{ "other case",      IDENTITY_LOGIN,    "User1@example.org", V_NOT_FOUND },
		{ "beginning",       IDENTITY_LOGIN,    "user1@example.or",  V_NOT_FOUND },
		{ "longer",          IDENTITY_LOGIN,    "user1@example.orgs", V_NOT_FOUND },
		{ "nobody",          IDENTITY_LOGIN,    "",                  V_NOT_FOUND },
	};
	struct user user = contract_user(1), out;
	char name[600];

	contract_add_user(st, 1);
	for (size_t i = 0; i < NELEM(t); i++) {
		contract_taint(&out, sizeof out);
		EXPECT_VERDICT(t[i].row, store_user_find(st, t[i].kind, t[i].name, &out),
		    t[i].want);
		EXPECT_TRUE(t[i].row, t[i].want ? contract_untouched(&out, sizeof out) :
		    record_same(&user_kind, &out, &user));
	}
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	EXPECT_VERDICT("endless", store_user_find(st, IDENTITY_LOGIN, name, &out), V_NOT_FOUND);
}

static void
find_longest(void)
{
	GUARD(store_close) struct store *st = contract_open();
	const struct password none = { .hash = "" };
	struct user user = { .id = contract_uuid(1) }, out;
	char longer[NAME_SIZE + 1];

	memset(user.email, 'e', sizeof user.email - 1);
	memset(user.facebook_user_id, 'f', sizeof user.facebook_user_id - 1);
	memset(user.avatar, 'a', sizeof user.avatar - 1);
	EXPECT_VERDICT("add", store_user_add(st, &user, &none), 0);
	EXPECT_VERDICT("login", store_user_find(st, IDENTITY_LOGIN, user.email, &out), 0);
	EXPECT_VERDICT("id", store_user_find(st, IDENTITY_FACEBOOK, user.facebook_user_id, &out),
	    0);
	EXPECT_TRUE("whole", record_same(&user_kind, &out, &user));
	memset(longer, 'f', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	EXPECT_VERDICT("cut off", store_user_find(st, IDENTITY_FACEBOOK, longer, &out),
	    V_NOT_FOUND);
}

/* Each row adds the user 2 with one name changed, after user 1 and account 1. */
static void
add(void)
{
	static const struct {
		const char *row;
		size_t offset;
		const char *value;
		int want;
	} t[] = {
		{ "all its own",    AT(email),            "b@c",               0 },
		{ "no e-mail",      AT(email),            "",                  0 },
		{ "own twice",      AT(email),            "2@sip.example.org", 0 },
		{ "e-mail taken",   AT(email),            "user1@example.org", V_EXISTS },
		{ "e-mail is SIP",  AT(email),            "1@sip.example.org", V_EXISTS },
		{ "SIP taken",      AT(sip_login),        "1@sip.example.org", V_EXISTS },
		{ "SIP is e-mail",  AT(sip_login),        "user1@example.org", V_EXISTS },
		{ "google taken",   AT(gmail_user_id),    "g1",                V_EXISTS },
		{ "facebook taken", AT(facebook_user_id), "f1",                V_EXISTS },
		{ "apple taken",    AT(apple_user_id),    "a1",                V_EXISTS },
		{ "wechat taken",   AT(wechat_user_id),   "w1",                V_EXISTS },
		{ "another's kind", AT(wechat_user_id),   "a1",                0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct password password = contract_password(2), out;
		struct user user = contract_user(2), found;

		contract_add_user(st, 1);
		strcpy((char *)&user + t[i].offset, t[i].value);
		EXPECT_VERDICT(t[i].row, store_user_add(st, &user, &password), t[i].want);
		EXPECT_VERDICT(t[i].row, store_user_get(st, &user.id, &found),
		    t[i].want ? V_NOT_FOUND : 0);
		EXPECT_VERDICT(t[i].row, store_password_get(st, &user.id, &out),
		    t[i].want ? V_NOT_FOUND : 0);
		EXPECT_VERDICT(t[i].row, store_user_find(st, IDENTITY_GOOGLE, "g2", &found),
		    t[i].want || t[i].offset == AT(gmail_user_id) ?
		    V_NOT_FOUND : 0);
	}
}

static void
add_repeated(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct password password = contract_password(1), other = contract_password(2), out;
	const struct password none = { .hash = "" };
	struct user user = contract_user(1), bare = { .id = contract_uuid(3) };

	EXPECT_VERDICT("first", store_user_add(st, &user, &password), 0);
	EXPECT_VERDICT("again", store_user_add(st, &user, &password), 0);
	EXPECT_VERDICT("other password", store_user_add(st, &user, &other), V_EXISTS);
	EXPECT_VERDICT("no password", store_user_add(st, &user, &none), V_EXISTS);
	strcpy(user.role, "admin");
	EXPECT_VERDICT("other role", store_user_add(st, &user, &password), V_EXISTS);
	user = contract_user(2);
	user.id = contract_uuid(1);
	EXPECT_VERDICT("id taken", store_user_add(st, &user, &password), V_EXISTS);
	EXPECT_VERDICT("bare", store_user_add(st, &bare, &none), 0);
	EXPECT_VERDICT("bare again", store_user_add(st, &bare, &none), 0);
	EXPECT_VERDICT("bare with password", store_user_add(st, &bare, &password), V_EXISTS);
	EXPECT_VERDICT("bare has none", store_password_get(st, &bare.id, &out), V_NOT_FOUND);
	bare.id = contract_uuid(4);
	EXPECT_VERDICT("another bare", store_user_add(st, &bare, &password), 0);
	EXPECT_VERDICT("its password", store_password_get(st, &bare.id, &out), 0);
	EXPECT_TRUE("is its own", uuid_equal(&out.user, &bare.id));
}

static void
set(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct user user = contract_user(1), after, out;
	uint64_t email = contract_bit(&user_kind, "email"), all;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	strcpy(user.email, "new@example.org");
	strcpy(user.first_name, "New");
	EXPECT_VERDICT("e-mail", store_user_set(st, &user, email, 50, &after), 0);
	EXPECT_STRING("changed", after.email, "new@example.org");
	EXPECT_STRING("not in the mask", after.first_name, "");
	EXPECT_INT("modified", after.modified_ms, 50);
	EXPECT_VERDICT("new name", store_user_find(st, IDENTITY_LOGIN, "new@example.org", &out), 0);
	EXPECT_TRUE("the same", record_same(&user_kind, &out, &after));
	EXPECT_VERDICT("old name", store_user_find(st, IDENTITY_LOGIN, "user1@example.org", &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("SIP stays", store_user_find(st, IDENTITY_LOGIN, "1@sip.example.org", &out),
	    0);
	EXPECT_VERDICT("nothing", store_user_set(st, &user, 0, 60, &after), 0);
	EXPECT_INT("not modified", after.modified_ms, 50);
	EXPECT_VERDICT("again", store_user_set(st, &user, email, 60, &after), 0);
	EXPECT_INT("not modified", after.modified_ms, 50);
	EXPECT_VERDICT("get", store_user_get(st, &user.id, &out), 0);
	EXPECT_TRUE("the same", record_same(&user_kind, &out, &after));
	all = UINT64_MAX;
	user = contract_user(1);
	EXPECT_VERDICT("all back", store_user_set(st, &user, all, 70, &after), 0);
	user.modified_ms = 70;
	EXPECT_TRUE("as it was", record_same(&user_kind, &after, &user));
	user.email[0] = '\0';
	EXPECT_VERDICT("none", store_user_set(st, &user, email, 80, &after), 0);
	EXPECT_VERDICT("is gone", store_user_find(st, IDENTITY_LOGIN, "user1@example.org", &out),
	    V_NOT_FOUND);
}

/* A refused change leaves every name where it was. */
static void
set_refused(void)
{
	static const struct {
		const char *row;
		size_t offset;
		const char *value;
		int want;
	} t[] = {
		{ "e-mail",        AT(email),            "user2@example.org", V_EXISTS },
		{ "e-mail is SIP", AT(email),            "2@sip.example.org", V_EXISTS },
		{ "SIP",           AT(sip_login),        "2@sip.example.org", V_EXISTS },
		{ "SIP is e-mail", AT(sip_login),        "user2@example.org", V_EXISTS },
		{ "google",        AT(gmail_user_id),    "g2",                V_EXISTS },
		{ "facebook",      AT(facebook_user_id), "f2",                V_EXISTS },
		{ "apple",         AT(apple_user_id),    "a2",                V_EXISTS },
		{ "wechat",        AT(wechat_user_id),   "w2",                V_EXISTS },
		{ "account",       AT(account),          "no such account",   V_NOT_FOUND },
	};
	GUARD(store_close) struct store *st = contract_open();
	struct user before, user, out;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	before = contract_user(1);
	for (size_t i = 0; i < NELEM(t); i++) {
		user = contract_user(11);
		user.id = before.id;
		strcpy((char *)&user + t[i].offset, t[i].value);
		contract_taint(&out, sizeof out);
		EXPECT_VERDICT(t[i].row, store_user_set(st, &user, UINT64_MAX, 50, &out),
		    t[i].want);
		EXPECT_TRUE(t[i].row, contract_untouched(&out, sizeof out));
		EXPECT_VERDICT(t[i].row, store_user_find(st, IDENTITY_GOOGLE, "g11", &out),
		    V_NOT_FOUND);
		EXPECT_VERDICT(t[i].row, store_user_find(st, IDENTITY_WECHAT, "w1", &out), 0);
		EXPECT_TRUE(t[i].row, record_same(&user_kind, &out, &before));
	}
}

/* E-mail and SIP login of one user share an entry, or change places. */
static void
set_logins(void)
{
	static const struct {
		const char *row, *email, *sip_login;
		int r1, r2;		/* of finding "one" and "two" */
	} t[] = {
		{ "both one",       "one", "one", 0,           V_NOT_FOUND },
		{ "e-mail leaves",  "two", "one", 0,           0 },
		{ "changed places", "one", "two", 0,           0 },
		{ "both two",       "two", "two", V_NOT_FOUND, 0 },
		{ "SIP leaves",     "two", "",    V_NOT_FOUND, 0 },
		{ "moved over",     "",    "two", V_NOT_FOUND, 0 },
		{ "none",           "",    "",    V_NOT_FOUND, V_NOT_FOUND },
	};
	GUARD(store_close) struct store *st = contract_open();
	uint64_t mask = contract_bit(&user_kind, "email") | contract_bit(&user_kind, "sip_login");
	struct user user = contract_user(1), out;

	contract_add_user(st, 1);
	for (size_t i = 0; i < NELEM(t); i++) {
		strcpy(user.email, t[i].email);
		strcpy(user.sip_login, t[i].sip_login);
		EXPECT_VERDICT(t[i].row, store_user_set(st, &user, mask, 50, &out), 0);
		EXPECT_INT(t[i].row, store_user_find(st, IDENTITY_LOGIN, "one", &out), t[i].r1);
		EXPECT_INT(t[i].row, store_user_find(st, IDENTITY_LOGIN, "two", &out), t[i].r2);
	}
}

static void
password(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct password change = contract_password(1), out;
	struct token token = contract_token(1, 1), found;
	struct user user;

	contract_add_user(st, 1);
	EXPECT_VERDICT("token", store_token_add(st, &token, 5, NOW_MS), 0);
	strcpy(change.hash, "$new");
	change.set_ms = NOW_MS;
	EXPECT_VERDICT("keep tokens", store_user_password(st, &change, NULL, 8, false), 0);
	EXPECT_VERDICT("kept", store_token_find(st, token.digest, NOW_MS, &found), 0);
	EXPECT_VERDICT("get", store_password_get(st, &change.user, &out), 0);
	EXPECT_TRUE("new one", record_same(&password_kind, &out, &change));
	EXPECT_VERDICT("user", store_user_get(st, &change.user, &user), 0);
	EXPECT_INT("generation", user.gen, 8);
	EXPECT_INT("modified", user.modified_ms, NOW_MS);
	EXPECT_VERDICT("drop tokens", store_user_password(st, &change, NULL, 9, true), 0);
	EXPECT_VERDICT("dropped", store_token_find(st, token.digest, NOW_MS, &found), V_NOT_FOUND);
	change.hash[0] = '\0';
	EXPECT_VERDICT("take away", store_user_password(st, &change, NULL, 10, false), 0);
	EXPECT_VERDICT("none left", store_password_get(st, &change.user, &out), V_NOT_FOUND);
	EXPECT_VERDICT("take nothing away", store_user_password(st, &change, NULL, 10, false), 0);
}

/* All of a batch or nothing of it; the same batch again does no harm. */
static void
batch(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct user_write writes[3] = {
		{ .user = contract_user(1), .password = contract_password(1) },
		{ .user = contract_user(2) },
		{ .user = contract_user(3) },
	};
	struct password password;
	struct user out;

	EXPECT_VERDICT("two", store_users_write(st, writes, 2, 5), 0);
	EXPECT_VERDICT("again", store_users_write(st, writes, 2, 5), 0);
	EXPECT_VERDICT("none", store_users_write(st, writes, 0, 5), 0);
	EXPECT_VERDICT("its password", store_password_get(st, &writes[0].user.id, &password), 0);
	EXPECT_STRING("its hash", password.hash, writes[0].password.hash);
	strcpy(writes[0].user.first_name, "Changed");
	writes[0].mask = field_bit(&user_kind, "first_name");
	strcpy(writes[0].password.hash, "$test$new");
	writes[1] = writes[2];
	strcpy(writes[2].user.email, writes[0].user.email);
	writes[2].user.id = contract_uuid(4);
	EXPECT_VERDICT("a name is taken", store_users_write(st, writes, 3, 6), V_EXISTS);
	EXPECT_VERDICT("nothing was added", store_user_get(st, &writes[1].user.id, &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("there", store_user_get(st, &writes[0].user.id, &out), 0);
	EXPECT_TRUE("nothing was changed", strcmp(out.first_name, "Changed") != 0);
	EXPECT_VERDICT("without it", store_users_write(st, writes, 2, 6), 0);
	EXPECT_VERDICT("changed", store_user_get(st, &writes[0].user.id, &out), 0);
	EXPECT_STRING("its name", out.first_name, "Changed");
	EXPECT_VERDICT("its password", store_password_get(st, &writes[0].user.id, &password), 0);
	EXPECT_STRING("its new hash", password.hash, "$test$new");
	EXPECT_INT("as before", out.disabled_ms, 0);
	writes[0].turn = DISABLE;
	writes[0].user.gen = 77;
	EXPECT_VERDICT("disable", store_users_write(st, writes, 1, 7), 0);
	EXPECT_VERDICT("disabled", store_user_get(st, &writes[0].user.id, &out), 0);
	EXPECT_INT("since then", out.disabled_ms, 7);
	EXPECT_INT("its JWTs ended", out.gen, 77);
	EXPECT_STRING("its HA1B, too", out.ha1b, "");
	writes[0].turn = AS_BEFORE;
	EXPECT_VERDICT("change", store_users_write(st, writes, 1, 8), 0);
	EXPECT_VERDICT("still", store_user_get(st, &writes[0].user.id, &out), 0);
	EXPECT_INT("disabled", out.disabled_ms, 7);
	writes[0].turn = ENABLE;
	EXPECT_VERDICT("enable", store_users_write(st, writes, 1, 9), 0);
	EXPECT_VERDICT("enabled", store_user_get(st, &writes[0].user.id, &out), 0);
	EXPECT_INT("again", out.disabled_ms, 0);
}

static void
rehash(void)
{
	static const struct { const char *row, *old; int want; } t[] = {
		{ "another",   "$other",   V_CHANGED },
		{ "none",      "",         V_CHANGED },
		{ "beginning", "$test$",   V_CHANGED },
		{ "longer",    "$test$11", V_CHANGED },
		{ "this one",  "$test$1",  0 },
		{ "repeated",  "$test$1",  V_CHANGED },
		{ "its own",   "$better",  0 },
	};
	GUARD(store_close) struct store *st = contract_open();
	struct password better = contract_password(1), out;
	struct user user;

	contract_add_user(st, 1);
	strcpy(better.hash, "$better");
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, store_user_rehash(st, &better, NULL, t[i].old), t[i].want);
		EXPECT_VERDICT(t[i].row, store_password_get(st, &better.user, &out), 0);
		EXPECT_STRING(t[i].row, out.hash, i < 4 ? "$test$1" : "$better");
	}
	EXPECT_VERDICT("user", store_user_get(st, &better.user, &user), 0);
	EXPECT_INT("the generation stays", user.gen, 1);
	EXPECT_INT("not modified", user.modified_ms, 0);
}

static void
list(void)
{
	static const struct {
		const char *row;
		unsigned after;
		size_t limit;
		unsigned first, count;
	} t[] = {
		{ "all",            0, SIZE_MAX, 10, 5 },
		{ "none wanted",    0, 0,        0,  0 },
		{ "first page",     0, 2,        10, 2 },
		{ "second page",   11, 2,        12, 2 },
		{ "last page",     13, 2,        14, 1 },
		{ "after",        14, 2,        0,  0 },
		{ "after nobody",   5, 2,        10, 2 },
		{ "far after",    99, 2,        0,  0 },
	};
	static const unsigned order[] = { 12, 10, 14, 11, 13 };
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid after, want;
	struct user *users;
	size_t count;

	for (size_t i = 0; i < NELEM(order); i++)
		contract_add_user(st, order[i]);
	for (size_t i = 0; i < NELEM(t); i++) {
		after = contract_uuid(t[i].after);
		count = 99;
		EXPECT_VERDICT(t[i].row, store_user_list(st, &mem, t[i].after ? &after : NULL,
		    t[i].limit, &users, &count), 0);
		EXPECT_INT(t[i].row, count, t[i].count);
		for (unsigned k = 0; k < t[i].count && k < count; k++) {
			want = contract_uuid(t[i].first + k);
			EXPECT_TRUE(t[i].row, uuid_equal(&users[k].id, &want));
		}
	}
}

static void
list_no_memory(void)
{
	GUARD(store_close) struct store *st = contract_open();
	GUARD(arena_free) struct arena mem = { 0 };
	struct user *users = NULL;
	size_t count = 99;

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	arena_init(&mem, 2 * sizeof *users - 100);
	EXPECT_TRUE("too small", store_user_list(st, &mem, NULL, 5, &users, &count) < 0);
	EXPECT_TRUE("untouched", !users && count == 99);
}

/* What proved the old password must still hold when the new one is stored. */
static void
password_from(void)
{
	static const struct {
		const char *row;
		uint64_t from, gen;
		bool drops;
		int want;
		uint64_t after;
	} t[] = {
		{ "another generation", 8, 20, false, V_CHANGED, 7 },
		{ "its own", 7, 20, false, 0, 20 },
		{ "repeated", 7, 20, false, 0, 20 },
		{ "that of before", 7, 21, true, V_CHANGED, 20 },
		{ "with tokens", 20, 21, true, 0, 21 },
		{ "repeated with tokens", 20, 21, true, 0, 21 },
	};
	GUARD(store_close) struct store *st = contract_open();
	struct password change = contract_password(1);
	struct token token = contract_token(1, 1), found;
	struct user user;

	contract_add_user(st, 1);
	EXPECT_VERDICT("user", store_user_get(st, &change.user, &user), 0);
	user.gen = 7;
	EXPECT_VERDICT("generation", store_user_set(st, &user, field_bit(&user_kind, "gen"),
	    NOW_MS, &user), 0);
	EXPECT_VERDICT("token", store_token_add(st, &token, 5, NOW_MS), 0);
	change.set_ms = NOW_MS + 1;
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, store_user_password_from(st, &change, NULL, t[i].gen,
		    t[i].drops, t[i].from), t[i].want);
		EXPECT_VERDICT(t[i].row, store_user_get(st, &change.user, &user), 0);
		EXPECT_INT(t[i].row, user.gen, t[i].after);
		EXPECT_VERDICT(t[i].row, store_token_find(st, token.digest, NOW_MS, &found),
		    i < 4 ? 0 : V_NOT_FOUND);
	}
	EXPECT_INT("modified", user.modified_ms, NOW_MS + 1);
	change.user = contract_uuid(2);
	EXPECT_VERDICT("nobody", store_user_password_from(st, &change, NULL, 9, false, 7),
	    V_NOT_FOUND);
}

CU_TestInfo user_tests[] = {
	{ "absent", absent },
	{ "find", find },
	{ "the longest names", find_longest },
	{ "add", add },
	{ "add, repeated", add_repeated },
	{ "set", set },
	{ "set, refused", set_refused },
	{ "set, two logins of one user", set_logins },
	{ "password", password },
	{ "password of a generation", password_from },
	{ "batch", batch },
	{ "rehash", rehash },
	{ "list", list },
	{ "list without memory", list_no_memory },
	CU_TEST_INFO_NULL,
};
