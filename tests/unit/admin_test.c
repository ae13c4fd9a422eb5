// SPDX-License-Identifier: ISC
/* API 11.1: somebody who can administer remains. */
#include "auth/admin.h"

#include <string.h>

#include "auth/field.h"
#include "rows.h"
#include "unit.h"

/* An administrator, as if logged in. */
static struct identity
make_admin_of(struct box *my, const char *email, const char *password, const char *webitel_role)
{
	struct identity who = box_user(my, email, password);

	strcpy(who.user.role, "Admin");
	strcpy(who.user.webitel_role, webitel_role);
	box_must(store_user_set(my->auth->store, &who.user, field_bit(&user_kind, "role") |
	    field_bit(&user_kind, "webitel_role"), NOW_MS, &who.user), "role");
	return who;
}

static struct identity
make_admin(struct box *my, const char *email, const char *password)
{
	return make_admin_of(my, email, password, "");
}

static int
change_user(struct box *my, struct identity *who, struct user *before, struct user_change *change,
    struct admin_flaw *flaw)
{
	int r;

	r = admin_prepare_change(my->auth, who, before, change, NOW_MS, flaw);
	return r ? r : admin_change(my->auth, who, change, NOW_MS, flaw);
}

/* What administrators do to themselves and to each other, one after the other. */
enum what { SWITCH_OFF, DELETE, BURY, ROLE, NO_PASSWORD, NAME };

static int
act(struct box *my, struct identity *who, struct identity *user, enum what what)
{
	struct user_change change = { .user = user->user, .ends_password = what == NO_PASSWORD };
	struct admin_flaw flaw;

	switch (what) {
	case SWITCH_OFF:
		return admin_disable(my->auth, who, &user->user.id, NOW_MS);
	case DELETE:
	case BURY:
		return admin_delete(my->auth, who, &user->user.id, what == BURY, NOW_MS);
	case ROLE:
		strcpy(change.user.role, "User");
		change.mask = field_bit(&user_kind, "role");
		break;
	case NAME:
		strcpy(change.user.first_name, "Kim");
		change.mask = field_bit(&user_kind, "first_name");
		break;
	case NO_PASSWORD:
		break;
	}
	return change_user(my, who, &user->user, &change, &flaw);
}

static void
last(void)
{
	static const struct { const char *row; enum what what; int want; } t[] = {
		{ "disable", SWITCH_OFF, V_LAST_ADMIN },
		{ "delete", DELETE, V_LAST_ADMIN },
		{ "delete and keep", BURY, V_LAST_ADMIN },
		{ "role", ROLE, V_LAST_ADMIN },
		{ "no password", NO_PASSWORD, V_LAST_ADMIN },
		{ "a name", NAME, 0 },
	};
	struct identity root;
	struct user after;
	struct box my;

	box_open(&my, test_directory());
	root = make_admin(&my, ROWS_ADMIN, PASSWORD);
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, act(&my, &root, &root, t[i].what), t[i].want);
		EXPECT_VERDICT(t[i].row, user_get(my.auth, &root.user.id, &after), 0);
		EXPECT_TRUE(t[i].row, user_is_live(&after) && strcmp(after.role, "Admin") == 0);
	}
	box_close(&my);
}

