// SPDX-License-Identifier: ISC
/* API 3.3, 3.5 and 3.6: the table of fields, in JSON, forms and queries. */
#include <string.h>

#include "e2e.h"

#define TTL(message, value) BAD_FIELDS(FIELD_VALUE("ttl", message, value))
#define NAME(message, value) BAD_FIELDS(FIELD_VALUE("name", message, value))
#define NO_INTEGER "invalid integer number"
#define NO_STRING "invalid string value"
#define FIVE "12345"
#define SIXTY_THREE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE "123"
#define MADE(name, ttl) OK("{'name':'" name "','ttl':" #ttl ",'token':'<secret>'," \
	"'expired_on':'<time>','uuid':'<uuid>','created_on':'<time>','modified_on':'<time>'}")

static const struct field_row {
	const char *row, *body, *shape;
} in_json[] = {
	{ "no name", "{}", BAD_FIELDS(FIELD("name", "`name` is required")) },
	{ "null", "{'name':null}", NAME(NO_STRING, "null") },
	{ "number", "{'name':1}", NAME(NO_STRING, "1") },
	{ "fraction", "{'name':1.50}", NAME(NO_STRING, "1.50") },
	{ "boolean", "{'name':true}", NAME(NO_STRING, "true") },
	{ "array", "{'name':['a']}", BAD_FIELDS(FIELD("name", NO_STRING)) },
	{ "object", "{'name':{'a':1}}", BAD_FIELDS(FIELD("name", NO_STRING)) },
	{ "empty", "{'name':''}", NAME("minLength 1", "''") },
	{ "NUL inside", "{'name':'a\\u0000b'}",
	    BAD_FIELDS("'params.name':{'message':'" NO_STRING "'<rest>") },
	{ "control inside", "{'name':'a\\u0007b'}", NAME(NO_STRING, "'a\\u0007b'") },
	{ "line end", "{'name':'a\\nb'}", NAME(NO_STRING, "'a\\nb'") },
	{ "C1 control", "{'name':'a\xc2\x9b" "b'}", NAME(NO_STRING, "'a\xc2\x9b" "b'") },
	{ "turned around", "{'name':'a\xe2\x80\xae" "b'}", NAME(NO_STRING, "'a\xe2\x80\xae" "b'") },
	{ "isolated", "{'name':'\xe2\x81\xa6" "b'}", NAME(NO_STRING, "'\xe2\x81\xa6" "b'") },
	{ "line separator", "{'name':'a\xe2\x80\xa8" "b'}",
	    NAME(NO_STRING, "'a\xe2\x80\xa8" "b'") },
	{ "a blank", "{'name':' '}", NAME(NO_STRING, "' '") },
	{ "blanks", "{'name':'\xc2\xa0\xe3\x80\x80 '}",
	    NAME(NO_STRING, "'\xc2\xa0\xe3\x80\x80 '") },
	{ "nothing to see", "{'name':'\xe2\x80\x8b'}", NAME(NO_STRING, "'\xe2\x80\x8b'") },
	{ "a blank inside", "{'name':'my laptop','ttl':60}", MADE("my laptop", 60) },
	{ "right to left", "{'name':'\xd7\xa9\xd7\x9c','ttl':60}", MADE("\xd7\xa9\xd7\x9c", 60) },
	{ "one character", "{'name':'a','ttl':60}", MADE("a", 60) },
	{ "one character, three bytes", "{'name':'\xe2\x82\xac','ttl':60}",
	    MADE("\xe2\x82\xac", 60) },
	{ "quotes", "{'name':'a\\'b\\\\','ttl':60}", MADE("a\\'b\\\\", 60) },
	{ "escaped", "{'name':'\\u0041\\ud83d\\ude00','ttl':60}", MADE("A\xf0\x9f\x98\x80", 60) },
	{ "the last counts", "{'name':'a','ttl':1,'name':'b','ttl':60}", MADE("b", 60) },
	{ "the last counts, bad", "{'name':'a','name':''}", NAME("minLength 1", "''") },

	{ "the documented one", "{'name':'a','ttl':0}", TTL("min 60", "0") },
	{ "59", "{'name':'a','ttl':59}", TTL("min 60", "59") },
	{ "negative", "{'name':'a','ttl':-1}", TTL("min 60", "-1") },
	{ "60", "{'name':'a','ttl':60}", MADE("a", 60) },
	{ "most", "{'name':'a','ttl':315360000}", MADE("a", 315360000) },
	{ "above", "{'name':'a','ttl':315360001}", TTL("max 315360000", "315360001") },
	{ "digits", "{'name':'a','ttl':'60'}", MADE("a", 60) },
	{ "digits, too few", "{'name':'a','ttl':'59'}", TTL("min 60", "'59'") },
	{ "digits, too many", "{'name':'a','ttl':'315360001'}",
	    TTL("max 315360000", "'315360001'") },
	{ "60.0", "{'name':'a','ttl':60.0}", MADE("a", 60) },
	{ "60.5", "{'name':'a','ttl':60.5}", TTL(NO_INTEGER, "60.5") },
	{ "true", "{'name':'a','ttl':true}", TTL(NO_INTEGER, "true") },
	{ "false", "{'name':'a','ttl':false}", TTL(NO_INTEGER, "false") },
	{ "null", "{'name':'a','ttl':null}", TTL(NO_INTEGER, "null") },
	{ "array", "{'name':'a','ttl':[60]}", BAD_FIELDS(FIELD("ttl", NO_INTEGER)) },
	{ "object", "{'name':'a','ttl':{}}", BAD_FIELDS(FIELD("ttl", NO_INTEGER)) },
	{ "blank before", "{'name':'a','ttl':' 60'}", TTL(NO_INTEGER, "' 60'") },
	{ "blank after", "{'name':'a','ttl':'60 '}", TTL(NO_INTEGER, "'60 '") },
	{ "empty", "{'name':'a','ttl':''}", TTL(NO_INTEGER, "''") },
	{ "plus", "{'name':'a','ttl':'+60'}", TTL(NO_INTEGER, "'+60'") },
	{ "leading zero", "{'name':'a','ttl':'060'}", TTL(NO_INTEGER, "'060'") },
	{ "fraction in a string", "{'name':'a','ttl':'60.0'}", TTL(NO_INTEGER, "'60.0'") },
	{ "hexadecimal", "{'name':'a','ttl':'0x3c'}", TTL(NO_INTEGER, "'0x3c'") },
	{ "exponent in a string", "{'name':'a','ttl':'6e1'}", TTL(NO_INTEGER, "'6e1'") },
	{ "NUL after", "{'name':'a','ttl':'60\\u0000'}",
	    BAD_FIELDS("'params.ttl':{'message':'" NO_INTEGER "'<rest>") },
	{ "value of 64 bytes", "{'name':'a','ttl':'x" SIXTY_THREE "'}",
	    TTL(NO_INTEGER, "'x" SIXTY_THREE "'") },
	{ "value of 65 bytes", "{'name':'a','ttl':'xy" SIXTY_THREE "'}",
	    BAD_FIELDS(FIELD("ttl", NO_INTEGER)) },

	{ "both", "{'name':'','ttl':0}", BAD_FIELDS(FIELD_VALUE("name", "minLength 1", "''") ","
	    FIELD_VALUE("ttl", "min 60", "0")) },
	{ "both, the other way round", "{'ttl':'x','name':null}",
	    BAD_FIELDS(FIELD_VALUE("name", NO_STRING, "null") ","
	    FIELD_VALUE("ttl", NO_INTEGER, "'x'")) },
	{ "missing and bad", "{'ttl':59}", BAD_FIELDS(FIELD("name", "`name` is required") ","
	    FIELD_VALUE("ttl", "min 60", "59")) },
}, in_forms[] = {
	{ "both", "name=form&ttl=60", MADE("form", 60) },
	{ "plus and percent", "name=a+b%2Bc%26&ttl=60", MADE("a b+c&", 60) },
	{ "UTF-8", "name=%C3%A9&ttl=60", MADE("\xc3\xa9", 60) },
	{ "unknown key", "x=1&name=form&ttl=60", MADE("form", 60) },
	{ "empty parts", "&&name=form&ttl=60&", MADE("form", 60) },
	{ "no name", "ttl=60", BAD_FIELDS(FIELD("name", "`name` is required")) },
	{ "empty name", "name=&ttl=60", NAME("minLength 1", "''") },
	{ "NUL", "name=a%00b", BAD_FIELDS("'params.name':{'message':'" NO_STRING "'<rest>") },
	{ "59", "name=a&ttl=59", TTL("min 60", "'59'") },
	{ "letters", "name=a&ttl=abc", TTL(NO_INTEGER, "'abc'") },
	{ "empty", "name=a&ttl=", TTL(NO_INTEGER, "''") },
	{ "blank", "name=a&ttl=+60", TTL(NO_INTEGER, "' 60'") },
	{ "plus", "name=a&ttl=%2B60", TTL(NO_INTEGER, "'+60'") },
	{ "both bad", "ttl=0&name=", BAD_FIELDS(FIELD_VALUE("name", "minLength 1", "''") ","
	    FIELD_VALUE("ttl", "min 60", "'0'")) },
};

