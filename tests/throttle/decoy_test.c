// SPDX-License-Identifier: ISC
/* auth/decoy.h: unknown names cost what users' names do, in the same proportions. */
#include <stdio.h>
#include <string.h>

#include "auth/decoy.h"
#include "auth/user.h"
#include "auth/user_login.h"
#include "service/ask.h"
#include "test.h"

#define USERS	100
#define NAMES	2000

#define REST	"$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OLD	"$argon2id$v=19$m=16384,t=1,p=1" REST
#define NEW	"$argon2id$v=19$m=65536,t=2,p=1" REST
#define FOREIGN	"$2y$10$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* User number i, whose id is evenly spaced among others; hash NULL: without a password. */
static void
add(struct auth *auth, int i, const char *hash)
{
	struct password password = { .set_ms = NOW_MS };
	struct user user = user_new(NOW_MS);

	user.id.bytes[0] = (uint8_t)(256 * i / USERS);
	snprintf(user.email, sizeof user.email, "user%d@example.com", i);
	password.user = user.id;
	if (hash)
		strcpy(password.hash, hash);
	EXPECT_VERDICT(user.email, store_user_add(auth->store, &user, &password), 0);
}

static struct auth *
start(struct box *box)
{
	box_open_empty(box, box_conf_guarded(test_directory()));
	return box->auth;
}

/* The number of NAMES unknown names whose decoy begins with prefix. */
static int
count(struct auth *auth, const char *prefix)
{
	char name[64], hash[HASH_SIZE];
	int found = 0;

	for (int i = 0; i < NAMES; i++) {
		snprintf(name, sizeof name, "nobody%d@example.com", i);
		EXPECT_VERDICT(name, decoy_find(auth, name, hash), 0);
		found += strncmp(hash, prefix, strlen(prefix)) == 0;
	}
	return found;
}

static void
shares(void)
{
	struct box box;
	struct auth *auth = start(&box);
	int old, foreign;

	EXPECT_INT("as configured while there is nobody",
	    count(auth, "$argon2id$v=19$m=8192,t=1,p=1$"), NAMES);
	for (int i = 0; i < USERS; i++)
		add(auth, i, i % 4 == 0 ? OLD : i % 4 == 1 ? FOREIGN : i % 8 == 2 ? NULL : NEW);
	old = count(auth, OLD);
	foreign = count(auth, FOREIGN);
	EXPECT_TRUE("as many old ones as there are users", old > NAMES / 5 && old < NAMES * 3 / 10);
	EXPECT_TRUE("and foreign ones", foreign > NAMES / 5 && foreign < NAMES * 3 / 10);
	EXPECT_INT("and no other", count(auth, NEW), NAMES - old - foreign);
	box_close(&box);
}

static void
stable(void)
{
	char one[HASH_SIZE], other[HASH_SIZE], name[64];
	struct box box;
	struct auth *auth = start(&box);

	for (int i = 0; i < USERS; i++)
		add(auth, i, i % 2 ? OLD : NEW);
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof name, "Nobody%d@example.com", i);
		EXPECT_VERDICT(name, decoy_find(auth, name, one), 0);
		name[0] = 'n';
		box_reopen(&box);
		auth = box.auth;
		EXPECT_VERDICT(name, decoy_find(auth, name, other), 0);
		EXPECT_STRING("the same in any case, in every worker", one, other);
	}
	for (int i = 0; i < 20; i++) {
		const char *shown = arena_printf(&box.mem, "nobody%d@b\xc3\xbc" "cher.example", i);
		const char *dns = arena_printf(&box.mem, "nobody%d@xn--bcher-kva.example ", i);

		EXPECT_VERDICT(shown, decoy_find(auth, shown, one), 0);
		EXPECT_VERDICT(dns, decoy_find(auth, dns, other), 0);
		EXPECT_STRING("the same in any spelling", one, other);
	}
	EXPECT_VERDICT("of any length", decoy_find(auth, arena_printf(&box.mem, "%02000d", 0), one),
	    0);
	EXPECT_VERDICT("or none", decoy_find(auth, "", one), 0);
	box_close(&box);
}

/* The decoy is the hash of a user, and yet the password that fits it is refused. */
static void
lets_nobody_in(void)
{
	struct outcome outcome = { .via = NULL };
	struct login login = { .source = "192.0.2.1", .names = LOGIN_BY_ANY, .password = PASSWORD,
	    .len = strlen(PASSWORD), .outcome = &outcome };
	struct box box;
	struct user user;

	box_open_guarded(&box, test_directory());
	box.conf->throttle = false;
	box_reopen(&box);
	for (int i = 0; i < 20; i++) {
		login.name = arena_printf(&box.mem, "nobody%d@example.com", i);
		EXPECT_VERDICT(login.name, user_login(box.auth, &login, NOW_MS, &user),
		    V_NOT_FOUND);
	}
	EXPECT_INT("each was hashed", box_hashes(&box), 20);
	EXPECT_VERDICT("Bob", user_by_email(box.auth, BOB, &user), 0);
	EXPECT_VERDICT("disable", user_disable(box.auth, &user.id, NOW_MS), 0);
	login.name = BOB;
	EXPECT_VERDICT("disabled", user_login(box.auth, &login, NOW_MS, &user),
	    V_WRONG_CREDENTIAL);
	EXPECT_INT("was hashed", box_hashes(&box), 21);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "shares", shares },
	{ "stable", stable },
	{ "lets nobody in", lets_nobody_in },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/decoy", tests);
