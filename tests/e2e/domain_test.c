// SPDX-License-Identifier: ISC
/* API 7: tokens of domains, and which callers may work with them. */
#include "webitel.h"

#include <string.h>

#define MINE "/api/v2/domains/mydomain.com/settings/token"
#define OTHER "/api/v2/domains/other.example/settings/token"
#define ALL "/api/v2/domains/*/settings/token"
#define NOBODYS "/55555555-5555-4555-8555-555555555555"
#define WHOAMI "GET", "/api/v2/whoami"
#define FUTURE "4102444800000"			/* 2100-01-01 */
#define NEW(role) .json = "{'expire':" FUTURE ",'role':'" role "'}"
#define TOKEN(role, by, n, enabled) "{'uuid':'$u" #n "','expire':" FUTURE ",'roleName':'" role \
	"','createdBy':'" by "','createdOn':<number>,'enabled':" enabled "}"
#define MADE(role, by, n) .status = 200, .shape = "{'status':'OK','info':{'data':{" \
	"'uuid':'<uuid:u" #n ">','expire':" FUTURE ",'roleName':'" role "','createdBy':'" by "'," \
	"'createdOn':<number>,'enabled':true},'token':'<jwt:s" #n ">'}}"
#define LIST(tokens) .status = 200, .shape = "{'status':'OK','info':[" tokens "]}"
#define DOMAIN(name, tokens) "{'name':'" name "','tokens':[" tokens "]}"

/* Sessions: 1 rita, root; 2 anna, admin; 4 carl, user; 5 olga, who may read domains. */
static void
everybody(void)
{
	session_begin("1", "rita@mydomain.com");
	session_begin("2", "anna@mydomain.com");
	session_begin("4", "100@mydomain.com");
	session_begin("5", "olga@mydomain.com");
}

static void
forget_all(void)
{
	static const char *const domains[] = { "mydomain.com", "other.example" };
	char *rest, *uuid;

	for (size_t i = 0; i < NELEM(domains); i++) {
		CTL("", "domain", "token", "list", "--domain", domains[i], "--json");
		rest = arena_strdup(test_mem(), word("printed"));
		while ((uuid = strstr(rest, "\"uuid\":\""))) {
			uuid += strlen("\"uuid\":\"");
			rest = uuid + strcspn(uuid, "\"");
			*rest++ = '\0';
			CTL("", "domain", "token", "revoke", domains[i], uuid);
		}
	}
}

static void
life(void)
{
	static const struct row rows[] = {
		{ "none yet", "GET", MINE, { BY(1) }, LIST(DOMAIN("mydomain.com", "")) },
		{ "make", "POST", MINE, { BY(1) }, NEW("user"),
		    MADE("user", "rita@mydomain.com", 6) },
		{ "by form", "POST", OTHER, { BY(1) }, .form = "expire=" FUTURE "&role=root",
		    MADE("root", "rita@mydomain.com", 7) },
		{ "list", "GET", MINE, { BY(1) }, LIST(DOMAIN("mydomain.com",
		    TOKEN("user", "rita@mydomain.com", 6, "true"))) },
		{ "list of all", "GET", ALL "?columns=x&filter=%5B%5D&columns=y", { BY(1) },
		    LIST(DOMAIN("mydomain.com", TOKEN("user", "rita@mydomain.com", 6, "true")) ","
		    DOMAIN("other.example", TOKEN("root", "rita@mydomain.com", 7, "true"))) },
		{ "used alone", WHOAMI, { BY_TOKEN(6) }, .status = 200, .shape =
		    CALLER("$u6@mydomain.com", "mydomain.com", "user", USER_ACL, FUTURE) },
		{ "in the query", "GET", "/api/v2/whoami?access_token=$s7", .status = 200, .shape =
		    CALLER("$u7@other.example", "other.example", "root", ROOT_ACL, FUTURE) },
		{ "off", "PATCH", MINE "/$u6", { BY(1) }, .json = "{'state':false}", WDONE },
		{ "of no use", WHOAMI, { BY_TOKEN(6) }, WBAD_CALLER },
		{ "listed as off", "GET", MINE, { BY(1) }, LIST(DOMAIN("mydomain.com",
		    TOKEN("user", "rita@mydomain.com", 6, "false"))) },
		{ "off again, by form", "PATCH", MINE "/$u6", { BY(1) }, .form = "state=false",
		    WDONE },
		{ "on", "PATCH", MINE "/$u6", { BY(1) }, .json = "{'state':true}", WDONE },
		{ "of use", WHOAMI, { BY_TOKEN(6) }, .status = 200 },
		{ "delete", "DELETE", MINE "/$u6", { BY(1) }, WDONE },
		{ "again", "DELETE", MINE "/$u6", { BY(1) }, .status = 404,
		    .shape = WFAIL(404, "Token not found") },
		{ "gone", WHOAMI, { BY_TOKEN(6) }, WBAD_CALLER },
		{ "the other", WHOAMI, { BY_TOKEN(7) }, .status = 200 },
		{ "none again", "GET", MINE, { BY(1) }, LIST(DOMAIN("mydomain.com", "")) },
	};

	forget_all();
	everybody();
	RUN(rows);
}

