// SPDX-License-Identifier: ISC
/* API 2.8: which user a good token proves, where it is sent, and when it is valid. */
#include <string.h>

#include "auth/user.h"
#include "base/setback.h"
#include "host.h"

#define LINK "google_link_by_email = yes\n"
#define REGISTER "auto_register = yes\n"

static const struct claim none[] = { { NULL, NULL } };

static const char *
google(const struct claim *changes)
{
	return id_token("k1", claims_with(google_claims, changes));
}

struct row {
	const char *row;
	struct claim with[4];
	int status;
	const char *email;		/* of the user; NULL if there is none */
};

static void
run(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reply reply = host_ask(GOOGLE, google(rows[i].with));

		EXPECT_INT(rows[i].row, reply.status, rows[i].status);
		EXPECT_STRING(rows[i].row, host_email(&reply), rows[i].email);
	}
}
#define RUN(rows) run(rows, NELEM(rows))

#define OF_ALICE 200, "alice@gmail.com"

static void
accepted(void)
{
	static const struct row t[] = {
		{ "as it is",             { { NULL, NULL } }, OF_ALICE },
		{ "the other issuer",     { { "iss", "'accounts.google.com'" } }, OF_ALICE },
		{ "the second client",    { { "aud", "'client-2'" } }, OF_ALICE },
		{ "a list of one",        { { "aud", "['client-2']" } }, OF_ALICE },
		{ "azp of another",       { { "azp", "'client-9'" } }, OF_ALICE },
		{ "iat at the skew",      { { "iat", "@+300" } }, OF_ALICE },
		{ "iat long past",        { { "iat", "@-80000" } }, OF_ALICE },
		{ "exp at the skew",      { { "exp", "@-299" } }, OF_ALICE },
		{ "exp at the other end", { { "exp", "@+86700" } }, OF_ALICE },
		{ "nbf at the skew",      { { "nbf", "@+300" } }, OF_ALICE },
		{ "no e-mail",            { { "email", NULL } }, OF_ALICE },
		{ "another e-mail",       { { "email", "'x@gmail.com'" } }, OF_ALICE },
		{ "an unverified one",    { { "email_verified", "false" } }, OF_ALICE },
		{ "claims of no concern", { { "nonce", "{'a':[1,2,{}]}" }, { "picture", "null" } },
		    OF_ALICE },
	};

	host_start("");
	host_user("alice@gmail.com", "gmail_user_id", "1001");
	RUN(t);
	EXPECT_INT("the second key", host_ask(GOOGLE, id_token("k2",
	    claims_with(google_claims, none))).status, 200);
	EXPECT_INT("typ in lower case", host_ask(GOOGLE, any_token("k1", "RS256",
	    "{'typ':'jwt','kid':'k1','alg':'RS256'}",
	    claims_with(google_claims, none))).status, 200);
	EXPECT_INT("without typ", host_ask(GOOGLE, any_token("k1", "RS256",
	    "{'kid':'k1','alg':'RS256','x':1}", claims_with(google_claims, none))).status, 200);
	EXPECT_INT("asked once for all", provider_calls("/google/certs"), 1);
}

static void
places(void)
{
	const char *good, *bad;

	host_start("");
	host_user("alice@gmail.com", "gmail_user_id", "1001");
	good = google(none);
	bad = google((const struct claim[]){ { "exp", "@-400" }, { NULL, NULL } });
	const struct { const char *row; struct ask ask; int status; } t[] = {
		{ "header", { .params = { host_param(GOOGLE, good) } }, 200 },
		{ "query", { .query = arena_printf(test_mem(), "google_token=%s", good) }, 200 },
		{ "form", { FORM(arena_printf(test_mem(), "name=a&google_token=%s", good)) },
		    200 },
		{ "header before query: good", { .params = { host_param(GOOGLE, good) },
		    .query = arena_printf(test_mem(), "google_token=%s", bad) }, 200 },
		{ "a bad header hides no query", { .params = { host_param(GOOGLE, bad) },
		    .query = arena_printf(test_mem(), "google_token=%s", good) }, 200 },
		{ "nor a bad query a form",
		    { .query = arena_printf(test_mem(), "google_token=%s", bad),
		    FORM(arena_printf(test_mem(), "name=a&google_token=%s", good)) }, 200 },
		{ "twice in the query", { .query = arena_printf(test_mem(),
		    "google_token=%s&google_token=%s", good, good) }, 400 },
		{ "header twice", { .params = { host_param(GOOGLE, good),
		    host_param(GOOGLE, good) } }, 400 },
		{ "joined by a server", { .params = { arena_printf(test_mem(),
		    GOOGLE "=%s, %s", good, good) } }, 401 },
		{ "empty", { .params = { GOOGLE "=" } }, 401 },
		{ "wrong Basic beside it", { .params = { host_param(GOOGLE, good) },
		    .email = "alice@gmail.com", .password = "wrong" }, 200 },
		{ "bad one beside good Basic", { .params = { host_param(GOOGLE, bad) },
		    .email = "alice@gmail.com", .password = PASSWORD }, 200 },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, box_ask(&host, &t[i].ask).status, t[i].status);
}

