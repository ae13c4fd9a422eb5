// SPDX-License-Identifier: ISC
#include "auth/token.h"

#include <string.h>

#include "auth/user.h"
#include "service/box.h"
#include "unit.h"

static int
verify_later(struct box *my, const char *secret, int64_t later_ms)
{
	struct identity who;

	return token_verify(my->auth, secret, NOW_MS + later_ms, &who);
}

static void
made(void)
{
	struct identity who;
	struct token token;
	struct box my;
	const char *secret;

	box_open(&my, test_directory());
	secret = box_token(&my, &my.alice, 60, &token);
	EXPECT_INT("length", (int64_t)strlen(secret), TOKEN_LEN);
	EXPECT_INT("no dot", (int64_t)strcspn(secret, ".-_="), TOKEN_LEN);
	EXPECT_BYTES("head", token.head, secret, TOKEN_HEAD_LEN);
	EXPECT_INT("end", token.expires_ms, NOW_MS + 60000);
	EXPECT_VERDICT("verify", token_verify(my.auth, secret, NOW_MS, &who), 0);
	EXPECT_TRUE("who", uuid_equal(&who.user.id, &my.alice.user.id));
	EXPECT_TRUE("which", who.by_token && uuid_equal(&who.token, &token.id));
	EXPECT_INT("its end", who.token_expires_ms, token.expires_ms);
	EXPECT_INT("last millisecond", verify_later(&my, secret, 59999), 0);
	EXPECT_VERDICT("at its end", verify_later(&my, secret, 60000), V_ENDED);
	box_close(&my);
}

/* What the prefix is matters only to those made with it: the others go on. */
static void
prefixed(void)
{
	static const char *const prefixes[] = { "", "dwt_", "a123456789bcdef_", "dwt_", "" };
	const char *secrets[NELEM(prefixes)];
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	for (size_t i = 0; i < NELEM(prefixes); i++) {
		size_t len = strlen(prefixes[i]);

		my.conf->token_prefix = prefixes[i];
		secrets[i] = box_token(&my, &my.alice, 60, &token);
		EXPECT_BYTES("prefix", secrets[i], prefixes[i], len);
		EXPECT_VERDICT("get", token_get(my.auth, &my.alice, &token.id, NOW_MS, &token),
		    0);
		EXPECT_STRING("kept prefix", token.prefix, prefixes[i]);
		EXPECT_BYTES("head", token.head, secrets[i] + len, TOKEN_HEAD_LEN);
		EXPECT_VERDICT("alone", len ? verify_later(&my, secrets[i] + len, 0) :
		    V_WRONG_CREDENTIAL, V_WRONG_CREDENTIAL);
	}
	for (size_t i = 0; i < NELEM(prefixes); i++)
		EXPECT_VERDICT(prefixes[i], verify_later(&my, secrets[i], 0), 0);
	EXPECT_VERDICT("revoke", token_revoke(my.auth, &my.alice, secrets[1], NOW_MS, &token), 0);
	EXPECT_VERDICT("revoked", verify_later(&my, secrets[1], 0), V_ENDED);
	EXPECT_VERDICT("another", verify_later(&my, secrets[3], 0), 0);
	box_close(&my);
}

static void
refused(void)
{
	static const char *const rows[] = {
		"", "x", "000000000000000000000000000000000000000000000000", "a.b.c", "\xff",
		"'; drop table token", "../../../../../../etc/shadow",
	};
	struct token token;
	struct box my;
	char *secret;

	box_open(&my, test_directory());
	secret = arena_strdup(&my.mem, box_token(&my, &my.alice, 60, &token));
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i], verify_later(&my, rows[i], 0), V_WRONG_CREDENTIAL);
	for (size_t i = 0; i < TOKEN_LEN; i++) {
		char whole = secret[i];

		secret[i] = whole == 'a' ? 'b' : 'a';
		EXPECT_VERDICT("one character", verify_later(&my, secret, 0), V_WRONG_CREDENTIAL);
		secret[i] = '\0';
		EXPECT_VERDICT("cut", verify_later(&my, secret, 0), V_WRONG_CREDENTIAL);
		secret[i] = whole;
	}
	EXPECT_VERDICT("longer", verify_later(&my, arena_printf(&my.mem, "%sa", secret), 0),
	    V_WRONG_CREDENTIAL);
	EXPECT_INT("whole", verify_later(&my, secret, 0), 0);
	EXPECT_VERDICT("disable", user_disable(my.auth, &my.alice.user.id, NOW_MS), 0);
	EXPECT_VERDICT("disabled", verify_later(&my, secret, 0), V_ENDED);
	EXPECT_VERDICT("enable", store_user_enable(my.auth->store, &my.alice.user.id, NOW_MS),
	    0);
	EXPECT_INT("enabled again", verify_later(&my, secret, 0), 0);
	EXPECT_VERDICT("delete", store_user_delete(my.auth->store, &my.alice.user.id, true,
	    NOW_MS), 0);
	EXPECT_VERDICT("deleted", verify_later(&my, secret, 0), V_ENDED);
	box_close(&my);
}