/* Others who cannot log in, or not administer, are not counted; those who can are found. */
static void
others(void)
{
	static const struct { const char *row, *password, *role, *google; bool disabled; int want; }
	    t[] = {
		{ "an administrator", PASSWORD, "Admin", "", false, 0 },
		{ "one of Google's", NULL, "Admin", "4711", false, 0 },
		{ "one without a password", NULL, "Admin", "", false, V_LAST_ADMIN },
		{ "one who is disabled", PASSWORD, "Admin", "", true, V_LAST_ADMIN },
		{ "another role", PASSWORD, "Provider", "", false, V_LAST_ADMIN },
	};
	struct identity root, other;
	const char *why;
	struct box my;

	for (size_t i = 0; i < NELEM(t); i++) {
		box_open(&my, test_directory());
		root = make_admin(&my, ROWS_ADMIN, PASSWORD);
		other = box_user(&my, "other@example.com", t[i].password);
		EXPECT_VERDICT("role", user_set_field(&other.user, "role", t[i].role, &why), 0);
		EXPECT_VERDICT("id", user_set_field(&other.user, "gmail_user_id", t[i].google,
		    &why), 0);
		EXPECT_VERDICT("set", user_change(my.auth, &other.user,
		    field_bit(&user_kind, "role") | field_bit(&user_kind, "gmail_user_id"), NOW_MS,
		    &other.user), 0);
		if (t[i].disabled)
			EXPECT_VERDICT("disable", user_disable(my.auth, &other.user.id, NOW_MS), 0);
		EXPECT_VERDICT(t[i].row, act(&my, &root, &root, ROLE), t[i].want);
		box_close(&my);
	}
}

/* Two who were let in shut each other out: the second one is too late, whatever they do. */
static void
each_other(void)
{
	static const enum what ways[] = { SWITCH_OFF, DELETE, BURY, ROLE, NO_PASSWORD };
	struct identity one, two;
	struct box my;

	for (size_t i = 0; i < NELEM(ways); i++) {
		for (size_t k = 0; k < NELEM(ways); k++) {
			box_open(&my, test_directory());
			one = make_admin(&my, "one@example.com", PASSWORD);
			two = make_admin(&my, "two@example.com", PASSWORD);
			EXPECT_VERDICT("the first", act(&my, &one, &two, ways[i]), 0);
			EXPECT_VERDICT("the second", act(&my, &two, &one, ways[k]), V_LAST_ADMIN);
			box_close(&my);
		}
	}
}

/* Each leaves, because the other is there; and a third makes room for both. */
static void
leaving(void)
{
	struct identity one, two;
	struct box my;

	box_open(&my, test_directory());
	one = make_admin(&my, "one@example.com", PASSWORD);
	two = make_admin(&my, "two@example.com", PASSWORD);
	EXPECT_VERDICT("the first", act(&my, &one, &one, SWITCH_OFF), 0);
	EXPECT_VERDICT("the second", act(&my, &two, &two, SWITCH_OFF), V_LAST_ADMIN);
	make_admin(&my, "three@example.com", PASSWORD);
	EXPECT_VERDICT("beside a third", act(&my, &two, &two, SWITCH_OFF), 0);
	/* the host's own administrator has no limit */
	EXPECT_VERDICT("enable", user_enable(my.auth, &two.user.id, NOW_MS), 0);
	EXPECT_VERDICT("the tool", user_disable(my.auth, &two.user.id, NOW_MS), 0);
	box_close(&my);
}

/* Sets one field of a user, or with "password" its password. */
static int
give(struct box *my, struct identity *who, struct user *user, const char *field,
    const char *value, struct admin_flaw *flaw)
{
	struct user_change change = { .user = *user };

	if (strcmp(field, "password") == 0) {
		change.next = (struct new_password){ .text = value, .len = strlen(value) };
	} else {
		EXPECT_VERDICT(field, user_set_field(&change.user, field, value, &flaw->message), 0);
		change.mask = field_bit(&user_kind, field);
	}
	return change_user(my, who, user, &change, flaw);
}

/* A user with a Webitel role. */
static struct user
make_other(struct box *my, const char *webitel_role)
{
	struct identity other = box_user(my, "other@example.com", PASSWORD);
	const char *why;

	EXPECT_VERDICT("role", user_set_field(&other.user, "webitel_role", webitel_role, &why), 0);
	box_must(store_user_set(my->auth->store, &other.user,
	    field_bit(&user_kind, "webitel_role"), NOW_MS, &other.user), "webitel_role");
	return other.user;
}