static void
asked_last(void)
{
	struct ask ask = { .params = { NULL, FACEBOOK "=classic" }, .email = "alice@gmail.com",
	    .password = PASSWORD };

	host_start("");
	host_user("alice@gmail.com", NULL, NULL);
	ask.params[0] = host_param(GOOGLE, google(none));
	EXPECT_INT("good Basic", box_ask(&host, &ask).status, 200);
	EXPECT_INT("Google is not asked", provider_calls("/google/certs"), 0);
	EXPECT_INT("Facebook is not asked", provider_calls("/graph/debug_token"), 0);
	ask.password = "wrong";
	box_ask(&host, &ask);
	EXPECT_INT("Google is asked", provider_calls("/google/certs"), 1);
	EXPECT_INT("Facebook is asked", provider_calls("/graph/debug_token"), 1);
}

/* An unknown sub finds no user, unless options permit more. */
static void
neither_linked_nor_registered(void)
{
	static const struct row t[] = {
		{ "the e-mail of a user", { { "sub", "'7'" } }, 401, NULL },
		{ "a new e-mail", { { "sub", "'7'" }, { "email", "'new@gmail.com'" } }, 401, NULL },
	};

	host_start("");
	host_user("alice@gmail.com", NULL, NULL);
	RUN(t);
	EXPECT_STRING("not linked", host_find("alice@gmail.com").gmail_user_id, "");
	EXPECT_STRING("not registered", host_find("new@gmail.com").email, "");
}

#define MAIL(address) { "email", "'" address "'" }
#define VERIFIED(raw) { "email_verified", raw }
#define SUB(id) { "sub", "'" id "'" }

static void
linked(void)
{
	static const struct row t[] = {
		{ "not verified", { MAIL("alice@gmail.com"), VERIFIED("false") }, 401, NULL },
		{ "verified absent", { MAIL("alice@gmail.com"), VERIFIED(NULL) }, 401, NULL },
		{ "verified as text", { MAIL("alice@gmail.com"), VERIFIED("'true'") }, 401, NULL },
		{ "verified as 1", { MAIL("alice@gmail.com"), VERIFIED("1") }, 401, NULL },
		{ "not gmail.com, no hd", { MAIL("bob@example.org") }, 401, NULL },
		{ "hd null", { MAIL("bob@example.org"), { "hd", "null" } }, 401, NULL },
		{ "hd empty", { MAIL("bob@example.org"), { "hd", "''" } }, 401, NULL },
		{ "hd a list", { MAIL("bob@example.org"), { "hd", "['example.org']" } }, 401,
		    NULL },
		{ "like gmail.com", { MAIL("eve@notgmail.com") }, 401, NULL },
		{ "gmail.com as a beginning", { MAIL("eve@gmail.com.example") }, 401, NULL },
		{ "an e-mail that is a list", { { "email", "['alice@gmail.com']" } }, 401, NULL },
		{ "an e-mail with a NUL", { { "email", "'alice@gmail.com\\u0000'" } }, 401, NULL },
		{ "another's SIP login", { MAIL("100@gmail.com") }, 401, NULL },
		{ "one who has another id", { MAIL("carol@gmail.com") }, 401, NULL },
		{ "deleted", { MAIL("gone@gmail.com") }, 401, NULL },
		{ "disabled", { MAIL("out@gmail.com") }, 401, NULL },
		{ "gmail.com", { MAIL("alice@gmail.com") }, OF_ALICE },
		{ "then by sub alone", { { "email", NULL } }, OF_ALICE },
		{ "that id, another e-mail", { MAIL("dave@gmail.com") }, OF_ALICE },
		{ "another id, that e-mail", { SUB("1009"), MAIL("alice@gmail.com") }, 401, NULL },
		{ "upper case", { SUB("1002"), MAIL("DAVE@GMail.Com") }, 200, "dave@gmail.com" },
		{ "hd", { SUB("1003"), MAIL("bob@example.org"), { "hd", "'example.org'" } }, 200,
		    "bob@example.org" },
	};
	struct auth *auth;
	struct user user;

	host_start(LINK);
	auth = host.auth;
	host_user("alice@gmail.com", NULL, NULL);
	host_user("bob@example.org", "sip_login", "100@gmail.com");
	host_user("carol@gmail.com", "gmail_user_id", "2001");
	host_user("dave@gmail.com", NULL, NULL);
	host_user("eve@notgmail.com", NULL, NULL);
	host_user("gone@gmail.com", NULL, NULL);
	host_user("out@gmail.com", NULL, NULL);
	user = host_find("gone@gmail.com");
	EXPECT_VERDICT("delete", store_user_delete(auth->store, &user.id, true, host.now_ms), 0);
	user = host_find("out@gmail.com");
	EXPECT_VERDICT("disable", user_disable(auth, &user.id, host.now_ms), 0);
	RUN(t);
	EXPECT_STRING("linked", host_find("alice@gmail.com").gmail_user_id, "1001");
	EXPECT_STRING("linked", host_find("dave@gmail.com").gmail_user_id, "1002");
	EXPECT_STRING("linked", host_find("bob@example.org").gmail_user_id, "1003");
	EXPECT_STRING("kept", host_find("carol@gmail.com").gmail_user_id, "2001");
	EXPECT_STRING("not linked", host_find("out@gmail.com").gmail_user_id, "");
}