/* {"id":<uuid>,"exp":<ms>,"d":<domain>,"t":"domain","v":2}; the header has a kid. */
static void
claims(void)
{
	static const struct row make = { "make", "POST", OTHER, { BY(1) }, NEW("user"),
		MADE("user", "rita@mydomain.com", 6) };

	everybody();
	run_row(&make);
	EXPECT_TRUE("claims", shape_fits(test_mem(), jwt_part(word("s6"), 1),
	    "{'d':'other.example','exp':" FUTURE ",'id':'$u6','t':'domain','v':2}"));
	EXPECT_TRUE("header", shape_fits(test_mem(), jwt_part(word("s6"), 0),
	    "{'alg':'HS256','kid':'<text>','typ':'JWT'}"));
}

static void
refusals(void)
{
	static const struct row rows[] = {
		{ "all domains", "POST", ALL, { BY(1) }, NEW("user"), W400("Domain is required.") },
		{ "no end", "POST", MINE, { BY(1) }, .json = "{'role':'user'}",
		    W400("Bad expire date.") },
		{ "past", "POST", MINE, { BY(1) }, .json = "{'expire':1464587176910,'role':'user'}",
		    W400("Bad expire date.") },
		{ "in seconds", "POST", MINE, { BY(1) },
		    .json = "{'expire':4102444800,'role':'user'}",
		    W400("Bad expire date.") },
		{ "fraction", "POST", MINE, { BY(1) },
		    .json = "{'expire':4102444800000.5,'role':'user'}",
		    W400("Bad expire date.") },
		{ "negative", "POST", MINE, { BY(1) }, .json = "{'expire':-1,'role':'user'}",
		    W400("Bad expire date.") },
		{ "word", "POST", MINE, { BY(1) }, .json = "{'expire':'soon','role':'user'}",
		    W400("Bad expire date.") },
		{ "null", "POST", MINE, { BY(1) }, .json = "{'expire':null,'role':'user'}",
		    W400("Bad expire date.") },
		{ "far away", "POST", MINE, { BY(1) }, .json = "{'expire':9007199254740991,"
		    "'role':'user'}", W400("Bad expire date.") },
		{ "nothing", "POST", MINE, { BY(1) }, .json = "{}", W400("Bad expire date.") },
		{ "no role", "POST", MINE, { BY(1) }, .json = "{'expire':" FUTURE "}",
		    W400("Bad role name.") },
		{ "empty role", "POST", MINE, { BY(1) }, NEW(""), W400("Bad role name.") },
		{ "unknown role", "POST", MINE, { BY(1) }, NEW("nosuch"), W400("Bad role name.") },
		{ "role of another case", "POST", MINE, { BY(1) }, NEW("User"),
		    W400("Bad role name.") },
		{ "role a number", "POST", MINE, { BY(1) },
		    .json = "{'expire':" FUTURE ",'role':2}",
		    W400("Bad role name.") },
		{ "no JSON", "POST", MINE, { BY(1), JSON }, .raw = "{", W400("Malformed JSON") },
		{ "no state", "PATCH", MINE "/$u6", { BY(1) }, .json = "{}", W400("Bad state.") },
		{ "state a word", "PATCH", MINE "/$u6", { BY(1) }, .json = "{'state':'true'}",
		    W400("Bad state.") },
		{ "state a number", "PATCH", MINE "/$u6", { BY(1) }, .json = "{'state':1}",
		    W400("Bad state.") },
		{ "state null", "PATCH", MINE "/$u6", { BY(1) }, .json = "{'state':null}",
		    W400("Bad state.") },
		{ "state of a form", "PATCH", MINE "/$u6", { BY(1) }, .form = "state=1",
		    W400("Bad state.") },
		{ "unknown", "PATCH", MINE NOBODYS, { BY(1) }, .json = "{'state':true}",
		    .status = 404, .shape = WFAIL(404, "Token not found") },
		{ "unknown before a bad state", "PATCH", MINE NOBODYS, { BY(1) }, .json = "{}",
		    .status = 404, .shape = WFAIL(404, "Token not found") },
		{ "no uuid", "DELETE", MINE "/x", { BY(1) }, .status = 404,
		    .shape = WFAIL(404, "Token not found") },
		{ "of another domain", "DELETE", OTHER "/$u6", { BY(1) }, .status = 404,
		    .shape = WFAIL(404, "Token not found") },
		{ "of all domains", "DELETE", ALL "/$u6", { BY(1) }, .status = 404,
		    .shape = WFAIL(404, "Token not found") },
		{ "by the token itself", "DELETE", MINE "/$s6", { BY(1) }, .status = 404,
		    .shape = WFAIL(404, "Token not found") },
		{ "no domain", "GET", "/api/v2/domains//settings/token", { BY(1) },
		    .status = WAY_DOUBLED_SLASH_NOWHERE },
		{ "odd domain", "GET", "/api/v2/domains/a*b/settings/token", { BY(1) },
		    WNOT_FOUND },
		{ "domain in disguise", "GET", "/api/v2/domains/a@b/settings/token", { BY(1) },
		    WNOT_FOUND },
		{ "still there", WHOAMI, { BY_TOKEN(6) }, .status = 200 },
	};
	static const struct row make = { "make", "POST", MINE, { BY(1) }, NEW("user"),
		MADE("user", "rita@mydomain.com", 6) };

	everybody();
	run_row(&make);
	RUN(rows);
}

