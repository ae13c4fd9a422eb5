// SPDX-License-Identifier: ISC
#include "auth/key_admin.h"

#include <string.h>

#include "auth/domain_token.h"
#include "auth/ha1b.h"
#include "auth/session.h"
#include "auth/signing.h"
#include "auth/token.h"
#include "auth/user_jwt.h"
#include "auth/user_login.h"
#include "service/box.h"
#include "store_memory/memory.h"
#include "unit.h"

static const char *
current_id(struct box *my, enum key_purpose purpose)
{
	static char ids[4][KEY_ID_SIZE];
	static unsigned next;
	char *id = ids[next++ % NELEM(ids)];

	return strcpy(id, keyring_newest(&my->auth->keys, purpose)->id);
}

static void
rotate(struct box *my, enum key_purpose purpose, int64_t now_ms)
{
	const struct ring_key *made;

	EXPECT_VERDICT("rotate", keyring_rotate(&my->auth->keys, my->auth->store, purpose, now_ms,
	    &made), 0);
}

/* What the key called id has made. */
static struct key_made
made_by(struct box *my, const char *id, int64_t now_ms)
{
	GUARD(arena_free) struct arena mem;
	struct key_made made[KEYRING_MAX], found = { .tokens = UINT64_MAX };
	struct key *keys;
	size_t count;

	arena_init(&mem, 0);
	EXPECT_VERDICT("keys", auth_keys(my->auth, &mem, &keys, &count), 0);
	EXPECT_VERDICT("made", key_count_made(my->auth, keys, count, now_ms, made), 0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(keys[i].id, id) == 0)
			found = made[i];
	}
	return found;
}

