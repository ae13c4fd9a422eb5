// SPDX-License-Identifier: ISC
/* Webitel sessions: which user has one, its two secrets, and its lifetime. */
#include "auth/session.h"

#include <string.h>

#include "auth/role.h"
#include "auth/user.h"
#include "auth/user_jwt.h"
#include "base/text.h"
#include "service/box.h"
#include "service/encode.h"
#include "unit.h"

#define LIFE_MS (INT64_C(8640000) * 1000)

struct begun {
	struct session_secrets secrets;
	struct caller caller;
};

static struct begun
begin(struct box *my, const struct user *user, const char *name, int64_t later_ms)
{
	struct begun begun;

	EXPECT_VERDICT(name, session_begin(my->auth, &my->mem, user, name, NOW_MS + later_ms,
	    &begun.secrets, &begun.caller), 0);
	return begun;
}

static int
verify(struct box *my, const char *key, const char *token, int64_t later_ms)
{
	struct caller caller;

	return session_verify(my->auth, key, token, NOW_MS + later_ms, &caller);
}

static int
verify_begun(struct box *my, const struct begun *begun, int64_t later_ms)
{
	return verify(my, begun->secrets.key, begun->secrets.token, later_ms);
}

/* Two users can get the same token at the same millisecond: the key tells them apart. */
static void
same_millisecond(void)
{
	struct begun alice, bob, again;
	struct identity other;
	struct caller caller;
	struct box my;

	box_open(&my, test_directory());
	other = box_user(&my, "bob@example.com", NULL);
	alice = begin(&my, &my.alice.user, ALICE, 0);
	bob = begin(&my, &other.user, "bob@example.com", 0);
	again = begin(&my, &my.alice.user, ALICE, 0);
	EXPECT_STRING("the same bytes", alice.secrets.token, bob.secrets.token);
	EXPECT_TRUE("other keys", strcmp(alice.secrets.key, bob.secrets.key) != 0);
	EXPECT_VERDICT("Alice", session_verify(my.auth, alice.secrets.key, alice.secrets.token,
	    NOW_MS, &caller), 0);
	EXPECT_STRING("is Alice", caller.id, ALICE);
	EXPECT_TRUE("is Alice", uuid_equal(&caller.owner, &my.alice.user.id));
	EXPECT_VERDICT("Bob", session_verify(my.auth, bob.secrets.key, alice.secrets.token,
	    NOW_MS, &caller), 0);
	EXPECT_STRING("is Bob", caller.id, "bob@example.com");
	EXPECT_TRUE("is Bob", uuid_equal(&caller.owner, &other.user.id));
	EXPECT_VERDICT("Bob ends his", session_end(my.auth, &caller, NOW_MS), 0);
	EXPECT_VERDICT("gone", verify_begun(&my, &bob, 0), V_ENDED);
	EXPECT_INT("no others", verify_begun(&my, &alice, 0), 0);
	EXPECT_INT("no others", verify_begun(&my, &again, 0), 0);
	EXPECT_VERDICT("once", session_end(my.auth, &caller, NOW_MS), V_NOT_FOUND);
	box_close(&my);
}

