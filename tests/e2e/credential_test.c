// SPDX-License-Identifier: ISC
/* API 2.1 and 2.2: Basic, bearer tokens and JWTs, alone and together. */
#include <string.h>

#include "e2e.h"

#define AUTH "GET", "/rest/auth"

/* Wrong Basic, or nothing at all: the Bearer challenge names no error. */
#define PLAIN_CHALLENGE { "WWW-Authenticate: Basic realm='doorward', charset='UTF-8'", \
	"WWW-Authenticate: Bearer realm='doorward'" }
#define TOKEN_CHALLENGE { "WWW-Authenticate: Basic realm='doorward', charset='UTF-8'", \
	"WWW-Authenticate: Bearer realm='doorward', error='invalid_token'" }

static void
basic_words(void)
{
	static const struct { const char *word, *pair; } pairs[] = {
		{ "upper", "ALICE@Example.ORG:alice-password-1" },
		{ "wrong", "alice@example.org:alice-password-2" },
		{ "short", "alice@example.org:alice-password-" },
		{ "longer", "alice@example.org:alice-password-1 " },
		{ "case", "alice@example.org:Alice-password-1" },
		{ "empty", "alice@example.org:" },
		{ "nobody", "nobody@example.org:alice-password-1" },
		{ "noname", ":alice-password-1" },
		{ "colon", "alice@example.org" },
		{ "nothing", "" },
		{ "control", "alice@example.org:alice-password-1\n" },
		{ "tab", "alice@example.org\t:alice-password-1" },
		{ "carol1", "carol@example.org:p\xe4ss:w\xf6rd: 1" },
		{ "blank", "alice@example.org :alice-password-1" },
		{ "carol_nfd", "carol@example.org:pa\xcc\x88ss:wo\xcc\x88rd: 1" },
		{ "carol_nbsp", "carol@example.org:p\xc3\xa4ss:w\xc3\xb6rd:\xc2\xa0" "1" },
		{ "uta_nfc", "o'uta@b\xc3\xbc" "cher.example:\xc3\xbc-password" },
		{ "uta_dns", "O'Uta@xn--bcher-kva.example:u\xcc\x88-password" },
		{ "uta_latin1", "o'uta@b\xfc" "cher.example:\xfc-password" },
		{ "latin1", "alice@example.org:alice-\xe4-password" },
	};

	for (size_t i = 0; i < NELEM(pairs); i++)
		word_set(pairs[i].word, encode64(pairs[i].pair));
	word_set("bare", "YWxpY2VAZXhhbXBsZS5vcmc6YWxpY2UtcGFzc3dvcmQtMQ");
	make_user("carol", "carol@example.org", "p\xc3\xa4ss:w\xc3\xb6rd: 1");
	make_user("uta", "o'uta@b\xc3\xbc" "cher.example", "u\xcc\x88-password");
}

