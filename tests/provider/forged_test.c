// SPDX-License-Identifier: ISC
/* ID tokens that are forged, unfit, or no tokens at all: each is 401. */
#include <string.h>

#include "auth/user_jwt.h"
#include "base/text.h"
#include "host.h"

static const struct claim none[] = { { NULL, NULL } };

/* Refused by a verdict, not because a provider is missing or by a fault. */
static void
expect_refused(const char *row, const char *token)
{
	struct reply reply = host_ask(GOOGLE, token);

	EXPECT_INT(row, reply.status, 401);
	EXPECT_STRING(row, host_email(&reply), NULL);
}

/* Adds the user that all tokens here name, and checks that a good one is accepted. */
static void
start_with_alice(void)
{
	host_user("alice@gmail.com", "gmail_user_id", "1001");
	EXPECT_INT("good", host_ask(GOOGLE, id_token("k1",
	    claims_with(google_claims, none))).status, 200);
}

/* Signed by that key, by that method, whatever the header says. */
static const struct { const char *row, *header, *key, *method; } header_rows[] = {
	{ "alg none, unsigned",   "{'alg':'none','kid':'k1'}", "k1", "none" },
	{ "alg none, signed",     "{'alg':'none','kid':'k1'}", "k1", "RS256" },
	{ "alg NONE",             "{'alg':'NONE','kid':'k1'}", "k1", "none" },
	{ "alg empty",            "{'alg':'','kid':'k1'}", "k1", "RS256" },
	{ "alg absent",           "{'kid':'k1'}", "k1", "RS256" },
	{ "alg null",             "{'alg':null,'kid':'k1'}", "k1", "RS256" },
	{ "alg a number",         "{'alg':256,'kid':'k1'}", "k1", "RS256" },
	{ "alg a list",           "{'alg':['RS256'],'kid':'k1'}", "k1", "RS256" },
	{ "alg in lower case",    "{'alg':'rs256','kid':'k1'}", "k1", "RS256" },
	{ "alg with a blank",     "{'alg':'RS256 ','kid':'k1'}", "k1", "RS256" },
	{ "alg with a NUL",       "{'alg':'RS256\\u0000','kid':'k1'}", "k1", "RS256" },
	{ "HS256",                "{'alg':'HS256','kid':'k1'}", "k1", "HS256" },
	{ "HS256 that says RS256", "{'alg':'RS256','kid':'k1'}", "k1", "HS256" },
	{ "HS384",                "{'alg':'HS384','kid':'k1'}", "k1", "RS256" },
	{ "RS384",                "{'alg':'RS384','kid':'k1'}", "k1", "RS384" },
	{ "RS384 that says RS256", "{'alg':'RS256','kid':'k1'}", "k1", "RS384" },
	{ "RS512",                "{'alg':'RS512','kid':'k1'}", "k1", "RS512" },
	{ "RS512 that says RS256", "{'alg':'RS256','kid':'k1'}", "k1", "RS512" },
	{ "PS256",                "{'alg':'PS256','kid':'k1'}", "k1", "PS256" },
	{ "PS256 that says RS256", "{'alg':'RS256','kid':'k1'}", "k1", "PS256" },
	{ "ES256",                "{'alg':'ES256','kid':'k1'}", "k1", "RS256" },
	{ "EdDSA",                "{'alg':'EdDSA','kid':'k1'}", "k1", "RS256" },
	{ "alg twice, the last none", "{'alg':'RS256','alg':'none','kid':'k1'}", "k1", "RS256" },
	{ "alg twice, the first none", "{'alg':'none','alg':'RS256','kid':'k1'}", "k1", "RS256" },
	{ "unsigned",             "{'alg':'RS256','kid':'k1'}", "k1", "none" },
	{ "kid absent",           "{'alg':'RS256'}", "k1", "RS256" },
	{ "kid empty",            "{'alg':'RS256','kid':''}", "k1", "RS256" },
	{ "kid null",             "{'alg':'RS256','kid':null}", "k1", "RS256" },
	{ "kid a number",         "{'alg':'RS256','kid':1}", "k1", "RS256" },
	{ "kid unknown",          "{'alg':'RS256','kid':'k9'}", "k1", "RS256" },
	{ "kid of another key",   "{'alg':'RS256','kid':'k2'}", "k1", "RS256" },
	{ "kid with a NUL",       "{'alg':'RS256','kid':'k1\\u0000'}", "k1", "RS256" },
	{ "kid a path",           "{'alg':'RS256','kid':'../k1'}", "k1", "RS256" },
	{ "a stranger's key",     "{'alg':'RS256','kid':'k1'}", "x1", "RS256" },
	{ "a stranger's key and kid", "{'alg':'RS256','kid':'x1'}", "x1", "RS256" },
	{ "another provider's key", "{'alg':'RS256','kid':'k1'}", "a1", "RS256" },
	{ "another provider's key and kid", "{'alg':'RS256','kid':'a1'}", "a1", "RS256" },
	{ "typ of an access token", "{'alg':'RS256','kid':'k1','typ':'at+jwt'}", "k1", "RS256" },
	{ "typ JWE",              "{'alg':'RS256','kid':'k1','typ':'JWE'}", "k1", "RS256" },
	{ "typ a number",         "{'alg':'RS256','kid':'k1','typ':1}", "k1", "RS256" },
	{ "crit",                 "{'alg':'RS256','kid':'k1','crit':['b64'],'b64':true}", "k1",
	    "RS256" },
	{ "crit empty",           "{'alg':'RS256','kid':'k1','crit':[]}", "k1", "RS256" },
	{ "brings its own key",   "{'alg':'RS256','kid':'x1','jwk':{'kty':'RSA','kid':'x1'}}", "x1",
	    "RS256" },
	{ "says where its key is", "{'alg':'RS256','kid':'x1','jku':'https://localhost/'}", "x1",
	    "RS256" },
	{ "brings its certificate", "{'alg':'RS256','kid':'k1','x5c':['AA==']}", "x1", "RS256" },
	{ "P-256 that says RS256", "{'alg':'RS256','kid':'e1'}", "e1", "ES256" },
	{ "P-256 by another's kid", "{'alg':'ES256','kid':'k1'}", "e1", "ES256" },
	{ "RSA that says ES256",  "{'alg':'ES256','kid':'e1'}", "k1", "RS256" },
	{ "a stranger's P-256",   "{'alg':'ES256','kid':'e1'}", "e9", "ES256" },
	{ "HS256 with P-256's PEM", "{'alg':'HS256','kid':'e1'}", "e1", "HS256" },
	{ "and says ES256",       "{'alg':'ES256','kid':'e1'}", "e1", "HS256" },
	{ "unsigned ES256",       "{'alg':'ES256','kid':'e1'}", "e1", "none" },
	{ "no object",            "['RS256','k1']", "k1", "RS256" },
	{ "more after",          "{'alg':'RS256','kid':'k1'} ", "k1", "none" },
	{ "not UTF-8",            "{'alg':'RS256','kid':'k1','x':'\xff'}", "k1", "RS256" },
	{ "no JSON",              "alg=RS256", "k1", "RS256" },
	{ "empty",                "", "k1", "RS256" },
};

