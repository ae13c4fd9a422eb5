// SPDX-License-Identifier: ISC
/* Which passwords may be set, and the form of the list of common ones. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/common_password.h"
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
		{ "that of the documented example", "12345678", false },
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
		EXPECT_INT(rows[i].row, common_password_is(rows[i].password,
		    strlen(rows[i].password)), rows[i].want);
	EXPECT_TRUE("NUL inside", !common_password_is("87654321\0", 9));
	EXPECT_TRUE("NUL after a blank", !common_password_is("\0", 1));
}

/* Sorted, each once, lower case, long enough to be of use, a few thousand. */
static void
list(void)
{
	const char *at = common_passwords;
	char word[64] = "", former[64] = "";
	int count = 0;

	EXPECT_INT("a line end first", *at, '\n');
	for (at++; *at; at += strlen(word) + 1) {
		size_t len = strcspn(at, "\n");

		EXPECT_TRUE(at, len >= 8 && len < sizeof word && at[len] == '\n');
		memcpy(word, at, len);
		word[len] = '\0';
		EXPECT_TRUE(word, strcmp(former, word) < 0);
		EXPECT_TRUE(word, common_password_is(word, len));
		EXPECT_TRUE(word, strpbrk(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ #") == NULL);
		strcpy(former, word);
		count++;
	}
	EXPECT_TRUE("a few thousand", count > 3000);
}

/* The path of a list with those bytes, until the next one is written. */
static const char *
write_list(const char *bytes)
{
	static char path[4096];
	FILE *to;

	snprintf(path, sizeof path, "%s/refused", test_directory());
	to = fopen(path, "w");
	EXPECT_TRUE("list", to && fputs(bytes, to) >= 0 && fclose(to) == 0);
	return path;
}

/* A host's own list: line ends of any kind, with or without one after the last line. */
static void
file(void)
{
	static const struct { const char *row, *bytes, *password; int want; } rows[] = {
		{ "the first", "acme-2024\nacme-2025\n", "acme-2024", V_EXISTS },
		{ "the last", "acme-2024\nacme-2025\n", "Acme-2025", V_EXISTS },
		{ "without an end", "acme-2024\nacme-2025", "acme-2025", V_EXISTS },
		{ "CR and LF", "acme-2024\r\nacme-2025\r\n", "acme-2024", V_EXISTS },
		{ "after a line of none", "\n\nacme-2025\n", "acme-2025", V_EXISTS },
		{ "with blanks", "our own words\n", "Our own words", V_EXISTS },
		{ "not ASCII", "gr\xc3\xbc\xc3\x9f" "e-2024\n", "gru\xcc\x88\xc3\x9f" "e-2024",
		    V_EXISTS },
		{ "part of one", "acme-2024\n", "acme-202", 0 },
		{ "more than one", "acme-2024\n", "acme-20245", 0 },
		{ "two of them", "acme-2024\nacme-2025\n", "acme-2024\nacme-2025", 0 },
		{ "nothing", "acme-2024\n\n", "", 0 },
		{ "an empty file", "", "acme-2024", 0 },
	};
	const char *path;

	for (size_t i = 0; i < NELEM(rows); i++) {
		path = write_list(rows[i].bytes);
		EXPECT_VERDICT(rows[i].row, common_password_find(path, rows[i].password,
		    strlen(rows[i].password)), rows[i].want);
	}
	EXPECT_VERDICT("no file", common_password_find("/nonexistent/refused", "acme-2024", 9),
	    -ENOENT);
	EXPECT_VERDICT("a directory", common_password_find(test_directory(), "acme-2024", 9),
	    -EINVAL);
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
		EXPECT_VERDICT(rows[i].row, user_set_password(box.auth, &box.alice.user.id,
		    rows[i].password, strlen(rows[i].password), false, NOW_MS, &why), rows[i].want);
		EXPECT_INT(rows[i].row, *why != 0, rows[i].want != 0);
	}
	box.conf->password_refuse_file = write_list("correct-horse-3\n");
	EXPECT_VERDICT("on the list", user_set_password(box.auth, &box.alice.user.id,
	    "Correct-Horse-3", 15, false, NOW_MS, &why), V_INVALID);
	EXPECT_VERDICT("not on it", user_set_password(box.auth, &box.alice.user.id,
	    "correct-horse-4", 15, false, NOW_MS, &why), 0);
	box.conf->password_refuse_file = "/nonexistent/refused";
	EXPECT_VERDICT("no list", user_set_password(box.auth, &box.alice.user.id,
	    "correct-horse-5", 15, false, NOW_MS, &why), -ENOENT);
	box_close(&box);
}

/* Whatever logs the user in is no secret, however it is spelt. */
static void
logins(void)
{
	static const struct { const char *row, *password; int want; } rows[] = {
		{ "e-mail", "caroline@b\xc3\xbc" "cher.example", V_INVALID },
		{ "in capitals", "CAROLINE@B\xc3\xbc" "CHER.EXAMPLE", V_INVALID },
		{ "in A-label form", "caroline@xn--bcher-kva.example", V_INVALID },
		{ "a blank after it", "caroline@b\xc3\xbc" "cher.example ", V_INVALID },
		{ "what is before the @", "Caroline", V_INVALID },
		{ "SIP login", "4930123456@sip.example.org", V_INVALID },
		{ "its number", "4930123456", V_INVALID },
		{ "another domain", "caroline@sip.example.org", 0 },
		{ "more than that", "caroline1", 0 },
		{ "less than that", "carolin@b\xc3\xbc" "cher.example", 0 },
		{ "the domain", "xn--bcher-kva.example", 0 },
	};
	struct user user = user_new(NOW_MS);
	const char *why;
	struct box box;

	box_open_guarded(&box, test_directory());
	strcpy(user.email, "caroline@xn--bcher-kva.example");
	strcpy(user.sip_login, "4930123456@sip.example.org");
	for (size_t i = 0; i < 2 * NELEM(rows); i++) {
		const char *password = rows[i / 2].password;

		box.conf->password_refuse_common = i % 2;
		why = "";
		user.id = uuid_new_at(NOW_MS);
		EXPECT_VERDICT(rows[i / 2].row, user_add(box.auth, &user, password, strlen(password),
		    &why), i % 2 ? rows[i / 2].want : 0);
		EXPECT_INT(rows[i / 2].row, *why != 0, i % 2 && rows[i / 2].want);
		if (user_delete(box.auth, &user.id, false, NOW_MS) != 0)
			EXPECT_TRUE(rows[i / 2].row, i % 2 && rows[i / 2].want);
	}
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "common passwords", common },
	{ "the list", list },
	{ "a list of one's own", file },
	{ "users", users },
	{ "login names", logins },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/password: rules", tests);