static void
basic(void)
{
	static const struct row rows[] = {
		{ "nothing", AUTH, .status = 401, .want = PLAIN_CHALLENGE },
		{ "good", AUTH, { ALICE }, .status = 200, .want = { "!WWW-Authenticate" } },
		{ "scheme in lower case", AUTH, { "Authorization: basic $alice" }, .status = 200 },
		{ "scheme in upper case", AUTH, { "Authorization: BASIC $alice" }, .status = 200 },
		{ "e-mail in upper case", AUTH, { "Authorization: Basic $upper" }, .status = 200 },
		{ "colons and UTF-8 in the password", AUTH, { "Authorization: Basic $carol" },
		    .status = 200 },
		{ "the same decomposed", AUTH, { "Authorization: Basic $carol_nfd" },
		    .status = 200 },
		{ "the same with a no-break space", AUTH, { "Authorization: Basic $carol_nbsp" },
		    .status = 200 },
		{ "a domain as people write it", AUTH, { "Authorization: Basic $uta_nfc" },
		    .status = 200 },
		{ "a domain as DNS has it", AUTH, { "Authorization: Basic $uta_dns" },
		    .status = 200 },
		{ "all of it in Latin-1", AUTH, { "Authorization: Basic $uta_latin1" },
		    .status = 200 },
		{ "wrong password", AUTH, { "Authorization: Basic $wrong" }, .status = 401,
		    .want = PLAIN_CHALLENGE },
		{ "one less", AUTH, { "Authorization: Basic $short" }, .status = 401 },
		{ "one more", AUTH, { "Authorization: Basic $longer" }, .status = 401 },
		{ "other case", AUTH, { "Authorization: Basic $case" }, .status = 401 },
		{ "empty password", AUTH, { "Authorization: Basic $empty" }, .status = 401 },
		{ "unknown user", AUTH, { "Authorization: Basic $nobody" }, .status = 401,
		    .want = PLAIN_CHALLENGE },
		{ "no name", AUTH, { "Authorization: Basic $noname" }, .status = 401 },
		{ "no colon", AUTH, { "Authorization: Basic $colon" }, .status = 401 },
		{ "empty base64", AUTH, { "Authorization: Basic $nothing" }, .status = 401 },
		{ "scheme alone", AUTH, { "Authorization: Basic" }, .status = 401 },
		{ "line break", AUTH, { "Authorization: Basic $control" }, .status = 401 },
		{ "tab", AUTH, { "Authorization: Basic $tab" }, .status = 401 },
		{ "Latin-1", AUTH, { "Authorization: Basic $carol1" }, .status = 200 },
		{ "no padding", AUTH, { "Authorization: Basic $bare" }, .status = 200 },
		{ "a blank after the e-mail", AUTH, { "Authorization: Basic $blank" },
		    .status = 200 },
		{ "not UTF-8", AUTH, { "Authorization: Basic $latin1" }, .status = 401 },
		{ "no base64", AUTH, { "Authorization: Basic ???" }, .status = 401 },
		{ "more after", AUTH, { "Authorization: Basic $alice $alice" }, .status = 401 },
		{ "comma after", AUTH, { "Authorization: Basic $alice, a" }, .status = 401 },
		{ "other scheme", AUTH, { "Authorization: Digest $alice" }, .status = 401,
		    .want = PLAIN_CHALLENGE },
		{ "no scheme", AUTH, { "Authorization: $alice" }, .status = 401 },
		{ "in the wrong header", AUTH, { "X-Auth-Token: $alice" }, .status = 401 },
	};

	basic_words();
	RUN(rows);
}

static void
long_passwords(void)
{
	char *most = arena_alloc(test_mem(), 1025), *over = arena_alloc(test_mem(), 1026);
	static const struct row rows[] = {
		{ "1024 bytes", AUTH, { "Authorization: Basic $dave" }, .status = 200 },
		{ "1025 bytes, the first 1024 good", AUTH, { "Authorization: Basic $over" },
		    .status = 401 },
	};

	memset(most, 'p', 1024);
	memset(over, 'p', 1025);
	make_user("dave", "long@example.org", most);
	word_set("over", encode64(arena_printf(test_mem(), "long@example.org:%s", over)));
	EXPECT_INT("too long", CTL(over, "user", "passwd", "long@example.org",
	    "--password-stdin") != 0, 1);
	EXPECT_INT("too short", CTL("seven77", "user", "passwd", "long@example.org",
	    "--password-stdin") != 0, 1);
	RUN(rows);
}

static void
slots(void)
{
	static const struct row rows[] = {
		{ "bearer", AUTH, { "Authorization: Bearer $token" }, .status = 200 },
		{ "bearer, any case", AUTH, { "Authorization: bEARER $token" }, .status = 200 },
		{ "bearer in X-Auth-Token", AUTH, { "X-Auth-Token: $token" }, .status = 200 },
		{ "bearer in the query", "GET", "/rest/auth?bearer=$token", .status = 200 },
		{ "JWT", AUTH, { "X-Auth-Token: $jwt" }, .status = 200 },
		{ "JWT as bearer", AUTH, { "Authorization: Bearer $jwt" }, .status = 200 },
		{ "JWT in the query", "GET", "/rest/auth?jwt=$jwt", .status = 200 },
		{ "JWT in a form", "POST", "/rest/token", .form = "jwt=$jwt&name=form&ttl=60",
		    .status = 200, .shape = NEW_TOKEN("form", 60, 1) },
		{ "bearer in a form is none", "POST", "/rest/token",
		    .form = "bearer=$token&name=form&ttl=60", .status = 401,
		    .want = PLAIN_CHALLENGE },
		{ "JWT in JSON is none", "POST", "/rest/token",
		    .json = "{'jwt':'$jwt','name':'a','ttl':60}", .status = 401,
		    .want = PLAIN_CHALLENGE },
		{ "form of a GET", AUTH, .form = "jwt=$jwt", .status = 401,
		    .want = PLAIN_CHALLENGE },
		{ "form with another type", "POST", "/rest/token", { "Content-Type: text/plain" },
		    .raw = "jwt=x&name=form&ttl=60", .status = 401, .want = PLAIN_CHALLENGE },
		{ "unknown token", AUTH, { "Authorization: Bearer "
		    "0123456789abcdefghijABCDEFGHIJ0123456789abcdefgh" }, .status = 401,
		    .want = TOKEN_CHALLENGE },
		{ "cut", AUTH, { "X-Auth-Token: abc" }, .status = 401, .want = TOKEN_CHALLENGE },
		{ "longer", AUTH, { "X-Auth-Token: $token$token" }, .status = 401,
		    .want = TOKEN_CHALLENGE },
		{ "twice, joined by the server", AUTH, { "X-Auth-Token: $token",
		    "X-Auth-Token: $token" }, .status = WAY_HEADER_TWICE },
		{ "blank after", AUTH, { "Authorization: Bearer $token x" }, .status = 401 },
		{ "unknown in the query", "GET", "/rest/auth?bearer=abc", .status = 401,
		    .want = TOKEN_CHALLENGE },
		{ "empty in the query", "GET", "/rest/auth?bearer=", .status = 401 },
		{ "bad JWT", AUTH, { "X-Auth-Token: a.b.c" }, .status = 401,
		    .want = TOKEN_CHALLENGE },
		{ "dots alone", AUTH, { "X-Auth-Token: .." }, .status = 401 },
		{ "JWT in the wrong slot", "GET", "/rest/auth?bearer=$jwt", .status = 401 },
		{ "token in the wrong slot", "GET", "/rest/auth?jwt=$token", .status = 401 },
		{ "percent in the query", "GET", "/rest/auth?x=%41&%62earer=$token",
		    .status = 200 },
		{ "wrong Basic and no token", AUTH, { "Authorization: Basic $wrong" },
		    .status = 401,
		    .want = PLAIN_CHALLENGE },
	};

	log_in("jwt", ALICE);
	make_token("token", ALICE);
	RUN(rows);
}

