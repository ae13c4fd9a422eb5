// SPDX-License-Identifier: ISC
/* tests/contract/identity_contract.c - HA1B, ids at providers, and fields filled once. */
#include "contract.h"

#include <string.h>

#define BIT(name) contract_bit(&user_kind, name)

/* The number of the user with this HA1B digest, or 0 if there is none. */
static unsigned
found_by_ha1b(struct store *st, const char *ha1b)
{
	struct user out;

	if (store_user_find(st, IDENTITY_HA1B, ha1b, &out))
		return 0;
	for (unsigned n = 1; n < 10; n++) {
		struct uuid id = contract_uuid(n);

		if (uuid_equal(&out.id, &id))
			return n;
	}
	return 99;
}

/* Two users, the first with the HA1B digest "one". */
static struct store *
open_two(void)
{
	struct store *st = contract_open();
	struct password password = contract_password(1);

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	EXPECT_VERDICT("first", store_user_password(st, &password, contract_ha1b(1, "one"), 2, false),
	    0);
	EXPECT_INT("first", found_by_ha1b(st, "one"), 1);
	return st;
}

static void
ha1b_of_password(void)
{
	GUARD(store_close) struct store *st = open_two();
	struct password first = contract_password(1), second = contract_password(2), out;
	struct user user;

	EXPECT_VERDICT("as a login", store_user_find(st, IDENTITY_LOGIN, "one", &user),
	    V_NOT_FOUND);
	EXPECT_INT("longer", found_by_ha1b(st, "one1"), 0);
	EXPECT_INT("shorter", found_by_ha1b(st, "on"), 0);
	EXPECT_INT("nobody", found_by_ha1b(st, ""), 0);
	EXPECT_VERDICT("repeated", store_user_password(st, &first, contract_ha1b(1, "one"), 2, false),
	    0);
	EXPECT_INT("repeated", found_by_ha1b(st, "one"), 1);

	strcpy(second.hash, "$refused");
	EXPECT_VERDICT("another's", store_user_password(st, &second, contract_ha1b(2, "one"), 7, true),
	    V_EXISTS);
	EXPECT_INT("left alone", found_by_ha1b(st, "one"), 1);
	EXPECT_VERDICT("left alone", store_password_get(st, &second.user, &out), 0);
	EXPECT_STRING("left alone", out.hash, "$test$2");
	EXPECT_VERDICT("left alone", store_user_get(st, &second.user, &user), 0);
	EXPECT_INT("left alone", (int64_t)user.gen, (int64_t)contract_user(2).gen);

	EXPECT_VERDICT("its own", store_user_password(st, &second, contract_ha1b(2, "two"), 7, false),
	    0);
	EXPECT_INT("its own", found_by_ha1b(st, "two"), 2);
	EXPECT_VERDICT("changed", store_user_password(st, &first, contract_ha1b(1, "uno"), 3, false),
	    0);
	EXPECT_INT("new one", found_by_ha1b(st, "uno"), 1);
	EXPECT_INT("old one", found_by_ha1b(st, "one"), 0);
	EXPECT_VERDICT("free again", store_user_password(st, &second, contract_ha1b(2, "one"), 8, false),
	    0);
	EXPECT_INT("free again", found_by_ha1b(st, "one"), 2);
	EXPECT_VERDICT("taken away", store_user_password(st, &first, NULL, 4, false), 0);
	EXPECT_INT("taken away", found_by_ha1b(st, "uno"), 0);
	EXPECT_VERDICT("none twice", store_user_password(st, &second, NULL, 9, false), 0);
}