static void
registered(void)
{
	static const struct row t[] = {
		{ "not verified", { { "email_verified", "false" } }, 401, NULL },
		{ "no e-mail", { { "email", NULL } }, 401, NULL },
		{ "no e-mail, but text", { MAIL("alice") }, 401, NULL },
		{ "two @", { MAIL("a@b@gmail.com") }, 401, NULL },
		{ "an e-mail that exists", { MAIL("bob@example.org") }, 401, NULL },
		{ "in another case", { MAIL("BOB@example.org") }, 401, NULL },
		{ "of one deleted", { MAIL("gone@example.org") }, 401, NULL },
		{ "that is a SIP login", { MAIL("100@example.org") }, 401, NULL },
		{ "new", { { NULL, NULL } }, OF_ALICE },
		{ "known now", { { "email_verified", NULL } }, OF_ALICE },
		{ "another of that e-mail", { SUB("1002") }, 401, NULL },
		{ "upper case, anywhere", { SUB("1003"), MAIL("New@Example.ORG"),
		    { "given_name", "'a\\nb'" } }, 200, "new@example.org" },
	};
	struct user user;

	host_start(REGISTER);
	host_user("bob@example.org", "sip_login", "100@example.org");
	host_user("gone@example.org", NULL, NULL);
	user = host_find("gone@example.org");
	EXPECT_VERDICT("delete", store_user_delete(host.auth->store, &user.id, true,
	    host.now_ms), 0);
	RUN(t);
	user = host_find("alice@gmail.com");
	EXPECT_STRING("id", user.gmail_user_id, "1001");
	EXPECT_STRING("first name", user.first_name, "Alice");
	EXPECT_STRING("last name", user.last_name, "Liddell");
	EXPECT_STRING("role", user.role, "User");
	EXPECT_STRING("a name that is none", host_find("new@example.org").first_name, "");
	EXPECT_STRING("not linked", host_find("bob@example.org").gmail_user_id, "");
}

static void
ask_four_times(const char *row, const char *token)
{
	const struct ask ask = { .params = { host_param(GOOGLE, token) } };
	const struct ask asks[] = { ask, ask, ask, ask };
	struct host_answer answers[NELEM(asks)];

	host_ask_at_once(asks, NELEM(asks), answers);
	for (size_t i = 0; i < NELEM(answers); i++)
		EXPECT_INT(row, answers[i].status, 200);
}

