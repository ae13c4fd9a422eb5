// SPDX-License-Identifier: ISC
/* What a role permits, which role is within which, and which JSON is a role. */
#include "auth/role.h"

#include <stdio.h>
#include <string.h>

#include "service/box.h"
#include "unit.h"

static struct role
role_of(const char *name, const char *acl)
{
	struct role role = { .modified_ms = 1 };

	snprintf(role.name, sizeof role.name, "%s", name);
	snprintf(role.acl, sizeof role.acl, "%s", acl);
	return role;
}

/* May it create, read, update, delete all rows, and then its own: y or n each. */
static void
allows(void)
{
	static const struct { const char *row, *acl, *resource, *all, *own; } rows[] = {
		{ "one letter",      "{\"cdr\":[\"r\"]}",           "cdr",   "nynn", "nynn" },
		{ "create",          "{\"cdr\":[\"c\"]}",           "cdr",   "ynnn", "ynnn" },
		{ "update",          "{\"cdr\":[\"u\"]}",           "cdr",   "nnyn", "nnyn" },
		{ "delete",          "{\"cdr\":[\"d\"]}",           "cdr",   "nnny", "nnny" },
		{ "own rows",        "{\"cdr\":[\"ro\"]}",          "cdr",   "nnnn", "nynn" },
		{ "create own",      "{\"cdr\":[\"co\"]}",          "cdr",   "nnnn", "ynnn" },
		{ "update own",      "{\"cdr\":[\"uo\"]}",          "cdr",   "nnnn", "nnyn" },
		{ "delete own",      "{\"cdr\":[\"do\"]}",          "cdr",   "nnnn", "nnny" },
		{ "star",            "{\"cdr\":[\"*\"]}",           "cdr",   "yyyy", "yyyy" },
		{ "several",         "{\"cdr\":[\"c\",\"u\",\"r\"]}", "cdr", "yyyn", "yyyn" },
		{ "all, own",        "{\"cdr\":[\"r\",\"uo\"]}",    "cdr",   "nynn", "nyyn" },
		{ "both forms",      "{\"cdr\":[\"r\",\"ro\"]}",    "cdr",   "nynn", "nynn" },
		{ "star and own",    "{\"cdr\":[\"*\",\"ro\"]}",    "cdr",   "yyyy", "yyyy" },
		{ "none",            "{\"cdr\":[]}",                "cdr",   "nnnn", "nnnn" },
		{ "another",         "{\"cdr\":[\"*\"]}",           "book",  "nnnn", "nnnn" },
		{ "begins alike",    "{\"cdr\":[\"*\"]}",           "cdr/files", "nnnn", "nnnn" },
		{ "below it",        "{\"cdr/files\":[\"*\"]}",     "cdr",   "nnnn", "nnnn" },
		{ "another case",    "{\"CDR\":[\"*\"]}",           "cdr",   "nnnn", "nnnn" },
		{ "star resource",   "{\"*\":[\"*\"]}",             "cdr",   "nnnn", "nnnn" },
		{ "no resource",     "{\"\":[\"*\"]}",              "",      "yyyy", "yyyy" },
		{ "nothing at all",  "{}",                          "cdr",   "nnnn", "nnnn" },
		{ "last one counts", "{\"cdr\":[\"*\"],\"cdr\":[\"r\"]}", "cdr", "nynn", "nynn" },
		/* what role_set refuses, should it come by another way, allows nothing */
		{ "upper case",      "{\"cdr\":[\"R\"]}",           "cdr",   "nnnn", "nnnn" },
		{ "a word",          "{\"cdr\":\"*\"}",             "cdr",   "nnnn", "nnnn" },
		{ "a number",        "{\"cdr\":[1]}",               "cdr",   "nnnn", "nnnn" },
		{ "null",            "{\"cdr\":null}",              "cdr",   "nnnn", "nnnn" },
		{ "two letters",     "{\"cdr\":[\"rr\"]}",          "cdr",   "nnnn", "nnnn" },
		{ "star and more",   "{\"cdr\":[\"*r\"]}",          "cdr",   "nnnn", "nnnn" },
		{ "own star",        "{\"cdr\":[\"*o\"]}",          "cdr",   "nnnn", "nnnn" },
		{ "star and NUL",    "{\"cdr\":[\"*\\u0000\"]}",    "cdr",   "nnnn", "nnnn" },
		{ "letter and NUL",  "{\"cdr\":[\"r\\u0000\"]}",    "cdr",   "nnnn", "nnnn" },
		{ "own alone",       "{\"cdr\":[\"o\"]}",           "cdr",   "nnnn", "nnnn" },
		{ "empty",           "{\"cdr\":[\"\"]}",            "cdr",   "nnnn", "nnnn" },
		{ "no JSON",         "{",                           "cdr",   "nnnn", "nnnn" },
		{ "no text",         "",                            "cdr",   "nnnn", "nnnn" },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct role role = role_of("x", rows[i].acl);

		for (size_t k = 0; k < 4; k++) {
			EXPECT_VERDICT(rows[i].row, role_permit(&role, rows[i].resource, "crud"[k],
			    false), rows[i].all[k] == 'y' ? 0 : V_FORBIDDEN);
			EXPECT_VERDICT(rows[i].row, role_permit(&role, rows[i].resource, "crud"[k],
			    true), rows[i].own[k] == 'y' ? 0 : V_FORBIDDEN);
		}
	}
}