/* An admin has its own domain and no more, and no role above its own. */
static void
admins(void)
{
	static const struct row rows[] = {
		{ "make", "POST", MINE, { BY(2) }, NEW("user"),
		    MADE("user", "anna@mydomain.com", 6) },
		{ "an admin", "POST", MINE, { BY(2) }, NEW("admin"),
		    MADE("admin", "anna@mydomain.com", 7) },
		{ "in upper case", "POST", "/api/v2/domains/MyDomain.COM/settings/token", { BY(2) },
		    NEW("user"), MADE("user", "anna@mydomain.com", 8) },
		{ "of that domain all the same", WHOAMI, { BY_TOKEN(8) }, .status = 200, .shape =
		    CALLER("$u8@mydomain.com", "mydomain.com", "user", USER_ACL, FUTURE) },
		{ "list", "GET", MINE, { BY(2) }, .status = 200 },
		{ "switch", "PATCH", MINE "/$u6", { BY(2) }, .json = "{'state':false}", WDONE },
		{ "delete", "DELETE", MINE "/$u6", { BY(2) }, WDONE },
		{ "root", "POST", MINE, { BY(2) }, NEW("root"), WDENIED },
		{ "more than an admin's", "POST", MINE, { BY(2) }, NEW("operator"), WDENIED },
		{ "less than an admin's", "POST", MINE, { BY(2) }, NEW("reader"),
		    MADE("reader", "anna@mydomain.com", 6) },
		{ "all", "GET", ALL, { BY(2) }, WDENIED },
		{ "for all", "POST", ALL, { BY(2) }, NEW("user"), WDENIED },
		{ "other", "GET", OTHER, { BY(2) }, WDENIED },
		{ "make there", "POST", OTHER, { BY(2) }, NEW("user"), WDENIED },
		{ "bad input there", "POST", OTHER, { BY(2), JSON }, .raw = "{", WDENIED },
		{ "switch there", "PATCH", OTHER "/$u9", { BY(2) }, .json = "{'state':false}",
		    WDENIED },
		{ "nobody's there", "DELETE", OTHER NOBODYS, { BY(2) }, WDENIED },
		{ "delete there", "DELETE", OTHER "/$u9", { BY(2) }, WDENIED },
		{ "there by the wrong door", "DELETE", MINE "/$u9", { BY(2) }, .status = 404,
		    .shape = WFAIL(404, "Token not found") },
		{ "begins alike", "GET", "/api/v2/domains/mydomain.co/settings/token", { BY(2) },
		    WDENIED },
		{ "goes on", "GET", "/api/v2/domains/mydomain.com.au/settings/token", { BY(2) },
		    WDENIED },
		{ "below it", "GET", "/api/v2/domains/a.mydomain.com/settings/token", { BY(2) },
		    WDENIED },
		{ "untouched", WHOAMI, { BY_TOKEN(9) }, .status = 200 },
	};
	static const struct row make = { "there", "POST", OTHER, { BY(1) }, NEW("user"),
		MADE("user", "rita@mydomain.com", 9) };

	everybody();
	EXPECT_INT("reader", CTL("{\"cdr\":[\"r\"],\"book\":[\"*\"]}", "role", "set", "reader"), 0);
	run_row(&make);
	RUN(rows);
}

