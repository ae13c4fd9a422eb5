// SPDX-License-Identifier: ISC
/* Apple, Facebook's Limited Login, and providers of sections "oidc NAME { ... }". */
#include <string.h>

#include "host.h"

static const struct claim none[] = { { NULL, NULL } };

#define SECTION(more) "oidc keycloak {\n\tissuer = \"https://sso.example.org/realms/staff\"\n" \
	"\tclient_ids = {\"doorward\"}\n" more "}\n"
#define F3A1 "f3a1c9f2-7e3d-4b61-9b57-0c1f6f0f2d11"

/* A section that fetches its keys from the provider of the tests. */
static void
start(const char *lines, const char *in_section)
{
	host_start(arena_printf(test_mem(), "%s" SECTION("\tjwks_url = \"%s/sso/certs\"\n%s"),
	    lines, provider_base(), in_section));
}

static int
status(const char *header, const char *key, const struct claim *base,
    const struct claim *changes)
{
	return host_ask(header, id_token(key, claims_with(base, changes))).status;
}

static void
apple(void)
{
	static const struct { const char *row; struct claim with[3]; int status; } t[] = {
		{ "as it is", { { NULL, NULL } }, 200 },
		{ "no e-mail", { { "email", NULL } }, 200 },
		{ "Google's issuer", { { "iss", "'https://accounts.google.com'" } }, 401 },
		{ "another app", { { "aud", "'org.example.other'" } }, 401 },
		{ "another person", { { "sub", "'000123.abc.0457'" } }, 401 },
		{ "that person's e-mail", { { "sub", "'9'" }, { "email", "'a@example.org'" } },
		    401 },
	};
	const char *good;

	start("", "");
	host_user("a@example.org", "apple_user_id", "000123.abc.0456");
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, status(APPLE, "a1", apple_claims, t[i].with), t[i].status);
	good = id_token("a1", claims_with(apple_claims, none));
	EXPECT_INT("query", box_ask(&host, &(struct ask){ .query = arena_printf(test_mem(),
	    "apple_token=%s", good) }).status, 200);
	EXPECT_INT("form", box_ask(&host, &(struct ask){ FORM(arena_printf(test_mem(),
	    "name=a&apple_token=%s", good)) }).status, 200);
	EXPECT_INT("by Google's key", status(APPLE, "k1", apple_claims, none), 401);
}

/* Apple: "true" as text too, for that is how its older tokens have it. */
static void
apple_registers(void)
{
	static const struct { const char *row; struct claim with[4]; int status; } t[] = {
		{ "unverified", { { "email_verified", "'false'" } }, 401 },
		{ "unverified", { { "email_verified", "false" } }, 401 },
		{ "some other text", { { "email_verified", "'TRUE'" } }, 401 },
		{ "a number", { { "email_verified", "1" } }, 401 },
		{ "as text", { { "email_verified", "'true'" } }, 200 },
		{ "as a boolean", { { "sub", "'2'" }, { "email", "'b@example.org'" } }, 200 },
		{ "never over another", { { "sub", "'3'" }, { "email", "'bob@example.org'" } },
		    401 },
	};

	start("auto_register = yes\ngoogle_link_by_email = yes\n", "");
	host_user("bob@example.org", NULL, NULL);
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, status(APPLE, "a1", apple_claims, t[i].with), t[i].status);
	EXPECT_STRING("id", host_find("b@example.org").apple_user_id, "2");
	EXPECT_STRING("not linked", host_find("bob@example.org").apple_user_id, "");
}

static void
limited_login(void)
{
	static const struct { const char *row; struct claim with[3]; int status; } t[] = {
		{ "as it is", { { NULL, NULL } }, 200 },
		{ "another app", { { "aud", "'4712'" } }, 401 },
		{ "the app as a number", { { "aud", "4711" } }, 401 },
		{ "another issuer", { { "iss", "'https://facebook.com'" } }, 401 },
		{ "past", { { "exp", "@-301" } }, 401 },
		{ "an e-mail is not looked at", { { "sub", "'9'" }, { "email_verified", "true" } },
		    401 },
	};

	start("auto_register = yes\ngoogle_link_by_email = yes\n", "");
	host_user("alice@gmail.com", NULL, NULL);
	host_user("b@example.org", "facebook_user_id", "2002");
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, status(FACEBOOK, "f1", limited_claims, t[i].with),
		    t[i].status);
	EXPECT_INT("debug_token is not asked", provider_calls("/graph/debug_token"), 0);
	EXPECT_INT("by Google's key", status(FACEBOOK, "k1", limited_claims, none), 401);
	EXPECT_STRING("not linked", host_find("alice@gmail.com").facebook_user_id, "");
}