/* Tokens of each hash key are valid until it is retired, and counted for it. */
static void
hash_keys(void)
{
	struct identity who;
	char old[TOKEN_SIZE], new[TOKEN_SIZE];
	struct token token, gone;
	const char *first, *second;
	uint64_t before;
	struct box my;

	box_open(&my, test_directory());
	who = my.alice;
	first = current_id(&my, KEY_HASH);
	before = made_by(&my, first, NOW_MS).tokens;
	EXPECT_VERDICT("create", token_create(my.auth, &who, "old", 600, NOW_MS, &token, old), 0);
	EXPECT_INT("of the first", (int64_t)token.hash_key, 0);
	rotate(&my, KEY_HASH, NOW_MS + 1);
	second = current_id(&my, KEY_HASH);
	EXPECT_VERDICT("create", token_create(my.auth, &who, "new", 600, NOW_MS, &token, new), 0);
	EXPECT_INT("of the second", (int64_t)token.hash_key, 1);
	EXPECT_VERDICT("old", token_verify(my.auth, old, NOW_MS, &who), 0);
	EXPECT_VERDICT("new", token_verify(my.auth, new, NOW_MS, &who), 0);
	EXPECT_VERDICT("neither", token_verify(my.auth, "0123456789012345678901234567890123456789",
	    NOW_MS, &who), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("expired", token_verify(my.auth, old, NOW_MS + 600000, &who), V_ENDED);
	EXPECT_INT("the first made", (int64_t)(made_by(&my, first, NOW_MS).tokens - before), 1);
	EXPECT_INT("the second made", (int64_t)made_by(&my, second, NOW_MS).tokens, 1);
	EXPECT_INT("expired ones do not count",
	    (int64_t)made_by(&my, second, NOW_MS + 600000).tokens, 0);
	EXPECT_VERDICT("the current one", key_retire(my.auth, second, NOW_MS), V_EXISTS);
	EXPECT_VERDICT("none", key_retire(my.auth, "none", NOW_MS), V_NOT_FOUND);
	EXPECT_VERDICT("retire", key_retire(my.auth, first, NOW_MS), 0);
	EXPECT_VERDICT("again", key_retire(my.auth, first, NOW_MS), V_NOT_FOUND);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("old", token_verify(my.auth, old, NOW_MS, &who), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("new", token_verify(my.auth, new, NOW_MS, &who), 0);
	EXPECT_VERDICT("revoke", token_revoke(my.auth, &who, new, NOW_MS, &gone), 0);
	box_close(&my);
}

/* A process that has not noticed yet makes no token that is dead already. */
static void
unnoticed(void)
{
	struct identity who;
	char secret[TOKEN_SIZE];
	struct keyring other;
	const struct ring_key *made;
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	who = my.alice;
	other = my.auth->keys;
	EXPECT_VERDICT("rotate", keyring_rotate(&other, my.auth->store, KEY_HASH, NOW_MS, &made),
	    0);
	EXPECT_VERDICT("retire", key_retire(my.auth, keyring_oldest(&other, KEY_HASH)->id, NOW_MS),
	    0);
	EXPECT_VERDICT("create", token_create(my.auth, &who, "t", 600, NOW_MS, &token, secret), 0);
	EXPECT_INT("by the new key", (int64_t)token.hash_key, 1);
	EXPECT_VERDICT("valid", token_verify(my.auth, secret, NOW_MS, &who), 0);
	box_close(&my);
}

static void
sessions(void)
{
	struct session_secrets secrets;
	GUARD(arena_free) struct arena mem;
	struct caller caller;
	const char *first;
	struct box my;

	arena_init(&mem, 0);
	box_open(&my, test_directory());
	EXPECT_VERDICT("begin", session_begin(my.auth, &mem, &my.alice.user, ALICE, NOW_MS, &secrets,
	    &caller), 0);
	first = current_id(&my, KEY_HASH);
	for (enum key_purpose purpose = 0; purpose < KEY_PURPOSES_OF_ALL; purpose++)
		rotate(&my, purpose, NOW_MS + 1);
	EXPECT_VERDICT("goes on", session_verify(my.auth, secrets.key, secrets.token, NOW_MS,
	    &caller), 0);
	EXPECT_VERDICT("its signature counts for nothing", key_retire(my.auth,
	    keyring_oldest(&my.auth->keys, KEY_SESSION)->id, NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("goes on", session_verify(my.auth, secrets.key, secrets.token, NOW_MS,
	    &caller), 0);
	EXPECT_TRUE("counted", made_by(&my, first, NOW_MS).sessions >= 1);
	EXPECT_VERDICT("retire", key_retire(my.auth, first, NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("ended", session_verify(my.auth, secrets.key, secrets.token, NOW_MS,
	    &caller), V_WRONG_CREDENTIAL);
	box_close(&my);
}

/* A HA1B is made again at the next login, and then outlives the key that it was made with. */
static void
ha1bs(void)
{
	static const char ha1b[] = "cfd418ab3e3ef76f9837f332c1d26768";
	struct identity who;
	const char *first;
	struct user user;
	struct box my;

	for (int logs_in = 0; logs_in < 2; logs_in++) {
		box_open(&my, test_directory());
		first = current_id(&my, KEY_HASH);
		EXPECT_VERDICT("with the first", ha1b_verify(my.auth, ha1b, NOW_MS, &who), 0);
		rotate(&my, KEY_HASH, NOW_MS + 1);
		EXPECT_VERDICT("an older one", ha1b_verify(my.auth, ha1b, NOW_MS, &who), 0);
		EXPECT_INT("counted", (int64_t)made_by(&my, first, NOW_MS).ha1b, 1);
		if (logs_in) {
			struct outcome outcome = { .wait_s = 0 };
			struct login login = { .source = "192.0.2.1", .names = LOGIN_BY_EMAIL,
			    .name = ALICE, .password = PASSWORD, .len = strlen(PASSWORD),
			    .outcome = &outcome };

			EXPECT_VERDICT("login", user_login(my.auth, &login, NOW_MS + 2, &user), 0);
			EXPECT_INT("moved", (int64_t)made_by(&my, first, NOW_MS).ha1b, 0);
			EXPECT_INT("moved", (int64_t)made_by(&my, current_id(&my, KEY_HASH),
			    NOW_MS).ha1b, 1);
		}
		EXPECT_VERDICT("retire", key_retire(my.auth, first, NOW_MS), 0);
		EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
		EXPECT_VERDICT(logs_in ? "goes on" : "ended", ha1b_verify(my.auth, ha1b, NOW_MS,
		    &who), logs_in ? 0 : V_WRONG_CREDENTIAL);
		box_close(&my);
	}
}

static void
domain_keys(void)
{
	GUARD(arena_free) struct arena mem;
	const char *old, *new, *first;
	struct domain_token token;
	struct caller caller;
	struct box my;

	arena_init(&mem, 0);
	box_open(&my, test_directory());
	first = current_id(&my, KEY_DOMAIN);
	for (int i = 0; i < 450; i++)
		EXPECT_VERDICT("old", domain_token_create(my.auth, &mem, NULL, i % 2 ? "a" : "b",
		    "user", NOW_MS + 5000 + i, NOW_MS, &token, &old), 0);
	rotate(&my, KEY_DOMAIN, NOW_MS + 1);
	EXPECT_VERDICT("new", domain_token_create(my.auth, &mem, NULL, "a", "user", NOW_MS + 5000,
	    NOW_MS, &token, &new), 0);
	EXPECT_VERDICT("old", domain_token_verify(my.auth, old, NOW_MS, &caller), 0);
	EXPECT_INT("made", (int64_t)made_by(&my, first, NOW_MS).domain_tokens, 450);
	EXPECT_VERDICT("retire", key_retire(my.auth, first, NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("old", domain_token_verify(my.auth, old, NOW_MS, &caller),
	    V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("new", domain_token_verify(my.auth, new, NOW_MS, &caller), 0);
	EXPECT_INT("only that is left",
	    (int64_t)made_by(&my, current_id(&my, KEY_DOMAIN), NOW_MS).domain_tokens, 1);
	box_close(&my);
}

static void
jwt_keys(void)
{
	struct identity who;
	const char *first, *jwt;
	struct box my;

	box_open(&my, test_directory());
	jwt = box_jwt(&my, &my.alice);
	first = current_id(&my, KEY_JWT);
	EXPECT_VERDICT("known", user_jwt_verify(my.auth, jwt, NOW_MS, &who), 0);
	EXPECT_INT("no end yet", made_by(&my, first, NOW_MS).jwts_until_ms, 0);
	rotate(&my, KEY_JWT, NOW_MS + 7);
	EXPECT_INT("the last expires", made_by(&my, first, NOW_MS).jwts_until_ms,
	    NOW_MS + 7 + my.conf->jwt_ttl_s * 1000);
	EXPECT_VERDICT("valid", user_jwt_verify(my.auth, jwt, NOW_MS, &who), 0);
	EXPECT_VERDICT("retire", key_retire(my.auth, first, NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("ended", user_jwt_verify(my.auth, jwt, NOW_MS, &who), V_WRONG_CREDENTIAL);
	box_close(&my);
}

/* An interrupted retirement has ended all, and is finished by another one. */
static void
interrupted(void)
{
	struct identity who;
	char secret[TOKEN_SIZE];
	struct token token;
	const char *first;
	struct box my;
	int r;

	for (unsigned call = 1;; call++) {
		box_open_memory(&my);
		who = my.alice;
		first = current_id(&my, KEY_HASH);
		EXPECT_VERDICT("create", token_create(my.auth, &who, "t", 600, NOW_MS, &token,
		    secret), 0);
		rotate(&my, KEY_HASH, NOW_MS + 1);
		store_memory_fail(my.auth->store, call, -EIO);
		r = key_retire(my.auth, first, NOW_MS);
		store_memory_fail(my.auth->store, 0, 0);
		EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
		EXPECT_VERDICT("all or nothing", token_verify(my.auth, secret, NOW_MS, &who),
		    keyring_older(&my.auth->keys, keyring_newest(&my.auth->keys, KEY_HASH)) ?
		    0 : V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("again", key_retire(my.auth, first, NOW_MS), r ? 0 : V_NOT_FOUND);
		EXPECT_INT("nothing is left", ((struct memory *)my.auth->store)->keys.count,
		    KEY_PURPOSES_OF_ALL);
		box_close(&my);
		if (!r)
			break;
	}
}

/* The states of all keys of a purpose, a letter for each serial. */
static const char *
states(struct box *my, const char *purpose, int64_t now_ms)
{
	static const char letters[] = { [KEY_CURRENT] = 'c', [KEY_WAITING] = 'w',
	    [KEY_ACCEPTED] = 'a', [KEY_RETIRED] = 'r' };
	const struct signing_key *signer;
	enum key_state state;
	struct key *keys;
	size_t count;
	char *text = arena_alloc(&my->mem, KEYRING_MAX + 1);

	EXPECT_VERDICT("follow", auth_follow(my->auth), 0);
	EXPECT_VERDICT("keys", auth_keys(my->auth, &my->mem, &keys, &count), 0);
	memset(text, 0, KEYRING_MAX + 1);
	for (size_t i = 0; i < count; i++) {
		state = key_state_of(my->auth, keys, count, &keys[i], now_ms);
		if (strcmp(keys[i].purpose, purpose) != 0)
			continue;
		text[keys[i].serial] = letters[state];
		if (keyring_purpose(purpose) < KEY_PURPOSES_OF_ALL || state != KEY_CURRENT)
			continue;
		EXPECT_VERDICT("signs", signing_current(my->auth->signing, now_ms, &signer), 0);
		EXPECT_STRING("signs", signer->id, keys[i].id);
	}
	return text;
}

/* A key of ES256 signs once it was published for long enough; none of RS256 ever does. */
static void
signing_keys(void)
{
	const int64_t lead_ms = 900000, later_ms = 4000000000000;
	struct conf *conf = box_conf(test_directory());
	const char *first, *second, *other;
	struct box my;

	conf->jwt_alg = "ES256";
	box_open_empty(&my, conf);
	first = current_id(&my, KEY_JWT_ES256);
	EXPECT_STRING("the only one", states(&my, "jwt-es256", NOW_MS), "c");
	EXPECT_STRING("and then", states(&my, "jwt-es256", later_ms), "c");
	EXPECT_VERDICT("is needed", key_retire(my.auth, first, NOW_MS), V_EXISTS);
	rotate(&my, KEY_JWT_ES256, later_ms);
	second = current_id(&my, KEY_JWT_ES256);
	EXPECT_STRING("published", states(&my, "jwt-es256", later_ms), "cw");
	EXPECT_STRING("still", states(&my, "jwt-es256", later_ms + lead_ms - 1), "cw");
	EXPECT_STRING("signs", states(&my, "jwt-es256", later_ms + lead_ms), "ac");
	rotate(&my, KEY_JWT_ES256, later_ms + 1);
	EXPECT_STRING("two wait", states(&my, "jwt-es256", later_ms + lead_ms - 1), "cww");
	EXPECT_STRING("one signs", states(&my, "jwt-es256", later_ms + lead_ms), "acw");
	EXPECT_STRING("before all", states(&my, "jwt-es256", 0), "cww");
	rotate(&my, KEY_JWT_RS256, 0);
	other = current_id(&my, KEY_JWT_RS256);
	EXPECT_STRING("never signs", states(&my, "jwt-rs256", later_ms), "a");
	EXPECT_VERDICT("waits", key_retire(my.auth, current_id(&my, KEY_JWT_ES256), later_ms), 0);
	EXPECT_STRING("is gone", states(&my, "jwt-es256", later_ms), "cw");
	EXPECT_VERDICT("signs", key_retire(my.auth, first, later_ms), 0);
	EXPECT_STRING("the next one does", states(&my, "jwt-es256", later_ms) + 1, "c");
	EXPECT_VERDICT("is needed", key_retire(my.auth, second, later_ms), V_EXISTS);
	EXPECT_VERDICT("not needed", key_retire(my.auth, other, later_ms), 0);
	EXPECT_VERDICT("of all", key_retire(my.auth, current_id(&my, KEY_JWT), 0), V_EXISTS);
	my.conf->jwt_alg = "HS256";
	EXPECT_STRING("no longer", states(&my, "jwt-es256", later_ms) + 1, "a");
	EXPECT_VERDICT("not needed", key_retire(my.auth, second, later_ms), 0);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "hash keys", hash_keys },
	{ "unnoticed", unnoticed },
	{ "sessions", sessions },
	{ "HA1Bs", ha1bs },
	{ "domain keys", domain_keys },
	{ "JWT keys", jwt_keys },
	{ "signing keys", signing_keys },
	{ "interrupted", interrupted },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/key_admin", tests);