/* What a stolen JWT of an administrator would gain by (API 11.5). */
static void
gifts(void)
{
	static const struct {
		const char *row, *own_role;
		const char *webitel_role;	/* of the user; NULL: the caller itself */
		const char *field, *value, *wrong;
	} t[] = {
		{ "own address", "", NULL, "email", "new@example.com", "email" },
		{ "own SIP login", "", NULL, "sip_login", "1@example.com", "sip_login" },
		{ "own id", "", NULL, "gmail_user_id", "4711", "gmail_user_id" },
		{ "own further id", "", NULL, "oidc_user_id_4", "x:1", "oidc_user_id_4" },
		{ "own id, none", "", NULL, "gmail_user_id", "", NULL },
		{ "own name", "", NULL, "first_name", "Kim", NULL },
		{ "own role", "", NULL, "webitel_role", "root", "webitel_role" },
		{ "own role, less", "", NULL, "webitel_role", "user", NULL },
		{ "own role, back", "user", NULL, "webitel_role", "", "role" },
		{ "an address", "", "", "email", "new@example.com", NULL },
		{ "an id", "", "", "apple_user_id", "4711", NULL },
		{ "a password", "", "", "password", "a new password", NULL },
		{ "root", "", "", "webitel_role", "root", "webitel_role" },
		{ "what one has", "root", "", "webitel_role", "root", NULL },
		{ "a role without rights", "", "", "webitel_role", "nothing", NULL },
		{ "Admin by one limited", "user", "", "role", "Admin", "role" },
		{ "password of root", "", "root", "password", "a new password", "password" },
		{ "address of root", "", "root", "email", "new@example.com", "email" },
		{ "id of root", "", "root", "apple_user_id", "4711", "apple_user_id" },
		{ "name of root", "", "root", "first_name", "Kim", NULL },
		{ "root no more", "", "root", "webitel_role", "", NULL },
		{ "password of root by root", "root", "root", "password", "a new password", NULL },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct admin_flaw flaw = { NULL, NULL };
		struct identity who;
		struct user user;
		struct box my;

		box_open(&my, test_directory());
		who = make_admin_of(&my, ROWS_ADMIN, PASSWORD, t[i].own_role);
		user = t[i].webitel_role ? make_other(&my, t[i].webitel_role) : who.user;
		EXPECT_VERDICT(t[i].row, give(&my, &who, &user, t[i].field, t[i].value, &flaw),
		    t[i].wrong ? V_INVALID : 0);
		if (t[i].wrong)
			EXPECT_STRING(t[i].row, flaw.field, t[i].wrong);
		box_close(&my);
	}
}

/* Nor by a new user. */
static void
added(void)
{
	static const struct { const char *row, *own_role, *role, *webitel_role, *wrong; } t[] = {
		{ "a user", "", "User", "", NULL },
		{ "an administrator", "", "Admin", "", NULL },
		{ "an administrator by one limited", "user", "Admin", "", "role" },
		{ "root", "", "User", "root", "webitel_role" },
		{ "root by root", "root", "User", "root", NULL },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct new_password next = { .text = PASSWORD, .len = strlen(PASSWORD) };
		struct user user = user_new(NOW_MS);
		struct admin_flaw flaw;
		struct identity who;
		struct box my;
		int r;

		box_open(&my, test_directory());
		who = make_admin_of(&my, ROWS_ADMIN, PASSWORD, t[i].own_role);
		strcpy(user.email, "other@example.com");
		strcpy(user.role, t[i].role);
		strcpy(user.webitel_role, t[i].webitel_role);
		r = admin_prepare_add(my.auth, &who, &user, &next, &flaw);
		if (!r)
			r = admin_add(my.auth, &user, &next, &flaw);
		EXPECT_VERDICT(t[i].row, r, t[i].wrong ? V_INVALID : 0);
		if (t[i].wrong)
			EXPECT_STRING(t[i].row, flaw.field, t[i].wrong);
		box_close(&my);
	}
}

static CU_TestInfo tests[] = {
	{ "the last one", last },
	{ "others", others },
	{ "each other", each_other },
	{ "leaving", leaving },
	{ "what is not given", gifts },
	{ "new users", added },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/admin", tests);