#define CDR(letters) "{\"cdr\":[" letters "]}"
#define R "\"r\""
#define RO "\"ro\""
#define ANY "\"*\""

static void
within(void)
{
	static const struct {
		const char *row, *lower, *lower_acl, *upper, *upper_acl;
		bool want;
	} rows[] = {
		{ "itself",             "a",     CDR(R),     "a",     CDR(R),             true },
		{ "nothing",            "a",     "{}",       "b",     "{}",               true },
		{ "less",               "a",     CDR(R),     "b",     CDR(R ",\"u\""),    true },
		{ "more",               "a",     CDR(R ",\"u\""), "b", CDR(R),            false },
		{ "in star",            "a",     CDR(R),     "b",     CDR(ANY),           true },
		{ "star in star",       "a",     CDR(ANY),   "b",     CDR(ANY),           true },
		{ "star in letters",    "a",     CDR(ANY),   "b",
		    CDR("\"c\",\"r\",\"u\",\"d\""), true },
		{ "star in three",      "a",     CDR(ANY),   "b",     CDR("\"c\",\"r\",\"u\""),
		    false },
		{ "own in all",         "a",     CDR(RO),    "b",     CDR(R),             true },
		{ "all in own",         "a",     CDR(R),     "b",     CDR(RO),            false },
		{ "own in own",         "a",     CDR(RO),    "b",     CDR(RO),            true },
		{ "own in star",        "a",     CDR(RO),    "b",     CDR(ANY),           true },
		{ "star in own",        "a",     CDR(ANY),   "b",     CDR(RO),            false },
		{ "own of another letter", "a",  CDR("\"uo\""), "b",  CDR(R),             false },
		{ "another resource",   "a",     "{\"book\":[\"r\"]}", "b", CDR(ANY),     false },
		{ "another, empty",     "a",     "{\"book\":[]}", "b", CDR(ANY),          true },
		{ "one of two",         "a",     "{\"cdr\":[\"r\"],\"book\":[\"r\"]}", "b",
		    CDR(ANY),
		    false },
		{ "below it",           "a",     "{\"cdr/files\":[\"r\"]}", "b", CDR(ANY), false },
		/* by level: root, admin, user, any other */
		{ "root in admin",      "root",  "{}",       "admin", CDR(ANY),           false },
		{ "root in root",       "root",  CDR(R),     "root",  CDR(R),             true },
		{ "admin in root",      "admin", CDR(R),     "root",  CDR(ANY),           true },
		{ "admin in admin",     "admin", CDR(R),     "admin", CDR(ANY),           true },
		{ "admin in user",      "admin", "{}",       "user",  CDR(ANY),           false },
		{ "user in admin",      "user",  CDR(R),     "admin", CDR(R),             true },
		{ "user in user",       "user",  "{}",       "user",  "{}",               true },
		{ "user in another",    "user",  "{}",       "x",     CDR(ANY),           false },
		{ "root in another",    "root",  "{}",       "x",     CDR(ANY),           false },
		{ "another in user",    "x",     CDR(R),     "user",  CDR(R),             true },
		{ "another with more",  "x",     CDR(ANY),   "admin", CDR(R),             false },
		{ "Root is no root",    "Root",  CDR(R),     "user",  CDR(R),             true },
		{ "broken below",       "a",     "{",        "b",     CDR(ANY),           false },
		{ "broken above",       "a",     "{}",       "b",     "{",                false },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct role lower = role_of(rows[i].lower, rows[i].lower_acl),
		    upper = role_of(rows[i].upper, rows[i].upper_acl);

		EXPECT_VERDICT(rows[i].row, role_check_within(&lower, &upper),
		    rows[i].want ? 0 : V_FORBIDDEN);
	}
	for (size_t i = 0; i < ROLE_DEFAULTS; i++) {
		for (size_t k = 0; k < ROLE_DEFAULTS; k++)
			EXPECT_VERDICT("root, admin, user", role_check_within(&role_defaults[i],
			    &role_defaults[k]), i >= k ? 0 : V_FORBIDDEN);
	}
}

static void
levels(void)
{
	static const struct { const char *name; int want; } rows[] = {
		{ "root", 2 }, { "admin", 1 }, { "user", 0 }, { "Root", -1 }, { "", -1 },
		{ "operator", -1 }, { "root ", -1 }, { "users", -1 },
	};
	static const struct { const char *role, *webitel, *want; } users[] = {
		{ "User", "", "user" }, { "Admin", "", "admin" }, { "Provider", "", "user" },
		{ "", "", "user" }, { "admin", "", "user" }, { "User", "root", "root" },
		{ "Admin", "user", "user" }, { "User", "Root", "Root" }, { "User", "x", "x" },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].name, role_level(rows[i].name), rows[i].want);
	for (size_t i = 0; i < NELEM(users); i++) {
		struct user user = { .gen = 1 };

		strcpy(user.role, users[i].role);
		strcpy(user.webitel_role, users[i].webitel);
		EXPECT_STRING(users[i].want, role_name_of(&user), users[i].want);
	}
}

