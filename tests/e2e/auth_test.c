// SPDX-License-Identifier: ISC
/* API 4: who am I, and the JWT. */
#include <string.h>

#include "e2e.h"
#include "service/encode.h"

#define AUTH "GET", "/rest/auth"
#define TIMES "'created_on':'<time>','modified_on':'<time>'"
#define ACCOUNT "{" TIMES ",'uuid':'<uuid>','email':'billing@example.org','name':'ACME'," \
	"'level':'Level1','deleted_on':null,'balance':99.87895}"

static void
payload(void)
{
	static const struct row rows[] = {
		{ "with an account", AUTH, { ALICE }, .status = 200,
		    .shape = OK("{" TIMES ",'uuid':'<uuid:alice_uuid>','email':'alice@example.org',"
		    "'phone_number':null,'first_name':'Alice','last_name':'Liddell','dob':null,"
		    "'gmail_user_id':null,'facebook_user_id':null,'apple_user_id':null,"
		    "'wechat_user_id':null,'role':'User','gender':null,'deleted_on':null,"
		    "'token':'<jwt:jwt>','wss_online':false,'avatar':null,'account':" ACCOUNT "}") },
		{ "without", AUTH, { BOB }, .status = 200,
		    .shape = OK("{" TIMES ",'uuid':'<uuid>','email':'bob@example.org',"
		    "'phone_number':null,'first_name':null,'last_name':null,'dob':null,"
		    "'gmail_user_id':null,'facebook_user_id':null,'apple_user_id':null,"
		    "'wechat_user_id':null,'role':'User','gender':null,'deleted_on':null,"
		    "'token':'<jwt>','wss_online':false,'avatar':null,'account':null}") },
		{ "all that there is", AUTH, { "Authorization: Basic $full" }, .status = 200,
		    .shape = OK("{" TIMES ",'uuid':'<uuid>','email':'full@example.org',"
		    "'phone_number':'+1234567890','first_name':'\xc3\x89va \\'E\\\\','last_name':'\xe6\x9d\x8e',"
		    "'dob':'<time>','gmail_user_id':'107653031006300523703',"
		    "'facebook_user_id':'fb1','apple_user_id':'ap1',"
		    "'wechat_user_id':'we1','role':'Provider','gender':'Female','deleted_on':null,"
		    "'token':'<jwt>','wss_online':false,'avatar':'https://example.org/image.png',"
		    "'account':" ACCOUNT "}") },
		{ "type of a body that is not there", AUTH, { ALICE, JSON }, .status = 200 },
		{ "by JWT", AUTH, { "X-Auth-Token: $jwt" }, .status = 200,
		    .shape = OK("{" TIMES ",'uuid':'$alice_uuid',<rest>") },
	};

	EXPECT_INT("user add", CTL("full-password", "user", "add", "Full@example.org",
	    "--password-stdin", "--first-name", "\xc3\x89va \"E\\", "--last-name", "\xe6\x9d\x8e",
	    "--phone-number", "+1234567890", "--dob", "1990-01-02", "--gmail-user-id",
	    "107653031006300523703", "--facebook-user-id", "fb1", "--apple-user-id", "ap1",
	    "--wechat-user-id", "we1"), 0);
	EXPECT_INT("user set", CTL("", "user", "set", "full@example.org", "--role", "Provider",
	    "--gender", "Female", "--avatar", "https://example.org/image.png",
	    "--account", "ACME"), 0);
	word_set("full", encode64("full@example.org:full-password"));
	RUN(rows);
}

static void
claims(void)
{
	const char *jwt;
	int64_t iat;

	log_in("jwt", ALICE);
	jwt = word("jwt");
	iat = jwt_claim(jwt, "iat");
	EXPECT_TRUE("typ", strstr(jwt_part(jwt, 0), "\"typ\":\"JWT\"") != NULL);
	EXPECT_TRUE("alg", strstr(jwt_part(jwt, 0), "\"alg\":\"HS256\"") != NULL);
	EXPECT_TRUE("kid", strstr(jwt_part(jwt, 0), "\"kid\":\"") != NULL);
	EXPECT_TRUE("role", strstr(jwt_part(jwt, 1), "\"role\":\"User\"") != NULL);
	EXPECT_TRUE("uuid", strstr(jwt_part(jwt, 1), word("alice_uuid")) != NULL);
	EXPECT_TRUE("iat", iat > 1600000000);
	EXPECT_INT("life", jwt_claim(jwt, "exp") - iat, 86400);
	EXPECT_INT("auth_time", jwt_claim(jwt, "auth_time"), iat);
	EXPECT_TRUE("gen", jwt_claim(jwt, "gen") >= 0);
	EXPECT_INT("tid", jwt_claim(jwt, "tid"), -1);
}