static void
headers(void)
{
	const char *good;

	start_with_alice();
	good = claims_with(google_claims, none);
	for (size_t i = 0; i < NELEM(header_rows); i++)
		expect_refused(header_rows[i].row, any_token(header_rows[i].key,
		    header_rows[i].method, header_rows[i].header, good));
}

/* Other members of a header are ignored if the key that it names fits. */
static void
ignored(void)
{
	static const struct { const char *row, *header, *key, *method; } rows[] = {
		{ "jwk", "{'alg':'RS256','kid':'k1','jwk':{'kty':'RSA'}}", "k1", "RS256" },
		{ "jku", "{'alg':'RS256','kid':'k1','jku':'https://localhost/'}", "k1", "RS256" },
		{ "x5u", "{'alg':'RS256','kid':'k1','x5u':'https://localhost/'}", "k1", "RS256" },
		{ "x5c", "{'alg':'RS256','kid':'k1','x5c':['AA==']}", "k1", "RS256" },
		{ "x5t", "{'alg':'RS256','kid':'k2','x5t':'AA','x5t#S256':'AA'}", "k2", "RS256" },
		{ "any", "{'alg':'RS256','kid':'k1','x':{'y':[null]}}", "k1", "RS256" },
		{ "P-256", "{'alg':'ES256','kid':'e1','x5c':['AA==']}", "e1", "ES256" },
	};
	const char *good;

	start_with_alice();
	good = claims_with(google_claims, none);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].row, host_ask(GOOGLE, any_token(rows[i].key,
		    rows[i].method, rows[i].header, good)).status, 200);
}

