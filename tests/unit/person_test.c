// SPDX-License-Identifier: ISC
#include "auth/person.h"

#include <errno.h>
#include <string.h>

#include "auth/user.h"
#include "unit.h"
#include "store_memory/memory.h"

#define NOW_MS INT64_C(1800000000000)

static struct conf *conf;
static struct auth auth;

static void
add(const char *email, const char *google_id, int64_t deleted_ms, int64_t disabled_ms)
{
	struct user user = user_new(NOW_MS);
	const char *why = "";

	user.deleted_ms = deleted_ms;
	user.disabled_ms = disabled_ms;
	strcpy(user.email, email);
	strcpy(user.gmail_user_id, google_id);
	EXPECT_VERDICT(email, user_add(&auth, &user, NULL, 0, &why), 0);
}

static void
start(void)
{
	EXPECT_VERDICT("options", conf_defaults(&conf), 0);
	auth.conf = conf;
	EXPECT_VERDICT("store", store_open_memory(&auth.store), 0);
	add("alice@example.org", "", 0, 0);
	add("bob@example.org", "2", 0, 0);
	add("gone@example.org", "3", NOW_MS, 0);
	add("out@example.org", "4", 0, NOW_MS);
}

static void
end(void)
{
	store_close(&auth.store);
	conf_drop(&conf);
}

enum { LINK = 1, REGISTER = 2 };

static int
identify(const char *id, const char *email, int may, struct identity *who)
{
	const struct person person = {
		.kind = IDENTITY_GOOGLE, .provider = "", .id = id, .email = email,
		.first_name = "Ann", .last_name = "O\n",
		.may_link = may & LINK, .may_register = may & REGISTER,
	};

	*who = (struct identity){ .by_token = true };
	return person_identify(&auth, &person, NOW_MS, who);
}

static char long_id[300];

static void
rules(void)
{
	static const struct {
		const char *row, *id, *email;
		int may, want;
		const char *who;
	} t[] = {
		{ "known",                "2", NULL, 0, 0, "bob@example.org" },
		{ "known, other e-mail",  "2", "alice@example.org", LINK | REGISTER, 0,
		    "bob@example.org" },
		{ "deleted",              "3", "gone@example.org", LINK | REGISTER, 1, NULL },
		{ "disabled",             "4", "out@example.org", LINK | REGISTER, 1, NULL },
		{ "unknown",              "9", "alice@example.org", 0, 1, NULL },
		{ "no e-mail",            "9", NULL, LINK | REGISTER, 1, NULL },
		{ "empty e-mail",         "9", "", LINK | REGISTER, 1, NULL },
		{ "not to be registered", "9", "new@example.org", LINK, 1, NULL },
		{ "not to be linked",     "9", "alice@example.org", REGISTER, 1, NULL },
		{ "has another id",       "9", "bob@example.org", LINK | REGISTER, 1, NULL },
		{ "linked to a deleted",  "9", "gone@example.org", LINK | REGISTER, 1, NULL },
		{ "linked to a disabled", "9", "out@example.org", LINK | REGISTER, 1, NULL },
		{ "id too long to link",  long_id, "alice@example.org", LINK, 1, NULL },
		{ "id too long to register", long_id, "new@example.org", REGISTER, 1, NULL },
		{ "id with a line break", "9\n", "alice@example.org", LINK | REGISTER, 1, NULL },
		{ "empty id",             "", NULL, 0, 1, NULL },
		{ "linked",               "1", "ALICE@example.org", LINK, 0, "alice@example.org" },
		{ "then known",           "1", NULL, 0, 0, "alice@example.org" },
		{ "registered",           "5", "New@Example.org", REGISTER, 0, "new@example.org" },
		{ "then known",           "5", NULL, 0, 0, "new@example.org" },
		{ "linked before registered", "6", "new@example.org", LINK | REGISTER, 1, NULL },
	};
	struct identity who;
	struct user user;

	memset(long_id, '1', sizeof long_id - 1);
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, identify(t[i].id, t[i].email, t[i].may, &who),
		    t[i].want ? V_WRONG_CREDENTIAL : 0);
		EXPECT_STRING(t[i].row, who.user.email, t[i].who ? t[i].who : "");
		EXPECT_INT(t[i].row, who.by_token, t[i].want);
		EXPECT_INT(t[i].row, who.authenticated_s, t[i].want ? 0 : NOW_MS / 1000);
	}
	EXPECT_VERDICT("names", user_by_email(&auth, "new@example.org", &user), 0);
	EXPECT_STRING("first name", user.first_name, "Ann");
	EXPECT_STRING("a last name that is none", user.last_name, "");
	EXPECT_STRING("role", user.role, "User");
}