/* The first page that a user opens may send several requests at once. */
static void
at_once(void)
{
	static const struct claim others[] = { { "aud", "'x'" }, { NULL, NULL } };
	static const struct claim bob[] = { SUB("1002"), MAIL("bob@gmail.com"), { NULL, NULL } };
	struct store_counts before, after;

	host_start(LINK REGISTER);
	host_user("bob@gmail.com", NULL, NULL);
	EXPECT_INT("keys are fetched", host_ask(GOOGLE, google(others)).status, 401);
	store_counts(host.auth->store, &before);
	ask_four_times("registered", google(none));
	ask_four_times("linked", google(bob));
	store_counts(host.auth->store, &after);
	EXPECT_INT("users", (int64_t)(after.users - before.users), 1);
	EXPECT_STRING("linked", host_find("bob@gmail.com").gmail_user_id, "1002");
}

/* Users found by sub who may no longer log in. */
static void
not_live(void)
{
	struct auth *auth;
	struct user user;

	host_start(LINK REGISTER);
	auth = host.auth;
	host_user("alice@gmail.com", "gmail_user_id", "1001");
	user = host_find("alice@gmail.com");
	EXPECT_INT("before", host_ask(GOOGLE, google(none)).status, 200);
	EXPECT_VERDICT("disable", user_disable(auth, &user.id, host.now_ms), 0);
	EXPECT_INT("disabled", host_ask(GOOGLE, google(none)).status, 401);
	EXPECT_VERDICT("enable", store_user_enable(auth->store, &user.id, host.now_ms), 0);
	EXPECT_INT("enabled", host_ask(GOOGLE, google(none)).status, 200);
	EXPECT_VERDICT("delete", store_user_delete(auth->store, &user.id, true, host.now_ms), 0);
	EXPECT_INT("deleted", host_ask(GOOGLE, google(none)).status, 401);
	EXPECT_VERDICT("remove", store_user_delete(auth->store, &user.id, false, host.now_ms), 0);
	EXPECT_INT("a new user", host_ask(GOOGLE, google(none)).status, 200);
}

/* An expired ID token was good once, so it is not a guess. */
static void
expired(void)
{
	const char *token;

	host_start("throttle = yes\nthrottle_source_failures = 1\n");
	for (int i = 0; i < 5; i++) {
		token = google((const struct claim[]){ { "exp",
		    arena_printf(test_mem(), "@-%d", 400 + i) }, { NULL, NULL } });
		for (int k = 0; k < 7; k++)
			EXPECT_INT("expired", host_ask(GOOGLE, token).status, 401);
	}
	EXPECT_INT("one that never was", host_ask(GOOGLE, "a.b.c").status, 401);
	EXPECT_INT("is counted", host_ask(GOOGLE, "a.b.d").status, 429);
}

/* By a clock that is set back afterwards; the keys are asked for by the right one. */
static void
set_back(void)
{
	const char *before, *later = google((const struct claim[]){ { "exp", "@+80000" },
	    { NULL, NULL } });

	host_start("");
	host_user("alice@gmail.com", "gmail_user_id", "1001");
	before = google(none);
	setbacks_now(host.auth->setbacks, host.now_ms, 1);
	EXPECT_INT("before", host_ask(GOOGLE, before).status, 200);
	host_later_s(40000);
	setbacks_now(host.auth->setbacks, host.now_ms, 2);
	EXPECT_INT("ended", host_ask(GOOGLE, before).status, 401);
	EXPECT_INT("keys", provider_calls("/google/certs"), 2);
	host_later_s(2 - 40000);
	setbacks_now(host.auth->setbacks, host.now_ms, 3);
	EXPECT_INT("stays ended", host_ask(GOOGLE, before).status, 401);
	EXPECT_INT("one that ends later", host_ask(GOOGLE, later).status, 200);
	EXPECT_INT("of an unknown key", host_ask(GOOGLE, id_token("k9",
	    claims_with(google_claims, none))).status, 401);
	EXPECT_INT("is asked for at once", provider_calls("/google/certs"), 3);
	EXPECT_INT("a fresh one", host_ask(GOOGLE, google((const struct claim[]){
	    { "iat", "@+2" }, { NULL, NULL } })).status, 200);
}

static CU_TestInfo tests[] = {
	{ "accepted", accepted },
	{ "set back", set_back },
	{ "places", places },
	{ "expired", expired },
	{ "asked last", asked_last },
	{ "neither linked nor registered", neither_linked_nor_registered },
	{ "linked by e-mail", linked },
	{ "registered", registered },
	{ "several at once", at_once },
	{ "deleted and disabled", not_live },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred_oidc: Google", tests, .info.pTearDownFunc = host_end);