static void
mixed_up(void)
{
	struct begun one, two;
	struct box my;
	char *changed;

	box_open_memory(&my);
	one = begin(&my, &my.alice.user, ALICE, 0);
	two = begin(&my, &my.alice.user, ALICE, 1);
	EXPECT_TRUE("other bytes", strcmp(one.secrets.token, two.secrets.token) != 0);
	EXPECT_INT("one", verify_begun(&my, &one, 1), 0);
	EXPECT_INT("two", verify_begun(&my, &two, 1), 0);
	EXPECT_VERDICT("key of one", verify(&my, one.secrets.key, two.secrets.token, 1),
	    V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("key of two", verify(&my, two.secrets.key, one.secrets.token, 1),
	    V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("exchanged", verify(&my, one.secrets.token, one.secrets.key, 1),
	    V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("no token", verify(&my, one.secrets.key, "", 1), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("no key", verify(&my, "", one.secrets.token, 1), V_WRONG_CREDENTIAL);
	changed = arena_strdup(&my.mem, one.secrets.token);
	for (size_t i = 0; changed[i]; i++) {
		changed[i] ^= 1;
		EXPECT_VERDICT("a bit of the token", verify(&my, one.secrets.key, changed, 1),
		    V_WRONG_CREDENTIAL);
		changed[i] ^= 1;
	}
	changed = arena_strdup(&my.mem, one.secrets.key);
	for (size_t i = 0; changed[i]; i++) {
		changed[i] ^= 1;
		EXPECT_VERDICT("a bit of the key", verify(&my, changed, one.secrets.token, 1),
		    V_WRONG_CREDENTIAL);
		changed[i] ^= 1;
	}
	box_close(&my);
}

static void
expiry(void)
{
	struct begun begun;
	struct box my;

	box_open_memory(&my);
	begun = begin(&my, &my.alice.user, ALICE, 0);
	EXPECT_INT("end", begun.caller.expires_ms, NOW_MS + LIFE_MS);
	EXPECT_INT("last millisecond", verify_begun(&my, &begun, LIFE_MS - 1), 0);
	EXPECT_VERDICT("at its end", verify_begun(&my, &begun, LIFE_MS), V_ENDED);
	EXPECT_VERDICT("later", verify_begun(&my, &begun, 2 * LIFE_MS), V_ENDED);
	EXPECT_VERDICT("end it too late", session_end(my.auth, &begun.caller,
	    NOW_MS + LIFE_MS), V_NOT_FOUND);
	my.conf->webitel_ttl_s = 60;
	begun = begin(&my, &my.alice.user, ALICE, 7);
	EXPECT_INT("as configured", begun.caller.expires_ms, NOW_MS + 60007);
	EXPECT_INT("last millisecond", verify_begun(&my, &begun, 60006), 0);
	EXPECT_VERDICT("at its end", verify_begun(&my, &begun, 60007), V_ENDED);
	box_close(&my);
}

/* What happens to Alice, and that her session then is over for good. */
static void
lives(void)
{
	static const char *const rows[] = { "password", "logout", "disable", "keep", "delete" };
	/* without auth/issued.h what is gone from the store is unknown */
	static const int want[] = { V_ENDED, V_WRONG_CREDENTIAL, V_ENDED, V_WRONG_CREDENTIAL,
	    V_WRONG_CREDENTIAL };
	struct begun begun;
	struct box my;
	const char *why;
	uint64_t count;
	int r = 0;

	for (size_t i = 0; i < NELEM(rows); i++) {
		box_open_memory(&my);
		begun = begin(&my, &my.alice.user, ALICE, 0);
		EXPECT_INT(rows[i], verify_begun(&my, &begun, 0), 0);
		switch (rows[i][0]) {
		case 'p': r = user_set_password(my.auth, &my.alice.user.id, PASSWORD,
		    strlen(PASSWORD), false, NOW_MS, &why); break;
		case 'l': r = user_logout(my.auth, &my.alice.user.id, NOW_MS, &count); break;
		case 'k': r = store_user_delete(my.auth->store, &my.alice.user.id, true,
		    NOW_MS); break;
		case 'd': r = rows[i][1] == 'i' ? user_disable(my.auth, &my.alice.user.id,
		    NOW_MS) : store_user_delete(my.auth->store, &my.alice.user.id, false,
		    NOW_MS); break;
		}
		EXPECT_VERDICT(rows[i], r, 0);
		EXPECT_VERDICT(rows[i], verify_begun(&my, &begun, 0), want[i]);
		store_user_enable(my.auth->store, &my.alice.user.id, NOW_MS);
		EXPECT_VERDICT(rows[i], verify_begun(&my, &begun, 0), want[i]);
		box_close(&my);
	}
}

/* HS256 with a key of its own, no kid, and of the ACL what concerns call records. */
static void
token(void)
{
	static const struct { const char *acl, *claims; } rows[] = {
		{ "{}", "{\"acl\":{},\"exp\":1708640000000}" },
		{ "{\"book\":[\"*\"],\"cdrs\":[\"*\"]}", "{\"acl\":{},\"exp\":1708640000000}" },
		{ "{\"cdr/media\":[\"r\"],\"cdr\":[\"*\",\"ro\"],\"cdr/files\":[]}",
		    "{\"acl\":{\"cdr\":[\"*\",\"ro\"],\"cdr/files\":[],\"cdr/media\":[\"r\"]},"
		    "\"exp\":1708640000000}" },
	};
	struct identity who;
	struct begun begun;
	struct box my;
	const char *why;

	box_open_memory(&my);
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT("role", role_set(my.auth, "user", rows[i].acl, 1, &why), 0);
		begun = begin(&my, &my.alice.user, ALICE, 0);
		EXPECT_STRING(rows[i].acl, begun.secrets.token, encode_hs256(&my.mem,
		    "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", rows[i].claims,
		    keyring_newest(&my.auth->keys, KEY_SESSION)->bytes, SECRET_KEY_LEN));
		EXPECT_VERDICT("no JWT of ours", user_jwt_verify(my.auth, begun.secrets.token,
		    NOW_MS, &who), V_WRONG_CREDENTIAL);
	}
	box_close(&my);
}

/* The store contains no secret of the session. */
static void
stored(void)
{
	struct token *list = NULL;
	struct begun begun;
	struct box my;
	size_t count;
	char hex[2 * DIGEST_LEN + 1];

	box_open_memory(&my);
	begun = begin(&my, &my.alice.user, "ALICE@example.com", 0);
	EXPECT_VERDICT("list", store_session_list(my.auth->store, &my.mem, &my.alice.user.id, NULL,
	    9, NOW_MS, &list, &count), 0);
	EXPECT_INT("one", count, 1);
	EXPECT_STRING("as it was sent", list[0].name, "ALICE@example.com");
	EXPECT_STRING("no head", list[0].head, "");
	EXPECT_TRUE("not the key", memmem(&list[0], sizeof list[0], begun.secrets.key, 8) == NULL);
	EXPECT_TRUE("not the token", memmem(&list[0], sizeof list[0],
	    strrchr(begun.secrets.token, '.') + 1, 8) == NULL);
	text_hex(hex, list[0].digest, DIGEST_LEN);
	EXPECT_VERDICT("the digest is no key", verify(&my, hex, begun.secrets.token, 0),
	    V_WRONG_CREDENTIAL);
	box_close(&my);
}

static void
domains(void)
{
	static const struct { const char *name, *want; } rows[] = {
		{ "100@mydomain.com", "mydomain.com" }, { "a@B.Example", "b.example" },
		{ "nobody", "" }, { "a@", "" }, { "@b", "b" }, { "", "" }, { "a@b@c", "b@c" },
	};
	char domain[LOGIN_SIZE];

	for (size_t i = 0; i < NELEM(rows); i++) {
		session_domain(rows[i].name, domain);
		EXPECT_STRING(rows[i].name, domain, rows[i].want);
	}
}

/* As long as the name of a caller can be, and longer. */
static void
long_names(void)
{
	static const struct { const char *row; size_t len; int want; } t[] = {
		{ "as long as fits",       2 * LOGIN_SIZE - 1,  0 },
		{ "a byte more",           2 * LOGIN_SIZE,      V_WRONG_CREDENTIAL },
		{ "as long as a token's",  TOKEN_NAME_SIZE - 1, V_WRONG_CREDENTIAL },
		{ "longer than that",      TOKEN_NAME_SIZE,     V_WRONG_CREDENTIAL },
	};
	struct begun begun;
	struct box my;
	char *name;

	box_open_memory(&my);
	for (size_t i = 0; i < NELEM(t); i++) {
		name = arena_alloc(&my.mem, t[i].len + 1);
		memset(name, 'a', t[i].len);
		EXPECT_VERDICT(t[i].row, session_begin(my.auth, &my.mem, &my.alice.user, name,
		    NOW_MS, &begun.secrets, &begun.caller), t[i].want);
		if (t[i].want == 0)
			EXPECT_INT(t[i].row, verify_begun(&my, &begun, 0), 0);
	}
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "the same millisecond", same_millisecond },
	{ "mixed up", mixed_up },
	{ "expiry", expiry },
	{ "life of a user", lives },
	{ "token", token },
	{ "what is stored", stored },
	{ "domains", domains },
	{ "long names", long_names },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/session", tests);