static void
ha1b_of_rehash(void)
{
	GUARD(store_close) struct store *st = open_two();
	struct password second = contract_password(2), out;
	struct user user;

	strcpy(second.hash, "$better");
	EXPECT_VERDICT("not its hash", store_user_rehash(st, &second, contract_ha1b(2, "two"), "$other"),
	    V_CHANGED);
	EXPECT_INT("not its hash", found_by_ha1b(st, "two"), 0);
	EXPECT_VERDICT("another's", store_user_rehash(st, &second, contract_ha1b(2, "one"), "$test$2"),
	    V_EXISTS);
	EXPECT_INT("left alone", found_by_ha1b(st, "one"), 1);
	EXPECT_VERDICT("left alone", store_password_get(st, &second.user, &out), 0);
	EXPECT_STRING("left alone", out.hash, "$test$2");
	EXPECT_VERDICT("another's, not its hash", store_user_rehash(st, &second, contract_ha1b(2, "one"),
	    "$other"),
	    V_CHANGED);
	EXPECT_VERDICT("its own", store_user_rehash(st, &second, contract_ha1b(2, "two"), "$test$2"),
	    0);
	EXPECT_INT("its own", found_by_ha1b(st, "two"), 2);
	EXPECT_VERDICT("the same", store_user_rehash(st, &second, contract_ha1b(2, "two"), "$better"),
	    0);
	EXPECT_VERDICT("another", store_user_rehash(st, &second, contract_ha1b(2, "dos"), "$better"),
	    0);
	EXPECT_INT("another", found_by_ha1b(st, "dos"), 2);
	EXPECT_INT("another", found_by_ha1b(st, "two"), 0);
	EXPECT_VERDICT("user", store_user_get(st, &second.user, &user), 0);
	EXPECT_INT("JWTs stay", (int64_t)user.gen, (int64_t)contract_user(2).gen);
	EXPECT_INT("not modified", user.modified_ms, contract_user(2).modified_ms);
	EXPECT_VERDICT("none", store_user_rehash(st, &second, NULL, "$better"), 0);
	EXPECT_INT("none", found_by_ha1b(st, "dos"), 0);
}

static void
ha1b_of_add(void)
{
	GUARD(store_close) struct store *st = open_two();
	struct password password = contract_password(3);
	struct user user = contract_user(3);

	strcpy(user.ha1b, "one");
	EXPECT_VERDICT("another's", store_user_add(st, &user, &password), V_EXISTS);
	strcpy(user.ha1b, "three");
	EXPECT_VERDICT("its own", store_user_add(st, &user, &password), 0);
	EXPECT_INT("its own", found_by_ha1b(st, "three"), 3);
	EXPECT_VERDICT("repeated", store_user_add(st, &user, &password), 0);
	user.ha1b[0] = '\0';
	EXPECT_VERDICT("without", store_user_add(st, &user, &password), V_EXISTS);
}

static int
change(struct store *st, const char *email, const char *sip_login, uint64_t mask)
{
	struct user user = contract_user(1), after;

	strcpy(user.email, email);
	strcpy(user.sip_login, sip_login);
	strcpy(user.first_name, "New");
	return store_user_set(st, &user, mask, 50, &after);
}

static int
change_email(struct store *st)
{
	return change(st, "new@example.org", "", BIT("email"));
}

static int
change_sip(struct store *st)
{
	return change(st, "", "new@sip.example.org", BIT("sip_login"));
}

static int
change_both(struct store *st)
{
	return change(st, "new@example.org", "new@sip.example.org",
	    BIT("email") | BIT("sip_login"));
}

static int
change_nothing(struct store *st)
{
	struct user user = contract_user(1);

	return change(st, user.email, user.sip_login, BIT("email") | BIT("sip_login"));
}

static int
change_name(struct store *st)
{
	return change(st, "", "", BIT("first_name"));
}

static int
change_to_taken(struct store *st)
{
	return change(st, contract_user(2).email, "", BIT("email"));
}

static int
disable(struct store *st)
{
	struct uuid id = contract_uuid(1);

	return store_user_disable(st, &id, 3, 50);
}

static int
enable(struct store *st)
{
	struct uuid id = contract_uuid(1);

	return store_user_enable(st, &id, 60);
}

static int
disable_and_enable(struct store *st)
{
	int r = disable(st);

	return r ? r : enable(st);
}

static int
logout(struct store *st)
{
	struct uuid id = contract_uuid(1);
	uint64_t count;

	return store_user_logout(st, &id, 3, 50, &count);
}

static int
delete(struct store *st)
{
	struct uuid id = contract_uuid(1);

	return store_user_delete(st, &id, false, 50);
}

static int
bury(struct store *st)
{
	struct uuid id = contract_uuid(1);

	return store_user_delete(st, &id, true, 50);
}