/* As a section's provider: its ids begin with its name. */
static int
identify_at(const char *provider, const char *id, const char *email)
{
	const struct person person = { .kind = IDENTITY_OIDC, .provider = provider, .id = id,
	    .email = email, .may_link = true };
	struct identity who;

	return person_identify(&auth, &person, NOW_MS, &who);
}

/* One id of each provider, as long as there is room. */
static void
several(void)
{
	static const struct { const char *row, *provider, *id; int want; } t[] = {
		{ "the first", "a:", "a:1", 0 },
		{ "again", "a:", "a:1", 0 },
		{ "another there", "a:", "a:2", V_WRONG_CREDENTIAL },
		{ "at a second", "b:", "b:1", 0 },
		{ "at a third, whose name begins alike", "aa:", "aa:1", 0 },
		{ "the second again", "b:", "b:1", 0 },
		{ "another at the second", "b:", "b:2", V_WRONG_CREDENTIAL },
		{ "at a fourth", "d:", "d:1", 0 },
		{ "at a fifth", "e:", "e:1", V_WRONG_CREDENTIAL },
		{ "the third again", "aa:", "aa:1", 0 },
	};
	struct user user, after;

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_VERDICT(t[i].row, identify_at(t[i].provider, t[i].id, "alice@example.org"),
		    t[i].want);
	EXPECT_VERDICT("found", user_by_email(&auth, "alice@example.org", &user), 0);
	EXPECT_STRING("first", user.oidc_user_id, "a:1");
	EXPECT_STRING("second", user.oidc_user_id_2, "b:1");
	EXPECT_STRING("third", user.oidc_user_id_3, "aa:1");
	EXPECT_STRING("fourth", user.oidc_user_id_4, "d:1");
	EXPECT_VERDICT("Google's is another kind", identify("1", "alice@example.org", LINK,
	    &(struct identity){ .by_token = false }), 0);
	user.oidc_user_id_2[0] = '\0';
	EXPECT_VERDICT("cleared", store_user_set(auth.store, &user,
	    field_bit(&user_kind, "oidc_user_id_2"), NOW_MS, &after), 0);
	EXPECT_VERDICT("not found any more", identify_at("b:", "b:1", NULL), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("the others stay", identify_at("d:", "d:1", NULL), 0);
	EXPECT_VERDICT("room again", identify_at("e:", "e:1", "alice@example.org"), 0);
	EXPECT_VERDICT("of others too", identify_at("a:", "a:2", "bob@example.org"), 0);
	EXPECT_VERDICT("taken", identify_at("a:", "a:1", "bob@example.org"), 0);
}

/* Whatever call of the store fails, it is a fault, and never "nobody". */
static void
faults(void)
{
	static const struct { const char *row, *id, *email; unsigned calls; } t[] = {
		{ "known", "2", NULL, 1 },
		{ "linked", "1", "alice@example.org", 3 },
		{ "registered", "5", "new@example.org", 4 },
		{ "refused", "9", "bob@example.org", 3 },
	};
	struct identity who;

	for (size_t i = 0; i < NELEM(t); i++) {
		for (unsigned call = 1; call <= t[i].calls; call++) {
			store_memory_fail(auth.store, call, -EIO);
			EXPECT_VERDICT(t[i].row, identify(t[i].id, t[i].email, LINK | REGISTER,
			    &who), -EIO);
		}
		store_memory_fail(auth.store, 0, 0);
	}
}

static CU_TestInfo tests[] = {
	{ "rules", rules },
	{ "several providers", several },
	{ "faults", faults },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/person", tests, .info.pSetUpFunc = start,
	.info.pTearDownFunc = end);
