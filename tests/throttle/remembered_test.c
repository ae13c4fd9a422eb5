// SPDX-License-Identifier: ISC
/* auth/remembered.h: which passwords are remembered, for how long, and how many. */
#include <stdio.h>
#include <string.h>

#include "auth/remembered.h"
#include "service/box.h"
#include "test.h"

static const uint8_t key[SECRET_KEY_LEN] = { 1 }, other_key[SECRET_KEY_LEN] = { 2 };

static struct user
user_of(uint8_t id, uint64_t gen)
{
	return (struct user){ .id = { { id } }, .gen = gen };
}

static struct password
hash_of(const char *hash)
{
	struct password stored = { .set_ms = 0 };

	strcpy(stored.hash, hash);
	return stored;
}

static void
what(void)
{
	static const struct {
		const char *row;
		uint8_t id;
		uint64_t gen;
		const char *hash, *password;
		int64_t later_ms;
		bool want;
	} rows[] = {
		{ "the same", 1, 7, "$hash", "secret", 0, true },
		{ "up to its end", 1, 7, "$hash", "secret", 59999, true },
		{ "not longer", 1, 7, "$hash", "secret", 60000, false },
		{ "not before", 1, 7, "$hash", "secret", -1, false },
		{ "another password", 1, 7, "$hash", "secreT", 0, false },
		{ "a longer one", 1, 7, "$hash", "secret1", 0, false },
		{ "a shorter one", 1, 7, "$hash", "secre", 0, false },
		{ "none", 1, 7, "$hash", "", 0, false },
		{ "after a logout", 1, 8, "$hash", "secret", 0, false },
		{ "another hash", 1, 7, "$hasH", "secret", 0, false },
		{ "what moved over", 1, 7, "$hashs", "ecret", 0, false },
		{ "another user", 2, 7, "$hash", "secret", 0, false },
	};
	GUARD(remembered_close) struct remembered *all = NULL, *other = NULL, *off = NULL;
	const char *dir = test_directory();
	struct user user = user_of(1, 7);
	struct password stored = hash_of("$hash");

	EXPECT_VERDICT("open", remembered_open(&all, dir, key, 60), 0);
	EXPECT_TRUE("nothing yet", !remembered_has(all, &user, &stored, "secret", 6, NOW_MS));
	remembered_add(all, &user, &stored, "secret", 6, NOW_MS);
	for (size_t i = 0; i < NELEM(rows); i++) {
		user = user_of(rows[i].id, rows[i].gen);
		stored = hash_of(rows[i].hash);
		EXPECT_INT(rows[i].row, remembered_has(all, &user, &stored, rows[i].password,
		    strlen(rows[i].password), NOW_MS + rows[i].later_ms), rows[i].want);
	}
	user = user_of(1, 7);
	stored = hash_of("$hash");
	EXPECT_VERDICT("open", remembered_open(&other, dir, key, 60), 0);
	EXPECT_TRUE("another process", remembered_has(other, &user, &stored, "secret", 6, NOW_MS));
	remembered_close(&other);
	EXPECT_VERDICT("open", remembered_open(&other, dir, other_key, 60), 0);
	EXPECT_TRUE("another key", !remembered_has(other, &user, &stored, "secret", 6, NOW_MS));
	EXPECT_VERDICT("open", remembered_open(&off, dir, key, 0), 0);
	remembered_add(off, &user, &stored, "secret", 6, NOW_MS);
	EXPECT_TRUE("off", !remembered_has(off, &user, &stored, "secret", 6, NOW_MS));
	remembered_add(NULL, &user, &stored, "secret", 6, NOW_MS);
	EXPECT_TRUE("none at all", !remembered_has(NULL, &user, &stored, "secret", 6, NOW_MS));
}

static void
bound(void)
{
	GUARD(remembered_close) struct remembered *all = NULL;
	struct password stored = hash_of("$hash");
	struct user user = user_of(1, 7);
	char password[16];
	int kept = 0;

	EXPECT_VERDICT("open", remembered_open(&all, test_directory(), key, 3600), 0);
	for (int i = 0; i < 5 * REMEMBERED_MAX; i++) {
		snprintf(password, sizeof password, "%d", i);
		remembered_add(all, &user, &stored, password, strlen(password), NOW_MS + i);
		EXPECT_TRUE(password, remembered_has(all, &user, &stored, password,
		    strlen(password), NOW_MS + i));
	}
	for (int i = 0; i < 5 * REMEMBERED_MAX; i++) {
		snprintf(password, sizeof password, "%d", i);
		kept += remembered_has(all, &user, &stored, password, strlen(password),
		    NOW_MS + 5 * REMEMBERED_MAX);
	}
	EXPECT_TRUE("no more than there is room for", kept <= REMEMBERED_MAX);
	EXPECT_TRUE("but most of that", kept > REMEMBERED_MAX * 9 / 10);
}

static CU_TestInfo tests[] = {
	{ "what", what },
	{ "bound", bound },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/remembered", tests);