static void
ha1b_ends(void)
{
	static const struct {
		const char *row;
		int (*run)(struct store *);
		int want;
		unsigned found;		/* by the HA1B, after it */
	} t[] = {
		{ "e-mail",         change_email,       0,        0 },
		{ "SIP login",      change_sip,         0,        0 },
		{ "both",           change_both,        0,        0 },
		{ "the same again", change_nothing,     0,        1 },
		{ "another field",  change_name,        0,        1 },
		{ "refused",        change_to_taken,    V_EXISTS, 1 },
		{ "disable",        disable,            0,        0 },
		{ "enable again",   disable_and_enable, 0,        0 },
		{ "enable",         enable,             0,        1 },
		{ "logout",         logout,             0,        1 },
		{ "delete",         delete,             0,        0 },
		{ "delete, kept",   bury,               0,        0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = open_two();
		struct password second = contract_password(2);

		EXPECT_VERDICT(t[i].row, t[i].run(st), t[i].want);
		EXPECT_INT(t[i].row, found_by_ha1b(st, "one"), t[i].found);
		EXPECT_VERDICT(t[i].row, store_user_password(st, &second, contract_ha1b(2, "one"), 7,
	    false),
		    t[i].found ? V_EXISTS : 0);
		EXPECT_INT(t[i].row, found_by_ha1b(st, "one"), t[i].found ? t[i].found : 2);
	}
}

/* The first user when a HA1B comes that was made before. */
struct moment {
	const char *row;
	const char *email, *sip_login;	/* what it has by then; NULL: as before */
	bool is_disabled;
	const char *made_for;		/* the former SIP login or e-mail, or another login */
	unsigned found;			/* by the HA1B afterwards */
};

static const struct moment moments[] = {
	{ "as it was", NULL, NULL, false, "sip", 1 },
	{ "of the other login", NULL, NULL, false, "email", 0 },
	{ "another e-mail", "new@example.org", NULL, false, "sip", 1 },
	{ "another SIP login", NULL, "new@sip.example.org", false, "sip", 0 },
	{ "of the new SIP login", NULL, "new@sip.example.org", false, "new@sip.example.org", 1 },
	{ "no SIP login any more", NULL, "", false, "sip", 0 },
	{ "of the e-mail", NULL, "", false, "email", 1 },
	{ "another e-mail alone", "new@example.org", "", false, "email", 0 },
	{ "of no login", NULL, NULL, false, "", 0 },
	{ "disabled", NULL, NULL, true, "sip", 0 },
};

/* Takes the first user there, and fills *made; the user as it is then. */
static struct user
come_to(struct store *st, const struct moment *at, struct ha1b *made)
{
	struct user user = contract_user(1), after;

	*made = *contract_ha1b(1, "new");
	strcpy(made->login, strcmp(at->made_for, "sip") == 0 ? user.sip_login :
	    strcmp(at->made_for, "email") == 0 ? user.email : at->made_for);
	if (at->email)
		strcpy(user.email, at->email);
	if (at->sip_login)
		strcpy(user.sip_login, at->sip_login);
	EXPECT_VERDICT(at->row, store_user_set(st, &user, BIT("email") | BIT("sip_login"), 40,
	    &after), 0);
	if (at->is_disabled)
		EXPECT_VERDICT(at->row, store_user_disable(st, &user.id, 3, 50), 0);
	return user;
}

static void
ha1b_of_login(void)
{
	for (size_t i = 0; i < NELEM(moments); i++) {
		for (int rehash = 0; rehash < 2; rehash++) {
			GUARD(store_close) struct store *st = open_two();
			struct password password = contract_password(1);
			struct ha1b made;

			come_to(st, &moments[i], &made);
			EXPECT_VERDICT(moments[i].row, rehash ?
			    store_user_rehash(st, &password, &made, "$test$1") :
			    store_user_password(st, &password, &made, 7, false), 0);
			EXPECT_INT(moments[i].row, found_by_ha1b(st, "new"), moments[i].found);
			EXPECT_INT("no other", found_by_ha1b(st, "one"), 0);
		}
	}
}

/* In a batch it is of the login of the user that is written, whatever of that changes. */
static void
ha1b_of_batch(void)
{
	for (size_t i = 0; i < NELEM(moments); i++) {
		for (int alone = 0; alone < 2; alone++) {
			GUARD(store_close) struct store *st = open_two();
			struct user_write write = { .mask = BIT(alone ? "ha1b" : "first_name") };
			struct ha1b made;

			come_to(st, &moments[i], &made);
			write.user = contract_user(1);
			*write.user.email = '\0';
			strcpy(write.user.sip_login, made.login);
			strcpy(write.user.ha1b, made.index);
			if (!alone)
				write.password = contract_password(1);
			EXPECT_VERDICT(moments[i].row, store_users_write(st, &write, 1, 60), 0);
			EXPECT_INT(moments[i].row, found_by_ha1b(st, "new"), moments[i].found);
		}
	}
}

/* What comes together with a new login, or enables the user, is of that. */
static void
ha1b_together(void)
{
	static const struct moment disabled = { "disabled", NULL, NULL, true, "sip", 0 };
	struct user_write write = { .turn = ENABLE, .password = contract_password(1) };
	GUARD(store_close) struct store *st = open_two();
	struct ha1b made;

	write.user = come_to(st, &disabled, &made);
	write.mask = BIT("sip_login");
	strcpy(write.user.sip_login, "new@sip.example.org");
	strcpy(write.user.ha1b, "new");
	EXPECT_VERDICT("both", store_users_write(st, &write, 1, 60), 0);
	EXPECT_INT("both", found_by_ha1b(st, "new"), 1);
	write.turn = DISABLE;
	EXPECT_VERDICT("disable", store_users_write(st, &write, 1, 60), 0);
	EXPECT_INT("disable", found_by_ha1b(st, "new"), 0);
}

static void
oidc(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct user user = contract_user(1), after, out;
	uint64_t mask = BIT("oidc_user_id");

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	EXPECT_VERDICT("nobody", store_user_find(st, IDENTITY_OIDC, "", &out), V_NOT_FOUND);
	strcpy(user.oidc_user_id, "work:1");
	EXPECT_VERDICT("set", store_user_set(st, &user, mask, 50, &after), 0);
	EXPECT_VERDICT("found", store_user_find(st, IDENTITY_OIDC, "work:1", &out), 0);
	EXPECT_TRUE("found", record_same(&user_kind, &out, &after));
	EXPECT_VERDICT("another kind", store_user_find(st, IDENTITY_GOOGLE, "work:1", &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("other provider", store_user_find(st, IDENTITY_OIDC, "home:1", &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("other case", store_user_find(st, IDENTITY_OIDC, "Work:1", &out),
	    V_NOT_FOUND);
	user.id = contract_uuid(2);
	EXPECT_VERDICT("taken", store_user_set(st, &user, mask, 50, &after), V_EXISTS);
	strcpy(user.oidc_user_id, "g1");
	EXPECT_VERDICT("as another's google", store_user_set(st, &user, mask, 50, &after), 0);
	EXPECT_VERDICT("google stays", store_user_find(st, IDENTITY_GOOGLE, "g1", &out), 0);
	EXPECT_STRING("of the first", out.email, contract_user(1).email);
	EXPECT_VERDICT("delete", store_user_delete(st, &user.id, false, 50), 0);
	EXPECT_VERDICT("gone", store_user_find(st, IDENTITY_OIDC, "g1", &out), V_NOT_FOUND);
}

/* The places are alike: an id in any of them is the user's, and nobody else's. */
static void
oidc_places(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct user user = contract_user(1), after, out;
	uint64_t second = BIT("oidc_user_id_2"), last = BIT("oidc_user_id_4");

	contract_add_user(st, 1);
	contract_add_user(st, 2);
	strcpy(user.oidc_user_id_2, "work:1");
	strcpy(user.oidc_user_id_4, "home:1");
	EXPECT_VERDICT("set", store_user_set(st, &user, second | last, 50, &after), 0);
	EXPECT_VERDICT("second", store_user_find(st, IDENTITY_OIDC, "work:1", &out), 0);
	EXPECT_VERDICT("last", store_user_find(st, IDENTITY_OIDC, "home:1", &out), 0);
	EXPECT_TRUE("found", record_same(&user_kind, &out, &after));
	strcpy(user.oidc_user_id_2, "home:1");
	strcpy(user.oidc_user_id_4, "work:1");
	EXPECT_VERDICT("changed round", store_user_set(st, &user, second | last, 60, &after), 0);
	EXPECT_VERDICT("second", store_user_find(st, IDENTITY_OIDC, "work:1", &out), 0);
	EXPECT_VERDICT("last", store_user_find(st, IDENTITY_OIDC, "home:1", &out), 0);
	strcpy(user.oidc_user_id_4, "home:1");
	EXPECT_VERDICT("twice the same", store_user_set(st, &user, last, 70, &after), 0);
	user.oidc_user_id_4[0] = '\0';
	EXPECT_VERDICT("once again", store_user_set(st, &user, last, 80, &after), 0);
	EXPECT_VERDICT("stays", store_user_find(st, IDENTITY_OIDC, "home:1", &out), 0);
	EXPECT_VERDICT("gone", store_user_find(st, IDENTITY_OIDC, "work:1", &out), V_NOT_FOUND);
	user = contract_user(2);
	strcpy(user.oidc_user_id, "home:1");
	EXPECT_VERDICT("taken", store_user_set(st, &user, BIT("oidc_user_id"), 90, &after),
	    V_EXISTS);
	EXPECT_VERDICT("delete", store_user_delete(st, &out.id, false, 90), 0);
	EXPECT_VERDICT("free", store_user_set(st, &user, BIT("oidc_user_id"), 90, &after), 0);
}

static void
fill(void)
{
	static const struct {
		const char *row, *email, *google;
		const char *fields[3];
		int want;
	} t[] = {
		{ "empty one",      "", "g9", { "gmail_user_id" },               0 },
		{ "two empty ones", "", "g9", { "gmail_user_id", "first_name" }, 0 },
		{ "full one",       "", "g9", { "email" },                       V_CHANGED },
		{ "empty and full", "", "g9", { "gmail_user_id", "email" },      V_CHANGED },
		{ "the same text",  "user1@example.org", "g9", { "email" },      V_CHANGED },
		{ "another's",      "", "g2", { "gmail_user_id" },               V_EXISTS },
		{ "both",           "", "g2", { "gmail_user_id", "email" },      V_CHANGED },
		{ "with nothing",   "", "",   { "gmail_user_id" },               0 },
		{ "no field",       "", "g9", { NULL },                          0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(store_close) struct store *st = contract_open();
		struct user none = contract_user(1), user, after;
		struct password password = contract_password(1);
		uint64_t mask = 0;

		none.gmail_user_id[0] = '\0';
		EXPECT_VERDICT(t[i].row, store_user_add(st, &none, &password), 0);
		contract_add_user(st, 2);
		user = contract_user(1);
		strcpy(user.email, t[i].email);
		strcpy(user.gmail_user_id, t[i].google);
		strcpy(user.first_name, "Filled");
		for (size_t k = 0; k < NELEM(t[i].fields) && t[i].fields[k]; k++)
			mask |= BIT(t[i].fields[k]);
		contract_taint(&after, sizeof after);
		EXPECT_VERDICT(t[i].row, store_user_fill(st, &user, mask, 50, &after), t[i].want);
		if (t[i].want) {
			EXPECT_TRUE(t[i].row, contract_untouched(&after, sizeof after));
			EXPECT_VERDICT(t[i].row, store_user_get(st, &user.id, &after), 0);
			EXPECT_TRUE(t[i].row, record_same(&user_kind, &after, &none));
			continue;
		}
		EXPECT_INT(t[i].row, after.modified_ms,
		    record_has_any(&user_kind, &user, mask) ? 50 : none.modified_ms);
		EXPECT_STRING(t[i].row, after.gmail_user_id,
		    mask & BIT("gmail_user_id") ? t[i].google : "");
		EXPECT_STRING(t[i].row, after.first_name,
		    mask & BIT("first_name") ? "Filled" : none.first_name);
		EXPECT_STRING(t[i].row, after.email, none.email);
	}
}

static void
fill_once(void)
{
	GUARD(store_close) struct store *st = contract_open();
	struct user user = contract_user(1), after, out;
	uint64_t mask = BIT("oidc_user_id");

	strcpy(user.oidc_user_id, "work:1");
	EXPECT_VERDICT("nobody", store_user_fill(st, &user, mask, 50, &after), V_NOT_FOUND);
	contract_add_user(st, 1);
	EXPECT_VERDICT("first", store_user_fill(st, &user, mask, 50, &after), 0);
	EXPECT_VERDICT("again", store_user_fill(st, &user, mask, 60, &after), V_CHANGED);
	strcpy(user.oidc_user_id, "work:2");
	EXPECT_VERDICT("another", store_user_fill(st, &user, mask, 60, &after), V_CHANGED);
	EXPECT_VERDICT("not there", store_user_find(st, IDENTITY_OIDC, "work:2", &out),
	    V_NOT_FOUND);
	EXPECT_VERDICT("the first", store_user_find(st, IDENTITY_OIDC, "work:1", &out), 0);
	EXPECT_INT("unchanged", out.modified_ms, 50);
	EXPECT_VERDICT("set goes on", store_user_set(st, &user, mask, 70, &after), 0);
	EXPECT_VERDICT("set goes on", store_user_find(st, IDENTITY_OIDC, "work:2", &out), 0);
	user.oidc_user_id[0] = '\0';
	EXPECT_VERDICT("emptied", store_user_set(st, &user, mask, 80, &after), 0);
	strcpy(user.oidc_user_id, "work:3");
	EXPECT_VERDICT("filled again", store_user_fill(st, &user, mask, 90, &after), 0);
}

CU_TestInfo identity_tests[] = {
	{ "HA1B of a password", ha1b_of_password },
	{ "HA1B of a rehash", ha1b_of_rehash },
	{ "HA1B of a login", ha1b_of_login },
	{ "HA1B of a batch", ha1b_of_batch },
	{ "HA1B with a login", ha1b_together },
	{ "HA1B of a new user", ha1b_of_add },
	{ "end of a HA1B", ha1b_ends },
	{ "OpenID", oidc },
	{ "OpenID at several providers", oidc_places },
	{ "fill", fill },
	{ "fill once", fill_once },
	CU_TEST_INFO_NULL,
};
