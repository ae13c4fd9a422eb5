// SPDX-License-Identifier: ISC
/* API 2.8: classic tokens, of which debug_token knows all. */
#include <string.h>

#include "base/text.h"
#include "host.h"

#define DEBUG "/graph/debug_token"
#define APP_TOKEN "4711%7Cs3cr%7Ct%20of%26the%20app"
#define JSON "200\nContent-Type: application/json\n\n"

static const struct claim data[] = {
	{ "app_id", "'4711'" },
	{ "type", "'USER'" },
	{ "application", "'Doors'" },
	{ "data_access_expires_at", "@+7776000" },
	{ "expires_at", "@+3600" },
	{ "is_valid", "true" },
	{ "issued_at", "@-60" },
	{ "scopes", "['email','public_profile']" },
	{ "user_id", "'2002'" },
	{ NULL, NULL },
};

static const struct claim none[] = { { NULL, NULL } };

static void
facebook_says(const struct claim *changes)
{
	provider_says(DEBUG, arena_printf(test_mem(), JSON "{\"data\":%s}",
	    claims_with(data, changes)));
}

/* Another token each time: verdicts are kept by token. */
static const char *
fresh_token(void)
{
	static int count;

	return arena_printf(test_mem(), "EAAB%d", count++);
}

static int
status(void)
{
	return host_ask(FACEBOOK, fresh_token()).status;
}

static void
verdicts(void)
{
	static const struct { const char *row; struct claim with[3]; int status; } t[] = {
		{ "as it is",               { { NULL, NULL } }, 200 },
		{ "without end",            { { "expires_at", "0" } }, 200 },
		{ "ends in a second",       { { "expires_at", "@+1" } }, 200 },
		{ "a page more",            { { "profile_id", "'77'" } }, 200 },
		{ "invalid",                { { "is_valid", "false" } }, 401 },
		{ "another app",            { { "app_id", "'4712'" } }, 401 },
		{ "app as a number",        { { "app_id", "4711" } }, 401 },
		{ "app absent",             { { "app_id", NULL } }, 401 },
		{ "app with a NUL",         { { "app_id", "'4711\\u0000'" } }, 401 },
		{ "app with more",          { { "app_id", "'47110'" } }, 401 },
		{ "a page's token",         { { "type", "'PAGE'" } }, 401 },
		{ "an app's token",         { { "type", "'APP'" } }, 401 },
		{ "type absent",            { { "type", NULL } }, 401 },
		{ "ended",                  { { "expires_at", "@+0" } }, 401 },
		{ "ended long ago",         { { "expires_at", "@-86400" } }, 401 },
		{ "end negative",           { { "expires_at", "-1" } }, 401 },
		{ "end absent",             { { "expires_at", NULL } }, 401 },
		{ "end null",               { { "expires_at", "null" } }, 401 },
		{ "end as text",            { { "expires_at", "'9000000000'" } }, 401 },
		{ "end huge",               { { "expires_at", "9223372036854775807" } }, 200 },
		{ "access absent",          { { "data_access_expires_at", NULL } }, 401 },
		{ "access 0",               { { "data_access_expires_at", "0" } }, 401 },
		{ "access ended",           { { "data_access_expires_at", "@-1" } }, 401 },
		{ "access as text",         { { "data_access_expires_at", "'9000000000'" } }, 401 },
		{ "access huge",            { { "data_access_expires_at", "9223372036854775807" } },
		    200 },
		{ "user of nobody",         { { "user_id", "'2003'" } }, 401 },
		{ "user absent",            { { "user_id", NULL } }, 401 },
		{ "user empty",             { { "user_id", "''" } }, 401 },
		{ "user as a number",       { { "user_id", "2002" } }, 401 },
		{ "user with a NUL",        { { "user_id", "'2002\\u0000'" } }, 401 },
		{ "validity as text",       { { "is_valid", "'true'" } }, 503 },
		{ "validity absent",        { { "is_valid", NULL } }, 503 },
	};

	host_user("alice@gmail.com", "facebook_user_id", "2002");
	for (size_t i = 0; i < NELEM(t); i++) {
		facebook_says(t[i].with);
		EXPECT_INT(t[i].row, status(), t[i].status);
	}
}