/* Tokens are removed again, because the cap of the stack is low. */
static void
try_bodies(const struct field_row *rows, size_t count, bool form)
{
	static const struct row clean = { "clean up", "DELETE", "/rest/token/all",
		{ "X-Auth-Token: $jwt" }, .status = 200, .shape = OK("{}") };

	log_in("jwt", ALICE);
	for (size_t i = 0; i < count; i++) {
		bool good = strncmp(rows[i].shape, "{'success':true", 15) == 0;
		struct row row = { rows[i].row, "POST", "/rest/token", { "X-Auth-Token: $jwt" },
			.json = form ? NULL : rows[i].body, .form = form ? rows[i].body : NULL,
			.status = good ? 200 : 400, .shape = rows[i].shape };

		run_row(&row);
		if (good)
			run_row(&clean);
	}
}

static void
json(void)
{
	try_bodies(in_json, NELEM(in_json), false);
}

static void
forms(void)
{
	try_bodies(in_forms, NELEM(in_forms), true);
}

/* A name of so many characters, each of two bytes. */
static const char *
name_of(size_t characters)
{
	char *name = arena_alloc(test_mem(), 2 * characters + 1);

	for (size_t i = 0; i < characters; i++)
		memcpy(name + 2 * i, "\xc3\xa9", 2);
	return name;
}