static void
creating(void)
{
	struct identity by_token, nobody;
	char secret[TOKEN_SIZE], name[TOKEN_NAME_SIZE + 1];
	struct token token;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_VERDICT("token", token_verify(my.auth, box_token(&my, &my.alice, 60, &token),
	    NOW_MS, &by_token), 0);
	EXPECT_VERDICT("by a token", token_create(my.auth, &by_token, "x", 60, NOW_MS, &token,
	    secret), V_FORBIDDEN);
	my.conf->bearer_may_create = true;
	EXPECT_VERDICT("allowed", token_create(my.auth, &by_token, "x", 60, NOW_MS, &token,
	    secret), 0);
	my.conf->max_tokens_per_user = 2;
	EXPECT_VERDICT("one too many", token_create(my.auth, &my.alice, "x", 60, NOW_MS,
	    &token, secret), V_TOO_MANY);
	EXPECT_VERDICT("the others expired", token_create(my.auth, &my.alice, "x", 60,
	    NOW_MS + 60000, &token, secret), 0);
	nobody = my.alice;
	nobody.user.id = uuid_new();
	EXPECT_VERDICT("nobody's", token_create(my.auth, &nobody, "x", 60, NOW_MS, &token,
	    secret), V_NOT_FOUND);
	memset(name, 'x', sizeof name);
	name[TOKEN_NAME_SIZE] = '\0';
	EXPECT_VERDICT("too long", token_create(my.auth, &my.alice, name, 60, NOW_MS, &token,
	    secret), V_INVALID);
	my.conf->max_tokens_per_user = 9;
	EXPECT_VERDICT("token", token_verify(my.auth, box_token(&my, &my.alice, 60, &token),
	    NOW_MS, &by_token), 0);
	EXPECT_VERDICT("revoked", store_token_drop_id(my.auth->store, &my.alice.user.id,
	    &by_token.token, NOW_MS, &token), 0);
	EXPECT_VERDICT("by a token that was let in", token_create(my.auth, &by_token, "x", 60,
	    NOW_MS, &token, secret), V_ENDED);
	box_close(&my);
}

static void
changing(void)
{
	struct identity bob, by_token;
	struct token token, after;
	struct uuid unknown = uuid_new();
	struct box my;
	const char *secret;

	box_open(&my, test_directory());
	bob = box_user(&my, "bob@example.com", NULL);
	secret = box_token(&my, &my.alice, 60, &token);
	EXPECT_VERDICT("token", token_verify(my.auth, secret, NOW_MS, &by_token), 0);
	EXPECT_VERDICT("rename", token_change(my.auth, &by_token, &token.id, "new", 0,
	    NOW_MS + 5, &after), 0);
	EXPECT_STRING("rename", after.name, "new");
	EXPECT_INT("its end stays", after.expires_ms, token.expires_ms);
	EXPECT_INT("modified", after.modified_ms, NOW_MS + 5);
	EXPECT_VERDICT("nothing", token_change(my.auth, &my.alice, &token.id, NULL, 0,
	    NOW_MS + 9, &after), 0);
	EXPECT_INT("nothing changed", after.modified_ms, NOW_MS + 5);
	EXPECT_VERDICT("extend", token_change(my.auth, &my.alice, &token.id, NULL, 600,
	    NOW_MS + 10, &after), 0);
	EXPECT_INT("from now on", after.expires_ms, NOW_MS + 600010);
	EXPECT_STRING("its name stays", after.name, "new");
	EXPECT_INT("works", verify_later(&my, secret, 600009), 0);
	EXPECT_VERDICT("by a token", token_change(my.auth, &by_token, &token.id, NULL, 600,
	    NOW_MS, &after), V_FORBIDDEN);
	EXPECT_VERDICT("someone else's", token_change(my.auth, &bob, &token.id, "x", 0,
	    NOW_MS, &after), V_NOT_FOUND);
	EXPECT_VERDICT("someone else's, nothing", token_change(my.auth, &bob, &token.id, NULL, 0,
	    NOW_MS, &after), V_NOT_FOUND);
	EXPECT_VERDICT("unknown", token_change(my.auth, &my.alice, &unknown, "x", 0, NOW_MS,
	    &after), V_NOT_FOUND);
	EXPECT_VERDICT("expired", token_change(my.auth, &my.alice, &token.id, NULL, 600,
	    NOW_MS + 600010, &after), V_NOT_FOUND);
	box_close(&my);
}