/* The claims of a good token, with these instead. */
static const struct { const char *row; struct claim with[3]; } claim_rows[] = {
	{ "aud of others",        { { "aud", "'client-9'" } } },
	{ "aud absent",           { { "aud", NULL } } },
	{ "aud null",             { { "aud", "null" } } },
	{ "aud empty",            { { "aud", "''" } } },
	{ "aud a number",         { { "aud", "1" } } },
	{ "aud a beginning",      { { "aud", "'client-'" } } },
	{ "aud with more",        { { "aud", "'client-10'" } } },
	{ "aud in another case",  { { "aud", "'Client-1'" } } },
	{ "aud with a NUL",       { { "aud", "'client-1\\u0000'" } } },
	{ "aud of us and others", { { "aud", "['client-1','client-9']" } } },
	{ "aud of both of ours",  { { "aud", "['client-1','client-2']" } } },
	{ "aud of us and others, azp of others", { { "aud", "['client-1','client-9']" },
	    { "azp", "'client-9'" } } },
	{ "aud of us and others, azp no text", { { "aud", "['client-1','client-9']" },
	    { "azp", "['client-1']" } } },
	{ "aud of us and others, azp with a NUL", { { "aud", "['client-1','client-9']" },
	    { "azp", "'client-1\\u0000'" } } },
	{ "aud of two others, azp ours", { { "aud", "['client-8','client-9']" },
	    { "azp", "'client-1'" } } },
	{ "aud of us and a number", { { "aud", "['client-1',9]" }, { "azp", "'client-1'" } } },
	{ "aud of us and null", { { "aud", "['client-1',null]" }, { "azp", "'client-1'" } } },
	{ "typ of Keycloak's access tokens", { { "typ", "'Bearer'" } } },
	{ "aud an empty list",    { { "aud", "[]" } } },
	{ "aud a list in a list", { { "aud", "[['client-1']]" } } },
	{ "aud an object",        { { "aud", "{'client-1':true}" } } },
	{ "azp alone",            { { "aud", NULL }, { "azp", "'client-1'" } } },
	{ "iss of others",        { { "iss", "'https://accounts.example.com'" } } },
	{ "iss of Apple",         { { "iss", "'https://appleid.apple.com'" } } },
	{ "iss absent",           { { "iss", NULL } } },
	{ "iss null",             { { "iss", "null" } } },
	{ "iss empty",            { { "iss", "''" } } },
	{ "iss a list",           { { "iss", "['https://accounts.google.com']" } } },
	{ "iss with a slash",     { { "iss", "'https://accounts.google.com/'" } } },
	{ "iss over http",        { { "iss", "'http://accounts.google.com'" } } },
	{ "iss in upper case",    { { "iss", "'https://ACCOUNTS.google.com'" } } },
	{ "iss with more",        { { "iss", "'https://accounts.google.com.example'" } } },
	{ "sub absent",           { { "sub", NULL } } },
	{ "sub empty",            { { "sub", "''" } } },
	{ "sub null",             { { "sub", "null" } } },
	{ "sub a number",         { { "sub", "1001" } } },
	{ "sub a list",           { { "sub", "['1001']" } } },
	{ "sub of nobody",        { { "sub", "'1002'" } } },
	{ "sub with a blank",     { { "sub", "'1001 '" } } },
	{ "sub with a NUL",       { { "sub", "'1001\\u0000'" } } },
	{ "sub with a NUL inside", { { "sub", "'1001\\u0000x'" } } },
	{ "sub with a control character", { { "sub", "'1001\\n'" } } },
	{ "sub not UTF-8",        { { "sub", "'1001\xff'" } } },
	{ "sub a lone surrogate", { { "sub", "'1001\\ud800'" } } },
	{ "iat absent",           { { "iat", NULL } } },
	{ "iat null",             { { "iat", "null" } } },
	{ "iat text",             { { "iat", "'1600000000'" } } },
	{ "iat a fraction as text", { { "iat", "'1600000000.5'" } } },
	{ "iat a fraction too far ahead", { { "iat", "9000000000.5" } } },
	{ "iat true",             { { "iat", "true" } } },
	{ "iat out of range",     { { "iat", "9223372036854775808" } } },
	{ "iat huge",             { { "iat", "9223372036854775807" } } },
	{ "iat far below 0",      { { "iat", "-9000000000000000000" } } },
	{ "iat 0",                { { "iat", "0" } } },
	{ "iat too far ahead",    { { "iat", "@+301" } } },
	{ "exp absent",           { { "exp", NULL } } },
	{ "exp null",             { { "exp", "null" } } },
	{ "exp text",             { { "exp", "'9000000000'" } } },
	{ "exp a fraction as text", { { "exp", "'9000000000.5'" } } },
	{ "exp a fraction too far ahead", { { "exp", "9000000000.5" } } },
	{ "exp a fraction, past", { { "exp", "1000000000.5" } } },
	{ "exp true",             { { "exp", "true" } } },
	{ "exp 0",                { { "exp", "0" } } },
	{ "exp negative",         { { "exp", "-1" } } },
	{ "exp very negative",    { { "exp", "-9223372036854775808" } } },
	{ "exp huge",             { { "exp", "9223372036854775807" } } },
	{ "exp out of range",     { { "exp", "1e300" } } },
	{ "exp past",             { { "exp", "@-300" } } },
	{ "exp long past",        { { "iat", "@-90000" }, { "exp", "@-86400" } } },
	{ "exp too far ahead",    { { "exp", "@+86701" } } },
	{ "nbf too far ahead",    { { "nbf", "@+301" } } },
	{ "nbf a fraction too far ahead", { { "nbf", "9000000000.5" } } },
	{ "nbf text",             { { "nbf", "'0'" } } },
	{ "nbf null",             { { "nbf", "null" } } },
};