static void
long_names(void)
{
	struct row most = { "255 characters", "POST", "/rest/token", { ALICE }, .status = 200,
		.json = "{'name':'$most','ttl':60}", .shape = MADE("$most", 60) },
	    over = { "256 characters", "POST", "/rest/token", { ALICE }, .status = 400,
		.json = "{'name':'$over'}", .shape = BAD_FIELDS(FIELD("name", "maxLength 255")) },
	    clean = { "clean up", "DELETE", "/rest/token/all", { ALICE }, .status = 200 };

	word_set("most", name_of(255));
	word_set("over", name_of(256));
	run_row(&most);
	run_row(&over);
	run_row(&clean);
}

#define LIST(query) "GET", "/rest/token/list" query
#define LIMIT(message, value) BAD_FIELDS(FIELD_VALUE("limit", message, "'" value "'"))

static void
queries(void)
{
	static const struct row rows[] = {
		{ "1", LIST("?limit=1"), { ALICE }, .status = 200 },
		{ "1000", LIST("?limit=1000"), { ALICE }, .status = 200 },
		{ "0", LIST("?limit=0"), { ALICE }, .status = 400, .shape = LIMIT("min 1", "0") },
		{ "1001", LIST("?limit=1001"), { ALICE }, .status = 400,
		    .shape = LIMIT("max 1000", "1001") },
		{ "-1", LIST("?limit=-1"), { ALICE }, .status = 400,
		    .shape = LIMIT(NO_INTEGER, "-1") },
		{ "no integer", LIST("?limit=x"), { ALICE }, .status = 400,
		    .shape = LIMIT(NO_INTEGER, "x") },
		{ "empty", LIST("?limit="), { ALICE }, .status = 400,
		    .shape = LIMIT(NO_INTEGER, "") },
		{ "fraction", LIST("?limit=1.0"), { ALICE }, .status = 400,
		    .shape = LIMIT(NO_INTEGER, "1.0") },
		{ "after nobody", LIST("?after=x"), { ALICE }, .status = 400,
		    .shape = BAD_FIELDS("'params.after':{'message':'<text>','value':'x'}") },
		{ "after an unknown one", LIST("?after=60e9fa76-20e7-45ee-bf24-8c4a95143dad"),
		    { ALICE }, .status = 400, .shape = BAD_FIELDS("'params.after':{<rest>") },
		{ "both", LIST("?after=x&limit=x"), { ALICE }, .status = 400,
		    .shape = BAD_FIELDS("'params.limit':{<rest>") },
		{ "unknown key", LIST("?x=1"), { ALICE }, .status = 200 },
	};

	RUN(rows);
}

CU_TestInfo field_tests[] = {
	{ "JSON", json },
	{ "forms", forms },
	{ "long names", long_names },
	{ "queries", queries },
	CU_TEST_INFO_NULL,
};
