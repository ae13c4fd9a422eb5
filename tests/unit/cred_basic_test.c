// SPDX-License-Identifier: ISC
#include <errno.h>
#include <string.h>

#include "auth/user.h"
#include "cred/cred.h"
#include "service/box.h"
#include "service/encode.h"
#include "unit.h"

static int
verify(struct box *my, const char *value, const char **name)
{
	struct identity who;
	struct outcome outcome = { .name = NULL };
	struct attempt attempt = { .auth = my->auth, .mem = &my->call_mem, .now_ms = NOW_MS,
	    .value = value, .who = &who, .outcome = &outcome };
	int r;

	r = scheme_basic.verify(&attempt);
	if (name)
		*name = outcome.name;
	return r;
}

static const char *
encoded(struct box *my, const char *pair)
{
	return encode_base64(&my->mem, pair, strlen(pair));
}

static void
pairs(void)
{
	static const struct { const char *row, *pair; int want; const char *name; } rows[] = {
		{ "right", ALICE ":" PASSWORD, 0, NULL },
		{ "capitals", "Alice@EXAMPLE.com:" PASSWORD, 0, NULL },
		{ "wrong password", ALICE ":x", V_WRONG_CREDENTIAL, ALICE },
		{ "empty password", ALICE ":", V_WRONG_CREDENTIAL, ALICE },
		{ "colon after", ALICE ":" PASSWORD ":", V_WRONG_CREDENTIAL,
		    ALICE },
		{ "colon before", ":" ALICE ":" PASSWORD, V_WRONG_CREDENTIAL, "" },
		{ "no name", ":" PASSWORD, V_WRONG_CREDENTIAL, "" },
		{ "colon alone", ":", V_WRONG_CREDENTIAL, "" },
		{ "no colon", ALICE, V_WRONG_CREDENTIAL, NULL },
		{ "line end in the name", ALICE "\n:" PASSWORD, V_WRONG_CREDENTIAL,
		    NULL },
		{ "line end in the password", ALICE ":" PASSWORD "\n",
		    V_WRONG_CREDENTIAL,
		    NULL },
		{ "delete", ALICE ":\x7f", V_WRONG_CREDENTIAL, NULL },
		{ "Latin-1", ALICE ":p\xe4ssword", V_WRONG_CREDENTIAL, ALICE },
		{ "no UTF-8, no colon", "p\xe4ssword", V_WRONG_CREDENTIAL, NULL },
		{ "blank after the name", ALICE " :" PASSWORD, 0, NULL },
		{ "blanks after the name", ALICE "   :" PASSWORD, 0, NULL },
		{ "blanks alone", "  :" PASSWORD, V_WRONG_CREDENTIAL, "" },
		{ "by a client of OAuth", "alice%40example.com:correct%20horse", 0, NULL },
		{ "with a plus", "alice%40example.com:correct+horse", 0, NULL },
		{ "only the name", "alice%40example.com:" PASSWORD, 0, NULL },
		{ "only the password", ALICE ":correct%20horse", V_WRONG_CREDENTIAL, ALICE },
		{ "its wrong password", "alice%40example.com:x", V_WRONG_CREDENTIAL, ALICE },
		{ "encoded twice", "alice%2540example.com:" PASSWORD, V_WRONG_CREDENTIAL,
		    "alice%2540example.com" },
		{ "half a byte", "alice%40example.com:correct%2", V_WRONG_CREDENTIAL, NULL },
		{ "an encoded NUL", "alice%40example.com%00:" PASSWORD, V_WRONG_CREDENTIAL, NULL },
		{ "an encoded line end", "alice%40example.com:%0a", V_WRONG_CREDENTIAL, NULL },
		{ "blank before", " " ALICE ":" PASSWORD, V_WRONG_CREDENTIAL,
		    " " ALICE },
	};
	const char *name;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i].row, verify(&my, encoded(&my, rows[i].pair), &name),
		    rows[i].want);
		EXPECT_STRING(rows[i].row, name, rows[i].name);
	}
	box_close(&my);
}

static void
encodings(void)
{
	static const struct { const char *row, *value; } rows[] = {
		{ "nothing", "" }, { "no base64", "%%%" }, 
		{ "NUL inside", "YWxpY2VAZXhhbXBsZS5jb20Aeg==" }, { "NUL and colon", "YQA6eA==" },
		{ "URL alphabet", "-_-_" }, { "colon outside", "YWxpY2U=:eA==" },
		{ "stray bits", "YTpi/x==" },
		{ "padding alone", "====" },
	};
	struct box my;
	char *longest;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, verify(&my, rows[i].value, NULL), V_WRONG_CREDENTIAL);
	longest = arena_alloc(&my.mem, 20001);
	memset(longest, 'x', 20000);
	memcpy(longest, ALICE ":", sizeof ALICE);
	EXPECT_VERDICT("a long password", verify(&my, encoded(&my, longest), NULL),
	    V_WRONG_CREDENTIAL);
	longest[sizeof ALICE - 1] = 'x';
	EXPECT_VERDICT("long, without a colon", verify(&my, encoded(&my, longest), NULL),
	    V_WRONG_CREDENTIAL);
	longest[19000] = ':';
	EXPECT_VERDICT("a long name", verify(&my, encoded(&my, longest), NULL),
	    V_WRONG_CREDENTIAL);
	arena_free(&my.call_mem);
	arena_init(&my.call_mem, 16);
	EXPECT_VERDICT("no memory", verify(&my, encoded(&my, ALICE ":x"), NULL),
	    -ENOMEM);
	box_close(&my);
}

/* What clients send of a password that is not ASCII, and how they end base64. */
static void
spellings(void)
{
	static const struct { const char *row, *value; int want; } rows[] = {
		/* carol@example.com:pässwörd */
		{ "UTF-8", "Y2Fyb2xAZXhhbXBsZS5jb206cMOkc3N3w7ZyZA==", 0 },
		{ "Latin-1", "Y2Fyb2xAZXhhbXBsZS5jb206cORzc3f2cmQ=", 0 },
		{ "Latin-1, no padding", "Y2Fyb2xAZXhhbXBsZS5jb206cORzc3f2cmQ", 0 },
		{ "no padding", "Y2Fyb2xAZXhhbXBsZS5jb206cMOkc3N3w7ZyZA", 0 },
		{ "half of it", "Y2Fyb2xAZXhhbXBsZS5jb206cMOkc3N3w7ZyZA=", 0 },
		{ "too much", "Y2Fyb2xAZXhhbXBsZS5jb206cORzc3f2cmQ==", V_WRONG_CREDENTIAL },
		{ "half UTF-8", "Y2Fyb2xAZXhhbXBsZS5jb206cMOkc3N39nJk", V_WRONG_CREDENTIAL },
	};
	static const char password[] = "p\xc3\xa4ssw\xc3\xb6rd";
	struct user carol = { .id = uuid_new(), .created_ms = 1, .email = "carol@example.com",
	    .role = "User" };
	const char *why;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_VERDICT("user", user_add(my.auth, &carol, password, strlen(password), &why),
	    0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, verify(&my, rows[i].value, NULL), rows[i].want);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "pairs", pairs },
	{ "encodings", encodings },
	{ "spellings", spellings },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred_basic", tests);