static void
claims(void)
{
	start_with_alice();
	for (size_t i = 0; i < NELEM(claim_rows); i++)
		expect_refused(claim_rows[i].row, id_token("k1", claims_with(google_claims,
		    claim_rows[i].with)));
}

/* Claims that a table of claims cannot express. */
static void
payloads(void)
{
	const char *good, *body, *longest;
	char *blanks = arena_alloc(test_mem(), 12001);

	start_with_alice();
	good = claims_with(google_claims, none);
	body = arena_strndup(test_mem(), good + 1, strlen(good) - 2);
	memset(blanks, ' ', 12000);
	blanks[12000] = '\0';
	longest = arena_printf(test_mem(), "%s%s", good, blanks);
	expect_refused("empty", id_token("k1", ""));
	expect_refused("empty object", id_token("k1", "{}"));
	expect_refused("null", id_token("k1", "null"));
	expect_refused("text", id_token("k1", "\"1001\""));
	expect_refused("list", id_token("k1", arena_printf(test_mem(), "[%s]", good)));
	expect_refused("cut", id_token("k1", arena_strndup(test_mem(), good, strlen(good) - 1)));
	expect_refused("more after", id_token("k1", arena_printf(test_mem(), "%s{}", good)));
	expect_refused("over 16 KiB", id_token("k1", longest));
	blanks[11000] = '\0';
	EXPECT_INT("nearly 16 KiB", host_ask(GOOGLE, id_token("k1",
	    arena_printf(test_mem(), "%s%s", good, blanks))).status, 200);
	expect_refused("sub twice", id_token("k1",
	    arena_printf(test_mem(), "{\"sub\":\"1002\",%s}", body)));
	expect_refused("exp twice", id_token("k1",
	    arena_printf(test_mem(), "{%s,\"exp\":%lld}", body,
	    (long long)host.now_ms / 1000 + 9)));
}

/* Whole tokens, cut, joined and altered. */
static void
shapes(void)
{
	const char *good, *dot, *last;
	char *copy;

	start_with_alice();
	good = id_token("k1", claims_with(google_claims, none));
	dot = strchr(good, '.');
	last = strrchr(good, '.');
	for (size_t len = 1; len < strlen(good); len++)
		expect_refused("cut", arena_strndup(test_mem(), good, len));
	for (size_t i = 0; i < strlen(good); i += i < 60 ? 1 : 7) {
		copy = arena_strdup(test_mem(), good);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		if (good[i] != '.')
			expect_refused("altered", copy);
	}
	expect_refused("without header", dot);
	expect_refused("empty payload", arena_printf(test_mem(), "%.*s.%s", (int)(dot - good), good,
	    last));
	expect_refused("dots", "..");
	expect_refused("a dot more", arena_printf(test_mem(), "%s.", good));
	expect_refused("a part more", arena_printf(test_mem(), "%s.AAAA", good));
	expect_refused("a dot before", arena_printf(test_mem(), ".%s", good));
	expect_refused("a byte more", arena_printf(test_mem(), "%sA", good));
	expect_refused("padding", arena_printf(test_mem(), "%s=", good));
	expect_refused("two of padding", arena_printf(test_mem(), "%s==", good));
	expect_refused("a line break", arena_printf(test_mem(), "%s\n", good));
	expect_refused("a plus", arena_printf(test_mem(), "%s+", good));
	expect_refused("twice", arena_printf(test_mem(), "%s%s", good, good));
	expect_refused("a prefix", arena_printf(test_mem(), "Bearer%s", good));
	copy = arena_strdup(test_mem(), good);
	copy[strlen(copy) - 1]++;	/* a signature of 256 bytes leaves 4 bits over */
	expect_refused("stray bits", copy);
	expect_refused("not ASCII", arena_printf(test_mem(), "%s\xc3\xa4", good));
}