static void
revoking(void)
{
	const char *secret, *other;
	char id[UUID_TEXT_SIZE];
	struct identity bob;
	struct token token, gone;
	struct box my;
	uint64_t count;

	box_open(&my, test_directory());
	bob = box_user(&my, "bob@example.com", NULL);
	secret = box_token(&my, &my.alice, 60, &token);
	EXPECT_VERDICT("someone else's", token_revoke(my.auth, &bob, secret, NOW_MS, &gone),
	    V_NOT_FOUND);
	EXPECT_VERDICT("someone else's uuid", token_revoke(my.auth, &bob, uuid_text(id, &token.id),
	    NOW_MS, &gone), V_NOT_FOUND);
	EXPECT_VERDICT("unknown", token_revoke(my.auth, &my.alice, "x", NOW_MS, &gone),
	    V_NOT_FOUND);
	EXPECT_VERDICT("nothing", token_revoke(my.auth, &my.alice, "", NOW_MS, &gone),
	    V_NOT_FOUND);
	EXPECT_VERDICT("expired", token_revoke(my.auth, &my.alice, secret, NOW_MS + 60000,
	    &gone), V_NOT_FOUND);
	secret = box_token(&my, &my.alice, 60, &token);
	EXPECT_VERDICT("by itself", token_revoke(my.auth, &my.alice, secret, NOW_MS, &gone),
	    0);
	EXPECT_TRUE("by itself", uuid_equal(&gone.id, &token.id));
	EXPECT_VERDICT("again", token_revoke(my.auth, &my.alice, secret, NOW_MS, &gone),
	    V_NOT_FOUND);
	EXPECT_VERDICT("gone", verify_later(&my, secret, 0), V_ENDED);
	secret = box_token(&my, &my.alice, 60, &token);
	EXPECT_VERDICT("by uuid", token_revoke(my.auth, &my.alice, uuid_text(id, &token.id),
	    NOW_MS, &gone), 0);
	EXPECT_VERDICT("gone", verify_later(&my, secret, 0), V_ENDED);
	secret = box_token(&my, &my.alice, 60, &token);
	other = box_token(&my, &bob, 60, &token);
	EXPECT_VERDICT("all", token_revoke_all(my.auth, &my.alice, NOW_MS, &count), 0);
	EXPECT_TRUE("how many", count > 0);
	EXPECT_VERDICT("all, of none", token_revoke_all(my.auth, &my.alice, NOW_MS, &count), 0);
	EXPECT_INT("none", (int64_t)count, 0);
	EXPECT_VERDICT("gone", verify_later(&my, secret, 0), V_ENDED);
	EXPECT_INT("the other's stay", verify_later(&my, other, 0), 0);
	/* one that was not dropped with the others: made by a caller of before */
	secret = box_token(&my, &my.alice, 60, &token);
	EXPECT_VERDICT("of before", verify_later(&my, secret, 0), V_ENDED);
	EXPECT_VERDICT("caller", store_user_get(my.auth->store, &my.alice.user.id,
	    &my.alice.user), 0);
	EXPECT_VERDICT("shown to nobody", token_get(my.auth, &my.alice, &token.id, NOW_MS, &gone),
	    V_NOT_FOUND);
	secret = box_token(&my, &my.alice, 60, &token);
	EXPECT_VERDICT("made since", verify_later(&my, secret, 0), 0);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "made", made },
	{ "prefixed", prefixed },
	{ "refused", refused },
	{ "creating", creating },
	{ "changing", changing },
	{ "revoking", revoking },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/token", tests);