static void
keycloak(void)
{
	static const struct { const char *row; struct claim with[4]; int status; } t[] = {
		{ "as it is", { { NULL, NULL } }, 200 },
		{ "another realm", { { "iss", "'https://sso.example.org/realms/guests'" } }, 401 },
		{ "an access token", { { "aud", "'account'" } }, 401 },
		{ "several audiences", { { "aud", "['account','doorward']" } }, 200 },
		{ "several, asked for by another", { { "aud", "['doorward','account']" },
		    { "azp", "'account'" } }, 401 },
		{ "several, asked for by nobody", { { "aud", "['doorward','account']" },
		    { "azp", NULL } }, 401 },
		{ "an access token of several", { { "aud", "['doorward','account']" },
		    { "typ", "'Bearer'" } }, 401 },
		{ "times with a fraction", { { "iat", "@.25+0" }, { "exp", "@.5+60" },
		    { "nbf", "@.75-1" } }, 200 },
		{ "e-mail as text", { { "email_verified", "'true'" } }, 200 },
		{ "another person", { { "sub", "'x'" } }, 401 },
		{ "another's whole name", { { "sub", "'keycloak:" F3A1 "'" } }, 401 },
	};

	start("", "");
	host_user("a@example.org", "oidc_user_id", "keycloak:" F3A1);
	host_user("b@example.org", "gmail_user_id", "x");
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, status(KEYCLOAK, "s1", keycloak_claims, t[i].with),
		    t[i].status);
	EXPECT_INT("query", box_ask(&host, &(struct ask){ .query = arena_printf(test_mem(),
	    "keycloak_token=%s", id_token("s1", claims_with(keycloak_claims, none))) }).status,
	    200);
	EXPECT_INT("by Google's key", status(KEYCLOAK, "k1", keycloak_claims, none), 401);
	EXPECT_INT("in Google's header", status(GOOGLE, "s1", keycloak_claims, none), 401);
}

/* A set of P-256 keys alone: the algorithm is that of the key. */
static void
curve(void)
{
	start("", "");
	provider_keys("/sso/certs", "200", "Content-Type: application/json", "e1 e2");
	host_user("a@example.org", "oidc_user_id", "keycloak:" F3A1);
	EXPECT_INT("one", status(KEYCLOAK, "e1", keycloak_claims, none), 200);
	EXPECT_INT("other", status(KEYCLOAK, "e2", keycloak_claims, none), 200);
	EXPECT_INT("unknown", status(KEYCLOAK, "e3", keycloak_claims, none), 401);
	EXPECT_INT("RSA", status(KEYCLOAK, "s1", keycloak_claims, none), 401);
	for (size_t i = 0; i < 64; i++)
		EXPECT_INT("another signature each time", status(KEYCLOAK, "e1", keycloak_claims,
		    none), 200);
}

static void
own_names(void)
{
	const char *good;

	start("", "\theader = \"X-Staff\"\n\tparameter = \"staff\"\n");
	host_user("a@example.org", "oidc_user_id", "keycloak:" F3A1);
	good = id_token("s1", claims_with(keycloak_claims, none));
	EXPECT_INT("header", host_ask("HTTP_X_STAFF", good).status, 200);
	EXPECT_INT("query", box_ask(&host, &(struct ask){ .query = arena_printf(test_mem(),
	    "staff=%s", good) }).status, 200);
	EXPECT_INT("form", box_ask(&host, &(struct ask){ FORM(arena_printf(test_mem(),
	    "name=a&staff=%s", good)) }).status, 200);
	EXPECT_INT("default header", host_ask(KEYCLOAK, good).status, 401);
	EXPECT_INT("default parameter", box_ask(&host,
	    &(struct ask){ .query = arena_printf(test_mem(), "keycloak_token=%s", good) }).status,
	    401);
}

