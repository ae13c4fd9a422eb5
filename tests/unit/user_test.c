// SPDX-License-Identifier: ISC
#include "auth/account.h"
#include "auth/user.h"
#include "auth/user_login.h"

#include <string.h>

#include <sodium.h>

#include "auth/field.h"
#include "auth/foreign.h"
#include "auth/ha1b.h"

#include "service/box.h"
#include "unit.h"

static int
login(struct box *my, const char *email, const char *password)
{
	struct outcome outcome = { .wait_s = 0 };
	struct login login = { .source = "192.0.2.1", .names = LOGIN_BY_EMAIL, .name = email,
	    .password = password, .len = strlen(password),
	    .outcome = &outcome };
	struct user user;

	return user_login(my->auth, &login, NOW_MS, &user);
}

static void
logins(void)
{
	static const struct { const char *row, *email, *password; int want; } rows[] = {
		{ "right", ALICE, PASSWORD, 0 },
		{ "capitals", "ALICE@Example.COM", PASSWORD, 0 },
		{ "wrong password", ALICE, "wrong horse", V_WRONG_CREDENTIAL },
		{ "no password", ALICE, "", V_WRONG_CREDENTIAL },
		{ "blank after", ALICE, PASSWORD " ", V_WRONG_CREDENTIAL },
		{ "unknown", "carol@example.com", PASSWORD, V_NOT_FOUND },
		{ "nobody", "", PASSWORD, V_NOT_FOUND },
		{ "nobody, nothing", "", "", V_NOT_FOUND },
		{ "blank after the name", ALICE " ", PASSWORD, 0 },
		{ "blanks after an unknown name", "carol@example.com  ", PASSWORD,
		    V_NOT_FOUND },
		{ "blank before the name", " " ALICE, PASSWORD, V_NOT_FOUND },
		{ "blank in the name", "alice @example.com", PASSWORD, V_NOT_FOUND },
		{ "half a name", "alice", PASSWORD, V_NOT_FOUND },
		{ "has no password", "bob@example.com", "", V_WRONG_CREDENTIAL },
		{ "has no password, but one is sent", "bob@example.com", "x", V_WRONG_CREDENTIAL },
		{ "SIP login", "100@sip.example.com", PASSWORD, V_NOT_FOUND },
	};
	char longest[LOGIN_SIZE + 10];
	struct user after;
	const char *why;
	struct box my;
	int index = field_index(&user_kind, "sip_login");

	box_open(&my, test_directory());
	box_user(&my, "bob@example.com", NULL);
	EXPECT_VERDICT("sip", user_set_field(&my.alice.user, "sip_login", "100@sip.example.com",
	    &why), 0);
	EXPECT_VERDICT("sip", store_user_set(my.auth->store, &my.alice.user, (uint64_t)1 << index,
	    NOW_MS, &after), 0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, login(&my, rows[i].email, rows[i].password),
		    rows[i].want);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	EXPECT_VERDICT("too long a name", login(&my, longest, PASSWORD), V_NOT_FOUND);
	EXPECT_VERDICT("disable", user_disable(my.auth, &my.alice.user.id, NOW_MS), 0);
	EXPECT_VERDICT("disabled", login(&my, ALICE, PASSWORD), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("enable", store_user_enable(my.auth->store, &my.alice.user.id, NOW_MS),
	    0);
	EXPECT_INT("enabled", login(&my, ALICE, PASSWORD), 0);
	EXPECT_VERDICT("delete", store_user_delete(my.auth->store, &my.alice.user.id, true,
	    NOW_MS), 0);
	EXPECT_VERDICT("deleted", login(&my, ALICE, PASSWORD), V_NOT_FOUND);
	box_close(&my);
}

static void
rehashed(void)
{
	struct password before, after;
	struct box my;
	uint64_t gen;

	box_open(&my, test_directory());
	gen = box_alice(&my).gen;
	EXPECT_VERDICT("hash", store_password_get(my.auth->store, &my.alice.user.id, &before), 0);
	EXPECT_INT("login", login(&my, ALICE, PASSWORD), 0);
	EXPECT_VERDICT("hash", store_password_get(my.auth->store, &my.alice.user.id, &after), 0);
	EXPECT_STRING("the same cost, the same hash", after.hash, before.hash);
	my.auth->cost.iterations = 2;
	EXPECT_VERDICT("wrong", login(&my, ALICE, "wrong horse"), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("hash", store_password_get(my.auth->store, &my.alice.user.id, &after), 0);
	EXPECT_STRING("never by a wrong password", after.hash, before.hash);
	EXPECT_INT("login", login(&my, ALICE, PASSWORD), 0);
	EXPECT_VERDICT("hash", store_password_get(my.auth->store, &my.alice.user.id, &after), 0);
	EXPECT_TRUE("of the new cost", strstr(after.hash, "$m=8192,t=2,p=1$") != NULL);
	EXPECT_TRUE("JWTs go on", box_alice(&my).gen == gen);
	EXPECT_INT("login", login(&my, ALICE, PASSWORD), 0);
	box_close(&my);
}

/* A hash of another system is good for logins, and the first of them replaces it. */
static void
foreign_hashes(void)
{
	static const char right[] = "correct horse";
	static const char *const hashes[] = {
		"$2y$05$/xtZA6VfYbEKlbpk7Mrel.C4zKx6qU.mBcgq1B9NXq8xONgXglesm",
		"$P$BZOcoyBNlagk6NCZUwv/LGkM/F6An11",
		"{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=",
	};
	struct password stored, after;
	const char *why;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(hashes); i++) {
		stored = (struct password){ .user = my.alice.user.id, .set_ms = NOW_MS };
		EXPECT_VERDICT(hashes[i], foreign_take(hashes[i], FOREIGN_WEAK, &my.auth->cost,
		    stored.hash, &why), 0);
		EXPECT_VERDICT(hashes[i], store_user_password(my.auth->store, &stored, NULL,
		    box_alice(&my).gen, false), 0);
		EXPECT_VERDICT(hashes[i], login(&my, ALICE, "correct horsf"), V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("hash", store_password_get(my.auth->store, &stored.user, &after), 0);
		EXPECT_STRING("never by a wrong password", after.hash, stored.hash);
		EXPECT_VERDICT(hashes[i], login(&my, ALICE, right), 0);
		EXPECT_VERDICT("hash", store_password_get(my.auth->store, &stored.user, &after), 0);
		EXPECT_TRUE(hashes[i], strncmp(after.hash, "$argon2id$v=19$m=8192,", 22) == 0);
		EXPECT_VERDICT("again", login(&my, ALICE, right), 0);
		EXPECT_VERDICT("wrong", login(&my, ALICE, "correct horsf"), V_WRONG_CREDENTIAL);
	}
	box_close(&my);
}

/* "crème brûlée" in NFC and NFD, and with a no-break space. */
#define COMPOSED "cr\xc3\xa8me br\xc3\xbbl\xc3\xa9" "e"
#define DECOMPOSED "cre\xcc\x80me bru\xcc\x82le\xcc\x81" "e"
#define HALF "cr\xc3\xa8me bru\xcc\x82l\xc3\xa9" "e"
#define FOREIGN_BLANK "cr\xc3\xa8me\xc2\xa0" "br\xc3\xbbl\xc3\xa9" "e"
#define LATIN1 "cr\xe8me br\xfbl\xe9" "e"

/* Set in one form, typed in any: they are one password, and one HA1B. */
static void
forms_of_passwords(void)
{
	static const char *const forms[] = { COMPOSED, DECOMPOSED, HALF, FOREIGN_BLANK };
	struct ha1b ha1b;
	const char *why;
	struct box my;

	box_open(&my, test_directory());
	for (size_t set = 0; set < NELEM(forms); set++) {
		EXPECT_VERDICT(forms[set], user_set_password(my.auth, &my.alice.user.id, forms[set],
		    strlen(forms[set]), false, NOW_MS, &why), 0);
		EXPECT_VERDICT("HA1B", ha1b_index(my.auth, &my.alice.user, COMPOSED,
		    strlen(COMPOSED), &ha1b), 0);
		EXPECT_STRING(forms[set], box_alice(&my).ha1b, ha1b.index);
		for (size_t typed = 0; typed < NELEM(forms); typed++)
			EXPECT_VERDICT(forms[typed], login(&my, ALICE, forms[typed]), 0);
		EXPECT_VERDICT("no accents", login(&my, ALICE, "creme brulee"),
		    V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("bytes that are no UTF-8", login(&my, ALICE, LATIN1),
		    V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("two blanks", login(&my, ALICE,
		    "cr\xc3\xa8me  br\xc3\xbbl\xc3\xa9" "e"), V_WRONG_CREDENTIAL);
	}
	box_close(&my);
}

/* Gives Alice the hash that an older version made, of the very bytes; and her HA1B. */
static void
store_as_typed(struct box *my, const char *typed)
{
	struct password stored = { .user = my->alice.user.id, .set_ms = NOW_MS };
	struct user alice = box_alice(my);

	EXPECT_INT("hash", crypto_pwhash_str_alg(stored.hash, typed, strlen(typed),
	    my->auth->cost.iterations, my->auth->cost.memory_bytes,
	    crypto_pwhash_ALG_ARGON2ID13), 0);
	EXPECT_VERDICT("stored", store_user_password(my->auth->store, &stored,
	    &(struct ha1b){ "0123", ALICE }, alice.gen, false), 0);
}

/*
 * Hashes of bytes that are not in form stay valid, for those bytes alone, until the
 * first login replaces them: from then on any form is accepted.
 */
static void
older_hashes(void)
{
	static const char *const olds[] = { DECOMPOSED, HALF, FOREIGN_BLANK };
	struct password before, after;
	struct box my;
	uint64_t gen;

	box_open(&my, test_directory());
	store_as_typed(&my, COMPOSED);
	EXPECT_VERDICT("in form already", login(&my, ALICE, DECOMPOSED), 0);
	for (size_t i = 0; i < NELEM(olds); i++) {
		store_as_typed(&my, olds[i]);
		gen = box_alice(&my).gen;
		EXPECT_VERDICT(olds[i], login(&my, ALICE, COMPOSED), V_WRONG_CREDENTIAL);
		EXPECT_VERDICT(olds[i], login(&my, ALICE, olds[(i + 1) % NELEM(olds)]),
		    V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("hash", store_password_get(my.auth->store, &my.alice.user.id,
		    &before), 0);
		EXPECT_VERDICT(olds[i], login(&my, ALICE, olds[i]), 0);
		EXPECT_VERDICT("hash", store_password_get(my.auth->store, &my.alice.user.id,
		    &after), 0);
		EXPECT_TRUE("made anew", strcmp(before.hash, after.hash) != 0);
		EXPECT_VERDICT("in form", login(&my, ALICE, COMPOSED), 0);
		EXPECT_VERDICT("as before", login(&my, ALICE, olds[i]), 0);
		EXPECT_TRUE("HA1B too", strcmp(box_alice(&my).ha1b, "0123") != 0);
		EXPECT_TRUE("JWTs go on", box_alice(&my).gen == gen);
	}
	box_close(&my);
}

#define UMLAUT "b\xc3\xbc" "cher.example"
#define A_LABEL "xn--bcher-kva.example"

/* A domain is one, as people and as DNS write it; so are two users of it. */
static void
forms_of_names(void)
{
	static const char *const names[] = { "carol@" UMLAUT, "carol@" A_LABEL,
	    "Carol@B\xc3\x9c" "CHER.example", "carol@bu\xcc\x88" "cher.example",
	    "carol@" UMLAUT " " };
	struct user user, found;
	const char *why;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(names); i++) {
		user = user_new(NOW_MS);
		EXPECT_VERDICT(names[i], user_set_field(&user, "email", names[i], &why), 0);
		EXPECT_STRING(names[i], user.email, "carol@" A_LABEL);
		EXPECT_VERDICT(names[i], user_add(my.auth, &user, "12345678", 8, &why),
		    i ? V_EXISTS : 0);
	}
	for (size_t i = 0; i < NELEM(names); i++) {
		EXPECT_VERDICT(names[i], login(&my, names[i], "12345678"), 0);
		EXPECT_VERDICT(names[i], user_by_email(my.auth, names[i], &found), 0);
		EXPECT_VERDICT(names[i], user_lookup(my.auth, names[i], &found), 0);
	}
	EXPECT_VERDICT("another domain", login(&my, "carol@bucher.example", "12345678"),
	    V_NOT_FOUND);
	box_close(&my);
}

/* Users of before, whose domain was stored as it was typed, are found as before. */
static void
older_names(void)
{
	struct user user = user_new(NOW_MS), other = user_new(NOW_MS), found;
	const char *why;
	struct box my;

	box_open(&my, test_directory());
	strcpy(user.email, "dora@" UMLAUT);
	EXPECT_VERDICT("stored", store_user_add(my.auth->store, &user,
	    &(struct password){ .user = user.id }), 0);
	EXPECT_VERDICT("set", user_set_password(my.auth, &user.id, "12345678", 8, false,
	    NOW_MS, &why), 0);
	EXPECT_VERDICT("as stored", login(&my, "dora@" UMLAUT, "12345678"), 0);
	EXPECT_VERDICT("as DNS has it", login(&my, "dora@" A_LABEL, "12345678"), 0);
	EXPECT_VERDICT("by e-mail", user_by_email(my.auth, "dora@" A_LABEL, &found), 0);
	EXPECT_TRUE("by e-mail", uuid_equal(&found.id, &user.id));
	EXPECT_VERDICT("a namesake", user_set_field(&other, "email", "dora@" A_LABEL, &why), 0);
	EXPECT_VERDICT("is refused", user_add(my.auth, &other, NULL, 0, &why), V_EXISTS);
	strcpy(other.email, "erna@example.com");
	EXPECT_VERDICT("a SIP login", user_set_field(&other, "sip_login", "dora@" UMLAUT, &why),
	    0);
	EXPECT_VERDICT("is refused", user_add(my.auth, &other, NULL, 0, &why), V_EXISTS);
	box_close(&my);
}

static void
adding(void)
{
	struct user user = user_new(NOW_MS), again;
	const char *why = NULL;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_TRUE("a generation that any JSON reader keeps", user.gen >> 53 == 0);
	EXPECT_VERDICT("no e-mail", user_add(my.auth, &user, "12345678", 8, &why), V_INVALID);
	EXPECT_STRING("no e-mail", why, "a user needs an e-mail");
	EXPECT_VERDICT("e-mail", user_set_field(&user, "email", "Bob@Example.com", &why), 0);
	why = NULL;
	EXPECT_VERDICT("short", user_add(my.auth, &user, "1234567", 7, &why), V_INVALID);
	EXPECT_TRUE("short", why != NULL);
	EXPECT_VERDICT("not added", user_lookup(my.auth, "bob@example.com", &again), V_NOT_FOUND);
	user.account = uuid_new();
	EXPECT_VERDICT("no such account", user_add(my.auth, &user, "12345678", 8, &why),
	    V_NOT_FOUND);
	memset(&user.account, 0, sizeof user.account);
	EXPECT_VERDICT("added", user_add(my.auth, &user, "12345678", 8, &why), 0);
	EXPECT_INT("login", login(&my, "bob@example.com", "12345678"), 0);
	again = user_new(NOW_MS);
	strcpy(again.email, user.email);
	EXPECT_VERDICT("exists", user_add(my.auth, &again, NULL, 0, &why), V_EXISTS);
	strcpy(again.email, "carol@example.com");
	strcpy(again.sip_login, user.email);
	EXPECT_VERDICT("exists as SIP login", user_add(my.auth, &again, NULL, 0, &why), V_EXISTS);
	box_close(&my);
}

static void
lookups(void)
{
	static const struct { const char *row, *name; int want; } rows[] = {
		{ "e-mail", ALICE, 0 }, { "capitals", "Alice@EXAMPLE.com", 0 },
		{ "unknown", "bob@example.com", V_NOT_FOUND }, { "nothing", "", V_NOT_FOUND },
		{ "unknown uuid", "00000000-0000-4000-8000-000000000000", V_NOT_FOUND },
	};
	struct account account = account_new(NOW_MS), found;
	char id[UUID_TEXT_SIZE], longest[LOGIN_SIZE + 50];
	struct box my;
	struct user user;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, user_lookup(my.auth, rows[i].name, &user),
		    rows[i].want);
	EXPECT_VERDICT("uuid", user_lookup(my.auth, uuid_text(id, &my.alice.user.id), &user), 0);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	EXPECT_VERDICT("too long", user_lookup(my.auth, longest, &user), V_NOT_FOUND);
	EXPECT_VERDICT("too long", account_lookup(my.auth, longest, &found), V_NOT_FOUND);
	EXPECT_VERDICT("no account", account_of_user(my.auth, &user, &found), V_NOT_FOUND);
	strcpy(account.name, "Acme");
	EXPECT_VERDICT("account", store_account_add(my.auth->store, &account), 0);
	EXPECT_VERDICT("by name", account_lookup(my.auth, "Acme", &found), 0);
	EXPECT_VERDICT("other letters", account_lookup(my.auth, "acme", &found), V_NOT_FOUND);
	EXPECT_VERDICT("nothing", account_lookup(my.auth, "", &found), V_NOT_FOUND);
	EXPECT_VERDICT("by uuid", account_lookup(my.auth, uuid_text(id, &account.id), &found), 0);
	user.account = account.id;
	EXPECT_VERDICT("of a user", account_of_user(my.auth, &user, &found), 0);
	box_close(&my);
}

static void
passwords(void)
{
	struct uuid unknown = uuid_new();
	const char *why = NULL;
	struct token token, gone;
	struct box my;

	box_open(&my, test_directory());
	box_token(&my, &my.alice, 600, &token);
	EXPECT_VERDICT("short", user_set_password(my.auth, &my.alice.user.id, "1234567", 7, true,
	    NOW_MS, &why), V_INVALID);
	EXPECT_TRUE("short", why != NULL);
	EXPECT_INT("the old one stays", login(&my, ALICE, PASSWORD), 0);
	EXPECT_VERDICT("of nobody", user_set_password(my.auth, &unknown, "12345678", 8, false,
	    NOW_MS, &why), V_NOT_FOUND);
	EXPECT_VERDICT("set", user_set_password(my.auth, &my.alice.user.id, "12345678", 8, false,
	    NOW_MS, &why), 0);
	EXPECT_INT("new", login(&my, ALICE, "12345678"), 0);
	EXPECT_VERDICT("old", login(&my, ALICE, PASSWORD), V_WRONG_CREDENTIAL);
	EXPECT_TRUE("JWTs end", box_alice(&my).gen != my.alice.user.gen);
	EXPECT_VERDICT("tokens stay", store_token_get(my.auth->store, &token.id, NOW_MS,
	    &gone), 0);
	EXPECT_VERDICT("with tokens", user_set_password(my.auth, &my.alice.user.id, "12345678", 8,
	    true, NOW_MS, &why), 0);
	EXPECT_VERDICT("tokens end", store_token_get(my.auth->store, &token.id, NOW_MS,
	    &gone), V_NOT_FOUND);
	box_close(&my);
}

static void
ends(void)
{
	struct uuid unknown = uuid_new();
	uint64_t tokens = 77, gen;
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_VERDICT("nobody", user_logout(my.auth, &unknown, NOW_MS, &tokens),
	    V_NOT_FOUND);
	EXPECT_INT("left alone", (int64_t)tokens, 77);
	EXPECT_VERDICT("nobody", user_disable(my.auth, &unknown, NOW_MS), V_NOT_FOUND);
	box_token(&my, &my.alice, 600, &token);
	EXPECT_VERDICT("logout", user_logout(my.auth, &my.alice.user.id, NOW_MS, &tokens), 0);
	EXPECT_INT("how many", (int64_t)tokens, 1);
	gen = box_alice(&my).gen;
	EXPECT_TRUE("another generation", gen != my.alice.user.gen);
	EXPECT_VERDICT("disable", user_disable(my.auth, &my.alice.user.id, NOW_MS), 0);
	EXPECT_TRUE("another generation", box_alice(&my).gen != gen);
	EXPECT_TRUE("not live", !user_is_live(&(struct user){ .disabled_ms = 1 }));
	EXPECT_TRUE("not live", !user_is_live(&(struct user){ .deleted_ms = 1 }));
	EXPECT_TRUE("live", user_is_live(&my.alice.user));
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "logins", logins },
	{ "rehashed", rehashed },
	{ "foreign hashes", foreign_hashes },
	{ "forms of passwords", forms_of_passwords },
	{ "older hashes", older_hashes },
	{ "forms of names", forms_of_names },
	{ "older names", older_names },
	{ "adding", adding },
	{ "lookups", lookups },
	{ "passwords", passwords },
	{ "ends", ends },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/user", tests);