static const char *
url64(const char *text)
{
	return encode_base64url(test_mem(), text, strlen(text));
}

/* A JWT of ours with one part changed, as word "forged". */
static void
forge(const char *header, const char *payload_json, const char *signature)
{
	const char *jwt = word("jwt"), *dot = strchr(jwt, '.'), *last = strrchr(jwt, '.');

	word_set("forged", arena_printf(test_mem(), "%s.%s.%s",
	    header ? url64(header) : arena_strndup(test_mem(), jwt, (size_t)(dot - jwt)),
	    payload_json ? url64(payload_json) :
	    arena_strndup(test_mem(), dot + 1, (size_t)(last - dot) - 1),
	    signature ? signature : last + 1));
}

/* text with the first occurrence of old replaced. */
static const char *
with(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);

	if (!test_true(TEST_AT(old, "to be replaced"), at != NULL))
		return text;
	return arena_printf(test_mem(), "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static void
forgeries(void)
{
	const char *header, *body, *signature, *role = "\"role\":\"User\"";
	struct row row = { "unforged", AUTH, { "X-Auth-Token: $forged" }, .status = 200 };

	log_in("jwt", ALICE);
	header = jwt_part(word("jwt"), 0);
	body = jwt_part(word("jwt"), 1);
	signature = strrchr(word("jwt"), '.') + 1;
	{
		const struct { const char *row, *header, *body, *signature; } rows[] = {
			{ "another role", NULL, with(body, role, "\"role\":\"Admin\""), NULL },
			{ "none", with(header, "HS256", "none"), NULL, NULL },
			{ "none, no signature", with(header, "HS256", "none"), NULL, "" },
			{ "None, no signature", with(header, "HS256", "None"), NULL, "" },
			{ "HS512", with(header, "HS256", "HS512"), NULL, NULL },
			{ "RS256", with(header, "HS256", "RS256"), NULL, NULL },
			{ "no algorithm", with(header, "\"alg\"", "\"gla\""), NULL, NULL },
			{ "unknown key", with(header, "\"kid\":\"", "\"kid\":\"x"), NULL, NULL },
			{ "no key", with(header, "\"kid\"", "\"dik\""), NULL, NULL },
			{ "no signature", NULL, NULL, "" },
			{ "cut signature", NULL, NULL, arena_strndup(test_mem(), signature, 42) },
			{ "other signature", NULL, NULL,
			    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
			{ "header is no JSON", "x", NULL, NULL },
			{ "body is no JSON", NULL, "x", NULL },
			{ "fourth part", NULL, NULL, arena_printf(test_mem(), "%s.a", signature) },
		};

		forge(NULL, NULL, NULL);
		run_row(&row);
		row.status = 401;
		for (size_t i = 0; i < NELEM(rows); i++) {
			row.row = rows[i].row;
			forge(rows[i].header, rows[i].body, rows[i].signature);
			run_row(&row);
		}
	}
}

/* Exchanged any number of times, but never valid beyond 30 days from the login. */
static void
exchange(void)
{
	struct row stale = { "after 30 days", AUTH, { "X-Auth-Token: $jwt" }, .status = 401 };
	int64_t login, last;

	log_in("jwt", ALICE);
	login = jwt_claim(word("jwt"), "auth_time");
	for (int day = 0; day < 30; day++) {
		clock_shift(86400 - 60);
		log_in("jwt", "X-Auth-Token: $jwt");
		EXPECT_INT("auth_time stays", jwt_claim(word("jwt"), "auth_time"), login);
	}
	last = jwt_claim(word("jwt"), "exp");
	EXPECT_INT("the last one", last, login + 2592000);
	clock_shift(30 * 60 + 10);
	run_row(&stale);
}

static void
expiry(void)
{
	static const struct row good = { "in time", AUTH, { "X-Auth-Token: $jwt" }, .status = 200 },
	    late = { "late", AUTH, { "X-Auth-Token: $jwt" }, .status = 401,
		.want = { "WWW-Authenticate: Bearer realm='doorward', error='invalid_token'" } };

	log_in("jwt", ALICE);
	clock_shift(86400 - 10);
	run_row(&good);
	clock_shift(11);
	run_row(&late);
}

/* A JWT from a bearer token is valid as long as that token, and permits as little. */
static void
by_token(void)
{
	static const struct row rows[] = {
		{ "works", AUTH, { "X-Auth-Token: $bound" }, .status = 200 },
		{ "may list", "GET", "/rest/token/list", { "X-Auth-Token: $bound" },
		    .status = 200 },
		{ "may rename", "PATCH", "/rest/token/$token_uuid", { "X-Auth-Token: $bound" },
		    .json = "{'name':'b'}", .status = 200 },
		{ "may not create", "POST", "/rest/token", { "X-Auth-Token: $bound" },
		    .json = "{'name':'b'}", .status = 403 },
		{ "may not extend", "PATCH", "/rest/token/$token_uuid", { "X-Auth-Token: $bound" },
		    .json = "{'ttl':600}", .status = 403 },
		{ "nor its child", "POST", "/rest/token", { "X-Auth-Token: $child" },
		    .json = "{'name':'b'}", .status = 403 },
		{ "delete the token", "DELETE", "/rest/token/$token", { ALICE }, .status = 200 },
		{ "is gone", AUTH, { "X-Auth-Token: $bound" }, .status = 401 },
		{ "child is gone", AUTH, { "X-Auth-Token: $child" }, .status = 401 },
	};
	static const struct row dead = { "expired", AUTH, { "X-Auth-Token: $bound" },
		.status = 401 };

	make_token("token", ALICE);
	log_in("bound", "Authorization: Bearer $token");
	log_in("child", "X-Auth-Token: $bound");
	EXPECT_TRUE("tid", jwt_claim(word("bound"), "tid") >= 0);
	EXPECT_TRUE("tid of its child", jwt_claim(word("child"), "tid") >= 0);
	EXPECT_TRUE("life", jwt_claim(word("bound"), "exp") - jwt_claim(word("bound"),
	    "iat") <= 3600);
	RUN(rows);

	make_token("token", ALICE);
	log_in("bound", "Authorization: Bearer $token");
	clock_shift(3601);
	run_row(&dead);
}

static void
settings(void)
{
	static const struct row rows[] = {
		{ "settings", "GET", "/rest/settings", .status = 200, .want = { "!Vary" },
		    .shape = OK("{'auth':{'google':{'client_id':'client-1'},"
		    "'facebook':{'app_id':'4711'},"
		    "'methods':['basic','bearer','jwt','ha1b','google','facebook','webitel']}}") },
		{ "whoever asks", "GET", "/rest/settings", { "Authorization: Basic YTpi" },
		    .status = 200 },
		{ "HEAD", "HEAD", "/rest/settings", .status = 200 },
		{ "POST", "POST", "/rest/settings", .json = "{}", .status = 405,
		    .want = { "Allow: GET, HEAD, OPTIONS" } },
		{ "HTTP", "GET", "/rest/settings", .plain = true, .status = 301 },
	};

	RUN(rows);
}

static void
health(void)
{
	static const struct row rows[] = {
		{ "health", "GET", "/healthz", .status = 200, .shape = "{'status':'ok'}" },
		{ "whoever asks", "GET", "/healthz", { "Authorization: Basic YTpi" },
		    .status = 200 },
		{ "HEAD", "HEAD", "/healthz", .status = 200 },
		{ "POST", "POST", "/healthz", .json = "{}", .status = 405,
		    .want = { "Allow: GET, HEAD, OPTIONS" } },
		{ "HTTP", "GET", "/healthz", .plain = true, .status = 301 },
		{ "metrics", "GET", "/metrics", .status = 200,
		    .type = "text/plain; version=0.0.4; charset=utf-8",
		    .shape = "# HELP doorward_build_info <rest>" },
		{ "metrics by HTTP", "GET", "/metrics", .plain = true, .status = 301 },
	};

	RUN(rows);
}

CU_TestInfo auth_tests[] = {
	{ "payload", payload },
	{ "claims", claims },
	{ "forgeries", forgeries },
	{ "expiry", expiry },
	{ "exchange", exchange },
	{ "JWT by token", by_token },
	{ "settings", settings },
	{ "health", health },
	CU_TEST_INFO_NULL,
};