/* Good tokens, but not here. */
static void
others(void)
{
	struct auth *auth = host.auth;
	struct identity who = { .authenticated_s = host.now_ms / 1000 };
	const char *google, *jwt;

	start_with_alice();
	google = id_token("k1", claims_with(google_claims, none));
	who.user = host_find("alice@gmail.com");
	EXPECT_VERDICT("JWT", user_jwt_issue(auth, test_mem(), &who, host.now_ms, &jwt), 0);
	EXPECT_INT("JWT in its own header", host_ask("HTTP_X_AUTH_TOKEN", jwt).status, 200);
	expect_refused("a JWT of ours", jwt);
	expect_refused("something like a bearer token",
	    "0123456789abcdefghijABCDEFGHIJ0123456789abcdefgh");
	expect_refused("Apple's", id_token("a1", claims_with(apple_claims, none)));
	expect_refused("Facebook's", id_token("f1", claims_with(limited_claims, none)));
	EXPECT_INT("in X-Auth-Token", host_ask("HTTP_X_AUTH_TOKEN", google).status, 401);
	EXPECT_INT("as a bearer token", host_ask("HTTP_AUTHORIZATION",
	    arena_printf(test_mem(), "Bearer %s", google)).status, 401);
	EXPECT_INT("at Apple", host_ask(APPLE, google).status, 401);
	EXPECT_INT("at Facebook", host_ask(FACEBOOK, google).status, 401);
}

/* The log names the check that failed and the provider, and nothing of the token. */
static void
logged(void)
{
	static const struct { const char *wrong; struct claim with[3]; } t[] = {
		{ "iss", { { "iss", "'https://accounts.example.com'" } } },
		{ "aud", { { "aud", "'client-9'" } } },
		{ "typ", { { "typ", "'Bearer'" } } },
		{ "iat", { { "iat", "@+301" } } },
		{ "exp", { { "exp", "@-300" } } },
		{ "nbf", { { "nbf", "@+301" } } },
		{ "sub", { { "sub", "''" } } },
		{ "unknown person", { { "sub", "'1002'" } } },
	};
	const char *good;

	start_with_alice();
	good = claims_with(google_claims, none);
	EXPECT_INT("a good one", host_logged("refused"), 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		const char *line = arena_printf(test_mem(), "google: ID token refused: %s\n",
		    t[i].wrong);

		EXPECT_INT(t[i].wrong, host_logged(line), 0);
		expect_refused(t[i].wrong, id_token("k1", claims_with(google_claims, t[i].with)));
		EXPECT_INT(t[i].wrong, host_logged(line), 1);
	}
	expect_refused("form", "a.b.c");
	EXPECT_INT("form", host_logged("google: ID token refused: form\n"), 1);
	expect_refused("kid", id_token("x1", good));
	EXPECT_INT("kid", host_logged("google: ID token refused: kid\n"), 1);
	expect_refused("signature", any_token("x1", "RS256", "{'alg':'RS256','kid':'k1'}", good));
	EXPECT_INT("signature", host_logged("google: ID token refused: signature\n"), 1);
	EXPECT_INT("nobody's id", host_logged("1002"), 0);
	EXPECT_INT("no token", host_logged("eyJ"), 0);
}

static CU_TestInfo tests[] = {
	{ "headers", headers },
	{ "ignored in headers", ignored },
	{ "claims", claims },
	{ "payloads", payloads },
	{ "shapes", shapes },
	{ "good ones elsewhere", others },
	{ "logged", logged },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred_oidc: forged", tests, .info.pSetUpFunc = host_open,
	.info.pTearDownFunc = host_end);