/* An unknown person, with that email_verified. */
static const struct claim *
as_text(const char *sub, const char *verified)
{
	struct claim *changes = arena_alloc(test_mem(), 4 * sizeof *changes);

	changes[0] = (struct claim){ "sub", arena_printf(test_mem(), "'%s'", sub) };
	changes[1] = (struct claim){ "email", arena_printf(test_mem(), "'%s@example.org'", sub) };
	changes[2] = (struct claim){ "email_verified", verified };
	changes[3] = (struct claim){ NULL, NULL };
	return changes;
}

static void
section_links(void)
{
	static const struct claim unverified[] = { { "email_verified", "false" }, { NULL, NULL } };

	start("", "\tlink_by_email = yes\n\tauto_register = yes\n");
	host_user("alice@example.org", NULL, NULL);
	EXPECT_INT("unverified", status(KEYCLOAK, "s1", keycloak_claims, unverified), 401);
	EXPECT_INT("linked", status(KEYCLOAK, "s1", keycloak_claims, none), 200);
	EXPECT_STRING("id", host_find("alice@example.org").oidc_user_id, "keycloak:" F3A1);
	EXPECT_INT("registered", status(KEYCLOAK, "s1", keycloak_claims, (const struct claim[]){
	    { "sub", "'2'" }, { "email", "'new@example.org'" }, { NULL, NULL } }), 200);
	EXPECT_STRING("id", host_find("new@example.org").oidc_user_id, "keycloak:2");
	EXPECT_INT("verified as text", status(KEYCLOAK, "s1", keycloak_claims,
	    as_text("3", "'true'")), 401);
	EXPECT_INT("Google is not", status(GOOGLE, "k1", google_claims, none), 401);
}

/* One user at two providers: each finds the user, and links the second by e-mail. */
static void
two_sections(void)
{
	host_start(arena_printf(test_mem(), SECTION("\tjwks_url = \"%s/sso/certs\"\n"
	    "\tlink_by_email = yes\n") "oidc second {\n\tissuer = \"https://second.example.org\"\n"
	    "\tclient_ids = {\"doorward\"}\n\tjwks_url = \"%s/second/certs\"\n"
	    "\tlink_by_email = yes\n}\n", provider_base(), provider_base()));
	provider_keys("/second/certs", "200", "Content-Type: application/json", "e1");
	host_user("alice@example.org", NULL, NULL);
	EXPECT_INT("first", status(KEYCLOAK, "s1", keycloak_claims, none), 200);
	EXPECT_INT("second", status("HTTP_X_AUTH_SECOND_TOKEN", "e1", keycloak_claims,
	    (const struct claim[]){ { "iss", "'https://second.example.org'" }, { "sub", "'2'" },
	    { NULL, NULL } }), 200);
	EXPECT_INT("the first again", status(KEYCLOAK, "s1", keycloak_claims, none), 200);
	EXPECT_INT("another person of the second", status("HTTP_X_AUTH_SECOND_TOKEN", "e1",
	    keycloak_claims, (const struct claim[]){ { "iss", "'https://second.example.org'" },
	    { "sub", "'3'" }, { NULL, NULL } }), 401);
	EXPECT_STRING("id", host_find("alice@example.org").oidc_user_id, "keycloak:" F3A1);
	EXPECT_STRING("id", host_find("alice@example.org").oidc_user_id_2, "second:2");
}

/* Only where doorward.conf says so, and only that one word. */
static void
section_takes_text(void)
{
	start("", "\tauto_register = yes\n\temail_verified_as_text = yes\n");
	EXPECT_INT("true", status(KEYCLOAK, "s1", keycloak_claims, as_text("3", "'true'")), 200);
	EXPECT_INT("true itself", status(KEYCLOAK, "s1", keycloak_claims, as_text("4", "true")),
	    200);
	EXPECT_INT("false", status(KEYCLOAK, "s1", keycloak_claims, as_text("5", "'false'")), 401);
	EXPECT_INT("empty", status(KEYCLOAK, "s1", keycloak_claims, as_text("5", "''")), 401);
	EXPECT_INT("True", status(KEYCLOAK, "s1", keycloak_claims, as_text("5", "'True'")), 401);
	EXPECT_INT("1", status(KEYCLOAK, "s1", keycloak_claims, as_text("5", "'1'")), 401);
	EXPECT_INT("NUL", status(KEYCLOAK, "s1", keycloak_claims, as_text("5", "'true\\u0000'")),
	    401);
}

