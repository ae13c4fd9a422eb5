// SPDX-License-Identifier: ISC
/* Tokens of domains: which are valid, and which callers may work with them. */
#include "auth/domain_token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/role.h"
#include "auth/session.h"
#include "auth/user.h"
#include "service/box.h"
#include "service/encode.h"
#include "unit.h"

#define END_MS (NOW_MS + 1000)
#define LONGEST_S 86400

struct made {
	struct box my;
	struct domain_token token;
	const char *jwt;
	char id[UUID_TEXT_SIZE];
};

static void
open_made(struct made *m)
{
	box_open_memory(&m->my);
	EXPECT_VERDICT("make", domain_token_create(m->my.auth, &m->my.mem, NULL, "a.example",
	    "user", END_MS, NOW_MS, &m->token, &m->jwt), 0);
	uuid_text(m->id, &m->token.id);
}

static int
verify(struct made *m, const char *jwt, int64_t now_ms)
{
	struct caller caller;

	return domain_token_verify(m->my.auth, jwt, now_ms, &caller);
}

static void
life(void)
{
	struct caller caller;
	struct made m;
	char id[80];

	open_made(&m);
	EXPECT_VERDICT("verify", domain_token_verify(m.my.auth, m.jwt, NOW_MS, &caller), 0);
	snprintf(id, sizeof id, "%s@a.example", m.id);
	EXPECT_STRING("who", caller.id, id);
	EXPECT_STRING("domain", caller.domain, "a.example");
	EXPECT_STRING("role", caller.role.name, "user");
	EXPECT_TRUE("by a token", caller.by_domain_token);
	EXPECT_TRUE("by this one", uuid_equal(&caller.owner, &m.token.id));
	EXPECT_INT("last millisecond", verify(&m, m.jwt, END_MS - 1), 0);
	EXPECT_VERDICT("at its end", verify(&m, m.jwt, END_MS), V_ENDED);
	EXPECT_VERDICT("off", domain_token_enable(m.my.auth, NULL, &m.token, false), 0);
	EXPECT_VERDICT("of no use", verify(&m, m.jwt, NOW_MS), V_ENDED);
	EXPECT_VERDICT("on", domain_token_enable(m.my.auth, NULL, &m.token, true), 0);
	EXPECT_INT("of use", verify(&m, m.jwt, NOW_MS), 0);
	EXPECT_VERDICT("end", domain_token_end(m.my.auth, NULL, &m.token), 0);
	EXPECT_VERDICT("gone", verify(&m, m.jwt, NOW_MS), V_ENDED);
	EXPECT_VERDICT("again", domain_token_end(m.my.auth, NULL, &m.token), V_NOT_FOUND);
	box_close(&m.my);
}

/* $i the uuid of the token, $o of none. */
static const struct { const char *row, *claims; int want; } claim_rows[] = {
	{ "as made", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":\"a.example\",\"t\":\"domain\","
	    "\"v\":2}", 0 },
	{ "more claims", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":\"a.example\","
	    "\"t\":\"domain\",\"v\":2,\"role\":\"root\"}", 0 },
	{ "later end", "{\"id\":\"$i\",\"exp\":1700000002000,\"d\":\"a.example\","
	    "\"t\":\"domain\",\"v\":2}", V_ENDED },
	{ "end as text", "{\"id\":\"$i\",\"exp\":\"1700000001000\",\"d\":\"a.example\","
	    "\"t\":\"domain\",\"v\":2}", V_WRONG_CREDENTIAL },
	{ "no end", "{\"id\":\"$i\",\"d\":\"a.example\",\"t\":\"domain\",\"v\":2}",
	    V_WRONG_CREDENTIAL },
	{ "another id", "{\"id\":\"$o\",\"exp\":1700000001000,\"d\":\"a.example\","
	    "\"t\":\"domain\",\"v\":2}", V_ENDED },
	{ "no uuid", "{\"id\":\"x\",\"exp\":1700000001000,\"d\":\"a.example\",\"t\":\"domain\","
	    "\"v\":2}", V_WRONG_CREDENTIAL },
	{ "no id", "{\"exp\":1700000001000,\"d\":\"a.example\",\"t\":\"domain\",\"v\":2}",
	    V_WRONG_CREDENTIAL },
	{ "another domain", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":\"b.example\","
	    "\"t\":\"domain\",\"v\":2}", V_ENDED },
	{ "no domain", "{\"id\":\"$i\",\"exp\":1700000001000,\"t\":\"domain\",\"v\":2}",
	    V_WRONG_CREDENTIAL },
	{ "domain a list", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":[\"a.example\"],"
	    "\"t\":\"domain\",\"v\":2}", V_WRONG_CREDENTIAL },
	{ "domain and a NUL", "{\"id\":\"$i\",\"exp\":1700000001000,"
	    "\"d\":\"a.example\\u0000\",\"t\":\"domain\",\"v\":2}", V_WRONG_CREDENTIAL },
	{ "another kind", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":\"a.example\","
	    "\"t\":\"user\",\"v\":2}", V_WRONG_CREDENTIAL },
	{ "no kind", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":\"a.example\",\"v\":2}",
	    V_WRONG_CREDENTIAL },
	{ "another version", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":\"a.example\","
	    "\"t\":\"domain\",\"v\":1}", V_WRONG_CREDENTIAL },
	{ "no version", "{\"id\":\"$i\",\"exp\":1700000001000,\"d\":\"a.example\","
	    "\"t\":\"domain\"}", V_WRONG_CREDENTIAL },
	{ "nothing", "{}", V_WRONG_CREDENTIAL },
};

