// SPDX-License-Identifier: ISC
#include "auth/mask.h"

#include <string.h>

#include "auth/token_text.h"
#include "unit.h"

#define TOKEN	"7VLyaDSQ8W48abcdefghijABCDEFGHIJ012345678914f1n0"
#define JWT	"eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmVk-X_9"
#define UUID	"7db2665d-1e59-4f80-b65c-2372f32d678d"
#define HA1B	"0159fe67a465647f81d20d7b08b913b3"
#define BASE64	"wW9-rYc_2kPq7ZxV-b1NnT_8sLdE0fGhJ3KmQ4uA5oI"

/* Some clients send a token as the name of a user, or in one. */
static void
names(void)
{
	static const struct { const char *row, *name, *want; } rows[] = {
		{ "none", "", "" },
		{ "a login", "bob.with.a.long.name@example.com", "bob.with.a.long.name@example.com" },
		{ "long words", "a-very-long-name-of_a_person_with-nine-parts@mail.the-company-of-the-person.example.org",
		    "a-very-long-name-of_a_person_with-nine-parts@mail.the-company-of" },
		{ "a SIP login", "100@mydomain.com", "100@mydomain.com" },
		{ "begins like a JWT", "heyJude@example.com", "heyJude@example.com" },
		{ "a short name", "administrator", "administrator" },
		{ "as long as a secret", "0123456789abcdef", "0123..." },
		{ "a token", TOKEN, "7VLy..." },
		{ "with a prefix", "dwt_" TOKEN, "dwt_..." },
		{ "with a colon", TOKEN ":x", "7VLy..." },
		{ "at a host", TOKEN "@example.com", "7VLy...@example.com" },
		{ "with a prefix, at a host", "dwt_" TOKEN "@example.com", "dwt_7VLy...@example.com" },
		{ "with a colon, at a host", TOKEN ":x@example.com", "7VLy...:x@example.com" },
		{ "after a name", "git+dwt_" TOKEN "@example.com", "git+dwt_7VLy...@example.com" },
		{ "after letters", "token" TOKEN "@example.com", "toke...@example.com" },
		{ "as the host", "bob@" TOKEN, "bob@7VLy..." },
		{ "as a label", "bob@dwt_" TOKEN ".example.com", "bob@dwt_7VLy....example.com" },
		{ "two", TOKEN "@" TOKEN, "7VLy...@7VLy..." },
		{ "where the name is cut", "a.name.of.some.length.before.it.in.front@x." TOKEN,
		    "a.name.of.some.length.before.it.in.front@x.7VLy..." },
		{ "across the cut", "a.name.of.some.length.before.it.and.still.longer.than.that@" TOKEN,
		    "a.name.of.some.length.before.it.and.still.longer.than.that@7VLy." },
		{ "a JWT", JWT, "eyJh..." },
		{ "a JWT at a host", JWT "@example.com", "eyJh...@example.com" },
		{ "a JWT after a scheme", "Bearer:" JWT "@example.com", "Bearer:eyJh...@example.com" },
		{ "a JWT after letters", "jwt" JWT "@example.com", "jwte...@example.com" },
		{ "half a JWT", "eyJhbGciOiJIUzI1@example.com", "eyJh...@example.com" },
		{ "the key of a session", UUID, "7db2..." },
		{ "that at a host", UUID "@example.com", "7db2...@example.com" },
		{ "that in a word", "key-" UUID "@example.com", "key-...@example.com" },
		{ "HA1B", HA1B "@example.com", "0159...@example.com" },
		{ "base64url", BASE64 "@example.com", "wW9-...@example.com" },
		{ "bytes that are no text", "\xff\x01 @", "\xff\x01 @" },
	};
	char shown[65];

	for (size_t i = 0; i < NELEM(rows); i++) {
		mask_name(rows[i].name, shown, sizeof shown);
		EXPECT_STRING(rows[i].row, shown, rows[i].want);
	}
}

/* Other text has no length that makes it a secret. */
static void
others(void)
{
	static const struct { const char *row, *text, *want; } rows[] = {
		{ "a browser", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0",
		    "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0" },
		{ "a token in it", "app/1.0 (token " TOKEN ")", "app/1.0 (token 7VLy...)" },
		{ "a JWT in it", "app/1.0 " JWT " x", "app/1.0 eyJh... x" },
		{ "a path", "/rest/token/" TOKEN, "/rest/token/7VLy..." },
	};
	char shown[121];

	for (size_t i = 0; i < NELEM(rows); i++) {
		mask_secrets(rows[i].text, shown, sizeof shown);
		EXPECT_STRING(rows[i].row, shown, rows[i].want);
	}
}

/* No more than the first characters of a token remain, wherever it stands and is cut. */
static void
anywhere(void)
{
	char name[256], shown[65], head[6];

	memcpy(head, TOKEN, 5);
	head[5] = '\0';
	EXPECT_TRUE("it is one", token_text_is_one(TOKEN, strlen(TOKEN)));
	for (size_t before = 0; before < 100; before++) {
		memset(name, '.', before);
		strcpy(name + before, TOKEN "@x");
		mask_name(name, shown, sizeof shown);
		if (strstr(shown, head) || strlen(shown) >= sizeof shown)
			EXPECT_STRING("before", shown, "masked");
	}
	EXPECT_TRUE("the last is cut", strlen(shown) == sizeof shown - 1);
}

static CU_TestInfo tests[] = {
	{ "names", names },
	{ "others", others },
	{ "anywhere", anywhere },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/mask", tests);
