// SPDX-License-Identifier: ISC
/* JWTs that others can check, and every confusion of their algorithms and keys. */
#include "auth/signing.h"

#include <errno.h>
#include <string.h>

#include "auth/key_admin.h"
#include "auth/user_jwt.h"
#include "base/b64.h"
#include "base/json.h"
#include "base/text.h"
#include "cred/jwks.h"
#include "service/ask.h"
#include "service/encode.h"
#include "service/forged.h"
#include "unit.h"

#define JWKS "/.well-known/jwks.json"
#define LEAD (900 * SECOND)

static const struct { const char *name; enum key_purpose purpose; } algorithms[] = {
	{ "ES256", KEY_JWT_ES256 },
	{ "RS256", KEY_JWT_RS256 },
	{ "EdDSA", KEY_JWT_EDDSA },
};

static void
open_with(struct box *my, const char *algorithm)
{
	struct conf *conf = box_conf(test_directory());

	conf->jwt_alg = algorithm;
	conf->host_name = "auth.example.org";
	box_open_empty(my, conf);
	my->alice = box_user(my, ALICE, PASSWORD);
}

static const char *
jwt_now(struct box *my, int64_t later_ms)
{
	const char *jwt = "";

	EXPECT_VERDICT("issue", user_jwt_issue(my->auth, &my->mem, &my->alice, NOW_MS + later_ms,
	    &jwt), 0);
	return jwt;
}

static int
verify(struct box *my, const char *jwt)
{
	struct identity who;

	return user_jwt_verify(my->auth, jwt, NOW_MS, &who);
}

/* The n-th part of a token as JSON. */
static const char *
part(struct box *my, const char *jwt, int n)
{
	char *out = arena_alloc(&my->mem, strlen(jwt) + 1);
	size_t len = 0;

	while (n--)
		jwt = strchr(jwt, '.') + 1;
	if (b64_decode(B64_URL, jwt, strcspn(jwt, "."), out, strlen(jwt), &len))
		return "";
	out[len] = '\0';
	return out;
}

static const char *
member(struct box *my, const char *json, const char *name)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *value;
	const char *out = "";
	struct text t;

	if (json_parse(json, strlen(json), &root) || !json_member(root, name, &value))
		return "";
	text_init(&t, &my->mem);
	json_put_value(&t, value);
	EXPECT_VERDICT(name, text_done(&t, &out, NULL), 0);
	return out;
}

static const char *
body_of(struct box *my, const char *path)
{
	struct reply reply = box_ask(my, &(struct ask){ .path = path });

	EXPECT_INT(path, reply.status, 200);
	return arena_strdup(&my->mem, reply.body);
}

/* How many keys are published. */
static size_t
published(struct box *my)
{
	const char *at = body_of(my, JWKS);
	size_t count = 0;

	EXPECT_TRUE("nothing private", !strstr(at, "\"d\"") && !strstr(at, "\"p\""));
	while ((at = strstr(at, "\"kid\"")) != NULL) {
		at++;
		count++;
	}
	return count;
}

struct others {
	struct arena *mem;
	const char *set;
};

static int
find_in_set(void *arg, const char *kid, struct jwt_key *key)
{
	const struct others *others = arg;

	return jwks_find(others->mem, others->set, strlen(others->set), kid, key);
}

/* Verified by the published set alone, as a program elsewhere would. */
static int
verify_elsewhere(struct box *my, const char *jwt)
{
	struct others others = { &my->mem, body_of(my, JWKS) };
	GUARD(json_drop) struct json *claims = NULL;

	return jwt_public_open(jwt, find_in_set, &others, &claims);
}

