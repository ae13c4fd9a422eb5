// SPDX-License-Identifier: ISC
#include <errno.h>
#include <string.h>

#include "cred/cred.h"
#include "ready.h"
#include "unit.h"

static int
verify(struct ready *my, const char *value, const char **name)
{
	struct identity who;
	struct outcome outcome = { .name = NULL };
	struct attempt attempt = { .auth = my->auth, .mem = &my->call_mem, .now_ms = READY_NOW_MS,
	    .value = value, .who = &who, .outcome = &outcome };
	int r;

	r = scheme_basic.verify(&attempt);
	if (name)
		*name = outcome.name;
	return r;
}

static void
pairs(void)
{
	static const struct { const char *row, *pair; int want; const char *name; } rows[] = {
		{ "right", READY_EMAIL ":" READY_PASSWORD, 0, NULL },
		{ "capitals", "Alice@EXAMPLE.com:" READY_PASSWORD, 0, NULL },
		{ "wrong password", READY_EMAIL ":x", V_WRONG_CREDENTIAL, READY_EMAIL },
		{ "empty password", READY_EMAIL ":", V_WRONG_CREDENTIAL, READY_EMAIL },
		{ "colon behind", READY_EMAIL ":" READY_PASSWORD ":", V_WRONG_CREDENTIAL,
		    READY_EMAIL },
		{ "colon before", ":" READY_EMAIL ":" READY_PASSWORD, V_WRONG_CREDENTIAL, "" },
		{ "no name", ":" READY_PASSWORD, V_WRONG_CREDENTIAL, "" },
		{ "colon alone", ":", V_WRONG_CREDENTIAL, "" },
		{ "no colon", READY_EMAIL, V_WRONG_CREDENTIAL, NULL },
		{ "line end in the name", READY_EMAIL "\n:" READY_PASSWORD, V_WRONG_CREDENTIAL,
		    NULL },
		{ "line end in the password", READY_EMAIL ":" READY_PASSWORD "\n",
		    V_WRONG_CREDENTIAL,
		    NULL },
		{ "delete", READY_EMAIL ":\x7f", V_WRONG_CREDENTIAL, NULL },
		{ "Latin-1", READY_EMAIL ":p\xe4ssword", V_WRONG_CREDENTIAL, NULL },
		{ "blank before", " " READY_EMAIL ":" READY_PASSWORD, V_WRONG_CREDENTIAL,
		    " " READY_EMAIL },
	};
	const char *name;
	struct ready my;

	ready_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i].row, verify(&my, ready_basic(&my, rows[i].pair) + 6, &name),
		    rows[i].want);
		EXPECT_STRING(rows[i].row, name, rows[i].name);
	}
	ready_close(&my);
}

static void
encodings(void)
{
	static const struct { const char *row, *value; } rows[] = {
		{ "nothing", "" }, { "no base64", "%%%" }, { "not padded", "YWxpY2U6eA" },
		{ "NUL inside", "YWxpY2VAZXhhbXBsZS5jb20Aeg==" }, { "NUL and colon", "YQA6eA==" },
		{ "URL alphabet", "-_-_" }, { "colon outside", "YWxpY2U=:eA==" },
		{ "stray bits", "YTpi/x==" },
		{ "padding alone", "====" },
	};
	struct ready my;
	char *longest;

	ready_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, verify(&my, rows[i].value, NULL), V_WRONG_CREDENTIAL);
	longest = arena_alloc(&my.mem, 20001);
	memset(longest, 'x', 20000);
	memcpy(longest, READY_EMAIL ":", sizeof READY_EMAIL);
	EXPECT_VERDICT("a long password", verify(&my, ready_basic(&my, longest) + 6, NULL),
	    V_WRONG_CREDENTIAL);
	longest[sizeof READY_EMAIL - 1] = 'x';
	EXPECT_VERDICT("long, without a colon", verify(&my, ready_basic(&my, longest) + 6, NULL),
	    V_WRONG_CREDENTIAL);
	longest[19000] = ':';
	EXPECT_VERDICT("a long name", verify(&my, ready_basic(&my, longest) + 6, NULL),
	    V_WRONG_CREDENTIAL);
	arena_free(&my.call_mem);
	arena_init(&my.call_mem, 16);
	EXPECT_VERDICT("no memory", verify(&my, ready_basic(&my, READY_EMAIL ":x") + 6, NULL),
	    -ENOMEM);
	ready_close(&my);
}

static CU_TestInfo tests[] = {
	{ "pairs", pairs },
	{ "encodings", encodings },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred_basic", tests);
