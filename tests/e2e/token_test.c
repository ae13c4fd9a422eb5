// SPDX-License-Identifier: ISC
/* API 5: create, list, change and delete the caller's own bearer tokens. */
#include <string.h>

#include "base/clock.h"
#include "e2e.h"

#define LIST "GET", "/rest/token/list"
#define NOT_FOUND FAIL(404, "Not found")
#define NO_TOKEN FAIL(404, "Token not found")
#define UNKNOWN_UUID "60e9fa76-20e7-45ee-bf24-8c4a95143dad"
#define UNKNOWN_SECRET "OVt9di1JqNEmrp2KbLPQ7yHuHb9EZ4yaw4pMS6pyWjuUeT7P"
#define BY_TOKEN "Authorization: Bearer $t1"

static void
life_of_some(void)
{
	static const struct row rows[] = {
		{ "none, and that is fine", "DELETE", "/rest/token/all", { ALICE }, .status = 200,
		    .shape = OK("{}") },
		{ "empty list", LIST, { ALICE }, .status = 200, .shape = OK("[]") },
		{ "first", "POST", "/rest/token", { ALICE }, .json = "{'name':'one','ttl':3600}",
		    .status = 200, .shape = NEW_TOKEN("one", 3600, 1) },
		{ "default life", "POST", "/rest/token", { ALICE }, .json = "{'name':'two'}",
		    .status = 200, .shape = NEW_TOKEN("two", 86400, 2) },
		{ "same name again", "POST", "/rest/token", { ALICE }, .json = "{'name':'two'}",
		    .status = 200, .shape = NEW_TOKEN("two", 86400, 3) },
		{ "all of them", LIST, { ALICE }, .status = 200, .shape = OK("["
		    LISTED("one", 3600, 1) "," LISTED("two", 86400, 2) "," LISTED("two", 86400,
		    3) "]") },
		{ "works", "GET", "/rest/auth", { BY_TOKEN }, .status = 200 },
		{ "rename", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{'name':'uno'}",
		    .status = 200, .shape = OK(LISTED("uno", 3600, 1)) },
		{ "extend", "PATCH", "/token/$u1", { ALICE }, .json = "{'ttl':7200}",
		    .status = 200, .shape = OK(LISTED("uno", 7200, 1)) },
		{ "both, by form", "PATCH", "/rest/token/$u1", { ALICE },
		    .form = "name=eins&ttl=60",
		    .status = 200, .shape = OK(LISTED("eins", 60, 1)) },
		{ "nothing", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{}",
		    .status = 200, .shape = OK(LISTED("eins", 60, 1)) },
		{ "bad fields", "PATCH", "/rest/token/$u1", { ALICE },
		    .json = "{'name':'','ttl':59}",
		    .status = 400, .shape = BAD_FIELDS(FIELD_VALUE("name", "minLength 1", "''") ","
		    FIELD_VALUE("ttl", "min 60", "59")) },
		{ "null is not nothing", "PATCH", "/rest/token/$u1", { ALICE },
		    .json = "{'name':null}",
		    .status = 400,
		    .shape = BAD_FIELDS(FIELD_VALUE("name", "invalid string value", "null")) },
		{ "left as it was", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{'x':1}",
		    .status = 200, .shape = OK(LISTED("eins", 60, 1)) },
		{ "bad JSON", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{", .status = 400,
		    .shape = FAIL(400, "Malformed JSON") },
		{ "still works", "GET", "/rest/auth", { BY_TOKEN }, .status = 200 },
		{ "delete by itself", "DELETE", "/rest/token/$t1", { ALICE }, .status = 200,
		    .shape = DELETED("$t1", "eins", 1) },
		{ "works no more", "GET", "/rest/auth", { BY_TOKEN }, .status = 401 },
		{ "delete it again", "DELETE", "/rest/token/$t1", { ALICE }, .status = 404,
		    .shape = NO_TOKEN },
		{ "change it", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{}", .status = 404,
		    .shape = NOT_FOUND },
		{ "delete by uuid", "DELETE", "/rest/token/$u2", { ALICE }, .status = 200,
		    .shape = DELETED("<masked>", "two", 2) },
		{ "gone too", "GET", "/rest/auth", { "X-Auth-Token: $t2" }, .status = 401 },
		{ "one is left", LIST, { ALICE }, .status = 200,
		    .shape = OK("[" LISTED("two", 86400, 3) "]") },
		{ "a token deletes itself", "DELETE", "/rest/token/$t3",
		    { "Authorization: Bearer $t3" }, .status = 200,
		    .shape = DELETED("$t3", "two", 3) },
		{ "none is left", LIST, { ALICE }, .status = 200, .shape = OK("[]") },
	};

	RUN(rows);
	keep_out_of_logs(word("t1"));
	keep_out_of_logs(word("t3"));
}

static void
names_in_the_path(void)
{
	static const struct row rows[] = {
		{ "unknown uuid", "DELETE", "/rest/token/" UNKNOWN_UUID, { ALICE }, .status = 404,
		    .shape = NO_TOKEN },
		{ "unknown token", "DELETE", "/rest/token/" UNKNOWN_SECRET, { ALICE },
		    .status = 404,
		    .shape = NO_TOKEN },
		{ "neither", "DELETE", "/rest/token/x", { ALICE }, .status = 404,
		    .shape = NO_TOKEN },
		{ "like list", "DELETE", "/rest/token/lists", { ALICE }, .status = 404,
		    .shape = NO_TOKEN },
		{ "unknown uuid", "PATCH", "/rest/token/" UNKNOWN_UUID, { ALICE }, .json = "{}",
		    .status = 404, .shape = NOT_FOUND },
		{ "unknown uuid, short path", "PATCH", "/token/" UNKNOWN_UUID, { ALICE },
		    .json = "{}",
		    .status = 404, .shape = NOT_FOUND },
		{ "no uuid", "PATCH", "/rest/token/x", { ALICE }, .json = "{}", .status = 404,
		    .shape = NOT_FOUND },
		{ "by the token itself", "PATCH", "/rest/token/$t1", { ALICE }, .json = "{}",
		    .status = 404, .shape = NOT_FOUND },
	};

	make_token("t1", ALICE);
	RUN(rows);
}

static void
owners(void)
{
	static const struct row rows[] = {
		{ "not in another's list", LIST, { BOB }, .status = 200, .shape = OK("[]") },
		{ "another may not rename", "PATCH", "/rest/token/$t1_uuid", { BOB },
		    .json = "{'name':'b'}", .status = 404, .shape = NOT_FOUND },
		{ "nor learn of it by fields", "PATCH", "/rest/token/$t1_uuid", { BOB },
		    .json = "{'name':''}", .status = 404, .shape = NOT_FOUND },
		{ "nor delete by uuid", "DELETE", "/rest/token/$t1_uuid", { BOB }, .status = 404,
		    .shape = NO_TOKEN },
		{ "nor by itself", "DELETE", "/rest/token/$t1", { BOB }, .status = 404,
		    .shape = NO_TOKEN },
		{ "nor page from it", "GET", "/rest/token/list?after=$t1_uuid", { BOB },
		    .status = 400, .shape = BAD_FIELDS("'params.after':{<rest>") },
		{ "nor with all", "DELETE", "/rest/token/all", { BOB }, .status = 200,
		    .shape = OK("{}") },
		{ "it is there", "GET", "/rest/auth", { BY_TOKEN }, .status = 200 },
		{ "all of one's own", "DELETE", "/rest/token/all", { ALICE }, .status = 200,
		    .shape = OK("{}") },
		{ "it is not", "GET", "/rest/auth", { BY_TOKEN }, .status = 401 },
	};

	make_token("t1", ALICE);
	RUN(rows);
}

static void
rights(void)
{
	static const struct row rows[] = {
		{ "create", "POST", "/rest/token", { BY_TOKEN }, .json = "{'name':'a','ttl':60}",
		    .status = 403 },
		{ "create in the query", "POST", "/rest/token?bearer=$t1",
		    .json = "{'name':'a','ttl':60}", .status = 403 },
		{ "extend", "PATCH", "/rest/token/$t1_uuid", { BY_TOKEN }, .json = "{'ttl':60}",
		    .status = 403 },
		{ "extend another", "PATCH", "/token/$t2_uuid", { BY_TOKEN },
		    .json = "{'name':'a','ttl':60}", .status = 403 },
		{ "rename", "PATCH", "/rest/token/$t1_uuid", { BY_TOKEN }, .json = "{'name':'b'}",
		    .status = 200 },
		{ "nothing", "PATCH", "/rest/token/$t1_uuid", { BY_TOKEN }, .json = "{}",
		    .status = 200 },
		{ "list", LIST, { BY_TOKEN }, .status = 200 },
		{ "delete another", "DELETE", "/rest/token/$t2", { BY_TOKEN }, .status = 200 },
		{ "Basic beside it decides", "POST", "/rest/token", { ALICE, "X-Auth-Token: $t1" },
		    .json = "{'name':'a','ttl':60}", .status = 200 },
		{ "wrong Basic does not", "POST", "/rest/token", { "Authorization: Basic YTpi",
		    "X-Auth-Token: $t1" }, .json = "{'name':'a','ttl':60}", .status = 403 },
		{ "all", "DELETE", "/rest/token/all", { BY_TOKEN }, .status = 200 },
		{ "itself included", LIST, { BY_TOKEN }, .status = 401 },
	};

	make_token("t1", ALICE);
	make_token("t2", ALICE);
	RUN(rows);
}

/* max_tokens_per_user is 12 in the stack. */
static void
cap(void)
{
	static const struct row short_lived = { "of a minute", "POST", "/rest/token", { ALICE },
		.json = "{'name':'short','ttl':60}", .status = 200 };
	static const struct row rows[] = {
		{ "one too many", "POST", "/rest/token", { ALICE }, .json = "{'name':'a'}",
		    .status = 409, .shape = FAIL(409, "Too many tokens") },
		{ "fields come first", "POST", "/rest/token", { ALICE }, .json = "{'ttl':1}",
		    .status = 400 },
		{ "another user's cap", "POST", "/rest/token", { BOB }, .json = "{'name':'a'}",
		    .status = 200 },
		{ "delete one", "DELETE", "/rest/token/$t1_uuid", { ALICE }, .status = 200 },
		{ "room for one", "POST", "/rest/token", { ALICE }, .json = "{'name':'a','ttl':60}",
		    .status = 200 },
		{ "and no more", "POST", "/rest/token", { ALICE }, .json = "{'name':'a'}",
		    .status = 409, .shape = FAIL(409, "Too many tokens") },
	}, later[] = {
		{ "only live ones count", "POST", "/rest/token", { ALICE },
		    .json = "{'name':'later','ttl':60}", .status = 200,
		    .shape = NEW_TOKEN("later", 60, 1) },
		{ "and are listed", LIST, { ALICE }, .status = 200,
		    .shape = OK("[" LISTED("later", 60, 1) "]") },
		{ "clean up", "DELETE", "/rest/token/all", { BOB }, .status = 200 },
	};

	make_token("t1", ALICE);
	for (int i = 1; i < 12; i++)
		run_row(&short_lived);
	RUN(rows);
	clock_shift(61);
	RUN(later);
}

static void
expiry(void)
{
	static const struct row rows[] = {
		{ "in time", "GET", "/rest/auth", { BY_TOKEN }, .status = 200 },
		{ "listed", LIST, { ALICE }, .status = 200, .shape = OK("[{<rest>") },
	}, late[] = {
		{ "late", "GET", "/rest/auth", { BY_TOKEN }, .status = 401,
		    .want = { "WWW-Authenticate: Bearer realm='doorward', error='invalid_token'" } },
		{ "not listed", LIST, { ALICE }, .status = 200, .shape = OK("[]") },
		{ "no name to rename", "PATCH", "/rest/token/$t1_uuid", { ALICE }, .json = "{}",
		    .status = 404, .shape = NOT_FOUND },
		{ "nor to extend", "PATCH", "/rest/token/$t1_uuid", { ALICE }, .json = "{'ttl':60}",
		    .status = 404, .shape = NOT_FOUND },
		{ "nor to delete", "DELETE", "/rest/token/$t1", { ALICE }, .status = 404,
		    .shape = NO_TOKEN },
		{ "nor to page from", "GET", "/rest/token/list?after=$t1_uuid", { ALICE },
		    .status = 400, .shape = BAD_FIELDS("'params.after':{<rest>") },
	}, back[] = {
		{ "still late", "GET", "/rest/auth", { BY_TOKEN }, .status = 401,
		    .want = { "WWW-Authenticate: Bearer realm='doorward', error='invalid_token'" } },
		{ "still not listed", LIST, { ALICE }, .status = 200, .shape = OK("[]") },
		{ "still no name", "PATCH", "/rest/token/$t1_uuid", { ALICE }, .json = "{}",
		    .status = 404, .shape = NOT_FOUND },
	}, extended[] = {
		{ "from now on", "PATCH", "/rest/token/$t1_uuid", { ALICE }, .json = "{'ttl':3600}",
		    .status = 200 },
	};

	run_row(&(struct row){ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 });
	make_token("t1", ALICE);
	clock_shift(3590);
	RUN(rows);
	RUN(extended);
	clock_shift(3590);
	RUN(rows);
	clock_shift(11);
	RUN(late);
	clock_shift(-3600);
	RUN(back);
	make_token("t1", ALICE);
	RUN(rows);
}

/* The times of an answer: created now, expired ttl later. */
static void
times(void)
{
	static const struct row create = { "create", "POST", "/rest/token", { ALICE },
		.json = "{'name':'a','ttl':600}", .status = 200 },
	    extend = { "extend", "PATCH", "/rest/token/$t1_uuid", { ALICE }, .json = "{'ttl':900}",
		.status = 200 };
	static const char *const keys[] = { "created_on", "modified_on", "expired_on" };
	int64_t made[3], changed[3];

	make_token("t1", ALICE);
	for (int round = 0; round < 2; round++) {
		struct http_answer answer = run_row(round ? &extend : &create);

		for (size_t i = 0; i < NELEM(keys); i++) {
			const char *at = strstr(answer.body, keys[i]);
			int64_t *out = round ? &changed[i] : &made[i];

			EXPECT_VERDICT(keys[i], clock_parse_iso(at ? arena_strndup(test_mem(),
			    at + strlen(keys[i]) + 3, 24) : "", out), 0);
		}
		clock_shift(round ? 0 : 100);
	}
	EXPECT_INT("made", made[1], made[0]);
	EXPECT_INT("life", made[2] - made[0], 600000);
	EXPECT_TRUE("modified", changed[1] >= changed[0] + 100000);
	EXPECT_INT("life from now", changed[2] - changed[1], 900000);
}

static void
pages(void)
{
	static const struct row create = { "create", "POST", "/rest/token", { ALICE },
		.json = "{'name':'$n','ttl':3600}", .status = 200,
		    .shape = NEW_TOKEN("$n", 3600, ) };
	static const struct row rows[] = {
		{ "first two", "GET", "/rest/token/list?limit=2", { ALICE }, .status = 200,
		    .shape = OK("[" LISTED("n1", 3600, 1) "," LISTED("n2", 3600, 2) "]") },
		{ "next two", "GET", "/rest/token/list?limit=2&after=$u2", { ALICE }, .status = 200,
		    .shape = OK("[" LISTED("n3", 3600, 3) "," LISTED("n4", 3600, 4) "]") },
		{ "the rest", "GET", "/rest/token/list?after=$u4&limit=2", { ALICE }, .status = 200,
		    .shape = OK("[" LISTED("n5", 3600, 5) "]") },
		{ "nothing after", "GET", "/rest/token/list?after=$u5", { ALICE }, .status = 200,
		    .shape = OK("[]") },
		{ "no limit", "GET", "/rest/token/list?after=$u3", { ALICE }, .status = 200,
		    .shape = OK("[" LISTED("n4", 3600, 4) "," LISTED("n5", 3600, 5) "]") },
		{ "limit twice", "GET", "/rest/token/list?limit=1&limit=1", { ALICE },
		    .status = 400 },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	run_row(&(struct row){ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 });
	for (int i = 1; i <= 5; i++) {
		word_set("n", arena_printf(test_mem(), "n%d", i));
		run_row(&create);
		word_set(arena_printf(test_mem(), "u%d", i), word("u"));
	}
	RUN(rows);
}

/* Longer-lived ones first, and back: "oldest first" is by creation, not by expiry. */
static void
oldest_first(void)
{
	static const struct row rows[] = {
		{ "long", "POST", "/rest/token", { ALICE }, .json = "{'name':'long','ttl':7200}",
		    .status = 200, .shape = NEW_TOKEN("long", 7200, 1) },
		{ "short", "POST", "/rest/token", { ALICE }, .json = "{'name':'short','ttl':60}",
		    .status = 200, .shape = NEW_TOKEN("short", 60, 2) },
		{ "renamed", "PATCH", "/rest/token/$u1", { ALICE },
		    .json = "{'name':'a','ttl':9000}",
		    .status = 200, .shape = OK(LISTED("a", 9000, 1)) },
		{ "listed", LIST, { ALICE }, .status = 200,
		    .shape = OK("[" LISTED("a", 9000, 1) "," LISTED("short", 60, 2) "]") },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
	};

	RUN(rows);
}

#define ROTATED FAIL(409, "Already rotated")
#define LIMITED(limits) "{'created_on':'<time>','modified_on':'<time>','uuid':'$u1'," \
	"'token':'<masked>','name':'a','ttl':86400,'expired_on':'<time>'" limits "}"

/* API 5.6 and 5.7. */
static void
limits_and_rotation(void)
{
	static const struct row rows[] = {
		{ "limited", "POST", "/rest/token", { ALICE },
		    .json = "{'name':'a','scope':['auth','own:x'],'addresses':['127.0.0.0/8','::1']}",
		    .status = 200, .shape = NEW_TOKEN("a", 86400, 1) },
		{ "for this", "GET", "/rest/auth", { BY_TOKEN }, .status = 200 },
		{ "not for that", LIST, { BY_TOKEN }, .status = 403, .shape = FAIL(403, "Forbidden") },
		{ "empty", "PATCH", "/rest/token/$u1", { ALICE }, .json = "{'scope':[]}",
		    .status = 400, .shape = BAD_FIELDS(FIELD("scope", "minItems 1")) },
		{ "bits behind the prefix", "PATCH", "/rest/token/$u1", { ALICE },
		    .json = "{'addresses':['10.0.0.1/8']}",
		    .status = 400, .shape = BAD_FIELDS(FIELD("addresses", "invalid network")) },
		{ "elsewhere", "PATCH", "/rest/token/$u1", { ALICE },
		    .json = "{'addresses':['203.0.113.0/24']}", .status = 200,
		    .shape = OK(LIMITED("")) },
		{ "not from here", "GET", "/rest/auth", { BY_TOKEN }, .status = 401 },
		{ "anywhere, by form", "PATCH", "/rest/token/$u1", { ALICE },
		    .form = "addresses=*&scope=own:x,auth", .status = 200, .shape = OK(LIMITED("")) },
		{ "of another site", "POST", "/rest/token/$u1/rotate", { ALICE,
		    "Origin: https://evil.example" }, .json = "{}", .status = 403 },
		{ "form", "POST", "/rest/token/$u1/rotate", { ALICE }, .form = "grace=1",
		    .status = 415 },
		{ "by itself", "POST", "/rest/token/$u1/rotate", { BY_TOKEN }, .json = "{}",
		    .status = 403 },
		{ "rotate", "POST", "/rest/token/$u1/rotate", { ALICE }, .json = "{'grace':600}",
		    .status = 200, .shape = NEW_TOKEN("a", 86400, 2) },
		{ "old one", "GET", "/rest/auth", { BY_TOKEN }, .status = 200 },
		{ "new one", "GET", "/rest/auth", { "Authorization: Bearer $t2" }, .status = 200 },
		{ "the old one still", "GET", "/rest/auth", { BY_TOKEN }, .status = 200 },
		{ "its limits", LIST, { "Authorization: Bearer $t2" }, .status = 403 },
		{ "twice", "POST", "/rest/token/$u1/rotate", { ALICE }, .json = "{}",
		    .status = 409, .shape = ROTATED },
		{ "end at once", "POST", "/rest/token/$u2/rotate", { ALICE }, .json = "{'grace':0}",
		    .status = 200, .shape = NEW_TOKEN("a", 86400, 3) },
		{ "ended", "GET", "/rest/auth", { "Authorization: Bearer $t2" }, .status = 401 },
		{ "gone", "POST", "/rest/token/$u2/rotate", { ALICE }, .json = "{}", .status = 404 },
		{ "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 },
		{ "and the last", "GET", "/rest/auth", { "Authorization: Bearer $t3" },
		    .status = 401 },
	};

	RUN(rows);
}

CU_TestInfo token_tests[] = {
	{ "from the first to the last", life_of_some },
	{ "names in the path", names_in_the_path },
	{ "owners", owners },
	{ "rights of a token", rights },
	{ "cap", cap },
	{ "expiry", expiry },
	{ "times", times },
	{ "pages", pages },
	{ "oldest first", oldest_first },
	{ "limits and rotation", limits_and_rotation },
	CU_TEST_INFO_NULL,
};