static void
claims(void)
{
	struct box my;
	const char *jwt, *c;

	for (size_t i = 0; i < NELEM(algorithms); i++) {
		open_with(&my, algorithms[i].name);
		jwt = jwt_now(&my, 0);
		EXPECT_STRING(algorithms[i].name, member(&my, part(&my, jwt, 0), "alg"),
		    arena_printf(&my.mem, "\"%s\"", algorithms[i].name));
		EXPECT_STRING(algorithms[i].name, member(&my, part(&my, jwt, 0), "kid"),
		    arena_printf(&my.mem, "\"%s\"",
		    keyring_newest(&my.auth->keys, algorithms[i].purpose)->id));
		c = part(&my, jwt, 1);
		EXPECT_STRING("iss", member(&my, c, "iss"), "\"https://auth.example.org\"");
		EXPECT_STRING("aud", member(&my, c, "aud"), "\"https://auth.example.org\"");
		EXPECT_STRING("sub", member(&my, c, "sub"), member(&my, c, "uuid"));
		EXPECT_STRING("role", member(&my, c, "role"), "\"User\"");
		EXPECT_STRING("exp", member(&my, c, "exp"), "1700086400");
		EXPECT_INT("jti", (int64_t)strlen(member(&my, c, "jti")), UUID_TEXT_SIZE + 1);
		EXPECT_TRUE("another jti", strcmp(jwt, jwt_now(&my, 0)) != 0);
		EXPECT_VERDICT("here", verify(&my, jwt), 0);
		if (algorithms[i].purpose != KEY_JWT_EDDSA)
			EXPECT_VERDICT("elsewhere", verify_elsewhere(&my, jwt), 0);
		EXPECT_INT("one key", (int64_t)published(&my), 1);
		EXPECT_VERDICT("expired", user_jwt_verify(my.auth, jwt, NOW_MS + DAY,
		    &(struct identity){ .by_token = false }), V_ENDED);
		box_reopen(&my);
		EXPECT_VERDICT("after a restart", verify(&my, jwt), 0);
		box_close(&my);
	}
}

static void
audiences(void)
{
	static const char *values[] = { "shop", "https://api.example.org" };
	struct box my;

	open_with(&my, "ES256");
	my.conf->jwt_audience = (struct conf_list){ values, 1 };
	EXPECT_STRING("one", member(&my, part(&my, jwt_now(&my, 0), 1), "aud"), "\"shop\"");
	my.conf->jwt_audience = (struct conf_list){ values, 2 };
	EXPECT_STRING("two", member(&my, part(&my, jwt_now(&my, 0), 1), "aud"),
	    "[\"shop\",\"https://api.example.org\"]");
	box_close(&my);
}

/* Programs elsewhere would not know of the limits, so the JWT is none for them. */
static void
limited(void)
{
	static const struct { const char *row, *scope, *addresses, *want; } t[] = {
		{ "none", "", "", "\"ES256\"" },
		{ "a scope", "auth", "", "\"HS256\"" },
		{ "networks", "", "192.0.2.0/24", "\"HS256\"" },
	};
	struct box my;
	const char *jwt;

	open_with(&my, "ES256");
	my.alice.by_token = true;
	my.alice.token_expires_ms = NOW_MS + DAY;
	for (size_t i = 0; i < NELEM(t); i++) {
		strcpy(my.alice.scope, t[i].scope);
		strcpy(my.alice.addresses, t[i].addresses);
		jwt = jwt_now(&my, 0);
		EXPECT_STRING(t[i].row, member(&my, part(&my, jwt, 0), "alg"), t[i].want);
	}
	box_close(&my);
}

/* Without an asymmetric algorithm nothing changes, and no such key is made. */
static void
off(void)
{
	struct box my;
	const char *jwt;

	open_with(&my, "HS256");
	jwt = jwt_now(&my, 0);
	EXPECT_STRING("alg", member(&my, part(&my, jwt, 0), "alg"), "\"HS256\"");
	EXPECT_STRING("iss", member(&my, part(&my, jwt, 1), "iss"), "");
	EXPECT_STRING("jti", member(&my, part(&my, jwt, 1), "jti"), "");
	EXPECT_TRUE("no key", !keyring_newest(&my.auth->keys, KEY_JWT_ES256));
	EXPECT_STRING("none published", body_of(&my, JWKS), "{\"keys\":[]}");
	box_close(&my);
}

