// SPDX-License-Identifier: ISC
/* API 12: what users do with their own password and logins. */
#include <string.h>

#include "e2e.h"

#define SUE "Authorization: Basic $sue"
#define SUE_JWT "X-Auth-Token: $sue_jwt"
#define SUE_TOKEN "Authorization: Bearer $sue_token"
#define ME(name) OK("{'created_on':'<time>','modified_on':'<time>','uuid':'<uuid:sue_id>'," \
	"'email':'sue@example.org','phone_number':null,'first_name':null,'last_name':null," \
	"'dob':null,'gmail_user_id':null,'facebook_user_id':null,'apple_user_id':null," \
	"'wechat_user_id':null,'role':'User','gender':null,'deleted_on':null," \
	"'token':'<jwt:" name ">','wss_online':false,'avatar':null,'account':null}")
#define CHANGE(old, new) .json = "{'old':'" old "','new':'" new "'}"

/* Often enough to reach every worker. */
static void
each_worker(const char *row, const char *header, int status)
{
	struct row ask = { row, "GET", "/rest/auth", { header }, .status = status };

	for (int i = 0; i < 8; i++)
		run_row(&ask);
}

static void
password(void)
{
	static const struct row refused[] = {
		{ "nobody", "POST", "/rest/password", CHANGE("sue-password-1", "sue-password-2"),
		    .status = 401 },
		{ "a bearer token", "POST", "/rest/password", { SUE_TOKEN },
		    CHANGE("sue-password-1", "sue-password-2"), .status = 403 },
		{ "a form", "POST", "/rest/password", { SUE_JWT }, .form = "old=a&new=b",
		    .status = 415 },
		{ "a page elsewhere", "POST", "/rest/password",
		    { SUE_JWT, "Origin: https://evil.example" },
		    CHANGE("sue-password-1", "sue-password-2"), .status = 403 },
		{ "nothing", "POST", "/rest/password", { SUE_JWT }, .json = "{}", .status = 400,
		    .shape = BAD_FIELDS(FIELD("old", "`old` is required") ","
		    FIELD("new", "`new` is required")) },
		{ "too short", "POST", "/rest/password", { SUE_JWT },
		    CHANGE("sue-password-1", "short"), .status = 400,
		    .shape = BAD_FIELDS(FIELD("new", "minLength 8")) },
		{ "common", "POST", "/rest/password", { SUE_JWT },
		    CHANGE("sue-password-1", "password1"), .status = 400,
		    .shape = BAD_FIELDS(FIELD("new", "common password")) },
		{ "the wrong one", "POST", "/rest/password", { SUE_JWT },
		    CHANGE("sue-password-0", "sue-password-2"), .status = 400,
		    .shape = BAD_FIELDS(FIELD("old", "wrong password")) },
		{ "GET", "GET", "/rest/password", { SUE_JWT }, .status = 405 },
	};
	static const struct row changed[] = {
		{ "by a JWT", "POST", "/rest/password", { SUE_JWT },
		    CHANGE("sue-password-1", "sue-password-2"), .status = 200,
		    .shape = ME("sue_new") },
		{ "the next JWT", "GET", "/rest/auth", { "X-Auth-Token: $sue_new" },
		    .status = 200, .shape = ME("sue_jwt") },
	};
	static const struct row with_tokens[] = {
		{ "by Basic, tokens too", "POST", "/rest/password", { SUE },
		    .json = "{'old':'sue-password-2','new':'sue-password-3','revoke_tokens':true}",
		    .status = 200, .shape = ME("sue_jwt") },
	};

	make_user("sue", "sue@example.org", "sue-password-1");
	log_in("sue_jwt", SUE);
	make_token("sue_token", SUE);
	RUN(refused);
	each_worker("as before", SUE, 200);
	each_worker("known", SUE_JWT, 200);
	word_set("sue_old", word("sue_jwt"));
	RUN(changed);
	each_worker("the old JWT", "X-Auth-Token: $sue_old", 401);
	each_worker("the old password", SUE, 401);
	each_worker("the token", SUE_TOKEN, 200);
	word_set("sue", encode64("sue@example.org:sue-password-2"));
	each_worker("the new password", SUE, 200);
	RUN(with_tokens);
	each_worker("the token", SUE_TOKEN, 401);
	keep_out_of_logs("sue-password-");
}