static void
found(void)
{
	struct role role, *list;
	struct box my;
	const char *why;
	size_t count;

	box_open_memory(&my);
	EXPECT_VERDICT("default", role_find(my.auth, "admin", &role), 0);
	EXPECT_STRING("default", role.acl, role_defaults[1].acl);
	EXPECT_VERDICT("nobody's", role_find(my.auth, "operator", &role), V_NOT_FOUND);
	EXPECT_VERDICT("held all the same", role_hold(my.auth, "operator", &role), 0);
	EXPECT_STRING("its name", role.name, "operator");
	EXPECT_STRING("nothing", role.acl, "{}");
	EXPECT_VERDICT("over a default", role_set(my.auth, "admin", "{}", 5, &why), 0);
	EXPECT_VERDICT("find", role_find(my.auth, "admin", &role), 0);
	EXPECT_STRING("as set", role.acl, "{}");
	EXPECT_VERDICT("our own", role_set(my.auth, "operator", CDR(R), 5, &why), 0);
	EXPECT_VERDICT("list", role_list(my.auth, &my.mem, &list, &count), 0);
	if (EXPECT_INT("each once", count, 4)) {
		EXPECT_STRING("set", list[0].name, "admin");
		EXPECT_STRING("set", list[1].name, "operator");
		EXPECT_STRING("default", list[2].name, "root");
		EXPECT_STRING("default", list[3].name, "user");
	}
	EXPECT_VERDICT("drop", store_role_drop(my.auth->store, "admin"), 0);
	EXPECT_VERDICT("find", role_find(my.auth, "admin", &role), 0);
	EXPECT_STRING("as before", role.acl, role_defaults[1].acl);
	box_close(&my);
}

/* JSON that is no role is refused with a reason, and changes nothing. */
static void
refused(void)
{
	char long_name[ROLE_NAME_SIZE + 1] = "", long_acl[ROLE_ACL_SIZE + 1];
	const struct { const char *row, *name, *acl; } rows[] = {
		{ "no name", "", "{}" },
		{ "long name", long_name, "{}" },
		{ "control character", "a\nb", "{}" },
		{ "not UTF-8", "a\xff", "{}" },
		{ "no JSON", "x", "" },
		{ "half of it", "x", "{\"cdr\":[\"r\"]" },
		{ "more after", "x", "{}{}" },
		{ "list", "x", "[]" },
		{ "word", "x", "\"*\"" },
		{ "letters alone", "x", "{\"cdr\":\"r\"}" },
		{ "object", "x", "{\"cdr\":{\"r\":true}}" },
		{ "null", "x", "{\"cdr\":null}" },
		{ "number", "x", "{\"cdr\":[1]}" },
		{ "list of lists", "x", "{\"cdr\":[[\"r\"]]}" },
		{ "unknown letter", "x", "{\"cdr\":[\"x\"]}" },
		{ "upper case", "x", "{\"cdr\":[\"R\"]}" },
		{ "second of two", "x", "{\"cdr\":[\"r\"],\"book\":[\"z\"]}" },
		{ "own star", "x", "{\"cdr\":[\"*o\"]}" },
		{ "empty letter", "x", "{\"cdr\":[\"\"]}" },
		{ "NUL", "x", "{\"cdr\":[\"\\u0000\"]}" },
		{ "NUL and own", "x", "{\"cdr\":[\"\\u0000o\"]}" },
		{ "star and NUL", "x", "{\"cdr\":[\"*\\u0000\"]}" },
		{ "a change of direction", "x\xe2\x80\xae", "{\"cdr\":[\"r\"]}" },
		{ "nothing to see", "\xe2\x80\x8b", "{\"cdr\":[\"r\"]}" },
		{ "resource twice", "x", "{\"cdr\":[\"r\"],\"cdr\":[\"*\"]}" },
		{ "too long", "x", long_acl },
	};
	struct role role;
	struct box my;

	memset(long_name, 'n', ROLE_NAME_SIZE);
	snprintf(long_acl, sizeof long_acl, "{\"cdr\":[\"r\"]}%*s", ROLE_ACL_SIZE - 13, "");
	EXPECT_INT("one byte too many", strlen(long_acl), ROLE_ACL_SIZE);
	box_open_memory(&my);
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *why = NULL;

		EXPECT_VERDICT(rows[i].row, role_set(my.auth, rows[i].name, rows[i].acl, 5, &why),
		    V_INVALID);
		EXPECT_TRUE(rows[i].row, why != NULL);
	}
	EXPECT_VERDICT("none was set", role_find(my.auth, "x", &role), V_NOT_FOUND);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "allows", allows },
	{ "within", within },
	{ "levels", levels },
	{ "found", found },
	{ "refused", refused },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/role", tests);