/* Another algorithm signs after a restart; what the former one signed is valid. */
static void
changed(void)
{
	static const char *const order[] = { "HS256", "RS256", "ES256", "EdDSA", "HS256" };
	const char *jwts[NELEM(order)];
	struct box my;

	open_with(&my, order[0]);
	for (size_t i = 0; i < NELEM(order); i++) {
		my.conf->jwt_alg = order[i];
		box_reopen(&my);
		jwts[i] = jwt_now(&my, 0);
		EXPECT_STRING("alg", member(&my, part(&my, jwts[i], 0), "alg"),
		    arena_printf(&my.mem, "\"%s\"", order[i]));
		for (size_t k = 0; k <= i; k++)
			EXPECT_VERDICT(order[k], verify(&my, jwts[k]), 0);
	}
	EXPECT_INT("all", (int64_t)published(&my), 3);
	box_close(&my);
}

static const char *
kid_at(struct box *my, int64_t later_ms)
{
	return member(my, part(my, jwt_now(my, later_ms), 0), "kid");
}

static const char *
rotate(struct box *my, enum key_purpose purpose, int64_t later_ms)
{
	const struct ring_key *made;

	EXPECT_VERDICT("rotate", keyring_rotate(&my->auth->keys, my->auth->store, purpose,
	    NOW_MS + later_ms, &made), 0);
	return arena_printf(&my->mem, "\"%s\"", made->id);
}

