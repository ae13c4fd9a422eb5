// SPDX-License-Identifier: ISC
#include "auth/known_jwt.h"

#include <stdio.h>

#include "auth/user_jwt.h"
#include "service/box.h"
#include "unit.h"

static const struct user_claims claims = { .iat_s = 1, .exp_s = 2, .auth_time_s = 3, .gen = 4 };

static void
found(void)
{
	static const char *const others[] = { "a.b.d", "a.b.c ", "a.b.", "", "A.b.c" };
	struct keyring ring = { .changes = 1 };
	struct known_jwts *known = NULL;
	struct user_claims out;

	EXPECT_VERDICT("open", known_jwts_open(&known), 0);
	EXPECT_TRUE("empty", !known_jwts_find(known, &ring, "a.b.c", &out));
	known_jwts_add(known, &ring, "a.b.c", &claims);
	EXPECT_TRUE("found", known_jwts_find(known, &ring, "a.b.c", &out));
	EXPECT_TRUE("its claims", out.iat_s == 1 && out.exp_s == 2 && out.auth_time_s == 3 &&
	    out.gen == 4 && !out.has_token);
	for (size_t i = 0; i < NELEM(others); i++)
		EXPECT_TRUE(others[i], !known_jwts_find(known, &ring, others[i], &out));
	ring.changes++;
	EXPECT_TRUE("other keys", !known_jwts_find(known, &ring, "a.b.c", &out));
	known_jwts_add(known, &ring, "a.b.c", &claims);
	EXPECT_TRUE("verified with them", known_jwts_find(known, &ring, "a.b.c", &out));
	ring.changes++;
	known_jwts_add(known, &ring, "d.e.f", &claims);
	EXPECT_TRUE("gone when another is added", !known_jwts_find(known, &ring, "a.b.c", &out));
	known_jwts_close(&known);
	known_jwts_add(known, &ring, "a.b.c", &claims);
	EXPECT_TRUE("no table", !known_jwts_find(known, &ring, "a.b.c", &out));
}

/* A token in use stays however many others come. */
static void
bounded(void)
{
	struct keyring ring = { .changes = 1 };
	struct known_jwts *known = NULL;
	struct user_claims out;
	int kept = 0;
	char jwt[32];

	EXPECT_VERDICT("open", known_jwts_open(&known), 0);
	known_jwts_add(known, &ring, "a.b.c", &claims);
	for (int i = 0; i < 20000; i++) {
		snprintf(jwt, sizeof jwt, "a.b.%d", i);
		known_jwts_add(known, &ring, jwt, &claims);
		if (!known_jwts_find(known, &ring, "a.b.c", &out))
			break;
		kept++;
	}
	EXPECT_INT("stays", kept, 20000);
	EXPECT_TRUE("the last is there", known_jwts_find(known, &ring, jwt, &out));
	EXPECT_TRUE("the first is not", !known_jwts_find(known, &ring, "a.b.0", &out));
	known_jwts_close(&known);
}

/* A key that the store has no longer takes its tokens along when the keys are read. */
static void
keys_change(void)
{
	const struct ring_key *made;
	char first[KEY_ID_SIZE];
	struct identity who;
	struct box my;
	const char *jwt;

	box_open(&my, test_directory());
	jwt = box_jwt(&my, &my.alice);
	EXPECT_VERDICT("verified", user_jwt_verify(my.auth, jwt, NOW_MS, &who), 0);
	EXPECT_VERDICT("read again", keyring_load(&my.auth->keys, my.auth->store), 0);
	EXPECT_INT("the same keys", (int64_t)my.auth->keys.changes, 1);
	EXPECT_VERDICT("known", user_jwt_verify(my.auth, jwt, NOW_MS, &who), 0);
	strcpy(first, keyring_newest(&my.auth->keys, KEY_JWT)->id);
	EXPECT_VERDICT("rotate", keyring_rotate(&my.auth->keys, my.auth->store, KEY_JWT, NOW_MS,
	    &made), 0);
	EXPECT_VERDICT("still accepted", user_jwt_verify(my.auth, jwt, NOW_MS, &who), 0);
	store_expect_keys(my.auth->store, 0);
	EXPECT_VERDICT("drop", store_key_drop(my.auth->store, first), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("its key is gone", user_jwt_verify(my.auth, jwt, NOW_MS, &who),
	    V_WRONG_CREDENTIAL);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "found", found },
	{ "bounded", bounded },
	{ "keys change", keys_change },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/known_jwt", tests);
