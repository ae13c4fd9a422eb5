// SPDX-License-Identifier: ISC
/* What may be a new password, and what the list of common ones is like. */
#include <string.h>

#include "auth/password.h"
#include "auth/user.h"
#include "service/box.h"
#include "test.h"

static void
common(void)
{
	static const struct { const char *row, *password; bool want; } rows[] = {
		{ "a word and a number", "password1", true },
		{ "in any case", "PassWord1", true },
		{ "a walk over the keyboard", "qwertyuiop", true },
		{ "a column of it", "1qaz2wsx", true },
		{ "a sequence", "123456789", true },
		{ "that of seed 002", "12345678", false },
		{ "backwards", "87654321", true },
		{ "a repetition", "aaaaaaaa", true },
		{ "what people say", "iloveyou", true },
		{ "a season", "Summer2024", true },
		{ "the first on the list", "00000000", true },
		{ "part of one", "assword1", false },
		{ "more than one", "password1x1", false },
		{ "two of them", "12345678 password1", false },
		{ "with a blank", "password1 ", false },
		{ "with a blank before", " password1", false },
		{ "nothing", "", false },
		{ "a blank", " ", false },
		{ "of somebody's own", "correct horse battery", false },
		{ "not English", "p\xc3\xa4ssw\xc3\xb6rd1", false },
		{ "long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    false },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].row, password_is_common(rows[i].password,
		    strlen(rows[i].password)), rows[i].want);
	EXPECT_TRUE("NUL inside", !password_is_common("87654321\0", 9));
	EXPECT_TRUE("NUL behind a blank", !password_is_common("\0", 1));
}

/* Sorted, each once, lower case, long enough to be of use, a few thousand. */
static void
list(void)
{
	const char *at = common_passwords;
	char word[64] = "", former[64] = "";
	int count = 0;

	EXPECT_INT("a blank first", *at, ' ');
	for (at++; *at; at += strlen(word) + 1) {
		size_t len = strcspn(at, " ");

		EXPECT_TRUE(at, len >= 8 && len < sizeof word && at[len] == ' ');
		memcpy(word, at, len);
		word[len] = '\0';
		EXPECT_TRUE(word, strcmp(former, word) < 0);
		EXPECT_TRUE(word, password_is_common(word, len));
		EXPECT_TRUE(word, strpbrk(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL);
		strcpy(former, word);
		count++;
	}
	EXPECT_TRUE("a few thousand", count > 3000);
}

static void
users(void)
{
	static const struct { const char *row, *password; bool refuse; int want; } rows[] = {
		{ "short", "x1y2z3", true, V_INVALID },
		{ "common", "Password123", true, V_INVALID },
		{ "common, allowed", "Password123", false, 0 },
		{ "control character", "correct\thorse", true, V_INVALID },
		{ "good", "correct-horse-2", true, 0 },
	};
	struct box box;
	const char *why;

	box_open_guarded(&box, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++) {
		why = "";
		box.conf->password_refuse_common = rows[i].refuse;
		EXPECT_VERDICT(rows[i].row, user_set_password(box.auth, &box.alice.user.id, rows[i].password,
		    strlen(rows[i].password), false, NOW_MS, &why), rows[i].want);
		EXPECT_INT(rows[i].row, *why != 0, rows[i].want != 0);
	}
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "common passwords", common },
	{ "the list", list },
	{ "users", users },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/password: rules", tests);