/* A section may have the name of a provider that we know: its keys are still its own. */
static void
namesake(void)
{
	static const struct claim as_google[] = { { "iss", "'https://accounts.google.com'" },
		{ "aud", "'client-1'" }, { "sub", "'1001'" }, { NULL, NULL } };

	host_start(arena_printf(test_mem(), "oidc google {\n\tissuer = \"https://sso.example.org/"
	    "realms/staff\"\n\tclient_ids = {\"doorward\"}\n\tjwks_url = \"%s/sso/certs\"\n"
	    "\theader = \"X-Staff\"\n}\n", provider_base()));
	host_user("a@example.org", "oidc_user_id", "google:" F3A1);
	host_user("alice@gmail.com", "gmail_user_id", "1001");
	EXPECT_INT("section", status("HTTP_X_STAFF", "s1", keycloak_claims, none), 200);
	EXPECT_INT("Google", status(GOOGLE, "k1", google_claims, none), 200);
	EXPECT_INT("the section's key at Google", status(GOOGLE, "s1", keycloak_claims, as_google),
	    401);
	EXPECT_INT("Google's key at the section",
	    status("HTTP_X_STAFF", "k1", keycloak_claims, none), 401);
}

/* Sections that are refused. */
static void
bad_sections(void)
{
	static const struct { const char *row, *lines, *error; } t[] = {
		{ "name", "oidc Key_Cloak { issuer = \"a\" jwks_url = \"b\" client_ids = {\"c\"} }",
		    "its name must consist" },
		{ "no issuer", "oidc a { jwks_url = \"b\" client_ids = {\"c\"} }", "needs issuer" },
		{ "no address", "oidc a { issuer = \"a\" client_ids = {\"c\"} }", "needs issuer" },
		{ "no clients", "oidc a { issuer = \"a\" jwks_url = \"b\" }", "needs issuer" },
		{ "header", "oidc a { issuer = \"a\" jwks_url = \"b\" client_ids = {\"c\"} "
		    "header = \"X_Staff: a\" }", "its header may have" },
		{ "too many", NULL, "at most 16 oidc sections" },
	};
	const char *many = "";

	host_start("");
	for (int i = 0; i <= CONF_OIDC_MAX; i++)
		many = arena_printf(test_mem(), "%soidc a%d { issuer = \"a\" jwks_url = \"b\" "
		    "client_ids = {\"c\"} }\n", many, i);
	for (size_t i = 0; i < NELEM(t); i++) {
		const char *errors = host_conf_errors(t[i].lines ? t[i].lines : many);

		EXPECT_TRUE(t[i].row, strstr(errors, t[i].error) != NULL);
	}
	EXPECT_STRING("none", host_conf_errors(""), "");
}

/* Cloudflare's kids are 64 hex digits; OpenID Connect sets no bound. */
static void
long_kid(void)
{
	static const char kid[] =
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

	start("", "");
	provider_keys("/sso/certs", "200", "Content-Type: application/json", kid);
	host_user("a@example.org", "oidc_user_id", "keycloak:" F3A1);
	EXPECT_INT("64 characters", status(KEYCLOAK, kid, keycloak_claims, none), 200);
}

static CU_TestInfo tests[] = {
	{ "Apple", apple },
	{ "Apple registers", apple_registers },
	{ "Limited Login", limited_login },
	{ "a section", keycloak },
	{ "P-256", curve },
	{ "names of its own", own_names },
	{ "a section links and registers", section_links },
	{ "email_verified as text", section_takes_text },
	{ "two sections", two_sections },
	{ "a namesake", namesake },
	{ "bad sections", bad_sections },
	{ "a long kid", long_kid },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred_oidc: Apple and others", tests, .info.pTearDownFunc = host_end);