/* The log says what was wrong, but names neither user nor token. */
static void
logged(void)
{
	static const struct { const char *wrong; struct claim with[2]; } t[] = {
		{ "is_valid", { { "is_valid", "false" } } },
		{ "app_id", { { "app_id", "'4712'" } } },
		{ "type", { { "type", "'PAGE'" } } },
		{ "user_id", { { "user_id", "''" } } },
		{ "expires_at", { { "expires_at", "@+0" } } },
		{ "data_access_expires_at", { { "data_access_expires_at", "0" } } },
		{ "unknown person", { { "user_id", "'2003'" } } },
	};

	host_user("alice@gmail.com", "facebook_user_id", "2002");
	for (size_t i = 0; i < NELEM(t); i++) {
		facebook_says(t[i].with);
		EXPECT_INT(t[i].wrong, status(), 401);
		EXPECT_INT(t[i].wrong, host_logged(arena_printf(test_mem(),
		    "facebook: token refused: %s\n", t[i].wrong)), 1);
	}
	EXPECT_INT("the person", host_logged("2003"), 0);
	EXPECT_INT("a token", host_logged("EAAB"), 0);
}

/* What is logged of Facebook besides refusals. */
static int
errors(void)
{
	return host_logged("facebook: ") - host_logged("facebook: token refused: ");
}

static void
answers(void)
{
	static const struct { const char *row, *answer; int status, logged; } t[] = {
		{ "Facebook's own refusal", JSON "{\"data\":{\"error\":{\"code\":190,\"message\":"
		    "\"Invalid OAuth access token.\"},\"is_valid\":false,\"scopes\":[]}}", 401, 0 },
		{ "our app token is wrong", "400\n\n{\"error\":{\"message\":\"Invalid OAuth access "
		    "token signature.\",\"type\":\"OAuthException\",\"code\":190}}", 503, 1 },
		{ "throttled", "429\n\n{}", 503, 1 },
		{ "broken", "500\n\n{\"data\":{\"is_valid\":false}}", 503, 1 },
		{ "200 and an error", JSON "{\"error\":{\"code\":1}}", 503, 1 },
		{ "no data", JSON "{}", 503, 1 },
		{ "data a list", JSON "{\"data\":[{\"is_valid\":true}]}", 503, 1 },
		{ "data null", JSON "{\"data\":null}", 503, 1 },
		{ "not JSON", "200\nContent-Type: text/html\n\n<html>", 503, 1 },
		{ "empty", JSON, 503, 1 },
		{ "cut", "200 cut\n\n{\"data\":{\"is_valid\":false}}", 503, 1 },
		{ "elsewhere", "302\nLocation: https://localhost/\n\n"
		    "{\"data\":{\"is_valid\":false}}", 503, 1 },
	};

	host_user("alice@gmail.com", "facebook_user_id", "2002");
	for (size_t i = 0; i < NELEM(t); i++) {
		int before = errors();

		provider_says(DEBUG, t[i].answer);
		EXPECT_INT(t[i].row, status(), t[i].status);
		EXPECT_INT(t[i].row, errors() - before, t[i].logged);
	}
	EXPECT_INT("the secret", host_logged("s3cr"), 0);
	EXPECT_INT("a token", host_logged("EAAB"), 0);
}

/* What Facebook is asked, and that a token cannot add to it. */
static void
questions(void)
{
	host_user("alice@gmail.com", "facebook_user_id", "2002");
	facebook_says(none);
	EXPECT_INT("plain", host_ask(FACEBOOK, "EAABx").status, 200);
	EXPECT_STRING("plain", provider_asked(DEBUG),
	    DEBUG "?input_token=EAABx&access_token=" APP_TOKEN);
	EXPECT_INT("with characters of a query", host_ask(FACEBOOK,
	    "a&access_token=b#%?\xc3\xa4").status, 200);
	EXPECT_STRING("with characters of a query", provider_asked(DEBUG),
	    DEBUG "?input_token=a%26access_token%3Db%23%25%3F%C3%A4&access_token=" APP_TOKEN);
}

static void
places(void)
{
	const struct { const char *row; struct ask ask; int status; } t[] = {
		{ "header", { .params = { host_param(FACEBOOK, fresh_token()) } }, 200 },
		{ "query", { .query = "facebook_token=EAABq" }, 200 },
		{ "form", { FORM("name=a&facebook_token=EAABf") }, 200 },
		{ "twice", { .query = "facebook_token=a&facebook_token=a" }, 400 },
		{ "a blank inside", { .params = { FACEBOOK "=a b" } }, 401 },
		{ "one dot", { .params = { FACEBOOK "=a.b" } }, 401 },
		{ "empty", { .query = "facebook_token=" }, 401 },
	};

	host_user("alice@gmail.com", "facebook_user_id", "2002");
	facebook_says(none);
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, box_ask(&host, &t[i].ask).status, t[i].status);
	EXPECT_INT("asked only for those", provider_calls(DEBUG), 3);
}

