// SPDX-License-Identifier: ISC
#include "auth/login_name.h"

#include <string.h>

#include "unit.h"

#define UMLAUT "b\xc3\xbc" "cher.example"
#define A_LABEL "xn--bcher-kva.example"

static void
made(void)
{
	static const struct { const char *row, *in, *want; } t[] = {
		{ "as it is", "alice@example.com", "alice@example.com" },
		{ "capitals", "Alice@Example.COM", "alice@example.com" },
		{ "a blank after", "alice@example.com ", "alice@example.com" },
		{ "blanks after", "alice@example.com   ", "alice@example.com" },
		{ "a blank before", " alice@example.com", " alice@example.com" },
		{ "no domain", "100", "100" },
		{ "nothing", "", "" },
		{ "blanks alone", "  ", "" },
		{ "an apostrophe", "o'neil@example.com", "o'neil@example.com" },
		{ "letters of its own", "a@" UMLAUT, "a@" A_LABEL },
		{ "and a blank", "a@" UMLAUT " ", "a@" A_LABEL },
		{ "as DNS has it", "a@XN--bcher-kva.example", "a@" A_LABEL },
		{ "decomposed", "a@bu\xcc\x88" "cher.example", "a@" A_LABEL },
		{ "name decomposed", "jo\xcc\x88rg@example.com", "j\xc3\xb6rg@example.com" },
		{ "name in capitals beyond ASCII", "\xc3\x96@example.com", "\xc3\x96@example.com" },
		{ "two signs", "a@b@" UMLAUT, "a@b@" A_LABEL },
	};
	char name[LOGIN_SIZE];

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, login_name_make(t[i].in, name), 0);
		EXPECT_STRING(t[i].row, name, t[i].want);
	}
}

static void
refused(void)
{
	char name[LOGIN_SIZE] = "before", longest[LOGIN_SIZE + 1];

	EXPECT_VERDICT("not UTF-8", login_name_make("j\xf6rg@example.com", name), V_INVALID);
	EXPECT_VERDICT("no domain", login_name_make("a@b\xc3\xbc..example", name), V_INVALID);
	memset(longest, 'x', sizeof longest);
	longest[LOGIN_SIZE] = '\0';
	EXPECT_VERDICT("too long", login_name_make(longest, name), V_INVALID);
	strcpy(longest + LOGIN_SIZE - 1 - strlen("@" UMLAUT), "@" UMLAUT);
	EXPECT_VERDICT("too long as DNS has it", login_name_make(longest, name), V_INVALID);
	EXPECT_STRING("left alone", name, "before");
	memset(longest, 'x', sizeof longest);
	longest[LOGIN_SIZE - 1] = '\0';
	EXPECT_VERDICT("the longest", login_name_make(longest, name), 0);
}

static void
forms(void)
{
	static const struct { const char *row, *in, *want[LOGIN_FORMS_MAX + 1]; } t[] = {
		{ "ASCII", "Alice@Example.com", { "alice@example.com" } },
		{ "a blank after", "a@example.com ", { "a@example.com", "a@example.com " } },
		{ "letters of its own", "a@" UMLAUT, { "a@" A_LABEL, "a@" UMLAUT } },
		{ "as DNS has it", "a@" A_LABEL, { "a@" A_LABEL, "a@" UMLAUT } },
		{ "capitals", "A@B\xc3\x9c" "cher.example", { "a@" A_LABEL, "a@" UMLAUT,
		    "a@b\xc3\x9c" "cher.example" } },
		{ "no domain", "A@b\xc3\xbc..example", { "a@b\xc3\xbc..example" } },
		{ "not UTF-8", "j\xf6rg@example.com", { "j\xf6rg@example.com" } },
	};
	char longest[LOGIN_SIZE + 1];
	struct login_forms found;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, login_name_forms(t[i].in, &found), 0);
		for (size_t j = 0; j < LOGIN_FORMS_MAX; j++)
			EXPECT_STRING(t[i].row, j < found.count ? found.at[j] : NULL, t[i].want[j]);
	}
	memset(longest, 'x', sizeof longest);
	longest[LOGIN_SIZE] = '\0';
	EXPECT_VERDICT("too long", login_name_forms(longest, &found), 0);
	EXPECT_INT("nobody's", (int64_t)found.count, 0);
}

/* Every input has a name under which it is counted. */
static void
fold(void)
{
	static const struct { const char *row, *in, *want; } t[] = {
		{ "a login", "Alice@Example.com ", "alice@example.com" },
		{ "letters of its own", "a@" UMLAUT, "a@" A_LABEL },
		{ "nothing", "", "" },
		{ "not UTF-8", "J\xf6rg@Example.com", "j\xf6rg@example.com" },
		{ "no domain", "A@b\xc3\xbc..example", "a@b\xc3\xbc..example" },
	};
	char longest[2 * LOGIN_SIZE], name[LOGIN_SIZE];

	for (size_t i = 0; i < NELEM(t); i++) {
		login_name_fold(t[i].in, name);
		EXPECT_STRING(t[i].row, name, t[i].want);
	}
	memset(longest, 'X', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	login_name_fold(longest, name);
	EXPECT_INT("too long", (int64_t)strlen(name), LOGIN_SIZE - 1);
	EXPECT_TRUE("too long", strspn(name, "x") == LOGIN_SIZE - 1);
}

static CU_TestInfo tests[] = {
	{ "made", made },
	{ "refused", refused },
	{ "forms", forms },
	{ "fold", fold },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/login_name", tests);