static void
others(void)
{
	static const struct row rows[] = {
		{ "a user lists", "GET", MINE, { BY(4) }, WDENIED },
		{ "makes", "POST", MINE, { BY(4) }, NEW("user"), WDENIED },
		{ "for all", "POST", ALL, { BY(4) }, NEW("user"), WDENIED },
		{ "switches", "PATCH", MINE "/$u6", { BY(4) }, .json = "{'state':false}", WDENIED },
		{ "deletes", "DELETE", MINE "/$u6", { BY(4) }, WDENIED },
		{ "one who may read lists", "GET", MINE, { BY(5) }, .status = 200 },
		{ "elsewhere too", "GET", OTHER, { BY(5) }, .status = 200 },
		{ "makes none", "POST", MINE, { BY(5) }, NEW("operator"), WDENIED },
		{ "switches none", "PATCH", MINE "/$u6", { BY(5) }, .json = "{'state':false}",
		    WDENIED },
		{ "deletes none", "DELETE", MINE "/$u6", { BY(5) }, WDENIED },
		{ "nobody lists", "GET", MINE, WBAD_CALLER },
		{ "nobody makes", "POST", MINE, NEW("user"), WBAD_CALLER },
		{ "bad input of nobody", "POST", MINE, { JSON }, .raw = "{", WBAD_CALLER },
		{ "nobody deletes", "DELETE", MINE "/$u6", WBAD_CALLER },
		{ "Basic", "GET", MINE, { ALICE }, WBAD_CALLER },
		{ "an admin's token lists", "GET", MINE, { BY_TOKEN(6) }, .status = 200 },
		{ "makes none", "POST", MINE, { BY_TOKEN(6) }, NEW("user"), WDENIED },
		{ "elsewhere", "GET", OTHER, { BY_TOKEN(6) }, WDENIED },
		{ "for all", "GET", ALL, { BY_TOKEN(6) }, WDENIED },
		{ "root's token lists all", "GET", ALL, { BY_TOKEN(7) }, .status = 200 },
		{ "makes none", "POST", MINE, { BY_TOKEN(7) }, NEW("user"), WDENIED },
		{ "not even at home", "POST", OTHER, { BY_TOKEN(7) }, NEW("user"), WDENIED },
		{ "ends itself", "DELETE", OTHER "/$u7", { BY_TOKEN(7) }, WDONE },
		{ "and is gone", "GET", ALL, { BY_TOKEN(7) }, WBAD_CALLER },
		{ "a user's token lists", "GET", MINE, { BY_TOKEN(8) }, WDENIED },
	};
	static const struct row make[] = {
		{ "an admin's", "POST", MINE, { BY(1) }, NEW("admin"),
		    MADE("admin", "rita@mydomain.com", 6) },
		{ "root's", "POST", OTHER, { BY(1) }, NEW("root"),
		    MADE("root", "rita@mydomain.com", 7) },
		{ "a user's", "POST", MINE, { BY(1) }, NEW("user"),
		    MADE("user", "rita@mydomain.com", 8) },
	};

	everybody();
	RUN(make);
	RUN(rows);
}

#define AT(n) "410244480000" #n
#define NEW_AT(n) .json = "{'expire':" AT(n) ",'role':'user'}", .status = 200, .shape = \
	"{'status':'OK','info':{'data':{'uuid':'<uuid:u" #n ">','expire':" AT(n) "<rest>"
#define ONE(n) "{'uuid':'$u" #n "','expire':" AT(n) ",'roleName':'user'," \
	"'createdBy':'rita@mydomain.com','createdOn':<number>,'enabled':true}"

/* The soonest to expire comes first; pages follow one another. */
static void
pages(void)
{
	static const struct row rows[] = {
		{ "second", "POST", MINE, { BY(1) }, NEW_AT(7) },
		{ "first", "POST", MINE, { BY(1) }, NEW_AT(6) },
		{ "third", "POST", MINE, { BY(1) }, NEW_AT(8) },
		{ "in order", "GET", MINE, { BY(1) },
		    LIST(DOMAIN("mydomain.com", ONE(6) "," ONE(7) "," ONE(8))) },
		{ "a page", "GET", MINE "?limit=2", { BY(1) },
		    LIST(DOMAIN("mydomain.com", ONE(6) "," ONE(7))) },
		{ "the next", "GET", MINE "?limit=2&after=$u7", { BY(1) },
		    LIST(DOMAIN("mydomain.com", ONE(8))) },
		{ "no more", "GET", MINE "?after=$u8", { BY(1) },
		    LIST(DOMAIN("mydomain.com", "")) },
		{ "of all domains", "GET", ALL "?limit=1&after=$u6", { BY(1) },
		    LIST(DOMAIN("mydomain.com", ONE(7))) },
		{ "after nobody", "GET", MINE "?after=55555555-5555-4555-8555-555555555555",
		    { BY(1) }, .status = 404, .shape = WFAIL(404, "Token not found") },
		{ "after one of another domain", "GET", OTHER "?after=$u6", { BY(1) },
		    .status = 404, .shape = WFAIL(404, "Token not found") },
		{ "no pages", "GET", MINE "?limit=0&after=x&filter=y&columns=z", { BY(1) },
		    LIST(DOMAIN("mydomain.com", ONE(6) "," ONE(7) "," ONE(8))) },
	};

	everybody();
	forget_all();
	RUN(rows);
}