/* The e-mail in the answer says which of two credentials decided. */
#define WHO(email) "{'success':true,'payload':{'created_on':'<time>','modified_on':'<time>'," \
	"'uuid':'<uuid>','email':'" email "',<rest>"

static void
together(void)
{
	static const struct row rows[] = {
		{ "stale JWT beside good Basic", AUTH, { ALICE, "X-Auth-Token: $stale" },
		    .status = 200, .shape = WHO("$alice_email") },
		{ "stale JWT in the query", "GET", "/rest/auth?jwt=$stale", { ALICE },
		    .status = 200 },
		{ "wrong Basic beside a good JWT", AUTH, { "Authorization: Basic $wrong",
		    "X-Auth-Token: $jwt" }, .status = 200 },
		{ "wrong Basic beside a good token", AUTH, { "Authorization: Basic $wrong",
		    "X-Auth-Token: $token" }, .status = 200 },
		{ "bad token beside a good JWT", AUTH, { "Authorization: Bearer abc",
		    "X-Auth-Token: $jwt" }, .status = 200 },
		{ "good token beside a bad JWT", AUTH, { "Authorization: Bearer $token",
		    "X-Auth-Token: $stale" }, .status = 200 },
		{ "broken Basic beside a good JWT", AUTH, { "Authorization: Basic ?",
		    "X-Auth-Token: $jwt" }, .status = 200 },
		{ "all bad", "GET", "/rest/auth?bearer=abc", { "Authorization: Basic $wrong",
		    "X-Auth-Token: $stale" }, .status = 401, .want = TOKEN_CHALLENGE },
		{ "Basic before bearer", AUTH, { BOB, "X-Auth-Token: $token" }, .status = 200,
		    .shape = WHO("$bob_email") },
		{ "Basic before JWT", AUTH, { BOB, "X-Auth-Token: $jwt" }, .status = 200,
		    .shape = WHO("$bob_email") },
		{ "bearer before JWT", AUTH, { "Authorization: Bearer $bob_token",
		    "X-Auth-Token: $jwt" }, .status = 200, .shape = WHO("$bob_email") },
		{ "bearer before JWT, slots changed", AUTH, { "Authorization: Bearer $jwt",
		    "X-Auth-Token: $bob_token" }, .status = 200, .shape = WHO("$bob_email") },
		{ "Authorization before X-Auth-Token", AUTH, { "Authorization: Bearer $token",
		    "X-Auth-Token: $bob_token" }, .status = 200, .shape = WHO("$alice_email") },
		{ "header before query", "GET", "/rest/auth?jwt=$bob_jwt", { "X-Auth-Token: $jwt" },
		    .status = 200, .shape = WHO("$alice_email") },
		{ "a bad header hides no query", "GET", "/rest/auth?jwt=$jwt",
		    { "X-Auth-Token: $stale" }, .status = 200 },
		{ "nor a bad query a header", "GET", "/rest/auth?jwt=$stale",
		    { "X-Auth-Token: $jwt" }, .status = 200 },
		{ "nor a bad query a form", "POST", "/rest/token?jwt=$stale",
		    .form = "jwt=$jwt&name=a&ttl=60", .status = 200 },
		{ "a JWT of somebody else's beside ours", AUTH, { "Authorization: Bearer $stale",
		    "X-Auth-Token: $jwt" }, .status = 200, .shape = WHO("$alice_email") },
		{ "the other way round", AUTH, { "Authorization: Bearer $jwt",
		    "X-Auth-Token: $stale" }, .status = 200, .shape = WHO("$alice_email") },
		{ "a token of somebody else's beside ours", AUTH, { "Authorization: Bearer abc",
		    "X-Auth-Token: $token" }, .status = 200, .shape = WHO("$alice_email") },
		{ "the fourth place is one too many", "POST", "/rest/token?jwt=a.b.c",
		    { "Authorization: Bearer d.e.f", "X-Auth-Token: g.h.i" },
		    .form = "jwt=$jwt&name=a&ttl=60", .status = 401 },
		{ "all places bad", "GET", "/rest/auth?jwt=a.b.c", { "Authorization: Bearer d.e.f",
		    "X-Auth-Token: $stale" }, .status = 401, .want = TOKEN_CHALLENGE },
	};

	log_in("jwt", ALICE);
	make_token("token", ALICE);
	make_token("bob_token", BOB);
	log_in("bob_jwt", BOB);
	word_set("stale", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1dWlkIjoiMjk4NGExY2EtZmZmNy00"
	    "YzU5LWE2M2ItMzQ2ODE3OWQ3ZGY3Iiwicm9sZSI6IlVzZXIiLCJpYXQiOjE2NzI3MzA5NTAsImV4cCI6MTY3"
	    "MjgxNzM1MH0.iJ5Cf77a1Vn8B58g9KsP6wW8eixroXhdAzcF3YjmqGo");
	RUN(rows);
}