static const char *
header_of(struct made *m, const char *alg, const char *kid)
{
	return arena_printf(&m->my.mem, "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", alg,
	    kid);
}

static void
claims(void)
{
	const struct ring_key *key;
	const char *text;
	struct made m;

	open_made(&m);
	key = keyring_newest(&m.my.auth->keys, KEY_DOMAIN);
	m.my.names.own['i'] = m.id;
	m.my.names.own['o'] = "55555555-5555-4555-8555-555555555555";
	for (size_t i = 0; i < NELEM(claim_rows); i++) {
		text = box_expand(&m.my, claim_rows[i].claims);
		EXPECT_VERDICT(claim_rows[i].row, verify(&m, encode_hs256(&m.my.mem, header_of(&m,
		    "HS256", key->id), text, key->bytes, SECRET_KEY_LEN), NOW_MS),
		    claim_rows[i].want);
	}
	box_close(&m.my);
}

/* The right claims signed with every key except the right one, and false headers. */
static void
forged(void)
{
	const char *text, *right;
	struct made m;

	open_made(&m);
	m.my.names.own['i'] = m.id;
	text = box_expand(&m.my, claim_rows[0].claims);
	right = keyring_newest(&m.my.auth->keys, KEY_DOMAIN)->id;
	for (enum key_purpose purpose = 0; purpose < KEY_PURPOSES_OF_ALL; purpose++) {
		const struct ring_key *key = keyring_newest(&m.my.auth->keys, purpose);

		EXPECT_VERDICT("another key", verify(&m, encode_hs256(&m.my.mem, header_of(&m, "HS256",
		    right), text, key->bytes, SECRET_KEY_LEN), NOW_MS),
		    purpose == KEY_DOMAIN ? 0 : V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("by its name", verify(&m, encode_hs256(&m.my.mem, header_of(&m, "HS256",
		    key->id), text, key->bytes, SECRET_KEY_LEN), NOW_MS),
		    purpose == KEY_DOMAIN ? 0 : V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("no name", verify(&m, encode_hs256(&m.my.mem, "{\"alg\":\"HS256\"}",
		    text, key->bytes, SECRET_KEY_LEN), NOW_MS), V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("none", verify(&m, encode_hs256(&m.my.mem, header_of(&m, "none", right),
		    text, key->bytes, SECRET_KEY_LEN), NOW_MS), V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("HS512", verify(&m, encode_hs256(&m.my.mem, header_of(&m, "HS512",
		    right), text, key->bytes, SECRET_KEY_LEN), NOW_MS), V_WRONG_CREDENTIAL);
	}
	EXPECT_VERDICT("no key", verify(&m, encode_hs256(&m.my.mem, header_of(&m, "HS256", right), text,
	    "", 0), NOW_MS), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("no signature", verify(&m, arena_strndup(&m.my.mem, m.jwt,
	    (size_t)(strrchr(m.jwt, '.') + 1 - m.jwt)), NOW_MS), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("nothing", verify(&m, "", NOW_MS), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("dots", verify(&m, "..", NOW_MS), V_WRONG_CREDENTIAL);
	box_close(&m.my);
}

static const struct role operator = { .name = "operator",
	.acl = "{\"domain\":[\"r\",\"uo\",\"co\"]}" };

/* Letters c, r, u, d on the caller's own domain, on another, and on all. */
static void
permits(void)
{
	const struct { const char *row; const struct role *role; const char *domain; bool token;
	    const char *own, *other, *all; } rows[] = {
		{ "root",            &role_defaults[0], "a.example", false, "yyyy", "yyyy",
		    "yyyy" },
		{ "root's token",    &role_defaults[0], "a.example", true,  "nyyy", "nyyy",
		    "nyyy" },
		{ "admin",           &role_defaults[1], "a.example", false, "yyyy", "nnnn",
		    "nnnn" },
		{ "admin's token",   &role_defaults[1], "a.example", true,  "nyyy", "nnnn",
		    "nnnn" },
		{ "admin elsewhere", &role_defaults[1], "b",         false, "nnnn", "nnnn",
		    "nnnn" },
		{ "admin, no domain", &role_defaults[1], "",         false, "nnnn", "nnnn",
		    "nnnn" },
		{ "admin of *",      &role_defaults[1], "*",         false, "nnnn", "nnnn",
		    "nnnn" },
		{ "user",            &role_defaults[2], "a.example", false, "nnnn", "nnnn",
		    "nnnn" },
		{ "operator",        &operator,         "a.example", false, "nynn", "nynn",
		    "nynn" },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct caller caller = { .role = *rows[i].role, .by_domain_token = rows[i].token };

		strcpy(caller.domain, rows[i].domain);
		for (size_t k = 0; k < 4; k++) {
			EXPECT_VERDICT(rows[i].row, domain_permit(&caller, "a.example", "crud"[k]),
			    rows[i].own[k] == 'y' ? 0 : V_FORBIDDEN);
			EXPECT_VERDICT(rows[i].row, domain_permit(&caller, "c.example", "crud"[k]),
			    rows[i].other[k] == 'y' ? 0 : V_FORBIDDEN);
			EXPECT_VERDICT(rows[i].row, domain_permit(&caller, "*", "crud"[k]),
			    rows[i].all[k] == 'y' ? 0 : V_FORBIDDEN);
		}
	}
}

static void
creation(void)
{
	static const struct { const char *row, *role; int64_t expires_ms; int want; } rows[] = {
		{ "next millisecond", "user",  NOW_MS + 1,           0 },
		{ "now",              "user",  NOW_MS,               V_BAD_EXPIRE },
		{ "zero",             "user",  0,                          V_BAD_EXPIRE },
		{ "negative",         "user",  -1,                         V_BAD_EXPIRE },
		{ "longest",          "user",  NOW_MS + LONGEST_S * 1000,  0 },
		{ "longer",           "user",  NOW_MS + LONGEST_S * 1000 + 1, V_BAD_EXPIRE },
		{ "past all times",   "user",  INT64_MAX,                  V_BAD_EXPIRE },
		{ "no role",          "",      END_MS,                     V_BAD_ROLE },
		{ "unknown role",     "x",     END_MS,                     V_BAD_ROLE },
		{ "both bad",         "x",     0,                          V_BAD_EXPIRE },
		{ "equal",            "admin", END_MS,                     0 },
		{ "above",            "root",  END_MS,                     V_FORBIDDEN },
	};
	struct caller anna = { .id = "anna@a.example", .role = role_defaults[1] };
	struct domain_token token, *list;
	struct made m;
	const char *jwt;
	size_t count, want = 1;

	open_made(&m);
	m.my.conf->domain_token_ttl_max_s = LONGEST_S;
	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i].row, domain_token_create(m.my.auth, &m.my.mem, &anna,
		    "a.example", rows[i].role, rows[i].expires_ms, NOW_MS, &token, &jwt),
		    rows[i].want);
		want += rows[i].want == 0;
		if (rows[i].want == 0)
			EXPECT_STRING(rows[i].row, token.created_by, "anna@a.example");
	}
	EXPECT_VERDICT("list", store_domain_token_list(m.my.auth->store, &m.my.mem, NULL, NULL,
	    STORE_LIST_MAX, 0, &list, &count), 0);
	EXPECT_INT("no others", count, want);
	box_close(&m.my);
}

/* Only the calendar limits the operator. */
static void
operators(void)
{
	static const struct { const char *row; int64_t expires_ms; int want; } t[] = {
		{ "last of 9999", INT64_C(253402300799999), 0 },
		{ "year 10000",   INT64_C(253402300800000), V_BAD_EXPIRE },
	};
	char domain[LOGIN_SIZE + 1] = "";
	struct domain_token token;
	struct made m;
	const char *jwt;

	open_made(&m);
	m.my.conf->domain_token_ttl_max_s = LONGEST_S;
	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_VERDICT(t[i].row, domain_token_create(m.my.auth, &m.my.mem, NULL,
		    "a.example", "user", t[i].expires_ms, NOW_MS, &token, &jwt), t[i].want);
	memset(domain, 'a', LOGIN_SIZE);
	EXPECT_VERDICT("never cut off", domain_token_create(m.my.auth, &m.my.mem, NULL, domain,
	    "user", END_MS, NOW_MS, &token, &jwt), -EINVAL);
	domain[LOGIN_SIZE - 1] = '\0';
	EXPECT_VERDICT("as long as fits", domain_token_create(m.my.auth, &m.my.mem, NULL, domain,
	    "user", END_MS, NOW_MS, &token, &jwt), 0);
	box_close(&m.my);
}

/* A token is valid while the user who created it is neither disabled nor deleted. */
static void
makers(void)
{
	struct caller caller = { .id = ALICE, .role = role_defaults[0] };
	struct domain_token token;
	const char *jwt, *another;
	struct uuid id;
	struct made m;

	open_made(&m);
	id = m.my.alice.user.id;
	caller.owner = id;
	EXPECT_VERDICT("make", domain_token_create(m.my.auth, &m.my.mem, &caller, "a.example",
	    "user", END_MS, NOW_MS, &token, &jwt), 0);
	EXPECT_TRUE("noted", uuid_equal(&token.maker, &id));
	EXPECT_VERDICT("valid", verify(&m, jwt, NOW_MS), 0);
	EXPECT_VERDICT("disable", user_disable(m.my.auth, &id, NOW_MS), 0);
	EXPECT_VERDICT("not meanwhile", verify(&m, jwt, NOW_MS), V_ENDED);
	EXPECT_VERDICT("the operator's is", verify(&m, m.jwt, NOW_MS), 0);
	EXPECT_VERDICT("enable", user_enable(m.my.auth, &id, NOW_MS), 0);
	EXPECT_VERDICT("again", verify(&m, jwt, NOW_MS), 0);
	EXPECT_VERDICT("keep", user_delete(m.my.auth, &id, true, NOW_MS), 0);
	EXPECT_VERDICT("of a deleted user", verify(&m, jwt, NOW_MS), V_ENDED);
	EXPECT_VERDICT("delete", user_delete(m.my.auth, &id, false, NOW_MS), 0);
	EXPECT_VERDICT("of nobody", verify(&m, jwt, NOW_MS), V_ENDED);
	caller.owner = uuid_new();
	EXPECT_VERDICT("make", domain_token_create(m.my.auth, &m.my.mem, &caller, "a.example",
	    "user", END_MS, NOW_MS, &token, &another), 0);
	EXPECT_VERDICT("of one who never was", verify(&m, another, NOW_MS), V_ENDED);
	box_close(&m.my);
}

/* Rows of an older version name their maker by login name alone. */
static void
makers_by_name(void)
{
	struct caller caller = { .id = "ALICE@example.com", .role = role_defaults[0] };
	struct domain_token token;
	const char *jwt;
	struct made m;

	open_made(&m);
	EXPECT_VERDICT("make", domain_token_create(m.my.auth, &m.my.mem, &caller, "a.example",
	    "user", END_MS, NOW_MS, &token, &jwt), 0);
	EXPECT_TRUE("no uuid", uuid_is_none(&token.maker));
	EXPECT_VERDICT("valid", verify(&m, jwt, NOW_MS), 0);
	EXPECT_VERDICT("disable", user_disable(m.my.auth, &m.my.alice.user.id, NOW_MS), 0);
	EXPECT_VERDICT("not meanwhile", verify(&m, jwt, NOW_MS), V_ENDED);
	EXPECT_VERDICT("enable", user_enable(m.my.auth, &m.my.alice.user.id, NOW_MS), 0);
	EXPECT_VERDICT("again", verify(&m, jwt, NOW_MS), 0);
	EXPECT_VERDICT("delete", user_delete(m.my.auth, &m.my.alice.user.id, false, NOW_MS), 0);
	EXPECT_VERDICT("of nobody", verify(&m, jwt, NOW_MS), V_ENDED);
	box_close(&m.my);
}

/* No caller can change a token with more rights than its own. */
static void
reach(void)
{
	static const struct { const char *row, *role; unsigned own; int want; } t[] = {
		{ "an admin, of root", "root",  1, V_FORBIDDEN },
		{ "an admin, of admin", "admin", 1, 0 },
		{ "an admin, of user", "user",  1, 0 },
		{ "a user, of admin",  "admin", 2, V_FORBIDDEN },
		{ "root, of root",     "root",  0, 0 },
	};
	struct domain_token token;
	struct made m;
	const char *jwt;

	open_made(&m);
	for (size_t i = 0; i < NELEM(t); i++) {
		struct caller caller = { .id = ALICE, .role = role_defaults[t[i].own] };

		EXPECT_VERDICT(t[i].row, domain_token_create(m.my.auth, &m.my.mem, NULL,
		    "a.example", t[i].role, END_MS, NOW_MS, &token, &jwt), 0);
		EXPECT_VERDICT(t[i].row, domain_token_enable(m.my.auth, &caller, &token, false),
		    t[i].want);
		EXPECT_VERDICT(t[i].row, domain_token_enable(m.my.auth, &caller, &token, true),
		    t[i].want);
		EXPECT_VERDICT(t[i].row, verify(&m, jwt, NOW_MS), 0);
		EXPECT_VERDICT(t[i].row, domain_token_end(m.my.auth, &caller, &token), t[i].want);
		EXPECT_VERDICT(t[i].row, verify(&m, jwt, NOW_MS), t[i].want ? 0 : V_ENDED);
	}
	box_close(&m.my);
}

/* At most as many live ones as the option says. */
static void
too_many(void)
{
	struct domain_token token;
	struct made m;
	const char *jwt;
	uint64_t count;

	open_made(&m);
	m.my.conf->max_domain_tokens = 2;
	EXPECT_VERDICT("second", domain_token_create(m.my.auth, &m.my.mem, NULL, "a.example",
	    "user", END_MS + 1, NOW_MS, &token, &jwt), 0);
	EXPECT_VERDICT("third", domain_token_create(m.my.auth, &m.my.mem, NULL, "a.example",
	    "user", END_MS, NOW_MS, &token, &jwt), V_TOO_MANY);
	EXPECT_VERDICT("of another", domain_token_create(m.my.auth, &m.my.mem, NULL, "b.example",
	    "user", END_MS, NOW_MS, &token, &jwt), 0);
	EXPECT_VERDICT("when one has expired", domain_token_create(m.my.auth, &m.my.mem, NULL,
	    "a.example", "user", END_MS + 9, END_MS, &token, &jwt), 0);
	EXPECT_VERDICT("prune", domain_tokens_prune(m.my.auth, 9, END_MS, &count), 0);
	EXPECT_INT("one in each domain", (int64_t)count, 2);
	box_close(&m.my);
}

static void
names(void)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "a.example", "a.example" }, { "A.Example", "a.example" }, { "x", "x" },
		{ "", NULL }, { "*", NULL }, { "a*", NULL }, { "a@b", NULL }, { "a:1", NULL },
		{ "a b", NULL }, { "a/b", NULL }, { "a\nb", NULL }, { "a\"", NULL }, { "'a", NULL },
	};
	char domain[LOGIN_SIZE], longest[LOGIN_SIZE + 1];

	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i].text, domain_name(rows[i].text, domain),
		    rows[i].want ? 0 : V_INVALID);
		if (rows[i].want)
			EXPECT_STRING(rows[i].text, domain, rows[i].want);
	}
	memset(longest, 'a', sizeof longest);
	longest[LOGIN_SIZE] = '\0';
	EXPECT_VERDICT("too long", domain_name(longest, domain), V_INVALID);
	EXPECT_VERDICT("longest", domain_name(longest + 1, domain), 0);
}

static CU_TestInfo tests[] = {
	{ "life", life },
	{ "claims", claims },
	{ "forged", forged },
	{ "permits", permits },
	{ "creation", creation },
	{ "operators", operators },
	{ "makers", makers },
	{ "makers by name", makers_by_name },
	{ "reach", reach },
	{ "too many", too_many },
	{ "names", names },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/domain_token", tests);
