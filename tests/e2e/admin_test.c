// SPDX-License-Identifier: ISC
/* API 11: users and accounts, as administrators manage them over HTTP. */
#include "e2e.h"

#define ROOT "Authorization: Basic $root"
#define DAVE "Authorization: Basic $dave"
#define TAKEN(field, message) "{'success':false,'status':409,'message':'Already taken'," \
	"'fields':{" FIELD(field, message) "}}"
#define ACCOUNT(account) "{'created_on':'<time>','modified_on':'<time>','uuid':'<uuid:" account \
	">','email':null,'name':'Acme Ltd','level':'Level0','deleted_on':null,'balance':0}"
#define USER(email, first, role, account, end) "{'created_on':'<time>','modified_on':'<time>'," \
	"'uuid':'<uuid:dave_id>','email':'" email "','phone_number':null,'first_name':" first "," \
	"'last_name':null,'dob':null,'gmail_user_id':null,'facebook_user_id':null," \
	"'apple_user_id':null,'wechat_user_id':null,'role':'" role "','gender':null," \
	"'deleted_on':null,'wss_online':false,'avatar':null,'account':" account "," \
	"'sip_login':null,'oidc_user_id':null,'oidc_user_id_2':null,'oidc_user_id_3':null," \
	"'oidc_user_id_4':null,'webitel_role':null,'disabled_on':" end
#define WHOLE(email, first, role, account) \
	OK(USER(email, first, role, account, "null,'password_set_on':'<time>'}"))
#define DAVE_PATH "/rest/user/$dave_id"

static void
refused(void)
{
	static const struct row rows[] = {
		{ "nobody", "GET", "/rest/user/list", .status = 401 },
		{ "a user", "GET", "/rest/user/list", { ALICE }, .status = 403 },
		{ "a bearer token", "GET", "/rest/user/list", { "Authorization: Bearer $admin_token" },
		    .status = 403 },
		{ "its JWT", "GET", "/rest/user/list", { "X-Auth-Token: $admin_token_jwt" },
		    .status = 403 },
		{ "its JWT, a change", "DELETE", "/rest/user/00000000-0000-4000-8000-000000000000",
		    { "X-Auth-Token: $admin_token_jwt" }, .status = 403 },
		{ "a page elsewhere", "POST", "/rest/user",
		    { "X-Auth-Token: $admin_jwt", "Origin: https://evil.example" },
		    .json = "{'email':'dora@example.org'}", .status = 403 },
		{ "a form", "POST", "/rest/user", { ROOT }, .form = "email=dave%40example.org",
		    .status = 415 },
		{ "in parts", "POST", "/rest/user", { ROOT }, .parts = "email=dora@example.org",
		    .status = 415 },
		{ "plain HTTP", "GET", "/rest/user/list", { ROOT }, .plain = true, .status = 301 },
		{ "no such method", "GET", "/rest/user", { ROOT }, .status = 405 },
		{ "nothing there", "GET", "/rest/users", { ROOT }, .status = 404 },
	};

	make_user("root", "root@example.org", "a password of root");
	EXPECT_INT("role", CTL("", "user", "set", "root@example.org", "--role", "Admin"), 0);
	make_token("admin_token", ROOT);
	log_in("admin_jwt", ROOT);
	log_in("admin_token_jwt", "Authorization: Bearer $admin_token");
	RUN(rows);
}