/* A new key is published first, and signs when others had time to fetch it. */
static void
rotation(void)
{
	const char *old, *first, *second, *jwt;
	struct box my;

	open_with(&my, "ES256");
	old = kid_at(&my, 0);
	jwt = jwt_now(&my, 0);
	first = rotate(&my, KEY_JWT_ES256, 0);
	EXPECT_INT("published", (int64_t)published(&my), 2);
	EXPECT_STRING("at once", kid_at(&my, 0), old);
	EXPECT_STRING("not yet", kid_at(&my, LEAD - 1), old);
	EXPECT_STRING("now", kid_at(&my, LEAD), first);
	second = rotate(&my, KEY_JWT_ES256, LEAD);
	EXPECT_STRING("the one before the newest", kid_at(&my, LEAD), first);
	EXPECT_STRING("the newest", kid_at(&my, 2 * LEAD), second);
	EXPECT_VERDICT("the oldest is accepted", verify(&my, jwt), 0);
	EXPECT_VERDICT("retire", key_retire(my.auth, arena_printf(&my.mem, "%.16s", old + 1),
	    NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("no more", verify(&my, jwt), V_WRONG_CREDENTIAL);
	EXPECT_INT("nor published", (int64_t)published(&my), 2);
	EXPECT_VERDICT("retire", key_retire(my.auth, arena_printf(&my.mem, "%.16s", first + 1),
	    NOW_MS), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_STRING("the only one signs", kid_at(&my, LEAD), second);
	box_close(&my);
}

/* Only with the master key can the database sign. */
static void
sealed(void)
{
	struct key *keys;
	const char *pem = NULL;
	const struct signing_key *all;
	size_t count, with = 0;
	struct box my;

	open_with(&my, "RS256");
	EXPECT_VERDICT("keys", signing_all(my.auth->signing, &all, &count), 0);
	pem = count ? all[0].texts.private_pem : "";
	EXPECT_TRUE("a private key", strstr(pem, "PRIVATE KEY") != NULL);
	EXPECT_VERDICT("records", auth_keys(my.auth, &my.mem, &keys, &count), 0);
	for (size_t i = 0; i < count; i++) {
		with += keys[i].private_key[0] != '\0';
		EXPECT_TRUE("not in the clear", !strstr(pem, keys[i].private_key) ||
		    !keys[i].private_key[0]);
	}
	EXPECT_INT("one record has it", (int64_t)with, 1);
	box_close(&my);
}

/* The private key in the record is damaged. */
static void
damage(struct box *my, const char *kid)
{
	const uint64_t mask = field_bit(&key_kind, "private_key");
	struct key *keys;
	size_t count;

	EXPECT_VERDICT("records", auth_keys(my->auth, &my->mem, &keys, &count), 0);
	for (size_t i = 0; i < count; i++) {
		if (strncmp(keys[i].id, kid + 1, strlen(keys[i].id)) != 0)
			continue;
		keys[i].private_key[40] ^= 1;
		EXPECT_VERDICT("damage", store_key_set(my->auth->store, &keys[i], mask), 0);
	}
	my->auth->keys.changes++;
}

/* A key that cannot be read costs only what it signed, and that is a fault of ours. */
static void
unreadable(void)
{
	const char *old, *of_old, *of_new, *of_rsa, *lost;
	struct ask by = { .path = "/rest/auth" };
	struct box my;

	open_with(&my, "RS256");
	of_rsa = jwt_now(&my, 0);
	my.conf->jwt_alg = "ES256";
	box_reopen(&my);
	old = kid_at(&my, 0);
	of_old = jwt_now(&my, 0);
	lost = rotate(&my, KEY_JWT_ES256, -2 * LEAD);
	of_new = jwt_now(&my, 0);
	EXPECT_STRING("the newest signs", member(&my, part(&my, of_new, 0), "kid"), lost);
	damage(&my, lost);
	test_log_clear();
	EXPECT_VERDICT("what it signed", verify(&my, of_new), -EBADMSG);
	EXPECT_TRUE("logged", test_logged("cannot be read"));
	test_log_clear();
	EXPECT_VERDICT("by an older one", verify(&my, of_old), 0);
	EXPECT_VERDICT("by another algorithm", verify(&my, of_rsa), 0);
	EXPECT_VERDICT("a stranger's", verify(&my, encode_hs256(&my.mem,
	    "{\"alg\":\"HS256\",\"kid\":\"0123456789abcdef\"}", "{}", "x", 1)),
	    V_WRONG_CREDENTIAL);
	EXPECT_STRING("the older one signs", kid_at(&my, 0), old);
	EXPECT_INT("it is not published", (int64_t)published(&my), 2);
	EXPECT_TRUE("logged once", !test_logged("cannot be read"));
	by.x_auth_token = of_new;
	EXPECT_INT("no refusal", box_ask(&my, &by).status, 500);
	by.x_auth_token = of_old;
	EXPECT_INT("served", box_ask(&my, &by).status, 200);
	box_reopen(&my);
	EXPECT_STRING("after a restart", kid_at(&my, 0), old);
	damage(&my, old);
	EXPECT_VERDICT("none is left", user_jwt_issue(my.auth, &my.mem, &my.alice, NOW_MS, &lost),
	    -ENOKEY);
	EXPECT_VERDICT("by another algorithm", verify(&my, of_rsa), 0);
	lost = rotate(&my, KEY_JWT_ES256, 0);
	EXPECT_STRING("a new one", kid_at(&my, 0), lost);
	box_close(&my);
}

/* A JWT by its kid alone. */
static int
verify_kid(struct box *my, const char *kid)
{
	return verify(my, encode_hs256(&my->mem, arena_printf(&my->mem,
	    "{\"alg\":\"ES256\",\"kid\":\"%s\"}", kid), "{}", "x", 1));
}

/* Nor does one that only a process with another master key can read. */
static void
sealed_by_another(void)
{
	struct key key = { .id = "00112233445566aa", .purpose = "jwt-es256",
	    .created_ms = NOW_MS - DAY, .sealed_by = "0000000000000000", .serial = 9 };
	const char *jwt, *kid;
	struct box my;

	open_with(&my, "ES256");
	kid = kid_at(&my, 0);
	jwt = jwt_now(&my, 0);
	EXPECT_VERDICT("add", store_key_add(my.auth->store, &key), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("neither yes nor no", verify_kid(&my, key.id), -EAGAIN);
	EXPECT_VERDICT("another", verify_kid(&my, "00112233445566ab"), V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("as before", verify(&my, jwt), 0);
	EXPECT_STRING("the former one signs", kid_at(&my, 0), kid);
	strcpy(key.id, "00112233445566ac");
	strcpy(key.purpose, "session");
	EXPECT_VERDICT("add", store_key_add(my.auth->store, &key), 0);
	EXPECT_VERDICT("follow", auth_follow(my.auth), 0);
	EXPECT_VERDICT("of no JWTs", verify_kid(&my, key.id), V_WRONG_CREDENTIAL);
	box_close(&my);
}

/* The keys may be kept for a third of the time before a new one signs, but not for long. */
static void
kept(void)
{
	static const struct { const char *row; int64_t lead_s; const char *want; } t[] = {
		{ "the default", 900, "public, max-age=300" },
		{ "a week", 604800, "public, max-age=300" },
		{ "a minute", 60, "public, max-age=20" },
		{ "three seconds", 3, "public, max-age=1" },
		{ "two seconds", 2, "no-store" },
		{ "at once", 0, "no-store" },
	};
	static const char *const paths[] = { JWKS, "/.well-known/oauth-authorization-server",
	    "/.well-known/openid-configuration" };
	struct reply reply;
	struct box my;

	open_with(&my, "ES256");
	for (size_t i = 0; i < NELEM(t); i++) {
		my.conf->jwt_key_lead_s = t[i].lead_s;
		for (size_t k = 0; k < NELEM(paths); k++) {
			reply = box_ask(&my, &(struct ask){ .path = paths[k] });
			EXPECT_STRING(t[i].row, ask_header(&reply, "Cache-Control", 0), t[i].want);
			EXPECT_STRING(t[i].row, ask_header(&reply, "Cache-Control", 1), NULL);
		}
	}
	my.conf->jwt_key_lead_s = 900;
	reply = box_ask(&my, &(struct ask){ .method = "HEAD", .path = JWKS });
	EXPECT_STRING("HEAD", ask_header(&reply, "Cache-Control", 0), "public, max-age=300");
	reply = box_ask(&my, &(struct ask){ .method = "POST", .path = JWKS });
	EXPECT_STRING("an error", ask_header(&reply, "Cache-Control", 0), "no-store");
	reply = box_ask(&my, &(struct ask){ .path = JWKS, .plain = true });
	EXPECT_STRING("a redirect", ask_header(&reply, "Cache-Control", 0), "no-store");
	box_close(&my);
}

static void
forged(void)
{
	struct box my;

	open_with(&my, "HS256");
	forged_expect(&my);
	box_close(&my);
}

/* A bit of header, claims or signature changed; a signature cut, longer, or of zeros. */
static void
mangled(void)
{
	struct box my;
	const char *jwt;
	char *copy;

	for (size_t i = 0; i < NELEM(algorithms); i++) {
		open_with(&my, algorithms[i].name);
		jwt = jwt_now(&my, 0);
		for (size_t at = 0; at < strlen(jwt); at += 7) {
			copy = arena_strdup(&my.mem, jwt);
			copy[at] = copy[at] == 'B' ? 'C' : 'B';
			EXPECT_VERDICT(copy, verify(&my, copy), V_WRONG_CREDENTIAL);
		}
		copy = arena_strdup(&my.mem, jwt);
		copy[strlen(copy) - 4] = '\0';
		EXPECT_VERDICT("cut", verify(&my, copy), V_WRONG_CREDENTIAL);
		EXPECT_VERDICT("longer", verify(&my, arena_printf(&my.mem, "%sAAAA", jwt)),
		    V_WRONG_CREDENTIAL);
		copy = arena_strdup(&my.mem, jwt);
		memset(strrchr(copy, '.') + 1, 'A', strlen(strrchr(copy, '.') + 1));
		EXPECT_VERDICT("zeros", verify(&my, copy), V_WRONG_CREDENTIAL);
		box_close(&my);
	}
}

static CU_TestInfo tests[] = {
	{ "claims", claims },
	{ "audiences", audiences },
	{ "limited", limited },
	{ "off", off },
	{ "changed", changed },
	{ "rotation", rotation },
	{ "sealed", sealed },
	{ "unreadable", unreadable },
	{ "sealed by another", sealed_by_another },
	{ "kept", kept },
	{ "forged", forged },
	{ "mangled", mangled },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/signing", tests);