/* A token needs the user who created it; callers with fewer rights cannot change it. */
static void
makers(void)
{
	static const struct row made[] = {
		{ "anna's", "POST", MINE, { BY(2) }, NEW("user"),
		    MADE("user", "anna@mydomain.com", 6) },
		{ "root's in her domain", "POST", MINE, { BY(1) }, NEW("root"),
		    MADE("root", "rita@mydomain.com", 7) },
		{ "not hers to switch", "PATCH", MINE "/$u7", { BY(2) }, .json = "{'state':false}",
		    WDENIED },
		{ "nor to switch on", "PATCH", MINE "/$u7", { BY(2) }, .json = "{'state':true}",
		    WDENIED },
		{ "nor to delete", "DELETE", MINE "/$u7", { BY(2) }, WDENIED },
		{ "untouched", WHOAMI, { BY_TOKEN(7) }, .status = 200 },
		{ "hers", WHOAMI, { BY_TOKEN(6) }, .status = 200 },
	}, disabled[] = {
		{ "hers is off", WHOAMI, { BY_TOKEN(6) }, WBAD_CALLER },
		{ "root's is not", WHOAMI, { BY_TOKEN(7) }, .status = 200 },
	}, enabled[] = {
		{ "hers is on again", WHOAMI, { BY_TOKEN(6) }, .status = 200 },
	};

	everybody();
	RUN(made);
	EXPECT_INT("disable", CTL("", "user", "disable", "anna@mydomain.com"), 0);
	RUN(disabled);
	EXPECT_INT("enable", CTL("", "user", "enable", "anna@mydomain.com"), 0);
	RUN(enabled);
}

static void
by_doorwardctl(void)
{
	static const struct row good = { "good", WHOAMI, { BY_TOKEN(6) }, .status = 200, .shape =
		CALLER("<uuid:u6>@other.example", "other.example", "reader",
		    "{'cdr':['r'],'book':['*']}", "<number>") },
	    bad = { "bad", WHOAMI, { BY_TOKEN(6) }, WBAD_CALLER },
	    listed = { "listed", "GET", OTHER, { BY(1) }, .status = 200 },
	    powerless = { "its role is gone", WHOAMI, { BY_TOKEN(6) }, .status = 200, .shape =
		CALLER("$u6@other.example", "other.example", "reader", "{}", "<number>") };
	struct http_answer answer;

	session_begin("1", "rita@mydomain.com");
	EXPECT_INT("role", CTL("{\"cdr\":[\"r\"],\"book\":[\"*\"]}", "role", "set", "reader"), 0);
	EXPECT_INT("add", CTL("", "domain", "token", "add", "Other.Example", "--role", "reader"),
	    0);
	word_set("s6", arena_strndup(test_mem(), word("printed"), strcspn(word("printed"), "\n")));
	keep_out_of_logs(word("s6"));
	run_row(&good);
	answer = run_row(&listed);
	EXPECT_TRUE("by whom", strstr(answer.body, "\"createdBy\":\"doorwardctl\"") != NULL);
	EXPECT_INT("disable", CTL("", "domain", "token", "disable", "other.example", "$u6"), 0);
	run_row(&bad);
	EXPECT_INT("enable", CTL("", "domain", "token", "enable", "other.example", "$u6"), 0);
	run_row(&good);
	EXPECT_INT("role", CTL("", "role", "delete", "reader"), 0);
	run_row(&powerless);
	EXPECT_INT("revoke", CTL("", "domain", "token", "revoke", "other.example", "$u6"), 0);
	run_row(&bad);
}

CU_TestInfo domain_tests[] = {
	{ "life", life },
	{ "claims", claims },
	{ "refusals", refusals },
	{ "admins", admins },
	{ "users, readers, tokens", others },
	{ "pages", pages },
	{ "makers", makers },
	{ "doorwardctl", by_doorwardctl },
	CU_TEST_INFO_NULL,
};