/* A good answer is kept for 60 s, or until one of its two times of expiry. */
static void
kept(void)
{
	static const struct { const char *row; struct claim with[3]; int64_t s; } t[] = {
		{ "a minute",       { { NULL, NULL } }, 60 },
		{ "without end",    { { "expires_at", "0" } }, 60 },
		{ "until its end",  { { "expires_at", "@+20" } }, 20 },
		{ "access ends",    { { "data_access_expires_at", "@+10" } }, 10 },
	};

	host.now_ms -= host.now_ms % 1000;
	host_user("alice@gmail.com", "facebook_user_id", "2002");
	for (size_t i = 0; i < NELEM(t); i++) {
		const char *token = fresh_token();

		facebook_says(t[i].with);
		EXPECT_INT(t[i].row, host_ask(FACEBOOK, token).status, 200);
		EXPECT_INT(t[i].row, host_ask(FACEBOOK, token).status, 200);
		host_later_s(t[i].s);
		host.now_ms--;
		EXPECT_INT(t[i].row, host_ask(FACEBOOK, token).status, 200);
		EXPECT_INT(t[i].row, provider_calls(DEBUG), 1);
		provider_says(DEBUG, JSON "{\"data\":{\"is_valid\":false}}");
		host.now_ms++;
		EXPECT_INT(t[i].row, host_ask(FACEBOOK, token).status, 401);
		EXPECT_INT(t[i].row, provider_calls(DEBUG), 1);
	}
}

/* A refusal is not: the token may become good, or the user be created, at once. */
static void
not_kept(void)
{
	provider_says(DEBUG, JSON "{\"data\":{\"is_valid\":false}}");
	EXPECT_INT("refused", host_ask(FACEBOOK, "EAABn").status, 401);
	facebook_says(none);
	EXPECT_INT("nobody's", host_ask(FACEBOOK, "EAABn").status, 401);
	host_user("alice@gmail.com", "facebook_user_id", "2002");
	EXPECT_INT("now somebody's", host_ask(FACEBOOK, "EAABn").status, 200);
	EXPECT_INT("from the kept answer", provider_calls(DEBUG), 1);
}

/* Users are found by id only, whatever options permit. */
static void
no_email(void)
{
	static const struct claim email[] = {
		{ "user_id", "'9'" }, { "email", "'alice@gmail.com'" }, { NULL, NULL } };

	host_end();
	host_start("auto_register = yes\ngoogle_link_by_email = yes\n");
	host_user("alice@gmail.com", NULL, NULL);
	facebook_says(email);
	EXPECT_INT("by e-mail", status(), 401);
	EXPECT_STRING("not linked", host_find("alice@gmail.com").facebook_user_id, "");
}

/* A token that Facebook refused is not sent again at once; that of an unknown user is. */
static void
refused(void)
{
	struct reply reply;

	host_end();
	host_start("throttle = yes\n");
	facebook_says((const struct claim[]){ { "is_valid", "false" }, { NULL, NULL } });
	for (int i = 0; i < 5; i++)
		EXPECT_INT("refused", host_ask(FACEBOOK, "EAABbad").status, 401);
	reply = host_ask(FACEBOOK, "EAABbad");
	EXPECT_INT("the fifth repetition", reply.status, 429);
	EXPECT_INT("for the rest of a minute", ask_retry_s(&reply), 60);
	EXPECT_INT("asked once", provider_calls(DEBUG), 1);
	EXPECT_INT("another", host_ask(FACEBOOK, "EAABother").status, 401);
	EXPECT_INT("is asked for", provider_calls(DEBUG), 2);
	host_later_s(60);
	EXPECT_INT("a minute later", host_ask(FACEBOOK, "EAABbad").status, 401);
	EXPECT_INT("it is asked again", provider_calls(DEBUG), 3);
	facebook_says(none);
	EXPECT_INT("nobody here", host_ask(FACEBOOK, "EAABnew").status, 401);
	host_user("alice@gmail.com", "facebook_user_id", "2002");
	EXPECT_INT("is let in when added", host_ask(FACEBOOK, "EAABnew").status, 200);
}

/* What a clock that was ahead remembered is not kept until that time comes. */
static void
set_back(void)
{
	host_user("alice@gmail.com", "facebook_user_id", "2002");
	host_later_s(3000);
	facebook_says(none);
	EXPECT_INT("ahead", host_ask(FACEBOOK, "EAABahead").status, 200);
	host_later_s(-3000);
	provider_says(DEBUG, JSON "{\"data\":{\"is_valid\":false}}");
	EXPECT_INT("asked again", host_ask(FACEBOOK, "EAABahead").status, 401);
}

static CU_TestInfo tests[] = {
	{ "set back", set_back },
	{ "verdicts", verdicts },
	{ "logged", logged },
	{ "answers", answers },
	{ "questions", questions },
	{ "places", places },
	{ "kept", kept },
	{ "not kept", not_kept },
	{ "refused", refused },
	{ "no e-mail", no_email },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("cred/cred_facebook", tests, .info.pSetUpFunc = host_open,
	.info.pTearDownFunc = host_end);