static void
sessions(void)
{
	static const struct row rows[] = {
		{ "two logins", "GET", "/rest/session/list", { SUE_JWT, "User-Agent: one" },
		    .status = 200, .shape = OK("[{'uuid':'<uuid:one>','kind':'jwt',"
		    "'began_on':'<time>','last_seen_on':'<time>','last_seen_ip':'<text>',"
		    "'user_agent':'one','current':true},{'uuid':'<uuid:two>','kind':'jwt',"
		    "'began_on':'<time>','last_seen_on':'<time>','last_seen_ip':'<text>',"
		    "'user_agent':'two','current':false}]") },
		{ "by a token", "GET", "/rest/session/list", { SUE_TOKEN }, .status = 403 },
		{ "end by a token", "DELETE", "/rest/session/$two", { SUE_TOKEN }, .status = 403 },
		{ "of another", "DELETE", "/rest/session/$two", { ALICE }, .status = 404 },
		{ "none", "DELETE", "/rest/session/x", { SUE_JWT }, .status = 404 },
		{ "end", "DELETE", "/rest/session/$two", { SUE_JWT }, .status = 200,
		    .shape = OK("{}") },
		{ "again", "DELETE", "/rest/session/$two", { SUE_JWT }, .status = 404 },
	};
	static const struct row first[] = {
		{ "one", "GET", "/rest/auth", { SUE, "User-Agent: one" }, .status = 200,
		    .shape = ME("sue_jwt") },
	};
	static const struct row second[] = {
		{ "two", "GET", "/rest/auth", { SUE, "User-Agent: two" }, .status = 200,
		    .shape = ME("sue_two") },
	};

	word_set("sue", encode64("sue@example.org:sue-password-3"));
	EXPECT_INT("logout", CTL("", "user", "logout", "sue@example.org"), 0);
	RUN(first);
	clock_shift(1);
	RUN(second);
	make_token("sue_token", SUE);
	RUN(rows);
	each_worker("it has ended", "X-Auth-Token: $sue_two", 401);
	each_worker("the other has not", SUE_JWT, 200);
	EXPECT_INT("the tool", CTL("", "session", "list", "sue@example.org", "--json"), 0);
	EXPECT_TRUE("lists it", strstr(word("printed"), word("one")) != NULL);
	EXPECT_TRUE("but not what ended", strstr(word("printed"), word("two")) == NULL);
	EXPECT_INT("ends it", CTL("", "session", "end", "sue@example.org", "$one"), 0);
	each_worker("it has ended", SUE_JWT, 401);
	EXPECT_INT("once", CTL("", "session", "end", "sue@example.org", "$one"), 3);
}

static void
logout(void)
{
	static const struct row by_token[] = {
		{ "a token ends itself", "DELETE", "/rest/auth", { SUE_TOKEN }, .status = 200,
		    .shape = OK("{}") },
	};
	static const struct row by_jwt[] = {
		{ "no such kind of tokens", "DELETE", "/rest/auth?tokens=2", { SUE_JWT },
		    .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("tokens", "max 1", "'2'")) },
		{ "a page elsewhere", "DELETE", "/rest/auth",
		    { SUE_JWT, "Sec-Fetch-Site: cross-site" }, .status = 403 },
		{ "everywhere", "DELETE", "/rest/auth", { SUE_JWT }, .status = 200,
		    .shape = OK("{}") },
		{ "again", "DELETE", "/rest/auth", { SUE_JWT }, .status = 401 },
	};
	static const struct row and_tokens[] = {
		{ "tokens too", "DELETE", "/rest/auth?tokens=1", { SUE_JWT }, .status = 200,
		    .shape = OK("{}") },
	};

	word_set("sue", encode64("sue@example.org:sue-password-3"));
	log_in("sue_jwt", SUE);
	make_token("sue_token", SUE);
	RUN(by_token);
	each_worker("the token", SUE_TOKEN, 401);
	each_worker("the rest", SUE_JWT, 200);
	make_token("sue_token", SUE);
	RUN(by_jwt);
	each_worker("the JWT", SUE_JWT, 401);
	each_worker("the token", SUE_TOKEN, 200);
	log_in("sue_jwt", SUE);
	RUN(and_tokens);
	each_worker("the JWT", SUE_JWT, 401);
	each_worker("the token", SUE_TOKEN, 401);
	EXPECT_INT("delete", CTL("", "user", "delete", "sue@example.org"), 0);
}

CU_TestInfo self_tests[] = {
	{ "password", password },
	{ "sessions", sessions },
	{ "logout", logout },
	CU_TEST_INFO_NULL,
};