static void
managed(void)
{
	static const struct row rows[] = {
		{ "an account", "POST", "/rest/account", { ROOT }, .json = "{'name':'Acme Ltd'}",
		    .status = 200, .shape = OK(ACCOUNT("account")) },
		{ "a user", "POST", "/rest/user", { "X-Auth-Token: $admin_jwt" },
		    .json = "{'email':'Dora@example.org','password':'dave-password-1'}",
		    .status = 200, .shape = WHOLE("dora@example.org", "null", "User", "null") },
		{ "the name is taken", "POST", "/rest/user", { ROOT },
		    .json = "{'email':'dora@example.org'}", .status = 409,
		    .shape = TAKEN("email", "another user has it") },
		{ "unknown fields", "PATCH", DAVE_PATH, { ROOT }, .json = "{'x':1,'uuid':'a'}",
		    .status = 400, .shape = BAD_FIELDS(FIELD("x", "unknown field") ","
		    FIELD_VALUE("uuid", "cannot be set", "'a'")) },
		{ "a password", "PATCH", DAVE_PATH, { ROOT }, .json = "{'password':'short'}",
		    .status = 400, .shape = BAD_FIELDS(FIELD("password", "minLength 8")) },
		{ "it can log in", "GET", "/rest/auth", { DAVE }, .status = 200 },
		{ "another password", "PATCH", DAVE_PATH, { ROOT },
		    .json = "{'password':'dave-password-2'}", .status = 200,
		    .shape = WHOLE("dora@example.org", "null", "User", "null") },
		{ "the former one", "GET", "/rest/auth", { DAVE }, .status = 401 },
		{ "the first again", "PATCH", DAVE_PATH, { ROOT },
		    .json = "{'password':'dave-password-1'}", .status = 200, .shape = "<rest>" },
		{ "a change", "PATCH", DAVE_PATH, { ROOT },
		    .json = "{'first_name':'D\u00e9','role':'Provider','account':'Acme Ltd'}",
		    .status = 200,
		    .shape = WHOLE("dora@example.org", "'D\xc3\xa9'", "Provider", ACCOUNT("account")) },
		{ "HTTP/2", "GET", DAVE_PATH, { ROOT }, .http2 = true, .status = 200,
		    .shape = WHOLE("dora@example.org", "'D\xc3\xa9'", "Provider", ACCOUNT("account")) },
		{ "the account is in use", "DELETE", "/rest/account/$account", { ROOT },
		    .status = 409, .shape = FAIL(409, "Account in use") },
		{ "listed", "GET", "/rest/user/list?search=DORA&limit=2", { ROOT }, .status = 200,
		    .shape = OK("{'users':[" USER("dora@example.org", "'D\xc3\xa9'", "Provider",
		    ACCOUNT("account"), "null}") "],'next':null}") },
		{ "disabled", "POST", DAVE_PATH "/disable", { ROOT }, .json = "{}", .status = 200,
		    .shape = "<rest>" },
		{ "cannot log in", "GET", "/rest/auth", { DAVE }, .status = 401 },
		{ "enabled", "POST", DAVE_PATH "/enable", { ROOT }, .json = "{}", .status = 200,
		    .shape = WHOLE("dora@example.org", "'D\xc3\xa9'", "Provider", ACCOUNT("account")) },
		{ "can log in", "GET", "/rest/auth", { DAVE }, .status = 200 },
	};
	static const struct row ended[] = {
		{ "tokens", "GET", DAVE_PATH "/token/list", { ROOT }, .status = 200,
		    .shape = "{'success':true,'payload':[{'created_on':'<time>',<rest>" },
		{ "revoked", "DELETE", DAVE_PATH "/token/$dave_token_uuid", { ROOT }, .status = 200,
		    .shape = "<rest>" },
		{ "ended", "GET", "/rest/auth", { "X-Auth-Token: $dave_token" }, .status = 401 },
		{ "by itself, for the log", "DELETE", DAVE_PATH "/token/$dave_token", { ROOT },
		    .status = 404 },
		{ "all", "DELETE", DAVE_PATH "/token/all", { ROOT }, .status = 200, .shape = OK("{}") },
		{ "logged out", "POST", DAVE_PATH "/logout", { ROOT }, .json = "{}", .status = 200,
		    .shape = OK("{'tokens':0}") },
		{ "no JWT", "GET", "/rest/auth", { "X-Auth-Token: $dave_jwt" }, .status = 401 },
		{ "deleted", "DELETE", DAVE_PATH, { ROOT }, .status = 200, .shape = "<rest>" },
		{ "gone", "GET", DAVE_PATH, { ROOT }, .status = 404 },
		{ "the account", "DELETE", "/rest/account/$account", { ROOT }, .status = 200,
		    .shape = "<rest>" },
		{ "is gone", "GET", "/rest/account/$account", { ROOT }, .status = 404 },
	};

	word_set("dave", encode64("dora@example.org:dave-password-1"));
	keep_out_of_logs("dave-password-1");
	keep_out_of_logs("dave-password-2");
	RUN(rows);
	make_token("dave_token", DAVE);
	keep_out_of_logs(word("dave_token"));
	log_in("dave_jwt", DAVE);
	RUN(ended);
}

static void
last(void)
{
	static const struct row rows[] = {
		{ "itself", "GET", "/rest/user/list?login=root@example.org", { ROOT }, .status = 200,
		    .shape = "{'success':true,'payload':{'users':[{'created_on':'<time>',"
		    "'modified_on':'<time>','uuid':'<uuid:root_id>',<rest>" },
		{ "role", "PATCH", "/rest/user/$root_id", { ROOT }, .json = "{'role':'User'}",
		    .status = 409, .shape = FAIL(409, "Last admin") },
		{ "disable", "POST", "/rest/user/$root_id/disable", { ROOT }, .json = "{}",
		    .status = 409, .shape = FAIL(409, "Last admin") },
		{ "no password", "PATCH", "/rest/user/$root_id", { ROOT }, .json = "{'password':null}",
		    .status = 409, .shape = FAIL(409, "Last admin") },
		{ "delete", "DELETE", "/rest/user/$root_id?keep=1", { ROOT }, .status = 409,
		    .shape = FAIL(409, "Last admin") },
		{ "still there", "GET", "/rest/user/$root_id", { ROOT }, .status = 200,
		    .shape = "<rest>" },
	};

	RUN(rows);
	EXPECT_INT("the host may", CTL("", "user", "delete", "root@example.org", "--yes"), 0);
}

CU_TestInfo admin_tests[] = {
	{ "refused", refused },
	{ "managed", managed },
	{ "the last one", last },
	CU_TEST_INFO_NULL,
};