static void
twice(void)
{
	static const struct row rows[] = {
		{ "jwt", "GET", "/rest/auth?jwt=$jwt&jwt=$jwt", .status = 400,
		    .shape = FAIL(400, "Duplicate credential") },
		{ "jwt beside Basic", "GET", "/rest/auth?jwt=a&x=1&jwt=b", { ALICE }, .status = 400,
		    .shape = FAIL(400, "Duplicate credential") },
		{ "bearer", "GET", "/rest/auth?bearer=a&bearer=a", .status = 400,
		    .shape = FAIL(400, "Duplicate credential") },
		{ "in disguise", "GET", "/rest/auth?jwt=a&%6Awt=b", { ALICE }, .status = 400,
		    .shape = FAIL(400, "Duplicate credential") },
		{ "one empty", "GET", "/rest/auth?jwt=&jwt=$jwt", .status = 400,
		    .shape = FAIL(400, "Duplicate credential") },
		{ "form", "POST", "/rest/token", { ALICE }, .form = "jwt=a&jwt=b&name=a",
		    .status = 400, .shape = FAIL(400, "Duplicate credential") },
		{ "form, no credentials that are good", "POST", "/rest/token",
		    .form = "jwt=a&jwt=b&name=a", .status = 400,
		    .shape = FAIL(400, "Duplicate credential") },
		{ "header and query are two places", "GET", "/rest/auth?jwt=$jwt",
		    { "X-Auth-Token: $jwt" }, .status = 200 },
		{ "underscores", AUTH, { "X-Auth-Token: $jwt", "X_Auth_Token: $jwt" },
		    .status = WAY_UNDERSCORES },
		{ "underscores, beside Basic", AUTH, { ALICE, "X_Auth_Token: a",
		    "X-Auth-Token: $jwt" }, .status = WAY_UNDERSCORES },
		{ "unknown path first", "GET", "/rest/nothing?jwt=a&jwt=b", .status = 404 },
		{ "wrong method first", "PUT", "/rest/auth?jwt=a&jwt=b", .status = 405 },
		{ "headers we do not read", AUTH, { ALICE, "X-Other: a", "X_Other: b" },
		    .status = 200 },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
		{ "clean up", "DELETE", "/rest/token/all", { BOB }, .status = 200 },
	};

	log_in("jwt", ALICE);
	RUN(rows);
}

CU_TestInfo credential_tests[] = {
	{ "Basic", basic },
	{ "long passwords", long_passwords },
	{ "slots", slots },
	{ "several at once", together },
	{ "one twice", twice },
	CU_TEST_INFO_NULL,
};
