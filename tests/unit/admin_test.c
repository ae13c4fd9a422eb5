// SPDX-License-Identifier: ISC
/* API 11.1: somebody who can administer remains. */
#include "auth/admin.h"

#include <string.h>

#include "auth/field.h"
#include "rows.h"
#include "unit.h"

/* An administrator, as if logged in. */
static struct identity
make_admin(struct box *my, const char *email, const char *password)
{
	struct identity who = box_user(my, email, password);

	strcpy(who.user.role, "Admin");
	box_must(store_user_set(my->auth->store, &who.user, field_bit(&user_kind, "role"), NOW_MS,
	    &who.user), "role");
	return who;
}

/* What administrators do to themselves and to each other, one after the other. */
enum what { SWITCH_OFF, DELETE, BURY, ROLE, NO_PASSWORD, NAME, EMAIL };

static int
act(struct box *my, const struct identity *who, const struct identity *user, enum what what)
{
	struct user_change change = { .user = user->user, .ends_password = what == NO_PASSWORD };
	const char *why;

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
	case EMAIL:
		strcpy(change.user.email, "other@example.com");
		change.mask = field_bit(&user_kind, "email");
		break;
	case NO_PASSWORD:
		break;
	}
	return admin_change(my->auth, who, &change, NOW_MS, &why);
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
		{ "an e-mail address", EMAIL, 0 },
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

static CU_TestInfo tests[] = {
	{ "the last one", last },
	{ "others", others },
	{ "each other", each_other },
	{ "leaving", leaving },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/admin", tests);
